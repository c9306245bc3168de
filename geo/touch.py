"""Pairing points with shapes: the checks at the door, and which comes within reach of which."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.crs import points_xy, require_metric
from geo.errors import CrsError, InputError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Places: TypeAlias = gpd.GeoDataFrame | gpd.GeoSeries


def touching(xy: Floats, shapes: npt.NDArray[Any], *, radius_m: float) -> tuple[Ints, Ints]:
    """Pairs (shape, point) at most a radius apart, each as an array of positions.

    The tree holds the points: so each shape is prepared once, however many points lie on it.
    """
    tree = shapely.STRtree(np.asarray(shapely.points(xy)))
    if radius_m > 0:
        which, at = tree.query(shapes, predicate="dwithin", distance=radius_m)
    else:
        which, at = tree.query(shapes, predicate="intersects")
    return which.astype(np.int64), at.astype(np.int64)


def same_metres(points: Places, targets: Places) -> tuple[Floats, npt.NDArray[Any]]:
    """Coordinates of the points and shapes of the targets, once both are in the same metres."""
    crs = require_metric(points, what="points")
    other = require_metric(targets, what="targets")
    if crs != other:
        raise CrsError("crs.differs", one=crs.to_string()[:60], other=other.to_string()[:60])
    return points_xy(points, crs=crs), targets.geometry.to_numpy()


def present(xy: Floats) -> Ints:
    """Positions of the rows that hold a point."""
    return np.flatnonzero(np.isfinite(xy).all(axis=1)).astype(np.int64)


def placed(shapes: npt.NDArray[Any]) -> Ints:
    """Positions of the shapes that are neither missing nor empty."""
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    return np.flatnonzero(there).astype(np.int64)


def all_points(shapes: npt.NDArray[Any]) -> bool:
    """Tell whether every shape is a single point."""
    return bool((shapely.get_type_id(shapes) == shapely.GeometryType.POINT).all())


def check_radius(radius_m: float, *, least_m: float = 0.0) -> None:
    """Refuse a radius that is not a number, or smaller than makes sense."""
    if not (math.isfinite(radius_m) and radius_m >= least_m):
        raise InputError("nearby.radius", radius=float(radius_m))


def check_length(values: Floats, expected: int) -> None:
    """Refuse values that are not one for each shape."""
    if values.shape != (expected,):
        raise InputError("nearby.length", found=int(values.size), expected=expected)
