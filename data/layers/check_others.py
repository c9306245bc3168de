"""Checks between layers: sums of people, names spelt two ways, points far off, small rasters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from data.gazetteer import near, normalise
from data.layers.check_areas import home_of
from geo.crs import to_metric, utm_crs
from geo.errors import Note
from geo.raster import Raster

FAR_M = 20_000.0
"""A hazard event or facility farther than this from the study is most likely misplaced."""
COVERED_SHARE = 0.98
POINT_LAYERS = ("events", "facilities", "offices", "population")
_COMPARED = frozenset({"boundary", "areas", *POINT_LAYERS})


def sums_differ(
    areas: Mapping[str, gpd.GeoDataFrame], people: Mapping[str, np.ndarray]
) -> list[Note]:
    """Find kecamatan whose people are not the sum of their desa's, where all are known."""
    desa, kecamatan = areas["desa"], areas["kecamatan"]
    home = home_of(kecamatan, desa)
    notes: list[Note] = []
    for k, own in enumerate(people["kecamatan"]):
        parts = people["desa"][home == k]
        # an unknown desa makes the sum unknown, not different
        total = float(parts.sum()) if len(parts) else np.nan
        if abs(total - own) > 0.5:
            fields = {
                "name": kecamatan["name"].iloc[k],
                "kecamatan": int(own),
                "desa": int(total),
                "difference": int(abs(total - own)),
            }
            row = int(kecamatan["row"].iloc[k])
            notes.append(Note(row=row, code="check.sum_differs", fields=fields))
    return notes


def misspelt_names(desa: gpd.GeoDataFrame, kecamatan: gpd.GeoDataFrame) -> list[Note]:
    """Find kecamatan named by the desa that the kecamatan layer spells otherwise."""
    known = {normalise(name): name for name in kecamatan["name"]}
    notes: list[Note] = []
    by_code = dict(zip(kecamatan["code"], kecamatan["name"], strict=True))
    told: set[tuple[str, str]] = set()
    for row, name, code in zip(desa["row"], desa["kecamatan"], desa["code"], strict=True):
        if not name or normalise(name) in known:
            continue
        close = near(normalise(name), known)
        other = by_code.get(code[:8], known[close[0]] if len(close) == 1 else "")
        if (name, other) not in told:
            told.add((name, other))
            fields = {"name": name, "other": other or "?"}
            notes.append(Note(row=int(row), code="check.name_misspelt", fields=fields))
    return notes


def far_points(layers: Mapping[str, Any], outline: gpd.GeoDataFrame) -> list[Note]:
    """Count the points of each layer that lie more than 20 km outside the study."""
    whole = shapely.union_all(outline.geometry.to_numpy())
    crs = utm_crs(whole)
    area = to_metric(gpd.GeoSeries([whole], crs=outline.crs), crs=crs).iloc[0]
    notes: list[Note] = []
    for kind in POINT_LAYERS:
        frame = layers.get(kind)
        if not isinstance(frame, gpd.GeoDataFrame) or frame.empty:
            continue
        points = to_metric(frame.geometry, crs=crs).to_numpy()
        away_m = shapely.distance(points, area)
        far = np.flatnonzero(away_m > FAR_M)
        if len(far):
            worst = int(far[np.argmax(away_m[far])])
            fields = {
                "layer": kind,
                "count": len(far),
                "total": len(frame),
                "far_km": float(away_m[worst] / 1000),
                "row": int(frame["row"].iloc[worst]),
            }
            notes.append(Note(row=None, code="check.points_far", fields=fields))
    return notes


def elsewhere(layers: Mapping[str, Any], outline: gpd.GeoDataFrame) -> list[Note]:
    """Find layers of lines and polygons, and OSM extracts, that nowhere touch the study."""
    whole = shapely.union_all(outline.geometry.to_numpy())
    shapely.prepare(whole)
    notes: list[Note] = []
    for kind, data in layers.items():
        frame = getattr(data, "streets", data)
        if kind in _COMPARED or not isinstance(frame, gpd.GeoDataFrame) or frame.empty:
            continue
        if not shapely.intersects(whole, frame.geometry.to_numpy()).any():
            fields = {"layer": kind, "total": len(frame)}
            notes.append(Note(row=None, code="check.layer_elsewhere", fields=fields))
    return notes


def uncovered_by_raster(layers: Mapping[str, Any], outline: gpd.GeoDataFrame) -> list[Note]:
    """Find rasters whose frame covers less than 98 % of the study."""
    whole = shapely.union_all(outline.geometry.to_numpy())
    notes: list[Note] = []
    for kind, data in layers.items():
        if isinstance(data, Raster):
            share = _covered_share(data, whole)
            if share < COVERED_SHARE:
                fields = {"layer": kind, "percent": float(100 * share)}
                notes.append(Note(row=None, code="check.raster_uncovered", fields=fields))
    return notes


def _covered_share(raster: Raster, outline_4326: Any) -> float:
    """Share of the outline inside the raster's frame, both in the raster's own CRS."""
    to_own = Transformer.from_crs("EPSG:4326", raster.crs, always_xy=True)
    own = shapely.transform(
        outline_4326, lambda xy: np.column_stack(to_own.transform(xy[:, 0], xy[:, 1]))
    )
    if not np.isfinite(shapely.bounds(own)).all():
        return 0.0
    frame = shapely.box(*raster.bounds)
    return float(shapely.area(shapely.intersection(own, frame)) / shapely.area(own))
