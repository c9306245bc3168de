"""Compiled counts and sums against their plain twins."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import dense, nearby
from geo.binned import binned
from geo.cores import in_parts

CORNER = np.array([300_000.0, 9_180_000.0])


def crowd(seed, n, *, size=3_000.0):
    """Half in towns, half anywhere, as houses stand."""
    rng = np.random.default_rng(seed)
    towns = rng.uniform(0, size, (5, 2))[rng.integers(0, 5, n)] + rng.normal(0, size / 40, (n, 2))
    return CORNER + np.where(rng.random((n, 1)) < 0.5, towns, rng.uniform(0, size, (n, 2)))


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**31), st.integers(1, 400), st.integers(1, 40), st.floats(0, 4_000))
def test_counts_and_sums_equal_the_plain_twins(seed, m, n, radius_m):
    targets, points = crowd(seed, m), crowd(seed + 1, n, size=5_000.0)
    weights = np.random.default_rng(seed).uniform(0, 9, m)
    count = dense.counts_within_grid(points, targets, radius_m=radius_m)
    np.testing.assert_array_equal(
        count, dense.counts_within_numpy(points, targets, radius_m=radius_m)
    )
    np.testing.assert_allclose(
        dense.weighted_within_grid(points, targets, weights, radius_m=radius_m),
        dense.weighted_within_numpy(points, targets, weights, radius_m=radius_m),
        rtol=1e-12, atol=1e-9,
    )  # fmt: skip
    every = dense.weighted_within_grid(points, targets, np.ones(m), radius_m=radius_m)
    np.testing.assert_array_equal(every, count)


@pytest.mark.parametrize("radius_m", [0.0, 1.0, 5.0, 25.0, 35.35533905932738])
def test_the_rim_counts_on_a_lattice_where_many_points_lie_on_it(radius_m):
    """Whole metres: 3-4-5 triangles put targets exactly on the circle."""
    lattice = CORNER + np.stack(np.meshgrid(np.arange(60.0), np.arange(60.0)), -1).reshape(-1, 2)
    points = lattice[::37]
    square = ((points[:, None] - lattice) ** 2).sum(axis=-1)
    brute = (square <= radius_m**2).sum(axis=1)
    found = dense.counts_within_grid(points, lattice, radius_m=radius_m)
    np.testing.assert_array_equal(found, brute)


@pytest.mark.parametrize(
    "targets",
    [np.full((3_000, 2), 7.0), np.c_[np.linspace(0, 1e6, 3_000), np.zeros(3_000)],
     np.r_[np.zeros((2_999, 2)), [[1e7, 1e7]]], np.array([[5.0, 5.0]])],
    ids=["one place", "a thin row", "one far away", "one"],
)  # fmt: skip
@pytest.mark.parametrize("radius_m", [0.0, 40.0, 1e8])
def test_lopsided_targets_are_counted_all_the_same(targets, radius_m):
    points = np.r_[targets[::100], [[-1e9, 4.0], [5.0, 5.0]]]
    np.testing.assert_array_equal(
        dense.counts_within_grid(points, targets, radius_m=radius_m),
        dense.counts_within_numpy(points, targets, radius_m=radius_m),
    )


def test_a_target_on_the_far_edge_stays_in_the_grid():
    """1.0 / 0.1 is 10 cells but 1.0 // 0.1 is 9: the last cell must take what lies on its edge."""
    targets = np.random.default_rng(1).uniform(0, 1, (400, 2))
    targets[:3] = [[0, 0], [1, 1], [1.0, 0.55]]
    assert binned(targets, step_m=0.1).step == 0.1
    points = np.c_[np.full(200, 1.7999), np.linspace(0, 1, 200)]
    np.testing.assert_array_equal(
        dense.counts_within_grid(points, targets, radius_m=0.8),
        dense.counts_within_numpy(points, targets, radius_m=0.8),
    )


def test_many_pairs_take_the_compiled_way_and_give_the_same_counts():
    targets, points = crowd(1, 40_000), crowd(2, 6_000)
    assert len(targets) * len(points) > dense._FEW_PAIRS
    np.testing.assert_array_equal(
        dense.counts_within(points, targets, radius_m=77),
        dense.counts_within_numpy(points, targets, radius_m=77),
    )


def test_an_unknown_weight_makes_only_its_own_circles_unknown():
    targets = np.array([[0.0, 0], [100, 0], [1000, 0]])
    found = dense.weighted_within_grid(
        targets, targets, np.array([1.0, np.nan, 4.0]), radius_m=150.0
    )
    np.testing.assert_array_equal(found, [np.nan, np.nan, 4.0])


def test_density_is_the_count_on_the_circles_square_kilometres():
    homes = gpd.GeoSeries(gpd.points_from_xy([0, 300, 600], [0, 0, 0]), crs=32749)
    sites = gpd.GeoSeries([homes.iloc[0], None], crs=32749)
    found = nearby.density_km2(sites, homes, radius_m=500)
    assert found[0] == pytest.approx(2 / (np.pi * 0.25))
    assert np.isnan(found[1])


@pytest.mark.parametrize("n", [0, 1, 2, 7, 10_001])
def test_the_parts_cover_everything_once(n):
    seen = np.zeros(n, int)

    def work(part):
        seen[part] += 1

    in_parts(work, n, least=3)
    assert (seen == 1).all()
