import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.criteria import load_catalogue
from scoring.values import from_table, piecewise

LABOUR = [(0, 0), (8, 0.4), (24, 0.8), (40, 1)]


def test_anchors_and_the_line_between_them():
    got = piecewise([0, 4, 8, 16, 24, 32, 40], LABOUR)
    assert got == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0])


def test_values_outside_the_anchors_are_clamped_and_unknown_stays_unknown():
    got = piecewise([-5, 1e9, np.nan], LABOUR)
    assert got[0] == 0
    assert got[1] == 1
    assert np.isnan(got[2])


@pytest.mark.parametrize("anchors", [[], [(0, 0), (0, 1)], [(2, 0), (1, 1)], [(1, 2, 3)]])
def test_anchors_out_of_order_are_refused(anchors):
    with pytest.raises(ValueError, match="strictly increasing"):
        piecewise([1.0], anchors)


@given(
    st.sampled_from([c for c in load_catalogue().criteria.values() if any(c.anchors.values())]),
    st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20),
)
def test_value_functions_are_monotone_between_ordered_anchors(criterion, xs):
    for anchors in criterion.anchors.values():
        if anchors:
            scores = [v for _, v in anchors]
            assert scores in (sorted(scores), sorted(scores, reverse=True))
            steps = np.diff(piecewise(np.sort(xs), anchors))
            assert (steps >= 0).all() if scores[-1] >= scores[0] else (steps <= 0).all()


def test_a_category_the_table_does_not_hold_is_unknown():
    got = from_table(["a", "b"], {"a": 0.25})
    assert got[0] == 0.25
    assert np.isnan(got[1])
