"""Who is first and who is among the first, quick enough to be told while a weight moves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scoring.acceptability import count_ranks
from scoring.draws import Stream
from scoring.evidence import DecisionMatrix
from scoring.moments import worth_moments
from scoring.noise import Keys, Noise, site_keys

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_PLAIN = 300_000  # scores: below this NumPy is done before the compiled loops are loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What no weight changes: mean and variance of worth (n, m) of the sites at `rows`."""

    rows: Ints
    mean: Floats
    variance: Floats
    sites: Keys


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPlaces:
    """How often each of n sites comes first, and among the first `top`, over D draws.

    Parameters
    ----------
    rows : ndarray of int, shape (n,)
        Positions of the sites in the matrix; order of the two shares.
    p_first, p_top : ndarray, shape (n,)
        As in `scoring.robustness.RankSupport`.
    clear_winner : bool
        Whether somebody comes first in at least `threshold` of the draws.
    """

    rows: Ints
    p_first: Floats
    p_top: Floats
    top: int
    draws: int
    threshold: float

    @property
    def clear_winner(self) -> bool:
        """Whether somebody comes first in at least `threshold` of the draws."""
        return bool(self.p_first.max(initial=0.0) >= self.threshold)

    def leaders(self, count: int) -> list[tuple[int, float]]:
        """Return (position, share of first places) of those most often first, never of a 0."""
        best = np.lexsort((self.rows, -self.p_first))[:count]
        told = zip(self.rows[best].tolist(), self.p_first[best].tolist(), strict=True)
        return [(row, share) for row, share in told if share > 0]


def prepare(matrix: DecisionMatrix, among: Ints) -> Ground:
    """Lay out once what `first_places` needs of some rows of a matrix."""
    rows = np.sort(np.asarray(among, dtype=np.int64))
    mean, variance = (x[rows] for x in worth_moments(matrix))
    ids = [matrix.candidate_ids[i] for i in rows.tolist()]
    return Ground(rows=rows, mean=mean, variance=variance, sites=site_keys(ids))


def first_places(
    ground: Ground,
    weights: Floats,
    *,
    top: int = 10,
    seed: int = 1,
    threshold: float = 0.60,
) -> FirstPlaces:
    """Count first places over draws of weights and evidence together (SMAA-2, DESIGN §5.5).

    The same numbers as `scoring.robustness.support` with the same draws and seed, without what a
    moving weight does not need (all ranks, wins, central weights, confidence factors).

    Parameters
    ----------
    ground : Ground
    weights : ndarray, shape (D, m)
        Effective weights as `scoring.weights.drawn` makes them.
    """
    n = len(ground.rows)
    noise = None
    if ground.variance.any():
        draws = Stream(seed, 1).raw(len(weights))
        noise = Noise(variance=ground.variance, sites=ground.sites, draws=draws)
    ranks = max(min(top, n), 1)
    counts = count_ranks(ground.mean, weights, ranks=ranks, noise=noise, plain_up_to=_PLAIN)
    shares = counts.ranks / counts.draws
    return FirstPlaces(
        rows=ground.rows,
        p_first=shares[:, 0],
        p_top=shares.sum(axis=1),
        top=top,
        draws=counts.draws,
        threshold=threshold,
    )
