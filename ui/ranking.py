"""The page "Peringkat lokasi": which places lead, how sure that is, and what weights do to it."""

from __future__ import annotations

import streamlit as st

from geo.errors import TapakError
from ui.board import show_board, show_facts
from ui.header import page_header
from ui.session import begin
from ui.tried import tried
from ui.weights import show_weights
from work.board import Board, rerank

FRAGMENT = "ranking"


def page() -> None:
    """Show the ranking of one programme: the weights at the side, the board in the middle."""
    board = page_header("ui.title", ribbon=False)
    with st.sidebar:
        show_weights(board, on_change=_again)
    show_facts(board)
    _ranked(board)


def _again() -> None:
    """Rank again and redraw the board, and nothing else of the page."""
    st.rerun(FRAGMENT)


@st.fragment(key=FRAGMENT)
def _ranked(board: Board) -> None:
    begin()
    now = tried(board)
    ranking = board.result.ranking
    fault = ""
    try:
        if now.differs:
            ranking = rerank(board, groups=now.groups, weights=now.weights)
    except TapakError as problem:
        fault = problem.say()
    show_board(board, ranking, tried=now.differs, fault=fault)
