"""Sites of many studies rank together only where their numbers rest on the same ground."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.criteria import load_catalogue
from scoring.layers import Layer, Layers
from scoring.nation import basis_of, differences, gini, rank_together, rules_of, usual
from scoring.weights import Scenario, Thresholds, effective

CATALOGUE = load_catalogue()
PROGRAMME = "kerja-sosial"
CRITERIA = CATALOGUE.scored(PROGRAMME)
LETTER = CATALOGUE.programme(PROGRAMME).letter


def basis(**layers):
    """What a study rests on whose hazard layers hold what is said."""
    kinds = {
        kind: Layer(kind=kind, hash=kind, source=kind, data=None, values=values)
        for kind, values in layers.items()
    }
    study = Layers(crs=None, by_kind=kinds)
    return basis_of(CATALOGUE, PROGRAMME, study, Thresholds())


def test_a_layer_of_other_classes_does_not_compare_and_one_that_is_missing_does():
    index, classes, none = basis(landslide="index"), basis(landslide="class"), basis()
    assert differences(index, classes) == {"classes": ("landslide",)}
    assert differences(index, none) == {}
    assert usual([index, index, classes, none]) == index
    assert usual([index, index, classes, none, none, none, none]) == index


def test_what_most_agree_with_is_the_rule_whatever_the_order():
    index, classes = basis(landslide="index"), basis(landslide="class")
    told = [classes, index, index, classes, index]
    assert usual(told) == usual(told[::-1]) == index
    assert usual([index, classes]) == usual([classes, index])


def test_a_changed_catalogue_threshold_or_speed_is_named():
    one = basis(landslide="index")
    assert differences(one, replace(one, catalogue="2027.01")) == {
        "catalogue": (one.catalogue, "2027.01")
    }
    rules = rules_of(CATALOGUE, PROGRAMME)
    other = replace(one, anchors=rules | {"slope_of_something": "x"}, travel="cepat")
    assert set(differences(one, other)) == {"anchors", "travel"}
    assert differences(one, other)["anchors"] == ("slope_of_something",)
    strict = replace(Thresholds(), gate_pass=0.9)
    changed = basis_of(CATALOGUE, PROGRAMME, Layers(crs=None, by_kind={}), strict)
    assert set(differences(basis(), changed)) == {"thresholds"}


def means(n, seed=1):
    """Values between the ends of each criterion's anchors, a third of them unknown."""
    rng = np.random.default_rng(seed)
    found = np.empty((n, len(CRITERIA)))
    for k, c in enumerate(CRITERIA):
        anchors = c.anchors[LETTER] or ((0.0, 0.0), (1.0, 1.0))
        low, high = sorted((anchors[0][0], anchors[-1][0]))
        found[:, k] = rng.uniform(low, high, n)
    found[rng.random(found.shape) < 1 / 3] = np.nan
    return found


@given(st.integers(1, 60), st.integers(0, 10_000))
def test_a_ranking_of_two_studies_orders_each_as_it_ranks_alone(n, seed):
    weights = effective(CATALOGUE, Scenario(name="a", programme=PROGRAMME))
    mean = means(2 * n, seed)
    together = rank_together(mean, CRITERIA, weights, letter=LETTER)
    for half in (np.arange(n), np.arange(n, 2 * n)):
        alone = rank_together(mean[half], CRITERIA, weights, letter=LETTER)
        inside = together.order[np.isin(together.order, half)]
        assert inside.tolist() == half[alone.order].tolist()
    by_row = np.empty(2 * n)
    by_row[together.order] = together.score
    first = rank_together(mean[:n], CRITERIA, weights, letter=LETTER)
    assert by_row[first.order].tobytes() == first.score.tobytes()


def test_unknown_is_the_prior_and_ties_share_the_lower_rank():
    weights = effective(CATALOGUE, Scenario(name="a", programme=PROGRAMME))
    mean = np.full((3, len(CRITERIA)), np.nan)
    found = rank_together(mean, CRITERIA, weights, letter=LETTER)
    assert found.rank.tolist() == [1, 1, 1]
    assert found.order.tolist() == [0, 1, 2]
    assert found.coverage.tolist() == [0.0, 0.0, 0.0]
    expected = sum(w * c.prior for w, c in zip(weights, CRITERIA, strict=True))
    assert found.score[0] == pytest.approx(expected)


def test_equity_is_the_gini_coefficient_of_sites_a_person():
    people = np.array([1.0, 1.0, 1.0, 1.0])
    assert gini(np.array([5.0, 5.0, 5.0, 5.0]), people) == pytest.approx(0.0)
    assert gini(np.array([0.0, 0.0, 0.0, 9.0]), people) == pytest.approx(0.75)  # 1 − 1/n
    assert gini(np.array([30.0, 10.0]), np.array([3.0, 1.0])) == pytest.approx(0.0)
    assert np.isnan(gini(np.zeros(4), people))
    rng = np.random.default_rng(4)
    held, people = rng.uniform(0, 9, 40), rng.uniform(1, 5, 40)
    each = held / people
    apart = np.abs(each[:, None] - each[None, :]) * people[:, None] * people[None, :]
    by_pairs = apart.sum() / (2 * people.sum() * held.sum())  # the definition, pair by pair
    assert gini(held, people) == pytest.approx(by_pairs)
