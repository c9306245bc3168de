"""The search behind the p-median: interchange from above, Lagrangian bounds from below."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scoring.solver import INFEASIBLE, Program

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_STARTS = 6
_STEPS = 2000  # of the subgradient, each pass
_PASSES = 4  # of closing columns and climbing again on what is left
CLOSED = 1e-9
"""Share of the objective under which bound and objective are one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Columns found, the proven lower bound of the objective, and the prices λ behind it."""

    opened: Ints
    lower: float
    price: Floats


def search_median(cost: Floats, p: int, end: float, *, prove: bool = True) -> Found:
    """Find p columns of least total cost.

    Parameters
    ----------
    cost : ndarray, shape (n, m)
        Weighted by demand, finite.
    p : int
    end : float
        `time.monotonic` at which to stop.
    prove : bool
        Let HiGHS settle what the bounds leave open.
    """
    search = _Search(cost, p, end, np.empty(0, np.int64), np.inf, -np.inf, np.empty(0))
    for start in _starts(cost, p):
        search.offer(start)
        if search.late():
            break
    first, second, _ = _nearest_two(cost, search.best)
    search.price = (first + second) / 2.0
    columns = np.arange(cost.shape[1])
    for _ in range(_PASSES):
        _climb(search, columns)
        left = _left_open(search, columns)
        stuck = len(left) > 0.9 * len(columns)
        columns = left
        if search.closed() or search.late() or stuck:
            break
    if prove and not search.closed() and not search.late():
        _prove(search, columns)
    return Found(opened=search.best, lower=search.lower, price=search.price)


@dataclass(slots=True)
class _Search:
    """The best found so far, and the best proven: U, its columns, L and the prices behind it."""

    cost: Floats  # weighted, finite
    p: int
    end: float
    best: Ints
    upper: float
    lower: float
    price: Floats

    def late(self) -> bool:
        """Tell whether the time is spent."""
        return time.monotonic() >= self.end

    def closed(self) -> bool:
        """Tell whether objective and bound are one."""
        return self.upper - self.lower <= CLOSED * abs(self.upper)

    def offer(self, opened: Ints) -> None:
        """Improve a choice by interchange and keep it where it is the best so far."""
        better, value = _interchange(self.cost, opened, self.end)
        if value < self.upper:
            self.best, self.upper = better, value


def _starts(cost: Floats, p: int) -> Iterator[Ints]:
    """One greedy choice, then seeded random ones (`PCG64.random_raw` through our own mapping)."""
    near = np.full(cost.shape[0], cost.max() * 2.0)
    greedy: list[int] = []
    for _ in range(p):
        saved = np.maximum(near[:, None] - cost, 0.0).sum(axis=0)
        saved[greedy] = -1.0
        greedy.append(int(saved.argmax()))
        near = np.minimum(near, cost[:, greedy[-1]])
    yield np.array(greedy, dtype=np.int64)
    source = np.random.PCG64(1)
    for _ in range(_STARTS - 1):
        keys = source.random_raw(cost.shape[1])
        yield np.argsort(keys, kind="stable")[:p].astype(np.int64)


def _nearest_two(cost: Floats, opened: Ints) -> tuple[Floats, Floats, Ints]:
    """Cost to the nearest and second nearest opened column, and which of them is nearest."""
    among = cost[:, opened]
    which = among.argmin(axis=1)
    rows = np.arange(len(cost))
    first = among[rows, which]
    among[rows, which] = np.inf
    second = among.min(axis=1)
    # with a single column opened, losing it costs more than any other could
    return first, np.where(np.isfinite(second), second, cost.max() * 2.0), which


def _interchange(cost: Floats, opened: Ints, end: float) -> tuple[Ints, float]:
    """Swap one opened column for one closed while that saves most (Whitaker 1983)."""
    from scoring import location_kernels

    p, m = len(opened), cost.shape[1]
    gain, extra = np.empty(m), np.empty((m, p))
    opened = opened.copy()
    while True:
        first, second, which = _nearest_two(cost, opened)
        if time.monotonic() >= end:
            break
        location_kernels.swap_gains(cost, first, second, which, gain, extra)
        loss = np.bincount(which, weights=second - first, minlength=p)
        saved = gain[:, None] - loss + extra
        saved[opened] = -np.inf
        place = int(saved.argmax())
        if not saved.flat[place] > 1e-12 * first.sum():
            break
        opened[place % p] = place // p
    return opened, float(first.sum())


def _climb(search: _Search, columns: Ints) -> None:
    """Climb the Lagrangian bound over some columns; offer every better choice met on the way."""
    from scoring import location_kernels

    cost, p = np.ascontiguousarray(search.cost[:, columns]), search.p
    price, worth = search.price.copy(), np.empty(len(columns))
    best, heading = -np.inf, np.zeros(len(price))
    step, idle = 1.0, 0
    for _ in range(_STEPS):
        location_kernels.reduced(cost, price, worth)
        chosen = np.argpartition(worth, p - 1)[:p]
        bound = float(price.sum() + worth[chosen].sum())
        among = cost[:, chosen]
        if among.min(axis=1).sum() < search.upper:
            search.offer(columns[chosen])
        idle = 0 if bound - best > 1e-6 * abs(bound) else idle + 1
        if bound > best:
            best, search.price = bound, price
            search.lower = max(search.lower, bound)
        if search.closed() or search.late() or step < 1e-4:
            break
        if idle >= 30:
            step, idle, price, heading = step / 2.0, 0, search.price, np.zeros(len(price))
            continue
        heading = 1.0 - (among < price[:, None]).sum(axis=1) + 0.7 * heading
        length = float(heading @ heading)
        if length == 0.0:
            break
        price = price + step * max(search.upper - bound, 0.0) / length * heading


def _left_open(search: _Search, columns: Ints) -> Ints:
    """Keep the columns that a choice better than the best found could still open."""
    from scoring import location_kernels

    worth = np.empty(len(columns))
    location_kernels.reduced(np.ascontiguousarray(search.cost[:, columns]), search.price, worth)
    edge = np.sort(worth)[search.p - 1]
    lower = float(search.price.sum() + np.sort(worth)[: search.p].sum())
    possible = columns[lower + np.maximum(worth - edge, 0.0) <= search.upper * (1 + CLOSED)]
    return np.union1d(possible, search.best)


def matters(cost: Floats, price: Floats, p: int, upper: float) -> npt.NDArray[np.bool_]:
    """Tell which pairs a choice no dearer than `upper` can use.

    Using i from j costs at least ``L(λ) + max(0, ρ_j − ρ_(p)) + max(0, c_ij − λ_i)``: j must be
    opened, and i pays more than its price. The bound holds with capacities too, which only forbid.
    """
    from scoring import location_kernels

    worth = np.empty(cost.shape[1])
    location_kernels.reduced(cost, price, worth)
    ordered = np.sort(worth)
    lower = float(price.sum() + ordered[:p].sum())
    dearer = np.maximum(worth - ordered[p - 1], 0.0) + np.maximum(cost - price[:, None], 0.0)
    useful: npt.NDArray[np.bool_] = lower + dearer <= upper * (1 + CLOSED)
    return useful


def _prove(search: _Search, columns: Ints) -> None:
    """Let HiGHS solve what the bound could not settle, over the pairs that can still matter."""
    cost, p = np.ascontiguousarray(search.cost[:, columns]), search.p
    mine = np.searchsorted(columns, np.sort(search.best))
    keep = matters(cost, search.price, p, search.upper)
    keep[:, mine] = True
    i, j = np.nonzero(keep)
    pairs, size = np.arange(len(i)), len(columns)
    program = Program(size + len(i), np.arange(size + len(i)) < size)
    program.cost[size:] = cost[i, j]
    program.add(i, size + pairs, 1.0, low=1.0, high=1.0)
    both = np.concatenate([pairs, pairs])
    signs = np.repeat([1.0, -1.0], len(i))
    program.add(both, np.concatenate([size + pairs, j]), signs, high=0.0)
    program.row(np.arange(size), np.ones(size), low=p, high=p)
    found = program.solve(
        maximise=False, time_limit_s=search.end - time.monotonic(), start=_begin(cost, i, j, mine)
    )
    if found.status == INFEASIBLE or not len(found.x):
        return
    # what was left out costs more than the best found, so the bound holds up to that
    search.lower = max(search.lower, min(found.bound, search.upper))
    search.offer(columns[np.flatnonzero(found.x[:size] > 0.5)])


def _begin(cost: Floats, i: Ints, j: Ints, mine: Ints) -> Floats:
    """Write the best choice found as a start for the solver."""
    start = np.zeros(cost.shape[1] + len(i))
    start[mine] = 1.0
    nearest = mine[np.argmin(cost[:, mine], axis=1)]
    start[cost.shape[1] :] = j == nearest[i]
    return start
