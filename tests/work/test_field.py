"""Accepted visits in a ranking: points move, hazards never fall, and arrival never matters."""

import itertools
import json
import shutil
from pathlib import Path

import pytest
from returned import good, submission, web_file

from data.workspace import open_study
from surveys.review import away_m
from work.collecting import collect
from work.judging import judge_response, waiting
from work.ranking import rank_study, why_site
from work.studies import demo_study
from work.tell import ranked_lines, why_lines


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lapangan") / "studi"
    demo_study(folder, seed=6, scale=0.1)
    told = rank_study(folder)
    return folder, told


@pytest.fixture
def before(made):
    return made[1]


@pytest.fixture
def study(made, tmp_path):
    return Path(shutil.copytree(made[0], tmp_path / "studi"))


@pytest.fixture
def placed(before):
    return [s for s in before["sites"] if s["placed"] == "point"]


def result_of(folder, run):
    with open_study(folder) as opened:
        return opened.store.run(run).result


def site_of(told, name):
    return next(s for s in told["sites"] if s["id"] == name)


def test_a_point_far_from_its_register_moves_the_site_and_all_that_is_spatial(
    study, before, placed, tmp_path
):
    site = placed[0]
    here = (site["lon"] + 1800 / 110_400, site["lat"])
    told = collect(study, web_file(tmp_path / "a.json", submission("u-1", site["id"], lonlat=here)))
    assert told["accepted"] == 1
    assert [r["severity"] for r in told["review"]] == ["warn"]
    after = rank_study(study)
    now = site_of(after, site["id"])
    assert (now["lon"], now["lat"]) == pytest.approx(here, abs=1e-6)
    changed = {k for k, v in now["contributions"].items() if v != site["contributions"][k]}
    assert changed & {"client_access", "landslide", "health_response", "slope", "flood"}
    why = why_site(study, site["id"])
    (row,) = [r for r in why["evidence"] if r["link"] == "position"]
    assert (row["source"], row["by"], row["sd"]) == ("u-1", "A", 6.0)
    assert row["value"] == pytest.approx(away_m((site["lon"], site["lat"]), here), rel=1e-6)
    assert why_lines(why)
    others = {s["id"]: s["contributions"] for s in before["sites"] if s["id"] != site["id"]}
    assert {s["id"]: s["contributions"] for s in after["sites"] if s["id"] in others} == others


def test_a_very_unsure_point_moves_nothing(study, placed, tmp_path):
    site = placed[0]
    here = (site["lon"] + 0.02, site["lat"])
    one = submission("u-1", site["id"], lonlat=here, accuracy_m=500.0)
    collect(study, web_file(tmp_path / "a.json", one))
    now = site_of(rank_study(study), site["id"])
    assert (now["lon"], now["lat"]) == (site["lon"], site["lat"])


def test_not_seeing_cracks_never_makes_a_place_safer(study, placed, tmp_path):
    seen = [
        submission(f"u-{n}", s["id"], answers={"q15": "tidak_terlihat", "q16": "tidak"})
        for n, s in enumerate(placed[:20])
    ]
    assert collect(study, web_file(tmp_path / "a.json", *seen))["accepted"] == len(seen)
    after = rank_study(study)
    hazards = ("landslide", "flood", "flash_flood")
    for site in placed[:20]:
        now = site_of(after, site["id"])
        for key in set(hazards) & set(now["contributions"]):
            assert now["contributions"][key] <= site["contributions"][key]
        assert now["coverage"] <= site["coverage"]


def test_nothing_waiting_changes_the_ranking_by_a_byte(study, before, placed, tmp_path):
    site = placed[0]
    one = submission("u-1", site["id"], answers=good(q06=0), lonlat=(10.0, 50.0))
    collect(study, web_file(tmp_path / "a.json", one))
    after = rank_study(study)
    assert result_of(study, after["run"]) == result_of(study, before["run"])
    assert after["moved"] == []
    judge_response(study, "reject", "u-1", by="x")
    assert result_of(study, rank_study(study)["run"]) == result_of(study, before["run"])


def files_of(placed, folder):
    shift = 0.004
    groups = [
        [
            submission("u-1", placed[0]["id"], answers=good(q06=4), lonlat=_near(placed[0], shift)),
            submission("u-2", placed[1]["id"], answers=good(q13="2"), team="B"),
        ],
        [
            submission("u-1", placed[0]["id"], answers=good(q06=30), revision=1),
            submission("u-3", placed[2]["id"], answers=good(q05="menolak"), team="B"),
        ],
        [
            submission(
                "u-4", placed[0]["id"], answers=good(q20="2"), lonlat=_near(placed[0], 0.001)
            ),
            submission("u-5", placed[1]["id"], answers=good(q06=100), surveyor="S-u-2"),
        ],
    ]
    return [web_file(folder / f"{n}.json", *g) for n, g in enumerate(groups)]


def _near(site, degrees):
    return (site["lon"] + degrees, site["lat"])


def test_order_of_import_never_matters_and_twice_is_once(study, placed, tmp_path):
    files = files_of(placed, tmp_path)
    results = set()
    for n, order in enumerate(itertools.permutations(files)):
        copy = Path(shutil.copytree(study, tmp_path / f"studi-{n}"))
        for source in (*order, *order) if n == 0 else order:
            collect(copy, source)
        results.add(result_of(copy, rank_study(copy)["run"]))
    assert len(results) == 1
    assert results != {result_of(study, rank_study(study)["run"])}


def queue_of(folder):
    """What waits for a reviewer, without the numbers of arrival."""
    told = waiting(folder)["responses"]
    shown = [{n: v for n, v in row.items() if n != "version"} for row in told]
    return sorted(json.dumps(row, sort_keys=True) for row in shown)


def test_conflicts_edits_and_clashing_visits_give_one_ranking_and_one_queue_in_any_order(
    study, placed, tmp_path
):
    """Two files say other things under one id, a third edits another visit, a fourth clashes."""
    one, other = placed[0]["id"], placed[1]["id"]
    near = {"started_at": "2026-11-20T09:10:00+07:00", "ended_at": "2026-11-20T09:50:00+07:00"}
    told = [
        [submission("u-1", one, answers=good(q06=10)), submission("u-2", other, answers=good())],
        [submission("u-1", one, answers=good(q06=200))],
        [submission("u-2", other, answers=good(q06=99), revision=1)],
        [submission("u-3", one, answers=good(q13="1"), surveyor="S-u-2", **near)],
    ]
    files = [web_file(tmp_path / f"{n}.json", *rows) for n, rows in enumerate(told)]
    orders = [*itertools.permutations(range(4))][::5]
    results, queues = set(), set()
    for n, order in enumerate(orders):
        copy = Path(shutil.copytree(study, tmp_path / f"studi-{n}"))
        for at in (*order, *order) if n % 2 else order:
            collect(copy, files[at])
        results.add(result_of(copy, rank_study(copy)["run"]))
        queues.add(tuple(queue_of(copy)))
    assert len(orders) == 5
    assert len(results) == 1
    (queue,) = queues
    assert sum('"status": "conflict"' in row for row in queue) == 2
    assert len(queue) == 4  # both sides of the conflict, and the two visits at one time


def test_a_run_tells_who_moved_because_of_whose_visit_and_keeps_it_out_of_the_result(
    study, placed, tmp_path
):
    last = placed[-1]
    answers = good(q06=200, q13="5", q20="5", q21="5", q22_a="5", q22_b="5")
    one = submission("u-1", last["id"], answers=answers, team="B")
    collect(study, web_file(tmp_path / "a.json", one))
    after = rank_study(study)
    (own,) = [m for m in after["moved"] if m["site"] == last["id"]]
    assert (own["from"], own["to"]) == (last["rank"], site_of(after, last["id"])["rank"])
    assert own["to"] < own["from"]
    assert {"criterion": "labour_need", "submission": "u-1", "team": "B"} in own["because"]
    others = [m for m in after["moved"] if m["site"] != last["id"]]
    assert others
    assert all(m["because"] == [] for m in others)
    assert any(last["name"] in line and "B" in line for line in ranked_lines(after))
    assert "moved" not in json.loads(result_of(study, after["run"]))
    again = rank_study(study)
    assert again["moved"] == []
    assert result_of(study, again["run"]) == result_of(study, after["run"])


def test_a_refusal_takes_a_site_off_the_list_and_moved_says_whose_visit_told(
    study, placed, tmp_path
):
    site = placed[0]
    visits = [
        submission(f"u-{n}", site["id"], answers=good(q05="menolak", q05_surat="surat.jpg"), team=t)
        for n, t in enumerate("AB")
    ]
    collect(study, web_file(tmp_path / "a.json", *visits))
    after = rank_study(study)
    (own,) = [m for m in after["moved"] if m["site"] == site["id"]]
    assert own["to"] is None
    assert {c["team"] for c in own["because"] if c["criterion"] == "G3"} == {"A", "B"}


def test_what_was_said_for_one_programme_is_not_said_for_another(study, placed, tmp_path):
    one = submission("u-1", placed[0]["id"], answers=good())
    collect(study, web_file(tmp_path / "a.json", one))
    told = why_site(study, placed[0]["id"], programme="pelayanan-masyarakat")
    assert [r for r in told["evidence"] if r["source"] == "u-1"] == []
