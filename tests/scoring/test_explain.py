"""A counterfactual substituted back does what it says."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import words
from scoring.criteria import load_catalogue
from scoring.evidence import DecisionMatrix
from scoring.explain import grain, lifts, reasons, settled, strongest, value_reaching
from scoring.rank import ranks, weighted_sum
from scoring.sentences import lift_sentence, reason_sentence
from scoring.values import piecewise

CRITERIA = load_catalogue().scored("kerja-sosial")
KEYS = [c.key for c in CRITERIA]
WEIGHTS = np.array([c.weights["K"] for c in CRITERIA]) / 100
TOP = 10


def world(seed, n=40):
    """Sites on the catalogue's own criteria, a fifth of everything unknown."""
    rng = np.random.default_rng(seed)
    mean = np.empty((n, len(CRITERIA)))
    for k, c in enumerate(CRITERIA):
        if c.anchors["K"]:
            x = [x for x, _ in c.anchors["K"]]
            mean[:, k] = rng.uniform(x[0], x[-1], n)
        else:
            mean[:, k] = rng.choice(list(c.table["K"].values()), n)
    unknown = rng.random(mean.shape) < 0.2
    mean[unknown] = np.nan
    return DecisionMatrix(
        mean=mean,
        sd=np.where(unknown, np.nan, 0.0),
        unknown=unknown,
        candidate_ids=tuple(f"p-{i:03d}" for i in range(n)),
        criteria=CRITERIA,
        letter="K",
    )


def rank_with(matrix, row, k, value):
    """Rank of a site when one value is put in its place."""
    mean, unknown = matrix.mean.copy(), matrix.unknown.copy()
    mean[row, k], unknown[row, k] = value, False
    changed = dataclasses.replace(matrix, mean=mean, unknown=unknown)
    return ranks(weighted_sum(settled(changed), WEIGHTS))[row]


def outside(matrix):
    found = ranks(weighted_sum(settled(matrix), WEIGHTS))
    return [int(i) for i in np.argsort(found, kind="stable") if found[i] > TOP]


@pytest.mark.parametrize("seed", range(5))
def test_every_lift_put_back_brings_the_site_into_the_shortlist_and_one_step_less_does_not(seed):
    matrix, told, refused = world(seed), 0, 0
    for row in outside(matrix)[:12]:
        for k, (key, lift) in enumerate(lifts(matrix, WEIGHTS, row, top=TOP).items()):
            c = CRITERIA[k]
            assert key == c.key
            if lift is None:
                refused += 1
                best = (
                    max(c.anchors["K"], key=lambda a: a[1])[0]
                    if c.anchors["K"]
                    else max(c.table["K"].values())
                )
                assert rank_with(matrix, row, k, best) > TOP
                continue
            told += 1
            if lift.category:
                assert rank_with(matrix, row, k, c.table["K"][lift.category]) <= TOP
                less = [v for v in c.table["K"].values() if v < lift.worth]
                assert all(rank_with(matrix, row, k, v) > TOP for v in less)
                continue
            assert rank_with(matrix, row, k, lift.value) <= TOP
            rising = c.anchors["K"][-1][1] > c.anchors["K"][0][1]
            less = lift.value - (1 if rising else -1) * (grain(c, "K") + 1e-9)
            assert rank_with(matrix, row, k, less) > TOP
    assert told > 10
    assert refused > 10


def test_a_site_in_the_shortlist_needs_nothing():
    matrix = world(1)
    inside = set(range(40)) - set(outside(matrix))
    assert all(lifts(matrix, WEIGHTS, i, top=TOP) == {} for i in inside)
    assert lifts(matrix, WEIGHTS, outside(matrix)[0], top=40) == {}


def test_excluded_sites_take_no_place_in_the_shortlist():
    matrix = world(1)
    row = outside(matrix)[0]
    first = np.argsort(-weighted_sum(settled(matrix), WEIGHTS), kind="stable")[:3]
    kept = np.setdiff1d(np.arange(40), first)
    assert lifts(matrix, WEIGHTS, row, top=TOP) != {}
    assert lifts(matrix, WEIGHTS, row, top=TOP, among=kept) == {}


def test_a_visit_shows_what_its_questions_ask_but_never_lowers_a_mapped_hazard():
    matrix = world(2)
    for row in outside(matrix):
        for lift in filter(None, lifts(matrix, WEIGHTS, row, top=TOP).values()):
            k = KEYS.index(lift.criterion)
            c = CRITERIA[k]
            known = not matrix.unknown[row, k]
            assert math.isnan(lift.now) == (not known)
            assert lift.survey == (bool(c.questions) and not (c.link == "raise" and known))
    landslide = KEYS.index("landslide")
    mapped = [i for i in outside(matrix) if not matrix.unknown[i, landslide]]
    found = [lifts(matrix, WEIGHTS, i, top=TOP)["landslide"] for i in mapped]
    assert any(x is not None for x in found)
    assert not any(x.survey for x in found if x is not None)


@given(
    st.lists(
        st.tuples(st.integers(0, 99), st.floats(0, 1)),
        min_size=2,
        max_size=5,
        unique_by=lambda a: a[0],
    ),
    st.floats(0, 1),
    st.floats(0, 99),
)
def test_a_value_read_back_is_worth_what_was_asked(pairs, worth, near):
    anchors = tuple(sorted((float(x), v) for x, v in pairs))
    found = value_reaching(worth, anchors, near)
    v = [v for _, v in anchors]
    if found is None:
        assert worth < min(v) or worth > max(v)
    else:
        assert float(piecewise(found, anchors)) == pytest.approx(worth, abs=1e-9)


def test_of_several_values_the_nearest_is_told():
    hump = ((0.0, 0.0), (1.0, 1.0), (2.0, 0.0))
    assert value_reaching(0.5, hump, 0.0) == 0.5
    assert value_reaching(0.5, hump, 1.9) == 1.5
    assert value_reaching(1.1, hump, 0.0) is None


def test_reasons_are_the_three_known_criteria_that_lift_most_above_the_mean():
    matrix = world(3)
    row = int(np.argmax(weighted_sum(settled(matrix), WEIGHTS)))
    found = reasons(matrix, WEIGHTS, row)
    gain = WEIGHTS * (settled(matrix)[row] - settled(matrix).mean(axis=0))
    known = [k for k in np.argsort(-gain) if not matrix.unknown[row, k]]
    assert [r.criterion for r in found] == [KEYS[k] for k in known[:3]]
    assert [r.gain for r in found] == pytest.approx(gain[known[:3]])
    # nobody else has any labour need, so that even half of its worth would stand out: yet unknown
    k = KEYS.index("labour_need")
    mean, unknown = matrix.mean.copy(), matrix.unknown.copy()
    mean[:, k], unknown[:, k] = 0.0, False
    mean[row, k], unknown[row, k] = np.nan, True
    alone = dataclasses.replace(matrix, mean=mean, unknown=unknown)
    lifted = WEIGHTS * (settled(alone)[row] - settled(alone).mean(axis=0))
    assert int(np.argmax(lifted)) == k
    assert "labour_need" not in [r.criterion for r in reasons(alone, WEIGHTS, row)]
    nothing = dataclasses.replace(
        matrix, mean=np.full(matrix.mean.shape, np.nan), unknown=np.ones(matrix.mean.shape, bool)
    )
    assert reasons(nothing, WEIGHTS, row) == ()


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_lifts_and_reasons_are_said_in_both_languages(lang):
    matrix, said = world(4), set()
    catalogue = load_catalogue().criteria
    for row in outside(matrix)[:8]:
        found = lifts(matrix, WEIGHTS, row, top=TOP)
        for lift in strongest(found, dict(zip(KEYS, WEIGHTS, strict=True))):
            text = lift_sentence(lift, catalogue[lift.criterion], "K", top=TOP, lang=lang)
            assert words.say(f"criterion.{lift.criterion}", lang=lang) in text
            assert " nan" not in text
            assert "{" not in text
            said.add(text)
        for reason in reasons(matrix, WEIGHTS, row):
            said.add(reason_sentence(reason, catalogue[reason.criterion], "K", lang=lang))
    assert len(said) > 20


def test_every_category_has_a_name_to_be_said_by():
    for c in load_catalogue().criteria.values():
        for table in c.table.values():
            for name in table:
                room = {"institution_kind": "kind", "underserved_area": "status"}.get(
                    c.key, "category"
                )
                assert words.knows(f"{room}.{name}", lang="id"), (c.key, name)
