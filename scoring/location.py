"""Medians: which places bring the demand nearest on the whole, proven by bounds of our own."""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt

from geo.errors import InputError
from scoring.held_median import capacity_program, pack, start_of
from scoring.median_search import CLOSED, matters, search_median
from scoring.siting_types import (
    Problem,
    Siting,
    check_count,
    check_reach,
    checked,
    no_packing,
    nothing_found,
)
from scoring.solver import FEASIBLE, INFEASIBLE, OPTIMAL

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def p_median(
    cost: npt.ArrayLike,
    demand: npt.ArrayLike,
    p: int,
    *,
    capacity: npt.ArrayLike | None = None,
    time_limit_s: float = 60.0,
) -> Siting:
    """Open p columns so that the demand-weighted cost is least (p-median; Hakimi 1964).

    ::

        minimise    Σ_i Σ_j d_i c_ij x_ij
        subject to  Σ_j x_ij = 1             each demand is served once, whole
                    x_ij ≤ y_j               only from an opened column
                    Σ_j y_j = p
                    Σ_i d_i x_ij ≤ k_j y_j   only where `capacity` is given
                    x_ij, y_j ∈ {0, 1}

    with i a demand row, j a candidate column, d_i its demand, c_ij the cost of serving one unit of
    i from j, k_j the demand j can hold, y_j = 1 where j is opened, x_ij = 1 where i goes to j
    (ReVelle & Swain 1970; with capacity, one source a row: Mulvey & Beck 1984).

    Without capacity: interchange (Whitaker 1983) from several seeded starts gives the objective U;
    the Lagrangian bound ``L(λ) = Σ_i λ_i + Σ_{p least} ρ_j``, ``ρ_j = Σ_i min(0, d_i c_ij − λ_i)``
    (Cornuéjols, Fisher & Nemhauser 1977) is climbed by deflected subgradients; every column with
    L + ρ_j − ρ_(p) > U is closed for good; what the bound leaves open is a small whole-number
    program that HiGHS proves. With capacity the same bound, and a
    packing found by regret, leave the pairs over which HiGHS solves the program as printed.

    Parameters
    ----------
    cost : array_like, shape (n_demand, n_candidates)
        Cost of one unit of demand, such as minutes; infinite = cannot be reached. Never NaN.
    demand : array_like, shape (n_demand,)
        Weight of each row; a row of 0 costs nothing and is assigned all the same.
    p : int
        Number of columns opened.
    capacity : array_like, optional
        Most demand a column can hold, one for all or one each.
    time_limit_s : float
        When it ends, the best found is returned with the gap not proven.

    Returns
    -------
    Siting
        ``objective`` in cost × demand. Without capacity every row goes to its nearest column.

    Raises
    ------
    InputError
        Before solving, with both numbers: ``siting.count`` (p against candidates) ·
        ``siting.capacity_too_small`` (the p largest against the demand) · ``siting.row_too_large``
        · ``siting.unreachable`` · ``siting.too_few_to_reach`` (p against the least number that
        reaches everyone); after a proof, ``siting.no_packing``.
    """
    problem = checked(cost, demand, capacity=capacity)
    check_count(problem, p)
    check_reach(problem, np.inf)
    _check_cover(problem, p, time_limit_s)
    if problem.capacity is not None:
        return _with_capacity(problem, problem.capacity, p, time_limit_s)
    return _without_capacity(problem, p, time.monotonic() + time_limit_s)


def _check_cover(problem: Problem, p: int, time_limit_s: float) -> None:
    """Refuse p where some pairs cannot be reached and no p columns reach everyone."""
    wanted = problem.cost[problem.demand > 0]
    if np.isfinite(wanted).all():
        return
    from scoring.cover import least_cover

    least = least_cover(np.isfinite(wanted), time_limit_s=time_limit_s).bound
    if np.isfinite(least) and p < np.ceil(least - 1e-6):
        raise InputError("siting.too_few_to_reach", count=int(p), least=int(np.ceil(least - 1e-6)))


def _weighted(problem: Problem) -> Floats:
    """Demand × cost of rows with demand; what cannot be reached costs more than all the rest."""
    wanted = problem.demand > 0
    cost = problem.demand[wanted, None] * problem.cost[wanted]
    finite = np.isfinite(cost)
    if not finite.all():
        cost[~finite] = 1.0 + cost.max(axis=1, where=finite, initial=0.0).sum()
    return cost


def _without_capacity(problem: Problem, p: int, end: float) -> Siting:
    """Search, and send every row to its nearest opened column."""
    found = search_median(_weighted(problem), p, end)
    assigned = found.opened[np.argmin(problem.cost[:, found.opened], axis=1)]
    return _siting(problem, found.opened, assigned, lower=found.lower)


def _siting(problem: Problem, opened: Ints, assigned: Ints, *, lower: float) -> Siting:
    """Weigh the answer again in the problem's own order, so that bits do not depend on the way."""
    rows = np.flatnonzero(problem.demand > 0)
    value = float((problem.demand[rows] * problem.cost[rows, assigned[rows]]).sum())
    if not np.isfinite(value):  # ended in time before a choice that reaches everyone was found
        return nothing_found(len(problem.demand))
    gap = max(0.0, value - lower) / abs(value) if value else 0.0
    gap = 0.0 if gap <= CLOSED else gap
    columns, back = problem.give_back(opened, assigned)
    status = OPTIMAL if gap == 0.0 else FEASIBLE
    return Siting(opened=columns, assigned=back, objective=value, gap=gap, status=status)


def _with_capacity(problem: Problem, capacity: Floats, p: int, time_limit_s: float) -> Siting:
    """Bound and start as if without capacity, pack, then HiGHS over the pairs that matter."""
    end = time.monotonic() + time_limit_s
    rows = np.flatnonzero(problem.demand > 0)
    cost, demand = _weighted(problem), problem.demand[rows]
    found = search_median(cost, p, time.monotonic() + 0.3 * time_limit_s, prove=False)
    packed = pack(cost, demand, capacity, found.opened)
    reach = np.isfinite(problem.cost[rows])
    upper = np.inf if packed is None else float(cost[np.arange(len(rows)), packed].sum())
    keep = reach & matters(cost, found.price, p, upper)
    if packed is not None:
        keep[np.arange(len(rows)), packed] = True
    program, i, j = capacity_program(cost, demand, capacity, keep, p)
    start = None if packed is None else start_of(packed, i, j, cost.shape[1], p)
    best = program.solve(maximise=False, time_limit_s=end - time.monotonic(), start=start)
    if best.status == INFEASIBLE:
        raise no_packing(problem, p)
    if not len(best.x):
        return nothing_found(len(problem.demand))
    m = cost.shape[1]
    opened = np.flatnonzero(best.x[:m] > 0.5)
    assigned = opened[np.argmin(problem.cost[:, opened], axis=1)]
    taken = best.x[m:] > 0.5
    assigned[rows[i[taken]]] = j[taken]
    bound = best.bound if np.isfinite(best.bound) else 0.0
    return _siting(problem, opened, assigned, lower=max(min(bound, upper), found.lower))
