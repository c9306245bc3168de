"""What lies near a site: nearest, counts, people and classes within a radius, in true metres."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS
from scipy.spatial import cKDTree

from geo import touch
from geo.crs import points_xy
from geo.dense import weighted_within
from geo.errors import InputError
from geo.touch import Floats, Ints, Places

_PAIRS_AT_ONCE = 50_000  # circles cut in one go: about 100 MB
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


def nearest_m(points: Places, targets: Places) -> tuple[Floats, Ints]:
    """Distance to the nearest target, and which one it is.

    Parameters
    ----------
    points : GeoSeries or GeoDataFrame of points, length n
        Metric CRS.
    targets : GeoSeries or GeoDataFrame, length m
        Points, lines or polygons in the same CRS; missing and empty ones are passed over. Inside
        a polygon the distance is 0.

    Returns
    -------
    distance_m : array of float64, shape (n,)
        ``inf`` when there is no target; NaN where there is no point.
    index : array of int64, shape (n,)
        Position in `targets`; −1 where there is none.

    Raises
    ------
    CrsError
        Without a CRS, in degrees, or in two different CRSs.

    Notes
    -----
    O((n + m) log m): a k-d tree between points, an STR tree otherwise.
    """
    xy, shapes = touch.same_metres(points, targets)
    distance_m, index = np.full(len(xy), np.nan), np.full(len(xy), -1, np.int64)
    here, there = touch.present(xy), touch.placed(shapes)
    if not len(there):
        distance_m[here] = np.inf
    elif touch.all_points(shapes[there]):
        found, which = cKDTree(shapely.get_coordinates(shapes[there])).query(xy[here])
        distance_m[here], index[here] = found, there[which]
    elif len(here):
        (source, which), found = shapely.STRtree(shapes[there]).query_nearest(
            shapely.points(xy[here]), return_distance=True, all_matches=False
        )
        distance_m[here[source]], index[here[source]] = found, there[which]
    return distance_m, index


def count_within(points: Places, targets: Places, *, radius_m: float) -> Ints:
    """Count the targets at most `radius_m` from each point, the circle's rim included.

    Parameters
    ----------
    points : GeoSeries or GeoDataFrame of points, length n
        Metric CRS.
    targets : GeoSeries or GeoDataFrame
        Points, lines or polygons in the same CRS.
    radius_m : float
        Not negative.

    Returns
    -------
    array of int64, shape (n,)
        0 also where there is no point: check for missing points before calling a 0 a zero.

    Raises
    ------
    CrsError
        Without a CRS, in degrees, or in two different CRSs.
    InputError
        ``nearby.radius`` when the radius is negative or not a number.
    """
    touch.check_radius(radius_m)
    xy, shapes = touch.same_metres(points, targets)
    count = np.zeros(len(xy), np.int64)
    here, there = touch.present(xy), touch.placed(shapes)
    if not (len(here) and len(there)):
        return count
    if touch.all_points(shapes[there]):
        tree = cKDTree(shapely.get_coordinates(shapes[there]))
        count[here] = tree.query_ball_point(xy[here], radius_m, return_length=True)
    else:
        _, at = touch.touching(xy[here], shapes[there], radius_m=radius_m)
        count[here] = np.bincount(at, minlength=len(here))
    return count


def share_within_m(
    points: Places,
    targets: Places,
    *,
    radius_m: float,
    weights: npt.ArrayLike | None = None,
) -> float:
    """Share of the points (or of their weight) that has a target at most `radius_m` away.

    Parameters
    ----------
    points, targets : GeoSeries or GeoDataFrame
        As in `nearest_m`. Missing points are left out.
    radius_m : float
    weights : array of float, shape (n,), optional
        People at each point, say. Equal by default.

    Returns
    -------
    float
        0 to 1; NaN when there is no point, or a weight is unknown.
    """
    touch.check_radius(radius_m)
    distance_m, _ = nearest_m(points, targets)
    weight = np.ones(len(distance_m)) if weights is None else np.asarray(weights, float)
    touch.check_length(weight, len(distance_m))
    known = np.isfinite(distance_m) | np.isposinf(distance_m)
    total = weight[known].sum()
    near = weight[known & (distance_m <= radius_m)].sum()
    return float(near / total) if total > 0 else math.nan


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
    The circle is a 64-sided polygon of the circle's own area (its radius is 0.08 % larger), so
    its rim is never off by more than 0.09 % of the radius. A circle that covers an area counts
    all of its people.
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


def class_at(
    points: Places, polygons: Places, classes: npt.ArrayLike, *, radius_m: float = 0.0
) -> Floats:
    """Highest class among the polygons that a point touches, or that come within a radius of it.

    Parameters
    ----------
    points : GeoSeries or GeoDataFrame of points, length n
        Metric CRS.
    polygons : GeoSeries or GeoDataFrame, length m
        The same CRS. A point on a polygon's edge touches it.
    classes : array of float, shape (m,)
        Larger is worse. NaN is unknown.
    radius_m : float
        0 asks at the point itself.

    Returns
    -------
    array of float64, shape (n,)
        NaN where no polygon is touched (whether that means class 0 is for the layer to declare),
        and where a touched polygon's class is unknown: it may be the highest.
    """
    touch.check_radius(radius_m)
    value = np.asarray(classes, float)
    touch.check_length(value, len(polygons))
    xy, shapes = touch.same_metres(points, polygons)
    here, there = touch.present(xy), touch.placed(shapes)
    highest = np.full(len(xy), -np.inf)
    which, at = touch.touching(xy[here], shapes[there], radius_m=radius_m)
    with np.errstate(invalid="ignore"):  # NaN wins and stays, as it should
        np.maximum.at(highest, here[at], value[there[which]])
    return np.where(np.isneginf(highest), np.nan, highest)


def _pieces(points: Places, areas: Places, *, radius_m: float) -> _Pieces:
    """Cut the circle around each point with every area that it reaches."""
    touch.check_radius(radius_m, least_m=1e-3)
    xy, shapes = touch.same_metres(points, areas)
    here, there = touch.present(xy), touch.placed(shapes)
    zeros = np.full(len(xy), np.nan)
    zeros[here] = 0.0
    shapes = np.where(shapely.is_valid(shapes), shapes, shapely.make_valid(shapes))
    which, at = touch.touching(xy[here], shapes[there], radius_m=radius_m * _RADIUS)
    order = np.argsort(at, kind="stable")
    at, which = here[at[order]], there[which[order]]
    cut_m2 = np.zeros(len(at))
    for first in range(0, len(at), _PAIRS_AT_ONCE):
        part = slice(first, first + _PAIRS_AT_ONCE)
        centres, back = np.unique(at[part], return_inverse=True)
        circles = np.asarray(shapely.polygons(xy[centres, None] + radius_m * _CIRCLE))
        cut_m2[part] = shapely.area(shapely.intersection(circles[back], shapes[which[part]]))
    return _Pieces(zeros, at, which, cut_m2, shapely.area(shapes)[which])
