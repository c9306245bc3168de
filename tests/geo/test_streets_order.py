"""Numbers of junctions and arcs come in the order of a plain sort."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.streets.graph import order_by


@settings(deadline=None, max_examples=80)
@given(st.integers(0, 2**31), st.integers(0, 300), st.integers(1, 400))
def test_one_key_and_its_ties_give_the_order_of_a_sort_by_all(seed, n, kinds):
    rng = np.random.default_rng(seed)
    key, tie = rng.integers(0, kinds, n), rng.integers(0, 3, n).astype(float)
    expected = np.lexsort((tie, key))  # and what is the same in both stays as it was
    np.testing.assert_array_equal(order_by(key, tie), expected)
