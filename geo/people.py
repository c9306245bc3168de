"""Where people live: totals of areas spread over buildings, land cover, a raster, or evenly."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from affine import Affine
from pyproj import CRS

from geo import touch
from geo.coverage import covered_cells
from geo.crs import require_metric, transformer
from geo.errors import CrsError, InputError, Note
from geo.outlines import outlines, sound_polygons
from geo.raster import Floats, Ints, Raster
from geo.touch import Places

_NAMES_TOLD = 5


class _Weights(NamedTuple):
    """Places that can take people: their area, point and weight."""

    area: Ints
    points: npt.NDArray[Any]
    weight: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Totals of areas as people at points.

    Parameters
    ----------
    points : GeoDataFrame
        Columns ``area`` (position of the area), ``people``, and a point in the areas' CRS.
    evenly : array of int64
        Positions of the areas where nothing to spread over was found: spread evenly instead.
    left_out : array of int64
        Positions of the areas without a known total or without an outline: no points.
    notes : tuple of Note
        The two lists above in words, one note for each that is not empty.
    """

    points: gpd.GeoDataFrame
    evenly: Ints
    left_out: Ints
    notes: tuple[Note, ...]


def spread(
    areas: Places,
    totals: npt.ArrayLike,
    onto: Places | Raster | None = None,
    *,
    weights: npt.ArrayLike | None = None,
    grid_m: float = 100.0,
    whole: bool = False,
) -> Spread:
    """Spread each area's people over the places in it where people can be (dasymetric mapping).

    With w the weight of a place k in area a::

        people_k = total_a · w_k / Σ_j∈a w_j

    Parameters
    ----------
    areas : GeoDataFrame or GeoSeries of polygons, length n
        Metric CRS. They should not overlap. A column ``name`` is used in the notes.
    totals : array of float, shape (n,)
        People. NaN is unknown.
    onto : frame of points or polygons, Raster, or None
        Points are buildings, each weighted by its ``area_m2`` (one of unknown size as the median
        building). Polygons are land cover: each square metre weighs the polygon's weight. A
        raster's cells weigh their value times their part in the area; unknown cells weigh nothing.
        None spreads evenly.
    weights : array of float, optional
        One for each row of `onto`, instead of ``area_m2`` (points) or 1 (polygons); relative.
    grid_m : float
        Cell of the grid of points that stands for ground (land cover, even spreading); each cell
        counts with its exact part in the area.
    whole : bool
        Give whole persons by the largest remainder, so that each area keeps its total to the last
        person; the totals must then be whole numbers.

    Returns
    -------
    Spread

    Raises
    ------
    CrsError
        Without a CRS, in degrees, or in two different CRSs.
    InputError
        ``nearby.length``, ``nearby.negative``; ``people.grid`` and ``people.weight`` for a cell
        size or a weight that makes no sense; ``people.not_whole``.

    Notes
    -----
    O(p log p) in the p points that come out. A regency of 1,000 km² makes 100,000 points at
    100 m; a nation is done regency by regency.

    References
    ----------
    Mennis, J. (2003). Generating surface models of population using dasymetric mapping. *The
    Professional Geographer* 55(1), 31–42. Hamilton's method of the largest remainder.
    """
    crs = require_metric(areas, what="areas")
    shapes = areas.geometry.to_numpy()
    people = _checked_totals(totals, len(shapes), whole=whole)
    if not (math.isfinite(grid_m) and grid_m > 0):
        raise InputError("people.grid", size=float(grid_m))
    use = np.flatnonzero(np.isfinite(people) & (shapely.area(shapes) > 0))
    found = _places(areas, use, onto, weights, grid_m=grid_m, crs=crs)
    bare = use[np.bincount(found.area, found.weight, len(shapes))[use] <= 0]
    if len(bare):
        ground = _on_grid(shapes[bare], bare, np.ones(len(bare)), grid_m=grid_m)
        found = _Weights(
            np.append(found.area, ground.area),
            np.append(found.points, ground.points),
            np.append(found.weight, ground.weight),
        )
    amount = _shared(found, people, whole=whole)
    stays = amount > 0
    points = gpd.GeoDataFrame(
        {"area": found.area[stays], "people": amount[stays]},
        geometry=found.points[stays],
        crs=crs,
    )
    evenly = bare[people[bare] > 0] if onto is not None else np.empty(0, np.int64)
    left_out = np.setdiff1d(np.arange(len(shapes)), use)
    told = (("people.spread_evenly", evenly), ("people.left_out", left_out))
    notes = tuple(_note(code, areas, at) for code, at in told if len(at))
    return Spread(points=points, evenly=evenly, left_out=left_out, notes=notes)


def _places(
    areas: Places,
    use: Ints,
    onto: Places | Raster | None,
    weights: npt.ArrayLike | None,
    *,
    grid_m: float,
    crs: CRS,
) -> _Weights:
    shapes = areas.geometry.to_numpy()
    if onto is None:
        return _on_grid(shapes[use], use, np.ones(len(use)), grid_m=grid_m)
    if isinstance(onto, Raster):
        return _on_raster(areas.geometry.iloc[use], use, onto, crs=crs)
    other = require_metric(onto, what="onto")
    if other != crs:
        raise CrsError("crs.differs", one=crs.to_string()[:60], other=other.to_string()[:60])
    there = touch.placed(onto.geometry.to_numpy())
    weight = _checked_weights(onto, weights)[there]
    targets = onto.geometry.to_numpy()[there]
    if touch.all_points(targets):
        return _on_points(shapes[use], use, targets, weight)
    return _on_cover(shapes[use], use, targets, weight, grid_m=grid_m)


def _on_points(
    shapes: npt.NDArray[Any], use: Ints, points: npt.NDArray[Any], weight: Floats
) -> _Weights:
    at, which = shapely.STRtree(shapes).query(points, predicate="intersects")
    first = np.flatnonzero(np.diff(at, prepend=-1))  # a building on a border lives on one side
    at = at[first]
    return _Weights(use[which[first]], points[at], weight[at])


def _on_cover(
    shapes: npt.NDArray[Any], use: Ints, cover: npt.NDArray[Any], weight: Floats, *, grid_m: float
) -> _Weights:
    shapes, cover = sound_polygons(shapes), sound_polygons(cover)
    i, j = shapely.STRtree(cover).query(shapes, predicate="intersects")
    pieces = shapely.intersection(shapes[i], cover[j])
    real = np.flatnonzero(shapely.area(pieces) > 0)
    return _on_grid(pieces[real], use[i[real]], weight[j[real]], grid_m=grid_m)


def _on_grid(shapes: npt.NDArray[Any], area: Ints, weight: Floats, *, grid_m: float) -> _Weights:
    """Ground as the cells of a grid: its lines lie on whole multiples of the cell's size."""
    if not len(shapes):
        return _Weights(np.empty(0, np.int64), np.empty(0, object), np.empty(0))
    x0, y0, x1, y1 = shapely.total_bounds(shapes)
    left, top = math.floor(x0 / grid_m) * grid_m, math.ceil(y1 / grid_m) * grid_m
    grid = Affine(grid_m, 0.0, left, 0.0, -grid_m, top)
    width, height = int((x1 - left) // grid_m) + 1, int((top - y0) // grid_m) + 1
    flat = outlines(sound_polygons(shapes), transform=grid)
    which, row, column, share = covered_cells(flat, width=width, height=height)
    key = np.stack([area[which], row, column])
    order = np.lexsort(key[::-1])
    fresh = np.append(True, (np.diff(key[:, order], axis=1) != 0).any(axis=0))
    owner, rows, columns = key[:, order[fresh]]
    sums: Floats = np.bincount(np.cumsum(fresh) - 1, (share * weight[which])[order]).astype(float)
    x, y = left + grid_m * (columns + 0.5), top - grid_m * (rows + 0.5)
    return _Weights(owner, np.asarray(shapely.points(x, y)), sums)


def _on_raster(areas: gpd.GeoSeries, use: Ints, raster: Raster, *, crs: CRS) -> _Weights:
    shapes = sound_polygons(areas.to_crs(raster.crs).to_numpy())
    flat = outlines(shapes, transform=raster.transform)
    which, row, column, share = covered_cells(flat, width=raster.width, height=raster.height)
    value = np.zeros(len(which))
    for here, block, r, c in raster.around(row, column, np.ones(len(row), bool), rim=0):
        value[here] = np.nan_to_num(block[r, c], nan=0.0)
    if (value < 0).any():
        raise InputError("people.weight")
    grid = raster.transform
    x, y = grid.c + grid.a * (column + 0.5), grid.f + grid.e * (row + 0.5)
    points = np.asarray(shapely.points(*transformer(raster.crs, crs).transform(x, y)))
    return _Weights(use[which], points, share * value)


def _shared(found: _Weights, people: Floats, *, whole: bool) -> Floats:
    """Each place's part of its area's people."""
    n = len(people)
    sums = np.bincount(found.area, found.weight, n)
    with np.errstate(invalid="ignore"):
        quota = people[found.area] * (found.weight / sums[found.area])
    quota = np.where(sums[found.area] > 0, quota, 0.0)
    if not whole:
        return quota
    amount = np.floor(quota)
    owed = people - np.bincount(found.area, amount, n)
    order = np.lexsort((amount - quota, found.area))  # largest remainder first in each area
    owner = found.area[order]
    rank = np.arange(len(order)) - np.searchsorted(owner, owner)
    amount[order] += rank < owed[owner]
    return amount


def _checked_totals(totals: npt.ArrayLike, n: int, *, whole: bool) -> Floats:
    people = np.asarray(totals, float)
    touch.check_length(people, n)
    people = np.where(np.isfinite(people), people, np.nan)
    if (people < 0).any():
        raise InputError("nearby.negative")
    if whole and (np.mod(people[np.isfinite(people)], 1) != 0).any():
        raise InputError("people.not_whole")
    return people


def _checked_weights(onto: Places, weights: npt.ArrayLike | None) -> Floats:
    if weights is None:
        own = isinstance(onto, gpd.GeoDataFrame) and "area_m2" in onto.columns
        points = touch.all_points(onto.geometry.to_numpy()[touch.placed(onto.geometry.to_numpy())])
        weights = onto["area_m2"].to_numpy(float) if own and points else np.ones(len(onto))
    weight = np.asarray(weights, float)
    touch.check_length(weight, len(onto))
    sized = np.isfinite(weight)
    if (weight[sized] < 0).any():
        raise InputError("people.weight")
    usual = float(np.median(weight[sized])) if sized.any() else 1.0
    return np.where(sized, weight, usual)


def _note(code: str, areas: Places, at: Ints) -> Note:
    named = isinstance(areas, gpd.GeoDataFrame) and "name" in areas.columns
    names = areas["name"].iloc[at].astype(str) if named else (at + 1).astype(str)
    told = ", ".join(list(names)[:_NAMES_TOLD]) + (" …" if len(at) > _NAMES_TOLD else "")
    return Note(row=None, code=code, fields={"count": len(at), "names": told})
