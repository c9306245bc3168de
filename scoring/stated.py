"""Weights stated as limits or as an order, beside those stated as numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product

import numpy as np
import numpy.typing as npt

from geo.errors import InputError
from scoring.draws import ALPHA, Stream, WeightSpec, draw, middle, spec_around
from scoring.elicitation import interval, ranked

Floats = npt.NDArray[np.float64]
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What is said about weights beside their numbers.

    Parameters
    ----------
    limits : Mapping of str to (float, float)
        Between which shares 0-1 of the whole the weight of a criterion lies.
    order : tuple of tuples of str
        Tiers of criteria, the most important first; those of one tier are not told apart.
    certainty : str
        How surely the numbers are meant, a key of `scoring.draws.ALPHA`.
    """

    limits: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    order: tuple[tuple[str, ...], ...] = ()
    certainty: str = "fairly_sure"

    def __post_init__(self) -> None:
        if self.certainty not in ALPHA:
            raise InputError("weights.certainty", given=self.certainty, known=", ".join(ALPHA))
        for key, (low, high) in self.limits.items():
            if not 0 <= low <= high <= 1:
                raise InputError("weights.interval", criterion=key, low=low, high=high)
        named = [key for tier in self.order for key in tier]
        if len(set(named)) < len(named) or (named and len(self.order) < 2) or () in self.order:
            raise InputError("weights.order")

    @property
    def keys(self) -> tuple[str, ...]:
        """The criteria that are named, each once."""
        return tuple(dict.fromkeys([*self.limits, *(key for tier in self.order for key in tier)]))

    def __bool__(self) -> bool:
        """Tell whether a limit or an order was said."""
        return bool(self.keys)


def read_order(text: str) -> tuple[tuple[str, ...], ...]:
    """Read ``a > b = c > d``: tiers, the most important first; ``=`` joins what is not told apart.

    An empty text is no order.
    """
    if not text.strip():
        return ()
    return tuple(tuple(key.strip() for key in tier.split("=")) for tier in text.split(">"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Room:
    """The weights that keep to what was said, as x ≥ 0, Σ x = 1 with ``x_k = n_k e_k``.

    ``at`` are the criteria named; ``rest`` the others, which share what is left as before. Where
    only limits were said the last x is all the rest. ``spec`` is what x must keep.
    """

    at: npt.NDArray[np.int64]
    rest: npt.NDArray[np.int64]
    scale: Floats
    spec: WeightSpec

    def weights(self, x: Floats, shares: Floats) -> Floats:
        """Turn x (D, v) and the shares inside the rest (D, r) into effective weights (D, m)."""
        e = np.zeros((len(x), len(self.at) + len(self.rest)))
        e[:, self.at] = x[:, : len(self.at)] / self.scale[: len(self.at)]
        left = np.clip(1.0 - e[:, self.at].sum(axis=1, keepdims=True), 0.0, None)
        e[:, self.rest] = left * shares
        return np.asarray(e / e.sum(axis=1, keepdims=True))


def _room(stated: Stated, keys: Sequence[str], weights: Floats) -> _Room:
    """Lay out the room; ordered criteria without limits keep their total against the rest."""
    at = np.array([keys.index(key) for key in stated.keys])
    rest = np.setdiff1d(np.arange(len(keys)), at)
    loose = np.array([key not in stated.limits for key in stated.keys])
    left, ordered = float(weights[rest].sum()), float(weights[at[loose]].sum())
    if loose.any() and ordered <= 0 < left:
        raise InputError("weights.order_none")
    scale = np.where(loose, 1.0 + (left / ordered if ordered > 0 else 0.0), 1.0)
    limits = [stated.limits.get(key, (0.0, 1.0)) for key in stated.keys]
    low, high = (np.array([pair[k] for pair in limits]) for k in (0, 1))
    if not loose.any():  # the rest takes what the limits leave
        scale = np.append(scale, 1.0)
        low, high = np.append(low, 0.0), np.append(high, 1.0 if left > 0 else 0.0)
    spec = WeightSpec(
        kind="within",
        weights=(1.0,) * len(scale),
        low=tuple((low * scale).tolist()),
        high=tuple(np.minimum(high * scale, 1.0).tolist()),
        rules=_rules(stated, scale),
    )
    return _Room(at=at, rest=rest, scale=scale, spec=spec)


def _rules(stated: Stated, scale: Floats) -> tuple[tuple[float, ...], ...]:
    """Write the order as rows r with ``r·x ≤ 0``: every lower tier under every one above it."""
    named, rows = list(stated.keys), []
    for above, below in pairwise(stated.order):
        for upper, lower in product(map(named.index, above), map(named.index, below)):
            row = np.zeros(len(scale))
            row[lower], row[upper] = 1.0 / scale[lower], -1.0 / scale[upper]
            rows.append(tuple(row.tolist()))
    return tuple(rows)


def _proportions(weights: Floats) -> Floats:
    total = weights.sum()
    return np.asarray(weights / total if total > 0 else np.zeros(len(weights)))


def keeps(stated: Stated, keys: Sequence[str], weights: Floats) -> bool:
    """Tell whether effective weights keep to the limits and the order, but for rounding."""
    e = dict(zip(keys, weights.tolist(), strict=True))
    inside = all(
        low - _ROUNDING <= e[k] <= high + _ROUNDING for k, (low, high) in stated.limits.items()
    )
    return inside and all(
        min(e[k] for k in above) >= max(e[k] for k in below) - _ROUNDING
        for above, below in pairwise(stated.order)
    )


def settle(
    stated: Stated, keys: Sequence[str], weights: Floats, *, numbered: Sequence[str] = ()
) -> Floats:
    """Return the one reading of weights where a single number is needed.

    The numbers themselves where they keep to what was said and nothing but an order was said of no
    criterion; else rank-order centroid weights of the order (their total kept); else the middle of
    all weights that keep to it (at the same share of every limit's room; where an order is said
    too, farthest from every limit). Unnamed criteria share what is left in
    their old proportions.

    Parameters
    ----------
    stated : Stated
    keys : sequence of str
        All m criteria.
    weights : ndarray, shape (m,)
        Effective weights from the numbers; sum to 1.
    numbered : sequence of str
        Criteria whose number was given, not taken from the catalogue.

    Raises
    ------
    InputError
        ``weights.unknown_criterion`` · ``draws.no_weights`` when nothing keeps to all of it.
    """
    unknown = set(stated.keys) - set(keys)
    if unknown:
        raise InputError("weights.unknown_criterion", criteria=", ".join(sorted(unknown)))
    if not stated:
        return weights
    room = _room(stated, keys, weights)
    centre = middle(room.spec)  # refuses what leaves no weights
    ordered = [key for tier in stated.order for key in tier]
    if keeps(stated, keys, weights) and set(ordered) <= set(numbered):
        return weights
    if ordered:
        at = np.array([keys.index(key) for key in ordered])
        tried = weights.copy()
        tried[at] = weights[at].sum() * np.asarray(ranked(stated.order).centre)
        if keeps(stated, keys, tried):
            return tried
    else:  # the same share of every limit's room
        ends = zip(map(str, range(len(room.scale))), room.spec.low, room.spec.high, strict=True)
        centre = np.asarray(interval({key: (low, high) for key, low, high in ends}).centre)
    shares = _proportions(weights[room.rest])[None, :]
    return np.asarray(room.weights(centre[None, :], shares)[0])


def draw_stated(
    stated: Stated,
    keys: Sequence[str],
    groups: Sequence[str],
    weights: Floats,
    *,
    count: int,
    seed: int = 1,
) -> Floats:
    """Draw effective weights as they were stated.

    Without limits and order: Dirichlet around the numbers, groups and inside groups apart, as
    surely as said. With them: the named criteria uniformly among all weights that keep to what was
    said (hit-and-run), the others around their proportions of what is left.

    Parameters
    ----------
    stated : Stated
    keys, groups : sequence of str
        Key and group of all m criteria.
    weights : ndarray, shape (m,)
        Effective weights (from `settle`).
    count, seed : int

    Returns
    -------
    ndarray, shape (count, m)
        Non-negative; each row sums to 1.
    """
    if not stated:
        return draw(spec_around(weights, groups, sureness=stated.certainty), count, seed=seed)
    room = _room(stated, keys, weights)
    x = draw(room.spec, count, seed=seed)
    inside = weights[room.rest]
    shares = np.zeros((count, len(inside)))
    if inside.sum() > 0:
        around = spec_around(
            inside, [groups[k] for k in room.rest.tolist()], sureness=stated.certainty
        )
        shares = draw(around, count, stream=Stream(seed, 3))
    return room.weights(x, shares)
