"""The set of sites: every rule against trying every set, and what must never matter."""

from types import SimpleNamespace

import numpy as np
import pytest
import small_sets
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import InputError
from scoring.set_program import spacing_cliques
from scoring.set_types import Sites, Terms
from scoring.sets import choose_sites
from scoring.siting import LEFT_OUT, suitability_without
from scoring.study import StudyResult


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("terms", small_sets.TERMS)
def test_no_set_is_better_than_the_one_chosen_and_none_is_chosen_where_none_exists(seed, terms):
    sites, areas, minutes = small_sets.world(seed)
    best = small_sets.best_set(sites, areas, minutes, terms)
    found = choose_sites(sites, areas, minutes, terms)
    assert (found.clash is None) == (best is not None)
    if best is None:
        assert found.clash.give_up
        return
    assert found.objective == pytest.approx(best, rel=1e-6)
    assert (found.status, found.gap) == ("optimal", 0.0)
    opened = tuple(sites.ids.index(one) for one in found.opened)
    assert small_sets.allowed(sites, terms, opened)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_assigned_keeps_every_limit_and_adds_up(seed):
    sites, areas, minutes = small_sets.world(seed, n=12, m=20)
    terms = Terms(count=6, max_minutes=35.0, share_0_1=0.4)
    found = choose_sites(sites, areas, minutes, terms)
    assert found.clash is None
    hours = dict(zip(areas.ids, areas.hours_week, strict=True))
    room = dict(zip(sites.ids, sites.capacity_h_week, strict=True))
    worth = dict(zip(sites.ids, sites.suitability, strict=True))
    kecamatan = dict(zip(areas.ids, areas.kecamatan, strict=True))
    for area in areas.ids:
        sent = sum(one.hours_week for one in found.assigned if one.area == area)
        assert sent <= hours[area] + 1e-6
    for site in sites.ids:
        held = sum(one.hours_week for one in found.assigned if one.site == site)
        assert held <= room[site] + 1e-6
        assert site in found.opened or held == 0
    assert max(one.travel_min for one in found.assigned) <= 35.0
    for name, share in found.served_by_kecamatan.items():
        served = sum(one.hours_week for one in found.assigned if kecamatan[one.area] == name)
        whole = sum(h for a, h in hours.items() if kecamatan[a] == name)
        assert share == pytest.approx(served / whole)
        assert share >= 0.4 - 1e-6
    total = sum(worth[one.site] * one.hours_week for one in found.assigned)
    assert found.objective == pytest.approx(total)
    flags = dict(zip(sites.ids, sites.to_survey, strict=True))
    assert found.to_survey == tuple(one for one in found.opened if flags[one])


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6))
def test_the_order_of_sites_and_areas_never_matters(seed):
    told = small_sets.world(seed, n=9, m=12)
    terms = Terms(count=4, max_minutes=30.0, spacing_m=3000.0, share_0_1=0.3)
    one = choose_sites(*told, terms)
    other = choose_sites(*small_sets.shuffled(seed, *told), terms)
    assert other == one


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6))
def test_a_site_that_nobody_can_reach_changes_nothing(seed):
    sites, areas, minutes = small_sets.world(seed, n=8, m=12)
    terms = Terms(count=3, max_minutes=30.0, share_0_1=0.3)
    one = choose_sites(sites, areas, minutes, terms)
    wider = Sites(
        ids=(*sites.ids, "p-99"),
        suitability=np.append(sites.suitability, 1.0),
        capacity_h_week=np.append(sites.capacity_h_week, 100.0),
        kind=(*sites.kind, "school"),
        xy_m=np.vstack([sites.xy_m, [90_000.0, 90_000.0]]),
        to_survey=np.append(sites.to_survey, False),
    )
    far = np.column_stack([minutes, np.full(len(areas.ids), np.nan)])
    other = choose_sites(wider, areas, far, terms)
    assert other.opened == one.opened
    assert other.objective == pytest.approx(one.objective)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_no_random_set_that_keeps_the_rules_is_better(seed):
    sites, areas, minutes = small_sets.world(seed, n=10, m=12)
    terms = Terms(count=4, max_minutes=30.0, share_0_1=0.2)
    found = choose_sites(sites, areas, minutes, terms)
    if found.clash is not None:
        return
    draw = np.random.default_rng(seed)
    for _ in range(10):
        opened = tuple(draw.permutation(10)[:4])
        value = small_sets.best_sharing(sites, areas, minutes, terms, opened)
        assert value is None or value <= found.objective + 1e-6


@pytest.mark.parametrize("seed", range(3))
def test_without_a_count_the_least_number_is_found(seed):
    sites, areas, minutes = small_sets.world(seed)
    found = choose_sites(sites, areas, minutes, Terms(max_minutes=30.0))
    fewer = Terms(count=max(len(found.opened) - 1, 1), max_minutes=30.0)
    assert found.clash is None
    assert small_sets.best_set(sites, areas, minutes, fewer) is None or len(found.opened) == 1
    assert found.at_least == len(found.opened)


def test_a_must_have_without_hours_stays_open_and_others_without_hours_are_closed():
    sites, areas, minutes = small_sets.world(1)
    minutes[:, 2] = 500.0
    terms = Terms(count=7, max_minutes=60.0, must=("p-02",), share_0_1=0.0)
    found = choose_sites(sites, areas, minutes, terms)
    busy = {one.site for one in found.assigned}
    assert set(found.opened) == busy | {"p-02"}
    assert "p-02" not in busy


def test_an_unknown_travel_time_is_not_within_the_limit():
    sites, areas, minutes = small_sets.world(2)
    minutes[:, 0] = np.nan
    found = choose_sites(sites, areas, minutes, Terms(count=6, max_minutes=60.0))
    assert "p-00" not in found.opened


@pytest.mark.parametrize("seed", range(5))
def test_spacing_groups_forbid_every_near_pair_and_no_other(seed):
    xy = np.random.default_rng(seed).uniform(0, 10_000, (60, 2))
    groups = spacing_cliques(xy, 2_000.0)
    apart = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    near = {(a, b) for a in range(60) for b in range(a + 1, 60) if apart[a, b] < 2_000.0}
    held = {(int(a), int(b)) for g in groups for k, a in enumerate(g) for b in g[k + 1 :]}
    assert held == near


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"must": ("p-77",)}, "siting.no_such_site"),
        ({"share_0_1": 1.5}, "siting.bad_share"),
        ({"count": 8}, "siting.count"),
        ({"count": 0}, "siting.count"),
    ],
)
def test_terms_that_make_no_sense_are_refused(change, code):
    with pytest.raises(InputError) as caught:
        choose_sites(*small_sets.world(0), Terms(**{"count": 3, **change}))
    assert caught.value.code == code
    assert caught.value.say(lang="id") != caught.value.say(lang="en")


def result(contributions, weights, keys):
    """As much of a study's result as the suitability reads."""
    ranking = SimpleNamespace(
        order=np.arange(len(contributions)),
        weights=np.array(weights),
        scores=SimpleNamespace(contributions=np.array(contributions)),
    )
    criteria = tuple(SimpleNamespace(key=key) for key in keys)
    found: StudyResult = SimpleNamespace(ranking=ranking, criteria=criteria)
    return found


def test_suitability_leaves_out_what_the_program_asks_itself():
    keys = ("labour_need", *LEFT_OUT)
    one = result([[0.3, 0.1, 0.1, 0.1, 0.1], [0.15, 0, 0, 0, 0]], [0.6, 0.1, 0.1, 0.1, 0.1], keys)
    assert suitability_without(one) == pytest.approx([0.5, 0.25])
    assert suitability_without(one, ()) == pytest.approx([0.7, 0.15])
    with pytest.raises(InputError):
        suitability_without(one, keys)
