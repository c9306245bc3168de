"""Where clients come from: demand per kecamatan, spread over where people live (perkiraan)."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from scoring.layers import Layers

Floats = npt.NDArray[np.float64]
MOST_POINTS = 1_000
GRID_M = 1_000.0
"""More places of people than this are gathered in squares of a kilometre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandPoints:
    """Points (m,) in the metric CRS and the share of all demand at each; shares sum to 1."""

    points: gpd.GeoSeries
    share: Floats


def demand_points(layers: Layers, *, by_population: bool = False) -> DemandPoints | None:
    """Spread demand over where people live, or None when nobody knows how much there is or where.

    A kecamatan's count is spread by population; a kecamatan without a (kept) count gets the
    mean rate of the others, so a withheld cell is never visible in a map or a total. A desa's
    people stand at the middle of its buildings where there are any, else at an inner point.

    Parameters
    ----------
    layers : Layers
    by_population : bool
        Where there are no counts, take demand as even among people: an assumption that whoever
        asks for it must state. A criterion never does: demand that nobody counted is unknown.
    """
    if layers.get("people") is None or (layers.get("demand") is None and not by_population):
        return None
    people = layers.metric("people")
    amount = people["population"].to_numpy(dtype=float)
    known = np.isfinite(amount) & (amount > 0)
    people, amount = people.loc[known].reset_index(drop=True), amount[known]
    if not len(people):
        return None
    weight = amount * _rate(layers, people, amount)
    if (people.geom_type == "Point").all():
        points, weight = _gathered(people.geometry, weight)
    else:
        points = _kept_middles(layers, people)
    return DemandPoints(points=points, share=weight / weight.sum())


def counted(table: pd.DataFrame) -> pd.Series:
    """Return what is counted a year by the kecamatan's folded name: sentences, else clients."""
    count = table["sentences_per_year"].fillna(table["clients"])
    return pd.Series(count.to_numpy(dtype=float), index=folded(table["kecamatan"]))


def folded(names: pd.Series) -> pd.Series:
    """Fold names of kecamatan as they are compared here: without case and outer blanks."""
    return names.fillna("").astype(str).str.casefold().str.strip()


def _rate(layers: Layers, people: gpd.GeoDataFrame, amount: Floats) -> Floats:
    demand = layers.get("demand")
    if demand is None or "kecamatan" not in people:
        return np.ones(len(people))
    of_kecamatan = counted(demand.data)
    mine = folded(people["kecamatan"])
    population = pd.Series(amount).groupby(mine.to_numpy()).transform("sum").to_numpy()
    rate = (
        mine.map(of_kecamatan[~of_kecamatan.index.duplicated()]).to_numpy(dtype=float) / population
    )
    known = np.isfinite(rate)
    if not known.any():
        return np.ones(len(people))
    mean = np.average(rate[known], weights=amount[known])
    return np.asarray(np.where(known, rate, mean), dtype=float)


def middles(layers: Layers, people: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Return the middle of each desa's buildings, or an inner point where none is mapped."""
    inner = people.geometry.representative_point()
    if layers.get("buildings") is None or not len(layers.metric("buildings")):
        return inner
    buildings = layers.metric("buildings").geometry.to_numpy()
    area, which = shapely.STRtree(buildings).query(people.geometry.to_numpy(), predicate="contains")
    n = len(people)
    count = np.bincount(area, minlength=n)
    with np.errstate(invalid="ignore"):
        x = np.bincount(area, shapely.get_x(buildings[which]), n) / count
        y = np.bincount(area, shapely.get_y(buildings[which]), n) / count
    middle = gpd.GeoSeries(shapely.points(np.nan_to_num(x), np.nan_to_num(y)), crs=people.crs)
    return middle.where(count > 0, inner)


def _kept_middles(layers: Layers, people: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Return the middles of where people live, as found before if nothing changed since."""

    def made() -> dict[str, npt.NDArray[np.float64]]:
        points = middles(layers, people).to_numpy()
        return {"x": shapely.get_x(points), "y": shapely.get_y(points)}

    found = layers.derived(
        "middles", lambda: layers.arrays("middles", ("people", "buildings"), made)
    )
    return gpd.GeoSeries(shapely.points(found["x"], found["y"]), crs=people.crs)


def _gathered(points: gpd.GeoSeries, weight: Floats) -> tuple[gpd.GeoSeries, Floats]:
    if len(points) <= MOST_POINTS:
        return points.reset_index(drop=True), weight
    xy = np.column_stack([points.x, points.y])
    _, cell = np.unique(np.floor(xy / GRID_M), axis=0, return_inverse=True)
    total: Floats = np.bincount(cell, weight).astype(float)
    middle = [np.bincount(cell, weight * xy[:, k]) / total for k in (0, 1)]
    return gpd.GeoSeries(shapely.points(*middle), crs=points.crs), total
