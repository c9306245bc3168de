"""The worth of a visit: how much it is expected to lower the chance of choosing wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from scoring.criteria import Catalogue, Criterion
from scoring.evidence import DecisionMatrix
from scoring.exclusions import Judgement
from scoring.moments import worth_moments

Floats = npt.NDArray[np.float64]

DRAWS = 64
"""Draws of weights over which the worth of a visit is averaged (DESIGN §6)."""

_LINKS = ("fuse", "replace")


def visit_value(mean: Floats, change_sd: Floats, *, k: int, p_gate: npt.ArrayLike = 1.0) -> Floats:
    """Return the expected gain of visiting each site before k of n are chosen.

    For every draw of weights, with m_i = p·m⁺ the mean score (a site that fails its gates is worth
    0), c_i the cut (the k+1-th mean for a site inside the top k, else the k-th), φ and Φ the normal
    density and distribution:

    gate known (p = 1): ``g = σ̃(φ(z) + zΦ(z))``, ``z = −|m − c|/σ̃``
    gate unknown:       ``g = p[c + σ̃(φ(u) + uΦ(u))] + (1 − p)c − max(m, c)``, ``u = (m⁺ − c)/σ̃``

    The first is the knowledge gradient of ranking and selection (Frazier, Powell & Dayanik 2009,
    INFORMS J. Computing 21(4)); the second lets the visit also learn whether the site may be used.

    Parameters
    ----------
    mean : ndarray, shape (d, n)
        Score of each site if its gates pass (m⁺), a row per draw of weights.
    change_sd : ndarray, shape (d, n)
        σ̃, how far a visit is expected to move the score.
    k : int
        How many are chosen; with k ≥ n only gates are worth asking.
    p_gate : array_like, shape (n,)
        Chance that the site passes its gates.

    Returns
    -------
    ndarray, shape (n,)
        Mean over the draws, in score units; never negative.
    """
    p = np.broadcast_to(np.asarray(p_gate, dtype=float), mean.shape)
    now = mean * p
    cut = _cut(now, k)
    spread = np.maximum(change_sd, 1e-12)
    known = spread * _beyond(-np.abs(now - cut) / spread)
    better = cut + spread * _beyond((mean - cut) / spread)
    unsure = p * better + (1.0 - p) * cut - np.maximum(now, cut)
    return np.asarray(np.maximum(np.where(p < 1.0, unsure, known), 0.0).mean(axis=0))


def _cut(mean: Floats, k: int) -> Floats:
    """Return the score each site is measured against; 0 where no other is left to choose."""
    n = mean.shape[1]
    ordered = np.sort(mean, axis=1)[:, ::-1]
    inside_cut = ordered[:, [k]] if k < n else np.zeros((len(mean), 1))
    last = ordered[:, [min(k, n) - 1]]
    return np.asarray(np.where(mean >= last, inside_cut, last))


def _beyond(z: Floats) -> Floats:
    """``φ(z) + zΦ(z)``: the mean of max(0, z + x) for a standard normal x."""
    from scipy.special import ndtr

    return np.asarray(np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi) + z * ndtr(z))


def change_variance(variance: Floats, noise: Floats) -> Floats:
    """Return the variance a visit is expected to take away: ``1/P − 1/(P + 1/(σ² + τ²))``.

    Parameters
    ----------
    variance : ndarray
        1/P, what is not known now.
    noise : ndarray
        σ² + τ² of one answer; infinite where a visit does not ask.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        taken = variance * variance / (variance + noise)
    return np.asarray(np.where(np.isfinite(taken), taken, 0.0))


def study_visit_values(
    matrix: DecisionMatrix,
    judgement: Judgement,
    weights: Floats,
    catalogue: Catalogue,
    *,
    among: npt.NDArray[np.int64],
    k: int,
) -> Floats:
    """Worth of visiting each candidate of a study.

    Everything is taken in worth 0–1: 1/P is the variance of v(X) (`scoring.moments`), so that
    v'² of DESIGN §6 is the slope over all that is believed, not at one point; an unknown criterion
    has the variance of its prior.

    Parameters
    ----------
    matrix, judgement
        Of n candidates.
    weights : ndarray, shape (d, m)
        Draws of effective weights.
    among : ndarray of int
        The candidates that compete: those not excluded.
    k : int

    Returns
    -------
    ndarray, shape (n,)
        In score units, 0 for those not in `among`.
    """
    mean, variance = worth_moments(matrix)
    letter = matrix.letter
    noise = np.column_stack(
        [
            answer_noise(c, catalogue, letter=letter, mean=matrix.mean[:, j])
            for j, c in enumerate(matrix.criteria)
        ]
    )
    taken = change_variance(variance, noise)[among]
    found = np.zeros(len(mean))
    if len(among):
        scores, change = weights @ mean[among].T, np.sqrt((weights**2) @ taken.T)
        p = gate_chance(judgement)[among]
        found[among] = visit_value(scores, change, k=k, p_gate=p)
    return found


def gate_chance(judgement: Judgement) -> Floats:
    """Chance that a site passes the gates it has not passed yet, shape (n,): ``min p``.

    The least of its open gates; a gate that has passed counts as 1. Gates of one place hang
    together, and seven gates at ½ each do not mean that one place in a hundred can be used: this
    is what holds where they stand or fall together. It is the one rule, for the worth of a visit
    and for what stands beside the sureness of a ranking (DESIGN §5.5, §6).
    """
    waiting = np.where(judgement.passed, 1.0, judgement.p_gate)
    return np.asarray(waiting.min(axis=1, initial=1.0))


def answer_noise(
    criterion: Criterion, catalogue: Catalogue, *, letter: str, mean: Floats
) -> Floats:
    """Variance σ² + τ² of one visit's answer on a criterion, in worth²; infinite where none asks.

    An answer that may only *raise* a hazard is not counted: no signs seen is no evidence of safety.
    """
    never = np.full(len(mean), np.inf)
    if criterion.link not in _LINKS:
        return never
    told = [catalogue.questions[number] for number in criterion.questions]
    asked = [
        row
        for question in told
        for row in (question, *question.get("also", ()))
        if row["link"] in _LINKS and row.get("criterion") == criterion.key
    ]
    if not asked:
        return never
    anchors = criterion.anchors[letter]
    if not anchors:
        return np.zeros(len(mean))
    first, last = anchors[0], anchors[-1]
    middle = (first[0] + last[0]) / 2.0
    value = np.where(np.isnan(mean), middle, mean)
    sigma = np.min([_sigma(row, value) for row in asked], axis=0)
    tau = np.maximum(criterion.bias.rel * np.abs(value), criterion.bias.abs)
    slope = (last[1] - first[1]) / (last[0] - first[0])
    return np.asarray((sigma**2 + tau**2) * slope**2)


def _sigma(question: Mapping[str, Any], value: Floats) -> Floats:
    """Read the sd of an answer: stated, or the root mean square of its choices' sds."""
    stated = question.get("sd")
    if stated is None:
        sds = [float(a["sd"]) for a in question["answers"].values() if "sd" in a]
        return np.full(len(value), np.sqrt(np.mean(np.square(sds))) if sds else 0.0)
    return np.hypot(float(stated.get("rel", 0.0)) * value, float(stated.get("abs", 0.0)))
