import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scoring.rank import bands, rank_range, ranks, score, weighted_sum

worths = arrays(float, st.tuples(st.integers(1, 30), st.just(6)), elements=st.floats(0, 1))
WEIGHTS = np.array([0.3, 0.25, 0.2, 0.1, 0.1, 0.05])
PRIORS = np.array([0.5, 0.5, 0.5, 0.3, 0.3, 0.3])


def test_a_sum_by_hand():
    assert weighted_sum([[1, 0.5], [0, 1]], [0.6, 0.4]) == pytest.approx([0.8, 0.4])


def test_unknown_is_refused_not_counted_as_zero():
    with pytest.raises(ValueError, match="unknown"):
        weighted_sum([[1.0, np.nan]], [0.5, 0.5])
    with pytest.raises(ValueError, match="unknown"):
        weighted_sum([[1.0, 0.0]], [0.5, np.nan])
    with pytest.raises(ValueError, match="do not fit"):
        weighted_sum([[1.0, 0.0]], [1.0])


@given(worths, st.integers(0, 29))
def test_a_row_scores_the_same_bits_alone_and_in_company(values, pick):
    i = pick % len(values)
    assert weighted_sum(values, WEIGHTS)[i] == weighted_sum(values[i : i + 1], WEIGHTS)[0]


@given(worths, st.data())
def test_contributions_sum_to_the_score_and_the_interval_holds_it(values, data):
    hidden = data.draw(arrays(bool, values.shape))
    seen = np.where(hidden, np.nan, values)
    got = score(seen, WEIGHTS, PRIORS)
    assert got.contributions.sum(axis=1) == pytest.approx(got.score, abs=1e-12)
    assert (got.low <= got.score + 1e-12).all()
    assert (got.score <= got.high + 1e-12).all()
    assert got.coverage == pytest.approx((~hidden * WEIGHTS).sum(axis=1))
    assert got.high - got.low == pytest.approx(1 - got.coverage)


def test_an_unknown_takes_its_prior_and_lowers_coverage_by_its_weight():
    got = score(np.array([[1.0, np.nan]]), np.array([0.6, 0.4]), np.array([0.5, 0.3]))
    assert got.score[0] == pytest.approx(0.6 + 0.4 * 0.3)
    assert (got.low[0], got.high[0], got.coverage[0]) == pytest.approx((0.6, 1.0, 0.6))


def test_ties_share_the_better_rank():
    assert ranks(np.array([0.5, 0.9, 0.5, 0.1])).tolist() == [2, 1, 2, 4]


def test_overlapping_intervals_share_ranks():
    best, worst = rank_range(np.array([0.7, 0.5, 0.1]), np.array([0.9, 0.8, 0.2]))
    assert best.tolist() == [1, 1, 3]
    assert worst.tolist() == [2, 2, 3]


def test_bands_are_the_classes_of_the_map():
    assert bands(np.array([0.648, 0.644, 0.45, 0.35, 0.0])) == [
        "very_strong",
        "strong",
        "fair",
        "weak",
        "very_weak",
    ]
