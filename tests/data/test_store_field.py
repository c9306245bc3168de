"""The field loop in the store: responses are judged and superseded, never changed or lost."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from data.records import FindingRecord, KnownResponse, PackRecord, ResponseRecord, VerdictRecord
from data.store import Store
from geo.errors import StudyError


def a_response(name="s-1", *, status="accepted", content="c" * 64, **told):
    told = {
        "candidate": "p-1",
        "surveyor": "a1",
        "team": "A",
        "programme": "kerja-sosial",
        "channel": "odk",
        "form_version": "0badcafe",
        "started_at": "2026-11-24T09:00:00+07:00",
        "ended_at": "2026-11-24T09:40:00+07:00",
        "answers": {"q06": 12, "q07": ["kebersihan", "dapur"], "q21_alasan": "é"},
        "raw_sha256": "a" * 64,
    } | told
    return ResponseRecord(id=name, status=status, content_sha256=content, **told)


@pytest.fixture
def store(place):
    with Store.open(place) as opened:
        yield opened


def test_a_response_comes_back_as_it_went_in(store):
    given = a_response(lon=109.7, lat=-7.4, accuracy_m=0.0)
    (number,) = store.add_responses([given])
    (back,) = store.responses()
    assert replace(back, received_at="") == replace(given, number=number)
    assert back.received_at.endswith("+00:00")
    assert store.responses("review") == ()
    assert store.known_responses() == {"s-1": [KnownResponse(number, "c" * 64, "accepted", 0)]}


def test_an_edit_supersedes_and_the_old_answers_stay(store):
    (first,) = store.add_responses([a_response()])
    newer = a_response(content="d" * 64, supersedes=first, answers={"q06": 20})
    store.add_responses([newer])
    assert [r.status for r in store.responses()] == ["superseded", "accepted"]
    assert store.responses("superseded")[0].answers["q06"] == 12


def test_findings_stand_with_their_response(store):
    found = FindingRecord(response=0, code="review.far", severity="warn", fields={"m": 900.0})
    numbers = store.add_responses([a_response(), a_response("s-2")], [(1, found)])
    assert store.findings() == (replace(found, response=numbers[1]),)
    assert store.findings({numbers[0]}) == ()


def test_a_decision_is_recorded_with_who_and_when_and_replaces_what_was_accepted(store):
    store.add_responses([a_response()])
    (other,) = store.add_responses([a_response(status="conflict", content="d" * 64)])
    store.decide(VerdictRecord(response=other, decision="accept", by="Sari"), status="accepted")
    assert [r.status for r in store.responses()] == ["superseded", "accepted"]
    assert store.responses("accepted")[0].supersedes == 1
    (verdict,) = store.verdicts()
    assert (verdict.by, verdict.decision, verdict.at[-6:]) == ("Sari", "accept", "+00:00")


def test_a_decision_about_nothing_is_refused_and_recorded_nowhere(store):
    with pytest.raises(StudyError, match="99"):
        store.decide(VerdictRecord(response=99, decision="reject", by="x"), status="rejected")
    assert store.verdicts() == ()


def test_the_latest_plan_is_the_one_stored_last_and_each_has_its_own_id(store):
    plan = {"programme": "kerja-sosial", "settings": {"teams": 2}, "double_visits": ["p-1"]}
    plan |= {"days": [{"team": "A", "day": 1, "minutes": 300, "stops": [{"site": "p-1"}]}]}
    first, second = store.add_plan(plan), store.add_plan(plan)
    assert first != second
    assert store.latest_plan().id == second
    assert store.latest_plan("pos-bapas") is None
    assert store.plan(first).days[0]["stops"] == [{"site": "p-1"}]
    with pytest.raises(StudyError, match="plan-x"):
        store.plan("plan-x")


def test_a_pack_names_a_plan_that_is_there(store):
    plan = {"programme": "kerja-sosial", "settings": {}, "days": [], "double_visits": []}
    told = {"team": "A", "form_version": "0badcafe", "valid_until": "2026-12-24"}
    pack = PackRecord(id="k-1", plan_id=store.add_plan(plan), sha256="b" * 64, **told)
    store.add_pack(pack)
    assert replace(store.packs()[0], made_at="") == pack
    with pytest.raises(sa.exc.IntegrityError):
        store.add_pack(replace(pack, plan_id="plan-x"))
