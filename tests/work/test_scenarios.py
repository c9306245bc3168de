"""Scenarios: saved, refused when they mean nothing, and compared over the same evidence."""

import pytest

from geo.errors import StudyError, TapakError
from work.ranking import rank_study
from work.scenarios import compare_scenarios, list_scenarios, save_scenario
from work.studies import demo_study


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("skenario") / "studi"
    demo_study(folder, seed=2, scale=0.1)
    return folder


def save(demo, name, **more):
    told = {"programme": None, "groups": {}, "weights": {}} | more
    return save_scenario(demo, name, **told)


def test_a_scenario_changes_the_ranking_and_says_who_set_it(demo):
    save(
        demo,
        "Rapat OPD",
        groups={"benefit": 20, "safety": 80},
        set_by="Sekda",
        set_on="2026-11-12",
        basis="Berita acara 12/2026",
    )
    own, other = rank_study(demo), rank_study(demo, scenario="Rapat OPD")
    assert "Sekda" in other["weights_set_by"]
    assert [s["id"] for s in own["sites"]] != [s["id"] for s in other["sites"]]
    told = compare_scenarios(demo, "study.toml", "Rapat OPD")
    rank_of = {s["id"]: s["rank"] for s in other["sites"]}
    was = {s["id"]: s["rank"] for s in own["sites"]}
    for move in told["moved"]:
        assert (move["from"], move["to"]) == (was[move["id"]], rank_of[move["id"]])
    assert len(told["entered"]) >= 0
    assert set(told["entered"]) <= {s["id"] for s in other["sites"] if s["rank"] <= 10}


def test_comparing_a_scenario_with_itself_moves_nobody(demo):
    told = compare_scenarios(demo, "study.toml", "study.toml")
    assert (told["moved"], told["entered"], told["left"]) == ([], [], [])


def test_a_name_is_not_taken_twice_unless_asked(demo):
    save(demo, "Dua kali", weights={"capacity": 5})
    with pytest.raises(StudyError):
        save(demo, "Dua kali", weights={"capacity": 9})
    assert save(demo, "Dua kali", weights={"capacity": 9}, overwrite=True)["version"] == 2
    assert "Dua kali" in {s["name"] for s in list_scenarios(demo)["scenarios"]}


@pytest.mark.parametrize(
    "more",
    [
        {"weights": {"nonsense": 1}},
        {"weights": {"capacity": -1}},
        {"groups": {"benefit": 0, "safety": 0}},
    ],
)
def test_weights_that_mean_nothing_are_never_saved(demo, more):
    with pytest.raises(TapakError):
        save(demo, "Salah", **more)
    assert "Salah" not in {s["name"] for s in list_scenarios(demo)["scenarios"]}


def test_an_unknown_scenario_names_those_there_are(demo):
    with pytest.raises(StudyError, match=r"study\.toml"):
        rank_study(demo, scenario="Tidak ada")
