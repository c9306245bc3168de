import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scoring.rank import geometric, order_weights, owa, weighted_sum

M = 5
worths = arrays(float, st.tuples(st.integers(1, 25), st.just(M)), elements=st.floats(0, 1))
coarse = arrays(
    float, st.tuples(st.integers(1, 25), st.just(M)), elements=st.sampled_from([0, 0.25, 0.5, 1.0])
)
weights = arrays(float, M, elements=st.floats(0.01, 1)).map(lambda w: w / w.sum())
ROWWISE = {
    "weighted_sum": weighted_sum,
    "geometric": geometric,
    "owa": lambda v, w: owa(v, w, order_weights(M, 0.3)),
}


def test_a_product_by_hand():
    assert geometric([[0.25, 1.0], [0.0, 1.0]], [0.5, 0.5]) == pytest.approx([0.5, 0.0])


def test_a_zero_without_weight_takes_no_part_in_a_product():
    assert geometric([[0.0, 0.4]], [0.0, 1.0])[0] == pytest.approx(0.4)


@given(worths, weights)
def test_a_product_lies_never_above_the_sum_and_equal_worths_give_that_worth(values, w):
    assert (geometric(values, w) <= weighted_sum(values, w) + 1e-12).all()
    level = np.repeat(values[:, :1], M, axis=1)
    assert geometric(level, w) == pytest.approx(level[:, 0])


@given(worths, weights)
def test_owa_with_equal_order_weights_is_the_weighted_sum(values, w):
    assert owa(values, w, np.full(M, 1 / M)) == pytest.approx(weighted_sum(values, w), abs=1e-12)


@given(coarse, weights)
def test_owa_with_the_first_alone_is_the_best_and_with_the_last_alone_the_weakest(values, w):
    assert owa(values, w, np.eye(M)[0]) == pytest.approx(values.max(axis=1), abs=1e-12)
    assert owa(values, w, np.eye(M)[-1]) == pytest.approx(values.min(axis=1), abs=1e-12)


def test_owa_carries_criterion_weights_along_as_jiang_and_eastman_say():
    # sorted 0.9, 0.5, 0.2 carries 0.3, 0.2, 0.5; order weights 0.5, 0.3, 0.2
    by_hand = (0.3 * 0.5 * 0.9 + 0.2 * 0.3 * 0.5 + 0.5 * 0.2 * 0.2) / (0.15 + 0.06 + 0.10)
    assert owa([[0.2, 0.9, 0.5]], [0.5, 0.3, 0.2], [0.5, 0.3, 0.2])[0] == pytest.approx(by_hand)


def test_owa_without_the_paper_s_monotone_promise_is_not_hidden():
    """A better worth that changes place can lower the score; the docstring says so."""
    u, o = [0.05, 0.9, 0.05], [0.6, 0.3, 0.1]
    before, after = owa([[0.59, 0.60, 0.0], [0.61, 0.60, 0.0]], u, o)
    assert after < before


@given(coarse, weights, st.permutations(range(M)), st.floats(0, 1))
def test_owa_does_not_hang_on_the_order_of_the_columns(values, w, columns, orness):
    order = order_weights(M, orness)
    turned = owa(values[:, columns], w[columns], order)
    assert turned == pytest.approx(owa(values, w, order), abs=1e-9)


@given(worths, weights, st.floats(0, 1))
def test_owa_lies_between_the_weakest_and_the_best_worth(values, w, orness):
    got = owa(values, w, order_weights(M, orness))
    assert ((values.min(axis=1) <= got) & (got <= values.max(axis=1))).all()


@given(worths, weights)
def test_a_criterion_of_weight_zero_takes_no_part_in_owa(values, w):
    extra = np.column_stack([np.ones(len(values)), values])
    w = np.append(0.0, w)
    first = owa(extra, w, np.eye(M + 1)[0])
    assert first == pytest.approx(values.max(axis=1), abs=1e-12)
    assert owa(extra, w, np.full(M + 1, 1.0)) == pytest.approx(weighted_sum(extra, w), abs=1e-12)


@given(st.integers(1, 30), st.floats(0, 1))
def test_order_weights_sum_to_one_and_lean_as_the_dial_says(n, orness):
    got = order_weights(n, orness)
    assert got.sum() == pytest.approx(1)
    assert (got >= 0).all()
    lean = np.diff(got)
    assert (lean <= 1e-12).all() if orness >= 0.5 else (lean >= -1e-12).all()


def test_the_dial_at_a_half_is_even_and_its_ends_are_best_and_weakest():
    assert order_weights(4, 0.5) == pytest.approx([0.25] * 4)
    assert order_weights(4, 1.0) == pytest.approx([1, 0, 0, 0])
    assert order_weights(4, 0.0) == pytest.approx([0, 0, 0, 1])
    # alpha 2: (j/n)^2, so 1, 3, 5, 7 of 16
    assert order_weights(4, 1 / 3) == pytest.approx(np.array([1, 3, 5, 7]) / 16)


@pytest.mark.parametrize("name", ROWWISE)
@given(values=worths, w=weights, data=st.data())
def test_order_and_company_of_candidates_change_no_bit(name, values, w, data):
    method = ROWWISE[name]
    whole = method(values, w)
    turn = data.draw(st.permutations(range(len(values))))
    assert (method(values[turn], w) == whole[turn]).all()
    i = data.draw(st.integers(0, len(values) - 1))
    assert method(values[i : i + 1], w)[0] == whole[i]
    worse = np.vstack([values, values.min(axis=0)])
    assert (method(worse, w)[:-1] == whole).all()


@pytest.mark.parametrize("method", [weighted_sum, geometric])
@given(values=worths, w=weights, data=st.data())
def test_a_better_worth_never_lowers_a_sum_or_a_product(method, values, w, data):
    i, k = data.draw(st.integers(0, len(values) - 1)), data.draw(st.integers(0, M - 1))
    better = values.copy()
    better[i, k] = data.draw(st.floats(float(values[i, k]), 1))
    assert method(better, w)[i] >= method(values, w)[i] - 1e-15


@pytest.mark.parametrize("name", ["geometric", "owa"])
@pytest.mark.parametrize(
    ("values", "w", "said"),
    [
        ([[np.nan] + [0.5] * 4], [0.2] * 5, "unknown"),
        ([[np.inf] + [0.5] * 4], [0.2] * 5, "infinite"),
        ([[0.5] * 5], [np.nan] + [0.2] * 4, "unknown"),
        ([[0.5] * 5], [-0.1] + [0.2] * 4, "zero or more"),
        ([[0.5] * 5], [0.0] * 5, "not all zero"),
        ([[0.5] * 5], [0.5] * 2, "5 weights are needed"),
        ([0.5] * 5, [0.2] * 5, "candidates × criteria"),
    ],
)
def test_what_cannot_be_scored_is_refused(name, values, w, said):
    with pytest.raises(ValueError, match=said):
        ROWWISE[name](values, w)


def test_a_product_refuses_a_negative_value_and_the_dial_a_place_beyond_its_ends():
    with pytest.raises(ValueError, match="zero or more"):
        geometric([[-0.1, 0.5]], [0.5, 0.5])
    with pytest.raises(ValueError, match="orness"):
        order_weights(3, 1.1)


def test_the_caller_s_arrays_are_left_alone():
    values, w, order = np.array([[0.2, 0.9]]), np.array([0.5, 0.5]), np.array([0.7, 0.3])
    owa(values, w, order)
    geometric(values, w)
    assert values.tolist() == [[0.2, 0.9]]
    assert (w.tolist(), order.tolist()) == ([0.5, 0.5], [0.7, 0.3])
