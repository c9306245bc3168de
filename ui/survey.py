"""The page "Survei": plan visits, pack, take back, review, see who agrees, type a visit in."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

import words
from ui.header import page_header
from ui.lan import show_lan
from ui.survey_agree import show_agreement
from ui.survey_packs import show_packs
from ui.survey_plan import show_plan
from ui.survey_returns import show_returns
from ui.survey_review import show_review
from ui.survey_visit import DRAFT, visit_form
from work.board import Board
from work.roles import may


def _form(board: Board) -> None:
    visit_form(board.programme)


PARTS: tuple[tuple[str, str, Callable[[Board], None]], ...] = (
    ("survey.tab.plan", "view_internal", show_plan),
    ("survey.tab.packs", "pack", show_packs),
    ("survey.tab.returns", "visit", show_returns),
    ("survey.tab.review", "judge", show_review),
    ("survey.tab.agreement", "view_internal", show_agreement),
    ("survey.tab.form", "visit", _form),
)
"""Title, what a role must be allowed to see it, and what shows it."""


def page() -> None:
    """Show the part that is open; the others are not worked out."""
    board = page_header("survey.title")
    show_lan()
    parts = [(words.say(code), show) for code, action, show in PARTS if may(action)]
    titles = [title for title, _ in parts]
    form = words.say("survey.tab.form")
    first = form if st.query_params.get(DRAFT) and form in titles else titles[0]
    tabs = st.tabs(titles, default=first, key="tapak-survey-tabs", on_change="rerun")
    for (_, show), tab in zip(parts, tabs, strict=True):
        if tab.open:
            with tab:
                show(board)
