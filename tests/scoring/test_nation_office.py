"""New offices over a nation: against brute force, the exact median, and what must always hold."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import InputError
from scoring import nation_office_kernels
from scoring.nation import gini
from scoring.nation_office import GREEDY, Homes, _Search, new_offices
from scoring.nation_travel import travel_told
from scoring.nation_way import (
    EARTH_KM,
    Way,
    arc_km,
    chord_of,
    fit_way,
    minutes_to_nearest,
    on_sphere,
)

WAY = Way(detour=1.5, speed_kmh=30.0, rows=9, error_share=0.1)
ROOMY = 10**9


def problem(seed, n, m):
    rng = np.random.default_rng(seed)
    homes = Homes(
        lon=rng.uniform(108, 112, n),
        lat=rng.uniform(-8, -6, n),
        spread_km=rng.uniform(0, 8, n),
        trips=rng.integers(0, 2000, n).astype(float),
        today_min=rng.uniform(5, 400, n),
    )
    return homes, rng.uniform(108, 112, m), rng.uniform(-8, -6, m)


def haversine_km(lon, lat, to_lon, to_lat):
    """The textbook formula, in the plainest form: a second opinion on the chords."""
    a, b, c, d = (np.radians(x) for x in (lon, lat, to_lon, to_lat))
    h = np.sin((d - b) / 2) ** 2 + np.cos(b) * np.cos(d) * np.sin((c - a) / 2) ** 2
    return 2 * EARTH_KM * np.arcsin(np.sqrt(h))


def table(homes, lon, lat):
    """Minutes from every kecamatan to every place."""
    far = haversine_km(homes.lon[:, None], homes.lat[:, None], lon[None, :], lat[None, :])
    return 60 * WAY.detour / WAY.speed_kmh * np.sqrt(far**2 + homes.spread_km[:, None] ** 2)


def saved(homes, minutes, choice):
    now = np.minimum(homes.today_min, minutes[:, list(choice)].min(axis=1))
    return float((homes.trips * (homes.today_min - now)).sum() / 60)


@pytest.mark.parametrize("seed", range(6))
def test_a_small_choice_is_the_best_of_all_choices(seed):
    homes, lon, lat = problem(seed, n=12, m=9)
    minutes = table(homes, lon, lat)
    found = new_offices(homes, lon, lat, count=3, way=WAY)
    best = max(saved(homes, minutes, c) for c in combinations(range(9), 3))
    assert found.saves_hours.sum() == pytest.approx(best, rel=1e-9)
    assert saved(homes, minutes, found.chosen) == pytest.approx(best, rel=1e-9)
    assert found.at_least_0_1 == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_the_greedy_choice_keeps_the_share_it_promises(seed):
    homes, lon, lat = problem(seed, n=30, m=25)
    minutes = table(homes, lon, lat)
    found = new_offices(homes, lon, lat, count=3, way=WAY, small=0)
    best = max(saved(homes, minutes, c) for c in combinations(range(25), 3))
    share = found.saves_hours.sum() / best
    assert share >= found.at_least_0_1 - 1e-12 >= GREEDY - 1e-12
    assert (np.diff(found.saves_hours) <= 1e-9).all()


@pytest.mark.parametrize("seed", range(4))
def test_the_bound_holds_and_is_near_the_best(seed):
    homes, lon, lat = problem(seed, n=40, m=60)
    exact = new_offices(homes, lon, lat, count=4, way=WAY)
    found = new_offices(homes, lon, lat, count=4, way=WAY, small=0)
    assert exact.at_least_0_1 == pytest.approx(1.0, abs=1e-6)
    share = found.saves_hours.sum() / exact.saves_hours.sum()
    assert share >= found.at_least_0_1 - 1e-12 > 0.85


def test_it_is_the_greedy_choice_of_the_plain_rule():
    homes, lon, lat = problem(7, n=60, m=300)
    minutes, taken = table(homes, lon, lat), []
    for _ in range(8):
        rest = [j for j in range(300) if j not in taken]
        taken.append(max(rest, key=lambda j: saved(homes, minutes, [*taken, j])))
    found = new_offices(homes, lon, lat, count=8, way=WAY, small=0)
    assert sorted(found.chosen) == sorted(taken)


def test_the_loop_is_its_numpy_twin():
    homes, lon, lat = problem(3, n=40, m=50)
    search = _Search.of(homes, lon, lat, WAY)
    minutes = table(homes, lon, lat)
    gain = np.maximum(homes.today_min[:, None] - minutes, 0.0)
    twin = (homes.trips[:, None] * gain).sum(axis=0) / 60
    assert search.first == pytest.approx(twin[search.order], rel=1e-9)
    assert nation_office_kernels.gains.py_func is nation_office_kernels._gains


small = st.integers(0, 10_000)


@settings(max_examples=40, deadline=None)
@given(seed=small, count=st.integers(1, 5))
def test_one_more_office_never_costs_hours(seed, count):
    homes, lon, lat = problem(seed, n=15, m=12)
    fewer = new_offices(homes, lon, lat, count=count, way=WAY, small=0)
    more = new_offices(homes, lon, lat, count=count + 1, way=WAY, small=0)
    assert more.saves_hours.sum() >= fewer.saves_hours.sum() - 1e-9
    for found in (fewer, more):
        assert (found.after_min <= homes.today_min).all()
        hours = (homes.trips * (homes.today_min - found.after_min)).sum() / 60
        assert found.saves_hours.sum() == pytest.approx(hours, rel=1e-9, abs=1e-9)
        assert ((found.office >= 0) == (found.after_min < homes.today_min)).all()


@settings(max_examples=30, deadline=None)
@given(seed=small, limit=st.sampled_from([0, ROOMY]))
def test_the_order_of_kecamatan_and_places_does_not_matter(seed, limit):
    homes, lon, lat = problem(seed, n=14, m=11)
    rng = np.random.default_rng(seed + 1)
    at, to = rng.permutation(14), rng.permutation(11)
    names = ("lon", "lat", "spread_km", "trips", "today_min")
    shuffled = Homes(**{name: getattr(homes, name)[at] for name in names})
    one = new_offices(homes, lon, lat, count=4, way=WAY, small=limit)
    other = new_offices(shuffled, lon[to], lat[to], count=4, way=WAY, small=limit)
    assert to[other.chosen].tolist() == one.chosen.tolist()
    assert other.saves_hours.tolist() == one.saves_hours.tolist()  # to the bit
    assert other.after_min.tolist() == one.after_min[at].tolist()


def test_places_that_save_nothing_are_not_chosen():
    homes, lon, lat = problem(1, n=10, m=10)
    near = Homes(
        lon=homes.lon, lat=homes.lat, spread_km=homes.spread_km, trips=homes.trips,
        today_min=np.zeros(10),
    )  # fmt: skip
    found = new_offices(near, lon, lat, count=3, way=WAY)
    assert len(found.chosen) == 0
    assert found.after_min.tolist() == [0.0] * 10
    none = new_offices(homes, lon[:0], lat[:0], count=3, way=WAY)
    assert len(none.chosen) == 0
    with pytest.raises(InputError) as fault:
        new_offices(homes, lon, lat, count=0, way=WAY)
    assert fault.value.code == "nation.office.count"


def test_the_way_is_fitted_to_totals_and_says_how_far_it_is_off():
    flown, km = np.array([10.0, 20.0, 5.0]), np.array([15.0, 30.0, 7.5])
    minutes, people = km * 2.0, np.array([100.0, 300.0, 50.0])
    way = fit_way(minutes=minutes, km=km, flown_km=flown, people=people)
    assert (way.detour, way.speed_kmh) == pytest.approx((1.5, 30.0))
    assert way.error_share == pytest.approx(0.0, abs=1e-12)
    assert way.min_per_km == pytest.approx(3.0)
    odd = fit_way(minutes=minutes * [1, 1.5, 0.5], km=km, flown_km=flown, people=people)
    reckoned = odd.min_per_km * flown
    assert (people @ reckoned) == pytest.approx(people @ (minutes * [1, 1.5, 0.5]))
    assert odd.error_share > 0.1


def test_without_a_measured_trip_the_way_is_the_assumed_one():
    nothing = np.array([np.nan])
    way = fit_way(minutes=nothing, km=nothing, flown_km=nothing, people=np.array([5.0]))
    assert (way.detour, way.speed_kmh, way.rows) == (1.6, 22.0, 0)
    assert np.isnan(way.error_share)


def test_chords_are_great_circles():
    jakarta, jayapura = (106.8272, -6.1754), (140.7036, -2.5337)
    at, to = (on_sphere(*(np.array([x]) for x in place)) for place in (jakarta, jayapura))
    km = arc_km(np.sqrt(((at - to) ** 2).sum(axis=1)))
    assert km == pytest.approx(haversine_km(*jakarta, *jayapura), rel=1e-12)
    assert km == pytest.approx(3779, abs=10)
    assert arc_km(chord_of(np.array([0.0, 1.0, 5000.0]))) == pytest.approx([0, 1, 5000])
    minutes = minutes_to_nearest(at, np.array([3.0]), np.vstack([to, at]), WAY)
    assert minutes == pytest.approx([9.0])  # 3 km around the middle at 3 minutes a kilometre
    assert np.isnan(minutes_to_nearest(at, np.array([3.0]), np.empty((0, 3)), WAY)).all()


def test_travel_is_told_a_client_and_as_inequality():
    minutes, amount = np.array([30.0, 90.0, 150.0]), np.array([2.0, 1.0, 1.0])
    people = np.array([1000.0, 1000.0, 2000.0])
    told = travel_told(minutes, amount, people, trips_each=24.0)
    assert told["mean_min"] == 75.0
    assert told["hours_each"] == 30.0
    assert told["hours_year"] == 120.0
    assert (told["beyond_60_0_1"], told["beyond_120_0_1"]) == (0.5, 0.25)
    assert told["gini"] == pytest.approx(gini(minutes * people, people), abs=1e-6)
    assert set(travel_told(minutes, amount * 0, people, trips_each=24.0).values()) == {None}
