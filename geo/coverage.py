"""Which cells of a grid each polygon covers, and how much of each, to the exact part."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from affine import Affine

from geo.raster import TILE, Floats, Ints, ReadBlock

Opened = Callable[[], AbstractContextManager[ReadBlock]]

_POLYGON, _MULTIPOLYGON = 3, 6
_FEW = 2_000  # polygons: below this a second thread is not worth starting


@dataclass(frozen=True, slots=True)
class Outlines:
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
    """

    xy: Floats
    ring_starts: Ints
    ring_signs: Floats
    rings: Ints
    boxes: Ints


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
    signs = np.where(shell, -1.0, 1.0) * np.sign(_signed_areas(xy, starts))
    return Outlines(xy, starts, signs, rings, _boxes(xy, starts[rings]))


def covered_stats(
    shapes: Outlines, opened: Opened, *, width: int, height: int, workers: int | None = None
) -> Floats:
    """Statistics of the known cells under each polygon, each weighted by its covered part.

    Parameters
    ----------
    shapes : Outlines, of n polygons
    opened : callable
        Opens the grid: ``with opened() as read`` gives ``read(row, column, height, width)``.
    width, height : int
        Of the grid, in cells.
    workers : int, optional
        Threads; each opens the grid for itself. All cores by default.

    Returns
    -------
    array of float64, shape (n, 5)
        Count (sum of the parts), mean, sum of squared deviations, least, most. Mean NaN, least
        inf and most −inf where no known cell is covered.

    Notes
    -----
    The grid is read once, tile by tile, and only where polygons are: memory is a tile a thread. A
    polygon's figures depend on nothing but itself and the grid, to the bit. The cost is the edges'
    crossings plus the cells of the polygons' boxes.
    """
    from geo import cover_kernel

    which, boxes, groups = _by_tile(shapes.boxes, width=width, height=height)
    found = np.zeros((len(which), 5))

    def work(mine: Sequence[slice]) -> None:
        with opened() as read:
            for group in mine:
                some = boxes[group]
                (top, left), (bottom, right) = some[:, ::2].min(axis=0), some[:, 1::2].max(axis=0)
                cells = read(int(top), int(left), int(bottom - top), int(right - left))
                found[group] = cover_kernel.stats(
                    shapes.xy, shapes.ring_starts, shapes.ring_signs, shapes.rings,
                    which[group], some, cells, top, left,
                )  # fmt: skip

    threads = min(workers or os.cpu_count() or 1, len(groups))
    if threads <= 1 or len(which) < _FEW:
        work(groups)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(work, [groups[k::threads] for k in range(threads)]))
    return _merged(which, found, n=len(shapes.boxes))


def covered_cells(
    shapes: Outlines, *, width: int, height: int
) -> tuple[Ints, Ints, Ints, Floats]:
    """List the cells that each polygon covers.

    Returns
    -------
    which, row, column : arrays of int64, shape (k,)
        Polygon and cell.
    share_0_1 : array of float64, shape (k,)
        Covered part of the cell.
    """
    from geo import cover_kernel

    which, boxes, _ = _by_tile(shapes.boxes, width=width, height=height)
    at, row, column, share = cover_kernel.listed(
        shapes.xy, shapes.ring_starts, shapes.ring_signs, shapes.rings, which, boxes
    )
    return which[at], row, column, np.minimum(share, 1.0)


def _signed_areas(xy: Floats, starts: Ints) -> Floats:
    """Twice the area of each ring, positive when drawn one way round."""
    lengths = np.diff(starts)
    near = xy - np.repeat(xy[starts[:-1]], lengths, axis=0)  # small numbers lose no digits
    cross = near[:-1, 0] * near[1:, 1] - near[1:, 0] * near[:-1, 1]
    owner = np.repeat(np.arange(len(lengths)), lengths)
    inside = owner[:-1] == owner[1:]
    return np.bincount(owner[:-1][inside], cross[inside], len(lengths)).astype(np.float64)


def _boxes(xy: Floats, starts: Ints) -> Ints:
    first, last = starts[:-1], np.maximum(starts[1:], starts[:-1] + 1)
    out = np.zeros((len(first), 4), np.int64)
    full = np.flatnonzero(starts[1:] > starts[:-1])
    if len(full):
        low = np.floor(np.minimum.reduceat(xy, first[full], axis=0))
        high = np.floor(np.maximum.reduceat(xy, first[full], axis=0)) + 1
        far = 1 << 40  # cells: beyond any grid, and still far from overflow
        out[full] = np.clip(np.column_stack([low[:, 1], high[:, 1], low[:, 0], high[:, 0]]), -far, far)
    return out


def _by_tile(boxes: Ints, *, width: int, height: int) -> tuple[Ints, Ints, list[slice]]:
    """Cut each box at the tiles' edges: polygon and box of every piece, grouped by tile."""
    cut = np.clip(boxes, 0, np.array([height, height, width, width]))
    at = np.flatnonzero((cut[:, 0] < cut[:, 1]) & (cut[:, 2] < cut[:, 3]))
    first, last = cut[at][:, ::2] // TILE, (cut[at][:, 1::2] - 1) // TILE
    down, right = (last - first + 1).T
    count = down * right
    own = np.repeat(np.arange(len(at)), count)
    step = np.arange(len(own)) - np.repeat(np.cumsum(count) - count, count)
    row, column = first[own, 0] + step // right[own], first[own, 1] + step % right[own]
    order = np.lexsort((column, row))
    own, row, column = own[order], row[order], column[order]
    edge = np.column_stack([row, row + 1, column, column + 1]) * TILE
    pieces = cut[at[own]]
    pieces[:, ::2] = np.maximum(pieces[:, ::2], edge[:, ::2])
    pieces[:, 1::2] = np.minimum(pieces[:, 1::2], edge[:, 1::2])
    breaks = np.flatnonzero((np.diff(row) != 0) | (np.diff(column) != 0)) + 1
    ends = [0, *breaks.tolist(), len(own)] if len(own) else []
    return at[own], pieces, [slice(a, b) for a, b in zip(ends, ends[1:], strict=False)]


def _merged(which: Ints, found: Floats, *, n: int) -> Floats:
    """Join the pieces of each polygon: Chan, Golub and LeVeque's rule for the squares."""
    out = np.zeros((n, 5))
    weight, mean, squares, low, high = found.T
    known = weight > 0
    out[:, 0] = np.bincount(which, weight, n)
    with np.errstate(invalid="ignore"):
        out[:, 1] = np.bincount(which[known], (weight * mean)[known], n) / out[:, 0]
    apart = (weight * (mean - out[which, 1]) ** 2)[known]
    out[:, 2] = np.bincount(which, squares, n) + np.bincount(which[known], apart, n)
    out[:, 3], out[:, 4] = np.inf, -np.inf
    np.minimum.at(out[:, 3], which, low)
    np.maximum.at(out[:, 4], which, high)
    return out
