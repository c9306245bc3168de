"""People: counts per desa or kecamatan joined to areas by code or name, or points with counts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from data.files import codes, columns, lists, numerals, points, shapes
from data.files.layer_types import LayerOptions
from data.files.reading import ReadReport, Tally
from geo.errors import InputError, Note

_FIELDS = {
    "code": columns.CODE,
    "code_bps": columns.CODE_BPS,
    "desa": columns.DESA,
    "kecamatan": columns.KECAMATAN,
    "name": columns.NAME,
}
_COUNT = re.compile(
    r"(?:jumlah|jml|total)?(?:penduduk|jiwa|populasi|population|pop)(?:jiwa|total|jumlah)?"
    r"(?:\d|semester|sem|smt|s|tahun|th|jiwa|dkb)*"
)
_COUNT_LAST = (
    "jumlah",
    "total",
    "jml",
    "l_p",
    "laki_laki_perempuan",
)  # only where nothing else fits
_YEAR = re.compile(r"(?:19|20)\d\d")


def read_population(path: Path, options: LayerOptions) -> tuple[Any, ReadReport]:
    """Read population: a table per area, or points (``id, lon, lat, population``).

    Returns
    -------
    DataFrame
        ``code`` · ``code_bps`` · ``name`` · ``kecamatan`` · ``level`` · ``population`` (people) ·
        ``row``; or a GeoDataFrame of points with ``population``, ``row``, ``geometry``.

    Raises
    ------
    InputError
        ``population.no_count`` without a column of people; ``population.none`` when no row counts.
    """
    if not lists.is_list(path):
        frame, found, tally = shapes.points(path, options, _FIELDS)
        placed = True
    else:
        frame, found = lists.read_list(
            path, _with_places(options), need=[], mapping=options.columns
        )
        placed = {"lat", "lon"} <= found.keys() and not {"code", "code_bps"} & found.keys()
        tally = Tally()
        if placed:
            frame, found, tally = points.points_of_list(path, options, _FIELDS)
    people = _counts(frame, options, tally, path)
    keep = np.isfinite(people)
    if not keep.any():
        raise InputError("population.none", file=path.name)
    if placed:
        layer = gpd.GeoDataFrame(frame[["row", "geometry"]], crs=frame.crs)
        layer = layer.assign(population=people)[keep].reset_index(drop=True)
        return layer, tally.report("population", accepted=len(layer))
    table = _table(frame, found, people, path)[keep].reset_index(drop=True)
    table = _one_row_each(table, tally)
    return table, tally.report("population", accepted=len(table))


def _with_places(options: LayerOptions) -> columns.Aliases:
    counts = ("penduduk", "jumlah_penduduk", "population", *_COUNT_LAST)
    return {**points.PLACES, **_FIELDS, "population": (*options.columns.values(), *counts)}


def _counts(frame: pd.DataFrame, options: LayerOptions, tally: Tally, path: Path) -> np.ndarray:
    """Read the latest column of people; what is no count is told by row and left out."""
    column = _count_column(frame, options, tally, path)
    people = numerals.to_numbers(frame[column], whole=True)
    bad = ~(people >= 0)
    for row, cell in zip(frame["row"][bad], frame[column][bad], strict=True):
        blank = cell is None or not str(cell).strip() or cell != cell  # noqa: PLR0124 - NaN
        code = "population.blank" if blank else "population.not_a_count"
        fields = {} if blank else {"text": str(cell)[:40]}
        tally.rejected.append(Note(row=int(row), code=code, fields=fields))
    people[bad] = np.nan
    return people


def _count_column(frame: pd.DataFrame, options: LayerOptions, tally: Tally, path: Path) -> str:
    names = [str(name) for name in frame.columns if name not in {"row", "geometry"}]
    if "population" in options.columns:
        return columns.find(names, {"population": ()}, mapping=options.columns)["population"]
    fits = [name for name in names if _COUNT.fullmatch(columns.plain(name))]
    if not fits:
        last = columns.find(names, {"population": _COUNT_LAST})
        if not last:
            raise InputError("population.no_count", file=path.name, present=", ".join(names[:12]))
        return last["population"]
    latest = max(fits, key=_when)  # of equals max keeps the first
    if len(fits) > 1:
        fields = {"taken": latest, "count": len(fits)}
        tally.warned.append(Note(row=None, code="population.latest_taken", fields=fields))
    return latest


def _when(name: str) -> tuple[int, int]:
    """Year and half-year in a column's name: ``penduduk_2026_s1`` → (2026, 1)."""
    year = _YEAR.search(name)
    if year is None:
        return 0, 0
    rest = re.findall(r"\d+", name[year.end() :])
    return int(year.group()), int(rest[0]) if rest else 0


def _table(
    frame: pd.DataFrame, found: dict[str, str], people: np.ndarray, path: Path
) -> pd.DataFrame:
    own = shapes.text(frame, found, "code") if "code" in found else None
    bps = shapes.text(frame, found, "code_bps") if "code_bps" in found else None
    code, code_bps = codes.split(own, bps, size=len(frame))
    desa = shapes.text(frame, found, "desa")
    kecamatan = shapes.text(frame, found, "kecamatan")
    name = desa.where(desa != "", shapes.text(frame, found, "name"))
    if not {"code", "code_bps", "desa", "kecamatan", "name"} & found.keys():
        raise InputError("population.no_area", file=path.name)
    unnamed = "desa" not in found and "name" not in found
    level = [
        codes.level_of(*pair) or ("kecamatan" if unnamed else "desa")
        for pair in zip(code, code_bps, strict=True)
    ]
    return pd.DataFrame(
        {
            "code": code,
            "code_bps": code_bps,
            "name": name.where(name != "", kecamatan).to_numpy(),
            "kecamatan": kecamatan.where(np.array(level) != "kecamatan", kecamatan.where(
                kecamatan != "", name)).to_numpy(),
            "level": level,
            "population": people,
            "row": frame["row"].to_numpy(),
        }
    )  # fmt: skip


def _one_row_each(table: pd.DataFrame, tally: Tally) -> pd.DataFrame:
    """Keep the first row of an area; later rows of the same area are listed, never added."""
    named = table["name"].str.casefold() + "|" + table["kecamatan"].str.casefold()
    key = table["code"].where(table["code"] != "", table["code_bps"])
    key = key.where(key != "", named) + table["level"]
    again = key.duplicated(keep="first").to_numpy()
    first = dict(zip(key[::-1], table["row"][::-1], strict=True))
    for row, each in zip(table["row"][again], key[again], strict=True):
        fields = {"first": int(first[each])}
        tally.duplicates.append(Note(row=int(row), code="population.area_again", fields=fields))
    return table[~again].reset_index(drop=True)
