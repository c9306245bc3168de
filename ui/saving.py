"""Keeping the weights now tried as a scenario: under a name, with who set them, when and why."""

from __future__ import annotations

import datetime as dt

import streamlit as st

import words
from geo.errors import TapakError
from ui.parts import plain
from ui.session import begin
from ui.study import folder
from ui.tried import pick, picked, scenario_now, scenarios
from work.board import Board
from work.ranking import rank_study
from work.roles import acting, may
from work.scenarios import save_scenario
from work.weighing import OWN

SAVED = "tapak-saved"


def save_button(board: Board) -> None:
    """Show the button that opens the form, to those who may save."""
    if not may("scenario", acting()):
        return
    if st.button(words.say("ui.save"), type="primary", icon=":material/save:", key="tapak-save"):
        st.session_state.pop(SAVED, None)
        st.dialog(words.say("ui.save"), width="medium", on_dismiss="rerun")(_form)(board)


def _form(board: Board) -> None:
    begin()
    told = st.session_state.get(SAVED)
    if told:
        st.success(plain(told), icon=":material/task_alt:")
        if st.button(words.say("ui.save.done"), type="primary"):
            st.rerun()
        return
    base = picked(board)
    st.text(words.say("ui.save.about"))
    name = st.text_input(words.say("ui.save.name"), "" if base.name == OWN else base.name)
    by = st.text_input(words.say("ui.save.by"), placeholder=words.say("ui.save.by.about"))
    on = st.date_input(
        words.say("ui.save.on"), dt.datetime.now().astimezone().date(), format="DD/MM/YYYY"
    )
    basis = st.text_input(words.say("ui.save.basis"), placeholder=words.say("ui.save.basis.about"))
    taken = name.strip() in {s.name for s in scenarios(board)[1:]}
    again = taken and st.checkbox(words.say("ui.save.replace", name=name.strip()))
    if st.button(words.say("ui.save.keep"), type="primary", disabled=not name.strip()):
        _save(board, name.strip(), by.strip(), on, basis.strip(), overwrite=bool(again))


def _save(
    board: Board, name: str, by: str, on: dt.date | None, basis: str, *, overwrite: bool
) -> None:
    now = scenario_now(board)
    try:
        with st.spinner(words.say("ui.save.recording")):
            save_scenario(
                folder(),
                name,
                programme=board.programme,
                groups=now.groups,
                weights=now.weights,
                stated=now.stated,
                set_by=by,
                set_on=on.isoformat() if by and on else "",
                basis=basis,
                overwrite=overwrite,
            )
            told = rank_study(folder(), programme=board.programme, scenario=name)
    except TapakError as fault:
        st.error(plain(fault.say()), icon=":material/error:")
        return
    pick(board, name)
    sure = told.get("sureness", {}).get("text", "")
    st.session_state[SAVED] = words.say("ui.save.saved", name=name, run=told["run"], sure=sure)
    st.rerun(scope="fragment")
