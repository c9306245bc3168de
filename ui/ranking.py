"""The page "Peringkat lokasi": which places lead, how sure that is, and what weights do to it."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st
from streamlit.errors import StreamlitAPIException

import words
from geo.errors import TapakError
from scoring.first_places import Ground
from ui.areas import show_areas
from ui.board import show_board, show_facts
from ui.expert import expert_button
from ui.header import page_header
from ui.parts import plain
from ui.recording import show_recording
from ui.saving import save_button
from ui.session import begin_part, heard
from ui.shell import GO
from ui.tried import called, pick, picked, scenario_now, scenarios, tried
from ui.weights import show_weights
from work.board import Board
from work.live import Live, ground_of, live

FRAGMENT = "ranking"


def page() -> None:
    """Show the ranking of one programme: the weights at the side, the board in the middle."""
    board = page_header("ui.title", ribbon=False, beside=_scenario)
    with st.sidebar:
        st.caption(plain(board.study_name))
        expert_button(board, ranked_now)
        show_weights(board, on_change=_again)
    show_recording(board)
    _ranked(board, show_facts(board))
    show_areas(board)


def _scenario(board: Board) -> None:
    """Show which scenario the sliders start from, and the way to keep what they say."""
    names = [scenario.name for scenario in scenarios(board)]
    key = f"tapak-scenario-of-{board.programme}"
    st.session_state[key] = picked(board).name
    st.selectbox(
        words.say("ui.scenario"),
        names,
        format_func=called,
        key=key,
        label_visibility="collapsed",
        width=215,
        on_change=heard(lambda: pick(board, st.session_state[key])),
    )
    save_button(board)


def _again() -> None:
    """Rank again and redraw the board, and nothing else of the page."""
    with suppress(StreamlitAPIException):  # no board stands here yet: the whole page runs anyway
        st.rerun(FRAGMENT)


@st.cache_resource(max_entries=6, show_spinner=False)
def _ground(key: tuple[str, str], _board: Board) -> Ground:  # noqa: ARG001 - the key is the cache's
    return ground_of(_board.result)


def ranked_now(board: Board) -> Live:
    """Rank under what this session has chosen and tried.

    Raises
    ------
    TapakError
        When the weights tried mean nothing.
    """
    ground = _ground((board.key, board.programme), board)
    return live(board.result, ground, scenario_now(board))


@st.fragment(key=FRAGMENT)
def _ranked(board: Board, facts: str) -> None:
    begin_part()
    if GO in st.session_state:
        st.rerun()
    fault = ""
    try:
        now = ranked_now(board)
    except TapakError as problem:
        fault = problem.say()
        ground = _ground((board.key, board.programme), board)
        now = live(board.result, ground, picked(board))
    show_board(board, now, facts=facts, tried=tried(board).differs, fault=fault)
