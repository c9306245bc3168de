"""The head of a page: its title, the programme it is about, the study it belongs to."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

import words
from ui import study
from ui.accounts import account_corner
from ui.language import choose_language
from ui.look import show_sheet, synthetic
from ui.session import heard
from work.board import Board


def page_header(
    title: str, *, ribbon: bool = True, beside: Callable[[Board], None] | None = None
) -> Board:
    """Show a page's title and the choice of programme; return the board of the one chosen.

    Parameters
    ----------
    title : str
        Code of the title's words.
    ribbon : bool
        Whether to say here that a synthetic study is one; a page that says so itself does not.
    beside : callable, optional
        Shows what else stands in the row, after the programme.
    """
    first = study.opened()
    show_sheet()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="tapak-bar"):
        st.title(words.say(title), anchor=False, width="content")
        programme = st.selectbox(
            words.say("ui.programme"),
            first.programmes,
            index=first.programmes.index(chosen_programme(first)),
            format_func=lambda key: words.say(f"programme.{key}"),
            key="programme",
            label_visibility="collapsed",
            width=250 if beside is None else 230,
            on_change=heard(_keep),
        )
        board = study.opened(programme)
        if beside is not None:
            beside(board)
        if beside is None:
            st.text(first.study_name, width="stretch")
        else:
            st.space("stretch")
        choose_language()
        account_corner()
    if ribbon and board.synthetic:
        synthetic(words.say("maps.synthetic"))
    return board


def chosen_programme(first: Board) -> str:
    """Return the programme chosen on any page of this session, else the study's first."""
    kept = st.session_state.get("tapak-programme", first.programme)
    return kept if kept in first.programmes else first.programme


def _keep() -> None:
    """Keep the choice for every page: a widget's value is gone once its page is left."""
    st.session_state["tapak-programme"] = st.session_state["programme"]
