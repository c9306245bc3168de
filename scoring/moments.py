"""Mean and variance of worth when the evidence is uncertain: exact, criterion by criterion."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from scoring.evidence import DecisionMatrix

Floats = npt.NDArray[np.float64]
_WORTH = ((0.0, 0.0), (1.0, 1.0))  # a category's number is worth already, and stays within 0-1


def piecewise_moments(
    mean: npt.ArrayLike, sd: npt.ArrayLike, anchors: Sequence[tuple[float, float]]
) -> tuple[Floats, Floats]:
    """Mean and variance of ``v(X)``, ``X ~ N(mean, sd²)``, v piecewise linear between anchors.

    Between two anchors a ≤ x ≤ b, ``v(x) = A + B·t`` with ``t = (x − mean)/sd``; with
    ``M0 = Φ(t_b) − Φ(t_a)``, ``M1 = φ(t_a) − φ(t_b)``, ``M2 = M0 + t_a φ(t_a) − t_b φ(t_b)``
    (moments of a truncated normal; Johnson, Kotz & Balakrishnan 1994, ch. 13.10.1):
    ``E v = Σ A·M0 + B·M1``, ``E v² = Σ A²·M0 + 2AB·M1 + B²·M2``; flat outside the anchors. Taken
    about v(mean), so that small sds lose no digits. The probe's Gauss-Hermite sum comes near this.

    Parameters
    ----------
    mean, sd : array_like, same shape
        In the criterion's unit; NaN stays NaN.
    anchors : sequence of (value, score)
        As in `scoring.values.piecewise`.

    Returns
    -------
    mean, variance : ndarray
    """
    mu, sigma = np.broadcast_arrays(np.asarray(mean, dtype=float), np.asarray(sd, dtype=float))
    x, v = np.asarray(anchors, dtype=float).T
    at = np.interp(mu, x, v)
    # an infinite sd ("somewhere") is as good as a million times the span of the anchors
    spread = np.clip(sigma, 0.0, 1e6 * (1.0 + x[-1] - x[0] + np.abs(np.nan_to_num(mu))))
    spread = np.where(spread > 0, spread, 1.0)
    ends = [np.full(mu.shape, -np.inf), *((p - mu) / spread for p in x), np.full(mu.shape, np.inf)]
    slopes = np.r_[0.0, np.diff(v) / np.diff(x), 0.0]
    first, second = np.zeros(mu.shape), np.zeros(mu.shape)
    for piece, slope in enumerate(slopes):
        corner = max(piece - 1, 0)
        a, b = v[corner] + slope * (mu - x[corner]) - at, slope * spread
        m0, m1, m2 = _truncated(ends[piece], ends[piece + 1])
        first += a * m0 + b * m1
        second += a * a * m0 + 2 * a * b * m1 + b * b * m2
    unknown, certain = np.isnan(mu) | np.isnan(sigma), sigma == 0
    return (
        np.where(unknown, np.nan, np.where(certain, at, at + first)),
        np.where(unknown, np.nan, np.where(certain, 0.0, np.maximum(second - first * first, 0.0))),
    )


def _truncated(low: Floats, high: Floats) -> tuple[Floats, Floats, Floats]:
    """Return ``∫ t^j φ(t) dt`` from low to high for j = 0, 1, 2."""
    from scipy.special import ndtr

    # on the right side the tails are taken, where their digits are
    mass = np.where(low > 0, ndtr(-low) - ndtr(-high), ndtr(high) - ndtr(low))
    at_low, at_high = _density(low), _density(high)
    ends = [np.where(np.isinf(t), 0.0, t) * d for t, d in ((low, at_low), (high, at_high))]
    return mass, at_low - at_high, mass + ends[0] - ends[1]


def _density(t: Floats) -> Floats:
    return np.asarray(np.exp(-0.5 * t * t) / np.sqrt(2.0 * np.pi))


def prior_moments(prior: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Mean and variance of the worth of what nobody knows.

    A prior p stands for Beta(2p, 2(1 − p)): mean p, variance ``p(1 − p)/3``; at p = ½ this is the
    uniform distribution, of which 1/12 is the variance. (0.5 is the default for benefit, 0.3 for
    safety, DESIGN §5.2.)
    """
    p = np.asarray(prior, dtype=float)
    return p.copy(), np.asarray(p * (1.0 - p) / 3.0)


def worth_moments(matrix: DecisionMatrix) -> tuple[Floats, Floats]:
    """Mean and variance of the worth of every candidate on every criterion.

    Returns
    -------
    mean, variance : ndarray, shape (n, m)
        Never NaN: what is unknown has the moments of its prior, what has no sd has variance 0.
    """
    mean, variance = np.empty(matrix.mean.shape), np.empty(matrix.mean.shape)
    for k, criterion in enumerate(matrix.criteria):
        anchors = criterion.anchors[matrix.letter] or _WORTH
        sd = np.nan_to_num(matrix.sd[:, k], nan=0.0, posinf=np.inf)
        known = piecewise_moments(matrix.mean[:, k], sd, anchors)
        prior = prior_moments(criterion.prior)
        unknown = matrix.unknown[:, k]
        mean[:, k] = np.where(unknown, prior[0], known[0])
        variance[:, k] = np.where(unknown, prior[1], known[1])
    return mean, variance
