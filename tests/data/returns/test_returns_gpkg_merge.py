"""Three versions of a table: geodiff's merge against the rule said plainly, cell by cell."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from data.returns.gpkg_merge import merge

CELLS = st.sampled_from([None, "a", "b", 1, 2.5, {"lon": 109.7}, "Ä'\"\n"])
ROWS = st.fixed_dictionaries({"x": CELLS, "y": CELLS})
TABLES = st.dictionaries(st.sampled_from(["k1", "k2", "k3"]), ROWS, max_size=3)


def without_gaps(table):
    return {key: {c: v for c, v in row.items() if v is not None} for key, row in table.items()}


def ruled(base, theirs, ours):
    """The rule: what one side changed counts, what both changed differently stays as theirs."""
    rows, clashes = {}, {}
    for key in {*base, *theirs}:
        if key not in theirs:
            if key in base and key in ours and ours[key] != base[key]:
                clashes[key] = ()
            continue
        rows[key] = dict(theirs[key])
        if key not in base:
            continue
        if key not in ours:
            if theirs[key] != base[key]:
                clashes[key] = ()
            continue
        at_odds = []
        for column in "xy":
            was, they, we = (t[key].get(column) for t in (base, theirs, ours))
            if we not in (was, they) and they != was:
                at_odds.append(column)
            elif we != was:
                rows[key][column] = we
        rows[key] = {c: v for c, v in rows[key].items() if v is not None}
        if at_odds:
            clashes[key] = tuple(at_odds)
    return rows, clashes


@settings(max_examples=60, deadline=None)
@given(base=TABLES, theirs=TABLES, ours=TABLES)
def test_no_change_is_lost_and_none_overwritten(base, theirs, ours):
    base, theirs, ours = map(without_gaps, (base, theirs, ours))
    theirs = {k: theirs.get(k, row) for k, row in base.items() if k in theirs or k < "k3"}
    before = [dict(t) for t in (base, theirs, ours)]
    made = merge(base, theirs, ours)
    rows, clashes = ruled(base, theirs, ours)
    assert made.rows == rows
    assert dict(made.clashes) == clashes
    assert made.added == set(ours) - set(base)
    assert made.deleted == set(base) - set(ours)
    assert set(made.changed) == {k for k in ours if k in base and ours[k] != base[k]}
    assert [dict(t) for t in (base, theirs, ours)] == before


def test_no_rows_at_all_are_no_changes():
    made = merge({}, {}, {"a": {"x": 1}})
    assert (made.rows, made.changed, made.clashes) == ({}, {}, {})
    assert made.added == {"a"}
