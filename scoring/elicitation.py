"""What people say about weights: points, orders and intervals, from one person or from several."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from geo.errors import InputError
from scoring.arrays import Floats

_SUM = 1e-9


def rank_order_centroid(n: int) -> Floats:
    """Weights of n criteria of which only the order is known, most important first.

    ``w_k = (1/n) Σ_{i=k}^{n} 1/i``, the centre of all weights that keep the order (Barron &
    Barrett 1996, Management Science 42: 1515-1523).

    Returns
    -------
    ndarray, shape (n,)
        Sums to 1.

    Raises
    ------
    ValueError
        When n is not a whole number of at least 1.
    """
    if n != int(n) or n < 1:
        raise ValueError(f"an order needs at least one criterion, not {n}")
    return np.asarray(np.cumsum(1 / np.arange(int(n), 0, -1))[::-1] / int(n))


def swing(points: npt.ArrayLike, groups: Sequence[str] | None = None) -> Floats:
    """Turn swing points 0-100 into weights that sum to 1 in every group. The default method.

    Imagine a place that is at its worst on every criterion of the group, and ask: which one would
    you lift from its worst to its best first? That swing has 100 points, the others their share of
    it; ``w_k = p_k / Σ p`` in the group (von Winterfeldt & Edwards 1986, *Decision Analysis and
    Behavioral Research*, ch. 8). The range of every swing must be on the screen: `swing_ranges`.

    Parameters
    ----------
    points : array_like, shape (m,)
        0-100.
    groups : sequence of str, optional
        Group of every criterion; without it all are one group.

    Returns
    -------
    ndarray, shape (m,)

    Raises
    ------
    InputError
        For points missing or outside 0-100, or a group without a point.
    """
    p = np.array(points, dtype=float)
    if not (np.isfinite(p) & (p >= 0) & (p <= 100)).all():
        raise InputError("weights.points")
    return direct(p, groups)


def direct(weights: npt.ArrayLike, groups: Sequence[str] | None = None) -> Floats:
    """Turn weights stated on any scale into weights that sum to 1 in every group.

    Parameters
    ----------
    weights : array_like, shape (m,)
        Zero or more.
    groups : sequence of str, optional
        Group of every criterion; without it all are one group.

    Raises
    ------
    InputError
        For a weight missing, infinite or negative, or a group without weight.
    """
    w = np.array(weights, dtype=float)
    if w.ndim != 1 or not (np.isfinite(w) & (w >= 0)).all():
        raise InputError("weights.negative")
    names = np.array(["-"] * w.size if groups is None else list(groups), dtype=object)
    if names.shape != w.shape:
        raise ValueError(f"{w.size} weights and {names.size} groups do not fit")
    result = np.zeros(w.size)
    for group in dict.fromkeys(names):
        member = names == group
        total = math.fsum(w[member])
        if total <= 0:
            raise InputError("weights.none", group=group)
        result[member] = w[member] / total
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What one person says about the weights of one group (or of the groups among themselves).

    Made by `exact`, `interval`, `ranked` or `anything`; checked when made. The weights meant are
    all w ≥ 0 with Σ w = 1, ``low ≤ w ≤ high``, and every criterion of a lower tier at most as heavy
    as every criterion of the tier above it.

    Parameters
    ----------
    keys : tuple of str
        The criteria (or groups), in one order for everything below.
    low, high : tuple of float
        Bounds 0-1.
    tiers : tuple of int
        Place of each criterion, 1 the most important; equal numbers are not told apart. Empty when
        no order was said.
    centre : tuple of float
        The one reading used where a single number is needed; sums to 1.
    said_by, said_on : str
    """

    keys: tuple[str, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    tiers: tuple[int, ...] = ()
    centre: tuple[float, ...]
    said_by: str = ""
    said_on: str = ""

    def __post_init__(self) -> None:
        sizes = {len(x) for x in (self.keys, self.low, self.high, self.centre)}
        if len(sizes) > 1 or len(self.tiers) not in (0, len(self.keys)) or not self.keys:
            raise ValueError("a statement needs the same number of keys, bounds and tiers")
        if len(set(self.keys)) < len(self.keys):
            raise ValueError("a statement names a criterion twice")
        _check_bounds(self.keys, np.array(self.low), np.array(self.high))
        if not self.allows(self.centre):
            raise ValueError("the centre of a statement must keep to it")

    @property
    def kind(self) -> str:
        """How much was said: "exact", "interval", "rank" or "any"."""
        if self.tiers:
            return "rank"
        if self.low == self.high:
            return "exact"
        return "any" if set(self.low) == {0.0} and set(self.high) == {1.0} else "interval"

    def inequalities(self) -> tuple[Floats, Floats]:
        """Return ``(A, b)`` with ``A w ≤ b`` for the order; bounds and Σ w = 1 stand apart."""
        tiers, size = np.array(self.tiers, dtype=int), len(self.keys)
        places = sorted(set(self.tiers))
        rows = [
            np.eye(size)[lower] - np.eye(size)[upper]
            for above, below in pairwise(places)
            for upper in np.flatnonzero(tiers == above)
            for lower in np.flatnonzero(tiers == below)
        ]
        return np.array(rows).reshape(-1, size), np.zeros(len(rows))

    def allows(self, weights: npt.ArrayLike) -> bool:
        """Tell whether these weights keep to what was said, but for rounding."""
        w = np.asarray(weights, dtype=float)
        a, b = self.inequalities()
        inside = (w >= np.array(self.low) - _SUM) & (w <= np.array(self.high) + _SUM)
        return bool(inside.all() and abs(w.sum() - 1) <= _SUM and (a @ w <= b + _SUM).all())

    def by(self, person: str, *, on: str) -> Statement:
        """Return the same statement with who said it, and when (ISO date)."""
        return replace(self, said_by=person, said_on=on)


def _check_bounds(keys: Sequence[str], low: Floats, high: Floats) -> None:
    """Refuse bounds that cross, leave 0-1, or that no weights of sum 1 can keep."""
    for key, least, most in zip(keys, low, high, strict=True):
        if not 0 <= least <= most <= 1:
            raise InputError("weights.interval", criterion=key, low=float(least), high=float(most))
    if low.sum() > 1 + _SUM or high.sum() < 1 - _SUM:
        raise InputError("weights.interval_sum", low=float(low.sum()), high=float(high.sum()))


def exact(weights: Mapping[str, float]) -> Statement:
    """State weights as numbers, on any positive scale (swing, direct and AHP all end here)."""
    w = tuple(float(x) for x in direct(list(weights.values())))
    return Statement(keys=tuple(weights), low=w, high=w, centre=w)


def interval(bounds: Mapping[str, tuple[float, float]]) -> Statement:
    """State between which shares 0-1 each weight lies.

    Bounds that nothing can reach are drawn in: low_k is at least ``1 − Σ_{l≠k} high_l``, high_k at
    most ``1 − Σ_{l≠k} low_l``. The centre stands at one same fraction of every interval, where the
    sum is 1.
    """
    keys = tuple(bounds)
    low = np.array([float(bounds[k][0]) for k in keys])
    high = np.array([float(bounds[k][1]) for k in keys])
    _check_bounds(keys, low, high)
    tight_low = np.maximum(low, 1 - (high.sum() - high))
    tight_high = np.maximum(np.minimum(high, 1 - (low.sum() - low)), tight_low)
    room = (tight_high - tight_low).sum()
    fraction = (1 - tight_low.sum()) / room if room > 0 else 0.0
    centre = tight_low + np.clip(fraction, 0, 1) * (tight_high - tight_low)
    return Statement(
        keys=keys,
        low=tuple(tight_low.tolist()),
        high=tuple(tight_high.tolist()),
        centre=tuple((centre / centre.sum()).tolist()),
    )


def ranked(tiers: Sequence[Sequence[str]]) -> Statement:
    """State the order only: tiers from the most to the least important.

    Criteria of one tier are not told apart. The centre is that of all weights which keep the order:
    rank-order centroid weights, averaged inside a tier.
    """
    keys = tuple(key for tier in tiers for key in tier)
    places = tuple(place for place, tier in enumerate(tiers, start=1) for _ in tier)
    if not keys or len(set(keys)) < len(keys):
        raise InputError("weights.order")
    roc, at = rank_order_centroid(len(keys)), np.array(places)
    centre = tuple(float(roc[at == place].mean()) for place in places)
    return Statement(
        keys=keys,
        low=(0.0,) * len(keys),
        high=(1.0,) * len(keys),
        tiers=places if len(set(places)) > 1 else (),
        centre=centre,
    )


def anything(keys: Sequence[str]) -> Statement:
    """State nothing: any weights that sum to 1; the centre is equal weights."""
    size = len(keys)
    return Statement(
        keys=tuple(keys), low=(0.0,) * size, high=(1.0,) * size, centre=(1 / max(size, 1),) * size
    )
