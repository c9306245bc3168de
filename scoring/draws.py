"""Draws of weights: how sure the people who set the weights are, as many weight vectors.

Every draw comes from ``PCG64.random_raw`` through the mappings of this module (NumPy keeps the raw
stream of a bit generator for ever, but not what its ``Generator`` makes of it), so that two Pythons
with different NumPys draw the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.random import PCG64, SeedSequence

from geo.errors import InputError

Floats = npt.NDArray[np.float64]
KINDS = ("exact", "around", "within", "order", "any")
ALPHA = {"loose": 30.0, "fairly_sure": 100.0, "tight": 300.0}
"""Concentration of the weights around the stated ones (DESIGN §5.5)."""

_CHAINS = 500  # of the walk, side by side
_THIN = 20  # steps between two draws of a chain, at least


class Stream:
    """One reproducible stream of numbers.

    Parameters
    ----------
    seed : int
        Recorded with the run.
    part : int
        What the numbers are for; streams of different parts are independent.
    """

    def __init__(self, seed: int, part: int = 0) -> None:
        self._bits = PCG64(SeedSequence([seed, part]))

    def raw(self, *shape: int) -> npt.NDArray[np.uint64]:
        """Return whole numbers of 64 random bits."""
        found: npt.NDArray[np.uint64] = self._bits.random_raw(int(np.prod(shape))).reshape(shape)
        return found

    def uniform(self, *shape: int) -> Floats:
        """Return numbers in (0, 1), never 0 or 1: ``(top 53 bits + ½)·2⁻⁵³``."""
        return np.asarray(((self.raw(*shape) >> np.uint64(11)) + 0.5) * 2.0**-53)

    def normal(self, *shape: int) -> Floats:
        """Return standard normal numbers, ``Φ⁻¹(u)``."""
        from scipy.special import ndtri

        return np.asarray(ndtri(self.uniform(*shape)))

    def dirichlet(self, concentration: Floats, count: int) -> Floats:
        """Return `count` Dirichlet vectors; a concentration of 0 stays a share of exactly 0.

        ``x_k = g_k / Σ g``, ``g_k = P⁻¹(a_k, u_k)``, the inverse of the regularised incomplete
        gamma function (Devroye 1986, *Non-Uniform Random Variate Generation*, XI.4). By inversion
        one number makes one share, so a slightly moved weight moves the draws slightly.
        """
        from scipy.special import gammaincinv

        on = np.flatnonzero(concentration > 0)
        shares = np.zeros((count, len(concentration)))
        shares[:, on] = gammaincinv(concentration[on], self.uniform(count, len(on)))
        # with very small concentrations every share may underflow: the likeliest takes all
        shares[shares.sum(axis=1) <= 0.0, int(np.argmax(concentration))] = 1.0
        return np.asarray(shares / shares.sum(axis=1, keepdims=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightSpec:
    """What is said about the weights of m criteria.

    Parameters
    ----------
    kind : {"exact", "around", "within", "order", "any"}
        ``exact``: the weights as stated. ``around``: Dirichlet around them, groups and inside
        groups apart. ``within``: anything between `low` and `high`. ``order``: anything that keeps
        `order`. ``any``: anything at all.
    weights : tuple of float
        Effective weights that sum to 1; only their number matters to "within", "order" and "any".
    groups : tuple of str, optional
        Group of each criterion; none = one group.
    alpha : float
        Concentration, see `ALPHA`.
    low, high : tuple of float, optional
        Limits of the effective weights.
    order : tuple of int, optional
        Positions of criteria, most important first; those left out may weigh anything. Also kept
        by "within".
    rules : tuple of tuples of float, optional
        Rows r with ``r·e ≤ 0``, kept by "within".
    """

    kind: str
    weights: tuple[float, ...]
    groups: tuple[str, ...] = ()
    alpha: float = ALPHA["fairly_sure"]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    order: tuple[int, ...] = ()
    rules: tuple[tuple[float, ...], ...] = ()

    def __post_init__(self) -> None:
        m = len(self.weights)
        lists_fit = all(len(x) in (0, m) for x in (self.groups, self.low, self.high, *self.rules))
        order_fits = len(set(self.order)) == len(self.order) and set(self.order) <= set(range(m))
        if self.kind not in KINDS or m == 0 or not lists_fit or not order_fits:
            raise ValueError(f"not a statement about {m} weights: {self}")
        if self.kind == "within" and not (self.low and self.high):
            raise ValueError("'within' needs low and high")
        if not (np.isfinite(self.alpha) and self.alpha > 0):
            raise ValueError(f"alpha must be above 0, not {self.alpha}")


def draw(spec: WeightSpec, count: int, *, seed: int = 1, stream: Stream | None = None) -> Floats:
    """Draw weight vectors.

    Parameters
    ----------
    spec : WeightSpec
    count : int
        How many.
    seed : int
    stream : Stream, optional
        Draws from it instead of from the first stream of `seed`.

    Returns
    -------
    ndarray, shape (count, m)
        Non-negative; each row sums to 1.

    Raises
    ------
    InputError
        When limits and order leave no weights at all (``draws.no_weights``).
    """
    stream, m = stream or Stream(seed), len(spec.weights)
    if spec.kind == "exact":
        stated = np.asarray(spec.weights, dtype=float)
        return np.tile(stated / stated.sum(), (count, 1))
    if spec.kind == "around":
        return _around(spec, count, stream)
    if spec.kind == "within":
        return _within(spec, count, stream)
    drawn = stream.dirichlet(np.ones(m), count)
    if spec.kind == "order":
        # a uniform draw, sorted, is uniform among the weights in that order
        at = list(spec.order)
        drawn[:, at] = -np.sort(-drawn[:, at], axis=1)
    return drawn


def _around(spec: WeightSpec, count: int, stream: Stream) -> Floats:
    """``e_k = W_g·w_k``, ``W ~ Dirichlet(α·group weights)``, ``w ~ Dirichlet(α·weights in g)``.

    The mean of e is the stated weights; the sd of a group's weight W is √(W(1−W)/(α+1)).
    """
    stated = np.asarray(spec.weights, dtype=float)
    stated = stated / stated.sum()
    names = list(dict.fromkeys(spec.groups or ("",) * len(stated)))
    member = np.array([names.index(g) for g in spec.groups or ("",) * len(stated)])
    totals = np.bincount(member, stated, minlength=len(names))
    whole = stream.dirichlet(np.asarray(spec.alpha * totals), count)
    drawn = np.zeros((count, len(stated)))
    for g, total in enumerate(totals):
        at = np.flatnonzero(member == g)
        if total > 0:
            inside = stream.dirichlet(np.asarray(spec.alpha * stated[at] / total), count)
            drawn[:, at] = whole[:, [g]] * inside
    return drawn


def _limits(spec: WeightSpec) -> tuple[Floats, Floats]:
    """Write limits and order as rows of ``A e ≤ b``."""
    m = len(spec.weights)
    low = np.maximum(np.asarray(spec.low, dtype=float), 0.0)
    high = np.minimum(np.asarray(spec.high, dtype=float), 1.0)
    chain = np.zeros((max(len(spec.order) - 1, 0), m))
    for r in range(len(chain)):
        chain[r, spec.order[r]], chain[r, spec.order[r + 1]] = -1.0, 1.0
    rows = np.vstack([chain, np.asarray(spec.rules, dtype=float).reshape(-1, m)])
    return np.vstack([np.eye(m), -np.eye(m), rows]), np.r_[high, -low, np.zeros(len(rows))]


def _middle(a: Floats, b: Floats) -> Floats:
    """Find the weights that keep farthest from every limit, as a share of the room it leaves.

    Raises
    ------
    InputError
        ``draws.no_weights``.
    """
    from scipy.optimize import linprog

    m = a.shape[1]
    if not (b[:m] >= -b[m : 2 * m]).all():
        raise InputError("draws.no_weights")
    loose = (np.abs(a) @ _free(a, b) > 0).astype(float)
    loose[: 2 * m] *= np.tile(b[:m] + b[m : 2 * m], 2)
    found = linprog(
        np.r_[np.zeros(m), -1.0],
        A_ub=np.c_[a, loose],
        b_ub=b,
        A_eq=np.r_[np.ones(m), 0.0][None, :],
        b_eq=[1.0],
        bounds=[(0.0, 1.0)] * m + [(0.0, 1.0)],
        method="highs",
    )
    if not found.success:
        raise InputError("draws.no_weights")
    return np.asarray(found.x[:m])


def middle(spec: WeightSpec) -> Floats:
    """Return the weights that keep farthest from every limit of a "within", shape (m,).

    Raises
    ------
    InputError
        When limits and order leave no weights at all (``draws.no_weights``).
    """
    return _middle(*_limits(spec))


def _free(a: Floats, b: Floats) -> npt.NDArray[np.bool_]:
    """Where the limits leave a criterion any room."""
    m = a.shape[1]
    return np.asarray(b[:m] + b[m : 2 * m] > 1e-12)


def _within(spec: WeightSpec, count: int, stream: Stream) -> Floats:
    """Walk uniformly inside the limits: hit-and-run (Smith 1984, Operations Research 32(6)).

    From a point inside, take a random direction d with Σ d = 0, find how far it may go both ways
    (``A(e + t·d) ≤ b``), and jump to a uniform t. Chains run side by side from the middle; each is
    first left to forget where it began.
    """
    a, b = _limits(spec)
    m = a.shape[1]
    free, start = _free(a, b), _middle(a, b)
    chains = min(_CHAINS, count)
    at, thin = np.tile(start, (chains, 1)), max(_THIN, m)
    kept = []
    for step in range(thin * (10 + -(-count // chains))):
        if step >= 10 * thin and step % thin == 0:
            kept.append(at.copy())
        at = _jump(at, a, b, free, stream)
    drawn = np.clip(np.concatenate(kept)[:count], 0.0, None)
    return np.asarray(drawn / drawn.sum(axis=1, keepdims=True))


def _jump(at: Floats, a: Floats, b: Floats, free: npt.NDArray[np.bool_], stream: Stream) -> Floats:
    way = np.zeros_like(at)
    if free.sum() < 2:
        return at
    way[:, free] = stream.normal(len(at), int(free.sum()))
    way[:, free] -= way[:, free].mean(axis=1, keepdims=True)
    slope, room = way @ a.T, np.maximum(b - at @ a.T, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = room / slope
    most = np.where(slope > 1e-12, reach, np.inf).min(axis=1)
    least = np.where(slope < -1e-12, reach, -np.inf).max(axis=1)
    t = least + (most - least) * stream.uniform(len(at))
    return np.asarray(at + t[:, None] * way)


def spec_around(
    weights: npt.ArrayLike, groups: Sequence[str], *, sureness: str = "fairly_sure"
) -> WeightSpec:
    """Return the default statement: weights as set, believed ``loose``ly … ``tight``ly."""
    stated = tuple(float(w) for w in np.asarray(weights, dtype=float))
    return WeightSpec(kind="around", weights=stated, groups=tuple(groups), alpha=ALPHA[sureness])
