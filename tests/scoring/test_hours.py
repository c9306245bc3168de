"""Hours a week of sites and of demand: unknown is assumed and marked, small counts stay hidden."""

import numpy as np
import pandas as pd
import pytest

from geo.errors import InputError
from scoring.hours import AssumedDemand, AssumedSite, spread_demand, weekly_capacity

DESA = pd.DataFrame(
    {
        "id": ["a-1", "a-2", "a-3", "a-4"],
        "kecamatan": ["Utara", "Utara", "Selatan", "Selatan"],
        "population": [1000.0, 3000.0, 2000.0, 2000.0],
    }
)


def test_capacity_is_the_smaller_of_need_and_places_within_the_legal_day():
    found = weekly_capacity([30, 400, 30], [2, 2, 0], [10, 10, 8], [5, 5, 5], most_hours_day=8)
    assert list(found.hours_week) == [30, 80, 0]  # need · 2 places × 8 h × 5 days · nobody
    assert not found.assumed.any()


def test_a_juvenile_s_day_is_shorter():
    found = weekly_capacity([400], [3], [8], [1], most_hours_day=5)
    assert found.hours_week[0] == 15


def test_what_is_unknown_is_assumed_and_marked_and_zero_stays_zero():
    nan = np.nan
    found = weekly_capacity(
        [nan, 0.0], [nan, nan], nan, nan, most_hours_day=8, assumed=AssumedSite()
    )
    assert list(found.hours_week) == [12.0, 0.0]
    assert found.assumed.tolist() == [[True] * 4, [False, True, True, True]]


@pytest.mark.parametrize("bad", [([-1], [1], [8], [5]), ([1], [1], [8], [8])])
def test_a_week_that_cannot_be_is_refused(bad):
    with pytest.raises(InputError):
        weekly_capacity(*bad, most_hours_day=8)


def test_a_kecamatan_s_count_is_spread_by_population_and_adds_up():
    demand = pd.DataFrame(
        {"kecamatan": ["Utara", "Selatan"], "sentences_per_year": [20, 10], "mean_hours": [52, 104]}
    )
    found = spread_demand(demand, DESA)
    assert list(found["amount"]) == [5, 15, 5, 5]
    assert list(found["hours_mid"]) == [5, 15, 10, 10]  # 5 sentences × 52 h / 52 weeks
    assert list(found["hours_low"]) == list(found["hours_high"]) == list(found["hours_mid"])
    assert set(found["basis"]) == {"count"}
    assert found["estimate"].all()


def test_a_hidden_count_is_assumed_from_the_people_and_no_total_gives_it_back():
    hidden = pd.DataFrame({"kecamatan": ["Utara"], "sentences_per_year": [np.nan]})
    one = spread_demand(hidden, DESA, assumed=AssumedDemand(per_100k_year=50.0))
    other = spread_demand(hidden.assign(sentences_per_year=[30.0]), DESA)
    assert one["amount"].to_numpy() == pytest.approx(DESA["population"].to_numpy() * 50 / 1e5)
    assert set(one["basis"]) == {"assumed"}
    # what is assumed for Selatan does not move with what is known of Utara
    assert other["amount"][2] == pytest.approx(2000 * 25 / 1e5)
    assert (one["hours_low"] < one["hours_mid"]).all()
    assert (one["hours_mid"] < one["hours_high"]).all()


def test_a_desa_without_people_known_gets_the_middle_one_and_says_so():
    desa = DESA.assign(population=[1000.0, np.nan, 2000.0, 2000.0])
    demand = pd.DataFrame({"kecamatan": ["Utara"], "clients": [20.0]})
    found = spread_demand(demand, desa, count="clients")
    assert list(found["population_assumed"]) == [False, True, False, False]
    assert list(found["amount"])[:2] == [10, 10]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ({"kecamatan": ["Utara"], "sentences_per_year": [3]}, "siting.small_count"),
        ({"kecamatan": ["Utara"], "sentences_per_year": [-1]}, "siting.small_count"),
        ({"kecamatan": ["Barat"], "sentences_per_year": [9]}, "siting.unknown_kecamatan"),
        ({"kecamatan": ["Utara"] * 2, "sentences_per_year": [9, 9]}, "siting.kecamatan_twice"),
    ],
)
def test_demand_that_cannot_be_used_is_refused_without_its_numbers(rows, code):
    with pytest.raises(InputError) as caught:
        spread_demand(pd.DataFrame(rows), DESA)
    assert caught.value.code == code
    assert "3" not in caught.value.say(lang="id")


def test_desa_without_any_people_known_are_refused():
    demand = pd.DataFrame({"kecamatan": ["Utara"], "sentences_per_year": [9]})
    with pytest.raises(InputError, match="penduduk"):
        spread_demand(demand, DESA.assign(population=np.nan))
