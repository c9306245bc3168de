"""Centres: which places bring the farthest demand nearest."""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt

from geo.errors import InputError
from scoring.cover import held, least_cover
from scoring.siting_types import (
    Problem,
    Siting,
    check_count,
    check_reach,
    checked,
    no_packing,
    nothing_found,
)
from scoring.solver import FEASIBLE, INFEASIBLE, OPTIMAL, Solved

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def p_center(
    cost: npt.ArrayLike,
    demand: npt.ArrayLike,
    p: int,
    *,
    capacity: npt.ArrayLike | None = None,
    time_limit_s: float = 60.0,
) -> Siting:
    """Open p columns so that the farthest demand is as near as can be (p-center; Hakimi 1965).

    ::

        minimise    r
        subject to  Σ_j c_ij x_ij ≤ r       for every row with demand
                    Σ_j x_ij = 1,  x_ij ≤ y_j,  Σ_j y_j = p
                    Σ_i d_i x_ij ≤ k_j y_j  only where `capacity` is given
                    x_ij, y_j ∈ {0, 1}

    with r the largest cost any demand pays, the rest as in `p_median`. r is one of the costs, so
    it is found by halving the sorted costs, each time asking whether p columns cover everyone
    within it (Minieka 1970).

    Parameters
    ----------
    cost : array_like, shape (n_demand, n_candidates)
    demand : array_like, shape (n_demand,)
        Says who counts (above 0) and what fills a capacity; it does not weigh the cost.
    p : int
    capacity : array_like, optional
    time_limit_s : float

    Returns
    -------
    Siting
        ``objective`` = the largest cost, in the unit of `cost`.

    Raises
    ------
    InputError
        As `p_median`.
    """
    problem = checked(cost, demand, capacity=capacity)
    check_count(problem, p)
    check_reach(problem, np.inf)
    rows = np.flatnonzero(problem.demand > 0)
    near, end = problem.cost[rows], time.monotonic() + time_limit_s
    radii = np.unique(near[np.isfinite(near)])
    low, high = int(np.searchsorted(radii, near.min(axis=1).max())), len(radii) - 1
    best: tuple[Ints, Solved, float] | None = None
    while low <= high:
        middle = (low + high) // 2 if best is not None else high
        radius = float(radii[middle])
        found = least_cover(
            near <= radius,
            held=held(problem, rows),
            most=p,
            time_limit_s=end - time.monotonic(),
        )
        if found.status == INFEASIBLE:
            low = middle + 1
        elif len(found.x):
            best = (np.flatnonzero(found.x[: near.shape[1]] > 0.5), found, radius)
            high = middle - 1
        else:
            break
        if best is None and low > high:
            raise _refused(problem, near, p, time_limit_s)
    if best is None:
        return nothing_found(len(problem.demand))
    return _centre(problem, rows, p, best, proven=float(radii[low]) if low <= high else best[2])


def _refused(problem: Problem, near: Floats, p: int, time_limit_s: float) -> InputError:
    """Why not even the largest cost lets p columns serve everyone."""
    if problem.capacity is not None:
        return no_packing(problem, p)
    least = least_cover(np.isfinite(near), time_limit_s=time_limit_s).bound
    return InputError("siting.too_few_to_reach", count=p, least=int(np.ceil(least - 1e-6)))


def _centre(
    problem: Problem, rows: Ints, p: int, best: tuple[Ints, Solved, float], *, proven: float
) -> Siting:
    """Fill up to p columns, assign, and say how far the radius is proven."""
    opened, found, radius = best
    near = problem.cost[rows]
    opened = _filled(problem, opened, p)
    assigned = opened[np.argmin(problem.cost[:, opened], axis=1)]
    if problem.capacity is not None:
        i, j = np.nonzero(near <= radius)
        taken = found.x[near.shape[1] : near.shape[1] + len(i)] > 0.5
        assigned[rows[i[taken]]] = j[taken]
    radius = float(problem.cost[rows, assigned[rows]].max())
    gap = max(0.0, radius - proven) / radius if radius else 0.0
    columns, back = problem.give_back(opened, assigned)
    status = OPTIMAL if gap == 0.0 else FEASIBLE
    return Siting(opened=columns, assigned=back, objective=radius, gap=gap, status=status)


def _filled(problem: Problem, opened: Ints, p: int) -> Ints:
    """Open further columns up to p, each the one that then saves most cost × demand."""
    weighted = np.where(problem.demand[:, None] > 0, problem.demand[:, None] * problem.cost, 0.0)
    mine = list(opened)
    near = weighted[:, mine].min(axis=1)
    while len(mine) < p:
        saved = np.maximum(near[:, None] - weighted, 0.0).sum(axis=0)
        saved[mine] = -1.0
        mine.append(int(saved.argmax()))
        near = np.minimum(near, weighted[:, mine[-1]])
    return np.sort(np.array(mine, dtype=np.int64))
