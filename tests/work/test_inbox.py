"""What stands of a submission's versions: the same, whatever order they come in and how often."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from data.records import ResponseRecord
from work.inbox import Inbox

VERSION = st.tuples(st.integers(0, 2), st.sampled_from("abc"), st.booleans())
STOPPED = st.dictionaries(st.sampled_from("abc"), st.booleans(), min_size=3)


def record(edits, content):
    named = ("candidate", "surveyor", "team", "programme", "channel", "form_version")
    told = dict.fromkeys((*named, "started_at", "ended_at", "raw_sha256"), "")
    return ResponseRecord(
        id="u", **told, answers={}, content_sha256=content, status="", edits=edits
    )


def run(versions, stopped):
    inbox = Inbox.over({})
    for edits, content, gone in versions:
        inbox.settle(record(edits, content), stopped=stopped[content] or gone, gone=gone)
    return inbox


def outcome(inbox):
    """What is in the ranking, and what waits for a person."""
    rows = {(r.content_sha256, r.status) for r in inbox.made if r.status != "superseded"}
    assert sum(status == "accepted" for _, status in rows) <= 1
    return rows


@given(st.lists(VERSION, min_size=1, max_size=4), STOPPED)
def test_order_never_matters_conflicts_edits_and_deletions_included(versions, stopped):
    found = {frozenset(outcome(run(o, stopped))) for o in itertools.permutations(versions)}
    assert len(found) == 1


@given(st.lists(VERSION, min_size=1, max_size=5), STOPPED)
def test_everything_twice_changes_nothing(versions, stopped):
    once, twice = run(versions, stopped), run([*versions, *versions], stopped)
    assert [r.status for r in once.made] == [r.status for r in twice.made]
    assert twice.counts["duplicates"] == once.counts["duplicates"] + len(versions)


@given(st.lists(VERSION, min_size=1, max_size=4), STOPPED, st.integers(0, 4))
def test_it_does_not_matter_in_how_many_files_they_come(versions, stopped, cut):
    one = run(versions, stopped)
    first = run(versions[:cut], stopped)
    kept = Inbox.over(first.known)
    kept.made = []
    for edits, content, gone in versions[cut:]:
        kept.settle(record(edits, content), stopped=stopped[content] or gone, gone=gone)
    status = {r.number: r.status for r in kept.known.get("u", [])}
    assert status == {n: r.status for n, r in enumerate(one.made, start=1)}
    told = {n: r.status for n, r in enumerate(first.made, start=1)} | kept.changed
    made = {kept.first + n: r.status for n, r in enumerate(kept.made)}
    assert status == told | made


def test_two_that_say_different_things_both_wait_and_a_later_edit_settles_it():
    first = run([(0, "a", False), (0, "b", False)], dict.fromkeys("abc", False))
    assert outcome(first) == {("a", "conflict"), ("b", "conflict")}
    assert first.counts == {"accepted": 1, "duplicates": 0, "superseded": 0, "conflicts": 1, "review": 0}  # fmt: skip
    later = run([(0, "a", False), (0, "b", False), (1, "c", False)], dict.fromkeys("abc", False))
    assert outcome(later) == {("c", "accepted")}
