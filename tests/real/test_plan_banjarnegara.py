"""A plan of visits on the first user's regency: every day holds, as the crow flies and said so."""

import datetime as dt

import pytest
from shared import banjarnegara

from work.planning import plan_visits


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return banjarnegara(tmp_path_factory.mktemp("bjn-rencana") / "studi")


def test_two_teams_and_three_days_from_the_middle_of_the_shortlist(study):
    plan = plan_visits(study, teams=2, days=3, first_day=dt.date(2026, 11, 25))
    assert plan["travel"] == "straight-line"
    assert plan["from"]["what"] == "median"
    assert len(plan["days"]) == 6
    seen = {s["site"] for d in plan["days"] for s in d["stops"]}
    assert len(seen) >= 15
    assert 0.1 <= len(plan["double_visits"]) / len(seen) <= 0.2
    assert sum(s["in_front"] for d in plan["days"] for s in d["stops"]) >= 8
    friday = [d for d in plan["days"] if d["date"] == "2026-11-27"]
    for stop in (s for d in friday for s in d["stops"]):
        assert stop["leave"] <= "11:30" or stop["arrive"] >= "13:00"


def test_a_team_from_purwokerto_rides_out_and_back_within_seven_hours(study):
    plan = plan_visits(
        study, teams=1, days=1, start_from="109.24,-7.42", first_day=dt.date(2027, 5, 21)
    )
    (day,) = plan["days"]
    assert day["minutes"] <= 420
    assert day["back"] <= "14:30"
    assert plan["back_checks"]
