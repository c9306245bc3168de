"""Roads of an office's own inventory, and where a telephone operator is heard."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np

from data.files import columns, shapes
from data.files.layer_types import LayerOptions
from data.files.reading import ReadReport
from geo.errors import Note

_ROAD = {
    "name": ("nama_ruas", "nama_jalan", *columns.NAME, "ruas"),
    "highway": ("highway", "fclass", "kelas_jalan", "fungsi", "fungsi_jalan", "kelas", "status"),
    "length_km": ("panjang_km", "length_km", "panjang_ruas_km", "panjang", "panjang_ruas"),
    "length_m": ("panjang_m", "length_m", "shape_leng", "shape_length"),
}
_COVERAGE = {"operator": ("operator", "provider", "penyedia", "nama_operator", *columns.NAME)}
SHORT_SHARE = 0.9
"""A line shorter than this share of its stated length is only sketched."""


def read_roads(path: Path, options: LayerOptions) -> tuple[gpd.GeoDataFrame, ReadReport]:
    """Read roads: ``name`` · ``highway`` · ``length_km`` (stated, else measured) · ``row`` · line.

    Lines much shorter than their stated length are told in one note: the length is right there,
    the course is not.
    """
    frame, found, tally = shapes.lines(path, options, _ROAD)
    drawn_km = _geodesic_km(frame)
    stated = shapes.numbers(frame, found, "length_km")
    # a length in metres only where its column says so, and never a map's own unit of degrees
    metres = shapes.numbers(frame, found, "length_m") / 1000
    stated = np.where(
        np.isfinite(stated), stated, np.where(metres > 0.01 * drawn_km, metres, np.nan)
    )
    sketched = drawn_km < SHORT_SHARE * stated
    if sketched.any():
        fields = {
            "count": int(sketched.sum()),
            "total": len(frame),
            "stated_km": float(stated[sketched].sum()),
            "drawn_km": float(drawn_km[sketched].sum()),
        }
        tally.warned.append(Note(row=None, code="roads.sketched", fields=fields))
    roads = gpd.GeoDataFrame(
        {
            "name": shapes.text(frame, found, "name"),
            "highway": shapes.text(frame, found, "highway").str.casefold(),
            "length_km": np.where(stated > 0, stated, drawn_km),
            "row": frame["row"],
        },
        geometry=frame.geometry.to_numpy(),
        crs=frame.crs,
    )
    return roads, tally.report("roads", accepted=len(roads))


def _geodesic_km(frame: gpd.GeoDataFrame) -> np.ndarray:
    """Measure lines on the WGS 84 ellipsoid (degrees are never taken for a length)."""
    from pyproj import Geod

    earth = Geod(ellps="WGS84")
    return np.array([earth.geometry_length(line) / 1000 for line in frame.geometry])


def read_coverage(path: Path, options: LayerOptions) -> tuple[gpd.GeoDataFrame, ReadReport]:
    """Read where operators are heard: ``operator`` ("" unnamed) · ``row`` · polygon."""
    frame, found, tally = shapes.polygons(path, options, _COVERAGE)
    cover = gpd.GeoDataFrame(
        {"operator": shapes.text(frame, found, "operator"), "row": frame["row"]},
        geometry=frame.geometry.to_numpy(),
        crs=frame.crs,
    )
    if "operator" not in found:
        tally.warned.append(Note(row=None, code="coverage.no_operator"))
    return cover, tally.report("coverage", accepted=len(cover))
