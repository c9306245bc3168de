"""What would flip a ranking: the smallest change of weights that lets another site come first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scoring.rank import weighted_sum

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Weight taken from one criterion and given to another (positions; share of the whole)."""

    source: int
    target: int
    share_0_1: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """The smallest change of weights after which `challenger` stands level with `leader`.

    Parameters
    ----------
    weights : ndarray, shape (m,)
        The weights after the change; they sum to what they summed to before.
    l1 : float
        ``Σ |e'_k − e_k|``: twice the weight that moves.
    moves : tuple of Move
        In the order of their effect.
    challenger, leader : int
        Rows of the values.
    """

    weights: Floats
    l1: float
    moves: tuple[Move, ...]
    challenger: int
    leader: int


def _members(groups: Sequence[object] | None, m: int) -> list[Ints]:
    if groups is None:
        return [np.arange(m)]
    names = list(dict.fromkeys(groups))
    if len(groups) != m:
        raise ValueError(f"{len(groups)} groups do not fit {m} criteria")
    return [np.flatnonzero([g == name for g in groups]) for name in names]


def _checked(values: npt.ArrayLike, weights: npt.ArrayLike) -> tuple[Floats, Floats]:
    v, w = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    if v.ndim != 2 or w.shape != (v.shape[1],):
        raise ValueError(f"values {v.shape} and weights {w.shape} do not fit")
    if not (np.isfinite(v).all() and np.isfinite(w).all() and (w >= 0).all()):
        raise ValueError("values must be known and weights not negative")
    return v, w


def _transfer(d: Floats, weights: Floats, members: list[Ints]) -> tuple[Floats, list[Move]] | None:
    """Move weight until ``d·e' ≥ 0``, the most telling first; None when all of it is too little.

    In each group every unit is worth most on the group's largest d; taken from the smallest d it
    gains most, ``d_max − d_k``. Taking units in order of their gain over all groups is the optimum
    of the linear program min Σ|e'−e| (a continuous knapsack: Dantzig 1957).
    """
    need, moved, moves = -weighted_sum(d[None, :], weights)[0], weights.copy(), []
    offers = []
    for at in members:
        target = int(at[np.argmax(d[at])])
        offers += [(d[target] - d[k], int(k), target) for k in at if d[k] < d[target]]
    for gain, source, target in sorted(offers, key=lambda o: (-o[0], o[1])):
        if need <= 0:
            break
        share = min(float(moved[source]), need / gain)
        if share > 0:
            moves.append(Move(source=source, target=target, share_0_1=share))
            moved[source] -= share
            moved[target] += share
            need -= share * gain
    return (moved, moves) if need <= 1e-15 else None


def flip(
    values: npt.ArrayLike, weights: npt.ArrayLike, *, groups: Sequence[object] | None = None
) -> Flip | None:
    """Find the smallest change of weights that lets any site reach the first place.

    ``min Σ_k |e'_k − e_k|`` over sites j and weights ``e' ≥ 0``, ``Σ e' = Σ e`` (in each group, if
    groups are held), with ``Σ_k e'_k (v_jk − v_1k) ≥ 0``, by exact transfer (DESIGN §5.5): with
    ``d = v_j − v_1`` weight moves, inside each group, from the smallest d to the largest. Sites
    are tried in the order of the least they could need, ``2·gap/(max d − min d)``, until that
    passes the best found; the cheapest challenger is first of all at its own flip, since a third
    site ahead of it there would have tied earlier on the way.

    Parameters
    ----------
    values : array_like, shape (n, m)
        Worth of n sites, unknown settled by its prior.
    weights : array_like, shape (m,)
        Effective weights.
    groups : sequence, optional
        Group of each criterion; given, every group keeps its weight.

    Returns
    -------
    Flip or None
        None: no weights do it. A site that already ties gives a flip without moves.

    Raises
    ------
    ValueError
        When shapes do not fit or a number is NaN.
    """
    v, w = _checked(values, weights)
    members = _members(groups, len(w))
    if len(v) < 2:
        return None
    scores = weighted_sum(v, w)
    leader = int(np.argmax(scores))
    d = v - v[leader]
    span = np.max([np.ptp(d[:, at], axis=1) for at in members], axis=0)
    best_held = sum(w[at].sum() * d[:, at].max(axis=1) for at in members)
    gap = scores[leader] - scores
    with np.errstate(divide="ignore", invalid="ignore"):
        least = np.where(gap > 0, 2.0 * gap / span, 0.0)
    # rounding may call a possible flip impossible by an ulp: the transfer itself decides then
    least[(best_held < -1e-12) | np.isnan(least)] = np.inf
    least[leader] = np.inf
    best: Flip | None = None
    for j in np.argsort(least, kind="stable"):
        if not np.isfinite(least[j]) or (best is not None and least[j] >= best.l1):
            break
        found = _transfer(d[j], w, members)
        if found is None:
            continue
        moved, moves = found
        l1 = float(np.abs(moved - w).sum())
        if best is None or l1 < best.l1:
            best = Flip(weights=moved, l1=l1, moves=tuple(moves), challenger=int(j), leader=leader)
    return best


def flip_dial(
    values: npt.ArrayLike, weights: npt.ArrayLike, groups: Sequence[object]
) -> Flip | None:
    """Find the smallest turn of the dial between groups that lets any site reach the first place.

    Weights inside a group keep their proportions (a group without weight gives its criteria equal
    ones), so a group counts as one criterion worth ``Σ_k share_k v_ik``.

    Parameters
    ----------
    values, weights, groups
        As in `flip`.

    Returns
    -------
    Flip or None
        ``moves`` are between groups, numbered in the order of their first appearance; ``weights``
        and ``l1`` are those of the criteria.
    """
    v, w = _checked(values, weights)
    members = _members(groups, len(w))
    totals = np.array([w[at].sum() for at in members])
    shares = [
        w[at] / total if total > 0 else np.full(len(at), 1.0 / len(at))
        for at, total in zip(members, totals, strict=True)
    ]
    worth = np.column_stack(
        [weighted_sum(v[:, at], share) for at, share in zip(members, shares, strict=True)]
    )
    found = flip(worth, totals)
    if found is None:
        return None
    spread = np.empty(len(w))
    for at, share, total in zip(members, shares, found.weights, strict=True):
        spread[at] = share * total
    return Flip(
        weights=spread,
        l1=float(np.abs(spread - w).sum()),
        moves=found.moves,
        challenger=found.challenger,
        leader=found.leader,
    )
