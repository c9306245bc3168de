"""The whole line on the demo district: files in, ranking, map and forms out."""

import json
from itertools import permutations
from pathlib import Path

import pytest

from data.demo import write_district
from data.workspace import open_study
from work.add import add_files
from work.check import check_study
from work.mapping import map_study
from work.ranking import rank_study, why_site
from work.studies import demo_study, new_study

SCALE = 0.25


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "studi"
    demo_study(folder, seed=3, scale=SCALE)
    return folder


@pytest.fixture(scope="module")
def ranked(demo):
    return rank_study(demo)


def test_the_demo_is_ranked_and_says_synthetic(ranked):
    assert ranked["synthetic"] is True
    assert ranked["programme"] == "kerja-sosial"
    assert len(ranked["sites"]) > 50
    assert ranked["excluded"]
    assert [s["rank"] for s in ranked["sites"]] == sorted(s["rank"] for s in ranked["sites"])


def test_contributions_sum_to_the_score_and_scores_lie_in_their_interval(ranked):
    for site in ranked["sites"]:
        assert sum(site["contributions"].values()) == pytest.approx(site["score"], abs=1e-12)
        assert site["low"] <= site["score"] <= site["high"]
        assert 0 <= site["coverage"] <= 1


def test_travel_is_measured_and_what_only_a_visit_tells_is_listed_as_assumed(demo, ranked):
    told = why_site(demo, ranked["sites"][0]["id"])
    unknown = {row["criterion"] for row in told["unknown"]}
    measured = {row["criterion"] for row in told["evidence"]}
    assert {"client_access", "public_transport", "health_response", "officer_reach"} <= measured
    assert {"work_safety", "community_acceptance", "dignity"} <= unknown
    office = next(row for row in told["evidence"] if row["criterion"] == "officer_reach")
    assert "straight-line" in office["source"]  # today's office lies in another regency
    assert all(row["source"] for row in told["evidence"])
    assert all(row["sd"] >= 0 for row in told["evidence"])


def test_a_run_is_recorded_and_the_next_one_is_chained_to_it(demo, ranked):
    again = rank_study(demo)
    with open_study(demo) as study:
        runs = study.store.runs()
    assert [r.id for r in runs[-2:]][-1] == again["run"]
    assert runs[-1].previous == runs[-2].record_sha256
    assert runs[-1].result_sha256 == runs[0].result_sha256
    assert ranked["run"] in {r.id for r in runs}


def test_the_other_programmes_rank_too(demo):
    offices = rank_study(demo, programme="pos-bapas")
    kinds = {s["kind"] for s in offices["sites"]}
    assert "school" not in kinds
    assert "former_office" in kinds
    assert rank_study(demo, programme="pelayanan-masyarakat")["sites"]


def test_top_keeps_survey_first_a_subset_of_sites(demo):
    few = rank_study(demo, top=5)
    assert len(few["sites"]) == 5
    assert {s["id"] for s in few["survey_first"]} <= {s["id"] for s in few["sites"]}


def test_the_map_is_one_file_that_names_what_it_is(demo, tmp_path):
    told = map_study(demo, tmp_path / "peta.html")
    text = (tmp_path / "peta.html").read_text(encoding="utf-8")
    assert told["sites"] > 50
    assert "SINTETIS" in text
    assert "http://" not in text.replace("http://www.w3.org", "")


def test_check_finds_no_contradiction_in_the_demo(demo):
    told = check_study(demo)
    assert told["missing"] == []
    assert [f for f in told["findings"] if "SALAH" in f["reason"]] == []


def test_the_order_of_add_never_matters(tmp_path):
    files = {f.kind: f for f in write_district(tmp_path / "berkas", seed=5, scale=0.1)}
    some = ("boundary", "areas", "assets")
    results = []
    for order in list(permutations(some))[::2]:
        folder = tmp_path / "-".join(order)
        new_study(folder, name="urutan")
        for kind in order:
            add_files(folder, [files[kind].path], kind=kind)
        told = rank_study(folder)
        told.pop("run")
        results.append(json.dumps(told, sort_keys=True))
    assert len(set(results)) == 1


def test_a_second_copy_of_the_same_register_changes_nothing(demo):
    before = rank_study(demo)
    register = next((Path(demo) / "inputs").glob("*daftar_aset*"))
    add_files(demo, [register], kind="assets", synthetic=True)
    after = rank_study(demo)
    for told in (before, after):
        told.pop("run")
    assert before == after
