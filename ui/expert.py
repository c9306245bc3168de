"""*Ahli*: other ways to set the weights, and what other ways of ranking would say."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

import words
from geo.errors import TapakError
from ui.expert_methods import show_flips, show_leaders, show_methods, show_owa
from ui.expert_weights import show_pairs, show_swing
from ui.look import show_sheet
from ui.parts import plain
from ui.session import begin_part
from work.board import Board
from work.live import Live

TOPICS = ("swing", "pairs", "owa", "methods", "leaders", "flips")


def expert_button(board: Board, ranked: Callable[[Board], Live]) -> None:
    """Show the button that opens the ways of experts over the page.

    Parameters
    ----------
    ranked : callable
        Ranks under what the session has chosen and tried.
    """
    if st.button(words.say("ui.expert"), icon=":material/tune:", key="tapak-expert"):
        st.dialog(words.say("ui.expert"), width="large")(_shown)(board, ranked)


def _shown(board: Board, ranked: Callable[[Board], Live]) -> None:
    begin_part()
    show_sheet()
    topic = st.segmented_control(
        words.say("ui.expert.topic"),
        TOPICS,
        format_func=lambda name: words.say(f"ui.expert.{name}"),
        default=TOPICS[0],
        required=True,
        key="tapak-expert-topic",
        label_visibility="collapsed",
    )
    try:
        now = ranked(board)
        st.text(words.say(f"ui.expert.{topic}.about"))
        {
            "swing": lambda: show_swing(board),
            "pairs": lambda: show_pairs(board),
            "owa": lambda: show_owa(board, now),
            "methods": lambda: show_methods(board, now),
            "leaders": lambda: show_leaders(board, now),
            "flips": lambda: show_flips(board, now),
        }[topic]()
    except TapakError as fault:
        st.error(plain(fault.say()), icon=":material/error:")
