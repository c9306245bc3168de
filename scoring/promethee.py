"""PROMETHEE II: how far each site is preferred to the others, pair by pair, as one net flow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from scoring.arrays import Floats, checked_directions, checked_table, checked_weights

_NEEDS: Mapping[str, tuple[str, ...]] = {
    "usual": (),
    "u-shape": ("q",),
    "v-shape": ("p",),
    "level": ("q", "p"),
    "linear": ("q", "p"),
    "gaussian": ("s",),
}
_CELLS = 1 << 13
"""Pairs compared at once (64 kB a table); larger tables cost more in fresh memory than in exp."""
Shape = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """How a difference d on one criterion, in its own unit, turns into preference 0-1.

    Parameters
    ----------
    kind : {"usual", "u-shape", "v-shape", "level", "linear", "gaussian"}
        usual: 1 when d > 0 · u-shape: 1 when d > q · v-shape: d/p up to 1 · level: ½ when d > q, 1
        when d > p · linear: (d − q)/(p − q) between 0 and 1 · gaussian: 1 − exp(−d²/2s²). All are 0
        for d ≤ 0. These are types I to VI of Brans, Vincke & Mareschal (1986), IV being level, V
        linear.
    q : float
        Differences up to q say nothing. Used by u-shape, level and linear.
    p : float
        Differences above p are fully preferred; p > q. Used by v-shape, level and linear.
    s : float
        The bend of the Gaussian.
    """

    kind: str
    q: float = 0.0
    p: float = 0.0
    s: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in _NEEDS:
            raise ValueError(f"preference {self.kind!r} is not one of {', '.join(_NEEDS)}")
        if not np.isfinite([self.q, self.p, self.s]).all() or self.q < 0:
            raise ValueError(f"{self.kind}: thresholds must be finite and q zero or more")
        if "p" in _NEEDS[self.kind] and not self.p > (self.q if "q" in _NEEDS[self.kind] else 0):
            raise ValueError(f"{self.kind}: p {self.p} must lie above 0 and above q {self.q}")
        if "s" in _NEEDS[self.kind] and not self.s > 0:
            raise ValueError(f"{self.kind}: s {self.s} must lie above 0")


Spec = str | Preference | Mapping[str, Any] | Shape | Sequence[Any]
"""One preference in a form that `promethee_ii` lists, or a sequence with one per criterion."""


def promethee_ii(
    matrix: npt.ArrayLike, weights: npt.ArrayLike, maximise: npt.ArrayLike, preference: Spec
) -> Floats:
    """Net outranking flow, ``φ_i = 1/(n−1) Σ_j [π(i, j) − π(j, i)]``; the highest is best.

    ``π(i, j) = Σ_k w_k P_k(x_ik − x_jk)`` with weights that sum to 1 and P_k the preference
    function of criterion k (differences turned round where less is better). Brans & Vincke 1985,
    Management Science 31: 647-656; Brans, Vincke & Mareschal 1986, EJOR 24: 228-238.

    ``preference`` is one for all criteria or a sequence with one per criterion, each given as

    - a name: ``"usual"``;
    - a tuple ``(kind, thresholds…)``: ``("u-shape", q)``, ``("v-shape", p)``, ``("level", q, p)``,
      ``("linear", q, p)``, ``("gaussian", s)``, where a threshold may be one number or one per
      criterion;
    - a mapping ``{"kind": "linear", "q": 5, "p": 30}``, thresholds likewise;
    - a `Preference`; or
    - a function of an array of differences d ≥ 0 to preferences 0-1, with 0 for 0.

    In names, case, spaces, hyphens and underscores do not matter: ``"V-Shape"`` = ``"vshape"``.

    Usual, u-shape, v-shape, level and linear take O(n log n) by sorting and running sums; Gaussian
    and functions compare the distinct values pair by pair, O(n²) time, in blocks of bounded memory.

    The order of candidates changes no bit, and candidates with equal rows have equal flows. A site
    that is nowhere worse never has the lower flow. A further site, even a dominated one, changes
    every flow, and two close sites may change places (De Keyser & Peeters 1996, EJOR 89: 457-461).
    With ``("v-shape", p)`` and p at least the range, φ is the weighted sum but for shift and scale.

    Parameters
    ----------
    matrix : array_like, shape (n, m)
        In the criteria's units.
    weights : array_like, shape (m,)
        Zero or more; scaled to sum to 1.
    maximise : array_like of bool, shape (m,)
    preference : see above

    Returns
    -------
    ndarray, shape (n,)
        Between -1 and 1, summing to 0. One candidate alone has 0.

    Raises
    ------
    ValueError
        For NaN or infinity, a negative weight, weights all zero, a preference that is not known or
        lacks a threshold, or shapes that differ.
    """
    x = checked_table(matrix)
    w = checked_weights(weights, x.shape[1])
    up = checked_directions(maximise, x.shape[1])
    chosen = preferences(preference, x.shape[1])
    flow = np.zeros(len(x))
    if len(x) < 2:
        return flow
    for k, rule in enumerate(chosen):
        if w[k] > 0:
            flow += w[k] / w.sum() * _net(x[:, k] if up[k] else -x[:, k], rule)
    return flow / (len(x) - 1)


def preferences(given: Spec, count: int) -> tuple[Preference | Shape, ...]:
    """Read one preference for all, or one per criterion; see `promethee_ii` for the forms."""
    if not isinstance(given, Sequence) or isinstance(given, str) or _is_one(given):
        return tuple(_one(given, k, count) for k in range(count))
    if len(given) != count:
        raise ValueError(f"{count} preferences are needed, not {len(given)}")
    return tuple(_one(spec, 0, 1) for spec in given)


def _is_one(given: Sequence[Any]) -> bool:
    """Tell ``("linear", q, p)`` from a sequence of preferences; a threshold is never a text."""

    def is_spec(item: Any) -> bool:
        first = item[0] if isinstance(item, (list, tuple)) and item else item
        return callable(first) or isinstance(first, (str, Preference, Mapping))

    return len(given) > 0 and isinstance(given[0], str) and not any(map(is_spec, given[1:]))


def _one(spec: Spec, k: int, count: int) -> Preference | Shape:
    """Read the preference of criterion k."""
    if isinstance(spec, Preference) or callable(spec):
        return spec
    if isinstance(spec, str):
        name, thresholds = spec, {}
    elif isinstance(spec, Mapping):
        name, thresholds = str(spec["kind"]), {t: spec[t] for t in spec if t != "kind"}
    else:
        name, numbers = str(spec[0]), spec[1:]
        needs = _NEEDS.get(_plain(name), ())
        if len(numbers) != len(needs):
            raise ValueError(f"{name} takes {len(needs)} thresholds, not {len(numbers)}")
        thresholds = dict(zip(needs, numbers, strict=True))
    return Preference(
        kind=_plain(name), **{t: _threshold(v, k, count) for t, v in thresholds.items()}
    )


def _plain(name: str) -> str:
    """Find the kind that a name means, however it is written."""
    bare = "".join(c for c in name.casefold() if c.isalnum())
    return next((kind for kind in _NEEDS if kind.replace("-", "") == bare), name)


def _threshold(value: Any, k: int, count: int) -> float:
    numbers = np.asarray(value, dtype=float)
    if numbers.shape not in ((), (count,)):
        raise ValueError(f"a threshold is one number or {count}, not shape {numbers.shape}")
    return float(np.broadcast_to(numbers, (count,))[k])


def _net(x: Floats, rule: Preference | Shape) -> Floats:
    """Sum over all others of P(x_i − x_j) − P(x_j − x_i), computed once for each distinct value."""
    distinct, place, counts = np.unique(x, return_inverse=True, return_counts=True)
    if not isinstance(rule, Preference):
        return _pairwise(distinct, counts, rule)[place]
    if rule.kind == "gaussian":
        bend = -2 * rule.s**2
        return _pairwise(distinct, counts, lambda d: 1 - np.exp(d * d / bend))[place]
    # a difference that equals a threshold but for rounding equals it
    tiny = 1e-12 * float(np.abs(distinct).max())
    values = np.repeat(distinct, counts)
    if rule.kind in ("v-shape", "linear"):
        q = rule.q if rule.kind == "linear" else 0.0
        return _ramp(distinct, values, q, rule.p)[place]
    q = 0.0 if rule.kind == "usual" else rule.q + tiny
    net = _step(distinct, values, q)
    if rule.kind == "level":
        net = 0.5 * net + 0.5 * _step(distinct, values, rule.p + tiny)
    return net[place]


def _step(at: Floats, values: Floats, q: float) -> Floats:
    """How many of the sorted values lie more than q below, less how many lie more than q above."""
    below = np.searchsorted(values, at - q, side="left")
    above = len(values) - np.searchsorted(values, at + q, side="right")
    return (below - above).astype(float)


def _ramp(at: Floats, values: Floats, q: float, p: float) -> Floats:
    """Net flow of the linear form, from running sums of the sorted values."""
    middle = 0.5 * (values[0] + values[-1])  # a far-off origin must not eat the digits
    at, values = at - middle, values - middle
    upto = np.concatenate([[0.0], np.cumsum(values)])
    n = len(values)
    whole, part = (np.searchsorted(values, at - t, side="left") for t in (p, q))
    leaving = whole + ((at - q) * (part - whole) - (upto[part] - upto[whole])) / (p - q)
    whole, part = (np.searchsorted(values, at + t, side="right") for t in (p, q))
    entering = n - whole + (upto[whole] - upto[part] - (at + q) * (whole - part)) / (p - q)
    return np.asarray(leaving - entering)


def _pairwise(distinct: Floats, counts: npt.NDArray[np.int64], size: Shape) -> Floats:
    """Net flow of any form, compared pair by pair, in blocks that stay in the processor."""
    count, net = len(distinct), np.zeros(len(distinct))
    wide = min(count, _CELLS)
    rows = _CELLS // wide
    for top in range(0, count, rows):
        for left in range(0, count, wide):
            difference = distinct[top : top + rows, None] - distinct[None, left : left + wide]
            flow = np.sign(difference) * size(np.abs(difference)) * counts[left : left + wide]
            net[top : top + rows] += flow.sum(axis=1)
    if not np.isfinite(net).all():
        raise ValueError("a preference function gave a value that is not a number")
    return net
