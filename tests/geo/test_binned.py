"""Points sorted into cells, against a plain sort."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.binned import binned, neighbours_together


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**31), st.integers(1, 3_000), st.floats(1e-3, 5_000))
def test_points_come_cell_by_cell_in_their_own_order(seed, m, step_m):
    xy = np.random.default_rng(seed).uniform(-500, 900, (m, 2))
    grid = binned(xy, step_m=step_m)
    cell = np.minimum((xy - grid.low) * (1 / grid.step), [grid.columns - 1, grid.rows - 1])
    at = cell.astype(int)[:, 1] * grid.columns + cell.astype(int)[:, 0]
    np.testing.assert_array_equal(grid.order, np.argsort(at, kind="stable"))
    np.testing.assert_array_equal(grid.xy, xy[grid.order])
    cells = np.arange(grid.rows * grid.columns + 1)
    np.testing.assert_array_equal(grid.starts, np.searchsorted(np.sort(at), cells))


def test_many_cells_are_sorted_in_bands():
    xy = np.random.default_rng(3).uniform(0, 10_000, (60_000, 2))
    grid = binned(xy, step_m=40.0)
    assert grid.rows * grid.columns > 128 * 100  # more than one cell in a band
    cell = ((xy - grid.low) * (1 / grid.step)).astype(int)
    at = np.minimum(cell[:, 1], grid.rows - 1) * grid.columns + np.minimum(
        cell[:, 0], grid.columns - 1
    )
    np.testing.assert_array_equal(grid.order, np.argsort(at, kind="stable"))


def test_neighbours_stand_together():
    xy = np.random.default_rng(5).uniform(0, 30_000, (20_000, 2))
    order, near = neighbours_together(xy, radius_m=500.0)
    np.testing.assert_array_equal(near, xy[order])
    steps_m = np.hypot(*np.diff(near, axis=0).T)
    assert np.median(steps_m) < 500 < np.median(np.hypot(*np.diff(xy, axis=0).T)) / 10
