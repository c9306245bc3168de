"""A name can be taken out of the record of deeds, and its chain still tells any other change."""

import dataclasses
import json

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from data.pseudonyms import Pseudonyms
from data.sealing import OLD, REDACT, commitment, redacted, vouched
from data.store import Store
from data.store_life import EventRecord, broken_link

PEOPLE = Pseudonyms(key=b"k" * 32)


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "tapak.sqlite") as opened:
        for n in range(4):
            deed = EventRecord(
                by="sri@bapas.contoh", role="surveyor", action="comment", subject=f"p-{n}",
                after=f"kata {n}",
            )  # fmt: skip
            opened.add_event(deed)
        yield opened


def row_of(store, number):
    return next(r for r in store.rows("event") if r["number"] == number)


def take_out(store, number, **changed):
    store.put_rows("event", [(number, redacted(row_of(store, number), changed))])


def test_a_name_goes_and_the_chain_holds(store):
    take_out(store, 2, by="petugas-aaaaaa", after=None)
    told = row_of(store, 2)
    assert (told["by"], told["after"], told["subject"]) == ("petugas-aaaaaa", None, "p-1")
    assert broken_link(store.events()) is None
    assert "sri" not in json.dumps(told)
    take_out(store, 2, subject="p-x")  # and again, another part
    assert broken_link(store.events()) is None


@pytest.mark.parametrize("part", ["by", "subject", "after", "action", "role", "at"])
def test_any_other_change_is_still_seen(store, part):
    take_out(store, 2, by="petugas-aaaaaa")
    store.put_rows("event", [(3, {part: "lain"})])
    assert broken_link(store.events()) == 3
    store.put_rows("event", [(3, {part: dataclasses.asdict(store.events()[2])[part]})])
    if part != "by":
        store.put_rows("event", [(2, {part: "lain"})])
        assert broken_link(store.events()) == 2


def test_nobody_can_try_names_against_what_is_left(store):
    before = row_of(store, 1)
    take_out(store, 1, by="petugas-aaaaaa")
    after = row_of(store, 1)
    assert "by" not in after["salts"]
    assert after["sealed"]["by"] == commitment(before["salts"]["by"], "sri@bapas.contoh")
    assert before["salts"]["by"] not in json.dumps(after)
    other = store.events()[1]
    assert other.salts["by"] != before["salts"]["by"]  # one name, two commitments


def as_before(store):
    """Make the chain again as a store of before had it: without salts, hashing the text itself."""
    previous = ""
    with store._writing() as connection:
        for event in store.events():
            plain = dataclasses.replace(event, salts={}, sealed={}, previous=previous, sha256="")
            previous = plain.fingerprint()
            told = {"salts": {}, "sealed": {}, "previous": plain.previous, "sha256": previous}
            table = sa.table("event", *(sa.column(n) for n in ("number", "previous", "sha256")),
                             sa.column("salts", sa.JSON), sa.column("sealed", sa.JSON))  # fmt: skip
            connection.execute(sa.update(table).where(table.c.number == event.number).values(told))


def test_an_event_of_before_is_vouched_for_by_a_later_one(store):
    as_before(store)
    assert broken_link(store.events()) is None
    take_out(store, 2, by="petugas-aaaaaa")
    assert broken_link(store.events()) == 2  # nobody vouches yet
    told = {OLD: {"2": vouched(row_of(store, 2))}}
    deed = EventRecord(by="admin", role="admin", action=REDACT, subject="x", after=told)
    store.add_event(deed)
    assert broken_link(store.events()) is None
    store.put_rows("event", [(2, {"subject": "p-9"})])
    assert broken_link(store.events()) == 2


@given(st.text(min_size=1, max_size=30))
def test_one_name_has_one_pseudonym_however_it_is_written(name):
    told = PEOPLE.of(name)
    assert PEOPLE.of(f"  {name.upper().lower()} ") == PEOPLE.of(name.upper().lower())
    assert PEOPLE.of(told) == told
    assert told == "" or told != Pseudonyms(key=b"j" * 32).of(name)


def test_a_name_of_two_words_is_found_inside_a_text():
    names = Pseudonyms(key=PEOPLE.key, forgotten={PEOPLE.token("Sri Wahyuni"): 2})
    told = names.without("Bertemu sri  WAHYUNI, lalu Sri Wahyuningsih dan Wahyuni.")
    assert told == f"Bertemu {PEOPLE.of('Sri Wahyuni')}, lalu Sri Wahyuningsih dan Wahyuni."
    assert names.without_all({"a": ["Sri Wahyuni", 3, None]}) == {
        "a": [PEOPLE.of("sri wahyuni"), 3, None]
    }


def test_a_name_of_one_word_is_known_where_it_says_who_and_nowhere_else():
    names = Pseudonyms(key=PEOPLE.key, forgotten={PEOPLE.token("Bagus"): 1})
    assert names.who(" bagus") == PEOPLE.of("Bagus")
    assert names.without("tempatnya bagus") == "tempatnya bagus"
