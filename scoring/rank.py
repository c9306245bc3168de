"""The ranking: scores that are sums of contributions, and ranks that say how far they are sure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def weighted_sum(values: npt.ArrayLike, weights: npt.ArrayLike) -> Floats:
    """Add weighted values, ``s_i = Σ_k w_k v_ik``, column by column in the order given.

    A BLAS product would change bits with the number of rows; this sum does not, so adding a site
    leaves every other score bit-identical (DESIGN §5.3).

    Parameters
    ----------
    values : array_like, shape (n, m)
        Worth 0-1 of n candidates on m criteria.
    weights : array_like, shape (m,)
        Effective weights.

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    ValueError
        When a value or weight is NaN (unknown must be settled by a prior first) or shapes differ.
    """
    v, w = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    if v.ndim != 2 or w.shape != (v.shape[1],):
        raise ValueError(f"values {v.shape} and weights {w.shape} do not fit")
    if np.isnan(v).any() or np.isnan(w).any():
        raise ValueError("a value or weight is unknown (NaN); give it a prior before adding")
    total = np.zeros(v.shape[0])
    for k in range(v.shape[1]):
        total += w[k] * v[:, k]
    return total


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Scores of n candidates on m criteria.

    ``contributions`` (n, m) sum to ``score``; ``low``/``high`` put every unknown at worth 0 or 1;
    ``coverage`` is the weight of what is known, 0-1.
    """

    score: Floats
    low: Floats
    high: Floats
    coverage: Floats
    contributions: Floats


def score(values: Floats, weights: Floats, priors: Floats) -> Scores:
    """Score candidates; an unknown value (NaN) takes its prior and widens the interval.

    score = Σ e_k v_k with v_k the prior where unknown; low and high put unknowns at 0 and 1;
    coverage = Σ known e_k (DESIGN §5.2).

    Parameters
    ----------
    values : ndarray, shape (n, m)
        Worth 0-1, NaN where unknown.
    weights : ndarray, shape (m,)
        Effective weights that sum to 1.
    priors : ndarray, shape (m,)
        Worth assumed while unknown.
    """
    unknown = np.isnan(values)
    settled = np.where(unknown, priors[None, :], values)
    return Scores(
        score=weighted_sum(settled, weights),
        low=weighted_sum(np.where(unknown, 0.0, values), weights),
        high=weighted_sum(np.where(unknown, 1.0, values), weights),
        coverage=weighted_sum((~unknown).astype(float), weights),
        contributions=settled * weights[None, :],
    )


def ranks(scores: Floats) -> Ints:
    """Rank from 1 for the highest; equal scores share the lower (better) number."""
    ordered = np.sort(-np.asarray(scores, dtype=float))
    return np.searchsorted(ordered, -np.asarray(scores, dtype=float), side="left") + 1


def rank_range(low: Floats, high: Floats) -> tuple[Ints, Ints]:
    """Best and worst rank that the intervals allow.

    Best = 1 + the number of candidates whose low lies above this one's high; worst = the number
    whose high is at least this one's low. Two candidates whose intervals overlap share ranks.

    Parameters
    ----------
    low, high : ndarray, shape (n,)

    Returns
    -------
    best, worst : ndarray of int, shape (n,)
    """
    n = len(low)
    best = n - np.searchsorted(np.sort(low), high, side="right") + 1
    worst = n - np.searchsorted(np.sort(high), low, side="left")
    return best.astype(np.int64), worst.astype(np.int64)


BANDS = (
    (0.65, "very_strong"),
    (0.55, "strong"),
    (0.45, "fair"),
    (0.35, "weak"),
    (0.0, "very_weak"),
)
"""Lower bound of a score and the band it is called by, the same classes as on the map."""


def bands(scores: npt.ArrayLike) -> list[str]:
    """Name the band of each score as shown (two digits); a person reads words before digits."""
    return [
        next(name for least, name in BANDS if s >= least)
        for s in np.clip(np.round(np.asarray(scores, dtype=float), 2), 0, None)
    ]
