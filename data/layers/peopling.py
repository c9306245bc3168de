"""People joined to areas: by code, else by name within the kecamatan; the unmatched are listed."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from data.gazetteer import Gazetteer, normalise
from geo.errors import Note

LISTED = 20
"""Unmatched rows told one by one; above that their number is told too."""


def join_population(areas: gpd.GeoDataFrame, population: Any) -> tuple[np.ndarray, list[Note]]:
    """Give every area its people.

    Parameters
    ----------
    areas : GeoDataFrame
        The ``areas`` layer, n rows, one or both levels.
    population : DataFrame or GeoDataFrame
        The ``population`` layer: a table (or a list of tables), or points.

    Returns
    -------
    ndarray of float64, shape (n,)
        People; NaN where nothing is known (never zero).
    list of Note
        Rows of the table that match no area, and areas without a row.
    """
    tables = population if isinstance(population, list) else [population]
    people, notes = np.full(len(areas), np.nan), list[Note]()
    for table in tables:
        if "geometry" in table:
            found, told = _of_points(areas, table)
        else:
            found, told = _of_table(areas, table)
        people = np.where(np.isfinite(people), people, found)
        notes += told
    levels = {str(level) for table in tables if "level" in table for level in table["level"]}
    empty = ~np.isfinite(people) & (areas["level"].isin(levels).to_numpy() if levels else True)
    return people, notes + _listed(areas[empty], "population.area_without")


def _of_points(areas: gpd.GeoDataFrame, points: gpd.GeoDataFrame) -> tuple[np.ndarray, list[Note]]:
    """Sum the points inside each area of the finest level; points outside all are counted."""
    import shapely

    point, area = shapely.STRtree(areas.geometry.to_numpy()).query(
        points.geometry.to_numpy(), predicate="within"
    )
    weight = points["population"].to_numpy(dtype=np.float64)
    people = np.bincount(area, weights=weight[point], minlength=len(areas)).astype(np.float64)
    people[np.bincount(area, minlength=len(areas)) == 0] = np.nan  # no point is no count
    outside = len(points) - len(np.unique(point))
    if not outside:
        return people, []
    fields = {"count": outside, "total": len(points)}
    return people, [Note(row=None, code="population.points_outside", fields=fields)]


def _of_table(areas: gpd.GeoDataFrame, table: pd.DataFrame) -> tuple[np.ndarray, list[Note]]:
    at = _match(areas, table)
    people = np.full(len(areas), np.nan)
    matched = at >= 0
    # of two rows for one area the first counts: written last
    people[at[matched][::-1]] = table["population"].to_numpy(dtype=np.float64)[matched][::-1]
    used = np.isin(table["level"], areas["level"].unique())
    if not used.any() and not matched.any():
        fields = {"level": str(table["level"].iloc[0]), "areas": str(areas["level"].iloc[0])}
        return people, [Note(row=None, code="population.other_level", fields=fields)]
    return people, _listed(table[~matched & used], "population.unmatched")


def _match(areas: gpd.GeoDataFrame, table: pd.DataFrame) -> np.ndarray:
    """Find the area of each row: by Kemendagri code, by BPS code, then by name; −1 for none."""
    at = np.full(len(table), -1)
    for column in ("code", "code_bps"):
        known = {c: k for k, c in reversed(list(enumerate(areas[column]))) if c}
        by_code = np.array([known.get(c, -1) for c in table[column]], dtype=int)
        at = np.where(at < 0, by_code, at)
    # a row whose code the areas use, but do not have, is another area of the same name: no guess
    coded = [
        any(row[c] and areas[c].ne("").any() for c in ("code", "code_bps"))
        for row in table[["code", "code_bps"]].to_dict("records")
    ]
    places = Gazetteer(areas)
    kecamatan = {
        normalise(name): k
        for k, (name, level) in enumerate(zip(areas["name"], areas["level"], strict=True))
        if level == "kecamatan"
    }
    for k in np.flatnonzero((at < 0) & ~np.array(coded, dtype=bool)):
        row = table.iloc[k]
        if row["level"] == "kecamatan":
            own = places.find_kecamatan(row["kecamatan"] or row["name"])
            at[k] = kecamatan.get(normalise(own), -1) if own else -1
        else:
            found = places.find(row["name"], row["kecamatan"] or None)
            at[k] = -1 if found is None else found
    return at


def _listed(rows: pd.DataFrame, code: str) -> list[Note]:
    """Tell rows one by one, the first `LISTED` of them, and then how many more there are."""
    notes = [
        Note(
            row=int(row["row"]),
            code=code,
            fields={"name": row["name"], "kecamatan": row["kecamatan"], "code": row["code"]},
        )
        for row in rows.head(LISTED)[["row", "name", "kecamatan", "code"]].to_dict("records")
    ]
    more = len(rows) - LISTED
    return (
        [*notes, Note(row=None, code=f"{code}.more", fields={"count": more})] if more > 0 else notes
    )
