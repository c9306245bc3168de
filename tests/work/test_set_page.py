"""A set and an office as a page shows them: sums that agree, order, maps, the official list."""

import json
import re

import pytest

from work.choosing import asked
from work.living import take_step
from work.set_page import office_page, set_page

UNTIL = {"agreement": "PKS 7/2026", "agreement_until": "2031-01-01"}
K = "kerja-sosial"


def page_of(text):
    found = re.search(r'id="tapak-data">(.*?)</script>', text, re.DOTALL)
    return json.loads(found[1])


@pytest.fixture(scope="module")
def told(small_demo):
    return set_page(small_demo, asked(count=4, max_minutes=90, share_0_1=0.2), programme=K)


def test_hours_of_the_opened_sites_are_those_of_their_desa(told):
    assert told["opened"]
    ranks = [one["rank"] for one in told["opened"]]
    assert ranks == sorted(ranks)
    sent = sum(row["hours_week"] for row in told["assigned"])
    assert sum(one["hours_week"] for one in told["opened"]) == pytest.approx(sent)
    for one in told["opened"]:
        own = [row for row in told["assigned"] if row["site"] == one["id"]]
        assert one["desa"] == len({row["desa"] for row in own})
        assert min(r["minutes"] for r in own) <= one["mean_min"] <= max(r["minutes"] for r in own)


def test_kecamatan_stand_from_the_least_served(told):
    shares = [round(100 * one["served_share"]) for one in told["kecamatan"]]
    assert shares == sorted(shares)
    assert sum(one["sites"] for one in told["kecamatan"]) == len(told["opened"])


def test_travel_is_compared_with_the_official_list_once_there_is_one(study, told):
    assert told["travel"]["today"] is None
    site = told["opened"][0]["id"]
    take_step(study, site, "bersedia")
    take_step(study, site, "approved", **UNTIL)
    now = set_page(study, asked(count=4, max_minutes=90, share_0_1=0.2), programme=K)
    today, after = now["travel"]["today"], now["travel"]["after"]
    assert today["mean_min"] >= after["mean_min"] > 0
    assert today["p90_min"] >= after["p90_min"]
    assert 0 < after["within_share"] <= 1


def test_the_map_of_catchments_names_the_sites_and_draws_every_desa(told):
    data = page_of(told["map"])
    names = [label for label, _ in data["layers"][0]["legend"]]
    assert names[:-1] == [f"{one['rank']}. {one['name']}" for one in told["opened"]]
    assert names[-1] == "belum terlayani"
    assert len(data["sites"]["rank"]) == len(told["opened"])


def test_a_clash_is_told_in_words(small_demo):
    found = set_page(
        small_demo, asked(count=1, exactly=True, max_minutes=10, share_0_1=1.0), programme=K
    )
    assert found["clash"]["text"]
    assert found["text"]


def test_an_office_tells_both_maps_its_rivals_and_what_it_saves(small_demo):
    found = office_page(small_demo, count=1, today="109.24,-7.42")
    assert found["after"]["mean_min"] < found["today"]["mean_min"]
    assert found["saved_hours_per_year"] > 0
    assert found["names"][found["chosen"][0]["id"]] == found["chosen"][0]["name"]
    assert all(one["name"] for one in found["rivals"])
    before, after = (page_of(found[name]) for name in ("map_before", "map_after"))
    assert (len(before["sites"]["rank"]), len(after["sites"]["rank"])) == (0, 1)
    classes = [label for label, _ in found["key"]]
    assert [label for label, _ in after["layers"][0]["legend"]] == classes
