"""Weighing what visits say: surveyors who lean one way, noise, and a desk value before them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

PRIOR_STRENGTH = 4.0
"""ν₀: how many answers' worth of belief that the stated noise is right (DESIGN §6)."""
_ROUNDS = 60
_STILL = 1e-3
"""The noise is found once a round moves it by less than this share."""
_LEAST_SD = 1e-6
"""Nobody measures exactly; this keeps a stated sd of 0 from dividing by zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fused:
    """What n sites are worth after the visits, and how the surveyors lean.

    ``sd`` is widened by ``disagreement`` (R ≥ 1 only widens). ``bias`` is what a surveyor adds to
    the truth, with its covariance; shapes (n,), (n,), (n,), (s,), (s, s). ``noise`` is φ, how many
    times the stated variance the answers were found to have.
    """

    mean: Floats
    sd: Floats
    disagreement: Floats
    bias: Floats
    bias_cov: Floats
    noise: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What is weighed: the desk (trust 0 where it knows nothing) and the answers."""

    trust: Floats
    middle: Floats
    site: Ints
    surveyor: Ints
    value: Floats
    weight: Floats
    bias_sd: float
    surveyors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Posterior:
    """The exact posterior for one noise; ``mean`` and ``var`` of the sites ``at`` only."""

    at: Ints
    mean: Floats
    var: Floats
    bias: Floats
    bias_cov: Floats
    squares: float


def fuse(
    prior_mean: Floats,
    prior_sd: Floats,
    *,
    site: Ints,
    surveyor: Ints,
    value: Floats,
    sd: Floats,
    bias_sd: float,
    surveyors: int,
    noise: float | None = None,
) -> Fused:
    """Fuse desk values with what surveyors said.

    Model: y_o = θ_i + b_s + ε_o; θ_i ~ N(m_i, s_i²) from the desk, b_s ~ N(0, τ²) and
    ε_o ~ N(0, φσ_o²). With P_i = 1/s_i² + Σ_o 1/φσ_o², h_i = m_i/s_i² + Σ_o y_o/φσ_o² and
    C_is = Σ 1/φσ_o² over the answers of s at i::

        Λ      = diag(1/τ² + Σ_i C_is) − Cᵀ P⁻¹ C
        b̂      = Λ⁻¹ (Σ_{o∈s} y_o/φσ_o² − Cᵀ P⁻¹ h)
        mean_i = (h_i − C_i b̂) / P_i
        var_i  = 1/P_i + C_i Λ⁻¹ C_iᵀ / P_i²

    which is the exact posterior (the Schur complement of the joint precision; Lindley & Smith 1972,
    *JRSS B* 34, 1-41). φ ≥ 1 says how much noisier all answers to this criterion are than stated,
    φ = (4 + Σ_o E[ε_o²]/σ_o²)/(4 + o) at its fixed point: the EM step of a noise that is believed
    as much as four answers are (Dempster, Laird & Rubin 1977, *JRSS B* 39, 1-38). Answers at one
    site that disagree more than that widen its sd by the Birge ratio R_i² = (4 + χ_i²)/(4 + dof_i),
    shrunk to 1, never below it.

    Parameters
    ----------
    prior_mean, prior_sd : ndarray, shape (n,)
        The desk value m_i and its sd s_i; ``inf`` where the desk knows nothing.
    site, surveyor : ndarray of int, shape (o,)
        Whom each answer belongs to. **Sums run in the order given**: hand the answers over sorted
        by (site, surveyor, submission), and arrival never matters, to the bit.
    value, sd : ndarray, shape (o,)
        y_o and σ_o, in the criterion's unit.
    bias_sd : float
        τ: how far one surveyor's answers lie from another's, in the unit.
    surveyors : int
        Number of surveyors s.
    noise : float, optional
        φ where it is known; found from the answers by default.

    Returns
    -------
    Fused
        A site without an answer keeps its desk value and sd, to the bit.
    """
    desk = np.isfinite(prior_sd)
    told = _Told(
        trust=np.where(desk, 1.0 / np.maximum(prior_sd, _LEAST_SD) ** 2, 0.0),
        middle=np.where(desk, prior_mean, 0.0),
        site=site,
        surveyor=surveyor,
        value=value,
        weight=1.0 / np.maximum(sd, _LEAST_SD) ** 2,
        bias_sd=bias_sd,
        surveyors=surveyors,
    )
    phi = _noise(told) if noise is None else noise
    found = _posterior(told, phi)
    asked = np.bincount(site, minlength=len(prior_mean))
    mean, var = np.array(prior_mean, dtype=float), np.square(prior_sd)
    mean[found.at], var[found.at] = found.mean, found.var
    apart = told.weight / phi * (value - found.bias[surveyor] - mean[site]) ** 2
    chi: Floats = np.bincount(site, apart, len(prior_mean)).astype(float)
    chi = chi + told.trust * (told.middle - np.where(asked > 0, mean, told.middle)) ** 2
    dof = np.maximum(asked - 1 + desk, 0)
    spread = np.sqrt((PRIOR_STRENGTH + chi) / (PRIOR_STRENGTH + dof))
    wide = np.where(asked > 0, np.sqrt(var) * np.maximum(1.0, spread), prior_sd)
    return Fused(
        mean=mean,
        sd=wide,
        disagreement=spread,
        bias=found.bias,
        bias_cov=found.bias_cov,
        noise=phi,
    )


def _noise(told: _Told) -> float:
    """Find φ by its fixed point, from the stated noise upwards."""
    phi = 1.0
    for _ in range(_ROUNDS):
        squares = _posterior(told, phi).squares
        new = max(1.0, (PRIOR_STRENGTH + squares) / (PRIOR_STRENGTH + len(told.value)))
        if abs(new - phi) <= _STILL * phi:
            break
        phi = new
    return phi


def _posterior(told: _Told, phi: float) -> _Posterior:
    """Weigh with a known noise; ``squares`` is Σ_o E[ε_o²]/σ_o².

    E[ε_o²] = (y_o − b̂_s − mean_i)² + 1/P_i + (e_s − C_i/P_i) Λ⁻¹ (e_s − C_i/P_i)ᵀ, whose last
    part sums to tr Λ⁻¹(D − 2CᵀP⁻¹C + Cᵀ(W/P²)C) over all answers, D and W being the sums of C over
    sites and over surveyors.
    """
    from scipy import sparse  # only when there are visits

    n, s, weight = len(told.middle), told.surveyors, told.weight / phi
    given = np.bincount(told.site, weight, n)
    at = np.flatnonzero(np.bincount(told.site, minlength=n))
    about = told.middle * told.trust + np.bincount(told.site, weight * told.value, n)
    across = sparse.coo_array((weight, (told.site, told.surveyor)), shape=(n, s)).tocsr()[at]
    inverse, about, own = 1.0 / (told.trust + given)[at], about[at], given[at]
    by_surveyor = np.bincount(told.surveyor, weight, s)
    shared = (across.T @ sparse.diags_array(inverse) @ across).toarray()
    lean = np.diag(1.0 / max(told.bias_sd, _LEAST_SD) ** 2 + by_surveyor) - shared
    bias_cov = np.linalg.inv(lean)
    said = np.bincount(told.surveyor, weight * told.value, s) - across.T @ (about * inverse)
    bias = bias_cov @ said
    mean = (about - across @ bias) * inverse
    var = inverse + np.asarray(across.multiply(across @ bias_cov).sum(axis=1)) * inverse**2
    place = np.zeros(n)
    place[at] = mean
    apart = told.value - bias[told.surveyor] - place[told.site]
    twice = (across.T @ sparse.diags_array(own * inverse**2) @ across).toarray()
    hidden = np.sum(bias_cov * (np.diag(by_surveyor) - 2.0 * shared + twice))
    squares = np.sum(weight * apart**2) + np.sum(own * inverse) + hidden
    return _Posterior(
        at=at, mean=mean, var=var, bias=bias, bias_cov=bias_cov, squares=float(phi * squares)
    )


def rates(site: Ints, yes: Floats, trials: Floats, *, sites: int) -> tuple[Floats, Floats]:
    """Posterior of a yes/no rate at each site, Beta(½, ½) before anybody was asked.

    α_i = ½ + Σ κ_o y_o and β_i = ½ + Σ κ_o (1 − y_o), where an answer counts for κ_o trials: a
    survey 1, a telephone call or a register ½ (DESIGN §6; Jeffreys prior). One visit to a place
    that is all or nothing covers .6 of a 90 % interval: where it gates, ask twice.

    Parameters
    ----------
    site : ndarray of int, shape (o,)
    yes : ndarray, shape (o,)
        1 yes, 0 no, or a share between.
    trials : ndarray, shape (o,)
        κ_o.
    sites : int

    Returns
    -------
    alpha, beta : ndarray, shape (sites,)
        The rate is α/(α + β).
    """
    alpha = 0.5 + np.bincount(site, trials * yes, sites)
    beta = 0.5 + np.bincount(site, trials * (1.0 - yes), sites)
    return np.asarray(alpha, dtype=float), np.asarray(beta, dtype=float)


def categories(
    site: Ints, worth: Floats, trials: Floats, sd: Floats, *, sites: int
) -> tuple[Floats, Floats]:
    """Worth of places that people put into categories: Σ p·table under a Dirichlet posterior.

    p_c = A_c/A with A_c the trials that name category c (survey 1, register ½, OSM ½), and
    var = (Σ p_c t_c² − (Σ p_c t_c)²)/(A + 1), plus what is uncertain within the categories.

    Parameters
    ----------
    site : ndarray of int, shape (o,)
    worth, trials, sd : ndarray, shape (o,)
        t of the category named, how much it counts, sd of the worth itself.
    sites : int

    Returns
    -------
    mean, sd : ndarray, shape (sites,)
        Worth 0-1; NaN where nobody said anything.
    """
    count = np.bincount(site, trials, sites)
    total = np.where(count > 0, count, np.nan)
    mean = np.bincount(site, trials * worth, sites) / total
    square = np.bincount(site, trials * worth**2, sites) / total
    within = np.bincount(site, trials * sd**2, sites) / total
    between = np.maximum(square - mean**2, 0.0) / (total + 1.0)
    return np.asarray(mean), np.asarray(np.sqrt(between + within))
