"""Roles, the record of deeds, and the life of a site, through the functions that do the work."""

import pytest

from data.store_life import EventRecord
from data.workspace import open_study
from geo.errors import InputError, NotAllowedError
from work import audit, living, roles
from work.roles import Actor, Role, acting_as

UNTIL = {"agreement": "PKS 7/2026", "agreement_until": "2031-01-01"}


@pytest.fixture
def ranked(kept_study):
    return kept_study


def first_site(folder):
    listed = living.site_lives(folder)["sites"]
    return next(s["site"] for s in listed if s["state"] == "screened")


def test_a_site_walks_from_the_desk_to_the_official_list(ranked):
    site = first_site(ranked)
    assert living.take_step(ranked, site, "bersedia")["before"] == "screened"
    done = living.take_step(ranked, site, "approved", **UNTIL)
    assert done["listed"]
    assert done["valid_until"] < UNTIL["agreement_until"]  # a year, for nobody has been there
    off = living.take_step(ranked, site, "ditangguhkan", why="kepala sekolah menarik izin")
    assert (off["listed"], off["why"]) == (False, "kepala sekolah menarik izin")
    states = [e["after"]["state"] for e in audit.history(ranked, subject=site)["events"]]
    assert states == ["ditangguhkan", "approved", "bersedia"]


def test_a_refused_step_leaves_no_trace(ranked):
    site = first_site(ranked)
    with pytest.raises(InputError):
        living.take_step(ranked, site, "approved", **UNTIL)
    assert audit.history(ranked, subject=site)["events"] == []


@pytest.mark.parametrize("role", [Role.SURVEYOR, Role.AGENCY, Role.LEADERSHIP, Role.VISITOR])
def test_only_the_office_moves_a_site(ranked, role):
    site = first_site(ranked)
    with acting_as(Actor(name="x", role=role)), pytest.raises(NotAllowedError) as fault:
        living.take_step(ranked, site, "bersedia")
    assert fault.value.code == "roles.not_allowed"
    assert "boleh" in fault.value.say()


def test_nobody_is_let_in_once_accounts_are_on(monkeypatch):
    monkeypatch.setattr(roles, "_guarded", True)
    with pytest.raises(NotAllowedError) as fault:
        roles.require("view")
    assert fault.value.code == "roles.nobody"
    with acting_as(Actor(name="Sri", role=Role.PLANNER)):
        assert roles.require("view").name == "Sri"


def test_every_role_has_a_line_and_every_action_a_word():
    table = roles._table()
    assert set(table) == set(Role)
    for actions in table.values():
        for action in actions:
            assert roles.words.say(f"roles.action.{action}")


def test_a_comment_is_kept_with_its_author(ranked):
    site = first_site(ranked)
    with open_study(ranked) as opened:
        own = opened.store.candidate(site).agency
    with acting_as(Actor(name="Dinas", role=Role.AGENCY, agency=own)):
        living.comment(ranked, site, "  Pagar sudah diperbaiki ")
    assert [c["said"] for c in living.comments(ranked, site)] == ["Pagar sudah diperbaiki"]
    with pytest.raises(InputError):
        living.comment(ranked, site, " ")


def test_a_changed_record_is_found(ranked, sql):
    site, before = first_site(ranked), audit.verify_history(ranked)["events"]
    for said in ("satu", "dua", "tiga"):
        living.comment(ranked, site, said)
    assert audit.verify_history(ranked) == {"events": before + 3, "broken": None}
    sql("UPDATE event SET after = '\"lain\"' WHERE number = 2")
    assert audit.verify_history(ranked) == {"events": before + 3, "broken": 2}


def test_a_removed_record_is_found(ranked, sql):
    with open_study(ranked) as study:
        for n in range(4):
            study.store.add_event(EventRecord(by="x", role="admin", action="rank", subject=str(n)))
    sql("DELETE FROM event WHERE number = 3")
    assert audit.verify_history(ranked)["broken"] == 4
