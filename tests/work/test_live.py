"""A ranking under moving weights: the study's own where nothing moved, refused where nothing weighs."""

import dataclasses

import boards
import numpy as np
import pytest

from geo.errors import TapakError
from scoring.stated import Stated
from work.live import DRAWS, ground_of, live, under, weighed
from work.sureness import sure


@pytest.fixture(scope="module")
def result():
    return boards.result(60)


def test_without_a_move_the_ranking_is_the_study_s_own(result):
    now = live(result, ground_of(result), result.scenario)
    assert now.ranking.order.tolist() == result.ranking.order.tolist()
    assert (now.ranking.scores.score == result.ranking.scores.score).all()
    assert now.places.draws == DRAWS == 600


def test_the_live_shares_are_those_of_the_record_at_as_many_draws(result):
    now = live(result, ground_of(result), result.scenario)
    recorded = sure(result, draws=DRAWS)
    np.testing.assert_allclose(now.places.p_first, recorded.p_first, atol=1e-12)
    np.testing.assert_allclose(now.places.p_top, recorded.p_top, atol=1e-12)


def test_only_ranked_sites_share_the_places(result):
    now = live(result, ground_of(result), result.scenario)
    assert set(now.places.rows.tolist()) == set(result.ranking.order.tolist())
    assert len(result.judgement.excluded) > 0


def test_a_moved_weight_moves_shares_and_ranks_together(result):
    ground = ground_of(result)
    other = weighed(result.scenario, groups={"benefit": 5, "safety": 95}, weights={})
    before, after = live(result, ground, result.scenario), live(result, ground, other)
    assert before.ranking.order.tolist() != after.ranking.order.tolist()
    assert np.abs(before.places.p_top - after.places.p_top).max() > 0.05
    assert under(result, after).ranking is after.ranking


def test_a_slider_frees_from_limits_but_keeps_how_surely_numbers_are_meant(result):
    said = Stated(limits={"labour_need": (0.3, 0.4)}, certainty="tight")
    bound = dataclasses.replace(result.scenario, stated=said)
    free = weighed(bound, groups={}, weights={"labour_need": 1.0})
    assert not free.stated
    assert free.stated.certainty == "tight"


def test_weights_that_mean_nothing_are_refused(result):
    safety = [c.key for c in result.criteria if c.group == "safety"]
    nothing = weighed(result.scenario, groups={}, weights=dict.fromkeys(safety, 0.0))
    with pytest.raises(TapakError):
        live(result, ground_of(result), nothing)


def test_nothing_ranked_is_nobody_first():
    empty = boards.result(0)
    assert live(empty, ground_of(empty), empty.scenario).places is None
