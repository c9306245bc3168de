import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scoring.agreement import FLOOR, METHODS
from scoring.rank import agreement, methods, settled, weighted_sum

W = np.array([0.4, 0.3, 0.2, 0.1])
worths = arrays(float, st.tuples(st.integers(1, 20), st.just(4)), elements=st.floats(0, 1))
scores = arrays(float, st.integers(2, 40), elements=st.integers(0, 6))


def test_kendall_by_hand_with_a_tie():
    """Pairs: 4 alike, 1 contrary, 1 tied in b: 3/√(6·5)."""
    got = agreement({"a": [1, 2, 3, 4], "b": [1, 3, 2, 3]}, 2)
    assert got.tau[0, 1] == pytest.approx(3 / np.sqrt(6 * 5))
    assert got.tau[0, 0] == got.tau[1, 1] == 1


@settings(deadline=None)
@given(scores, st.data())
def test_kendall_equals_its_definition(a, data):
    b = data.draw(arrays(float, len(a), elements=st.integers(0, 6)))
    up = np.triu_indices(len(a), 1)
    x, y = (np.sign(s[:, None] - s[None, :])[up] for s in (a, b))
    if x.any() and y.any():
        expected = (x * y).sum() / np.sqrt((x != 0).sum() * (y != 0).sum())
        assert agreement({"a": a, "b": b}, 1).tau[0, 1] == pytest.approx(expected)
        assert expected == pytest.approx(scipy.stats.kendalltau(a, b).statistic)


def test_shortlists_are_compared_with_ties_at_the_edge_let_in():
    got = agreement({"a": [9, 8, 7, 1], "b": [9, 7, 7, 8], "c": [5, 5, 5, 1]}, 2)
    assert got.shared[0, 1] == pytest.approx(1 / 2)  # a lists 0, 1; b lists 0, 3
    assert got.shared[0, 2] == pytest.approx(2 / 3)  # c cannot tell 0, 1, 2 apart
    assert got.in_all == (0,)
    assert got.in_some == (0, 1, 2, 3)


def test_methods_that_tie_everything_agree_only_with_each_other():
    got = agreement({"flat": [1, 1, 1], "level": [2, 2, 2], "steep": [1, 2, 3]}, 1)
    assert got.tau[0].tolist() == [1, 1, 0]
    alone = agreement({"a": [0.3], "b": [0.4]}, 10)
    assert alone.tau.tolist() == [[1, 1], [1, 1]]
    assert alone.in_all == (0,)


@settings(deadline=None)
@given(scores, st.data(), st.integers(1, 50))
def test_the_order_of_candidates_changes_nothing(a, data, k):
    b = data.draw(arrays(float, len(a), elements=st.integers(0, 6)))
    turn = np.array(data.draw(st.permutations(range(len(a)))))
    here, there = agreement({"a": a, "b": b}, k), agreement({"a": a[turn], "b": b[turn]}, k)
    assert here.tau == pytest.approx(there.tau)
    assert (here.shared == there.shared).all()
    assert {int(turn[i]) for i in there.in_all} == set(here.in_all)


@settings(deadline=None)
@given(worths, st.integers(1, 5))
def test_all_six_methods_score_and_a_site_best_in_everything_is_on_every_shortlist(values, k):
    values = np.vstack([values, np.ones(4)])
    got = methods(values, W, k=k)
    assert tuple(got.scores) == METHODS == got.agreement.methods
    assert all(np.isfinite(s).all() and s.shape == (len(values),) for s in got.scores.values())
    assert (got.scores["additive"] == weighted_sum(values, W)).all()
    assert len(values) - 1 in got.agreement.in_all
    assert len(values) - 1 in got.vikor.compromise


def test_methods_that_see_the_same_order_agree_fully():
    ladder = np.linspace(0.1, 0.9, 12)[:, None] * np.ones(4)
    got = methods(ladder, W, k=3).agreement
    assert got.tau == pytest.approx(np.ones((6, 6)))
    assert (got.shared == 1).all()
    assert got.in_all == got.in_some == (9, 10, 11)


def test_a_criterion_of_weight_zero_changes_no_opinion():
    rng = np.random.default_rng(5)
    values = rng.random((30, 4))
    extra = np.column_stack([values, rng.random(30)])
    here, there = methods(values, W), methods(extra, [*W, 0.0])
    for name in METHODS:
        assert there.scores[name] == pytest.approx(here.scores[name])


def test_one_worth_of_zero_does_not_make_sites_equal_in_the_product():
    got = methods([[0.0, 0.9, 0.9, 0.9], [0.0, 0.1, 0.1, 0.1]], W).scores["geometric"]
    assert got[0] > got[1] > 0
    assert got[0] == pytest.approx(FLOOR**0.4 * 0.9**0.6)


def test_unknown_is_settled_first_or_refused():
    seen = np.array([[np.nan, 1, 1, 1], [0.2, 0, 0, 0]])
    with pytest.raises(ValueError, match="unknown"):
        methods(seen, W)
    assert settled(seen, np.array([0.3, 0.5, 0.5, 0.5]))[0].tolist() == [0.3, 1, 1, 1]
    with pytest.raises(ValueError, match="outside 0-1"):
        methods([[1.2, 0, 0, 0]], W)
    with pytest.raises(ValueError, match="unknown"):
        agreement({"a": [1.0, np.nan]}, 1)
    with pytest.raises(ValueError, match="at least one method"):
        agreement({}, 1)
    with pytest.raises(ValueError, match="k of at least 1"):
        agreement({"a": [1.0]}, 0)
