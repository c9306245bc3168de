"""People within a radius: from totals per area, from weighted points, or from a raster."""

from __future__ import annotations

import math
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from affine import Affine
from pyproj import CRS

from geo import touch
from geo.coverage import covered_sums
from geo.crs import points_xy, require_metric
from geo.dense import weighted_within
from geo.disc_area import disc_areas
from geo.errors import InputError
from geo.outlines import outlines, sound_polygons
from geo.raster import Raster
from geo.touch import Floats, Ints, Places

_LEAST_SHARE = 1e-9  # of the circle or the area: less is rounding, and the area is not reached
_CIRCLES_AT_ONCE = 10_000  # about 10 MB of vertices
_SIDES = 64
_ANGLES = 2 * np.pi * np.arange(_SIDES) / _SIDES
# the polygon has the area of its circle: ½ n sin(2π/n) r² = π R²
_RADIUS = math.sqrt(2 * math.pi / (_SIDES * math.sin(2 * math.pi / _SIDES)))
_CIRCLE = _RADIUS * np.column_stack([np.cos(_ANGLES), np.sin(_ANGLES)])


class _Pieces(NamedTuple):
    zeros: Floats  # one a point; NaN where there is no point
    at: Ints  # the point of each piece
    which: Ints  # the area of each piece
    cut_m2: Floats  # of the piece
    whole_m2: Floats  # of its area


def people_within(
    points: Places, areas: Places, population: npt.ArrayLike, *, radius_m: float
) -> Floats:
    """Estimate the people within a circle around each point from totals per area.

    Each area's people are spread evenly over it::

        people_i = Σ_j population_j · area(circle_i ∩ area_j) / area(area_j)

    Parameters
    ----------
    points : GeoSeries or GeoDataFrame of points, length n
        Metric CRS.
    areas : GeoSeries or GeoDataFrame of polygons, length m
        The same CRS; they should not overlap, or people are counted twice.
    population : array of float, shape (m,)
        People per area. NaN is unknown.
    radius_m : float

    Returns
    -------
    array of float64, shape (n,)
        Never above the sum of `population`. NaN where a circle reaches into an area whose
        population is unknown, and where there is no point. People outside all areas are not
        known to this function: see `share_covered` for sites at the study's border.

    Raises
    ------
    CrsError
        Without a CRS, in degrees, or in two different CRSs.
    InputError
        ``nearby.radius``, ``nearby.length`` (one number per area), ``nearby.negative``.

    Notes
    -----
    The circle is exact (see `geo.disc_area`), in about a tenth of the time of cutting polygons. A
    circle that covers an area counts all of its people. The cost is the edges of the areas around
    each point.
    """
    people = np.asarray(population, float)
    touch.check_length(people, len(areas))
    if (people < 0).any():
        raise InputError("nearby.negative")
    cut = _pieces(points, areas, radius_m=radius_m)
    with np.errstate(invalid="ignore"):  # an area without area: where its people are is unknown
        share = np.minimum(cut.cut_m2 / cut.whole_m2, 1.0)
    sums = np.bincount(cut.at, weights=people[cut.which] * share, minlength=len(cut.zeros))
    return cut.zeros + np.where(np.isnan(sums), np.nan, np.minimum(sums, np.nansum(people)))


def share_covered(points: Places, areas: Places, *, radius_m: float) -> Floats:
    """Share of each circle's area that lies on the given areas (which should not overlap).

    A site at the study's border has part of its circle where nothing is known; there
    `people_within` is a lower bound, and this share says by how much.

    Returns
    -------
    array of float64, shape (n,)
        0 to 1; NaN where there is no point.
    """
    cut = _pieces(points, areas, radius_m=radius_m)
    sums = np.bincount(cut.at, weights=cut.cut_m2, minlength=len(cut.zeros))
    return cut.zeros + np.clip(sums / (math.pi * radius_m**2), 0.0, 1.0)


def people_points_within(
    points: Places, targets: Places, weights: npt.ArrayLike, *, radius_m: float
) -> Floats:
    """Sum the weights (people, say) of target points at most `radius_m` from each point.

    Parameters
    ----------
    points, targets : GeoSeries or GeoDataFrame of points, lengths n and m
        The same metric CRS.
    weights : array of float, shape (m,)
        NaN is unknown.
    radius_m : float

    Returns
    -------
    array of float64, shape (n,)
        NaN where a target of unknown weight lies within the circle, and where there is no point.
    """
    touch.check_radius(radius_m)
    weight = np.asarray(weights, float)
    touch.check_length(weight, len(targets))
    xy, _ = touch.same_metres(points, targets)
    target_xy = points_xy(targets, crs=CRS.from_user_input(targets.crs))
    here, there = touch.present(xy), touch.present(target_xy)
    out = np.full(len(xy), np.nan)
    out[here] = weighted_within(xy[here], target_xy[there], weight[there], radius_m=radius_m)
    return out


def people_raster_within(
    raster: Raster, points: Places, *, radius_m: float
) -> tuple[Floats, Floats]:
    """Sum a raster of people (a head count a cell) over a circle around each point.

    Each cell counts with the part of it that lies in the circle::

        people_i = Σ_k people_k · area(circle_i ∩ cell_k) / area(cell_k)

    Parameters
    ----------
    raster : Raster
        People a cell, not people a square kilometre; in any CRS.
    points : GeoSeries or GeoDataFrame of points, length n
        Metric CRS: the circle is true in it, and is moved to the raster's CRS.
    radius_m : float

    Returns
    -------
    people : array of float64, shape (n,)
        Over the known cells; NaN where none is known, and where there is no point.
    known_share_0_1 : array of float64, shape (n,)
        Part of the circle that lies on known cells: below 1, `people` is a lower bound.

    Raises
    ------
    CrsError
        Points without a CRS, or in degrees.
    InputError
        ``nearby.radius``.

    Notes
    -----
    The circle is a 64-sided polygon of the circle's own area (its radius is 0.08 % larger), so its
    rim is never off by more than 0.09 % of the radius. The cost is that of the circles' rims, not
    of their areas. Memory is a tile for each core, and 10,000 circles at a time.
    """
    touch.check_radius(radius_m, least_m=1e-3)
    crs = require_metric(points, what="points")
    xy = points_xy(points, crs=crs)
    out = np.full((len(xy), 2), np.nan)
    here = touch.present(xy)
    for first in range(0, len(here), _CIRCLES_AT_ONCE):
        at = here[first : first + _CIRCLES_AT_ONCE]
        circles = gpd.GeoSeries(shapely.polygons(xy[at, None] + radius_m * _CIRCLE), crs=crs)
        shapes = circles.to_crs(raster.crs).to_numpy()
        shown = np.isfinite(shapely.bounds(shapes)).all(axis=1)  # in the raster's CRS
        out[at[~shown], 1], at = 0.0, at[shown]
        flat = outlines(shapes[shown], transform=raster.transform)
        count, people = covered_sums(
            flat, raster.blocks, width=raster.width, height=raster.height
        ).T
        out[at, 0] = np.where(count > 0, people, np.nan)
        out[at, 1] = np.minimum(count / flat.cells, 1.0)
    return out[:, 0], out[:, 1]


def _pieces(points: Places, areas: Places, *, radius_m: float) -> _Pieces:
    """Measure the circle around each point in every area that it reaches."""
    touch.check_radius(radius_m, least_m=1e-3)
    xy, shapes = touch.same_metres(points, areas)
    here, there = touch.present(xy), touch.placed(shapes)
    zeros = np.full(len(xy), np.nan)
    zeros[here] = 0.0
    sound = sound_polygons(shapes[there])
    flat = outlines(sound, transform=Affine.identity())
    tree = shapely.STRtree(sound)
    found = [(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))]
    for first in range(0, len(here), _CIRCLES_AT_ONCE):
        near = here[first : first + _CIRCLES_AT_ONCE]
        (x, y), r = xy[near].T, radius_m
        at, which = tree.query(shapely.box(x - r, y - r, x + r, y + r))
        cut_m2 = disc_areas(flat, xy[near], at=at, which=which, radius_m=radius_m)
        reached = cut_m2 > _LEAST_SHARE * np.minimum(flat.cells[which], math.pi * r**2)
        found.append((near[at[reached]], there[which[reached]], cut_m2[reached]))
    at, which, cut_m2 = (np.concatenate(part) for part in zip(*found, strict=True))
    whole_m2 = np.full(len(shapes), np.nan)
    whole_m2[there] = flat.cells
    return _Pieces(zeros, at, which, cut_m2, whole_m2[which])
