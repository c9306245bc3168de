"""Who has been struck out is out, and a study.toml that nobody can read lets nobody in."""

from __future__ import annotations

import ast
import os
import sys
from contextlib import nullcontext
from pathlib import Path

import boards
import pytest
from streamlit.testing.v1 import AppTest

import ui.accounts
import ui.study
import words
from ui.serve import SECRETS
from ui.session import SHOWN_TO, begin_part, heard
from ui.shell import GO
from work import accounts, roles
from work.roles import Actor, Role, acting, name_actor

ROOT = Path(__file__).parents[2]
OWN = 'name = "Uji"\n'
PEOPLE = """
[accounts.people]
"sri@bapas.contoh" = { role = "planner" }
"opd@contoh.go.id" = { role = "agency", agency = "Dinas Pendidikan" }
"""


@pytest.fixture
def written(tmp_path):
    """Write study.toml anew, at a time of its own."""
    path = tmp_path / "study.toml"
    turn = iter(range(1, 100))

    def write(text):
        path.write_text(text, encoding="utf-8")
        now = 1_700_000_000 + next(turn)
        os.utime(path, (now, now))
        return path

    write(OWN)
    return write


@pytest.fixture
def app(monkeypatch, tmp_path, written):  # noqa: ARG001 - the study must be there first
    """The real app.py over an invented board."""
    monkeypatch.setattr(
        ui.study, "open_board", lambda _, programme: boards.board(24, programme=programme)
    )
    monkeypatch.setattr(sys, "argv", ["app.py", str(tmp_path)])
    monkeypatch.setattr(roles, "_guarded", False)
    monkeypatch.setattr(accounts, "_named", set())
    monkeypatch.setattr(ui.accounts, "_claims", dict)
    for cache in (ui.study._opened, ui.study._measured):
        cache.clear()
    made = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    made.session_state[GO] = "peringkat"
    yield made
    name_actor(None)
    for cache in (ui.study._opened, ui.study._measured):
        cache.clear()


def sign_in(monkeypatch, email):
    monkeypatch.setattr(ui.accounts, "_auth", lambda: {"client_id": "x"})
    monkeypatch.setattr(ui.accounts, "_claims", lambda: {"is_logged_in": True, "email": email})


def titles(app):
    return [title.value for title in app.title]


def at_the_door(app):
    return titles(app) == [words.say("account.title", lang="id")]


def said(app):
    return " ".join(part.proto.body for part in app.get("html"))


def test_a_session_ends_at_its_next_interaction_when_its_user_is_struck_out(
    app, written, monkeypatch
):
    written(OWN + PEOPLE)
    sign_in(monkeypatch, "sri@bapas.contoh")
    app.run()
    assert titles(app) == ["Peringkat lokasi"]
    written(OWN + PEOPLE.replace('"sri@bapas.contoh" = { role = "planner" }\n', ""))
    chosen = next(box for box in app.selectbox if box.key == "programme")
    chosen.select_index(1).run()
    assert at_the_door(app)
    assert not app.exception
    assert "tapak-programme" not in app.session_state  # what it asked was not done


def test_a_role_that_was_made_smaller_is_smaller_at_the_next_interaction(app, written, monkeypatch):
    written(OWN + PEOPLE)
    sign_in(monkeypatch, "sri@bapas.contoh")
    app.run()
    smaller = '"sri@bapas.contoh" = { role = "agency", agency = "Dinas X" }'
    written(OWN + PEOPLE.replace('"sri@bapas.contoh" = { role = "planner" }', smaller))
    app.run()
    assert "OPD pengusul" in app.error[0].value


@pytest.mark.parametrize(
    "text",
    [
        OWN + PEOPLE + "name = = 2\n",
        OWN + PEOPLE.replace("planner", "raja"),
        OWN + PEOPLE.replace("[accounts", "[acounts"),
        "",  # half saved
    ],
)
@pytest.mark.parametrize("signing", [True, False])
def test_accounts_that_become_unreadable_shut_the_door(app, written, monkeypatch, text, signing):
    written(OWN + PEOPLE)
    if signing:
        sign_in(monkeypatch, "sri@bapas.contoh")
    app.run()
    written(text)
    app.run()
    assert at_the_door(app)
    assert words.say("account.closed", lang="id") in said(app)
    assert roles._guarded


def test_a_study_toml_that_is_gone_shuts_the_door_of_an_app_with_accounts(app, written, tmp_path):
    written(OWN + PEOPLE)
    app.run()
    (tmp_path / "study.toml").unlink()
    app.run()
    assert at_the_door(app)


def test_a_fault_elsewhere_leaves_who_is_named_inside_and_strangers_out(app, written, monkeypatch):
    written(OWN + PEOPLE + "\n[ares]\n")
    sign_in(monkeypatch, "orang@luar.contoh")
    app.run()
    assert at_the_door(app)
    sign_in(monkeypatch, "sri@bapas.contoh")
    app.run()
    assert not at_the_door(app)


@pytest.mark.parametrize("text", ["", "rusak = = 1\n", "[lain]\nx = 1\n"])
def test_a_file_that_says_how_to_sign_in_means_accounts_whatever_it_holds(app, tmp_path, text):
    (tmp_path / SECRETS).parent.mkdir()
    (tmp_path / SECRETS).write_text(text, encoding="utf-8")
    app.run()
    assert at_the_door(app)
    assert words.say("account.no_auth", lang="id") in said(app)


def test_the_office_s_own_faulty_study_says_its_fault_and_names_no_account(app, written):
    written(OWN + "[weights\n")
    app.run()
    assert not at_the_door(app)


def test_elsewhere_nobody_reads_what_is_wrong_in_study_toml(app, written, monkeypatch):
    written(OWN + PEOPLE.replace("planner", "raja-kecil"))
    app.run()
    assert "raja-kecil" in said(app)
    monkeypatch.setattr(ui.accounts, "_at_this_machine", lambda: False)
    app.run()
    assert at_the_door(app)
    assert "raja-kecil" not in said(app)


# -- parts that run alone


class BegunAnewError(Exception):
    """Stands for Streamlit's own way to run the whole page again."""


PLANNER = Actor(name="x", role=Role.PLANNER)


@pytest.mark.parametrize(
    ("then", "anew"),
    [
        (PLANNER, False),
        (Actor(name="x", role=Role.VISITOR), True),
        (Actor(name="x", role=Role.AGENCY, agency="Dinas X"), True),
        (Actor(name="y", role=Role.PLANNER), True),
    ],
)
def test_a_part_that_runs_alone_goes_on_for_whom_the_page_was_shown_to(monkeypatch, then, anew):
    def rerun():
        raise BegunAnewError

    monkeypatch.setattr("ui.session.use_language", lambda: "id")
    monkeypatch.setattr("ui.session.use_actor", lambda: name_actor(then))
    monkeypatch.setattr("ui.session.st.rerun", rerun)
    monkeypatch.setattr("ui.session.st.session_state", {SHOWN_TO: PLANNER})
    try:
        with pytest.raises(BegunAnewError) if anew else nullcontext():
            begin_part()
        done = []
        heard(lambda: done.append(1))()
    finally:
        name_actor(None)
    assert done == ([] if anew else [1])


# -- what a widget calls before the page runs


@pytest.mark.parametrize("role", list(Role))
def test_what_a_widget_calls_is_done_by_who_acts_now_and_by_nobody_outside(monkeypatch, role):
    done = []
    monkeypatch.setattr("ui.session.use_language", lambda: "id")
    monkeypatch.setattr("ui.session.use_actor", lambda: name_actor(Actor(name="kini", role=role)))
    name_actor(Actor(name="dulu", role=Role.ADMIN))  # the thread's last run was somebody else's
    try:
        heard(lambda: done.append(acting()))()
    finally:
        name_actor(None)
    assert [actor.name for actor in done] == ([] if role is Role.VISITOR else ["kini"])


HARMLESS = {"_nothing"}
"""Functions handed to widgets that do nothing at all."""


def unguarded(tree):
    """Name what is handed to a widget to be called, and neither a word nor `heard`."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        owner = ast.unparse(call.func)
        for word in call.keywords:
            name = word.arg or ""
            callback = name.startswith("on_") and name.rpartition("_")[2] in {
                *("change", "click", "submit", "select", "dismiss"),
            }
            if not callback or owner == "show_weights" or isinstance(word.value, ast.Constant):
                continue
            text = ast.unparse(word.value)
            if text not in HARMLESS and not text.startswith("heard("):
                yield f"{owner}({name}={text})"


def test_every_callback_of_every_page_is_guarded():
    found = {
        str(path.relative_to(ROOT)): list(unguarded(ast.parse(path.read_text(encoding="utf-8"))))
        for path in (ROOT / "ui").rglob("*.py")
    }
    assert {path: calls for path, calls in found.items() if calls} == {}
    assert list(unguarded(ast.parse("st.button('x', on_click=save)")))  # the rule sees one


def test_every_part_that_runs_alone_names_who_acts_first():
    """A fragment runs without the page above it: it begins by itself or is made by `part`."""
    silent = []
    for path in (ROOT / "ui").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        called = [call for call in ast.walk(tree) if isinstance(call, ast.Call)]
        dialogs = {  # st.dialog(title)(shown)(board)
            ast.unparse(call.args[0])
            for call in called
            if isinstance(call.func, ast.Call)
            and ast.unparse(call.func.func) in {"st.dialog", "st.fragment"}
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef):
                continue
            marks = [ast.unparse(mark) for mark in node.decorator_list]
            alone = any(m.startswith(("st.fragment", "st.dialog")) for m in marks)
            alone |= node.name in dialogs
            body = node.body[1:] if ast.get_docstring(node) else node.body
            if alone and ast.unparse(body[0]) != "begin_part()" and path.name != "session.py":
                silent.append(f"{path.name}:{node.name}")
    assert silent == []
