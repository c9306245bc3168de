"""What a visit saw of the place itself: gone, another kind, and what calls for a condition."""

import worlds
from visits_made import visit

from scoring.criteria import load_catalogue
from scoring.study import run_study
from scoring.weights import Scenario
from surveys.answers import evidence

ADULT = Scenario(name="awal", programme="kerja-sosial", as_of="2026-11-24")


def judged(kind, **answers):
    one = visit(header={"site": "p-0000"}, **answers)
    given = evidence([one], catalogue=load_catalogue(), letter="K")
    sites = worlds.candidates([kind, "school"])
    assert one.candidate == sites.ids[0]
    found = run_study(sites, worlds.layers(), ADULT, register=worlds.register([]), given=given)
    return found.judgement


def test_a_place_that_is_closed_or_not_found_is_excluded_by_the_visit():
    for said in ("tutup", "tidak_ditemukan"):
        (out,) = judged("village_office", keep=("q02",), q02=said).excluded
        assert (out.candidate, out.gate, out.reason, out.source) == (
            *("p-0000", "G9", "survey", "survey"),
        )


def test_a_place_that_is_as_listed_is_not_excluded():
    assert judged("village_office").excluded == ()


def test_a_kind_that_may_not_be_chosen_excludes_once_a_visit_saw_it():
    (out,) = judged("village_office", q02="berbeda", q02_jenis="private_home").excluded
    assert (out.reason, out.value, out.source) == ("kind", "private_home", "survey")


def test_a_visit_calls_for_conditions_nobody_could_know_at_the_desk():
    told = judged("village_office", q17_telkomsel="tidak", q17_indosat="tidak", q17_xl="tidak",
                  q17_lain="tidak", q17_ht="tidak")  # fmt: skip
    assert "C6" in told.conditions[0]
    assert "C6" not in told.conditions[1]


def test_a_gate_nobody_was_asked_about_is_a_coin_and_one_survey_moves_it_by_a_trial():
    told = judged("village_office", keep=("q02", "q09"))
    g1 = [gate.code for gate in told.gates].index("G1")
    assert told.p_gate[:, g1].tolist() == [0.75, 0.5]
    assert told.passed[:, g1].tolist() == [True, False]
    g2 = [gate.code for gate in told.gates].index("G2")
    assert told.p_gate[:, g2].tolist() == [0.5, 0.5]
