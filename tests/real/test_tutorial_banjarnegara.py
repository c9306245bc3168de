"""The tutorial's script on the first user's real layers."""

import pytest
from rounds import once_round
from shared import banjarnegara


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return banjarnegara(tmp_path_factory.mktemp("bjn-putaran") / "studi")


def test_the_loop_goes_round_and_says_because_of_whose_visit(study):
    told = once_round(study)
    assert set(told["teams"]) == {"A", "B"}
    for team in told["teams"].values():
        assert team["accepted"] == team["twice"] > 0
        assert team["conflicts"] == team["superseded"] == 0
    because = {cause["team"] for move in told["moved"] for cause in move["because"]}
    assert because == {"A", "B"}
