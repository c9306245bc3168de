"""One linear program with whole-number columns, built row by row and solved by HiGHS.

Threads 1 and seed 1 always, a time limit and a gap always: the same program gives the same answer
on every run that ends before its limit, and what is not proven is said with its bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

OPTIMAL, FEASIBLE, INFEASIBLE, UNDECIDED = "optimal", "feasible", "infeasible", "undecided"
"""Proven best · found, with its gap shown · proven impossible · nothing found within the limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """What the solver found.

    ``x`` is empty where nothing was found; ``bound`` is the best objective not yet ruled out;
    ``gap`` = |objective − bound| / |objective|, infinite where nothing was found.
    """

    status: str
    x: Floats
    objective: float
    bound: float
    gap: float
    seconds: float


NOTHING = Solved(
    status=UNDECIDED, x=np.empty(0), objective=np.nan, bound=np.nan, gap=np.inf, seconds=0.0
)
"""What is found without looking."""


class Program:
    """A program ``optimise cost·x, low ≤ A x ≤ high, lower ≤ x ≤ upper`` being put together.

    Parameters
    ----------
    size : int
        Number of columns, each from 0 to 1 unless `upper` is changed.
    whole : ndarray of bool, shape (size,)
        Which columns take whole numbers.
    """

    def __init__(self, size: int, whole: npt.NDArray[np.bool_]) -> None:
        self.cost, self.lower, self.upper = np.zeros(size), np.zeros(size), np.ones(size)
        self.whole = whole
        self._entries: list[tuple[Ints, Ints, Floats]] = []
        self._low: list[Floats] = []
        self._high: list[Floats] = []
        self._count = 0

    def add(
        self,
        rows: npt.ArrayLike,
        columns: npt.ArrayLike,
        values: npt.ArrayLike,
        *,
        low: npt.ArrayLike = -np.inf,
        high: npt.ArrayLike = np.inf,
        count: int | None = None,
    ) -> None:
        """Add a block of rows, numbered from 0 inside the block.

        Parameters
        ----------
        rows, columns, values : array_like, shape (k,)
            Entries; entries of the same place are added up.
        low, high : array_like
            Limits of each row of the block, or one for all.
        count : int, optional
            Number of rows of the block; by default the highest of `rows` and one.
        """
        r = np.asarray(rows, dtype=np.int64)
        c = np.asarray(columns, dtype=np.int64)
        height = count if count is not None else (int(r.max()) + 1 if len(r) else 0)
        v = np.broadcast_to(np.asarray(values, dtype=float), c.shape)
        self._entries.append((r + self._count, c, np.array(v)))
        self._low.append(np.array(np.broadcast_to(np.asarray(low, dtype=float), (height,))))
        self._high.append(np.array(np.broadcast_to(np.asarray(high, dtype=float), (height,))))
        self._count += height

    def row(
        self,
        columns: npt.ArrayLike,
        values: npt.ArrayLike,
        *,
        low: float = -np.inf,
        high: float = np.inf,
    ) -> None:
        """Add one row."""
        c = np.asarray(columns, dtype=np.int64)
        self.add(np.zeros(len(c), dtype=np.int64), c, values, low=low, high=high, count=1)

    def solve(
        self,
        *,
        maximise: bool,
        time_limit_s: float,
        gap: float = 0.0,
        gap_abs: float = 1e-9,
        relaxed: bool = False,
        start: Floats | None = None,
    ) -> Solved:
        """Solve by HiGHS (Huangfu & Hall 2018), threads 1, seed 1.

        Parameters
        ----------
        maximise : bool
        time_limit_s : float
        gap, gap_abs : float
            Stop when the objective is proven within this share, or this amount, of the best.
        relaxed : bool
            Let whole-number columns take fractions.
        start : ndarray, optional
            A solution to begin with.
        """
        import highspy

        make: Any = highspy.Highs
        solver = make()
        for option, value in {
            "output_flag": False,
            "threads": 1,
            "random_seed": 1,
            "time_limit": float(max(time_limit_s, 0.01)),
            "mip_rel_gap": float(gap),
            "mip_abs_gap": float(gap_abs),
        }.items():
            solver.setOptionValue(option, value)
        solver.passModel(self._model(highspy, maximise=maximise, relaxed=relaxed))
        if start is not None:
            solution = highspy.HighsSolution()
            solution.col_value = list(start)
            solver.setSolution(solution)
        solver.run()
        return _read(solver, relaxed or not self.whole.any())

    def _model(self, highspy: Any, *, maximise: bool, relaxed: bool) -> Any:
        """Write the program in HiGHS's own form."""
        from scipy import sparse

        rows, columns, values = (
            np.concatenate([entry[k] for entry in self._entries]) for k in range(3)
        )
        matrix = sparse.csc_matrix((values, (rows, columns)), shape=(self._count, len(self.cost)))
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.cost), self._count
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = self.cost, self.lower, self.upper
        lp.row_lower_, lp.row_upper_ = np.concatenate(self._low), np.concatenate(self._high)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, matrix.indices
        lp.a_matrix_.value_ = matrix.data
        lp.sense_ = highspy.ObjSense.kMaximize if maximise else highspy.ObjSense.kMinimize
        if self.whole.any() and not relaxed:
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            lp.integrality_ = [kinds[int(flag)] for flag in self.whole]
        return lp


def _read(solver: Any, continuous: bool) -> Solved:
    """Take what HiGHS says into our own words."""
    name = solver.modelStatusToString(solver.getModelStatus())
    info, solution = solver.getInfo(), solver.getSolution()
    found = info.primal_solution_status == 2  # kSolutionStatusFeasible
    if name == "Optimal":
        status = OPTIMAL
    elif name in {"Infeasible", "Primal infeasible or unbounded"}:
        status, found = INFEASIBLE, False
    else:
        status = FEASIBLE if found else UNDECIDED
    objective = float(info.objective_function_value) if found else np.nan
    bound = objective if continuous and status == OPTIMAL else float(info.mip_dual_bound)
    if continuous and status != OPTIMAL:
        bound = np.nan
    share = abs(objective - bound) / max(abs(objective), 1e-12) if found else np.inf
    return Solved(
        status=status,
        x=np.array(solution.col_value) if found else np.empty(0),
        objective=objective,
        bound=bound,
        gap=0.0 if share < 1e-12 else float(share),
        seconds=float(solver.getRunTime()),
    )
