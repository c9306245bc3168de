import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import words
from geo.errors import InputError
from scoring.criteria import load_catalogue
from scoring.evidence import DecisionMatrix
from scoring.weights import (
    Scenario,
    Statement,
    anything,
    combine,
    critic,
    direct,
    effective,
    entropy,
    exact,
    interval,
    rank_order_centroid,
    ranked,
    swing,
    swing_ranges,
)

FIRMS = np.array(
    [
        [61.0, 1.08, 4.33],
        [20.7, 0.26, 4.34],
        [16.3, 1.98, 2.53],
        [9.0, 3.29, 1.65],
        [5.4, 2.77, 2.33],
        [4.0, 4.12, 1.21],
        [-6.1, 3.52, 2.10],
        [-34.6, 3.31, 0.98],
    ]
)
tables = arrays(float, st.tuples(st.integers(2, 15), st.just(3)), elements=st.floats(0.01, 100))
points = arrays(float, 5, elements=st.floats(1, 100))


@pytest.mark.parametrize(
    ("n", "printed"),
    [
        (1, [1]),
        (2, [0.75, 0.25]),
        (3, [0.6111, 0.2778, 0.1111]),
        (4, [0.5208, 0.2708, 0.1458, 0.0625]),
        (5, [0.4567, 0.2567, 0.1567, 0.0900, 0.0400]),
    ],
)
def test_rank_order_centroids_are_those_of_barron_and_barrett(n, printed):
    assert rank_order_centroid(n) == pytest.approx(printed, abs=5e-5)


def test_rank_order_centroids_are_the_mean_of_all_weights_that_keep_the_order():
    draws = -np.sort(-np.random.default_rng(3).dirichlet(np.ones(6), 40_000), axis=1)
    assert rank_order_centroid(6) == pytest.approx(draws.mean(axis=0), abs=2e-3)
    with pytest.raises(ValueError, match="at least one"):
        rank_order_centroid(0)


def test_critic_weighs_the_firms_as_diakoulaki_does():
    """Diakoulaki, Mavrotas & Papayannakis 1995: eight firms, three ratios."""
    got = critic(FIRMS, np.ones(3, dtype=bool))
    assert got == pytest.approx([0.20222554, 0.48090173, 0.31687273], abs=1e-6)


def test_critic_and_entropy_agree_with_pymcdm():
    from pymcdm.weights import critic_weights, entropy_weights

    table = np.random.default_rng(4).random((12, 5)) + 0.1
    assert critic(table, np.ones(5, dtype=bool)) == pytest.approx(critic_weights(table))
    assert entropy(table) == pytest.approx(entropy_weights(table))


def test_entropy_by_hand_with_a_share_of_zero():
    # columns share 1:1, 1:3 and 0:1: 1 - E = 0, 1 - 0.8113, 1
    got = entropy([[1, 1, 0], [1, 3, 5]])
    loss = 1 + (0.25 * np.log2(0.25) + 0.75 * np.log2(0.75))
    assert got == pytest.approx(np.array([0, loss, 1]) / (1 + loss))


@given(tables, arrays(bool, 3))
def test_diagnostics_sum_to_one_and_leave_a_constant_criterion_out(values, up):
    extra = np.column_stack([values, np.full(len(values), 7.0)])
    for plain, more in (
        (entropy(values), entropy(extra)),
        (critic(values, up), critic(extra, np.append(up, True))),
    ):
        assert plain.sum() == pytest.approx(1)
        assert (plain >= 0).all()
        if (np.ptp(values, axis=0) > 1e-3).any():
            assert more[:3] == pytest.approx(plain, abs=1e-6)


def test_diagnostics_of_what_tells_nothing_are_even_or_refused():
    same, one = np.ones((3, 2)), np.array([[1.0], [2.0]])
    assert entropy(same).tolist() == critic(same, np.True_).tolist() == [0.5, 0.5]
    assert critic(one, np.True_).tolist() == [1.0]
    assert critic(np.column_stack([one, one]), np.True_) == pytest.approx([0.5, 0.5])
    for bad in ([[1.0, np.nan], [1.0, 2.0]], [[1.0, 2.0]], [[-1.0, 2.0], [1.0, 1.0]]):
        with pytest.raises(ValueError, match=r"unknown|two candidates"):
            entropy(bad)
    with pytest.raises(ValueError, match="two candidates"):
        critic([[1.0, 2.0]], np.True_)


def test_swing_points_become_weights_inside_their_group():
    got = swing([100, 50, 50, 100, 25], ["benefit"] * 3 + ["safety"] * 2)
    assert got == pytest.approx([0.5, 0.25, 0.25, 0.8, 0.2])


@pytest.mark.parametrize("bad", [[101, 5], [-1, 5], [np.nan, 5], [0, 0]])
def test_points_outside_their_scale_or_all_zero_are_refused(bad):
    with pytest.raises(InputError) as fault:
        swing(bad)
    assert all(fault.value.say(lang=lang) for lang in words.LANGUAGES)


def test_swing_weights_of_the_catalogue_s_own_numbers_are_its_effective_weights():
    catalogue = load_catalogue()
    scored = catalogue.scored("kerja-sosial")
    got = swing([c.weights["K"] for c in scored], [c.group for c in scored])
    scenario = Scenario(
        name="points",
        programme="kerja-sosial",
        weights={c.key: float(w) for c, w in zip(scored, got, strict=True)},
    )
    plain = Scenario(name="plain", programme="kerja-sosial")
    assert effective(catalogue, scenario) == pytest.approx(effective(catalogue, plain))


def test_the_screen_shows_from_what_to_what_a_criterion_swings():
    catalogue = load_catalogue()
    scored = catalogue.scored("kerja-sosial")
    mean = np.full((3, len(scored)), np.nan)
    keys = [c.key for c in scored]
    mean[:2, keys.index("labour_need")] = [8, 24]
    matrix = DecisionMatrix(
        mean=mean,
        sd=np.zeros_like(mean),
        unknown=np.isnan(mean),
        candidate_ids=("a", "b", "c"),
        criteria=scored,
        letter="K",
    )
    shown = {r.key: r for r in swing_ranges(matrix)}
    labour = shown["labour_need"]
    assert (labour.worst, labour.best, labour.known) == (0, 40, 2)
    assert (labour.seen_worst, labour.seen_best) == pytest.approx((0.4, 0.8))
    assert (shown["landslide"].worst, shown["landslide"].best) == (0.9, 0.0)
    assert shown["road_exposure"].group == "safety"
    assert isinstance(shown["institution_kind"].best, str)
    assert np.isnan(shown["landslide"].seen_worst)


def test_a_statement_knows_what_it_allows():
    said = ranked([["labour"], ["access", "kind"], ["dignity"]]).by("Bapas", on="2026-01-05")
    assert (said.kind, said.said_by) == ("rank", "Bapas")
    assert said.centre == pytest.approx([0.5208, 0.2083, 0.2083, 0.0625], abs=1e-4)
    assert said.allows(said.centre)
    assert said.allows([0.4, 0.2, 0.4, 0.0])
    assert not said.allows([0.3, 0.4, 0.2, 0.1])
    assert not said.allows([0.4, 0.2, 0.4, 0.1])
    a, b = said.inequalities()
    assert (a.shape, b.tolist()) == ((4, 4), [0, 0, 0, 0])


def test_exact_interval_and_no_statement():
    assert exact({"a": 30, "b": 10}).centre == (0.75, 0.25)
    assert exact({"a": 30, "b": 10}).kind == "exact"
    free = anything(["a", "b", "c", "d"])
    assert (free.kind, free.centre) == ("any", (0.25,) * 4)
    said = interval({"a": (0.5, 0.9), "b": (0.0, 0.3), "c": (0.1, 0.9)})
    assert said.kind == "interval"
    # c can reach 0.5 at most; 0.4 of the room of 1.1 is needed
    assert said.high == pytest.approx((0.9, 0.3, 0.5))
    assert said.centre == pytest.approx((0.5 + 0.16 / 1.1, 0.12 / 1.1, 0.1 + 0.16 / 1.1))
    assert said.allows(said.centre)
    assert interval({"a": (0.5, 0.5), "b": (0.5, 0.5)}).kind == "exact"


@given(arrays(float, (2, 4), elements=st.floats(0, 1)))
def test_an_interval_keeps_exactly_the_weights_it_was_given(ends):
    low, high = ends.min(axis=0), ends.max(axis=0)
    bounds = dict(zip("abcd", zip(low.tolist(), high.tolist(), strict=True), strict=True))
    if low.sum() > 1 or high.sum() < 1:
        if low.sum() > 1.001 or high.sum() < 0.999:
            with pytest.raises(InputError):
                interval(bounds)
        return
    said = interval(bounds)
    assert said.allows(said.centre)
    for draw in np.random.default_rng(1).dirichlet(np.ones(4), 50):
        kept = bool(((draw >= low) & (draw <= high)).all())
        assert said.allows(draw) == kept


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: interval({"a": (0.6, 0.5), "b": (0, 1)}), "weights.interval"),
        (lambda: interval({"a": (0.6, 1.5), "b": (0, 1)}), "weights.interval"),
        (lambda: interval({"a": (np.nan, 0.5), "b": (0, 1)}), "weights.interval"),
        (lambda: interval({"a": (0.6, 0.7), "b": (0.5, 1)}), "weights.interval_sum"),
        (lambda: interval({"a": (0.1, 0.2), "b": (0.1, 0.3)}), "weights.interval_sum"),
        (lambda: ranked([["a", "b"], ["a"]]), "weights.order"),
        (lambda: ranked([]), "weights.order"),
        (lambda: exact({"a": -1, "b": 2}), "weights.negative"),
        (lambda: direct([0, 0, 1], ["x", "x", "y"]), "weights.none"),
    ],
)
def test_a_statement_that_cannot_be_kept_is_refused_in_one_sentence(make, code):
    with pytest.raises(InputError) as fault:
        make()
    assert fault.value.code == code
    assert all(fault.value.say(lang=lang) for lang in words.LANGUAGES)


def test_a_statement_whose_centre_breaks_it_cannot_be_made():
    with pytest.raises(ValueError, match="centre"):
        Statement(keys=("a", "b"), low=(0.5, 0.0), high=(1.0, 1.0), centre=(0.4, 0.6))
    with pytest.raises(ValueError, match="twice"):
        Statement(keys=("a", "a"), low=(0.0, 0.0), high=(1.0, 1.0), centre=(0.5, 0.5))


def test_people_are_combined_by_geometric_mean_with_their_disagreement_shown():
    got = combine([[80, 20], [20, 80], [50, 50]])
    assert got.weights == pytest.approx([0.5, 0.5])
    assert (got.low.tolist(), got.high.tolist()) == ([0.2, 0.2], [0.8, 0.8])
    assert got.spread == pytest.approx([0.6, 0.6])
    assert got.distance[0] == pytest.approx([0, 0.6, 0.3])
    assert got.furthest == (0, 1)
    # √(.9·.4) : √(.1·.6)
    pair = combine([[0.9, 0.1], [0.4, 0.6]]).weights
    assert pair[0] / pair[1] == pytest.approx(np.sqrt(0.36 / 0.06))


def test_a_voice_of_two_counts_as_two_people():
    once = combine([[0.9, 0.1], [0.4, 0.6], [0.4, 0.6]])
    assert combine([[0.9, 0.1], [0.4, 0.6]], voice=[1, 2]).weights == pytest.approx(once.weights)


@given(arrays(float, (4, 5), elements=st.floats(0.01, 100)), st.permutations(range(4)))
def test_the_order_of_people_changes_no_bit_and_groups_sum_to_one(stated, turn):
    groups = ["benefit"] * 3 + ["safety"] * 2
    got = combine(stated, groups=groups)
    assert (combine(stated[turn], groups=groups).weights == got.weights).all()
    assert got.weights[:3].sum() == pytest.approx(1)
    assert got.weights[3:].sum() == pytest.approx(1)
    assert (got.distance <= 1 + 1e-12).all()


def test_people_who_agree_give_back_their_weights():
    got = combine([[3, 1], [75, 25]])
    assert got.weights == pytest.approx([0.75, 0.25])
    assert got.furthest is None or got.distance.max() < 1e-12


def test_one_person_s_zero_takes_a_criterion_out_and_is_shown():
    got = combine([[0.5, 0.5, 0.0], [0.4, 0.2, 0.4]])
    assert got.weights[2] == 0
    assert got.vetoed.tolist() == [False, False, True]
    with pytest.raises(InputError) as fault:
        combine([[1, 0], [0, 1]])
    assert fault.value.code == "weights.all_vetoed"
    assert all(fault.value.say(lang=lang) for lang in words.LANGUAGES)
