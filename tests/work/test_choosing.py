"""Choosing a set and an office on a demo district, and what cannot be met said in words."""

import pytest

from geo.errors import TapakError
from work.branch import choose_branch, office_lines
from work.choosing import asked, choose_set, parse_caps
from work.ranking import rank_study
from work.studies import demo_study


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pilih") / "studi"
    demo_study(folder, seed=6, scale=0.25)
    return folder


@pytest.fixture(scope="module")
def chosen(demo):
    return choose_set(demo, asked(count=12))


def test_twelve_sites_serve_every_kecamatan_or_say_which_cannot_be(chosen):
    assert 0 < len(chosen["opened"]) <= 12
    short = {k for k, share in chosen["served_by_kecamatan"].items() if share < 0.5 - 1e-6}
    given_up = set(chosen["clash"]["give_up"]) if chosen["clash"] else set()
    assert {f"share:{k}" for k in short} <= given_up
    assert len(chosen["served_by_kecamatan"]) == 20


def test_what_is_sent_is_within_the_limit_and_to_opened_sites_only(chosen):
    opened = {site["id"] for site in chosen["opened"]}
    assert {sent["site"] for sent in chosen["assigned"]} <= opened
    assert max(sent["minutes"] for sent in chosen["assigned"]) <= 45
    total = sum(sent["hours_week"] for sent in chosen["assigned"])
    whole = chosen["demand_hours_week"]["mid"]
    assert total / whole == pytest.approx(chosen["served_share"], abs=1e-6)


def test_no_site_that_is_excluded_is_ever_chosen(demo, chosen):
    ranked = {site["id"] for site in rank_study(demo)["sites"]}
    assert {site["id"] for site in chosen["opened"]} <= ranked
    assert set(chosen["to_survey"]) <= {site["id"] for site in chosen["opened"]}


def test_must_and_must_not_hold(demo, chosen):
    first = chosen["opened"][0]["id"]
    without = choose_set(demo, asked(count=12, must_not=(first,)))
    assert first not in {site["id"] for site in without["opened"]}
    again = choose_set(demo, asked(count=12, must=(first,)))
    assert first in {site["id"] for site in again["opened"]}


def test_an_impossible_request_is_explained_in_words(demo):
    told = choose_set(demo, asked(count=1, max_minutes=10, share_0_1=0.9), time_limit_s=20)
    assert told["clash"]["proved"] in {"arithmetic", "relaxation", "search"}
    assert told["clash"]["give_up"]
    assert told["clash"]["text"]


def test_caps_are_read_or_refused():
    assert parse_caps(["school=4", "market=0"]) == {"school": 4, "market": 0}
    with pytest.raises(TapakError):
        parse_caps(["school"])


def test_an_office_saves_against_today_and_names_its_rivals(demo):
    told = choose_branch(demo, count=1, today="109.24,-7.42")
    assert len(told["chosen"]) == 1
    assert told["after"]["mean_min"] < told["today"]["mean_min"]
    assert told["saved_hours_per_year"] > 0
    assert len(told["by_desa"]) == 278
    saved = sum(row["saved_hours_per_year"] for row in told["by_desa"])
    assert saved == pytest.approx(told["saved_hours_per_year"])
    assert told["clear_winner"] == (not told["rivals"])
    two = choose_branch(demo, count=2, today="109.24,-7.42")
    assert two["after"]["mean_min"] <= told["after"]["mean_min"] + 1e-9


def test_no_estimate_of_demand_per_desa_leaves_the_program(demo):
    """Scenario 8: demand stays per kecamatan."""
    told = choose_branch(demo, count=1, today="109.24,-7.42")
    assert all("demand" not in row for row in told["by_desa"])


def test_kilometres_follow_the_quickest_way_and_the_way_is_named(demo):
    told = choose_branch(demo, count=1, today="109.70,-7.40")
    assert told["travel"] == told["today"]["travel"] == "streets"
    assert 0 < told["after"]["mean_km"] < told["today"]["mean_km"]
    rows = told["by_desa"]
    assert sum(row["saved_km_per_year"] for row in rows) == pytest.approx(told["saved_km_per_year"])
    stays = [row for row in rows if row["office"] is None]
    assert all(row["after_km"] == row["today_km"] for row in stays)
    said = office_lines(told)
    assert any("jaringan jalan" in line for line in said)
    afar = choose_branch(demo, count=1, today="109.24,-7.42")
    assert (afar["travel"], afar["today"]["travel"]) == ("streets", "straight-line")
    assert any("Sebagian perjalanan" in line for line in office_lines(afar))
