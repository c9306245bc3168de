"""Desa ranked for juveniles: gates, places inside, and an order that never matters."""

import numpy as np
import pytest
import worlds
from desa_made import all_passed, boxes, by_id, code, column, desa, people, places, with_fit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import InputError
from scoring.areas import area_candidates, places_inside, run_areas
from scoring.areas_catalogue import load_area_catalogue
from scoring.areas_judged import chosen_places
from scoring.evidence import COLUMNS
from scoring.weights import Thresholds

GRID = boxes(3, 3)
SPOTS = [(500, 500), (600, 400), (1500, 500), (2500, 2500)]
INSIDE = [0, 0, 1, 8]
HARMFUL = worlds.layer("places", worlds.points([(1450, 1450)], kind=["bar"], name=["X"]))
FLOOD = worlds.layer("flood", worlds.polygons([(0, 0, 1500, 900)], class_=[3.0]), full_cover=True)


def run(study, frame, *layers, **more):
    return run_areas(study, worlds.layers(worlds.layer("areas", frame), *layers), **more)


@pytest.fixture(scope="module")
def study():
    return places(SPOTS, inside=INSIDE)


@pytest.fixture(scope="module")
def whole(study):
    return run(study, desa(GRID), people(GRID), HARMFUL, FLOOD)


def test_the_criteria_and_weights_are_those_of_the_domain():
    catalogue = load_area_catalogue().catalogue
    assert {k: c.weights["A"] for k, c in catalogue.criteria.items()} == {
        "hosts_near": 30,
        "youth_near": 15,
        "public_transport": 15,
        "settlement_clear": 15,
        "village_willing": 15,
        "settlement_hazard": 10,
    }
    told = load_area_catalogue().youth
    assert "ours" in told.basis
    assert "perkiraan" in told.source


def test_contributions_sum_to_the_score_and_every_desa_is_ranked(whole):
    ranking = whole.study.ranking
    assert len(ranking.order) == 9
    assert ranking.scores.contributions.sum(axis=1) == pytest.approx(ranking.scores.score)
    assert ranking.scores.coverage == pytest.approx(np.full(9, 0.70))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(order=st.permutations(range(len(GRID))))
def test_the_order_of_areas_never_matters(study, whole, order):
    frame = desa(GRID).iloc[list(order)].reset_index(drop=True)
    assert by_id(run(study, frame, people(GRID), HARMFUL, FLOOD)) == by_id(whole)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(kept=st.sets(st.integers(0, len(GRID) - 1), min_size=1))
def test_an_area_less_changes_nothing_of_the_others(study, whole, kept):
    frame = desa(GRID).iloc[sorted(kept)].reset_index(drop=True)
    fewer, all_of_them = by_id(run(study, frame, people(GRID), HARMFUL, FLOOD)), by_id(whole)
    assert set(fewer) == {f"a-{code(k)}" for k in kept}
    assert all(all_of_them[area] == told for area, told in fewer.items())


@settings(max_examples=20, deadline=None)
@given(order=st.permutations(range(3)))
def test_where_desa_overlap_the_smaller_code_holds_the_place(order):
    study = places([(500, 500), (1500, 500)])
    frame = desa([(0, 0, 1000, 1000), (400, 0, 2000, 1000), (300, 300, 900, 900)])
    shuffled = frame.iloc[list(order)].reset_index(drop=True)
    areas = area_candidates(worlds.layers(worlds.layer("areas", shuffled)))
    inside = dict(zip(areas.ids, places_inside(areas, study), strict=True))
    assert inside == {f"a-{code(0)}": (0,), f"a-{code(1)}": (1,), f"a-{code(2)}": ()}


def test_a_place_goes_where_its_code_says_and_places_stand_best_first(study, whole):
    inside = dict(zip(whole.study.candidates.ids, whole.places, strict=True))
    assert inside[f"a-{code(8)}"] == (3,)
    order = study.ranking.order.tolist()
    both = inside[f"a-{code(0)}"]
    assert sorted(both) == [0, 1]
    assert order.index(both[0]) < order.index(both[1])


def test_two_desa_of_one_id_are_refused_by_name_and_none_is_dropped(study):
    frame = desa(GRID, code=[code(0), code(0), *[code(k) for k in range(2, 9)]])
    with pytest.raises(InputError) as fault:
        run(study, frame)
    assert fault.value.code == "areas.same_id"
    said = fault.value.say(lang="id")
    assert "Desa 0" in said
    assert "Desa 1" in said


def test_the_id_is_the_ministry_s_code_else_the_statistics_office_s_else_the_name(study):
    frame = desa(
        boxes(3, 1),
        code=["33.04.01.2001", "", ""],
        code_bps=["3304010001", "3304010002", ""],
        kecamatan=["Bawang"] * 3,
    )
    found = run(study, frame)
    assert found.study.candidates.ids == (
        "a-33.04.01.2001",
        "a-3304010002",
        "a-Desa 2, Bawang",
    )


def test_only_desa_are_areas_and_none_is_no_ranking(study):
    kecamatan = desa(GRID, level=["kecamatan"] * 9)
    assert run(study, kecamatan) is None
    assert run_areas(study, worlds.layers()) is None
    mixed = desa(GRID, level=["kecamatan"] * 4 + ["desa"] * 5)
    assert len(run(study, mixed).study.candidates) == 5


def test_the_chosen_place_is_the_best_that_is_fit_else_the_likeliest():
    inside, limit = ((2, 0, 1), (1, 3), (), (0, 3)), Thresholds()
    found = with_fit(places(SPOTS, inside=INSIDE), [0.75, 0.9, 0.5, 0.5])
    assert chosen_places(found, inside, limit) == (0, 1, -1, 0)
    none_fit = with_fit(found, [0.3, 0.6, 0.5, 0.6])
    assert chosen_places(none_fit, inside, limit) == (1, 1, -1, 3)


def letters(rows):
    return worlds.gate_rows(rows)[list(COLUMNS)]


def test_gate_and_readiness_of_an_area_speak_of_one_place(study):
    """Only place 0 is fit for children, and it waits for a visit: so does its desa."""
    agrees = letters([(f"a-{code(k)}", "G3", 1.0, "letter") for k in range(9)])
    waiting = with_fit(all_passed(study, 0), [0.9, 0.5, 0.9, 0.9])
    found = run(waiting, desa(GRID), given=agrees)
    first = found.study.candidates.ids.index(f"a-{code(0)}")
    assert found.chosen[first] == 0
    assert waiting.judgement.readiness[0] == "survei_dulu"
    assert waiting.judgement.readiness[2] == "siap"
    ready = dict(zip(found.study.candidates.ids, found.readiness, strict=True))
    assert {area for area, told in ready.items() if told != "survei_dulu"} == {
        f"a-{code(1)}",
        f"a-{code(8)}",
    }
    g7 = [g.code for g in found.study.judgement.gates].index("G7")
    for i, place in enumerate(found.chosen):
        told = found.study.judgement.p_gate[i, g7]
        assert told == (0.5 if place < 0 else waiting.judgement.p_gate[place, -2])


def test_without_a_place_or_a_word_of_the_village_nothing_is_passed(study):
    found = run(all_passed(study), desa(GRID))
    assert set(found.readiness) == {"survei_dulu"}
    assert set(found.study.judgement.first_gate) == {"G3"}


def test_only_the_head_s_letter_and_the_boundary_exclude_a_desa(study):
    said = letters([(f"a-{code(4)}", "G3", 0.0, "letter"), (f"a-{code(5)}", "G3", 0.0, "survey")])
    boundary = worlds.layer("boundary", worlds.polygons([(0, 0, 3000, 2000)]))
    found = run(study, desa(GRID), boundary, given=said)
    told = {e.candidate: (e.reason, e.gate) for e in found.study.judgement.excluded}
    assert told == {
        f"a-{code(4)}": ("refused", "G3"),
        **{f"a-{code(k)}": ("out_of_area", "G9") for k in (6, 7, 8)},
    }
    assert len(found.study.ranking.order) == 5


def heads(rows):
    """What village heads said to surveyors at places: (place, value, surveyor, when)."""
    frame = worlds.gate_rows([(p, "community_acceptance", float(v), "survey") for p, v, *_ in rows])
    return frame.assign(
        link="fuse",
        unit="scale_1_5",
        sd=0.6,
        question="21",
        surveyor=[who for *_, who, _ in rows],
        submission=[f"u-{k}" for k in range(len(rows))],
        taken_at=[when for *_, when in rows],
    )


def test_what_a_village_head_says_at_a_place_tells_of_the_desa():
    asked = heads([("p-0000", 5, "S-1", "2026-11-01"), ("p-0002", 1, "S-2", "2026-11-01")])
    found = run(places(SPOTS, inside=INSIDE, given=asked), desa(GRID))
    value, sd = column(found, "village_willing")
    at = [found.study.candidates.ids.index(f"a-{code(k)}") for k in (0, 1)]
    assert value[at].tolist() == [5.0, 1.0]
    assert np.isnan(np.delete(value, at)).all()
    assert (sd[at] >= 0.6).all()
    g3 = [g.code for g in found.study.judgement.gates].index("G3")
    assert found.study.judgement.passed[at, g3].tolist() == [True, False]
    assert found.study.judgement.excluded == ()  # no letter


def test_one_surveyor_who_asks_one_head_at_two_places_is_heard_once():
    asked = heads([("p-0000", 2, "S-1", "2026-11-01"), ("p-0001", 4, "S-1", "2026-11-02")])
    found = run(places(SPOTS, inside=INSIDE, given=asked), desa(GRID))
    rows = found.study.evidence
    told = rows.loc[rows["candidate"] == f"a-{code(0)}"].set_index("criterion")
    assert told.loc["village_willing", "value"] == 4.0
    assert told.loc["G3", "value"] == 1.0
