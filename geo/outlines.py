"""Polygons as flat arrays in a grid's own units, as the compiled loops want them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from affine import Affine

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_POLYGON, _MULTIPOLYGON = 3, 6


class Outlines(NamedTuple):
    """Polygons as flat arrays, in units of cells from the grid's upper left corner.

    Parameters
    ----------
    xy : array of float64, shape (vertices, 2)
        Column and row, both growing from the upper left corner.
    ring_starts : array of int64, shape (rings + 1,)
    ring_signs : array of float64, shape (rings,)
        What the ring's edges count for, so that shells add and holes take away, however drawn.
    rings : array of int64, shape (polygons + 1,)
        First ring of each polygon.
    boxes : array of int64, shape (polygons, 4)
        First row, row after the last, first column, column after the last.
    cells : array of float64, shape (polygons,)
        Area in cells.
    """

    xy: Floats
    ring_starts: Ints
    ring_signs: Floats
    rings: Ints
    boxes: Ints
    cells: Floats


def sound_polygons(shapes: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Make crossing outlines valid and keep their polygons; the caller's array is not changed."""
    out = shapes.copy()
    bad = np.flatnonzero(~shapely.is_valid(out))
    out[bad] = shapely.make_valid(out[bad])
    mixed = np.flatnonzero(~np.isin(shapely.get_type_id(out), (_POLYGON, _MULTIPOLYGON)))
    for k in mixed:  # a few: collections, and outlines that cross themselves
        parts = shapely.get_parts(shapely.get_parts(out[k]))
        out[k] = shapely.multipolygons(parts[shapely.get_type_id(parts) == _POLYGON])
    return out


def outlines(shapes: npt.NDArray[Any], *, transform: Affine) -> Outlines:
    """Flatten valid polygons for the compiled loops.

    Parameters
    ----------
    shapes : array of Polygon and MultiPolygon, shape (n,)
        In the grid's CRS, as `sound_polygons` leaves them.
    transform : Affine
        North-up grid.
    """
    kind, points, offsets = shapely.to_ragged_array(shapes, include_z=False)
    starts, first_ring = (np.asarray(part, np.int64) for part in offsets[:2])
    rings = first_ring
    if kind == shapely.GeometryType.MULTIPOLYGON:
        rings = first_ring[np.asarray(offsets[2], np.int64)]
    xy = (points - (transform.c, transform.f)) / (transform.a, transform.e)
    shell = np.zeros(len(starts) - 1, np.bool_)
    shell[first_ring[:-1][np.diff(first_ring) > 0]] = True
    doubled = _signed_areas(xy, starts)
    owner = np.repeat(np.arange(len(rings) - 1), np.diff(rings))
    cells = np.bincount(owner, np.where(shell, 0.5, -0.5) * np.abs(doubled), len(rings) - 1)
    signs = np.where(shell, -1.0, 1.0) * np.sign(doubled)
    return Outlines(xy, starts, signs, rings, _boxes(xy, starts[rings]), cells.astype(float))


def _signed_areas(xy: Floats, starts: Ints) -> Floats:
    """Twice the area of each ring, positive when drawn one way round."""
    lengths = np.diff(starts)
    near = xy - np.repeat(xy[starts[:-1]], lengths, axis=0)  # small numbers lose no digits
    cross = near[:-1, 0] * near[1:, 1] - near[1:, 0] * near[:-1, 1]
    owner = np.repeat(np.arange(len(lengths)), lengths)
    inside = owner[:-1] == owner[1:]
    return np.bincount(owner[:-1][inside], cross[inside], len(lengths)).astype(np.float64)


def _boxes(xy: Floats, starts: Ints) -> Ints:
    first = starts[:-1]
    out = np.zeros((len(first), 4), np.int64)
    full = np.flatnonzero(starts[1:] > starts[:-1])
    if len(full):
        low = np.floor(np.minimum.reduceat(xy, first[full], axis=0))
        high = np.floor(np.maximum.reduceat(xy, first[full], axis=0)) + 1
        far = 1 << 40  # cells: beyond any grid, and still far from overflow
        out[full] = np.clip(
            np.column_stack([low[:, 1], high[:, 1], low[:, 0], high[:, 0]]), -far, far
        )
    return out
