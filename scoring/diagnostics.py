"""Weights read off the data themselves: diagnostics of contrast and conflict, never a default.

They say which criteria separate *these* candidates, not which ones matter to anybody; adding a
site changes them. Tapak shows them beside stated weights and never ranks by them (DESIGN §5.4).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scoring.arrays import Floats, checked_directions, checked_table


def entropy(matrix: npt.ArrayLike) -> Floats:
    """Weigh criteria by how unevenly the candidates share them. A diagnostic only.

    With ``p_ik = x_ik / Σ_i x_ik`` and ``E_k = −Σ_i p_ik ln p_ik / ln n`` (0 ln 0 = 0):
    ``w_k = (1 − E_k) / Σ (1 − E)`` (Shannon 1948; Hwang & Yoon 1981, ch. 2; Zeleny 1982).

    Parameters
    ----------
    matrix : array_like, shape (n, m)
        Zero or more, on ratio scales: a shift of the origin changes the answer.

    Returns
    -------
    ndarray, shape (m,)
        Sums to 1. A constant criterion has 0; where all are constant each has the same.

    Raises
    ------
    ValueError
        For NaN, negative values, or fewer than two candidates.
    """
    x = checked_table(matrix)
    if len(x) < 2 or (x < 0).any():
        raise ValueError("entropy needs two candidates or more, and values of zero or more")
    total = x.sum(axis=0)
    p = x / np.where(total > 0, total, 1.0)
    spread = -(p * np.log(np.where(p > 0, p, 1.0))).sum(axis=0) / np.log(len(x))
    return _normalised(np.where(_constant(x), 0.0, np.maximum(1 - spread, 0.0)))


def critic(matrix: npt.ArrayLike, maximise: npt.ArrayLike) -> Floats:
    """Weigh criteria by contrast and conflict (CRITIC). A diagnostic only.

    With values placed 0-1 between the worst and best candidate, σ_k their standard deviation and
    r their correlations: ``C_k = σ_k Σ_l (1 − r_kl)``, ``w_k = C_k / Σ C`` (Diakoulaki, Mavrotas &
    Papayannakis 1995, Computers & Operations Research 22: 763-770).

    Parameters
    ----------
    matrix : array_like, shape (n, m)
    maximise : array_like of bool, shape (m,)
        True where more is better; it turns the sign of correlations.

    Returns
    -------
    ndarray, shape (m,)
        Sums to 1. A constant criterion has 0 and conflicts with nobody; where nothing conflicts
        (one criterion, or all in perfect agreement) each that varies has the same.

    Raises
    ------
    ValueError
        For NaN, fewer than two candidates, or shapes that differ.
    """
    x = checked_table(matrix)
    up = checked_directions(maximise, x.shape[1])
    if len(x) < 2:
        raise ValueError("critic needs two candidates or more")
    varies = ~_constant(x)
    weights = np.zeros(x.shape[1])
    if not varies.any():
        return _normalised(weights)
    z = np.where(up, x, -x)[:, varies]
    z = (z - z.min(axis=0)) / (z.max(axis=0) - z.min(axis=0))
    conflict = (1 - np.atleast_2d(np.corrcoef(z, rowvar=False))).sum(axis=0)
    information = z.std(axis=0) * np.where(conflict > 1e-12 * len(conflict), conflict, 0.0)
    weights[varies] = _normalised(information)
    return weights


def _constant(x: Floats) -> npt.NDArray[np.bool_]:
    return np.asarray(x.max(axis=0) == x.min(axis=0))


def _normalised(raw: Floats) -> Floats:
    """Scale to sum 1; equal where all are 0."""
    return np.asarray(raw / raw.sum() if raw.sum() > 0 else np.full(raw.size, 1 / raw.size))
