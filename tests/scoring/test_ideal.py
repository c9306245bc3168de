import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scoring.rank import topsis, vikor

AIRCRAFT = np.array(
    [
        [2.0, 1500, 20000, 5.5, 5, 9],
        [2.5, 2700, 18000, 6.5, 3, 5],
        [1.8, 2000, 21000, 4.5, 7, 7],
        [2.2, 1800, 20000, 5.0, 5, 5],
    ]
)
RESERVOIRS = np.array(
    [
        [4184.3, 2914.0, 407.2, 251.0, 195, 244, 15, 2.41],
        [5211.9, 3630.0, 501.7, 308.3, 282, 346, 21, 1.41],
        [5021.3, 3920.5, 504.0, 278.6, 12, 56, 3, 4.42],
        [5566.1, 3957.9, 559.5, 335.3, 167, 268, 16, 3.36],
        [5060.5, 3293.5, 514.1, 284.2, 69, 90, 7, 4.04],
        [4317.9, 2925.9, 432.8, 239.3, 12, 55, 3, 4.36],
    ]
)
RESERVOIRS_UP = np.array([1, 0, 1, 1, 0, 0, 0, 1], dtype=bool)
CLIMB, CLIMB_UP = np.array([[1, 3000], [2, 3750], [5, 4500.0]]), np.array([False, True])
tables = arrays(float, st.tuples(st.integers(2, 20), st.just(4)), elements=st.floats(-100, 100))
coarse = arrays(float, st.tuples(st.integers(2, 12), st.just(4)), elements=st.integers(0, 4))
weights = arrays(float, 4, elements=st.floats(0.01, 1))
flags = arrays(bool, 4)


AIRCRAFT_W = np.array([0.2, 0.1, 0.1, 0.1, 0.2, 0.3])
AIRCRAFT_UP = np.array([True, True, True, False, True, True])
AIRCRAFT_PRINTED = [0.643, 0.268, 0.613, 0.312]


def test_topsis_ranks_the_fighter_aircraft_of_hwang_and_yoon():
    """Hwang & Yoon 1981, ch. 3: C* = .643, .268, .613, .312.

    The book works from tables cut to four digits: its weighted values and distances, taken so,
    give every printed digit. Without the cut C* of the third is .61354, half a thousandth and a
    little more off what is printed; the other three round to the printed digits.
    """
    got = topsis(AIRCRAFT, AIRCRAFT_W, AIRCRAFT_UP)
    others = np.array([0, 1, 3])
    assert np.round(got[others], 3).tolist() == [0.643, 0.268, 0.312]
    assert got == pytest.approx(AIRCRAFT_PRINTED, abs=5.5e-4)
    cut = np.round(AIRCRAFT / np.sqrt((AIRCRAFT**2).sum(axis=0)) * AIRCRAFT_W, 4)
    best = np.where(AIRCRAFT_UP, cut.max(axis=0), cut.min(axis=0))
    worst = np.where(AIRCRAFT_UP, cut.min(axis=0), cut.max(axis=0))
    far, near = (np.round(np.sqrt(((cut - x) ** 2).sum(axis=1)), 4) for x in (best, worst))
    assert np.round(near / (near + far), 3).tolist() == AIRCRAFT_PRINTED


@pytest.mark.parametrize(
    ("w", "s", "r", "q", "compromise"),
    [
        (
            [1, 1, 1, 1, 1, 1, 1, 1],
            [0.692, 0.700, 0.290, 0.423, 0.280, 0.346],
            [0.125, 0.125, 0.121, 0.125, 0.067, 0.125],
            [0.991, 1.000, 0.473, 0.670, 0.000, 0.578],
            (4,),
        ),
        (
            [2, 2, 2, 2, 1, 1, 1, 1],
            [0.701, 0.600, 0.386, 0.365, 0.317, 0.459],
            [0.167, 0.114, 0.161, 0.167, 0.089, 0.167],
            [1.000, 0.533, 0.552, 0.563, 0.000, 0.686],
            (4,),
        ),
        (
            [1, 1, 1, 1, 2, 2, 2, 2],
            [0.683, 0.800, 0.193, 0.480, 0.243, 0.232],
            [0.113, 0.167, 0.080, 0.122, 0.044, 0.083],
            [0.684, 1.000, 0.147, 0.554, 0.041, 0.191],
            (4, 2, 5),
        ),
        (
            [1, 1, 1, 1, 3.2, 3.2, 3.2, 3.2],
            [0.678, 0.857, 0.138, 0.513, 0.222, 0.167],
            [0.129, 0.190, 0.057, 0.139, 0.042, 0.060],
            [0.668, 1.000, 0.051, 0.588, 0.058, 0.078],
            (2, 4, 5),
        ),
    ],
)
def test_vikor_gives_the_printed_reservoirs_of_opricovic_and_tzeng(w, s, r, q, compromise):
    """Opricovic & Tzeng 2007, EJOR 178, the Drina reservoirs under four sets of weights."""
    got = vikor(RESERVOIRS, w, RESERVOIRS_UP)
    assert got.s == pytest.approx(s, abs=5.1e-4)  # the printed digits
    assert got.r == pytest.approx(r, abs=5.1e-4)
    assert got.q == pytest.approx(q, abs=5.1e-4)
    assert got.compromise == compromise


def test_vikor_gives_the_mountain_climb_of_opricovic_and_tzeng():
    """Opricovic & Tzeng 2004, EJOR 156: the second mountain, alone."""
    got = vikor(CLIMB, [0.5, 0.5], CLIMB_UP)
    assert got.s == pytest.approx([0.5, 0.375, 0.5])
    assert got.r == pytest.approx([0.5, 0.25, 0.5])
    assert got.q == pytest.approx([1, 0, 1])
    assert got.compromise == (1,)


def test_a_winner_best_in_neither_regret_shares_with_the_second_and_whoever_ties_with_it():
    table = np.array(
        [
            [1, 101, 1, 101, 1],
            [101, 1, 101, 1, 101],
            [1, 1, 1, 1, 101],
            [11, 11, 11, 16, 61],
            [56, 56, 56, 56, 56],
        ],
        dtype=float,
    )
    got = vikor(table, [0.2] * 5, np.False_)
    assert got.s == pytest.approx([0.4, 0.6, 0.2, 0.21, 0.55])
    assert got.r == pytest.approx([0.2, 0.2, 0.2, 0.12, 0.11])
    assert got.q == pytest.approx([0.75, 1, 0.5, 0.06805, 0.4375], abs=1e-4)
    assert got.compromise == (3, 4)
    twin = vikor(np.vstack([table, table[4]]), [0.2] * 5, np.False_)
    assert twin.compromise == (3, 4, 5)


def test_an_advantage_is_acceptable_from_one_over_the_others_on():
    # four sites: 0.3 behind is less than 1/3, 0.34 is more
    assert vikor([[1], [0.70], [0.5], [0]], [1], np.True_).compromise == (0, 1)
    assert vikor([[1], [0.66], [0.5], [0]], [1], np.True_).compromise == (0,)


@pytest.mark.filterwarnings("ignore:Alternatives with indices")
@settings(deadline=None)
@given(tables, weights, flags)
def test_topsis_and_vikor_agree_with_pymcdm(values, w, up):
    from pymcdm import methods
    from pymcdm.normalizations import vector_normalization

    ours = vikor(values, w, up)
    flat = [np.ptp(x, axis=0) for x in (values, ours.s, ours.r)]
    if min(np.min(span) for span in flat) < 1e-3:
        return  # pymcdm answers nan, or loses the digits
    sign, w = np.where(up, 1, -1), w / w.sum()
    # pymcdm's own default is min-max, and its vector form turns costs to 1 - r: the same distances
    theirs = methods.TOPSIS(vector_normalization)(values, w, sign)
    assert topsis(values, w, up) == pytest.approx(theirs, abs=1e-9)
    assert ours.q == pytest.approx(methods.VIKOR(v=0.5)(values, w, sign), abs=1e-6)


def test_topsis_and_vikor_agree_with_scikit_criteria():
    import skcriteria
    from skcriteria.agg.topsis import TOPSIS
    from skcriteria.agg.vikor import VIKOR
    from skcriteria.pipelines import mkpipe
    from skcriteria.preprocessing.invert_objectives import NegateMinimize
    from skcriteria.preprocessing.scalers import VectorScaler

    w = np.array([1, 1, 1, 1, 3.2, 3.2, 3.2, 3.2])
    objectives = [max if up else min for up in RESERVOIRS_UP]
    matrix = skcriteria.mkdm(RESERVOIRS, objectives, weights=w / w.sum())
    ideal = mkpipe(NegateMinimize(), VectorScaler("matrix"), TOPSIS()).evaluate(matrix)
    assert topsis(RESERVOIRS, w, RESERVOIRS_UP) == pytest.approx(ideal.e_.similarity, abs=1e-9)
    theirs, ours = VIKOR().evaluate(matrix).e_, vikor(RESERVOIRS, w, RESERVOIRS_UP)
    assert ours.q == pytest.approx(theirs.q_k)
    assert set(ours.compromise) == set(theirs.compromise_set)


@given(tables, weights, flags, st.data())
def test_the_order_of_candidates_changes_no_bit(values, w, up, data):
    turn = np.array(data.draw(st.permutations(range(len(values)))))
    assert (topsis(values[turn], w, up) == topsis(values, w, up)[turn]).all()
    here, there = vikor(values, w, up), vikor(values[turn], w, up)
    assert (there.q == here.q[turn]).all()
    assert {int(turn[i]) for i in there.compromise} == set(here.compromise)


@given(coarse, weights, flags)
def test_a_dominated_candidate_never_stands_before_the_one_that_dominates_it(values, w, up):
    better = np.where(up, values, -values)
    closeness, q = topsis(values, w, up), vikor(values, w, up).q
    for i in range(len(values)):
        below = (better <= better[i]).all(axis=1)
        assert (closeness[below] <= closeness[i] + 1e-12).all()
        assert (q[below] >= q[i] - 1e-12).all()


@given(tables, weights, flags)
def test_a_dominated_site_of_the_same_range_leaves_every_regret_of_vikor(values, w, up):
    worst = np.where(up, values.min(axis=0), values.max(axis=0))
    before, after = vikor(values, w, up), vikor(np.vstack([values, worst]), w, up)
    assert (after.s[:-1] == before.s).all()
    assert (after.r[:-1] == before.r).all()


@given(tables, weights, flags, arrays(float, 1, elements=st.floats(-10, 10)))
def test_a_constant_criterion_says_nothing(values, w, up, level):
    extra = np.column_stack([values, np.full(len(values), level[0])])
    more, ups = np.append(w, 0.5), np.append(up, True)
    assert topsis(extra, more, ups) == pytest.approx(topsis(values, w, up), abs=1e-9)
    q = vikor(values, w, up)
    assert vikor(extra, more, ups).q == pytest.approx(q.q, abs=1e-6)


def test_candidates_all_alike_stand_together():
    same = np.full((3, 2), 4.0)
    assert topsis(same, [0.5, 0.5], np.True_) == pytest.approx([0.5] * 3)
    got = vikor(same, [0.5, 0.5], np.True_)
    assert got.q.tolist() == [0, 0, 0]
    assert set(got.compromise) == {0, 1, 2}
    assert vikor(same[:1], [0.5, 0.5], np.True_).compromise == (0,)
    assert topsis(np.zeros((2, 2)), [0.5, 0.5], np.True_) == pytest.approx([0.5, 0.5])
    assert vikor(np.zeros((0, 2)), [0.5, 0.5], np.True_).compromise == ()


@pytest.mark.parametrize("method", [topsis, vikor])
def test_unknown_values_and_directions_that_are_not_boolean_are_refused(method):
    with pytest.raises(ValueError, match="unknown"):
        method([[1.0, np.nan], [2.0, 1.0]], [0.5, 0.5], [True, True])
    with pytest.raises(ValueError, match="boolean"):
        method([[1.0, 2.0], [2.0, 1.0]], [0.5, 0.5], [1, -1])
    with pytest.raises(ValueError, match="2 directions"):
        method([[1.0, 2.0], [2.0, 1.0]], [0.5, 0.5], [True])


def test_large_units_do_not_overflow():
    assert topsis([[1e200, 1], [2e200, 2]], [0.5, 0.5], np.True_) == pytest.approx([0, 1])
