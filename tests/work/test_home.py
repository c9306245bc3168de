"""The first page: every figure counted a second way, and the next step in the order a study grows."""

import pytest

from work.board import open_board
from work.home import home, home_map, next_step
from work.living import site_lives, take_step
from work.ranking import rank_study
from work.studies import new_study

UNTIL = {"agreement": "PKS 7/2026", "agreement_until": "2031-01-01"}
WHOLE = {
    "ranked": 9, "excluded": 1, "missing": [], "waiting": 0, "weights_agreed": True,
    "visited_shortlist": 9, "shortlist": 9, "planned": True, "listed": 3,
}  # fmt: skip


def test_the_figures_are_those_of_the_ranking(study):
    told, ranked = home(open_board(study)), rank_study(study)
    assert told["ranked"] == len(ranked["sites"])
    assert told["excluded"] == len(ranked["excluded"])
    assert told["survey_first"] == sum(s["readiness"] == "survei_dulu" for s in ranked["sites"])
    assert (told["listed"], told["kecamatan_served"], told["visited"]) == (0, 0, 0)
    best = max(s["p_first"] for s in ranked["sites"])
    assert told["leaders"][0]["p_first"] == pytest.approx(best, abs=0.05)
    top = ranked["sites"][:10]
    assert told["unknown_share"] == pytest.approx(1 - sum(s["coverage"] for s in top) / len(top))


def test_an_approved_site_is_counted_with_its_kecamatan(study):
    site = next(s["site"] for s in site_lives(study)["sites"] if s["state"] == "screened")
    take_step(study, site, "bersedia")
    take_step(study, site, "approved", **UNTIL)
    told = home(open_board(study))
    assert (told["listed"], told["kecamatan_served"]) == (1, 1)
    assert told["states"]["approved"] == 1
    assert sum(a["listed"] for a in told["agencies"]) == 1


@pytest.mark.parametrize(
    ("change", "step"),
    [
        ({}, "report"),
        ({"listed": 0}, "approve"),
        ({"listed": 0, "visited_shortlist": 2}, "visit"),
        ({"visited_shortlist": 2, "planned": False}, "plan"),
        ({"weights_agreed": False, "visited_shortlist": 2}, "weights"),
        ({"waiting": 2, "weights_agreed": False}, "review"),
        ({"waiting": 2, "missing": [{"kind": "boundary"}]}, "layers"),
        ({"ranked": 0, "excluded": 0, "missing": [{"kind": "boundary"}]}, "assets"),
    ],
)
def test_the_next_step_is_the_first_that_is_due(change, step):
    assert next_step(WHOLE | change) == step


def test_an_empty_study_says_what_to_begin_with(tmp_path):
    new_study(tmp_path / "baru", name="Kabupaten Baru")
    told = home(open_board(tmp_path / "baru"))
    assert (told["next"], told["leaders"], told["ranked"]) == ("assets", [], 0)
    assert {m["kind"] for m in told["missing"] if "kind" in m} >= {"boundary", "assets"}


def test_the_map_is_one_page_that_asks_nothing_of_the_outside(study):
    page = home_map(open_board(study))
    assert "Content-Security-Policy" in page
    assert "https://" not in page.replace("https://leafletjs.com", "").split("<body>")[1][:5000]
