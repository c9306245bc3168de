"""Why a site stands where it stands, and what would lift it into the shortlist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scoring.criteria import Anchors, Criterion
from scoring.evidence import DecisionMatrix
from scoring.rank import settled as settle
from scoring.rank import weighted_sum
from scoring.values import piecewise

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

GRAIN = {
    "share": 0.01,
    "index": 0.01,
    "probability": 0.01,
    "scale_1_5": 0.1,
    "degrees": 0.1,
}
"""Values are told in steps of the unit: 1, or finer where a whole unit says too little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """The value of one criterion at which a site enters the shortlist, all else as it is.

    Parameters
    ----------
    criterion : str
    value : float
        In the criterion's unit; NaN where it is a category.
    category : str
        The least of the categories that suffice, or "".
    now : float
        The value of today in the unit, NaN while unknown.
    worth : float
        Worth 0-1 of the value.
    questions : tuple of int
        Survey questions that tell this criterion.
    survey : bool
        Whether a visit could show it: a question asks for it, and no mapped hazard would have to
        be lowered (a visit may raise one, never lower it).
    """

    criterion: str
    value: float
    category: str
    now: float
    worth: float
    questions: tuple[int, ...]
    survey: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One criterion that carries a site above the others: ``e_k·(v_ik − mean of v_k)``."""

    criterion: str
    gain: float
    value: float


def grain(criterion: Criterion, letter: str) -> float:
    """Return the step in which values of a criterion are told."""
    return GRAIN.get(criterion.unit[letter], 1.0)


def settled(matrix: DecisionMatrix) -> Floats:
    """Worth of every candidate, what is unknown at its prior, shape (n, m)."""
    return settle(matrix.values(), matrix.priors())


def value_reaching(worth: float, anchors: Anchors, near: float) -> float | None:
    """Return the value nearest to `near` that is worth `worth`; None where no value is.

    The inverse of `scoring.values.piecewise`: between two anchors
    ``x = x_a + (worth − v_a)/(v_b − v_a)·(x_b − x_a)``; anchors need not rise or fall throughout.
    """
    x, v = np.asarray(anchors, dtype=float).T
    found = [float(p) for p, q in zip(x, v, strict=True) if q == worth]
    found += [
        float(x[a] + (worth - v[a]) / (v[a + 1] - v[a]) * (x[a + 1] - x[a]))
        for a in range(len(x) - 1)
        if min(v[a], v[a + 1]) < worth < max(v[a], v[a + 1])
    ]
    return min(found, key=lambda p: (abs(p - near), p)) if found else None


def lifts(
    matrix: DecisionMatrix,
    weights: Floats,
    row: int,
    *,
    top: int = 10,
    among: Ints | None = None,
) -> dict[str, Lift | None]:
    """Say, criterion by criterion, at which value a site would enter the first `top`.

    With c the top-th best score of the others, the site needs ``v' ≥ v_k + (c − s)/e_k`` on
    criterion k; the value is read back through the value function, rounded to the step in which
    it is told, away from today's, and put back into the score: only what then stands among the
    first is returned (ties share the better rank, as in the ranking).

    Parameters
    ----------
    matrix : DecisionMatrix
    weights : ndarray, shape (m,)
        Effective weights.
    row : int
        The site's row of the matrix.
    top : int
    among : ndarray of int, optional
        Rows of the candidates that are not excluded; default all.

    Returns
    -------
    dict of criterion key → Lift or None
        None where no value does. Empty when the site is in the shortlist already.
    """
    rows = np.arange(len(matrix.candidate_ids)) if among is None else np.asarray(among)
    worth = settled(matrix)
    scores = weighted_sum(worth, weights)
    others = np.sort(scores[rows[rows != row]])
    if len(others) < top or scores[row] >= others[-top]:
        return {}
    return {
        c.key: _lift(matrix, worth[row], weights, row, k, float(others[-top]))
        for k, c in enumerate(matrix.criteria)
    }


def _lift(
    matrix: DecisionMatrix, worth: Floats, weights: Floats, row: int, k: int, cut: float
) -> Lift | None:
    criterion, letter = matrix.criteria[k], matrix.letter

    def enough(of_value: float) -> bool:
        changed = worth.copy()
        changed[k] = of_value
        return bool(weighted_sum(changed[None, :], weights)[0] >= cut)

    if weights[k] <= 0 or not enough(1.0):
        return None
    needed = worth[k] + (cut - weighted_sum(worth[None, :], weights)[0]) / weights[k]
    known = not matrix.unknown[row, k]
    now = float(matrix.mean[row, k]) if known else float("nan")
    value, category = float("nan"), ""
    if criterion.anchors[letter]:
        anchors = criterion.anchors[letter]
        found = _told(needed, anchors, now if known else None, worth[k], grain(criterion, letter))
        # the step away from today's value, then one more for a rounding of the last digit
        value = next((x for x in found if enough(float(piecewise(x, anchors)))), value)
        got = float(piecewise(value, anchors))
    else:
        table = criterion.table[letter]
        fit = [(v, name) for name, v in table.items() if enough(v)]
        got, category = min(fit, default=(float("nan"), ""))
    if np.isnan(got):
        return None
    return Lift(
        criterion=criterion.key,
        value=value,
        category=category,
        now=now,
        worth=got,
        questions=criterion.questions,
        survey=bool(criterion.questions) and not (criterion.link == "raise" and known),
    )


def _told(
    needed: float, anchors: Anchors, now: float | None, worth: float, step: float
) -> list[float]:
    """List values to try, from the least change: the exact one rounded away from today's."""
    ends = (anchors[0][0], anchors[-1][0])
    start = now if now is not None else value_reaching(worth, anchors, ends[0])
    start = ends[0] if start is None else float(np.clip(start, *ends))
    best = max(v for _, v in anchors)
    exact = value_reaching(min(needed, best), anchors, start)
    if exact is None or needed > best + 1e-9:
        return []
    way = 1.0 if exact >= start else -1.0
    first = way * np.ceil(way * exact / step - 1e-9) * step
    tries = [round(first + way * step * more, 10) for more in range(3)]
    return [float(np.clip(x, *ends)) for x in tries]


def reasons(
    matrix: DecisionMatrix,
    weights: Floats,
    row: int,
    *,
    count: int = 3,
    among: Ints | None = None,
) -> tuple[Reason, ...]:
    """Name the criteria that lift a site most above the mean of all candidates.

    Only what is known counts, and only what lifts: ``e_k·(v_ik − mean_i v_ik) > 0``.
    """
    rows = np.arange(len(matrix.candidate_ids)) if among is None else np.asarray(among)
    worth = settled(matrix)
    gain = weights * (worth[row] - worth[rows].mean(axis=0))
    gain[matrix.unknown[row]] = 0.0
    best = [int(k) for k in np.argsort(-gain, kind="stable")[:count] if gain[k] > 1e-12]
    return tuple(
        Reason(
            criterion=matrix.criteria[k].key,
            gain=float(gain[k]),
            value=float(matrix.mean[row, k]),
        )
        for k in best
    )


def strongest(found: Mapping[str, Lift | None], weights: Mapping[str, float]) -> list[Lift]:
    """Put lifts in the order in which they are worth telling: surveyable first, then by weight."""
    given = [lift for lift in found.values() if lift is not None]
    return sorted(given, key=lambda x: (not x.survey, -weights.get(x.criterion, 0.0), x.criterion))
