"""The smallest change of weights: a linear program is the oracle."""

import numpy as np
import pytest
from scipy.optimize import linprog

import words
from scoring.flip import flip, flip_dial
from scoring.rank import weighted_sum
from scoring.robustness import flip as by_contract
from scoring.sentences import flip_sentence


def cheapest(d, weights, groups):
    """min Σ up + down, so that d·(e + up − down) ≥ 0, by HiGHS; inf where it is impossible."""
    m = len(d)
    names = sorted(set(groups))
    held = np.array([[g == name for g in groups] for name in names], float)
    found = linprog(
        np.ones(2 * m),
        A_ub=[np.r_[-d, d]],
        b_ub=[d @ weights],
        A_eq=np.hstack([held, -held]),
        b_eq=np.zeros(len(names)),
        bounds=[(0, None)] * m + [(0, e) for e in weights],
        method="highs",
    )
    return found.fun if found.success else np.inf


def case(seed):
    """Random sites; every third world has anchored values, every seventh nearly equal ones."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(2, 7)), int(rng.integers(2, 12))
    values = rng.random((n, m))
    if seed % 3 == 0:
        values = np.round(values, 1)
    if seed % 7 == 0:
        values[:] = values[0] + rng.normal(0, 1e-4, (n, m))
    weights = rng.dirichlet(np.ones(m) * rng.choice([0.2, 1, 5]))
    groups = rng.integers(0, 2, m).tolist() if seed % 2 else [0] * m
    return values, weights, groups


@pytest.mark.parametrize("seed", range(60))
def test_no_smaller_change_exists_and_applying_it_ties_while_99_percent_does_not(seed):
    values, weights, groups = case(seed)
    found = flip(values, weights, groups=groups if seed % 2 else None)
    scores = weighted_sum(values, weights)
    leader = int(np.argmax(scores))
    least = min(
        cheapest(v - values[leader], weights, groups) for i, v in enumerate(values) if i != leader
    )
    if found is None:
        assert least == np.inf
        return
    assert found.l1 == pytest.approx(least, abs=1e-8)
    assert found.leader == leader
    assert (found.weights >= 0).all()
    for g in set(groups):
        at = np.array(groups) == g
        assert found.weights[at].sum() == pytest.approx(weights[at].sum(), abs=1e-12)
    after = weighted_sum(values, found.weights)
    assert after[found.challenger] == pytest.approx(after[leader], abs=1e-12)
    # at the cheapest flip nobody else is ahead: the challenger is first, with the leader
    assert after.max() <= after[leader] + 1e-12
    if scores[leader] - np.sort(scores)[-2] > 1e-9:
        almost = weighted_sum(values, weights + 0.99 * (found.weights - weights))
        assert np.argmax(almost) == leader
        assert (np.delete(almost, leader) < almost[leader]).all()
    moved = weights.copy()
    for move in found.moves:
        moved[move.source] -= move.share_0_1
        moved[move.target] += move.share_0_1
    assert moved == pytest.approx(found.weights, abs=1e-15)


def test_two_criteria_by_hand():
    """0.7·0.9 + 0.3·0.2 = 0.69 against 0.48; level where w·0.6 = (1 − w)·0.5, w = 5/11."""
    values, weights = np.array([[0.9, 0.2], [0.3, 0.7]]), np.array([0.7, 0.3])
    found = flip(values, weights)
    assert found.challenger == 1
    assert found.weights == pytest.approx([5 / 11, 6 / 11])
    assert found.l1 == pytest.approx(2 * (0.7 - 5 / 11))
    assert [(m.source, m.target) for m in found.moves] == [(0, 1)]


def test_a_site_other_than_the_second_may_be_the_easiest_challenger():
    values = np.array([[0.80, 0.50], [0.75, 0.49], [0.20, 1.00]])
    weights = np.array([0.6, 0.4])
    assert np.argsort(-weighted_sum(values, weights)).tolist() == [0, 1, 2]
    assert flip(values, weights).challenger == 2


def test_no_weights_lift_dominated_sites():
    assert flip([[0.9, 0.8], [0.5, 0.7]], [0.5, 0.5]) is None
    assert flip([[0.9, 0.8]], [0.5, 0.5]) is None
    assert by_contract([[0.9, 0.8], [0.5, 0.7]], [0.5, 0.5]) is None


def test_with_groups_held_a_flip_may_cost_more_or_be_impossible():
    values = np.array([[0.9, 0.9, 0.1, 0.1], [0.2, 0.3, 0.6, 0.5]])
    weights = np.array([0.4, 0.2, 0.2, 0.2])
    groups = ["benefit", "benefit", "safety", "safety"]
    assert flip(values, weights) is not None
    assert flip(values, weights, groups=groups) is None
    dial = flip_dial(values, weights, groups)
    assert dial.weights[0] / dial.weights[1] == pytest.approx(2.0)
    assert dial.weights[2] / dial.weights[3] == pytest.approx(1.0)
    after = weighted_sum(values, dial.weights)
    assert after[0] == pytest.approx(after[1], abs=1e-12)
    # closed form: benefit worth 0.9 against 7/30, safety 0.1 against 0.55
    assert dial.weights[:2].sum() == pytest.approx(0.45 / (0.45 + 0.9 - 7 / 30))
    assert flip(values, weights).l1 <= dial.l1


def test_sites_that_tie_already_need_no_change():
    found = flip([[0.5, 0.5], [0.6, 0.4]], [0.5, 0.5])
    assert found.l1 == 0.0
    assert found.moves == ()
    assert {found.leader, found.challenger} == {0, 1}


def test_a_group_without_weight_can_be_given_some():
    values, groups = [[0.9, 0.1, 0.3], [0.2, 0.8, 0.9]], ["a", "b", "b"]
    found = flip_dial(values, [1.0, 0.0, 0.0], groups)
    assert found.weights[1] == pytest.approx(found.weights[2])
    after = weighted_sum(np.array(values), found.weights)
    assert after[0] == pytest.approx(after[1], abs=1e-12)


@pytest.mark.parametrize(
    ("values", "weights", "groups"),
    [
        ([[0.1, np.nan], [0, 0]], [0.5, 0.5], None),
        ([[0.1, 0.2], [0, 0]], [1.0], None),
        ([[0.1, 0.2], [0, 0]], [1.5, -0.5], None),
        ([[0.1, 0.2], [0, 0]], [0.5, 0.5], ["a"]),
    ],
)
def test_what_does_not_fit_is_refused(values, weights, groups):
    with pytest.raises(ValueError, match=r"fit|known"):
        flip(values, weights, groups=groups)


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_flip_is_said_in_one_plain_sentence(lang):
    names, keys = ["Puskesmas A", "SD B"], ["labour_need", "dignity"]
    said = flip_sentence(flip([[0.9, 0.2], [0.3, 0.7]], [0.7, 0.3]), names, keys, lang=lang)
    assert "SD B" in said
    assert ("24,5 poin" if lang == "id" else "24.5 points") in said
    assert ("dari Kebutuhan tenaga ke" if lang == "id" else "from Labour need to") in said
    none = flip_sentence(None, names, keys, leader="Puskesmas A", lang=lang)
    assert "Puskesmas A" in none
    tied = flip_sentence(flip([[0.5, 0.5], [0.6, 0.4]], [0.5, 0.5]), names, keys, lang=lang)
    assert "SD B" in tied
    dial = flip_dial([[0.9, 0.2], [0.3, 0.7]], [0.7, 0.3], ["benefit", "safety"])
    turned = flip_sentence(dial, names, ["benefit", "safety"], lang=lang)
    assert ("Manfaat publik" if lang == "id" else "Public benefit") in turned
