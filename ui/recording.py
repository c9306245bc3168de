"""The ranking of a scenario just saved, recorded with all draws while the page goes on."""

from __future__ import annotations

import streamlit as st

import words
from ui.look import sentence
from ui.parts import plain
from ui.study import folder
from ui.task import forget_task, run_task
from work.board import Board
from work.errands import Errand
from work.ranking import rank_study

TASK = "recording"
KEPT = "tapak-recording"
"""The scenario whose ranking is being recorded, or was, in this session."""


def begin_recording(board: Board, name: str) -> None:
    """Have a scenario's ranking recorded; the page shows how it goes on its next run."""
    forget_task(TASK)
    st.session_state[KEPT] = {"name": name, "programme": board.programme}


def show_recording(board: Board) -> None:
    """Show how the recording goes, what came of it, and the way to stop it or ask again.

    The block stands on the page at all times, so that what is below keeps its place and state.
    """
    with st.container(key="tapak-recorded"):
        asked = st.session_state.get(KEPT)
        if asked is None or asked["programme"] != board.programme:
            return
        name = asked["name"]
        errand = run_task(
            TASK,
            f"{folder()} {board.programme} {name}",
            rank_study,
            folder(),
            title=words.say("ui.save.recording", name=name),
            programme=board.programme,
            scenario=name,
            top=1,
        )
        if errand is not None:
            _ended(errand, name)


def _ended(errand: Errand, name: str) -> None:
    if errand.state == "done":
        told = errand.result
        sure = told.get("sureness", {}).get("text", "")
        said = words.say("ui.save.saved", name=name, run=told["run"], sure=sure)
        st.success(plain(said), icon=":material/task_alt:")
    else:
        sentence(words.say("ui.save.unrecorded", name=name), more=_why(errand), tone="warn")
    with st.container(horizontal=True):
        if st.button(words.say("ui.save.done"), type="primary", key="tapak-recorded-done"):
            forget_task(TASK)
            st.session_state.pop(KEPT)
            st.rerun()
        if errand.state != "done" and st.button(
            words.say("ui.save.record"), key="tapak-recorded-again"
        ):
            forget_task(TASK)
            st.rerun()


def _why(errand: Errand) -> str:
    return errand.fault.say() if errand.fault is not None else words.say("ui.save.stopped")
