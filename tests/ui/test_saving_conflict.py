"""A scenario that somebody else saved meanwhile: both versions on the page, neither lost."""

import sys
from dataclasses import replace
from pathlib import Path

import boards
import pytest
from streamlit.testing.v1 import AppTest

from data.conflicts import ConflictError
from scoring.weights import Scenario
from ui import saving_conflict
from work.scenarios import seen_of

ROOT = Path(__file__).parents[2]
MINE = Scenario(name="Rapat", programme="kerja-sosial", weights={"capacity": 9.0}, set_by="Bapas")
THEIRS = replace(MINE, weights={"capacity": 4.0, "tenure": 2.0}, set_by="Kejari <b>", basis="BA 3")


def versions():
    mine = seen_of(MINE) | {"name": "Rapat", "saved_at": ""}
    return mine, seen_of(THEIRS) | {"name": "Rapat", "saved_at": "2026-11-24T10:00:00+00:00"}


def page():
    import streamlit as st

    import ui.saving
    import ui.saving_conflict

    ui.saving_conflict.show("Rapat")
    st.text(repr(ui.saving._seen(st.session_state["papan"], "Rapat")))


@pytest.fixture
def shown(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["app.py", "distrik-uji"])
    made = AppTest.from_function(page, default_timeout=30)
    board = boards.board(24)
    made.session_state["papan"] = replace(board, scenarios=(MINE,))
    return made


def test_both_versions_stand_side_by_side_and_only_what_differs(shown):
    mine, theirs = versions()
    fault = ConflictError("store.scenario_stale", mine=mine, theirs=theirs, name="Rapat")
    shown.session_state[saving_conflict.BOTH] = {
        "name": "Rapat",
        "said": fault.say(),
        "mine": fault.mine,
        "theirs": fault.theirs,
    }
    shown.run()
    assert not shown.exception
    assert "Rapat" in shown.warning[0].value
    text = " ".join(str(part.value) for part in (*shown.markdown, *shown.get("html")))
    for told in ("Kejari", "Bapas", "BA 3", "Daya tampung", "9", "4"):
        assert told in text
    assert "<b>" not in text
    assert "Manfaat publik" not in text  # the same in both
    assert shown.text[0].value == repr(theirs)  # what is replaced now is what was just shown


def test_without_a_conflict_what_may_be_replaced_is_what_the_board_shows(shown):
    shown.run()
    assert not shown.exception
    assert not shown.warning
    assert shown.text[0].value == repr(seen_of(MINE))


def test_a_conflict_is_kept_for_the_page_and_forgotten_after_saving():
    mine, theirs = versions()
    import streamlit as st

    saving_conflict.keep(
        "Rapat", ConflictError("scenario.exists", mine=mine, theirs=theirs, name="x")
    )
    assert saving_conflict.theirs_of("Rapat") == theirs
    assert saving_conflict.theirs_of("Lain") is None
    saving_conflict.forget()
    assert saving_conflict.BOTH not in st.session_state
