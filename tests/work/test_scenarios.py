"""Scenarios: saved, refused when they mean nothing, and compared over the same evidence."""

import pytest

from data.conflicts import ConflictError
from geo.errors import NotAllowedError, StudyError, TapakError
from work.audit import history
from work.ranking import rank_study
from work.roles import Actor, Role, acting_as, may
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


def test_limits_and_an_order_are_stored_used_and_shown(demo):
    from data.workspace import open_study
    from work.ranking import compute
    from work.tell import compared_lines, scenario_lines
    from work.weighing import parse_stated

    said = parse_stated(["labour_need=20..30"], "dignity > work_safety = supervision", "tight")
    save(demo, "Rapat dua", stated=said)
    shown = next(s for s in list_scenarios(demo)["scenarios"] if s["name"] == "Rapat dua")
    assert shown["stated"]["intervals"] == {"labour_need": [20, 30]}
    assert shown["stated"]["order"] == [["dignity"], ["work_safety", "supervision"]]
    assert "20–30" in "\n".join(scenario_lines(list_scenarios(demo)))
    ranked = rank_study(demo, scenario="Rapat dua")
    assert ranked["sureness"]["stated"] == shown["stated"]
    own = {s["id"]: s["p_top"] for s in rank_study(demo)["sites"]}
    assert any(abs(s["p_top"] - own[s["id"]]) > 0.02 for s in ranked["sites"])
    with open_study(demo) as study:
        result, _ = compute(study, scenario="Rapat dua")
    e = dict(zip([c.key for c in result.criteria], result.ranking.weights, strict=True))
    assert 0.2 <= e["labour_need"] <= 0.3
    assert e["dignity"] >= max(e["work_safety"], e["supervision"])
    told = compare_scenarios(demo, "study.toml", "Rapat dua")
    assert told["stated"][1] == shown["stated"]
    assert compared_lines(told)


def test_study_toml_may_state_limits_an_order_and_certainty():
    from data.settings import SettingsError, parse_settings

    text = (
        'name = "Uji"\n[weights.kerja-sosial]\norder = "dignity > supervision"\n'
        'certainty = "loose"\n[weights.kerja-sosial.intervals]\nlabour_need = [10, 20]\n'
    )
    stated = parse_settings(text).weights_of("kerja-sosial").stated
    assert (stated.order, stated.certainty) == ((("dignity",), ("supervision",)), "loose")
    assert stated.limits == {"labour_need": (0.1, 0.2)}
    for wrong in ("labour_need = 10", "labour_need = [20, 10]", "nonsense = [1, 2]"):
        with pytest.raises(SettingsError):
            parse_settings(text.replace("labour_need = [10, 20]", wrong))


@pytest.mark.parametrize("word", ["labour_need", "labour_need=10", "labour_need=a..b"])
def test_a_range_that_cannot_be_read_is_refused(word):
    from work.weighing import parse_stated

    with pytest.raises(TapakError):
        parse_stated([word], "", "tight")


def test_saving_is_on_record_with_what_stood_before(demo):
    save(demo, "Tercatat", weights={"capacity": 5}, set_by="Sekda")
    save(demo, "Tercatat", weights={"capacity": 9}, overwrite=True)
    second, first = [e for e in history(demo)["events"] if e["subject"] == "Tercatat"]
    assert first["before"] is None
    assert first["after"]["weights"] == second["before"]["weights"] == {"capacity": 5}
    assert second["after"]["weights"] == {"capacity": 9}


@pytest.mark.parametrize("role", list(Role))
def test_only_roles_that_may_can_save_and_nothing_is_left_behind(demo, role):
    actor, name = Actor(name="seseorang", role=role), f"Oleh {role}"
    with acting_as(actor):
        if may("scenario"):
            assert save(demo, name)["name"] == name
            return
        with pytest.raises(NotAllowedError):
            save(demo, name)
    assert name not in {s["name"] for s in list_scenarios(demo)["scenarios"]}
    assert name not in {e["subject"] for e in history(demo)["events"]}


def test_what_was_not_seen_is_not_replaced_and_both_versions_are_told(demo):
    save(demo, "Berdua", weights={"capacity": 5}, set_by="Bapas")
    (seen,) = [s for s in list_scenarios(demo)["scenarios"] if s["name"] == "Berdua"]
    theirs = save(demo, "Berdua", weights={"capacity": 7}, set_by="Kejari", overwrite=True)
    with pytest.raises(ConflictError) as both:
        save(demo, "Berdua", weights={"capacity": 9}, overwrite=True, seen=seen)
    assert both.value.code == "store.scenario_stale"
    assert both.value.theirs == theirs
    assert both.value.mine["weights"] == {"capacity": 9}
    again = save(demo, "Berdua", weights={"capacity": 9}, overwrite=True, seen=both.value.theirs)
    assert again["version"] == 3
    with pytest.raises(ConflictError) as both:
        save(demo, "Berdua", weights={})
    assert (both.value.code, both.value.theirs) == ("scenario.exists", again)
