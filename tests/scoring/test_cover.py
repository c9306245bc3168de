"""Covers and centres against every choice there is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from towns import choices, town

from geo.errors import InputError
from scoring import siting


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_a_centre_s_radius_is_never_missed_by_the_halving(seed):
    cost, demand = town(seed, n=20)
    found = siting.p_center(cost, demand, 3)
    assert found.objective == min(cost[:, c].min(axis=1).max() for c in choices(9, 3))


@pytest.mark.parametrize("seed", range(4))
def test_no_choice_of_a_small_town_covers_more_or_covers_all_with_fewer(seed):
    cost, demand = town(seed)
    limit = float(np.quantile(cost.min(axis=1), 1.0)) * 1.2
    most = siting.max_cover(cost, demand, 2, limit=limit)
    assert most.objective == max(
        demand[(cost[:, c] <= limit).any(axis=1)].sum() for c in choices(9, 2)
    )
    assert demand[most.assigned >= 0].sum() == most.objective
    fewest = siting.set_cover(cost, demand, limit=limit)
    assert fewest.objective == min(
        p
        for p in range(1, 10)
        if any((cost[:, c] <= limit).any(axis=1).all() for c in choices(9, p))
    )
    served = cost[np.arange(len(cost)), fewest.assigned]
    assert (served <= limit).all()


def test_a_limit_that_reaches_not_all_is_refused_with_the_one_that_would():
    cost, demand = town(1)
    least = float(cost.min(axis=1).max())
    with pytest.raises(InputError) as caught:
        siting.set_cover(cost, demand, limit=least / 2)
    assert caught.value.fields["least"] == least
    assert siting.set_cover(cost, demand, limit=least).status == "optimal"


def test_where_the_limit_reaches_nobody_nothing_is_opened():
    cost, demand = town(1)
    found = siting.max_cover(cost, demand, 3, limit=0.0)
    assert (len(found.opened), found.objective, set(found.assigned)) == (0, 0.0, {-1})


@pytest.mark.parametrize("seed", range(4))
def test_covers_with_capacity_hold_what_they_serve(seed):
    cost, demand = town(seed, n=10, m=6)
    capacity = np.full(6, demand.sum() * 0.4)
    limit = float(cost.max())
    fewest = siting.set_cover(cost, demand, limit=limit, capacity=capacity)
    assert fewest.objective == 3  # two hold 80 % of the demand
    most = siting.max_cover(cost, demand, 2, limit=limit, capacity=capacity)
    centre = siting.p_center(cost, demand, 4, capacity=capacity)
    for found in (fewest, most, centre):
        served = found.assigned >= 0
        held = np.bincount(found.assigned[served], weights=demand[served], minlength=6)
        assert (held <= capacity + 1e-9).all()
        assert set(found.assigned[served]) <= set(found.opened)
    assert most.objective == demand[most.assigned >= 0].sum() < demand.sum()
    assert centre.objective == cost[np.arange(10), centre.assigned].max()
    assert centre.objective >= siting.p_center(cost, demand, 4).objective
