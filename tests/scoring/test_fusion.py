"""Fusing visits: the exact posterior, whatever the order, with surveyors who lean."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.fusion import categories, fuse, rates


def dense(prior_mean, prior_sd, site, who, value, sd, tau, surveyors):
    """The whole joint posterior of (θ, b) by one matrix, the slow and plain way."""
    n = len(prior_mean)
    design = np.zeros((len(site), n + surveyors))
    design[np.arange(len(site)), site] = 1
    design[np.arange(len(site)), n + who] = 1
    weight = np.diag(1 / sd**2)
    prior = np.diag(np.r_[1 / prior_sd**2, np.full(surveyors, tau**-2)])
    start = np.r_[np.where(np.isfinite(prior_sd), prior_mean, 0) / prior_sd**2, np.zeros(surveyors)]
    precision = prior + design.T @ weight @ design
    cov = np.linalg.inv(precision)
    return cov @ (start + design.T @ weight @ value), cov


def visits(seed, n=12, o=30, surveyors=4):
    rng = np.random.default_rng(seed)
    site = np.sort(rng.integers(0, n, o))
    prior_sd = np.where((rng.random(n) < 0.4) & np.isin(np.arange(n), site), np.inf, 1.0)
    return (
        rng.normal(3, 1, n), prior_sd, site, rng.integers(0, surveyors, o),
        rng.normal(3, 1, o), rng.uniform(0.3, 1.0, o), 0.5, surveyors,
    )  # fmt: skip


def fused(m, s, site, who, y, sd, tau, surveyors, noise=None):
    return fuse(
        m, s, site=site, surveyor=who, value=y, sd=sd, bias_sd=tau, surveyors=surveyors, noise=noise
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_the_closed_form_equals_the_whole_posterior(seed):
    world = visits(seed)
    found = fused(*world)
    m, s, site, who, y, sd, tau, surveyors = world
    mean, cov = dense(m, s, site, who, y, sd * np.sqrt(found.noise), tau, surveyors)
    asked = np.isin(np.arange(12), world[2])
    assert found.mean[asked] == pytest.approx(mean[:12][asked], abs=1e-9)
    assert found.bias == pytest.approx(mean[12:], abs=1e-9)
    assert found.bias_cov == pytest.approx(cov[12:, 12:], abs=1e-9)
    narrow = found.sd / np.maximum(1, found.disagreement)
    assert narrow[asked] == pytest.approx(np.sqrt(np.diag(cov)[:12])[asked], abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_the_noise_is_the_fixed_point_of_the_plain_em_step_and_never_below_what_was_stated(seed):
    world = visits(seed)
    m, s, site, who, y, sd, tau, surveyors = world
    phi = fused(*world).noise
    mean, cov = dense(m, s, site, who, y, sd * np.sqrt(phi), tau, surveyors)
    each = np.zeros((len(y), len(mean)))
    each[np.arange(len(y)), site] = 1
    each[np.arange(len(y)), len(m) + who] = 1
    squares = (y - each @ mean) ** 2 + np.einsum("oi,ij,oj->o", each, cov, each)
    step = max(1.0, (4 + np.sum(squares / sd**2)) / (4 + len(y)))
    assert phi >= 1.0
    assert step == pytest.approx(phi, rel=2e-3)


def test_answers_twice_as_noisy_as_stated_are_found_out_and_trusted_less():
    rng = np.random.default_rng(2)
    truth = rng.normal(3, 1, 400)
    site = np.repeat(np.arange(400), 2)
    said = truth[site] + rng.normal(0, 1.2, 800)
    told = fused(np.full(400, 3.0), np.ones(400), site, site * 0, said, np.full(800, 0.6), 0.5, 1)
    assert told.noise == pytest.approx(4.0, rel=0.15)
    believed = fused(np.full(400, 3.0), np.ones(400), site, site * 0, said, np.full(800, 0.6), 0.5,
                     1, noise=1.0)  # fmt: skip
    error, worse = (np.sqrt(np.mean((f.mean - truth) ** 2)) for f in (told, believed))
    assert error < worse


def test_a_site_nobody_visited_keeps_its_desk_value_to_the_bit():
    m, s, *_ = visits(3)
    m, s = m / 3, np.full(12, 0.7)
    one = np.array([0])
    found = fuse(m, s, site=one, surveyor=one, value=np.array([4.0]), sd=np.array([0.6]),
                 bias_sd=0.5, surveyors=1)  # fmt: skip
    assert found.mean[1:].tolist() == m[1:].tolist()
    assert found.sd[1:].tolist() == s[1:].tolist()


def test_without_a_desk_value_one_answer_stands_with_noise_and_lean():
    one = np.array([0])
    found = fuse(np.array([np.nan]), np.array([np.inf]), site=one, surveyor=one,
                 value=np.array([4.0]), sd=np.array([0.6]), bias_sd=0.4, surveyors=1)  # fmt: skip
    assert found.mean[0] == pytest.approx(4.0)
    assert found.sd[0] == pytest.approx(np.hypot(0.6, 0.4))


def test_answers_that_disagree_widen_and_answers_that_agree_do_not():
    two = np.array([0, 0])
    sds = []
    for pair in ([3.0, 3.0], [2.0, 4.0], [1.0, 5.0]):
        found = fuse(np.array([3.0]), np.array([1.0]), site=two, surveyor=np.array([0, 1]),
                     value=np.array(pair), sd=np.full(2, 0.6), bias_sd=0.4, surveyors=2)  # fmt: skip
        sds.append(found.sd[0])
    assert sds[0] < sds[1] < sds[2]
    assert sds[0] == pytest.approx(0.454, abs=0.001)  # probes/evidence_model.py


def test_a_stated_noise_of_zero_divides_nothing_by_zero():
    one = np.array([0])
    found = fuse(np.array([2.0]), np.array([0.0]), site=one, surveyor=one, value=np.array([2.0]),
                 sd=np.array([0.0]), bias_sd=0.0, surveyors=1)  # fmt: skip
    assert np.isfinite(found.mean).all()
    assert np.isfinite(found.sd).all()


def test_many_surveyors_and_sites_are_fused_quickly_and_finitely():
    rng = np.random.default_rng(5)
    n, o, s = 20_000, 60_000, 300
    site = np.sort(rng.integers(0, n, o))
    found = fuse(np.full(n, 3.0), np.full(n, np.inf), site=site, surveyor=rng.integers(0, s, o),
                 value=rng.normal(3, 1, o), sd=np.full(o, 0.6), bias_sd=0.5, surveyors=s)  # fmt: skip
    asked = np.isin(np.arange(n), site)
    assert np.isfinite(found.mean[asked]).all()
    assert np.isfinite(found.sd[asked]).all()


def test_a_rate_starts_at_half_and_a_register_counts_half_a_trial():
    alpha, beta = rates(np.array([0, 1, 1]), np.array([1.0, 1.0, 0.0]), np.array([1.0, 0.5, 0.5]),
                        sites=3)  # fmt: skip
    assert (alpha / (alpha + beta)).tolist() == [0.75, 0.5, 0.5]


def test_a_kind_told_by_a_visit_outweighs_the_register_two_to_one():
    mean, sd = categories(np.array([0, 0, 1]), np.array([1.0, 0.4, 0.7]),
                          np.array([0.5, 1.0, 0.5]), np.zeros(3), sites=3)  # fmt: skip
    assert mean[0] == pytest.approx((0.5 * 1.0 + 1.0 * 0.4) / 1.5)
    assert mean[1] == pytest.approx(0.7)
    assert np.isnan(mean[2])
    assert sd[0] > 0
    assert sd[1] == pytest.approx(0)
