"""Distance to the ideal: TOPSIS, and VIKOR with its compromise set; second opinions, never first.

Both measure from the best and worst value *among the candidates*: adding or leaving out a site may
change every other score and may reverse ranks. The ranking itself never does (DESIGN §5.1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scoring.arrays import (
    Floats,
    best_and_worst,
    checked_directions,
    checked_table,
    checked_weights,
)

_SAME = 1e-12
"""Differences below this are rounding, not preference (measures here lie between 0 and 1)."""


def topsis(matrix: npt.ArrayLike, weights: npt.ArrayLike, maximise: npt.ArrayLike) -> Floats:
    """Measure closeness to the ideal, ``C_i = D⁻_i / (D⁺_i + D⁻_i)``; the highest is best.

    Values are vector normalised, ``r_ik = x_ik / √Σ_i x_ik²``, and weighted, ``w_k r_ik``; D⁺ and
    D⁻ are Euclidean distances to the best and the worst weighted value of every criterion (Hwang &
    Yoon 1981, *Multiple Attribute Decision Making*, ch. 3).

    The order of candidates changes no bit. A site that is worse on every criterion always has the
    lower closeness. A constant criterion says nothing. A further site, even a dominated one,
    changes the norms and with them every score, and may reverse ranks.

    Parameters
    ----------
    matrix : array_like, shape (n, m)
        In any units; negative values are allowed.
    weights : array_like, shape (m,)
        Zero or more; their scale does not matter.
    maximise : array_like of bool, shape (m,)
        True where more is better.

    Returns
    -------
    ndarray, shape (n,)
        0-1. Where all candidates are alike none is near or far, and each has 0.5.

    Raises
    ------
    ValueError
        For NaN or infinity, a negative weight, weights all zero, or shapes that differ.
    """
    x = checked_table(matrix)
    w = checked_weights(weights, x.shape[1])
    up = checked_directions(maximise, x.shape[1])
    if not len(x):
        return np.zeros(0)
    scale = np.abs(x).max(axis=0)
    x = x / np.where(scale > 0, scale, 1.0)  # large units must not overflow when squared
    norm = np.sqrt(np.sort(x * x, axis=0).sum(axis=0))  # sorted: one sum for any order of sites
    weighted = w / w.sum() * x / np.where(norm > 0, norm, 1.0)
    best, worst = best_and_worst(weighted, up)
    to_best, to_worst = _distance(weighted, best), _distance(weighted, worst)
    both = to_best + to_worst
    return np.where(both > 0, to_worst / np.where(both > 0, both, 1.0), 0.5)


def _distance(table: Floats, point: Floats) -> Floats:
    """Euclidean distance of every row to a point, added column by column."""
    total = np.zeros(len(table))
    for k in range(table.shape[1]):
        total += (table[:, k] - point[k]) ** 2
    return np.sqrt(total)


@dataclass(frozen=True, slots=True, kw_only=True)
class VikorResult:
    """What VIKOR says; in ``s``, ``r`` and ``q`` the *lowest* is best, each of shape (n,).

    ``s`` is the group's regret, ``r`` the worst single regret, ``q`` the mixture 0-1 of the two.
    ``compromise`` holds positions of the candidates (from 0), best ``q`` first: one when the winner
    stands alone, several when the method cannot tell them apart.
    """

    s: Floats
    r: Floats
    q: Floats
    compromise: tuple[int, ...]


def vikor(
    matrix: npt.ArrayLike, weights: npt.ArrayLike, maximise: npt.ArrayLike, v: float = 0.5
) -> VikorResult:
    """Rank by compromise between the group's regret and the worst single regret.

    With f* and f⁻ the best and worst value of a criterion among the candidates:
    ``S_i = Σ_k w_k (f*_k − f_ik)/(f*_k − f⁻_k)``, ``R_i = max_k`` of the same terms, and
    ``Q_i = v (S_i − S*)/(S⁻ − S*) + (1 − v)(R_i − R*)/(R⁻ − R*)`` with the lowest (S*, R*) and
    highest (S⁻, R⁻) among the candidates.

    The compromise set: the best by Q alone when (C1) the next one is at least ``1/(n − 1)`` worse
    in Q and (C2) it is also best by S or by R. If only C2 fails, the two best by Q. If C1 fails,
    all that are less than ``1/(n − 1)`` behind it. Opricovic & Tzeng 2004, EJOR 156: 445-455, and
    2007, EJOR 178: 514-529.

    The order of candidates changes no bit. A dominated site of the same range leaves every S and R
    as it was, but Q and the set may change; a site outside the range changes all. A worse site
    never has the lower Q.

    Parameters
    ----------
    matrix : array_like, shape (n, m)
    weights : array_like, shape (m,)
        Zero or more; scaled to sum to 1.
    maximise : array_like of bool, shape (m,)
    v : float
        Weight 0-1 of the group against the one worst regret.

    Returns
    -------
    VikorResult
        A constant criterion adds no regret; where all S (or all R) are alike its part of Q is 0.

    Raises
    ------
    ValueError
        For NaN or infinity, a negative weight, weights all zero, v outside 0-1, or shapes that
        differ.
    """
    x = checked_table(matrix)
    w = checked_weights(weights, x.shape[1])
    up = checked_directions(maximise, x.shape[1])
    if not 0 <= v <= 1:
        raise ValueError(f"v {v} must lie in 0-1")
    if not len(x):
        return VikorResult(s=np.zeros(0), r=np.zeros(0), q=np.zeros(0), compromise=())
    best, worst = best_and_worst(x, up)
    span = best - worst
    regret = w / w.sum() * (best - x) / np.where(span == 0, 1.0, span)
    s, r = np.zeros(len(x)), np.zeros(len(x))
    for k in range(x.shape[1]):
        s += regret[:, k]
        r = np.maximum(r, regret[:, k])
    q = v * _share(s) + (1 - v) * _share(r)
    return VikorResult(s=s, r=r, q=q, compromise=_compromise(s, r, q))


def _share(measure: Floats) -> Floats:
    """Place a measure between its lowest and highest, 0-1; all 0 where rounding alone differs."""
    span = measure.max() - measure.min()
    if span <= _SAME:
        return np.zeros(len(measure))
    return np.asarray((measure - measure.min()) / span)


def _compromise(s: Floats, r: Floats, q: Floats) -> tuple[int, ...]:
    """Positions of the compromise set, best Q first (ties: lower S, then the order given)."""
    order = np.lexsort((s, q))
    if len(order) == 1:
        return (0,)
    first, behind = order[0], q[order] - q[order[0]]
    step = 1 / (len(order) - 1)
    if behind[1] < step - _SAME:
        return tuple(int(i) for i in order[behind < step - _SAME])
    stable = s[first] <= s.min() + _SAME or r[first] <= r.min() + _SAME
    near = 0.0 if stable else behind[1]  # whoever ties with the second stands beside it
    return tuple(int(i) for i in order[behind <= near + _SAME])
