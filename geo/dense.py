"""Counts and sums within a radius, where listing every pair of points would cost too much."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from geo.binned import Binned, Floats, Ints, binned, neighbours_together
from geo.cores import in_parts

_FEW_PAIRS = 20_000_000  # below this numpy is done before numba has loaded
_CELLS_ACROSS = 8.0  # grid cells in a radius
_LEAST_A_CORE = 2_000  # points
_ROUNDING = 1e-12  # of the coordinates: cells so near the rim are looked into, not assumed


def counts_within(xy: Floats, targets: Floats, *, radius_m: float) -> Ints:
    """Count the targets at most `radius_m` from each point, the rim included.

    Parameters
    ----------
    xy : array of float64, shape (n, 2)
        Metres, finite.
    targets : array of float64, shape (m, 2)
        Metres, finite.
    radius_m : float

    Returns
    -------
    array of int64, shape (n,)

    Notes
    -----
    Points are taken neighbour after neighbour. The compiled loop adds up cells that lie wholly
    inside the circle a row at a time and looks only into those that its rim crosses: O(m) to sort
    the targets into cells, then for each point some tens of additions and the targets near the
    rim. For 50,000 sites over 500,000 buildings and 500 m it takes about a tenth of the time of
    scipy's k-d tree on the same cores (``benchmarks/ground.py``).
    """
    if not (len(xy) and len(targets)):
        return np.zeros(len(xy), np.int64)
    if len(xy) * len(targets) <= _FEW_PAIRS:
        return counts_within_numpy(xy, targets, radius_m=radius_m)
    return counts_within_grid(xy, targets, radius_m=radius_m)


def counts_within_numpy(xy: Floats, targets: Floats, *, radius_m: float) -> Ints:
    """Do the same with a k-d tree; for few pairs, and as the twin."""
    from scipy.spatial import cKDTree

    found = cKDTree(targets).query_ball_point(xy, radius_m, return_length=True)
    return np.asarray(found, np.int64)


def counts_within_grid(xy: Floats, targets: Floats, *, radius_m: float) -> Ints:
    """Do the same with the targets sorted into grid cells and a compiled loop over them."""
    grid = binned(targets, step_m=radius_m / _CELLS_ACROSS)
    margin_m = _margin_m(xy, targets, radius_m)
    order, near = neighbours_together(xy, radius_m=radius_m)
    found, count = np.zeros(len(xy), np.int64), _kernel("count")

    def work(part: slice) -> None:
        count(near[part], grid, radius_m, margin_m, found[part])

    in_parts(work, len(xy), least=_LEAST_A_CORE)
    out = np.empty_like(found)
    out[order] = found
    return out


def weighted_within(xy: Floats, targets: Floats, weights: Floats, *, radius_m: float) -> Floats:
    """Sum the weights of the targets at most `radius_m` from each point, the rim included.

    Parameters
    ----------
    xy : array of float64, shape (n, 2)
        Metres, finite.
    targets : array of float64, shape (m, 2)
        Metres, finite.
    weights : array of float64, shape (m,)
        NaN makes every sum it enters NaN.
    radius_m : float

    Returns
    -------
    array of float64, shape (n,)

    Notes
    -----
    The compiled loop visits the targets in the grid cells that the circle touches: about 1.2
    visits for each target inside a circle, at some nanoseconds a visit.
    """
    if not (len(xy) and len(targets)):
        return np.zeros(len(xy))
    if len(xy) * len(targets) <= _FEW_PAIRS:
        return weighted_within_numpy(xy, targets, weights, radius_m=radius_m)
    return weighted_within_grid(xy, targets, weights, radius_m=radius_m)


def weighted_within_numpy(
    xy: Floats, targets: Floats, weights: Floats, *, radius_m: float
) -> Floats:
    """Do the same by listing the targets around each point; for few pairs, and as the twin."""
    from scipy.spatial import cKDTree

    lists = cKDTree(targets).query_ball_point(xy, radius_m, return_sorted=True)
    sizes = np.array([len(found) for found in lists], dtype=np.int64)
    flat = np.concatenate([np.asarray(found, np.int64) for found in lists])
    owner = np.repeat(np.arange(len(xy)), sizes)
    return np.bincount(owner, weights=weights[flat], minlength=len(xy)).astype(np.float64)


def weighted_within_grid(
    xy: Floats, targets: Floats, weights: Floats, *, radius_m: float
) -> Floats:
    """Do the same with the targets sorted into grid cells and a compiled loop over them."""
    grid = binned(targets, step_m=radius_m / _CELLS_ACROSS)
    margin_m = _margin_m(xy, targets, radius_m)
    order, near = neighbours_together(xy, radius_m=radius_m)
    sorted_weights, found, add = weights[grid.order], np.zeros(len(xy)), _kernel("sum")

    def work(part: slice) -> None:
        add(near[part], grid, sorted_weights, radius_m, margin_m, found[part])

    in_parts(work, len(xy), least=_LEAST_A_CORE)
    out = np.empty_like(found)
    out[order] = found
    return out


def _margin_m(xy: Floats, targets: Floats, radius_m: float) -> float:
    return _ROUNDING * (max(float(np.abs(part).max()) for part in (xy, targets)) + radius_m)


@cache
def _kernel(name: str) -> Any:
    import numba

    loop = {"count": _count_around, "sum": _sum_around}[name]
    return numba.njit(cache=True, nogil=True)(loop)


def _count_around(xy: Floats, grid: Binned, radius_m: float, margin_m: float, out: Ints) -> None:
    step, columns, starts, targets = grid.step, grid.columns, grid.starts, grid.xy
    x0, y0 = grid.low[0], grid.low[1]
    square, outer, inner = radius_m * radius_m, radius_m + margin_m, radius_m - margin_m
    for i in range(len(xy)):
        x, y = xy[i, 0] - x0, xy[i, 1] - y0
        top = max(math.floor((y - outer) / step), 0)
        bottom = min(math.floor((y + outer) / step), grid.rows - 1)
        total = 0
        for row in range(top, bottom + 1):
            near = max(row * step - y, y - (row + 1) * step, 0.0)
            far = max(y - row * step, (row + 1) * step - y)
            half = math.sqrt(max(outer * outer - near * near, 0.0)) + margin_m
            first = max(math.floor((x - half) / step), 0)
            last = min(math.floor((x + half) / step), columns - 1)
            if first > last:
                continue
            start, end = last + 1, last + 1  # of the cells wholly inside: none
            if far < inner:
                half = math.sqrt(inner * inner - far * far) - margin_m
                start = max(math.ceil((x - half) / step), first)
                end = min(math.floor((x + half) / step), last + 1)
                if end > start:
                    total += starts[row * columns + end] - starts[row * columns + start]
                else:
                    start, end = last + 1, last + 1
            for a, b in ((first, start), (end, last + 1)):
                for k in range(starts[row * columns + a], starts[row * columns + b]):
                    dx, dy = targets[k, 0] - xy[i, 0], targets[k, 1] - xy[i, 1]
                    if dx * dx + dy * dy <= square:
                        total += 1
        out[i] = total


def _sum_around(
    xy: Floats, grid: Binned, weights: Floats, radius_m: float, margin_m: float, out: Floats
) -> None:
    step, columns, starts, targets = grid.step, grid.columns, grid.starts, grid.xy
    x0, y0 = grid.low[0], grid.low[1]
    square, outer = radius_m * radius_m, radius_m + margin_m
    for i in range(len(xy)):
        x, y = xy[i, 0] - x0, xy[i, 1] - y0
        top = max(math.floor((y - outer) / step), 0)
        bottom = min(math.floor((y + outer) / step), grid.rows - 1)
        total = 0.0
        for row in range(top, bottom + 1):
            near = max(row * step - y, y - (row + 1) * step, 0.0)
            half = math.sqrt(max(outer * outer - near * near, 0.0)) + margin_m
            first = max(math.floor((x - half) / step), 0)
            last = min(math.floor((x + half) / step), columns - 1)
            if first > last:
                continue
            for k in range(starts[row * columns + first], starts[row * columns + last + 1]):
                dx, dy = targets[k, 0] - xy[i, 0], targets[k, 1] - xy[i, 1]
                if dx * dx + dy * dy <= square:
                    total += weights[k]
        out[i] = total
