"""Where people live inside each desa: its buildings, else points over the land people live on."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from scoring.areas_catalogue import SettlementRule
from scoring.kinds import fold
from scoring.layers import Layers
from scoring.people import MOST_PEOPLE_A_BUILDING

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
BUILDINGS, LAND_COVER, AREA = "buildings", "land-cover", "area"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """Settlement of n areas as s weighted points.

    Parameters
    ----------
    points : GeoSeries of points, length s
        Metric CRS.
    area : ndarray of int, shape (s,)
        Position of the area of each point.
    weight : ndarray, shape (s,)
        Share of the area's settlement; sums to 1 in every area.
    basis : ndarray of str, shape (n,)
        ``buildings``, ``land-cover`` or ``area``: what the points were laid out by.
    """

    points: gpd.GeoSeries
    area: Ints
    weight: Floats
    basis: npt.NDArray[np.object_]

    def mean(self, values: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Weighted mean over what is known of each area, and the share of it that is known.

        Parameters
        ----------
        values : array_like, shape (s,)
            NaN where unknown.

        Returns
        -------
        mean, known_share_0_1 : ndarray, shape (n,)
            The mean is NaN where nothing is known.
        """
        value, n = np.asarray(values, dtype=float), len(self.basis)
        known = ~np.isnan(value)
        share = np.bincount(self.area[known], self.weight[known], n)
        total = np.bincount(self.area[known], (self.weight * value)[known], n)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(share > 0, total / share, np.nan), np.minimum(share, 1.0)

    def gathered(self, square_m: float) -> Settlement:
        """Gather the points of each area in squares; weights are summed, places averaged."""
        xy = shapely.get_coordinates(self.points.to_numpy())
        key = np.column_stack([self.area, np.floor(xy / square_m)])
        first, at = np.unique(key, axis=0, return_inverse=True)
        at = at.ravel()
        weight = np.bincount(at, self.weight).astype(float)
        middle = [np.bincount(at, self.weight * xy[:, k]) / weight for k in (0, 1)]
        return Settlement(
            points=gpd.GeoSeries(shapely.points(*middle), crs=self.points.crs),
            area=first[:, 0].astype(np.int64),
            weight=weight,
            basis=self.basis,
        )


def settlement_of(
    layers: Layers, areas: gpd.GeoSeries, people: Floats, rule: SettlementRule
) -> Settlement:
    """Lay out where people live in each area, as finely as the layers allow.

    An area with at most ten people a mapped building is laid out by its buildings, weighted by
    their floor area; every other by points spread evenly over it (at most ``most_points``), without
    the land cover that nobody lives on.

    Parameters
    ----------
    layers : Layers
    areas : GeoSeries of polygons, length n
        In the layers' metric CRS.
    people : ndarray, shape (n,)
        NaN unknown: its buildings cannot be told to be enough, so they are not used.
    rule : SettlementRule
    """
    n = len(areas)
    area, points, weight = _buildings(layers, areas)
    count = np.bincount(area, minlength=n)
    with np.errstate(invalid="ignore"):
        mapped = (count > 0) & (people <= MOST_PEOPLE_A_BUILDING * count)
    kept = mapped[area]
    others = np.flatnonzero(~mapped)
    grid_area, grid, by_cover = _grid(layers, areas.to_numpy(), others, rule)
    area = np.concatenate([area[kept], grid_area])
    weight = np.concatenate([weight[kept], np.ones(len(grid_area))])
    return Settlement(
        points=gpd.GeoSeries(np.concatenate([points[kept], grid]), crs=layers.crs),
        area=area,
        weight=weight / np.bincount(area, weight, n)[area],
        basis=np.where(mapped, BUILDINGS, np.where(by_cover, LAND_COVER, AREA)).astype(object),
    )


def _buildings(
    layers: Layers, areas: gpd.GeoSeries
) -> tuple[Ints, npt.NDArray[np.object_], Floats]:
    if layers.get("buildings") is None or not len(layers.metric("buildings")):
        return np.empty(0, np.int64), np.empty(0, object), np.empty(0)
    buildings = layers.metric("buildings")
    shapes = buildings.geometry.to_numpy()
    area, which = shapely.STRtree(shapes).query(areas.to_numpy(), predicate="contains")
    size = np.ones(len(shapes))
    if "area_m2" in buildings:
        told = buildings["area_m2"].to_numpy(dtype=float)
        usable = np.isfinite(told) & (told > 0)
        if usable.any():
            size = np.where(usable, told, np.median(told[usable]))
    return area.astype(np.int64), np.asarray(shapes, dtype=object)[which], size[which]


def _grid(
    layers: Layers, shapes: npt.NDArray[np.object_], which: Ints, rule: SettlementRule
) -> tuple[Ints, npt.NDArray[np.object_], npt.NDArray[np.bool_]]:
    """Spread points evenly over some areas, then keep those on land that people live on."""
    by_cover = np.zeros(len(shapes), dtype=bool)
    if not len(which):
        return np.empty(0, np.int64), np.empty(0, object), by_cover
    laid = [_inside(shapes[i], rule) for i in which]
    area = np.repeat(which, [len(xy) for xy in laid])
    points = np.asarray(shapely.points(np.vstack(laid)), dtype=object)
    if layers.get("land-cover") is None:
        return area, points, by_cover
    cover = layers.metric("land-cover")
    words = [set(fold(str(text)).split()) for text in cover["class_"]]
    lived = _touched(points, cover, [bool(w & set(rule.settled)) for w in words])
    empty = _touched(points, cover, [bool(w & set(rule.not_settled)) for w in words])
    n = len(shapes)
    has_lived = np.bincount(area, lived, n) > 0
    keep = np.where(has_lived[area], lived, ~empty)
    keep |= (np.bincount(area, keep, n) == 0)[area]  # nothing left: the whole desa stands in
    by_cover = np.bincount(area, ~keep, n) > 0
    return area[keep], points[keep], by_cover


def _inside(shape: shapely.Polygon | shapely.MultiPolygon, rule: SettlementRule) -> Floats:
    """Points of a square grid inside one area; its inner point where none falls inside."""
    step = max(rule.least_spacing_m, float(np.sqrt(shape.area / rule.most_points)))
    x0, y0, x1, y1 = (np.floor(np.asarray(shape.bounds) / step) + 0.5) * step
    x, y = np.meshgrid(np.arange(x0, x1 + step, step), np.arange(y0, y1 + step, step))
    inside = shapely.contains_xy(shape, x, y)
    xy = np.column_stack([x[inside], y[inside]])
    return xy if len(xy) else shapely.get_coordinates(shape.representative_point())


def _touched(
    points: npt.NDArray[np.object_], cover: gpd.GeoDataFrame, chosen: list[bool]
) -> npt.NDArray[np.bool_]:
    found = np.zeros(len(points), dtype=bool)
    polygons = cover.geometry.to_numpy()[np.asarray(chosen, dtype=bool)]
    if len(polygons):
        found[shapely.STRtree(polygons).query(points, predicate="intersects")[0]] = True
    return found
