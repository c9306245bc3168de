"""Medians with capacity: rows packed whole into columns, to start from and to bound with."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scoring.solver import Program

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_ROUNDS = 20


def pack(cost: Floats, demand: Floats, capacity: Floats, opened: Ints) -> Ints | None:
    """Send every row whole to one of p columns within their capacity, as cheaply as is found.

    Rows with most to lose choose first; then, in turns, each group of rows takes the column that is
    cheapest for it and holds it, and rows move where that saves (Mulvey & Beck 1984).

    Parameters
    ----------
    cost : ndarray, shape (n, m)
        Weighted by demand, finite.
    demand : ndarray, shape (n,)
    capacity : ndarray, shape (m,)
    opened : ndarray of int, shape (p,)
        Columns to begin with; where they do not hold the demand, the p largest.

    Returns
    -------
    ndarray of int, shape (n,), or None
        A column for each row; None where no packing was found.
    """
    largest = np.argsort(-capacity, kind="stable")[: len(opened)]
    for start in (opened, largest):
        columns = start.copy()
        groups = _regret(cost[:, columns], demand, capacity[columns])
        if groups is not None:
            break
    else:
        return None
    for _ in range(_ROUNDS):
        before = float(cost[np.arange(len(cost)), columns[groups]].sum())
        _relocate(cost, demand, capacity, columns, groups)
        _shift(cost[:, columns], demand, capacity[columns], groups)
        after = float(cost[np.arange(len(cost)), columns[groups]].sum())
        if not after < before * (1 - 1e-12):
            break
    return columns[groups]


def _regret(cost: Floats, demand: Floats, capacity: Floats) -> Ints | None:
    """Place rows one by one, those that lose most by their second choice first."""
    left, groups = capacity.copy(), np.full(len(cost), -1, dtype=np.int64)
    two = np.sort(cost, axis=1)[:, :2]
    regret = two[:, -1] - two[:, 0]
    # two orders: by regret, and the largest first, which packs tightest
    for order in (np.argsort(-regret, kind="stable"), np.argsort(-demand, kind="stable")):
        left, groups = capacity.copy(), np.full(len(cost), -1, dtype=np.int64)
        for i in order:
            fits = np.flatnonzero(left >= demand[i] * (1 - 1e-12))
            if not len(fits):
                break
            groups[i] = fits[cost[i, fits].argmin()]
            left[groups[i]] -= demand[i]
        if (groups >= 0).all():
            return groups
    return None


def _relocate(cost: Floats, demand: Floats, capacity: Floats, columns: Ints, groups: Ints) -> None:
    """Move each group to the cheapest column that holds it and no other group has."""
    load = np.bincount(groups, weights=demand, minlength=len(columns))
    for k in range(len(columns)):
        total = cost[groups == k].sum(axis=0)
        total[capacity < load[k] * (1 - 1e-12)] = np.inf
        total[np.delete(columns, k)] = np.inf
        best = int(total.argmin())
        if total[best] < total[columns[k]]:
            columns[k] = best


def _shift(cost: Floats, demand: Floats, capacity: Floats, groups: Ints) -> None:
    """Move single rows to a cheaper opened column with room left."""
    left = capacity - np.bincount(groups, weights=demand, minlength=len(capacity))
    for i in range(len(cost)):
        fits = (left >= demand[i]) | (np.arange(len(capacity)) == groups[i])
        best = int(np.where(fits, cost[i], np.inf).argmin())
        if cost[i, best] < cost[i, groups[i]]:
            left[groups[i]] += demand[i]
            left[best] -= demand[i]
            groups[i] = best


def capacity_program(
    cost: Floats, demand: Floats, capacity: Floats, keep: npt.NDArray[np.bool_], p: int
) -> tuple[Program, Ints, Ints]:
    """Write the program of `p_median` with capacity over some pairs; columns are y, then x."""
    i, j = np.nonzero(keep)
    n, m, pairs = len(cost), cost.shape[1], np.arange(len(i))
    program = Program(m + len(i), np.ones(m + len(i), dtype=bool))
    program.cost[m:] = cost[i, j]
    program.add(i, m + pairs, 1.0, low=1.0, high=1.0, count=n)
    ends = np.concatenate([m + pairs, j])
    signs = np.repeat([1.0, -1.0], len(i))
    program.add(np.concatenate([pairs, pairs]), ends, signs, high=0.0, count=len(i))
    program.add(
        np.concatenate([j, np.arange(m)]),
        np.concatenate([m + pairs, np.arange(m)]),
        np.concatenate([demand[i], -np.minimum(capacity, demand.sum())]),
        high=0.0,
        count=m,
    )
    program.row(np.arange(m), np.ones(m), low=p, high=p)
    return program, i, j


def start_of(packed: Ints, i: Ints, j: Ints, m: int, p: int) -> Floats:
    """Write a packing as a start for the solver, with unused columns opened up to p."""
    start = np.zeros(m + len(i))
    opened = np.unique(packed)
    spare = np.setdiff1d(np.arange(m), opened)[: p - len(opened)]
    start[opened] = 1.0
    start[spare] = 1.0
    start[m:] = j == packed[i]
    return start
