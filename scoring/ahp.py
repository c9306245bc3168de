"""AHP: weights from comparing criteria two by two, and how far the comparisons contradict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import numpy.typing as npt

from geo.errors import InputError, Note
from scoring.arrays import Floats

RANDOM_INDEX = (
    *(0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49),
    *(1.51, 1.48, 1.56, 1.57, 1.59),
)
"""Mean consistency index of random matrices of size 1 to 15, Saaty 1980, p. 21."""
ACCEPTABLE = 0.10
"""Consistency ratio up to which Saaty takes the comparisons as they are."""
_RECIPROCAL = 0.05
"""A pair and its inverse may differ by this in logarithm: 0.14 is meant as 1/7."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AhpResult:
    """Weights from pairwise comparison.

    ``weights`` (n,) sum to 1. ``consistency_ratio`` is 0 when nothing contradicts. ``worst_triad``
    holds the positions (from 0, rising) of the three criteria whose comparisons contradict each
    other most; None when none do.
    """

    weights: Floats
    lambda_max: float
    consistency_ratio: float
    worst_triad: tuple[int, int, int] | None


def ahp(matrix: npt.ArrayLike) -> AhpResult:
    """Weigh criteria by the principal eigenvector of their pairwise comparisons.

    ``A w = λ_max w`` with Σ w = 1; consistency index ``CI = (λ_max − n)/(n − 1)``, consistency
    ratio ``CR = CI / RI_n`` (Saaty 1980, *The Analytic Hierarchy Process*). RI_n is Saaty's own
    table up to n = 15, and beyond it ``(1.7699 n − 4.3513)/(n − 1)``, the line of Alonso & Lamata
    2006 (Int. J. Uncertainty, Fuzziness 14: 445-459). Two criteria cannot contradict: CR 0.

    The worst triad has the largest ``|ln(a_ij a_jk / a_ik)|`` (the order of Koczkodaj 1993, Math.
    Comput. Modelling 18: 79-84); a tie goes to the lowest positions.

    Parameters
    ----------
    matrix : array_like, shape (n, n)
        ``a_ij`` says how many times criterion i weighs criterion j; ``a_ji = 1/a_ij``.

    Raises
    ------
    InputError
        When it is not square, a number is missing or not above 0, or a pair is not the other's
        inverse (to 5 %, so that 0.14 may stand for 1/7).
    """
    a = _checked(matrix)
    n = len(a)
    values, vectors = np.linalg.eig(a)
    first = int(np.argmax(values.real))
    weights = np.abs(vectors[:, first].real)
    lambda_max = float(values[first].real)
    ratio = max(0.0, (lambda_max - n) / (n - 1)) / random_index(n) if n > 2 else 0.0
    return AhpResult(
        weights=weights / weights.sum(),
        lambda_max=lambda_max,
        consistency_ratio=ratio,
        worst_triad=_worst_triad(np.log(a)),
    )


def random_index(count: int) -> float:
    """Random index for so many criteria; see `ahp` for the two sources."""
    if count <= len(RANDOM_INDEX):
        return RANDOM_INDEX[count - 1]
    return (1.7699 * count - 4.3513) / (count - 1)


def triad_note(matrix: npt.ArrayLike, result: AhpResult, titles: Sequence[str]) -> Note | None:
    """Say the worst triad in words: what two answers imply for the third, and what was said.

    The three are named so that the first weighs the second and the second the third, or as much.

    Parameters
    ----------
    matrix : array_like, shape (n, n)
        What `ahp` was given.
    result : AhpResult
    titles : sequence of str
        What each criterion is called.

    Returns
    -------
    Note or None
        Code ``weights.triad``; None when nothing contradicts.
    """
    if result.worst_triad is None:
        return None
    a = _checked(matrix)
    i, j, k = next(
        order
        for order in permutations(result.worst_triad)
        if a[order[0], order[1]] >= 1 and a[order[1], order[2]] >= 1
    )
    return Note(
        row=None,
        code="weights.triad",
        fields={
            "first": titles[i],
            "second": titles[j],
            "third": titles[k],
            "first_second": float(a[i, j]),
            "second_third": float(a[j, k]),
            "implied": float(a[i, j] * a[j, k]),
            "said": float(a[i, k]),
        },
    )


def _checked(matrix: npt.ArrayLike) -> Floats:
    """Return comparisons that are square, positive and reciprocal, with exact inverses."""
    a = np.array(matrix, dtype=float)
    if a.ndim != 2 or a.shape[0] != a.shape[1] or not a.size:
        raise InputError("weights.pairs_square", shape=" × ".join(str(s) for s in a.shape))
    bad = np.argwhere(~(np.isfinite(a) & (a > 0)))
    if len(bad):
        raise InputError(
            "weights.pairs_positive", row=int(bad[0][0]) + 1, column=int(bad[0][1]) + 1
        )
    logs = np.log(a)
    bad = np.argwhere(np.abs(logs + logs.T) > _RECIPROCAL)
    if len(bad):
        i, j = (int(x) for x in bad[0])
        raise InputError(
            "weights.pairs_inverse",
            row=i + 1,
            column=j + 1,
            said=float(a[i, j]),
            back=float(a[j, i]),
        )
    return np.asarray(np.exp((logs - logs.T) / 2))


def _worst_triad(logs: Floats) -> tuple[int, int, int] | None:
    n = len(logs)
    gap = np.abs(logs[:, :, None] + logs[None, :, :] - logs[:, None, :])
    place = np.arange(n)
    rising = (place[:, None, None] < place[None, :, None]) & (
        place[None, :, None] < place[None, None, :]
    )
    # answers that agree but for rounding do not contradict
    gap = np.where(rising & (gap > 1e-9), np.round(gap, 9), 0.0)
    if n < 3 or not gap.any():
        return None
    i, j, k = (int(x) for x in np.unravel_index(int(np.argmax(gap)), gap.shape))
    return i, j, k
