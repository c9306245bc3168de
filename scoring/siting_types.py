"""What a choice of places is: the arrays it is made from, and the small results it gives back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.errors import InputError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Siting:
    """Which columns are opened and who goes where.

    Parameters
    ----------
    opened : ndarray of int
        Indices of the opened columns (candidates), ascending.
    assigned : ndarray of int, shape (n_demand,)
        The column each demand row goes to; −1 where it is not served.
    objective : float
        What was minimised or maximised, in the unit its method names; NaN where nothing was found.
    gap : float
        Share 0-1 of the objective not proven yet: |objective − bound| / |objective|; infinite where
        nothing was found.
    status : {"optimal", "feasible", "undecided"}
        Proven best within the gap · found, not proven within the time · nothing found in time.
    """

    opened: Ints
    assigned: Ints
    objective: float
    gap: float
    status: str


def nothing_found(rows: int) -> Siting:
    """Return the answer of a search that ran out of time before it found anything."""
    return Siting(
        opened=np.empty(0, dtype=np.int64),
        assigned=np.full(rows, -1, dtype=np.int64),
        objective=float("nan"),
        gap=float("inf"),
        status="undecided",
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """Checked input of a location model, in an order that does not depend on how it was given.

    ``cost`` (n_demand, n_candidates) and ``demand``, ``capacity`` are sorted by their own content;
    ``rows`` and ``columns`` lead back to the caller's positions. Two callers who list the same
    candidates in another order get the same program, and so the same answer.
    """

    cost: Floats
    demand: Floats
    capacity: Floats | None
    rows: Ints
    columns: Ints

    def room(self, p: int) -> float:
        """Return the demand that the p largest columns can hold."""
        if self.capacity is None:
            return float("inf")
        return float(np.sort(self.capacity)[::-1][:p].sum())

    def give_back(self, opened: Ints, assigned: Ints) -> tuple[Ints, Ints]:
        """Translate columns and assignments into the caller's positions."""
        back = np.full(len(self.rows), -1, dtype=np.int64)
        served = assigned >= 0
        back[self.rows[served]] = self.columns[assigned[served]]
        return np.sort(self.columns[opened]), back


def _ordered(cost: Floats, demand: Floats, capacity: Floats | None) -> tuple[Ints, Ints]:
    """Sort rows by demand and sorted costs, then columns by capacity and costs down the rows."""
    inside = np.sort(cost, axis=1)
    rows = np.lexsort(np.column_stack([inside[:, ::-1], demand]).T)
    keys = cost[rows][::-1]
    if capacity is not None:
        keys = np.vstack([keys, capacity])
    return rows.astype(np.int64), np.lexsort(keys).astype(np.int64)


def checked(
    cost: npt.ArrayLike,
    demand: npt.ArrayLike,
    *,
    capacity: npt.ArrayLike | None = None,
) -> Problem:
    """Check costs, demand and capacity, and bring them into an order of their own.

    Raises
    ------
    InputError
        ``siting.shapes`` · ``siting.unknown_cost`` · ``siting.bad_demand`` ·
        ``siting.bad_capacity`` · ``siting.capacity_too_small``.
    """
    c, d = np.array(cost, dtype=float), np.array(demand, dtype=float)
    if c.ndim != 2 or d.shape != (c.shape[0],) or not c.size:
        raise InputError("siting.shapes", cost=str(c.shape), demand=str(d.shape))
    if np.isnan(c).any() or (c < 0).any():
        raise InputError("siting.unknown_cost", count=int((np.isnan(c) | (c < 0)).sum()))
    if not np.isfinite(d).all() or (d < 0).any() or not d.sum():
        raise InputError("siting.bad_demand", count=int((~np.isfinite(d) | (d < 0)).sum()))
    if capacity is None:
        rows, columns = _ordered(c, d, None)
        return Problem(c[np.ix_(rows, columns)], d[rows], None, rows, columns)
    try:
        k = np.array(np.broadcast_to(np.asarray(capacity, dtype=float), (c.shape[1],)))
    except ValueError as error:
        shape = str(np.shape(capacity))
        raise InputError("siting.shapes", cost=str(c.shape), demand=shape) from error
    if np.isnan(k).any() or (k < 0).any():
        raise InputError("siting.bad_capacity", count=int((np.isnan(k) | (k < 0)).sum()))
    rows, columns = _ordered(c, d, k)
    return Problem(c[np.ix_(rows, columns)], d[rows], k[columns], rows, columns)


def check_count(problem: Problem, p: int) -> None:
    """Refuse a number of places that cannot be opened, or whose capacity cannot hold the demand.

    Raises
    ------
    InputError
        ``siting.count`` · ``siting.capacity_too_small`` · ``siting.row_too_large``.
    """
    candidates = problem.cost.shape[1]
    if not 1 <= p <= candidates:
        raise InputError("siting.count", count=int(p), candidates=candidates)
    if problem.capacity is None:
        return
    most = problem.room(p)
    need = float(problem.demand.sum())
    if most < need * (1 - 1e-12):
        raise InputError("siting.capacity_too_small", count=int(p), capacity=most, demand=need)
    largest, room = float(problem.demand.max()), float(problem.capacity.max())
    if room < largest * (1 - 1e-12):
        raise InputError("siting.row_too_large", demand=largest, capacity=room)


def check_reach(problem: Problem, limit: float) -> None:
    """Refuse a limit within which some demand reaches no candidate at all.

    Raises
    ------
    InputError
        ``siting.unreachable`` (rows that reach nothing, of all) · ``siting.out_of_reach`` with the
        least limit that would reach everyone.
    """
    wanted = problem.demand > 0
    nearest = problem.cost[wanted].min(axis=1)
    out = int((~(nearest <= limit) | ~np.isfinite(nearest)).sum())
    least = float(nearest.max())
    if out and not np.isfinite(least):
        raise InputError(
            "siting.unreachable", count=int(np.isinf(nearest).sum()), rows=len(nearest)
        )
    if out:
        raise InputError("siting.out_of_reach", count=out, limit=float(limit), least=least)


def no_packing(problem: Problem, p: int) -> InputError:
    """Make the error that no p columns hold the demand although their sum would."""
    demand = float(problem.demand.sum())
    return InputError("siting.no_packing", count=p, capacity=problem.room(p), demand=demand)
