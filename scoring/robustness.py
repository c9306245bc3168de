"""How sure a ranking is: who comes first, or among the first, however it is reasonably computed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scoring.acceptability import (
    central,
    central_weights,
    checked,
    count_ranks,
    rank_acceptability,
)
from scoring.draws import Stream, WeightSpec, draw
from scoring.evidence import DecisionMatrix
from scoring.flip import Flip, flip, flip_dial
from scoring.moments import worth_moments
from scoring.noise import Noise, site_keys
from scoring.rank import weighted_sum
from scoring.tallies import scores_of

__all__ = [
    "Flip",
    "RankSupport",
    "Shared",
    "central_weights",
    "flip",
    "flip_dial",
    "rank_acceptability",
    "support",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_LEADERS = 10  # for whom pairwise wins and confidence factors are computed
_POINTS = 200  # of the integral of a confidence factor
_BIASES = 200  # draws of shared biases behind a confidence factor


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Errors that several sites have in common, such as a surveyor who marks everybody high.

    Each of b biases is one standard normal number a draw; it moves site i's worth on criterion
    ``criteria[j]`` by ``loadings[i, j]``.

    Parameters
    ----------
    loadings : ndarray, shape (n, b)
        Rows as the matrix has them.
    criteria : ndarray of int, shape (b,)
    """

    loadings: Floats
    criteria: Ints

    def of(self, rows: Ints) -> Shared:
        """Return the biases of some rows."""
        return Shared(loadings=self.loadings[rows], criteria=self.criteria)


@dataclass(frozen=True, slots=True, kw_only=True)
class RankSupport:
    """How far a ranking of n candidates holds, over D draws of weights and evidence.

    Parameters
    ----------
    candidate_ids : tuple of str
        Order of every row below.
    p_first, p_top : ndarray, shape (n,)
        Probability of rank 1, and of being among the first ``top``.
    acceptability : ndarray, shape (n, R)
        Probability of each of the first R ranks.
    leaders : ndarray of int
        Rows of those most often first.
    wins : ndarray, shape (leaders, leaders)
        Probability that the leader of the row scores above that of the column (ties: half).
    central_weights : ndarray, shape (n, m)
        NaN for those never first.
    confidence : ndarray, shape (n,)
        For the leaders, the probability of coming first under their own central weights: what
        uncertain evidence leaves of it (SMAA's confidence factor). NaN for others.
    clear_winner : bool
        False when nobody comes first in at least ``threshold`` of the draws.
    """

    candidate_ids: tuple[str, ...]
    p_first: Floats
    p_top: Floats
    top: int
    acceptability: Floats
    leaders: Ints
    wins: Floats
    central_weights: Floats
    confidence: Floats
    clear_winner: bool
    threshold: float
    draws: int
    seed: int


def support(
    matrix: DecisionMatrix,
    weights: WeightSpec | Floats,
    *,
    among: Ints | None = None,
    top: int = 10,
    ranks: int = 50,
    draws: int = 10_000,
    seed: int = 1,
    threshold: float = 0.60,
    shared: Shared | None = None,
) -> RankSupport:
    """Say how sure a ranking is under uncertain weights and uncertain evidence together.

    SMAA-2 with the evidence by its moments (DESIGN §5.5): in each draw of weights e,
    ``S_i = Σ e_k E[v_ik] + Σ_j e_c(j) ζ_j ℓ_ij + √(Σ e_k² Var v_ik)·z_i``, with E and Var from
    `scoring.moments` (unknown: of the prior), ℓ and ζ the shared biases, z standard normal.

    Parameters
    ----------
    matrix : DecisionMatrix
    weights : WeightSpec or ndarray of shape (D, m)
        What is said about the weights, or draws already made.
    among : ndarray of int, optional
        Rows of the candidates that are not excluded; default all.
    top : int
        Length of the shortlist.
    ranks : int
        How many first ranks are counted (at least `top`).
    draws, seed : int
        The same seed gives the same answer, in whatever order the candidates come; the luck of a
        site hangs on its id alone.
    threshold : float
        Under this probability nobody is called a clear winner.
    shared : Shared, optional
        Biases common to several sites; default none.
    """
    rows = np.arange(len(matrix.candidate_ids)) if among is None else np.asarray(among)
    ids = tuple(matrix.candidate_ids[i] for i in rows)
    mean, variance = (x[rows] for x in worth_moments(matrix))
    drawn = draw(weights, draws, seed=seed) if isinstance(weights, WeightSpec) else weights
    world = _World(*checked(mean, drawn), variance, ids, seed, shared and shared.of(rows))
    counts = count_ranks(
        world.columns(),
        world.pulls(),
        ranks=max(min(max(ranks, top), len(ids)), 1),
        noise=world.noise(),
    )
    shares = counts.ranks / counts.draws
    p_first = shares[:, 0]
    chosen_by = central(counts)[:, : mean.shape[1]]
    lead = _leaders(p_first, world)
    return RankSupport(
        candidate_ids=ids,
        p_first=p_first,
        p_top=shares[:, :top].sum(axis=1),
        top=top,
        acceptability=shares,
        leaders=lead,
        wins=_wins(world, lead),
        central_weights=chosen_by,
        confidence=_confidence(world, lead, chosen_by),
        clear_winner=bool(p_first.max(initial=0.0) >= threshold),
        threshold=threshold,
        draws=counts.draws,
        seed=seed,
    )


@dataclass(frozen=True, slots=True)
class _World:
    """Sites with uncertain worth, under draws of weights."""

    mean: Floats
    weights: Floats
    variance: Floats
    ids: tuple[str, ...]
    seed: int
    shared: Shared | None

    def luck(self) -> Floats:
        """Return the shared biases of every draw, (D, b)."""
        biases = len(self.shared.criteria) if self.shared else 0
        return Stream(self.seed, 2).normal(len(self.weights), biases)

    def columns(self) -> Floats:
        """Worth, and one column more for each shared bias."""
        return np.hstack([self.mean, self.shared.loadings]) if self.shared else self.mean

    def pulls(self) -> Floats:
        """Return the weight of every column in every draw."""
        if self.shared is None:
            return self.weights
        return np.hstack([self.weights, self.weights[:, self.shared.criteria] * self.luck()])

    def noise(self, rows: Ints | slice = slice(None)) -> Noise | None:
        """Return what is uncertain of some sites alone; None when nothing is."""
        if not self.variance.any():
            return None
        biases = self.columns().shape[1] - self.mean.shape[1]
        return Noise(
            variance=np.pad(self.variance, ((0, 0), (0, biases)))[rows],
            sites=site_keys(self.ids)[rows],
            draws=Stream(self.seed, 1).raw(len(self.weights)),
        )


def _leaders(p_first: Floats, world: _World) -> Ints:
    """Most often first; equally often: the higher mean score, then the smaller id."""
    score = weighted_sum(world.mean, world.weights.mean(axis=0))
    return np.lexsort((np.asarray(world.ids, dtype=str), -score, -p_first))[:_LEADERS]


def _wins(world: _World, lead: Ints) -> Floats:
    if not len(lead):
        return np.zeros((0, 0))
    scores = scores_of(world.columns()[lead], world.pulls(), world.noise(lead))
    above = [(scores[:, [i]] > scores).mean(axis=0) for i in range(len(lead))]
    level = [(scores[:, [i]] == scores).mean(axis=0) for i in range(len(lead))]
    return np.asarray(np.array(above) + 0.5 * np.array(level))


def _confidence(world: _World, lead: Ints, chosen_by: Floats) -> Floats:
    """``p_i = E_ζ ∫ φ(z) Π_{j≠i} Φ((μ_i + σ_i z − μ_j)/σ_j) dz`` at i's central weights.

    μ and σ² are the moments of the scores; independent normals given the shared biases ζ. The
    integral is the mean over 200 equal shares of z.
    """
    from scipy.special import ndtri

    found = np.full(len(world.ids), np.nan)
    z = ndtri((np.arange(_POINTS) + 0.5) / _POINTS)
    luck = world.luck()[:_BIASES] if world.shared else np.zeros((1, 0))
    for i in lead[~np.isnan(chosen_by[lead, 0])]:
        w = chosen_by[i]
        mu, sigma = weighted_sum(world.mean, w), np.sqrt(weighted_sum(world.variance, w * w))
        moved = np.zeros((1, len(mu)))
        if world.shared:
            moved = (luck * w[world.shared.criteria]) @ world.shared.loadings.T
        found[i] = np.mean([_first(mu + by, sigma, int(i), z) for by in moved])
    return found


def _first(mu: Floats, sigma: Floats, i: int, z: Floats) -> float:
    """Probability that the i-th of independent normals is the largest; `z` rises."""
    from scipy.special import ndtr

    total, others = 0.0, np.flatnonzero(np.arange(len(mu)) != i)
    for part in np.split(z, 10)[::-1]:
        mine = mu[i] + sigma[i] * part
        # who stays 7 sd below takes nothing away; a certain tie takes nothing either
        near = others[mu[others] + 7.0 * sigma[others] > mine[0] + 1e-12]
        gap = mine[:, None] - mu[near]
        with np.errstate(divide="ignore", invalid="ignore"):
            below = np.where(sigma[near] > 0, ndtr(gap / sigma[near]), gap > -1e-12)
        chances = below.prod(axis=1)
        total += float(chances.sum())
        if chances[-1] < 1e-9:  # and further down it is less still
            break
    return total / len(z)
