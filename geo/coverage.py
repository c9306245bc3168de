"""Which cells of a grid each polygon covers, and how much of each, to the exact part."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import numpy as np

from geo.cover_kernel import loop
from geo.outlines import Outlines
from geo.raster import TILE, Floats, Ints, ReadBlock

Opened = Callable[[], AbstractContextManager[ReadBlock]]

_FEW = 2_000  # polygons: below this a second thread is not worth starting


def covered_stats(shapes: Outlines, opened: Opened, *, width: int, height: int) -> Floats:
    """Statistics of the known cells under each polygon, each weighted by its covered part.

    Parameters
    ----------
    shapes : Outlines, of n polygons
    opened : callable
        Opens the grid: ``with opened() as read`` gives ``read(row, column, height, width)``.
    width, height : int
        Of the grid, in cells.

    Returns
    -------
    array of float64, shape (n, 5)
        Count (sum of the parts), mean, sum of squared deviations, least, most. Mean NaN, least
        inf and most −inf where no known cell is covered.

    Notes
    -----
    The grid is read once, tile by tile, and only where polygons are; every core opens it for itself
    and holds one tile. A
    polygon's figures depend on nothing but itself and the grid, to the bit. The cost is the edges'
    crossings plus the cells of the polygons' boxes.
    """
    which, boxes, groups = _by_tile(shapes.boxes, width=width, height=height)
    found, stats = np.zeros((len(which), 5)), loop("stats", boxes)

    def work(group: slice, cells: Floats, top: int, left: int) -> None:
        found[group] = stats(shapes, which[group], boxes[group], cells, top, left)

    _over_tiles(work, groups, boxes, opened)
    return _merged(which, found, n=len(shapes.boxes))


def covered_sums(shapes: Outlines, opened: Opened, *, width: int, height: int) -> Floats:
    """Count and sum of the known cells under each polygon, for polygons of very many cells.

    Returns
    -------
    array of float64, shape (n, 2)

    Notes
    -----
    As `covered_stats`, but stretches of cells inside a polygon are taken from running sums along
    the rows, so the cost is that of the outline and not of the area. The sums are rounded in
    another order: equal to some 1e-13 of a row's total, not to the bit.
    """
    which, boxes, groups = _by_tile(shapes.boxes, width=width, height=height)
    found, sums = np.zeros((len(which), 2)), loop("sums", boxes)

    def work(group: slice, cells: Floats, top: int, left: int) -> None:
        running = np.zeros((cells.shape[0], cells.shape[1] + 1, 2))
        np.cumsum(np.isfinite(cells), axis=1, out=running[:, 1:, 0])
        np.cumsum(np.nan_to_num(cells, nan=0.0), axis=1, out=running[:, 1:, 1])
        found[group] = sums(shapes, which[group], boxes[group], running, top, left)

    _over_tiles(work, groups, boxes, opened)
    return np.column_stack([np.bincount(which, part, len(shapes.boxes)) for part in found.T])


def covered_cells(shapes: Outlines, *, width: int, height: int) -> tuple[Ints, Ints, Ints, Floats]:
    """List the cells that each polygon covers.

    Returns
    -------
    which, row, column : arrays of int64, shape (k,)
        Polygon and cell.
    share_0_1 : array of float64, shape (k,)
        Covered part of the cell.
    """
    which, boxes, _ = _by_tile(shapes.boxes, width=width, height=height)
    at, row, column, share = loop("listed", boxes)(shapes, which, boxes)
    return which[at], row, column, np.minimum(share, 1.0)


def _over_tiles(
    work: Callable[[slice, Floats, int, int], None],
    groups: Sequence[slice],
    boxes: Ints,
    opened: Opened,
) -> None:
    """Read the window of each group of boxes once and call ``work(group, cells, top, left)``."""

    def some(mine: Sequence[slice]) -> None:
        with opened() as read:
            for group in mine:
                first, last = boxes[group, ::2].min(axis=0), boxes[group, 1::2].max(axis=0)
                (top, left), (rows, columns) = first.tolist(), (last - first).tolist()
                work(group, read(top, left, rows, columns), top, left)

    threads = min(os.cpu_count() or 1, len(groups))
    if threads <= 1 or len(boxes) < _FEW:
        some(groups)
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(some, [groups[k::threads] for k in range(threads)]))


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
    return at[own], pieces, list(map(slice, ends, ends[1:]))


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
