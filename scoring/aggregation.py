"""Ways to make one score of many worths: adding, multiplying, and weighing by order (OWA)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scoring.arrays import Floats, checked_table, checked_weights


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


def geometric(values: npt.ArrayLike, weights: npt.ArrayLike) -> Floats:
    """Multiply weighted values, ``s_i = Π_k v_ik ^ w_k``: a weak point is not made good elsewhere.

    The weighted product of Bridgman (1922, *Dimensional Analysis*) and Miller & Starr (1969); with
    weights that sum to 1 it is the weighted geometric mean, never above the weighted sum. One worth
    of 0 under a weight above 0 makes the score 0; a weight of 0 takes its criterion out. Each
    site's score depends on nothing but its own row, to the bit.

    Parameters
    ----------
    values : array_like, shape (n, m)
        Worth, zero or more.
    weights : array_like, shape (m,)
        Zero or more; used as given, not scaled to sum to 1.

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    ValueError
        For NaN, a negative value or weight, or shapes that differ.
    """
    v = checked_table(values)
    w = checked_weights(weights, v.shape[1])
    if (v < 0).any():
        raise ValueError("a product needs values of zero or more")
    logs = np.zeros(v.shape[0])
    with np.errstate(divide="ignore"):  # the log of 0 is -inf, and its exponential 0, as it should
        for k in np.flatnonzero(w > 0):
            logs += w[k] * np.log(np.ascontiguousarray(v[:, k]))
    return np.exp(logs)


def order_weights(count: int, orness: float) -> Floats:
    """Turn an attitude into order weights for OWA, first for the best worth of a site.

    ``o_j = (j/n)^α − ((j−1)/n)^α`` with ``α = (1 − orness)/orness``, the quantifier ``Q(r) = r^α``
    whose orness is ``∫Q = 1/(1 + α)`` (Yager 1996, *Quantifier guided aggregation*, Int. J.
    Intelligent Systems 11: 49-73). At n places the orness of the weights themselves is a little
    higher for the coarse steps; see `orness_of`.

    Parameters
    ----------
    count : int
        How many criteria, n ≥ 1.
    orness : float
        0 = only the weakest point counts (careful), 0.5 = all alike (the weighted sum),
        1 = only the strongest point counts (hopeful).

    Returns
    -------
    ndarray, shape (n,)
        Sums to 1.
    """
    if count < 1 or not 0 <= orness <= 1:
        raise ValueError(f"orness {orness} must lie in 0-1 and {count} criteria be at least one")
    if orness == 0:
        return np.asarray(np.eye(count)[-1])
    steps = np.power(np.arange(1, count + 1) / count, (1 - orness) / orness)
    return np.asarray(np.diff(steps, prepend=0.0))


def orness_of(order: npt.ArrayLike) -> float:
    """Measure how far order weights lean to the best worth, ``Σ_j o_j (n − j)/(n − 1)``.

    Yager (1988), *On ordered weighted averaging aggregation operators*, IEEE Trans. SMC 18:
    183-190. 1 for "best only", 0 for "weakest only", 0.5 for equal weights (and for one criterion).
    """
    o = np.asarray(order, dtype=float)
    o = checked_weights(o, o.size)
    if o.size == 1:
        return 0.5
    return float((o / o.sum()) @ (np.arange(o.size - 1, -1, -1) / (o.size - 1)))


def owa(
    values: npt.ArrayLike, criterion_weights: npt.ArrayLike, order_weights: npt.ArrayLike
) -> Floats:
    """Ordered weighted average: criterion weights say what counts, order weights say the attitude.

    ``s_i = Σ_j u_ij o_j z_ij / Σ_j u_ij o_j`` where ``z_i1 ≥ z_i2 ≥ …`` are the site's worths in
    falling order, ``u_ij`` the criterion weights carried along with them, and ``o_j`` the order
    weights (Jiang & Eastman 2000, *Application of fuzzy measures in multi-criteria evaluation in
    GIS*, Int. J. GIS 14: 173-184; formula as in Malczewski 2006, Int. J. Appl. Earth Obs. 8:
    270-277). All order weights alike = the weighted sum; the first alone = the best worth; the last
    alone = the weakest.

    Two things the paper leaves open are settled here. Equal worths share their order weights, so
    the answer does not hang on the order of the columns. A criterion of weight 0 takes no part:
    order weights are then re-cut to the criteria that remain, along their cumulative curve.

    Each site's score depends on its own row alone. It always lies between the site's weakest and
    best worth, but it is *not* monotone: a better worth that changes place with its neighbour can
    lower the score, because the carried weights change place too. The ranking never rests on it.

    Parameters
    ----------
    values : array_like, shape (n, m)
        Worth on one common scale.
    criterion_weights, order_weights : array_like, shape (m,)
        Zero or more, any scale.

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    ValueError
        For NaN, a negative weight, weights that are all zero, or shapes that differ.
    """
    v = checked_table(values)
    u = checked_weights(criterion_weights, v.shape[1])
    o = checked_weights(order_weights, v.shape[1])
    v, u, o = v[:, u > 0], u[u > 0], _recut(o, int((u > 0).sum()))
    falling = np.argsort(-v, axis=1, kind="stable")
    z = np.take_along_axis(v, falling, axis=1)
    shares = u[falling] * _shared_by_ties(o, z)
    total, whole = np.zeros(len(v)), np.zeros(len(v))
    for j in range(v.shape[1]):
        total += shares[:, j] * z[:, j]
        whole += shares[:, j]
    # rounding must not carry a site outside its own worths
    return np.asarray(np.clip(total / whole, z[:, -1], z[:, 0]))


def _recut(order: Floats, count: int) -> Floats:
    """Re-cut order weights to fewer places along their cumulative curve."""
    if count == order.size:
        return np.asarray(order / order.sum())
    curve = np.concatenate([[0.0], np.cumsum(order) / order.sum()])
    places = np.arange(count + 1) / count
    at = np.arange(order.size + 1) / order.size
    return np.asarray(np.maximum(np.diff(np.interp(places, at, curve)), 0.0))


def _shared_by_ties(order: Floats, z: Floats) -> Floats:
    """Give each place of each row the mean order weight of the places it is tied with."""
    n, m = z.shape
    place = np.arange(m)
    new = np.ones((n, m), dtype=bool)
    new[:, 1:] = z[:, 1:] != z[:, :-1]
    start = np.maximum.accumulate(np.where(new, place, 0), axis=1)
    last = np.ones((n, m), dtype=bool)
    last[:, :-1] = new[:, 1:]
    stop = np.minimum.accumulate(np.where(last, place + 1, m)[:, ::-1], axis=1)[:, ::-1]
    upto = np.concatenate([[0.0], np.cumsum(order)])
    tied = stop - start
    return np.where(tied == 1, order[None, :], (upto[stop] - upto[start]) / tied)
