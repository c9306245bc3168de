"""`tapak plan` on a demo district: the contract, where days start, and what is kept."""

import datetime as dt

import pytest

from data.workspace import open_study
from geo.errors import TapakError
from surveys.sites import pack_sites
from work.planned import plan_lines
from work.planning import plan_visits
from work.ranking import compute, rank_study
from work.studies import demo_study


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rencana") / "studi"
    demo_study(folder, seed=6, scale=0.25)
    return folder


@pytest.fixture(scope="module")
def first_site(demo):
    return next(s for s in rank_study(demo)["sites"] if s["placed"] == "point")


@pytest.fixture(scope="module")
def plan(demo, first_site):
    return plan_visits(
        demo, teams=2, days=3, start_from=first_site["id"], first_day=dt.date(2027, 5, 19)
    )


def test_the_plan_is_what_the_contract_promises(plan):
    assert {"id", "days", "double_visits", "not_fitting", "back_checks", "travel"} <= set(plan)
    assert plan["travel"] == "streets"
    assert plan["from"]["what"] == "site"
    for day in plan["days"]:
        assert day["team"] in {"A", "B"}
        assert day["day"] in {1, 2, 3}
        assert 0 < day["minutes"] <= 420
        assert all(stop["arrive"] < stop["leave"] for stop in day["stops"])
    seen = {s["site"] for d in plan["days"] for s in d["stops"]}
    assert 0.1 <= len(plan["double_visits"]) / len(seen) <= 0.2
    assert all(left["reason"] for left in plan["not_fitting"])


def test_survei_dulu_of_the_shortlist_is_visited_or_named(demo, plan):
    front = {s["id"] for s in rank_study(demo, top=10)["sites"] if s["readiness"] == "survei_dulu"}
    seen = {s["site"] for d in plan["days"] for s in d["stops"]}
    left = {s["site"] for s in plan["not_fitting"]}
    assert front <= seen | left
    assert {s["site"] for d in plan["days"] for s in d["stops"] if s["in_front"]} == front & seen


def test_the_plan_is_kept_and_made_the_same_again(demo, plan, first_site):
    again = plan_visits(
        demo, teams=2, days=3, start_from=first_site["id"], first_day=dt.date(2027, 5, 19)
    )
    assert again["days"] == plan["days"]
    with open_study(demo) as study:
        kept = study.store.latest_plan()
    assert kept.id == again["id"]
    assert list(kept.days) == again["days"]


def test_without_a_start_the_active_office_is_taken_and_said(demo):
    plan = plan_visits(demo, teams=1, days=1, first_day=dt.date(2027, 5, 21))
    assert plan["from"]["what"] == "office"
    assert "Purwokerto" in plan["from"]["name"]
    assert plan["travel"] == "straight-line"
    assert all(d["minutes"] <= 420 and d["back"] <= "14:30" for d in plan["days"])
    assert plan_lines(plan)[0].startswith(f"Rencana {plan['id']}")


def test_what_a_team_carries_says_what_each_site_must_answer(demo, plan):
    with open_study(demo) as study:
        result, _ = compute(study)
    sites = pack_sites(result, plan["days"], team="A")
    own = [d for d in plan["days"] if d["team"] == "A"]
    assert [s.id for s in sites] == [x["site"] for d in own for x in d["stops"]]
    for site in sites:
        assert site.must_answer
        assert len(set(site.must_answer)) == len(site.must_answer)
        assert 24 not in site.must_answer  # asked of offices only
        assert site.reasons
        assert site.kind_text
        assert site.order >= 1
    assert any(5 in s.must_answer for s in sites)


@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": "becak"},
        {"start": "15.00", "end": "07.30"},
        {"start": "pagi"},
        {"start_from": "tidak ada"},
        {"start_from": "999,0"},
    ],
)
def test_a_wrong_request_is_one_plain_sentence(demo, wrong):
    with pytest.raises(TapakError) as fault:
        plan_visits(demo, teams=1, days=1, **wrong)
    assert len(str(fault.value).splitlines()) == 1
