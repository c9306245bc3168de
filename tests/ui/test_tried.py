"""What stands in the sliders: the scenario chosen, what was moved since, what was set elsewhere."""

import dataclasses

import boards
import numpy as np
import pytest
import streamlit as st

import ui.tried
from scoring.stated import Stated
from scoring.study import rank_candidates
from scoring.weights import effective
from ui.tried import keep, of_scenario, of_study, pick, picked, put, scenario_now, tried


@pytest.fixture
def board(monkeypatch):
    """A board with two saved scenarios, and a session of its own."""
    found = boards.board(40)
    own = found.result.scenario
    careful = dataclasses.replace(
        own, name="Aman dulu", groups={"benefit": 20, "safety": 80}, set_by="Sekda"
    )
    bound = dataclasses.replace(
        own, name="Berbatas", stated=Stated(limits={"labour_need": (0.30, 0.40)})
    )
    monkeypatch.setattr(ui.tried.st, "session_state", {})
    return dataclasses.replace(found, scenarios=(careful, bound))


def test_without_a_choice_the_study_s_own_weights_stand(board):
    assert picked(board).name == board.result.scenario.name
    assert not tried(board).differs
    assert scenario_now(board) is board.result.scenario


def test_a_chosen_scenario_stands_in_the_sliders_and_drops_what_was_tried(board):
    keep(board, {"groups": {"benefit": 90, "safety": 10}, "weights": dict(tried(board).weights)})
    assert tried(board).differs
    turn = st.session_state.get(ui.tried.TURN, 0)
    pick(board, "Aman dulu")
    assert dict(tried(board).groups) == {"benefit": 20, "safety": 80}
    assert not tried(board).differs
    assert scenario_now(board).set_by == "Sekda"
    assert st.session_state[ui.tried.TURN] == turn + 1


def test_a_scenario_that_is_gone_is_the_study_s_own_again(board):
    pick(board, "Sudah dihapus")
    assert picked(board).name == board.result.scenario.name


def test_limits_are_settled_in_the_sliders_so_that_what_is_seen_is_what_ranks(board):
    pick(board, "Berbatas")
    scenario = picked(board)
    seen = of_scenario(board, scenario)
    result = board.result
    plain = dataclasses.replace(scenario, groups=seen.groups, weights=seen.weights, stated=Stated())
    weights = effective(result.catalogue, scenario)
    np.testing.assert_allclose(effective(result.catalogue, plain), weights, atol=1e-12)
    again = rank_candidates(result.matrix, result.judgement, effective(result.catalogue, plain))
    bound = rank_candidates(result.matrix, result.judgement, weights)
    assert again.order.tolist() == bound.order.tolist()
    assert not tried(board).differs
    assert scenario_now(board).stated.limits


def test_weights_set_elsewhere_keep_the_others_and_can_be_undone(board):
    own = of_study(board)
    put(board, groups={}, weights={"labour_need": 1.0})
    now = tried(board)
    assert now.differs
    assert now.weights["labour_need"] == 1.0
    assert {k: v for k, v in now.weights.items() if k != "labour_need"} == {
        k: v for k, v in own.weights.items() if k != "labour_need"
    }
    keep(board, {"groups": dict(own.groups), "weights": dict(own.weights)})
    assert not tried(board).differs


def test_programmes_keep_their_choices_apart(board):
    pick(board, "Aman dulu")
    other = dataclasses.replace(boards.board(20, programme="pos-bapas"), scenarios=board.scenarios)
    assert picked(other).name == other.result.scenario.name
