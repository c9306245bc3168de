"""Weights and evidence uncertain together: against full sampling, and calibrated."""

import dataclasses

import numpy as np
import pytest
from scipy.stats import norm

import words
from scoring.criteria import load_catalogue
from scoring.draws import WeightSpec, draw, spec_around
from scoring.evidence import DecisionMatrix
from scoring.robustness import Shared, support
from scoring.sentences import sureness_sentence

CONCAVE = ((0.0, 0.0), (0.25, 0.4), (0.75, 0.9), (1.0, 1.0))
EVEN = ((-9.0, -9.0), (9.0, 9.0))
BASE = load_catalogue().criteria["labour_need"]


def matrix(mean, sd, unknown=None, anchors=CONCAVE):
    mean = np.asarray(mean, float)
    unknown = np.zeros(mean.shape, bool) if unknown is None else unknown
    criterion = dataclasses.replace(BASE, anchors={"K": anchors})
    return DecisionMatrix(
        mean=np.where(unknown, np.nan, mean),
        sd=np.where(unknown, np.nan, np.broadcast_to(sd, mean.shape)),
        unknown=unknown,
        candidate_ids=tuple(f"p-{i:04d}" for i in range(len(mean))),
        criteria=(criterion,) * mean.shape[1],
        letter="K",
    )


def around(m, groups=None):
    return spec_around(np.full(m, 1 / m), groups or ["benefit"] * m)


def world(seed, n, m, share):
    """The truth, what was measured of it and how well, and what nobody knows."""
    rng = np.random.default_rng(seed)
    truth = np.clip(rng.normal(0.5, 0.25, (n, m)) + rng.normal(0, 0.12, (n, 1)), 0, 1)
    sd = rng.choice([0.05, 0.1, 0.2], (n, m))
    seen = truth + sd * rng.normal(0, 1, (n, m))
    # what is told is the posterior: the measurement, drawn to the mean of all sites
    spread = 1 / np.sqrt(1 / sd**2 + 1 / 0.277**2)
    told = (seen / sd**2 + 0.5 / 0.277**2) * spread**2
    return truth, told, spread, rng.random((n, m)) < share


def test_certain_evidence_a_dominating_site_is_first_with_probability_one():
    found = support(matrix([[0.5, 0.4], [0.6, 0.4], [0.2, 0.4]], 0.0), around(2), draws=500)
    assert found.p_first.tolist() == [0.0, 1.0, 0.0]
    assert found.clear_winner
    assert found.p_top.tolist() == [1.0, 1.0, 1.0]
    assert found.confidence[1] == 1.0
    assert np.isnan(found.central_weights[[0, 2]]).all()
    assert np.isnan(found.confidence[[0, 2]]).all()


def test_uncertain_evidence_gives_the_dominated_site_its_chance():
    """Φ((μ1 − μ2)/√(σ1² + σ2²)): one criterion, no kinks."""
    found = support(
        matrix([[0.50], [0.55]], [[0.1], [0.05]], anchors=EVEN), around(1), draws=40_000
    )
    expected = norm.cdf(0.05 / np.hypot(0.1, 0.05))
    assert found.p_first[1] == pytest.approx(expected, abs=0.008)
    assert found.confidence[1] == pytest.approx(expected, abs=0.002)
    assert found.wins[0, 1] == pytest.approx(found.p_first[1], abs=1e-12)
    assert found.wins + found.wins.T == pytest.approx(np.ones((2, 2)))
    assert found.leaders.tolist() == [1, 0]


def test_without_a_clear_lead_nobody_is_called_the_winner():
    close = matrix([[0.5, 0.6], [0.6, 0.5], [0.1, 0.1]], 0.05)
    found = support(close, around(2), draws=2000)
    assert not found.clear_winner
    assert support(close, around(2), draws=2000, threshold=0.4).clear_winner
    names = {i: f"Situs {i}" for i in found.candidate_ids}
    assert "Belum ada yang jelas lebih baik" in sureness_sentence(found, names, lang="id")
    sure = support(matrix([[0.9], [0.1]], 0.0), around(1), draws=100)
    assert "100" in sureness_sentence(sure, names, lang="en")
    nobody = support(close, around(2), among=np.zeros(0, int), draws=50)
    assert nobody.p_first.shape == (0,)
    for lang in words.LANGUAGES:
        assert sureness_sentence(nobody, names, lang=lang)


def test_the_same_seed_gives_the_same_in_any_order_and_excluded_sites_are_out():
    _, told, sd, unknown = world(4, 30, 6, 0.2)
    one = matrix(told, sd, unknown)
    order = np.random.default_rng(0).permutation(30)
    found, again = (support(one, around(6), draws=1500, top=5) for _ in range(2))
    other = support(one, around(6), draws=1500, top=5, among=order)
    assert (found.acceptability == again.acceptability).all()
    assert (other.p_first == found.p_first[order]).all()
    assert other.candidate_ids == tuple(found.candidate_ids[i] for i in order)
    best = int(found.leaders[0])
    without = support(one, around(6), draws=1500, top=5, among=np.delete(np.arange(30), best))
    assert found.candidate_ids[best] not in without.candidate_ids
    assert without.p_first.sum() == pytest.approx(1.0)
    assert (support(one, around(6), draws=1500, seed=2).p_first != found.p_first).any()
    # a site that can never come near changes nobody else's probability, to the bit
    worse = matrix(
        np.vstack([told, np.full(6, -9.0)]),
        np.vstack([sd, np.zeros(6)]),
        np.vstack([unknown, np.zeros(6, bool)]),
    )
    assert (support(worse, around(6), draws=1500).p_first[:-1] == found.p_first).all()


def test_candidates_that_come_in_another_order_keep_every_probability_to_the_bit():
    n, m = 40, 6
    _, told, sd, unknown = world(5, n, m, 0.2)
    one = matrix(told, sd, unknown)
    turn = np.random.default_rng(2).permutation(n)
    other = dataclasses.replace(
        one,
        mean=one.mean[turn],
        sd=one.sd[turn],
        unknown=one.unknown[turn],
        candidate_ids=tuple(one.candidate_ids[i] for i in turn),
    )
    found, turned = (support(x, around(m), draws=1500, top=5) for x in (one, other))
    assert (turned.p_first == found.p_first[turn]).all()
    assert (turned.p_top == found.p_top[turn]).all()
    assert [turned.candidate_ids[i] for i in turned.leaders] == [
        found.candidate_ids[i] for i in found.leaders
    ]


def test_biases_that_sites_share_do_not_part_them():
    """A surveyor who marks both too high moves both; apart, the same error parts them."""
    two = matrix([[0.50], [0.52]], 0.0, anchors=EVEN)
    together = Shared(loadings=np.full((2, 1), 0.1), criteria=np.array([0]))
    apart = Shared(loadings=0.1 * np.eye(2), criteria=np.array([0, 0]))
    assert support(two, around(1), shared=together, draws=4000).p_first[1] == 1.0
    found = support(two, around(1), shared=apart, draws=40_000)
    expected = norm.cdf(0.02 / np.hypot(0.1, 0.1))
    assert found.p_first[1] == pytest.approx(expected, abs=0.008)
    assert found.confidence[1] == pytest.approx(expected, abs=0.1)


def test_moments_agree_with_full_sampling_of_everything():
    n, m, draws, top = 60, 12, 40_000, 10
    _, told, sd, unknown = world(1, n, m, 0.2)
    unknown[:, 7] = True
    spec = spec_around(np.full(m, 1 / m), ["benefit"] * 6 + ["safety"] * 6)
    found = support(matrix(told, sd, unknown), spec, top=top, draws=draws)
    rng, drawn = np.random.default_rng(3), draw(spec, draws, seed=99)
    first, among = np.zeros(n), np.zeros(n)
    for block in np.array_split(drawn, 40):
        x = told + sd * rng.standard_normal((len(block), n, m))
        v = np.interp(x, *np.array(CONCAVE).T)
        v[:, unknown] = rng.random((len(block), int(unknown.sum())))
        order = np.argsort(-np.einsum("dnm,dm->dn", v, block), axis=1)
        first += np.bincount(order[:, 0], minlength=n)
        among += np.bincount(order[:, :top].ravel(), minlength=n)
    assert np.abs(found.p_first - first / draws).max() < 0.014
    assert np.abs(found.p_top - among / draws).max() < 0.014


def test_said_probabilities_come_true_with_a_fifth_unknown():
    """Worlds whose truth and true weights were drawn; 0.1 is what the issue allows."""
    n, m, top, said, true = 150, 12, 10, [], []
    spec = spec_around(np.full(m, 1 / m), ["benefit"] * 6 + ["safety"] * 6)
    for seed in range(40):
        truth, told, sd, unknown = world(seed, n, m, 0.2)
        found = support(matrix(told, sd, unknown), spec, top=top, draws=800, seed=seed)
        weights = draw(spec, 1, seed=1000 + seed)[0]
        worth = np.interp(truth, *np.array(CONCAVE).T) @ weights
        said.append(found.p_top)
        true.append(np.isin(np.arange(n), np.argsort(-worth)[:top]))
    said, true = np.concatenate(said), np.concatenate(true)
    for low, high in ((0.02, 0.1), (0.1, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 1.01)):
        at = (said >= low) & (said < high)
        assert at.sum() > 20
        assert said[at].mean() == pytest.approx(true[at].mean(), abs=0.1), (low, int(at.sum()))


def test_draws_already_made_may_be_given():
    found = support(matrix([[1.0, 0.0], [0.0, 1.0]], 0.0), np.array([[0.9, 0.1], [0.2, 0.8]]))
    assert found.p_first.tolist() == [0.5, 0.5]
    assert found.draws == 2
    exact = WeightSpec(kind="exact", weights=(0.6, 0.4))
    assert support(matrix([[1.0, 0.0], [0.0, 1.0]], 0.0), exact, draws=9).p_first.tolist() == [1, 0]
    # with weights exact, the seed still chooses the luck of the evidence
    close = matrix([[0.5, 0.5], [0.5, 0.51]], 0.1)
    one, other = (support(close, exact, draws=999, seed=s).p_first for s in (1, 2))
    assert (one != other).all()
