"""Keeping the weights now tried as a scenario: under a name, with who set them, when and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import streamlit as st

import words
from data.conflicts import ConflictError
from geo.errors import TapakError
from ui import saving_conflict
from ui.parts import plain
from ui.recording import begin_recording
from ui.session import begin_part
from ui.study import folder
from ui.tried import pick, picked, scenario_now, scenarios
from work.board import Board
from work.roles import acting, may
from work.scenarios import save_scenario, seen_of
from work.weighing import OWN


def save_button(board: Board) -> None:
    """Show the button that opens the form, to those who may save."""
    if not may("scenario", acting()):
        return
    if st.button(words.say("ui.save"), type="primary", icon=":material/save:", key="tapak-save"):
        saving_conflict.forget()
        st.dialog(words.say("ui.save"), width="medium", on_dismiss="rerun")(_form)(board)


def _form(board: Board) -> None:
    begin_part()
    base = picked(board)
    st.text(words.say("ui.save.about"))
    name = st.text_input(words.say("ui.save.name"), "" if base.name == OWN else base.name)
    by = st.text_input(words.say("ui.save.by"), placeholder=words.say("ui.save.by.about"))
    on = st.date_input(
        words.say("ui.save.on"), dt.datetime.now().astimezone().date(), format="DD/MM/YYYY"
    )
    basis = st.text_input(words.say("ui.save.basis"), placeholder=words.say("ui.save.basis.about"))
    saving_conflict.show(name.strip())
    seen = _seen(board, name.strip())
    taken = seen is not None
    again = taken and st.checkbox(words.say("ui.save.replace", name=name.strip()))
    if st.button(words.say("ui.save.keep"), type="primary", disabled=not name.strip()):
        seen = seen if again else None
        _save(board, name.strip(), by.strip(), on, basis.strip(), seen=seen)


def _seen(board: Board, name: str) -> Mapping[str, Any] | None:
    """Return what stands under a name as far as this session was shown it; None for a new one."""
    saved = next((s for s in scenarios(board)[1:] if s.name == name), None)
    return saving_conflict.theirs_of(name) or (seen_of(saved) if saved else None)


def _save(
    board: Board,
    name: str,
    by: str,
    on: dt.date | None,
    basis: str,
    *,
    seen: Mapping[str, Any] | None,
) -> None:
    """Save under a name; what stands there is replaced only as it was `seen`."""
    now = scenario_now(board)
    try:
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
            overwrite=seen is not None,
            seen=seen,
        )
    except ConflictError as both:
        saving_conflict.keep(name, both)
        st.rerun(scope="fragment")
    except TapakError as fault:
        st.error(plain(fault.say()), icon=":material/error:")
        return
    saving_conflict.forget()
    pick(board, name)
    begin_recording(board, name)
    st.rerun()
