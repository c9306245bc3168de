"""Loops over the cells that polygons cover, plain for a few polygons and compiled for many.

A polygon's edges are swept into the cells of each row, as fonts are drawn: an edge that goes down
adds its height to everything on its right, one that goes up takes it away again, and a running
sum along the row is then each cell's covered part, exact up to rounding. Plain Python and compiled
code give the same bits.
"""

from __future__ import annotations

import math
import sys
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.outlines import Outlines

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_LEAST = 1e-12  # of a cell: less than this is rounding, and the cell is not touched


_FEW_CELLS = 20_000  # below this plain Python is done before numba has loaded


def loop(name: str, boxes: Ints) -> Any:
    """Choose a loop ("stats", "sums" or "listed") for polygons with these boxes."""
    cells = ((boxes[:, 1] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 2])).sum()
    if cells > _FEW_CELLS or "numba" in sys.modules:
        return _compiled(name)
    return _LOOPS[name]


@cache
def _compiled(name: str) -> Any:
    import numba
    from numba.extending import register_jitable

    for part in (_strip, _edge, _sweep, _spans):
        register_jitable(part)
    return numba.njit(nogil=True, cache=True)(_LOOPS[name])


def _strip(low: float, high: float, height: float, columns: int, row: Floats) -> None:
    """Add a piece of an edge that crosses one row between x = low and x = high."""
    if low >= columns:
        return
    if high <= 0:
        row[0] += height
        return
    if low < 0:
        left = height * (-low / (high - low))
        row[0] += left
        height -= left
        low = 0.0
    column = int(low)
    if high <= column + 1:
        beyond = 0.5 * (low + high) - column
        row[column] += height * (1.0 - beyond)
        row[column + 1] += height * beyond
        return
    for c in range(column, min(math.ceil(high), columns)):
        start, end = max(low, float(c)), min(high, c + 1.0)
        piece = height * ((end - start) / (high - low))
        beyond = 0.5 * (start + end) - c
        row[c] += piece * (1.0 - beyond)
        row[c + 1] += piece * beyond


def _edge(
    x0: float, y0: float, x1: float, y1: float, sign: float, rows: int, columns: int, part: Floats
) -> None:
    """Add one edge to every row that it crosses."""
    if y0 > y1:
        x0, y0, x1, y1, sign = x1, y1, x0, y0, -sign
    if y0 == y1 or y1 <= 0 or y0 >= rows:
        return
    lean = (x1 - x0) / (y1 - y0)
    for r in range(int(max(y0, 0.0)), min(math.ceil(y1), rows)):
        top, bottom = max(y0, float(r)), min(y1, r + 1.0)
        a = x0 + (top - y0) * lean
        b = x1 if bottom == y1 else x0 + (bottom - y0) * lean
        _strip(min(a, b), max(a, b), sign * (bottom - top), columns, part[r])


def _sweep(shapes: Outlines, polygon: int, box: Ints, part: Floats) -> None:
    """Sweep one polygon's edges into `part`, the cells of its box."""
    top, left = box[0], box[2]
    rows, columns = box[1] - top, box[3] - left
    xy = shapes.xy
    for ring in range(shapes.rings[polygon], shapes.rings[polygon + 1]):
        sign = shapes.ring_signs[ring]
        for i in range(shapes.ring_starts[ring], shapes.ring_starts[ring + 1] - 1):
            x0, y0 = xy[i, 0] - left, xy[i, 1] - top
            x1, y1 = xy[i + 1, 0] - left, xy[i + 1, 1] - top
            _edge(x0, y0, x1, y1, sign, rows, columns, part)


def _stats(
    shapes: Outlines,
    which: Ints,
    boxes: Ints,
    cells: Floats,
    top: int,
    left: int,
) -> Floats:
    """Count, mean, squared deviations, least and most of the known cells under each polygon.

    `boxes` holds first row, row after the last, first column, column after the last; `cells` starts
    at (top, left) and holds every box.
    """
    out = np.zeros((len(which), 5))
    part = np.zeros((cells.shape[0], cells.shape[1] + 1))
    for k in range(len(which)):
        box = boxes[k]
        _sweep(shapes, which[k], box, part)
        rows, columns = box[1] - box[0], box[3] - box[2]
        weight, total, low, high = 0.0, 0.0, np.inf, -np.inf
        for r in range(rows):
            running = 0.0
            for c in range(columns):
                running += part[r, c]
                value = cells[box[0] - top + r, box[2] - left + c]
                share = running if running > _LEAST and not np.isnan(value) else 0.0
                part[r, c] = share
                if share > 0.0:
                    weight += share
                    total += share * value
                    low, high = min(low, value), max(high, value)
        mean = total / weight if weight > 0.0 else np.nan
        squares = 0.0
        for r in range(rows):
            for c in range(columns):
                if part[r, c] > 0.0:
                    away = cells[box[0] - top + r, box[2] - left + c] - mean
                    squares += part[r, c] * away * away
                part[r, c] = 0.0
            part[r, columns] = 0.0
        out[k, 0], out[k, 1], out[k, 2], out[k, 3], out[k, 4] = weight, mean, squares, low, high
    return out


def _spans(shapes: Outlines, polygon: int, box: Ints, spans: Ints) -> None:
    """Mark, for each row, the first and last columns that edges going down and up cross.

    Between the two groups no edge touches a cell, so its cells share one covered part.
    """
    xy, top, left = shapes.xy, box[0], box[2]
    rows, columns = box[1] - top, box[3] - left
    spans[:rows, 0::2] = columns
    spans[:rows, 1::2] = -1
    for ring in range(shapes.rings[polygon], shapes.rings[polygon + 1]):
        for i in range(shapes.ring_starts[ring], shapes.ring_starts[ring + 1] - 1):
            x0, y0 = xy[i, 0] - left, xy[i, 1] - top
            x1, y1 = xy[i + 1, 0] - left, xy[i + 1, 1] - top
            side = 0 if y1 > y0 else 2
            if y0 > y1:
                x0, y0, x1, y1 = x1, y1, x0, y0
            if y0 == y1 or y1 <= 0 or y0 >= rows:
                continue
            lean = (x1 - x0) / (y1 - y0)
            for r in range(int(max(y0, 0.0)), min(math.ceil(y1), rows)):
                a = x0 + (max(y0, float(r)) - y0) * lean
                b = x0 + (min(y1, r + 1.0) - y0) * lean
                low = min(max(math.floor(min(a, b) - 1e-6), 0), columns)
                high = min(max(math.floor(max(a, b) + 1e-6), 0) + 1, columns)
                spans[r, side] = min(spans[r, side], low)
                spans[r, side + 1] = max(spans[r, side + 1], high)


def _sums(
    shapes: Outlines, which: Ints, boxes: Ints, running: Floats, top: int, left: int
) -> Floats:
    """Count and sum of the known cells under each polygon, as `stats` has them, for large polygons.

    `running` holds (rows, columns + 1, 2): along each row, how many known cells lie before a
    column, and their sum; so a stretch of cells that no edge touches costs two look-ups.
    """
    out = np.zeros((len(which), 2))
    part = np.zeros((running.shape[0], running.shape[1]))
    spans = np.zeros((running.shape[0], 4), np.int64)
    for k in range(len(which)):
        box = boxes[k]
        _sweep(shapes, which[k], box, part)
        _spans(shapes, which[k], box, spans)
        columns = box[3] - box[2]
        for r in range(box[1] - box[0]):
            row, cover, at = running[box[0] - top + r], 0.0, box[2] - left
            one, two = (0, 2) if spans[r, 0] <= spans[r, 2] else (2, 0)
            c, last = spans[r, one], max(spans[r, 1], spans[r, 3])
            while c < columns and c <= last:
                cover += part[r, c]
                part[r, c] = 0.0
                # the last cell that the first group touches, and all up to the second
                end = max(spans[r, two], c + 1) if c == spans[r, one + 1] else c + 1
                if cover > _LEAST:
                    out[k, 0] += cover * (row[at + end, 0] - row[at + c, 0])
                    out[k, 1] += cover * (row[at + end, 1] - row[at + c, 1])
                c = end
            part[r, columns] = 0.0
    return out


def _listed(
    shapes: Outlines,
    which: Ints,
    boxes: Ints,
) -> tuple[Ints, Ints, Ints, Floats]:
    """List every touched cell: position in `which`, row, column, covered part."""
    size, high, wide = 0, 0, 0
    for k in range(len(which)):
        rows, columns = boxes[k, 1] - boxes[k, 0], boxes[k, 3] - boxes[k, 2]
        size, high, wide = size + rows * columns, max(high, rows), max(wide, columns)
    owner, row = np.empty(size, np.int64), np.empty(size, np.int64)
    column, share = np.empty(size, np.int64), np.empty(size)
    part = np.zeros((high, wide + 1))
    n = 0
    for k in range(len(which)):
        box = boxes[k]
        _sweep(shapes, which[k], box, part)
        for r in range(box[1] - box[0]):
            running = 0.0
            for c in range(box[3] - box[2]):
                running += part[r, c]
                part[r, c] = 0.0
                if running > _LEAST:
                    owner[n], row[n], column[n], share[n] = k, box[0] + r, box[2] + c, running
                    n += 1
            part[r, box[3] - box[2]] = 0.0
    return owner[:n], row[:n], column[:n], share[:n]


_LOOPS = {"stats": _stats, "sums": _sums, "listed": _listed}
