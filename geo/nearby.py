"""What lies near a site: nearest, counts, people and classes within a radius, in true metres."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree

from geo import touch
from geo.dense import counts_within
from geo.people_near import (
    people_points_within,
    people_raster_within,
    people_within,
    share_covered,
)
from geo.touch import Floats, Ints, Places

__all__ = [
    "class_at",
    "count_within",
    "density_km2",
    "nearest_m",
    "people_points_within",
    "people_raster_within",
    "people_within",
    "share_covered",
    "share_within_m",
]

_MANY = 5_000  # points: worth a thread for every core


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
        tree = cKDTree(shapely.get_coordinates(shapes[there]))
        found, which = tree.query(xy[here], workers=-1 if len(here) > _MANY else 1)
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
        target_xy = shapely.get_coordinates(shapes[there])
        count[here] = counts_within(xy[here], target_xy, radius_m=radius_m)
    else:
        _, at = touch.touching(xy[here], shapes[there], radius_m=radius_m)
        count[here] = np.bincount(at, minlength=len(here))
    return count


def density_km2(points: Places, targets: Places, *, radius_m: float) -> Floats:
    """Targets a square kilometre of the circle around each point.

    ``density_i = count_i / (π (radius_m / 1000)²)``, with the count of `count_within`.

    Parameters
    ----------
    points, targets : GeoSeries or GeoDataFrame
        As in `count_within`.
    radius_m : float
        More than 0.

    Returns
    -------
    array of float64, shape (n,)
        NaN where there is no point. Beyond the edge of what was mapped nothing is counted, so
        near it the density is a lower bound.
    """
    touch.check_radius(radius_m, least_m=1e-3)
    count = count_within(points, targets, radius_m=radius_m)
    nowhere = shapely.is_missing(points.geometry) | shapely.is_empty(points.geometry)
    return np.where(nowhere, np.nan, count / (math.pi * (radius_m / 1000) ** 2))


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
