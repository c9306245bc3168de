"""What a new office sees first: five steps, and a district of examples in one click."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

import words
from data.settings import FILE
from ui.look import marked, sentence
from ui.shell import GO
from ui.study import INSTEAD, folder, own_folder
from ui.task import forget_task, run_task, show_end
from work.roles import may
from work.studies import demo_study

STEPS = ("assets", "layers", "weights", "visits", "brief")
TASK = "demo"
WANTED = "tapak-demo"
BESIDE = "contoh-tapak"
"""Name of the example study, which is made beside the office's own."""


def first_run() -> None:
    """Show the tour of a study that has no site yet, and the way to the examples."""
    sentence(words.say("home.first"), more=words.say("home.first.more"))
    marked(
        [
            (str(k), words.say(f"home.first.{step}"), words.say(f"home.first.{step}.more"), "good")
            for k, step in enumerate(STEPS, start=1)
        ]
    )
    if not may("data"):
        return
    with st.container(horizontal=True, gap="small", key="tapak-first"):
        if st.button(words.say("home.first.begin"), type="primary", key="tapak-first-data"):
            st.session_state[GO] = "data"
            st.rerun()
        if st.button(words.say("home.first.demo"), key="tapak-first-demo"):
            st.session_state[WANTED] = True
    if st.session_state.get(WANTED):
        _open_demo(own_folder().absolute().parent / BESIDE)


def own_study() -> None:
    """Say that this session looks at the examples, and lead back to the office's own study."""
    if folder() == own_folder():
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="tapak-demo"):
        st.text(words.say("home.first.in_demo"), width="content")
        if st.button(words.say("home.first.back"), key="tapak-demo-back"):
            st.session_state.pop(INSTEAD, None)
            st.rerun()


def _open_demo(place: Path) -> None:
    """Make the example district unless it is there, and look at it from now on."""
    if not (place / FILE).is_file():
        title = words.say("home.first.making")
        errand = run_task(TASK, str(place), demo_study, place, title=title)
        if errand is None:
            return
        if errand.state != "done":
            show_end(errand, TASK)
            return
        forget_task(TASK)
    st.session_state.pop(WANTED)
    st.session_state[INSTEAD] = place
    st.rerun()
