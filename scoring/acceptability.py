"""Rank acceptability and central weights: who holds which rank, and who would choose whom first."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scoring.noise import Noise
from scoring.tallies import Counts, count_plain, new_job

Floats = npt.NDArray[np.float64]

_PLAIN = 5_000_000  # scores: up to here NumPy is done before the compiled loops are loaded
_FEW = 8  # ranking everybody pays when at least every eighth rank is wanted


def checked(values: npt.ArrayLike, weight_draws: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return both as arrays of floats; refuse what cannot be ranked (ValueError)."""
    v, w = np.asarray(values, dtype=float), np.asarray(weight_draws, dtype=float)
    if v.ndim != 2 or w.ndim != 2 or v.shape[1] != w.shape[1] or 0 in w.shape:
        raise ValueError(f"values {v.shape} and weight draws {w.shape} do not fit")
    if not (np.isfinite(v).all() and np.isfinite(w).all()):
        raise ValueError("a value or weight is unknown (NaN); give it a prior before ranking")
    return v, w


def count_ranks(
    values: Floats,
    weights: Floats,
    *,
    ranks: int,
    noise: Noise | None = None,
    plain_up_to: int = _PLAIN,
) -> Counts:
    """Count over all draws who holds each of the first ranks.

    ``s_id = Σ_k w_dk v_ik [+ √(Σ_k w_dk² Var_ik)·z_id]``. Equal scores share their ranks equally,
    save that a site stands behind those tied with it that dominate it (nowhere worse, somewhere
    better). Peak memory is the result and some tens of megabytes, however many draws.

    Parameters
    ----------
    values : ndarray, shape (n, m)
        Worth, without NaN.
    weights : ndarray, shape (D, m)
    ranks : int
        R, at most n.
    noise : Noise, optional
        None = the evidence is certain.
    plain_up_to : int
        So many scores are counted by NumPy alone, without loading the compiled loops.
    """
    job = new_job(values, weights, ranks, noise)
    if len(values) * len(weights) <= plain_up_to:
        count_plain(job)
        return job.counts
    from scoring import fast_tallies

    if ranks * _FEW >= len(values):
        fast_tallies.count_every(job)
    else:
        fast_tallies.count_top(job)
    return job.counts


def rank_acceptability(
    values: npt.ArrayLike, weight_draws: npt.ArrayLike, *, ranks: int | None = None
) -> Floats:
    """Share of weight draws in which each candidate holds each rank.

    ``b_i^r = (1/D) Σ_d [rank of i under w_d is r]`` (SMAA-2: Lahdelma & Salminen 2001, Operations
    Research 49(3); Tervonen & Figueira 2008, J. Multi-Criteria Decision Analysis 15).

    Ties: candidates with equal scores share the ranks they stand on equally (two tied for ranks 1
    and 2 get ½ of each), save that one stands behind those tied with it that dominate it. So rows
    and columns sum to 1, the order of candidates never matters, and a dominated candidate never
    has a share of rank 1.

    Parameters
    ----------
    values : array_like, shape (n, m)
        Worth of n candidates on m criteria; no NaN.
    weight_draws : array_like, shape (D, m)
        As `scoring.draws.draw` makes them.
    ranks : int, optional
        Only the first so many; all ranks of 50,000 candidates would need 20 GB.

    Returns
    -------
    ndarray, shape (n, n) or (n, ranks)
        Rows candidates, columns ranks from 1.

    Raises
    ------
    ValueError
        When shapes do not fit, there is no draw, or a number is not finite.
    """
    v, w = checked(values, weight_draws)
    counts = count_ranks(v, w, ranks=min(ranks or len(v), len(v)))
    shares = counts.ranks
    shares /= counts.draws  # in place: all ranks of many sites are large
    return shares


def central_weights(values: npt.ArrayLike, weight_draws: npt.ArrayLike) -> Floats:
    """Mean of the weights under which each candidate comes first: who would choose it.

    ``w_i^c = Σ_d [i first]·w_d / Σ_d [i first]`` (Lahdelma & Salminen 2001); ties as in
    `rank_acceptability`.

    Returns
    -------
    ndarray, shape (n, m)
        NaN rows for candidates that never come first.
    """
    v, w = checked(values, weight_draws)
    return central(count_ranks(v, w, ranks=1))


def central(counts: Counts) -> Floats:
    """Return the mean weights of each site's first places, NaN where it has none."""
    wins = counts.ranks[:, [0]]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(wins > 0, counts.first_weights / wins, np.nan)
