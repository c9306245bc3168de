"""The page "Peringkat lokasi": which places lead, how sure that is, and what weights do to it."""

from __future__ import annotations

import streamlit as st

import words
from geo.errors import TapakError
from ui import study
from ui.board import show_board, show_facts
from ui.language import choose_language, use_language
from ui.tried import tried
from ui.weights import show_weights
from work.board import Board, rerank

FRAGMENT = "ranking"


def page() -> None:
    """Show the ranking of one programme: the weights at the side, the board in the middle."""
    board = _header()
    with st.sidebar:
        show_weights(board, on_change=_again)
        choose_language()
    show_facts(board)
    _ranked(board)


def _header() -> Board:
    """Show the title and the choice of programme; return the board of the programme chosen."""
    first = study.opened()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="tapak-bar"):
        st.title(words.say("ui.title"), anchor=False, width="content")
        programme = st.selectbox(
            words.say("ui.programme"),
            first.programmes,
            index=first.programmes.index(first.programme),
            format_func=lambda key: words.say(f"programme.{key}"),
            key="programme",
            label_visibility="collapsed",
            width=300,
        )
        st.text(first.study_name, width="content")
    return study.opened(programme)


def _again() -> None:
    """Rank again and redraw the board, and nothing else of the page."""
    st.rerun(FRAGMENT)


@st.fragment(key=FRAGMENT)
def _ranked(board: Board) -> None:
    use_language()
    now = tried(board)
    ranking = board.result.ranking
    fault = ""
    try:
        if now.differs:
            ranking = rerank(board, groups=now.groups, weights=now.weights)
    except TapakError as problem:
        fault = problem.say()
    show_board(board, ranking, tried=now.differs, fault=fault)
