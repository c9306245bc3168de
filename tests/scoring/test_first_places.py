"""First places counted quickly are the recorded ones, and the slow path and the fast path agree."""

import numpy as np
import pytest

from scoring import acceptability, first_places
from scoring.criteria import load_catalogue
from scoring.evidence import DecisionMatrix
from scoring.robustness import support
from scoring.weights import Scenario, drawn

SCORED = load_catalogue().scored("kerja-sosial")


def matrix(sites, seed=4):
    rng = np.random.default_rng(seed)
    shape = (sites, len(SCORED))
    top = np.array([max((a for a, _ in c.anchors["K"]), default=1.0) for c in SCORED])
    return DecisionMatrix(
        mean=rng.uniform(0, 1, shape) * top,
        sd=np.where(rng.random(shape) < 0.7, 0.1 * top, np.nan),
        unknown=rng.random(shape) < 0.3,
        candidate_ids=tuple(f"p-{k:05d}" for k in range(sites)),
        criteria=SCORED,
        letter="K",
    )


def draws(count=600):
    scenario = Scenario(name="x", programme="kerja-sosial")
    return drawn(load_catalogue(), scenario, count=count, seed=1)


@pytest.mark.parametrize("sites", [40, 900])
def test_live_shares_are_those_of_the_recorded_sureness_with_the_same_draws(sites):
    found = matrix(sites)
    among, weights = np.arange(3, sites), draws()
    quick = first_places.first_places(first_places.prepare(found, among), weights)
    recorded = support(found, weights, among=among, top=10, draws=600, seed=1)
    assert quick.rows.tolist() == among.tolist()
    np.testing.assert_allclose(quick.p_first, recorded.p_first, atol=1e-12)
    np.testing.assert_allclose(quick.p_top, recorded.p_top, atol=1e-12)
    assert quick.clear_winner == recorded.clear_winner


def test_shares_of_first_places_sum_to_one_and_those_of_the_top_to_its_length():
    quick = first_places.first_places(first_places.prepare(matrix(80), np.arange(80)), draws())
    assert quick.p_first.sum() == pytest.approx(1)
    assert quick.p_top.sum() == pytest.approx(10)
    assert (quick.p_top >= quick.p_first - 1e-12).all()


def test_fewer_sites_than_the_shortlist_are_all_on_it():
    quick = first_places.first_places(first_places.prepare(matrix(4), np.arange(4)), draws(50))
    np.testing.assert_allclose(quick.p_top, 1.0)


def test_the_compiled_loops_count_what_numpy_counts(monkeypatch):
    ground, weights = first_places.prepare(matrix(900), np.arange(900)), draws()
    compiled = first_places.first_places(ground, weights)
    monkeypatch.setattr(first_places, "_PLAIN", 10**9)
    monkeypatch.setattr(acceptability, "_PLAIN", 10**9)
    plain = first_places.first_places(ground, weights)
    np.testing.assert_allclose(compiled.p_top, plain.p_top, atol=1e-12)
    np.testing.assert_allclose(compiled.p_first, plain.p_first, atol=1e-12)


def test_leaders_are_named_by_their_row_and_nobody_without_a_first_place_leads():
    ground = first_places.prepare(matrix(60), np.arange(10, 60))
    quick = first_places.first_places(ground, draws())
    told = quick.leaders(3)
    assert [share for _, share in told] == sorted(quick.p_first, reverse=True)[:3]
    assert all(quick.p_first[row - 10] == share for row, share in told)
    assert all(share > 0 for _, share in quick.leaders(60))


def test_six_hundred_draws_come_near_the_recorded_ten_thousand():
    ground = first_places.prepare(matrix(200), np.arange(200))
    few, many = (first_places.first_places(ground, draws(n)) for n in (600, 10_000))
    # √(p(1−p)/600) is at most 0.0204: within four of them
    assert np.abs(few.p_top - many.p_top).max() < 0.082
