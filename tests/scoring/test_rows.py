"""Labels as small numbers: nothing is lost, and what is looked up is what a plain loop finds."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from scoring import exclusions
from scoring.candidates import Candidates
from scoring.criteria import load_catalogue
from scoring.evidence import COLUMNS
from scoring.kinds import kinds
from scoring.rows import LABELS, looked_up, positions, repeated, together

NAMES = st.lists(st.sampled_from(["a", "b", "c", "", None]), max_size=8)


def block(candidates, **columns):
    told = dict.fromkeys(COLUMNS, "") | {"value": 1.0, "sd": 0.5, "candidate": candidates}
    return pd.DataFrame(told | columns, index=range(len(candidates)))[list(COLUMNS)]


@given(names=NAMES)
def test_positions_and_numbers_are_those_of_a_plain_loop(names):
    known, table = ["c", "a"], {"a": 0.25, "": 0.5}
    places = [known.index(n) if n in known else -1 for n in names]
    worth = [table.get(n, np.nan) if n is not None else np.nan for n in names]
    for column in (pd.Series(names, dtype=object), pd.Series(names, dtype="category")):
        assert positions(column, known).tolist() == places
        np.testing.assert_array_equal(looked_up(column, table), worth)


@given(one=NAMES, other=NAMES)
def test_blocks_laid_together_keep_every_label(one, other):
    blocks = [block(one), block(other).astype({"candidate": "category"})]
    whole = together(blocks)
    assert whole["candidate"].astype(object).where(whole["candidate"].notna(), None).tolist() == [
        *one,
        *other,
    ]
    for name in LABELS:
        labels = whole[name].cat.categories
        assert list(labels) == sorted(labels)
        assert "" in labels


def test_blocks_that_share_their_ids_share_them_afterwards():
    ids = pd.Index(["p-1", "p-2", "p-3"])
    blocks = [
        block(pd.Categorical.from_codes(codes, categories=ids), criterion=repeated(key, len(codes)))
        for codes, key in (([0, 2], "slope"), ([1], "flood"))
    ]
    whole = together(blocks)
    assert whole["candidate"].tolist() == ["p-1", "p-3", "p-2"]
    assert whole["criterion"].tolist() == ["slope", "slope", "flood"]


def gates_and_places(seed, worlds):
    rng = np.random.default_rng(seed)
    names = sorted(kinds())
    chosen = [names[k] for k in rng.integers(0, len(names), 60)]
    whole = worlds.candidates(chosen, xy=[(k, 0.0) for k in range(60)])
    placed = np.where(rng.random(60) < 0.3, "unplaced", "point")
    places = Candidates(frame=whole.frame.assign(placed=placed))
    gates = load_catalogue().gates_of("kerja-sosial")
    return places, gates, rng.random((60, len(gates))) < 0.6, rng.random(60) < 0.3


def test_the_gate_to_settle_first_is_the_one_a_plain_loop_finds():
    import worlds

    places, gates, passed, recent = gates_and_places(1, worlds)
    codes, expected = [g.code for g in gates], []
    for i, kind in enumerate(places.frame["kind"]):
        opened = [c for c, ok in zip(codes, passed[i], strict=True) if not ok]
        wanted = ["G9"] * (not places.has_point[i]) + ["G5"] * bool(recent[i])
        wanted += [kinds()[kind].ask_first]
        expected.append(next((c for c in [*wanted, *opened] if c in opened), ""))
    assert exclusions._first_gates(places, gates, passed, recent) == tuple(expected)
    assert {"", "G9", "G5"} <= set(expected)


def test_conditions_are_those_a_plain_loop_finds():
    import worlds

    places, *_ = gates_and_places(2, worlds)
    catalogue, ids = load_catalogue(), places.ids
    order = list(catalogue.conditions)
    told = [(ids[0], order[0]), (ids[0], order[-1]), (ids[5], order[1]), ("elsewhere", order[0])]
    evidence = together(
        [block([c], criterion=code, link="condition") for c, code in told]
        + [block([ids[1]], criterion=order[0], link="gate")]
    )
    seen = {ids[7]: "library"}
    found = exclusions._conditions(places, evidence, worlds.layers(), catalogue, seen)
    for i, site in enumerate(ids):
        codes = set(kinds()[seen.get(site, places.frame["kind"].iloc[i])].conditions)
        codes |= {code for c, code in told if c == site}
        assert found[i] == tuple(sorted(codes, key=order.index))
