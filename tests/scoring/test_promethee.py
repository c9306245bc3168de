import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scoring.promethee import preferences
from scoring.rank import Preference, promethee_ii, weighted_sum

PROJECTS = np.array(
    [
        [80, 90, 600, 54, 8, 5],
        [65, 58, 200, 97, 1, 1],
        [83, 60, 400, 72, 4, 7],
        [40, 80, 1000, 75, 7, 10],
        [52, 72, 600, 20, 3, 8],
        [94, 96, 700, 36, 5, 6],
    ],
    dtype=float,
)
PROJECTS_UP = np.array([False, True, False, False, False, True])
PROJECTS_BY = [
    ("u-shape", 10),
    ("v-shape", 30),
    ("linear", 50, 500),
    ("level", 10, 60),
    "usual",
    ("gaussian", 5),
]
FORMS = {
    "usual": lambda d: (d > 0) * 1.0,
    "u-shape": lambda d: (d > 0.2) * 1.0,
    "v-shape": lambda d: np.clip(d / 0.7, 0, 1),
    "level": lambda d: 0.5 * (d > 0.2) + 0.5 * (d > 0.7),
    "linear": lambda d: np.clip((d - 0.2) / 0.5, 0, 1),
    "gaussian": lambda d: np.where(d > 0, 1 - np.exp(-(d**2) / 0.18), 0),
}
tables = arrays(float, st.tuples(st.integers(2, 25), st.just(3)), elements=st.floats(0, 1))
coarse = arrays(
    float, st.tuples(st.integers(2, 25), st.just(3)), elements=st.sampled_from([0, 0.3, 0.8, 1.0])
)
weights = arrays(float, 3, elements=st.floats(0.01, 1))
kinds = st.sampled_from(sorted(FORMS))


def rule(kind):
    return {"kind": kind, "q": 0.2, "p": 0.7, "s": 0.3}


def plain(values, w, up, function):
    """The definition, pair by pair."""
    signed = np.where(up, values, -values)
    pi = sum(
        w[k] / w.sum() * function(signed[:, None, k] - signed[None, :, k]) for k in range(len(w))
    )
    return (pi.sum(axis=1) - pi.sum(axis=0)) / (len(values) - 1)


def test_the_six_hydroelectric_projects_have_their_printed_net_flows():
    """Brans & Vincke 1985 and Brans, Vincke & Mareschal 1986, all six forms: the printed flows
    (leaving 1.098, 1.980, 1.234, 1.644, 2.274, 1.500 less entering 1.827, 1.895, 1.681, 1.746,
    0.808, 1.774) are sums over five others, from indices rounded to three digits."""
    got = promethee_ii(PROJECTS, np.ones(6), PROJECTS_UP, PROJECTS_BY)
    printed = [-0.729, 0.085, -0.447, -0.102, 1.466, -0.274]
    assert got * 5 == pytest.approx(printed, abs=2.5e-3)
    assert np.argsort(-got).tolist() == [4, 1, 3, 5, 2, 0]


@given(tables, weights, arrays(bool, 3), kinds)
def test_every_form_equals_its_definition_pair_by_pair(values, w, up, kind):
    got = promethee_ii(values, w, up, rule(kind))
    # a step may fall either way where a difference equals its threshold but for rounding
    signed = np.abs(values[:, None, :] - values[None, :, :])
    at_a_step = min(np.abs(signed - t).min() for t in (0.2, 0.7)) < 1e-9
    if not (at_a_step and kind in ("u-shape", "level")):
        assert got == pytest.approx(plain(values, w, up, FORMS[kind]), abs=1e-9)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("usual", "usual"),
        ("u-shape", "ushape"),
        ("v-shape", "vshape"),
        ("level", "level"),
        ("linear", "vshape_2"),
    ],
)
def test_forms_agree_with_pymcdm(ours, theirs):
    from pymcdm.methods import PROMETHEE_II

    rng = np.random.default_rng(7)
    values, w, sign = rng.random((30, 3)), np.array([0.5, 0.3, 0.2]), np.array([1, -1, 1])
    needs = {"usual": "", "ushape": "q", "vshape": "p"}.get(theirs, "qp")
    thresholds = {t: [v] * 3 for t, v in (("q", 0.2), ("p", 0.7)) if t in needs}
    oracle = PROMETHEE_II(theirs, **thresholds)(values, w, sign)
    assert promethee_ii(values, w, sign > 0, rule(ours)) == pytest.approx(oracle, abs=1e-9)


@given(tables, weights, arrays(bool, 3), kinds, st.data())
def test_the_order_of_candidates_changes_no_bit_and_flows_sum_to_zero(values, w, up, kind, data):
    turn = np.array(data.draw(st.permutations(range(len(values)))))
    got = promethee_ii(values, w, up, rule(kind))
    assert (promethee_ii(values[turn], w, up, rule(kind)) == got[turn]).all()
    assert got.sum() == pytest.approx(0, abs=1e-9)
    assert (np.abs(got) <= 1 + 1e-9).all()


@given(coarse, weights, kinds)
def test_a_site_nowhere_worse_never_has_the_lower_flow(values, w, kind):
    got = promethee_ii(values, w, np.True_, rule(kind))
    for i in range(len(values)):
        assert (got[(values <= values[i]).all(axis=1)] <= got[i] + 1e-9).all()


@given(tables, weights, arrays(bool, 3))
def test_a_function_of_one_s_own_is_taken_as_it_is(values, w, up):
    own = promethee_ii(values, w, up, [np.sqrt, "usual", lambda d: np.clip(d / 0.5, 0, 1)])
    parts = [np.sqrt, "usual", ("v-shape", 0.5)]
    alone = [promethee_ii(values[:, [k]], [1.0], up[[k]], parts[k]) for k in range(3)]
    assert own == pytest.approx(sum(w[k] / w.sum() * alone[k] for k in range(3)), abs=1e-9)
    with pytest.raises(ValueError, match="not a number"):
        promethee_ii(values, w, up, lambda d: d + np.nan)


def test_blocks_of_pairs_leave_nobody_out(monkeypatch):
    values = np.random.default_rng(8).integers(0, 150, (200, 2)) / 150
    once = promethee_ii(values, [0.6, 0.4], np.True_, ("gaussian", 0.3))
    assert once == pytest.approx(
        plain(values, np.array([0.6, 0.4]), np.True_, FORMS["gaussian"]), abs=1e-12
    )
    for cells in (7, 64, 1000):
        monkeypatch.setattr("scoring.promethee._CELLS", cells)
        assert promethee_ii(values, [0.6, 0.4], np.True_, ("gaussian", 0.3)) == pytest.approx(once)


@given(tables, weights)
def test_a_v_shape_over_the_whole_range_is_the_weighted_sum_but_for_shift_and_scale(values, w):
    w = w / w.sum()
    got = promethee_ii(values, w, np.True_, ("v-shape", 1.0))
    total, n = weighted_sum(values, w), len(values)
    assert got == pytest.approx(n / (n - 1) * (total - total.mean()), abs=1e-9)


@given(tables, weights, arrays(bool, 3), st.floats(-1e6, 1e6))
def test_a_far_off_origin_does_not_eat_the_digits(values, w, up, origin):
    near = promethee_ii(values, w, up, ("linear", 0.1, 0.4))
    assert promethee_ii(values + origin, w, up, ("linear", 0.1, 0.4)) == pytest.approx(
        near, abs=1e-7
    )


def test_a_difference_that_equals_its_threshold_but_for_rounding_equals_it():
    assert 0.7 - 0.4 < 0.3 < 0.9 - 0.6 + 1e-15
    for low, high in ((0.4, 0.7), (0.6, 0.9), (0.1, 0.4)):
        assert promethee_ii([[low], [high]], [1.0], [True], ("u-shape", 0.3)).tolist() == [0, 0]


def test_constant_criteria_twins_and_one_site_alone():
    values = np.array([[1.0, 5.0], [2.0, 5.0], [2.0, 5.0]])
    got = promethee_ii(values, [0.5, 0.5], np.True_, "usual")
    assert got == pytest.approx([-0.5, 0.25, 0.25])
    assert got[1] == got[2]
    assert promethee_ii([[3.0]], [1.0], [True], "usual").tolist() == [0]
    assert promethee_ii(np.zeros((0, 1)), [1.0], [True], "usual").tolist() == []


def test_every_way_to_write_a_preference_means_the_same():
    linear = Preference(kind="linear", q=0.1, p=0.3)
    for given_as in (
        linear,
        ("linear", 0.1, 0.3),
        ["Linear", 0.1, 0.3],
        {"kind": "LINEAR", "q": 0.1, "p": 0.3},
        ("linear", [0.1, 0.1], [0.3, 0.3]),
        [linear, ("linear", 0.1, 0.3)],
    ):
        assert preferences(given_as, 2) == (linear, linear)
    assert preferences(("v_shape", 0.5), 1) == (Preference(kind="v-shape", p=0.5),)
    assert preferences(["usual", ("u shape", 2)], 2)[1] == Preference(kind="u-shape", q=2)


@pytest.mark.parametrize(
    ("preference", "said"),
    [
        ("steep", "not one of"),
        ("linear", "p 0.0 must lie above"),
        (("linear", 0.3), "2 thresholds"),
        (("linear", 0.3, 0.1), "above q"),
        (("v-shape", 0), "must lie above 0"),
        (("gaussian", 0), "must lie above 0"),
        (("u-shape", -1), "zero or more"),
        (["usual"] * 3, "2 preferences"),
        (("v-shape", [1, 2, 3]), "shape"),
    ],
)
def test_a_preference_that_cannot_be_is_refused(preference, said):
    with pytest.raises(ValueError, match=said):
        promethee_ii([[1.0, 2.0], [2.0, 1.0]], [0.5, 0.5], [True, True], preference)


def test_unknown_values_are_refused():
    with pytest.raises(ValueError, match="unknown"):
        promethee_ii([[np.nan], [2.0]], [1.0], [True], "usual")


def test_fifty_thousand_sites_take_moments_and_the_blocked_path_bounded_memory():
    rng = np.random.default_rng(3)
    many = rng.random((50_000, 4))
    start = time.perf_counter()
    promethee_ii(many, np.ones(4), np.True_, ("linear", 0.05, 0.3))
    assert time.perf_counter() - start < 2
    some = rng.random((4_000, 1))
    tracemalloc.start()
    promethee_ii(some, [1.0], np.True_, ("gaussian", 0.3))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20e6  # a whole table of pairs would take 128 MB, and several of them
