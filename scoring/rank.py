"""The ranking: scores that are sums of contributions, and ranks that say how far they are sure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scoring.aggregation import geometric, order_weights, owa, weighted_sum
from scoring.agreement import Agreement, Opinions, agreement, methods
from scoring.arrays import Floats
from scoring.ideal import VikorResult, topsis, vikor
from scoring.promethee import Preference, promethee_ii

__all__ = [
    "BANDS",
    "Agreement",
    "Opinions",
    "Preference",
    "Scores",
    "VikorResult",
    "agreement",
    "bands",
    "geometric",
    "methods",
    "order_weights",
    "owa",
    "promethee_ii",
    "rank_range",
    "ranks",
    "score",
    "settled",
    "topsis",
    "vikor",
    "weighted_sum",
]

Ints = npt.NDArray[np.int64]


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


def settled(values: Floats, priors: Floats) -> Floats:
    """Put its criterion's prior, shape (m,), for every unknown worth (NaN), shape (n, m)."""
    return np.where(np.isnan(values), priors[None, :], values)


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
    assumed = settled(values, priors)
    return Scores(
        score=weighted_sum(assumed, weights),
        low=weighted_sum(np.where(unknown, 0.0, values), weights),
        high=weighted_sum(np.where(unknown, 1.0, values), weights),
        coverage=weighted_sum((~unknown).astype(float), weights),
        contributions=assumed * weights[None, :],
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
