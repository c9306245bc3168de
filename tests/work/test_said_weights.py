"""What is said beside the numbers is recorded, and never holds a slider back."""

from dataclasses import replace

import boards
import pytest

from scoring.stated import Stated
from scoring.weights import effective
from work.board import rerank
from work.ranking import _scenario_json

SAID = Stated(limits={"labour_need": (0.2, 0.3)})


@pytest.fixture(scope="module")
def board():
    return boards.board(30)


def saying(board, stated):
    scenario = replace(board.result.scenario, stated=stated)
    return replace(board, result=replace(board.result, scenario=scenario))


def test_a_slider_moved_out_of_an_interval_stays_where_it_was_put(board):
    bound = saying(board, SAID)
    keys = [c.key for c in board.result.criteria]
    held = effective(board.result.catalogue, bound.result.scenario)[keys.index("labour_need")]
    assert 0.2 - 1e-9 <= held <= 0.3 + 1e-9
    moved = rerank(bound, groups={}, weights={"labour_need": 0.0})
    assert moved.weights[keys.index("labour_need")] == 0


def test_a_run_records_what_was_said_and_an_older_record_keeps_its_hash(board):
    plain = _scenario_json(board.result)
    assert "stated" not in plain
    told = _scenario_json(saying(board, SAID).result)
    assert told["stated"]["intervals"] == {"labour_need": [20, 30]}
    assert {k: v for k, v in told.items() if k != "stated"} == plain
    loose = _scenario_json(saying(board, Stated(certainty="loose")).result)
    assert loose["stated"]["certainty"] == "loose"
