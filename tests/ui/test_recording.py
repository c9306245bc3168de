"""Recording the ranking of a saved scenario: it goes on beside the page, and may be stopped."""

import sys
from dataclasses import dataclass
from typing import Any

import boards
import pytest
from streamlit.testing.v1 import AppTest

import ui.recording
from geo.errors import StudyError


@dataclass
class Ended:
    """Stands for a piece of work that has come to its end."""

    state: str
    result: Any = None
    fault: Any = None


def page():
    import streamlit as st

    import ui.recording

    if st.session_state.pop("mulai", False):
        ui.recording.begin_recording(st.session_state["papan"], "Rapat <b>")
    ui.recording.show_recording(st.session_state["papan"])


@pytest.fixture
def shown(monkeypatch):
    asked = []

    def open_with(errand):
        def run_task(*call, **terms):
            asked.append((call, terms))
            return errand

        monkeypatch.setattr(ui.recording, "run_task", run_task)
        monkeypatch.setattr(sys, "argv", ["app.py", "distrik-uji"])
        made = AppTest.from_function(page, default_timeout=30)
        made.session_state["papan"] = boards.board(24)
        made.session_state["mulai"] = True
        return made.run(), asked

    return open_with


def buttons(made):
    return [button.label for button in made.button]


def test_what_was_recorded_is_told_and_put_away(shown):
    told = {"run": "7f" * 8, "sureness": {"text": "Pemenangnya jelas."}}
    made, asked = shown(Ended("done", result=told))
    assert not made.exception
    assert told["run"] in made.success[0].value
    assert "Pemenangnya jelas" in made.success[0].value
    (call, terms) = asked[0]
    assert call[2].__name__ == "rank_study"
    assert terms["scenario"] == "Rapat <b>"
    assert buttons(made) == ["Selesai"]
    made.button[0].click().run()
    assert not made.exception
    assert buttons(made) == []


@pytest.mark.parametrize(
    ("errand", "said"),
    [
        (Ended("stopped"), "Perekaman dibatalkan."),
        (Ended("failed", fault=StudyError("errand.failed")), "berhenti sebelum selesai"),
    ],
)
def test_what_was_stopped_or_failed_can_be_asked_for_again(shown, errand, said):
    made, asked = shown(errand)
    assert not made.exception
    text = " ".join(str(part.value) for part in (*made.markdown, *made.get("html")))
    assert "tersimpan; peringkatnya belum direkam" in text
    assert said in text
    assert "Rapat &lt;b&gt;" in text
    assert buttons(made) == ["Selesai", "Rekam sekarang"]
    made.button[1].click().run()
    assert not made.exception
    assert len(asked) > 1


def test_another_programme_shows_nothing_of_it(shown):
    made, _ = shown(Ended("stopped"))
    made.session_state[ui.recording.KEPT] = {"name": "x", "programme": "pelayanan-masyarakat"}
    made.run()
    assert buttons(made) == []
