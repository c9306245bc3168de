"""Rankings on record: two of them compared site by site."""

import pytest

from geo.errors import NotAllowedError, StudyError
from work.ranking import rank_study
from work.roles import Actor, Role, acting_as
from work.runs import compare_runs, list_runs
from work.scenarios import save_scenario


@pytest.fixture
def two(study):
    one = rank_study(study)["run"]
    terms = {"programme": None, "groups": {"benefit": 90.0, "safety": 10.0}, "weights": {}}
    save_scenario(study, "Manfaat", **terms)
    return study, one, rank_study(study, scenario="Manfaat")["run"]


def test_a_run_compared_with_itself_moves_nobody(two):
    study, one, _ = two
    found = compare_runs(study, one, one)
    assert (found["moved"], found["entered"], found["left"]) == ([], [], [])


def test_what_moved_one_way_moves_back_the_other(two):
    study, one, other = two
    there, back = compare_runs(study, one, other), compare_runs(study, other, one)
    assert there["moved"]
    assert {(m["site"], m["from"], m["to"]) for m in there["moved"]} == {
        (m["site"], m["to"], m["from"]) for m in back["moved"]
    }
    assert (there["entered"], there["left"]) == (back["left"], back["entered"])
    assert any(m["because"] for m in there["moved"])


def test_runs_are_listed_newest_first(two):
    study, one, other = two
    assert [run["id"] for run in list_runs(study)["runs"]] == [other, one]
    assert list_runs(study, programme="pos-bapas")["runs"] == []


def test_a_run_there_is_not_is_told(two):
    with pytest.raises(StudyError):
        compare_runs(two[0], two[1], "tidak-ada")


def test_an_agency_does_not_read_the_record(two):
    with acting_as(Actor(name="x", role=Role.AGENCY)), pytest.raises(NotAllowedError):
        list_runs(two[0])
