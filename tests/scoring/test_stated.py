"""Limits and orders said about weights are kept by the ranking's own weights and by every draw."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InputError
from scoring.draws import draw, spec_around
from scoring.stated import Stated, draw_stated, keeps, read_order, settle
from scoring.weights import rank_order_centroid

KEYS = ("a", "b", "c", "d", "e")
GROUPS = ("benefit", "benefit", "benefit", "safety", "safety")
NUMBERS = np.array([0.3, 0.2, 0.1, 0.25, 0.15])


def drawn(stated, count=4000):
    return draw_stated(stated, KEYS, GROUPS, settle(stated, KEYS, NUMBERS), count=count)


def test_an_order_is_read_with_its_tiers():
    assert read_order("a > b = c > d") == (("a",), ("b", "c"), ("d",))
    assert read_order(" ") == ()


def test_with_nothing_said_draws_are_those_around_the_numbers_as_surely_as_said():
    for certainty in ("loose", "tight"):
        plain = draw(spec_around(NUMBERS, GROUPS, sureness=certainty), 50)
        assert (drawn(Stated(certainty=certainty), 50) == plain).all()


def test_a_whole_order_has_rank_order_centroid_weights_and_their_mean():
    said = Stated(order=(("e",), ("d",), ("c",), ("b",), ("a",)))
    centre = settle(said, KEYS, NUMBERS)
    assert centre[::-1] == pytest.approx(rank_order_centroid(5))
    assert drawn(said, 20_000).mean(axis=0) == pytest.approx(centre, abs=0.01)


def test_numbers_outside_the_limits_give_way_to_the_middle_of_every_limit():
    centre = settle(Stated(limits={"c": (0.2, 0.3), "e": (0.05, 0.051)}), KEYS, NUMBERS)
    assert centre[[2, 4]] == pytest.approx([0.25, 0.0505])
    assert centre[0] / centre[1] == pytest.approx(0.3 / 0.2)


def test_an_order_of_some_keeps_their_total_and_leaves_the_others_as_they_were():
    said = Stated(order=(("c",), ("a", "b")))
    centre = settle(said, KEYS, NUMBERS)
    assert centre[:3].sum() == pytest.approx(0.6)
    assert centre[3:] == pytest.approx(NUMBERS[3:])
    e = drawn(said)
    assert e[:, :3].sum(axis=1) == pytest.approx(0.6)
    assert (e[:, [2]] >= e[:, :2] - 1e-9).all()
    assert 0.2 < (e[:, 0] > e[:, 1]).mean() < 0.8  # one tier: not told apart


def test_numbers_that_keep_to_the_limits_stay_as_they_are():
    said = Stated(limits={"a": (0.25, 0.35), "d": (0.2, 0.3)})
    assert (settle(said, KEYS, NUMBERS) == NUMBERS).all()
    e = drawn(said)
    assert e[:, 0].min() >= 0.25 - 1e-9
    assert e[:, 0].max() <= 0.35 + 1e-9
    assert e[:, 0].mean() == pytest.approx(0.30, abs=0.005)  # evenly within the limits
    assert e[:, 0].std() == pytest.approx(0.1 / np.sqrt(12), rel=0.05)


@given(
    ends=st.dictionaries(
        st.sampled_from(KEYS), st.tuples(st.floats(0, 0.4), st.floats(0, 0.6)), max_size=3
    ),
    order=st.permutations(KEYS).flatmap(
        lambda p: st.sampled_from([(), ((p[0],), (p[1], p[2])), ((p[0],), (p[1],), (p[2], p[3]))])
    ),
)
def test_whatever_is_said_weights_and_draws_keep_it_or_it_is_refused(ends, order):
    limits = {k: (round(min(two), 3), round(max(two), 3)) for k, two in ends.items()}
    said = Stated(limits=limits, order=order)
    try:
        centre = settle(said, KEYS, NUMBERS)
    except InputError:
        with pytest.raises(InputError):
            drawn(said, 4)
        return
    assert centre.sum() == pytest.approx(1.0)
    assert keeps(said, KEYS, centre)
    e = drawn(said, 40)
    assert e.sum(axis=1) == pytest.approx(1.0)
    assert e.min() >= 0
    assert all(keeps(said, KEYS, one) for one in e)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: Stated(limits={"a": (0.4, 0.2)}), "weights.interval"),
        (lambda: Stated(order=(("a",),)), "weights.order"),
        (lambda: Stated(order=(("a",), ("a",))), "weights.order"),
        (lambda: Stated(certainty="very"), "weights.certainty"),
        (lambda: drawn(Stated(limits={"z": (0.1, 0.2)})), "weights.unknown_criterion"),
        (lambda: drawn(Stated(limits={"a": (0.8, 0.9), "b": (0.8, 0.9)})), "draws.no_weights"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_one_sentence(make, code):
    with pytest.raises(InputError) as refused:
        make()
    assert refused.value.code == code
    assert refused.value.say(lang="id")
