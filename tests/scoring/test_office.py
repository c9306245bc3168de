"""An office against the office of today: travel, hours and kilometres saved, and what rivals it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import InputError
from scoring.office import TODAY, OfficeTerms, choose_office, service_days
from scoring.travelled import travel, weighted_quantile


def row_of_desa(n=20, m=6, seed=0):
    """Desa along a road of 100 km, today's office at 0, candidates in between; 2 minutes a km."""
    draw = np.random.default_rng(seed)
    here, there = np.sort(draw.uniform(10, 100, n)), np.sort(draw.uniform(20, 95, m))
    km = np.abs(here[:, None] - there[None])
    clients = draw.integers(1, 30, n).astype(float)
    return km * 2, clients, here * 2, km, here


def test_hours_and_kilometres_saved_are_those_of_a_hand_sum():
    minutes, clients = np.array([[30.0], [10.0]]), np.array([2.0, 3.0])
    found = choose_office(
        minutes,
        clients,
        count=1,
        today_min=np.array([90.0, 40.0]),
        distance_km=np.array([[20.0], [5.0]]),
        today_km=np.array([60.0, 25.0]),
    )
    # 2 clients × 12 visits × 2 ways × 60 min + 3 × 12 × 2 × 30 min, in hours
    assert found.saved_hours_per_year == pytest.approx(2 * 24 * 1.0 + 3 * 24 * 0.5)
    assert found.saved_km_per_year == pytest.approx(2 * 24 * 40 + 3 * 24 * 20)
    assert found.today.mean_min == pytest.approx((2 * 90 + 3 * 40) / 5)
    assert found.after.mean_min == pytest.approx((2 * 30 + 3 * 10) / 5)
    assert (found.today.p90_min, found.after.p90_min) == (90.0, 30.0)
    assert list(found.by_desa["office"]) == [0, 0]
    assert found.today.mean_km == pytest.approx((2 * 60 + 3 * 25) / 5)
    assert found.after.mean_km == pytest.approx((2 * 20 + 3 * 5) / 5)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_totals_are_the_sums_of_the_desa_and_nobody_travels_longer_than_today(seed, count):
    minutes, clients, today, km, today_km = row_of_desa(seed=seed)
    found = choose_office(
        minutes, clients, count=count, today_min=today, distance_km=km, today_km=today_km
    )
    table = found.by_desa
    assert found.saved_hours_per_year == pytest.approx(table["saved_hours_per_year"].sum())
    assert (table["after_min"] <= table["today_min"]).all()
    mean = (clients * np.minimum(minutes[:, found.siting.opened].min(axis=1), today)).sum()
    assert found.siting.objective == pytest.approx(mean)
    assert found.after.mean_min == pytest.approx(mean / clients.sum())
    saved = (found.today.mean_min - found.after.mean_min) * clients.sum() * 24 / 60
    assert found.saved_hours_per_year == pytest.approx(saved)


def test_kilometres_may_be_measured_for_the_chosen_columns_alone():
    minutes, clients, today, km, _ = row_of_desa(m=9)
    asked = []

    def some(opened):
        asked.append(opened.tolist())
        return km[:, opened]

    given = {"count": 2, "today_min": today, "today_km": today / 2}
    whole = choose_office(minutes, clients, distance_km=km, **given)
    found = choose_office(minutes, clients, distance_km=some, **given)
    assert asked == [found.siting.opened.tolist()]
    assert found.saved_km_per_year == whole.saved_km_per_year
    assert (found.by_desa["after_km"] == whole.by_desa["after_km"]).all()


def test_a_desa_nearer_to_today_s_office_stays_with_it():
    minutes, clients, today, *_ = row_of_desa()
    today[0] = 0.5
    found = choose_office(minutes, clients, count=1, today_min=today)
    assert found.by_desa["office"][0] == TODAY
    assert found.by_desa["saved_hours_per_year"][0] == 0
    assert np.isnan(found.saved_km_per_year)


def test_an_unknown_time_of_today_is_told_and_not_compared():
    minutes, clients, today, *_ = row_of_desa()
    today[3] = np.nan
    found = choose_office(minutes, clients, count=2, today_min=today)
    assert found.today.known_share == pytest.approx(1 - clients[3] / clients.sum())
    assert found.after.known_share == found.today.known_share
    assert np.isnan(found.by_desa["saved_hours_per_year"][3])
    assert np.isfinite(found.saved_hours_per_year)


def test_a_candidate_without_a_known_way_is_not_chosen():
    minutes, clients, today, *_ = row_of_desa()
    best = choose_office(minutes, clients, count=1, today_min=today).siting.opened[0]
    minutes[:, best] = np.nan
    assert choose_office(minutes, clients, count=1, today_min=today).siting.opened[0] != best


@pytest.mark.parametrize(
    ("terms", "better"),
    [
        (OfficeTerms(method="p_center"), "max"),
        (OfficeTerms(method="max_cover", limit_min=30.0), "near"),
    ],
)
def test_each_method_is_best_at_what_it_is_for(terms, better):
    minutes, clients, today, *_ = row_of_desa(n=40, m=12, seed=4)
    median = choose_office(minutes, clients, count=3, today_min=today)
    other = choose_office(minutes, clients, count=3, today_min=today, terms=terms)
    assert median.after.mean_min <= other.after.mean_min + 1e-9
    if better == "max":
        assert other.by_desa["after_min"].max() <= median.by_desa["after_min"].max()
    else:
        within = [clients[(c.by_desa["after_min"] <= 30).to_numpy()].sum() for c in (other, median)]
        assert within[0] >= within[1]


def test_set_cover_finds_the_number_itself():
    minutes, clients, today, *_ = row_of_desa(n=40, m=12, seed=4)
    limit = float(np.minimum(minutes.min(axis=1), today).max())
    terms = OfficeTerms(method="set_cover", limit_min=limit)
    found = choose_office(minutes, clients, count=1, today_min=today, terms=terms)
    assert found.by_desa["after_min"].max() <= limit


def test_capacity_holds_clients_and_everyone_goes_to_a_chosen_office():
    minutes, clients, today, *_ = row_of_desa(n=30, m=8, seed=2)
    room = clients.sum() * 0.4
    found = choose_office(minutes, clients, count=3, today_min=today, capacity=room)
    held = np.bincount(found.by_desa["office"], weights=clients, minlength=8)
    assert held.max() <= room
    assert (found.by_desa["office"] >= 0).all()
    assert found.rivals == ()


def test_offices_a_minute_apart_are_rivals_and_one_far_behind_is_not():
    clients = np.ones(4)
    today = np.full(4, 100.0)
    minutes = np.array([[10.0, 10.8, 40.0]] * 4)
    found = choose_office(minutes, clients, count=1, today_min=today)
    assert [(r.column, r.instead_of) for r in found.rivals] == [(1, 0)]
    assert found.rivals[0].mean_min == pytest.approx(10.8)


def test_service_days_open_a_kantor_a_day_and_count_the_officers_hours():
    minutes, clients, today, *_ = row_of_desa(n=40, m=12, seed=5)
    officer = np.linspace(40, 120, 12)
    found = service_days(minutes, clients, today_min=today, officer_min=officer, officers=2)
    opened = found.choice.siting.opened
    assert len(opened) == 5
    assert found.officer_hours_per_year == pytest.approx(officer[opened].sum() * 2 / 60 * 2 * 52)
    one = choose_office(minutes, clients, count=1, today_min=today)
    assert found.choice.saved_hours_per_year > one.saved_hours_per_year


def test_the_ninetieth_percentile_is_where_nine_of_ten_clients_are():
    assert weighted_quantile([10, 20, 30], [8, 1, 1], 0.9) == 20
    assert weighted_quantile([30, 10, 20], [1, 8, 1], 0.95) == 30
    assert weighted_quantile([5.0], [3.0], 0.9) == 5.0
    assert np.isnan(travel(np.array([np.nan]), np.array([1.0])).mean_min)


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (OfficeTerms(method="nearest"), "siting.method"),
        (OfficeTerms(method="max_cover"), "siting.no_limit"),
    ],
)
def test_a_method_that_cannot_be_run_is_refused(terms, code):
    minutes, clients, today, *_ = row_of_desa()
    with pytest.raises(InputError) as caught:
        choose_office(minutes, clients, count=1, today_min=today, terms=terms)
    assert caught.value.code == code
    with pytest.raises(InputError):
        choose_office(minutes, clients, count=1, today_min=today[:3])
