"""Sureness, second opinions, flips and lifts of a study, and that they say what they do."""

import numpy as np
import pytest

from data.workspace import open_study
from scoring.study import rank_candidates
from work.ranking import compute, rank_study, why_site
from work.studies import demo_study


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("yakin") / "studi"
    demo_study(folder, seed=4, scale=0.1)
    return folder


@pytest.fixture(scope="module")
def ranked(demo):
    return rank_study(demo, every_method=True)


def test_probabilities_are_shares_and_the_first_places_add_up(ranked):
    first = [s["p_first"] for s in ranked["sites"]]
    top = [s["p_top"] for s in ranked["sites"]]
    assert sum(first) == pytest.approx(1.0, abs=1e-9)
    assert sum(top) == pytest.approx(ranked["top"], abs=1e-9)
    assert all(a <= b + 1e-12 for a, b in zip(first, top, strict=True))
    assert ranked["clear_winner"] == (max(first) >= ranked["sureness"]["threshold"])


def test_the_same_seed_gives_the_same_probabilities(demo, ranked):
    again = rank_study(demo)
    assert [s["p_top"] for s in again["sites"]] == [s["p_top"] for s in ranked["sites"]]


def test_six_methods_each_name_their_first_and_the_additive_is_the_ranking(ranked):
    found = ranked["methods"]
    assert len(found["methods"]) == 6
    assert found["first"]["additive"] == [s["id"] for s in ranked["sites"][:10]]
    assert set(found["in_all"]) <= set(found["first"]["vikor"])
    assert -1 <= found["tau"]["additive"]["topsis"] <= 1


def test_a_flip_ties_the_two_and_a_hundredth_less_does_not(demo, ranked):
    told = why_site(demo, ranked["sites"][0]["id"])["flip"]["free"]
    with open_study(demo) as study:
        result, _ = compute(study)
    ids = list(result.candidates.ids)
    keys = [c.key for c in result.criteria]
    moved = np.array([told["weights"][k] for k in keys])
    assert moved.sum() == pytest.approx(1.0)

    def gap(weights):
        ranking = rank_candidates(result.matrix, result.judgement, weights)
        score = dict(zip([ids[i] for i in ranking.order], ranking.scores.score, strict=True))
        return score[told["leader"]] - score[told["challenger"]]

    own = result.ranking.weights
    assert gap(moved) == pytest.approx(0, abs=1e-9)
    assert gap(own + 0.99 * (moved - own)) > 0


def test_a_lift_substituted_back_puts_the_site_on_the_shortlist(demo, ranked):
    site = ranked["sites"][30]["id"]
    told = why_site(demo, site)["counterfactuals"]
    lifted = [row for row in told if row["lift"] and row["lift"]["value"] is not None]
    assert lifted
    with open_study(demo) as study:
        result, _ = compute(study)
    row = list(result.candidates.ids).index(site)
    keys = [c.key for c in result.criteria]
    for one in lifted:
        k = keys.index(one["criterion"])
        matrix = result.matrix
        mean, unknown = matrix.mean.copy(), matrix.unknown.copy()
        mean[row, k], unknown[row, k] = one["lift"]["value"], False
        from dataclasses import replace

        changed = replace(matrix, mean=mean, unknown=unknown)
        ranking = rank_candidates(changed, result.judgement, result.ranking.weights)
        at = int(np.flatnonzero(ranking.order == row)[0])
        assert ranking.rank[at] <= 10, one


def test_a_site_on_the_shortlist_needs_no_lift(demo, ranked):
    assert why_site(demo, ranked["sites"][0]["id"])["counterfactuals"] == []


def test_why_says_flip_lift_and_sureness_in_sentences(demo, ranked):
    from work.tell import why_lines

    told = why_site(demo, ranked["sites"][30]["id"])
    lines = why_lines(told)
    assert told["flip"]["text"] in lines
    assert told["sureness"]["text"] in lines
    lifted = [row for row in told["counterfactuals"] if row["lift"]]
    assert lifted
    assert all(row["text"] in lines for row in lifted)
    assert all(row["text"] is None for row in told["counterfactuals"] if not row["lift"])
    assert ranked["sureness"]["text"] == told["sureness"]["text"]


def test_the_chance_of_open_gates_stands_beside_the_first_place(demo, ranked):
    with open_study(demo) as study:
        result, _ = compute(study)
    p, passed = result.judgement.p_gate, result.judgement.passed
    row = {site: i for i, site in enumerate(result.candidates.ids)}
    for site in ranked["sites"]:
        i = row[site["id"]]
        assert site["p_gate"] == np.min(p[i][~passed[i]], initial=1.0)


def test_a_visit_is_worth_what_the_same_chance_of_gates_makes_it(demo, ranked):
    """One rule of gates, not one for planning and another beside the ranking."""
    from scoring.visits import gate_chance

    with open_study(demo) as study:
        result, _ = compute(study)
    chance = dict(zip(result.candidates.ids, gate_chance(result.judgement), strict=True))
    assert all(site["p_gate"] == chance[site["id"]] for site in ranked["sites"])
