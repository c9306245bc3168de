"""Location models: published optima, brute force, spopt, and what must never matter."""

import itertools
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import orlib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from towns import choices, town

from geo.errors import InputError
from scoring import location_kernels, siting

ROOT = Path(__file__).parents[2]


def weighted(cost, demand, opened):
    return float((demand * cost[:, opened].min(axis=1)).sum())


def oracle():
    """spopt, which the acceptance compares with; its absence is a fault where tests are complete."""
    if os.environ.get("CI") == "true":
        from spopt import locate
    else:
        locate = pytest.importorskip("spopt.locate")
    pulp = pytest.importorskip("pulp")
    return locate, pulp.PULP_CBC_CMD(msg=False)


def test_pmed1_of_the_or_library_is_solved_to_its_published_optimum():
    found = siting.p_median(orlib.pmed1(), np.ones(100), orlib.PMED1_P)
    assert (found.objective, found.gap, found.status) == (orlib.PMED1_OPTIMUM, 0.0, "optimal")
    assert len(found.opened) == orlib.PMED1_P


def test_pmed1_as_a_p_center_has_its_published_radius():
    found = siting.p_center(orlib.pmed1(), np.ones(100), orlib.PMED1_P)
    assert (found.objective, found.status) == (orlib.PMED1_RADIUS, "optimal")


def test_pmedcap1_of_the_or_library_is_solved_to_its_published_optimum():
    distance, load = orlib.pmedcap1()
    assert distance[11, 33] == 87
    found = siting.p_median(
        distance / load[:, None], load, orlib.PMEDCAP1_P, capacity=orlib.PMEDCAP1_CAPACITY
    )
    assert found.objective == pytest.approx(orlib.PMEDCAP1_OPTIMUM, abs=1e-9)
    assert found.status == "optimal"
    held = np.bincount(found.assigned, weights=load, minlength=50)
    assert held.max() <= orlib.PMEDCAP1_CAPACITY
    assert set(found.assigned) <= set(found.opened)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("p", [1, 2, 4, 9])
def test_no_choice_of_a_small_town_beats_the_median_or_the_centre(seed, p):
    cost, demand = town(seed, whole=seed % 2 == 0)
    median = siting.p_median(cost, demand, p)
    assert median.objective == pytest.approx(
        min(weighted(cost, demand, c) for c in choices(9, p)), rel=1e-12
    )
    assert weighted(cost, demand, median.opened) == pytest.approx(median.objective)
    centre = siting.p_center(cost, demand, p)
    assert centre.objective == min(cost[:, c].min(axis=1).max() for c in choices(9, p))
    assert len(median.opened) == len(centre.opened) == p


def packings(cost, demand, capacity, p):
    """Least cost of rows sent whole to p columns, by trying everything."""
    best = np.inf
    for opened in choices(cost.shape[1], p):
        for way in itertools.product(opened, repeat=len(cost)):
            held = np.bincount(way, weights=demand, minlength=cost.shape[1])
            if (held <= capacity).all():
                best = min(best, float((demand * cost[np.arange(len(cost)), way]).sum()))
    return best


@pytest.mark.parametrize("seed", range(4))
def test_no_packing_of_a_small_town_beats_the_median_with_capacity(seed):
    cost, demand = town(seed, n=6, m=5)
    capacity = np.full(5, demand.sum() * 0.45)
    best = packings(cost, demand, capacity, 3)
    if np.isinf(best):
        with pytest.raises(InputError, match=r"\d"):
            siting.p_median(cost, demand, 3, capacity=capacity)
        return
    found = siting.p_median(cost, demand, 3, capacity=capacity)
    assert found.objective == pytest.approx(best, rel=1e-9)
    held = np.bincount(found.assigned, weights=demand, minlength=5)
    assert (held <= capacity).all()


@pytest.mark.parametrize("seed", range(2))
def test_spopt_finds_the_same_optima(seed):
    locate, solver = oracle()
    cost, demand = town(seed, n=40, m=25)
    median = locate.PMedian.from_cost_matrix(cost, demand, p_facilities=4).solve(solver)
    ours = siting.p_median(cost, demand, 4)
    assert ours.objective == pytest.approx(median.problem.objective.value(), rel=1e-6)
    centre = locate.PCenter.from_cost_matrix(cost, p_facilities=4).solve(solver)
    assert siting.p_center(cost, demand, 4).objective == pytest.approx(
        centre.problem.objective.value(), rel=1e-6
    )
    most = locate.MCLP.from_cost_matrix(cost, demand, 9.0, p_facilities=4).solve(solver)
    assert siting.max_cover(cost, demand, 4, limit=9.0).objective == pytest.approx(
        most.problem.objective.value()
    )
    wide = float(cost.min(axis=1).max()) * 1.1
    fewest = locate.LSCP.from_cost_matrix(cost, wide).solve(solver)
    assert siting.set_cover(cost, demand, limit=wide).objective == fewest.problem.objective.value()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 6))
def test_the_order_of_candidates_and_demands_never_matters(seed, p):
    cost, demand = town(seed, n=25, m=15)
    cost = np.round(cost / 5) * 5 if seed % 2 else cost  # many choices are equally good
    draw = np.random.default_rng(seed)
    rows, columns = draw.permutation(25), draw.permutation(15)
    one = siting.p_median(cost, demand, p)
    other = siting.p_median(cost[np.ix_(rows, columns)], demand[rows], p)
    assert other.objective == one.objective  # to the bit
    assert set(columns[other.opened]) == set(one.opened)
    assert (columns[other.assigned] == one.assigned[rows]).all()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 5))
def test_a_useless_site_changes_nothing_and_no_random_choice_is_better(seed, p):
    cost, demand = town(seed, n=25, m=15)
    one = siting.p_median(cost, demand, p)
    wider = np.column_stack([cost, np.full(25, cost.max() + 1.0)])
    other = siting.p_median(wider, demand, p)
    assert other.objective == pytest.approx(one.objective, rel=1e-12)
    assert list(other.opened) == list(one.opened)
    draw = np.random.default_rng(seed)
    for _ in range(20):
        assert weighted(cost, demand, draw.permutation(15)[:p]) >= one.objective - 1e-9


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.5, 1.5))
def test_bounds_hold_and_columns_are_closed_only_where_they_cannot_be_best(seed, crude):
    from scoring import median_search as search

    cost, demand = town(seed, n=20, m=12)
    cost = cost * demand[:, None]
    found = search.search_median(cost, 3, float("inf"))
    best = min(choices(12, 3), key=lambda c: cost[:, c].min(axis=1).sum())
    value = float(cost[:, best].min(axis=1).sum())
    assert found.lower <= value * (1 + 1e-9)
    way = np.array(best)[cost[:, best].argmin(axis=1)]
    for price in (found.price, crude * np.sort(cost, axis=1)[:, 2]):
        assert search.matters(cost, price, 3, value)[np.arange(20), way].all()
        state = search._Search(cost, 3, np.inf, np.array([0, 1, 2]), value, 0.0, price)
        assert set(best) <= set(search._left_open(state, np.arange(12)))


def test_rows_without_demand_cost_nothing_and_are_assigned_all_the_same():
    cost, demand = town(3)
    demand[4] = 0.0
    found = siting.p_median(cost, demand, 2)
    assert found.objective == pytest.approx(weighted(cost, demand, found.opened))
    assert found.assigned[4] == found.opened[cost[4, found.opened].argmin()]


def test_what_cannot_be_reached_is_never_used():
    cost, demand = town(5)
    cost[:6, 4:], cost[6:, :4] = np.inf, np.inf
    found = siting.p_median(cost, demand, 2)
    assert np.isfinite(found.objective)
    assert (found.opened < 4).sum() == 1
    with pytest.raises(InputError, match=r"\b1\b.*\b2\b"):
        siting.p_median(cost, demand, 1)
    with pytest.raises(InputError, match=r"\b1\b.*\b2\b"):
        siting.p_center(cost, demand, 1)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"p": 10}, "siting.count"),
        ({"p": 0}, "siting.count"),
        ({"capacity": 1.0}, "siting.capacity_too_small"),
        ({"cost": np.full((12, 9), np.nan)}, "siting.unknown_cost"),
        ({"demand": -np.ones(12)}, "siting.bad_demand"),
        ({"demand": np.ones(5)}, "siting.shapes"),
        ({"capacity": np.ones(4)}, "siting.shapes"),
        ({"capacity": -1.0}, "siting.bad_capacity"),
        ({"cost": np.full((12, 9), np.inf)}, "siting.unreachable"),
    ],
)
def test_impossible_input_is_refused_before_solving_with_both_numbers(change, code):
    cost, demand = town(0)
    asked = {"cost": cost, "demand": demand, "p": 3, **change}
    with pytest.raises(InputError) as caught:
        siting.p_median(**asked)
    assert caught.value.code == code
    assert all(len(caught.value.say(lang=lang)) > 20 for lang in ("id", "en"))


def test_time_that_is_spent_is_told_as_a_gap():
    cost, demand = town(2, n=200, m=300)
    found = siting.p_median(cost, demand, 10, time_limit_s=0.0)
    assert found.status in {"feasible", "undecided"}
    assert found.gap > 0
    done = siting.p_median(cost, demand, 10)
    assert (done.status, done.gap) == ("optimal", 0.0)
    assert done.objective <= found.objective or np.isnan(found.objective)


def test_the_caller_s_arrays_stay_as_they_were():
    cost, demand = town(6)
    before = cost.copy(), demand.copy()
    siting.p_median(cost, demand, 3, capacity=demand.sum())
    siting.max_cover(cost, demand, 3, limit=10.0)
    assert (cost == before[0]).all()
    assert (demand == before[1]).all()


def test_compiled_loops_equal_their_plain_twins():
    cost, _ = town(9, n=30, m=20)
    draw = np.random.default_rng(9)
    price, opened = draw.uniform(5, 30, 30), np.array([3, 7, 11])
    worth = np.empty(20)
    location_kernels.reduced(cost, price, worth)
    assert worth == pytest.approx(np.minimum(0.0, cost - price[:, None]).sum(axis=0))
    among = np.sort(cost[:, opened], axis=1)
    first, second, which = among[:, 0], among[:, 1], cost[:, opened].argmin(axis=1)
    gain, extra = np.empty(20), np.empty((20, 3))
    location_kernels.swap_gains(cost, first, second, which, gain, extra)
    loss = np.bincount(which, weights=second - first, minlength=3)
    for j, r in itertools.product(range(20), range(3)):
        rest = np.append(np.delete(opened, r), j)
        saved = first.sum() - cost[:, rest].min(axis=1).sum()
        assert gain[j] - loss[r] + extra[j, r] == pytest.approx(saved)


def test_solving_writes_nothing_to_the_terminal():
    """`--json` promises one document on stdout; highspy 1.16.0 prints a banner there."""
    code = (
        "import numpy as np; from scoring import siting;"
        "siting.set_cover(np.eye(3), np.ones(3), limit=0.5)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
