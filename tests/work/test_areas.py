"""Areas for juveniles in ranking, explanation and choice, on a small demo district."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from returned import good, submission, web_file

import words
from data.workspace import open_study
from geo.errors import TapakError
from scoring.study import rank_candidates
from surveys.questions import spec
from work.areas import areas_of
from work.choosing import asked, choose_set, set_lines
from work.collecting import collect
from work.ranking import compute, rank_study, why_site
from work.studies import demo_study
from work.tell import ranked_lines, why_lines

CHILD = "pelayanan-masyarakat"
KEYS = {
    *("hosts_near", "youth_near", "public_transport"),
    *("settlement_clear", "village_willing", "settlement_hazard"),
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("anak") / "studi"
    demo_study(folder, seed=6, scale=0.1)
    return folder


@pytest.fixture(scope="module")
def ranked(demo):
    return rank_study(demo, programme=CHILD)


@pytest.fixture(scope="module")
def visited(demo, tmp_path_factory):
    """The same study after a good visit at the first place that stands in a desa."""
    folder = Path(shutil.copytree(demo, tmp_path_factory.mktemp("dikunjungi") / "studi"))
    area = next(a for a in rank_study(folder, programme=CHILD)["areas"] if len(a["places"]) > 1)
    visit = submission("u-1", area["places"][1], answers=good())
    file = web_file(
        folder.parent / "a.json", visit, programme=CHILD, form_version=spec(CHILD).version
    )
    assert collect(folder, file)["accepted"] == 1
    return folder, area


def hours_of(told):
    """Hours a week sent to each chosen place."""
    hours = {}
    for sent in told["assigned"]:
        hours[sent["site"]] = hours.get(sent["site"], 0) + sent["hours_week"]
    return hours


def area_of(told, name):
    return next(area for area in told["areas"] if area["id"] == name)


def test_every_desa_is_ranked_or_said_to_be_out_and_its_numbers_hold_together(ranked):
    areas = ranked["areas"]
    assert len(areas) + len(ranked["areas_excluded"]) == 278
    assert [a["rank"] for a in areas] == sorted(a["rank"] for a in areas)
    assert sum(a["p_first"] for a in areas) == pytest.approx(1.0)
    sites = {site["id"] for site in ranked["sites"]}
    held = [place for area in areas for place in area["places"]]
    assert len(held) == len(set(held))
    assert set(held) <= sites
    for area in areas:
        assert re.fullmatch(r"a-[0-9.]+", area["id"])
        assert set(area["contributions"]) == KEYS
        assert sum(area["contributions"].values()) == pytest.approx(area["score"])
        assert area["low"] <= area["score"] <= area["high"]
        assert 0 <= area["p_first"] <= area["p_top"] + 1e-12 <= 1 + 1e-9
        assert set(area["unknown"]) <= KEYS
        assert area["place"] in area["places"] or (area["place"] is None and not area["places"])
        assert area["readiness"] == "survei_dulu"
    assert {one["id"] for one in ranked["areas_survey_first"]} == {a["id"] for a in areas}
    assert {(one["gate"], one["question"]) for one in ranked["areas_survey_first"]} == {("G3", 21)}


def test_other_programmes_have_no_areas(demo):
    told = rank_study(demo, programme="kerja-sosial")
    assert not {name for name in told if name.startswith("areas")}


def test_areas_are_part_of_the_recorded_run_and_the_same_twice(demo, ranked):
    again = rank_study(demo, programme=CHILD)
    assert again["areas"] == ranked["areas"]
    with open_study(demo) as study:
        one, other = (study.store.run(told["run"]) for told in (ranked, again))
    assert one.result_sha256 == other.result_sha256
    kept = json.loads(one.result)
    assert [a["id"] for a in kept["areas"]] == sorted(a["id"] for a in ranked["areas"])
    assert kept["areas_excluded"] == []
    assert "text" not in json.dumps([kept["areas"], kept["areas_survey_first"]])


def test_top_cuts_areas_as_it_cuts_sites(demo, ranked):
    told = rank_study(demo, programme=CHILD, top=5)
    assert [a["id"] for a in told["areas"]] == [a["id"] for a in ranked["areas"][:5]]
    assert len(told["sites"]) == len(told["areas_survey_first"]) == 5


def test_the_table_shows_the_first_desa_and_that_nobody_set_the_weights(ranked):
    lines = ranked_lines(ranked)
    first = ranked["areas"][0]
    assert any(first["id"] in line and first["name"] in line for line in lines)
    weights = words.say("tell.areas_weights", text=words.say("weights.initial"))
    assert weights in lines
    assert ranked["areas_sureness"]["text"] in lines


def test_why_explains_an_area_by_its_id_without_naming_the_programme(demo, ranked):
    area = ranked["areas"][40]
    told = why_site(demo, area["id"])
    assert told["contributions"] == area["contributions"]
    assert told["site"]["rank"] == area["rank"]
    assert [place["id"] for place in told["site"]["places"]] == area["places"]
    assert {row["criterion"] for row in told["unknown"]} == set(area["unknown"])
    assert {gate["gate"] for gate in told["gates"]} == {"G3", "G7", "G9"}
    assert told["sureness"]["p_top"] == area["p_top"]
    said = why_lines(told)
    assert any(words.say("criterion.hosts_near") in line for line in said)
    assert told["flip"]["text"] in said


def test_a_desa_lifted_as_why_says_enters_the_first_ten(demo, ranked):
    area = ranked["areas"][40]["id"]
    told = [row for row in why_site(demo, area)["counterfactuals"] if row["lift"]]
    assert told
    with open_study(demo) as study:
        places, inputs = compute(study, CHILD)
        found = areas_of(study, places, inputs).study
    row, keys = found.candidates.ids.index(area), [c.key for c in found.criteria]
    for one in told:
        k, mean, unknown = (
            keys.index(one["criterion"]),
            found.matrix.mean.copy(),
            found.matrix.unknown.copy(),
        )
        mean[row, k], unknown[row, k] = one["lift"]["value"], False
        matrix = replace(found.matrix, mean=mean, unknown=unknown)
        ranking = rank_candidates(matrix, found.judgement, found.ranking.weights)
        assert ranking.rank[np.flatnonzero(ranking.order == row)[0]] <= 10


def test_an_area_of_another_programme_or_of_no_desa_is_refused_in_words(demo, ranked):
    with pytest.raises(TapakError) as fault:
        why_site(demo, ranked["areas"][0]["id"], programme="kerja-sosial")
    assert fault.value.code == "why.no_areas"
    with pytest.raises(TapakError) as fault:
        why_site(demo, "a-99.99.99.9999")
    assert fault.value.code == "why.not_found"


def test_a_visit_at_a_place_makes_its_desa_ready_and_tells_what_the_head_said(visited):
    folder, before = visited
    told = rank_study(folder, programme=CHILD)
    area = area_of(told, before["id"])
    site = next(s for s in told["sites"] if s["id"] == before["places"][1])
    assert area["place"] == site["id"]
    assert area["readiness"] == site["readiness"] != "survei_dulu"
    assert area["id"] not in {one["id"] for one in told["areas_survey_first"]}
    assert before["unknown"].count("village_willing") == 1
    assert "village_willing" not in area["unknown"]
    others = [a for a in told["areas"] if a["id"] != area["id"]]
    assert all("village_willing" in a["unknown"] for a in others)
    row = next(
        r for r in why_site(folder, area["id"])["evidence"] if r["criterion"] == "village_willing"
    )
    assert (row["value"], row["source"], row["by"]) == (4.0, "u-1", "A")


def test_a_set_for_juveniles_keeps_to_sundays_and_five_hours(visited):
    folder, before = visited
    must = before["places"][1]
    told = choose_set(folder, asked(count=12, must=(must,)), programme=CHILD)
    with open_study(folder) as study:
        result, _ = compute(study, CHILD)
    rows = result.evidence
    said = rows.loc[(rows["criterion"] == "capacity") & (rows["origin"] == "register")]
    places = dict(zip(said["candidate"], said["value"], strict=True))
    hours = hours_of(told)
    for site in set(hours) - {must}:  # places a day, one day a week, five hours
        assert hours[site] <= 5 * places.get(site, 1.0) + 1e-6
    assert max(hours.values()) > 5  # what the register says of places is used
    for site in told["opened"]:
        assert site["slot"]["days"] == ["sunday", "school_holiday"]
        assert (site["slot"]["days_week"], site["slot"]["hours_day"]) == (1.0, 5.0)
        assert site["separate"] is (True if site["id"] == must else None)
    said = set_lines(told)
    unknown = sum(site["separate"] is None for site in told["opened"])
    assert words.say("tell.not_separate", n=unknown) in said
    assert any("Minggu" in line for line in said)


def test_a_set_for_adults_has_no_slot_and_a_week_of_office_hours(demo):
    told = choose_set(demo, asked(count=3, share_0_1=0.0))
    assert all("slot" not in site for site in told["opened"])
    assert max(hours_of(told).values()) > 5 * 7
