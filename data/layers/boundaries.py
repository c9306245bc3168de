"""Boundaries: the study's outline, and its desa and kecamatan with both agencies' codes."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.files import codes, columns, shapes
from data.files.layer_types import LayerOptions
from data.files.reading import ReadReport, Tally
from geo.errors import InputError, Note

_COMMON = {
    "code": columns.CODE,
    "code_bps": columns.CODE_BPS,
    "desa": columns.DESA,
    "kecamatan": columns.KECAMATAN,
    "kabupaten": columns.KABUPATEN,
    "kecamatan_code": columns.KECAMATAN_CODE,
    "name": columns.NAME,
    "status": columns.STATUS,
    "area_km2": columns.AREA_KM2,
    "area_ha": columns.AREA_HA,
}


def read_boundary(path: Path, options: LayerOptions) -> tuple[gpd.GeoDataFrame, ReadReport]:
    """Read the study's outline: every polygon of the file as one row.

    Returns
    -------
    GeoDataFrame
        One row: ``name``, ``code`` (of the regency, or several), ``row``, ``geometry``.
    """
    frame, found, tally = shapes.polygons(path, options, _COMMON)
    code, code_bps = _code_columns(frame, found)
    names = shapes.text(frame, found, "kabupaten" if "kabupaten" in found else "name")
    regencies = pd.unique(np.array([c[:5] for c in code if c], dtype=object))
    if not len(regencies):
        regencies = pd.unique(np.array([c[:4] for c in code_bps if c], dtype=object))
    one = {
        "name": ", ".join(list(dict.fromkeys(n for n in names if n))[:5]),
        "code": ", ".join(regencies[:5]),
        "row": 1,
    }
    outline = _polygonal(shapely.union_all(frame.geometry.to_numpy()))
    whole = gpd.GeoDataFrame([one], geometry=[outline], crs=frame.crs)
    return whole, tally.report("boundary", accepted=len(frame))


def _polygonal(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])


def read_areas(path: Path, options: LayerOptions) -> tuple[gpd.GeoDataFrame, ReadReport]:
    """Read desa or kecamatan; the level is told by the codes, else by the columns.

    Returns
    -------
    GeoDataFrame
        ``code`` (Kemendagri, dotted) · ``code_bps`` · ``name`` · ``level`` · ``kecamatan`` ·
        ``kecamatan_code`` · ``status`` · ``area_km2_stated`` (km², NaN unknown) · ``row`` ·
        ``geometry`` (EPSG:4326).

    Raises
    ------
    InputError
        ``areas.no_level`` when neither a code nor a column of desa or kecamatan is there.
    """
    frame, found, tally = shapes.polygons(path, options, _COMMON)
    code, code_bps = _code_columns(frame, found)
    level = _level(code, code_bps, found, path)
    kecamatan = shapes.text(frame, found, "kecamatan")
    if "name" in options.columns:
        found.pop(level, None)  # the study says which column names an area
    name = _names(frame, found, level)
    areas = gpd.GeoDataFrame(
        {
            "code": code,
            "code_bps": code_bps,
            "name": name,
            "level": level,
            "kecamatan": name if level == "kecamatan" else kecamatan,
            "kecamatan_code": [
                codes.kecamatan_of(*pair) for pair in zip(code, code_bps, strict=True)
            ],
            "status": _status(shapes.text(frame, found, "status"), code, level),
            "area_km2_stated": _stated_km2(frame, found),
            "row": frame["row"].to_numpy(),
        },
        geometry=frame.geometry.to_numpy(),
        crs=frame.crs,
    )
    tally.warned += [
        Note(row=int(row), code="areas.no_name") for row in areas["row"][areas["name"] == ""]
    ]
    areas = _parts_joined(areas, tally)
    return areas, tally.report("areas", accepted=len(areas))


def _code_columns(frame: gpd.GeoDataFrame, found: shapes.Found) -> tuple[np.ndarray, np.ndarray]:
    own = shapes.text(frame, found, "code") if "code" in found else None
    bps = shapes.text(frame, found, "code_bps") if "code_bps" in found else None
    return codes.split(own, bps, size=len(frame))


def _level(code: np.ndarray, code_bps: np.ndarray, found: shapes.Found, path: Path) -> str:
    levels = [codes.level_of(*pair) for pair in zip(code, code_bps, strict=True)]
    counted = pd.Series([each for each in levels if each], dtype=object).value_counts()
    if len(counted) and counted.index[0] in {"desa", "kecamatan"}:
        return str(counted.index[0])
    if "desa" in found:
        return "desa"
    if "kecamatan" in found:
        return "desa" if "name" in found else "kecamatan"
    raise InputError("areas.no_level", file=path.name)


def _names(frame: gpd.GeoDataFrame, found: shapes.Found, level: str) -> pd.Series:
    """Take the column named for the level; where it is blank, the one called just "nama"."""
    special = shapes.text(frame, found, level)
    return special.where(special != "", shapes.text(frame, found, "name"))


def _status(stated: pd.Series, code: np.ndarray, level: str) -> list[str]:
    """Tell desa from kelurahan by what is written, else by the first digit of the number."""
    if level != "desa":
        return [""] * len(code)
    written = stated.str.casefold()
    out: list[str] = []
    for word, own in zip(written, code, strict=True):
        digit = own[9:10]
        by_code = {"1": "kelurahan", "2": "desa"}.get(digit, "")
        out.append("kelurahan" if word.startswith("kel") else "desa" if word == "desa" else by_code)
    return out


def _stated_km2(frame: gpd.GeoDataFrame, found: shapes.Found) -> np.ndarray:
    """Read the figure that the file states for each area, in km²; hectares are turned."""
    km2 = shapes.numbers(frame, found, "area_km2")
    stated = np.where(np.isfinite(km2), km2, shapes.numbers(frame, found, "area_ha") / 100)
    stated[~(stated > 0)] = np.nan
    return stated


def _parts_joined(areas: gpd.GeoDataFrame, tally: Tally) -> gpd.GeoDataFrame:
    """Join features that carry the same code and name; the same code with another name is told."""
    key = np.where(areas["code"] != "", areas["code"], areas["code_bps"])
    again = pd.Series(key).duplicated(keep="first").to_numpy() & (key != "")
    if not again.any():
        return areas
    first = {each: at for at, each in reversed(list(enumerate(key)))}
    geometry, drop = areas.geometry.to_numpy().copy(), np.zeros(len(areas), dtype=bool)
    for at in np.flatnonzero(again):
        home = first[key[at]]
        fields = {"code": str(key[at]), "first": int(areas["row"].iloc[home])}
        row = int(areas["row"].iloc[at])
        if areas["name"].iloc[at] == areas["name"].iloc[home]:
            geometry[home] = shapely.union(geometry[home], geometry[at])
            drop[at] = True
            tally.repaired.append(Note(row=row, code="areas.part_joined", fields=fields))
        else:
            tally.duplicates.append(Note(row=row, code="areas.same_code", fields=fields))
    return areas.set_geometry(gpd.GeoSeries(geometry, index=areas.index, crs=areas.crs))[
        ~drop
    ].reset_index(drop=True)
