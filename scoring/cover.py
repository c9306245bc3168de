"""Centres and covers: the farthest brought nearest, the most reached, the fewest that reach all."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo.errors import InputError
from scoring.siting_types import (
    Problem,
    Siting,
    check_count,
    check_reach,
    checked,
    no_packing,
    nothing_found,
)
from scoring.solver import FEASIBLE, INFEASIBLE, OPTIMAL, Program, Solved

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def least_cover(
    reach: Bools,
    *,
    held: tuple[Floats, Floats] | None = None,
    most: int | None = None,
    time_limit_s: float,
) -> Solved:
    """Find the fewest columns that reach every row, by HiGHS; ``x`` holds y, then x over pairs.

    Without `held` only ``Σ_{j reaches i} y_j ≥ 1`` is needed; with it (demand of the rows, capacity
    of the columns), rows go whole to one column: ``Σ_j x_ij = 1``, ``x_ij ≤ y_j``,
    ``Σ_i d_i x_ij ≤ k_j y_j``. With `most`, any choice of at most so many is enough.
    """
    n, m = reach.shape
    i, j = np.nonzero(reach)
    pairs = np.arange(len(i))
    size = m if held is None else m + len(i)
    program = Program(size, np.ones(size, dtype=bool))
    if most is None:
        program.cost[:m] = 1.0
    else:
        program.row(np.arange(m), np.ones(m), high=float(most))
    if held is None:
        program.add(i, j, 1.0, low=1.0, count=n)
    else:
        program.add(i, m + pairs, 1.0, low=1.0, high=1.0, count=n)
        _hold(program, i, j, *held)
    return program.solve(maximise=False, time_limit_s=time_limit_s, gap_abs=0.999)


def held(problem: Problem, rows: Ints) -> tuple[Floats, Floats] | None:
    """Demand of some rows and capacity of the columns, where capacity counts."""
    if problem.capacity is None:
        return None
    return problem.demand[rows], problem.capacity


def _hold(program: Program, i: Ints, j: Ints, demand: Floats, capacity: Floats) -> None:
    """Add ``x_ij ≤ y_j`` and ``Σ_i d_i x_ij ≤ k_j y_j`` for pairs that follow the m columns."""
    pairs, m = np.arange(len(i)), len(capacity)
    both, ends = np.concatenate([pairs, pairs]), np.concatenate([m + pairs, j])
    program.add(both, ends, np.repeat([1.0, -1.0], len(i)), high=0.0, count=len(i))
    program.add(
        np.concatenate([j, np.arange(m)]),
        np.concatenate([m + pairs, np.arange(m)]),
        np.concatenate([demand[i], -np.minimum(capacity, demand.sum())]),
        high=0.0,
        count=m,
    )


def set_cover(
    cost: npt.ArrayLike,
    demand: npt.ArrayLike,
    *,
    limit: float,
    capacity: npt.ArrayLike | None = None,
    time_limit_s: float = 60.0,
) -> Siting:
    """Open the fewest columns that bring every demand within a limit (LSCP; Toregas 1971).

    ::

        minimise    Σ_j y_j
        subject to  Σ_{j: c_ij ≤ limit} y_j ≥ 1     for every row with demand
                    y_j ∈ {0, 1}
        with capacity instead of the rows above:
                    Σ_j x_ij = 1, x_ij ≤ y_j, Σ_i d_i x_ij ≤ k_j y_j, x_ij ∈ {0, 1}

    with y_j = 1 where column j is opened, c_ij the cost from row i to j, x_ij = 1 where i goes to
    j, d_i its demand, k_j the demand j can hold.

    Parameters
    ----------
    cost : array_like, shape (n_demand, n_candidates)
    demand : array_like, shape (n_demand,)
        Rows of 0 need not be reached.
    limit : float
        In the unit of `cost`.
    capacity : array_like, optional
    time_limit_s : float

    Returns
    -------
    Siting
        ``objective`` = number of opened columns.

    Raises
    ------
    InputError
        ``siting.out_of_reach`` (how many rows, the limit, and the least limit that would do) ·
        ``siting.capacity_too_small`` · ``siting.no_packing``.
    """
    problem = checked(cost, demand, capacity=capacity)
    check_reach(problem, limit)
    check_count(problem, problem.cost.shape[1])
    rows = np.flatnonzero(problem.demand > 0)
    reach = (problem.cost[rows] <= limit) & np.isfinite(problem.cost[rows])
    found = least_cover(reach, held=held(problem, rows), time_limit_s=time_limit_s)
    if found.status == INFEASIBLE:
        raise no_packing(problem, problem.cost.shape[1])
    if not len(found.x):
        return nothing_found(len(problem.demand))
    opened = np.flatnonzero(found.x[: problem.cost.shape[1]] > 0.5)
    assigned = _assigned(problem, opened, rows, reach, found, limit)
    columns, back = problem.give_back(opened, assigned)
    count = float(len(opened))
    gap = max(0.0, count - np.ceil(found.bound - 1e-6)) / count
    status = OPTIMAL if gap == 0.0 else FEASIBLE
    return Siting(opened=columns, assigned=back, objective=count, gap=gap, status=status)


def _assigned(
    problem: Problem, opened: Ints, rows: Ints, reach: Bools, found: Solved, limit: float
) -> Ints:
    """Each row's column: its nearest opened, or the solver's where capacity decides; −1 beyond."""
    nearest = opened[np.argmin(problem.cost[:, opened], axis=1)]
    cost = problem.cost[np.arange(len(nearest)), nearest]
    assigned = np.where((cost <= limit) & np.isfinite(cost), nearest, -1)
    if problem.capacity is not None:
        assigned[rows] = -1
        i, j = np.nonzero(reach)
        taken = found.x[problem.cost.shape[1] : problem.cost.shape[1] + len(i)] > 0.5
        assigned[rows[i[taken]]] = j[taken]
    return assigned


def max_cover(
    cost: npt.ArrayLike,
    demand: npt.ArrayLike,
    p: int,
    *,
    limit: float,
    capacity: npt.ArrayLike | None = None,
    time_limit_s: float = 60.0,
) -> Siting:
    """Open at most p columns so that most demand lies within a limit (Church & ReVelle 1974).

    ::

        maximise    Σ_i d_i z_i
        subject to  z_i ≤ Σ_{j: c_ij ≤ limit} y_j,  Σ_j y_j ≤ p,  0 ≤ z_i ≤ 1,  y_j ∈ {0, 1}
        with capacity z_i = Σ_j x_ij with
                    x_ij ≤ y_j, Σ_i d_i x_ij ≤ k_j y_j, x_ij ∈ {0, 1}

    with d_i the demand of row i, z_i = 1 where it is reached, y_j = 1 where column j is opened,
    c_ij the cost between them, x_ij = 1 where i goes to j, k_j the demand j can hold.

    Parameters
    ----------
    cost : array_like, shape (n_demand, n_candidates)
    demand : array_like, shape (n_demand,)
    p : int
    limit : float
        In the unit of `cost`.
    capacity : array_like, optional
    time_limit_s : float

    Returns
    -------
    Siting
        ``objective`` = demand reached; rows beyond the limit are −1. Columns that reach nobody are
        not opened, so ``opened`` may be fewer than p.

    Raises
    ------
    InputError
        ``siting.count`` (p against candidates).
    """
    problem = checked(cost, demand, capacity=capacity)
    if not 1 <= p <= problem.cost.shape[1]:
        raise InputError("siting.count", count=int(p), candidates=problem.cost.shape[1])
    rows = np.flatnonzero(problem.demand > 0)
    reach = (problem.cost[rows] <= limit) & np.isfinite(problem.cost[rows])
    if not reach.any():
        return Siting(np.empty(0, np.int64), np.full(len(problem.demand), -1), 0.0, 0.0, OPTIMAL)
    found = _cover_most(problem, rows, reach, p, time_limit_s)
    if not len(found.x):
        return nothing_found(len(problem.demand))
    opened = np.flatnonzero(found.x[: problem.cost.shape[1]] > 0.5)
    assigned = _assigned(problem, opened, rows, reach, found, limit)
    opened = np.intersect1d(opened, assigned[rows])
    reached = float(problem.demand[assigned >= 0].sum())
    gap = max(0.0, found.bound - reached) / reached if reached else 0.0
    gap = 0.0 if gap <= 1e-9 else gap
    columns, back = problem.give_back(opened, assigned)
    status = OPTIMAL if gap == 0.0 else FEASIBLE
    return Siting(opened=columns, assigned=back, objective=reached, gap=gap, status=status)


def _cover_most(problem: Problem, rows: Ints, reach: Bools, p: int, limit_s: float) -> Solved:
    """Solve the program of `max_cover`; columns are y, then z (or x over pairs with capacity)."""
    i, j = np.nonzero(reach)
    n, m, demand = len(rows), reach.shape[1], problem.demand[rows]
    if problem.capacity is None:
        program = Program(m + n, np.arange(m + n) < m)
        program.cost[m:] = demand
        program.add(
            np.concatenate([np.arange(n), i]),
            np.concatenate([m + np.arange(n), j]),
            np.concatenate([np.ones(n), -np.ones(len(i))]),
            high=0.0,
        )
    else:
        program = Program(m + len(i), np.ones(m + len(i), dtype=bool))
        program.cost[m:] = demand[i]
        program.add(i, m + np.arange(len(i)), 1.0, high=1.0, count=n)
        _hold(program, i, j, demand, problem.capacity)
    program.row(np.arange(m), np.ones(m), high=float(p))
    return program.solve(maximise=True, time_limit_s=limit_s)
