"""What a page says where there is no place to show: none was added yet, or none may be ranked."""

from __future__ import annotations

import streamlit as st

import words
from ui.look import sentence
from ui.shell import GO
from work.board import Board


def no_places(board: Board) -> bool:
    """Say that a study has no places yet, and lead to where they are added; False if it has."""
    if len(board.result.candidates.ids):
        return False
    sentence(words.say("home.empty"))
    if st.button(words.say("home.next.go"), type="primary"):
        st.session_state[GO] = "data"
        st.rerun()
    return True


def none_ranked(board: Board) -> bool:
    """Say also where every place is excluded, and lead to the reasons; False if some are ranked."""
    if no_places(board):
        return True
    if len(board.result.ranking.order):
        return False
    sentence(words.say("home.all_excluded"), tone="warn")
    if st.button(words.say("home.next.go"), type="primary"):
        st.session_state[GO] = "peringkat"
        st.rerun()
    return True
