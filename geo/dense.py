"""Sums over many points within a radius, where listing every pair would cost too much."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_FEW_PAIRS = 20_000_000  # below this numpy is done before numba has loaded
_CELLS_ACROSS = 4.0  # grid cells in a radius
_MOST_CELLS = 4_000_000


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
    The dense kernel visits the targets in the grid cells that the circle's box covers: O(m log m)
    to sort them into cells, then about 1.6 visits for each target inside a circle, at some
    nanoseconds a visit.
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
    low = targets.min(axis=0)
    size = np.maximum(targets.max(axis=0) - low, 1.0)
    step = max(radius_m / _CELLS_ACROSS, float(np.sqrt(size[0] * size[1] / _MOST_CELLS)), 1e-3)
    step = max(step, float(size.max()) / _MOST_CELLS)  # a long thin row of targets
    columns, rows = (int(n) + 1 for n in size // step)
    cell = ((targets - low) // step).astype(np.int64) @ np.array([1, columns])
    order = np.argsort(cell, kind="stable")
    starts = np.searchsorted(cell[order], np.arange(rows * columns + 1))
    out: Floats = _kernel()(
        xy, targets[order], weights[order], starts, low, step, rows, columns, radius_m
    )
    return out


@cache
def _kernel() -> Any:
    import numba

    return numba.njit(cache=True, nogil=True)(_sum_around)


def _sum_around(
    xy: Floats,
    targets: Floats,
    weights: Floats,
    starts: Ints,
    low: Floats,
    step: float,
    rows: int,
    columns: int,
    radius_m: float,
) -> Floats:
    out = np.zeros(len(xy))
    for i in range(len(xy)):
        x, y = xy[i, 0], xy[i, 1]
        first = max(int(np.floor((x - radius_m - low[0]) / step)), 0)
        last = min(int(np.floor((x + radius_m - low[0]) / step)), columns - 1)
        top = max(int(np.floor((y - radius_m - low[1]) / step)), 0)
        bottom = min(int(np.floor((y + radius_m - low[1]) / step)), rows - 1)
        total = 0.0
        for row in range(top, bottom + 1):
            if first > last:
                break
            for k in range(starts[row * columns + first], starts[row * columns + last + 1]):
                dx, dy = targets[k, 0] - x, targets[k, 1] - y
                if dx * dx + dy * dy <= radius_m * radius_m:
                    total += weights[k]
        out[i] = total
    return out
