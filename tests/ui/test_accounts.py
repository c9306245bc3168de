"""Who the app takes somebody for: the office's own machine, a machine elsewhere, an account."""

from __future__ import annotations

import sys
from pathlib import Path

import boards
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import ui.accounts
import ui.study
import words
from ui.shell import GO, PAGES, needs
from work import roles
from work.roles import Actor, Role, acting_as, may

ROOT = Path(__file__).parents[2]
PEOPLE = """
[accounts]
ask = "Ibu TU"
[accounts.people]
"sri@bapas.contoh" = { role = "planner" }
"opd@contoh.go.id" = { role = "agency", agency = "Dinas Pendidikan" }
"""


@pytest.fixture
def study(tmp_path):
    (tmp_path / "study.toml").write_text('name = "Uji"\n', encoding="utf-8")
    return tmp_path


@pytest.fixture
def app(monkeypatch, study):
    """The real app.py over an invented board, and a study.toml of its own."""
    monkeypatch.setattr(
        ui.study, "open_board", lambda _, programme: boards.board(24, programme=programme)
    )
    monkeypatch.setattr(sys, "argv", ["app.py", str(study)])
    monkeypatch.setattr(roles, "_guarded", False)
    monkeypatch.setattr(ui.accounts, "_claims", dict)
    for cache in (ui.study._opened, ui.study._measured):
        cache.clear()
    made = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    made.session_state[GO] = "peringkat"
    yield made
    for cache in (ui.study._opened, ui.study._measured):
        cache.clear()


def signed_in(monkeypatch, **claims):
    monkeypatch.setattr(ui.accounts, "_auth", lambda: {"client_id": "x"})
    monkeypatch.setattr(ui.accounts, "_claims", lambda: {"is_logged_in": True, **claims})


def door(app):
    return [title.value for title in app.title] == [words.say("account.title", lang="id")]


def shown(app):
    return " ".join(part.proto.body for part in app.get("html"))


def test_on_the_office_s_own_machine_nobody_signs_in(app):
    app.run()
    assert not app.exception
    assert [title.value for title in app.title] == ["Peringkat lokasi"]
    assert not roles._guarded
    assert [b.label for b in app.button if b.label in {"Masuk", "Keluar"}] == []


def test_without_accounts_another_machine_is_shown_nothing(app, monkeypatch):
    monkeypatch.setattr(ui.accounts, "_at_this_machine", lambda: False)
    app.run()
    assert door(app)
    assert words.say("account.elsewhere", lang="id") in shown(app)


class Request:
    def __init__(self, address, headers):
        self.ip_address, self.headers = address, headers


@pytest.mark.parametrize(
    ("address", "headers", "here"),
    [
        (None, {}, True),
        ("192.168.1.7", {}, False),
        (None, {"x-forwarded-for": "10.0.0.3"}, False),
        (None, {"forwarded": "for=10.0.0.3"}, False),
    ],
)
def test_only_a_browser_on_this_machine_with_nothing_between_is_the_office_s(
    monkeypatch, address, headers, here
):
    monkeypatch.setattr(st, "context", Request(address, headers))
    assert ui.accounts._at_this_machine() is here


def test_accounts_without_a_way_to_sign_in_let_nobody_in(app, study):
    (study / "study.toml").write_text(f'name = "Uji"\n{PEOPLE}', encoding="utf-8")
    app.run()
    assert door(app)
    assert words.say("account.no_auth", lang="id") in shown(app)
    assert roles._guarded


def test_a_way_to_sign_in_without_accounts_lets_nobody_in(app, monkeypatch):
    signed_in(monkeypatch, email="sri@bapas.contoh")
    app.run()
    assert door(app)
    assert "pengelola studi ini" in shown(app)


def test_who_is_named_is_let_in_as_what_they_are_named(app, study, monkeypatch):
    (study / "study.toml").write_text(f'name = "Uji"\n{PEOPLE}', encoding="utf-8")
    signed_in(monkeypatch, email="SRI@bapas.contoh", name="Sri *x*")
    app.run()
    assert not app.exception
    assert [title.value for title in app.title] == ["Peringkat lokasi"]
    assert "sri@bapas.contoh" in [text.value for text in app.text]
    assert [b.label for b in app.button if b.label == "Keluar"] == ["Keluar"]


def test_a_page_that_a_role_may_not_see_is_one_sentence(app, study, monkeypatch):
    (study / "study.toml").write_text(f'name = "Uji"\n{PEOPLE}', encoding="utf-8")
    signed_in(monkeypatch, email="opd@contoh.go.id")
    app.run()
    assert not app.exception
    assert len(app.error) == 1
    assert "OPD pengusul" in app.error[0].value
    assert len(app.title) == 1
    assert app.selectbox.len == 0


def test_every_door_says_itself_in_both_languages(app, monkeypatch):
    monkeypatch.setattr(ui.accounts, "_at_this_machine", lambda: False)
    app.query_params["lang"] = "en"
    app.run()
    assert [title.value for title in app.title] == ["Sign in"]


PAGES_OF = {
    Role.VISITOR: set(),
    Role.PUBLIC: set(),
    Role.AGENCY: {"lokasi", "usulan"},
    Role.SURVEYOR: {a for _, a, _ in PAGES} - {"usulan", "laporan", "data", "riwayat"},
    Role.LEADERSHIP: {a for _, a, _ in PAGES} - {"usulan", "data"},
    Role.PLANNER: {a for _, a, _ in PAGES},
    Role.ADMIN: {a for _, a, _ in PAGES},
}


@pytest.mark.parametrize("role", list(Role))
def test_every_role_is_offered_its_pages_and_no_other(role):
    with acting_as(Actor(name="x", role=role)):
        offered = {address for _, address, _ in PAGES if may(needs(address))}
    assert offered == PAGES_OF[role] & {address for _, address, _ in PAGES}
