"""Second opinions: the same worths ranked six ways, and how far the ways agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from scoring.aggregation import geometric, order_weights, owa, weighted_sum
from scoring.arrays import Floats, checked_table, checked_weights
from scoring.ideal import VikorResult, topsis, vikor
from scoring.promethee import Spec, promethee_ii

METHODS = ("additive", "geometric", "owa", "topsis", "vikor", "promethee")
"""Titles are under ``method.<name>`` in the catalogues of `words`."""
FLOOR = 0.01
"""Worth that stands for less in the product, or one worth of 0 would make every such site equal."""
CAREFUL = 0.3
"""Orness of the OWA opinion: it leans to each site's weak points."""
PREFERENCE: Spec = ("linear", 0.05, 0.30)
"""Differences under 5 points of worth say nothing; from 30 points on a site is fully preferred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far methods agree, pair by pair; ``tau`` and ``shared`` are (methods, methods).

    ``tau`` is Kendall's τ-b, -1 to 1. ``shared`` is the share 0-1 of the longer shortlist that
    stands on both. ``in_all`` holds the positions (from 0) that every method puts among its first
    ``k``, ``in_some`` those that at least one does.
    """

    methods: tuple[str, ...]
    k: int
    tau: Floats
    shared: Floats
    in_all: tuple[int, ...]
    in_some: tuple[int, ...]


def agreement(scores_by_method: Mapping[str, npt.ArrayLike], k: int) -> Agreement:
    """Compare rankings: Kendall's τ-b, and who stands among the first k.

    ``τ_b = (C − D) / √((P − T_a)(P − T_b))`` with C and D the pairs ranked alike and contrariwise,
    P all pairs, and T the pairs tied in one method (Kendall 1945, Biometrika 33: 239-251). Where a
    method ties everything, τ_b has no value: 1 is given when both do, 0 when only one does.

    A candidate is among the first k when fewer than k score higher, so ties at the edge are all in.

    Parameters
    ----------
    scores_by_method : Mapping[str, array_like of shape (n,)]
        The highest is best in every one (turn VIKOR's Q round first, as `methods` does).
    k : int
        Length of the shortlist, at least 1.

    Raises
    ------
    ValueError
        For NaN, scores of different length, no method, or k below 1.
    """
    names = tuple(scores_by_method)
    if not names or k < 1:
        raise ValueError("agreement needs at least one method and k of at least 1")
    scores = checked_table([np.asarray(scores_by_method[name], dtype=float) for name in names])
    tau, shared = np.eye(len(names)), np.eye(len(names))
    listed = np.array([_first(row, k) for row in scores]).reshape(scores.shape)
    for a, b in combinations(range(len(names)), 2):
        tau[a, b] = tau[b, a] = kendall(scores[a], scores[b])
        longer = max(listed[a].sum(), listed[b].sum(), 1)
        shared[a, b] = shared[b, a] = (listed[a] & listed[b]).sum() / longer
    return Agreement(
        methods=names,
        k=k,
        tau=tau,
        shared=shared,
        in_all=tuple(int(i) for i in np.flatnonzero(listed.all(axis=0))),
        in_some=tuple(int(i) for i in np.flatnonzero(listed.any(axis=0))),
    )


def kendall(a: Floats, b: Floats) -> float:
    """Kendall's τ-b of two score vectors, O(n log n); see `agreement` for ties in everything."""
    from scipy.stats import kendalltau

    flat = [bool(len(x) < 2 or (x == x[0]).all()) for x in (a, b)]
    if any(flat):
        return float(all(flat))
    return float(kendalltau(a, b).statistic)


def _first(scores: Floats, k: int) -> npt.NDArray[np.bool_]:
    """Who is among the first k, ties at the edge included."""
    if k >= len(scores):
        return np.ones(len(scores), dtype=bool)
    return np.asarray(scores >= np.partition(scores, len(scores) - k)[len(scores) - k])


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinions:
    """The same candidates scored six ways; ``scores`` by the names in `METHODS`, highest best.

    VIKOR stands in ``scores`` as ``1 − q``; ``vikor`` is its full answer with the compromise set.
    """

    scores: Mapping[str, Floats]
    agreement: Agreement
    vikor: VikorResult


def methods(
    values: npt.ArrayLike,
    weights: npt.ArrayLike,
    *,
    k: int = 10,
    orness: float = CAREFUL,
    v: float = 0.5,
    preference: Spec = PREFERENCE,
) -> Opinions:
    """Score settled worths by all six methods and say where they agree.

    The additive score is Tapak's ranking; the others are second opinions on the same worths and
    weights. Criteria of weight 0 are left out. The product counts a worth below `FLOOR` as
    `FLOOR`. TOPSIS, VIKOR and PROMETHEE look at the candidates given here, so leave out what is
    excluded before asking.

    Parameters
    ----------
    values : array_like, shape (n, m)
        Worth 0-1 with every unknown settled by its prior; see `scoring.rank.settled`.
    weights : array_like, shape (m,)
        Effective weights.
    k : int
        Length of the shortlist compared.
    orness : float
        Attitude of OWA, 0 careful to 1 hopeful; see `order_weights`.
    v : float
        VIKOR's weight of the group against the one worst regret.
    preference
        PROMETHEE's; see `promethee_ii`. One per criterion counts those of weight 0 too.

    Raises
    ------
    ValueError
        For NaN, a worth outside 0-1, or arguments a method refuses.
    """
    table = checked_table(values)
    w = checked_weights(weights, table.shape[1])
    if ((table < 0) | (table > 1)).any():
        raise ValueError("a worth lies outside 0-1")
    flow = promethee_ii(table, w, np.True_, preference)
    table, w = table[:, w > 0], w[w > 0]
    compromise = vikor(table, w, np.True_, v=v)
    scores = {
        "additive": weighted_sum(table, w),
        "geometric": geometric(np.maximum(table, FLOOR), w),
        "owa": owa(table, w, order_weights(len(w), orness)),
        "topsis": topsis(table, w, np.True_),
        "vikor": 1 - compromise.q,
        "promethee": flow,
    }
    return Opinions(scores=scores, agreement=agreement(scores, k), vikor=compromise)
