"""Which study the app shows: found once, opened once, opened again when it has changed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import streamlit as st

import words
from geo.errors import UsageError
from ui.serve import STUDY_VARIABLE
from work.board import Board, open_board, with_scenarios
from work.changes import Stamp, fingerprint, stamp

__all__ = ["Stamp", "stamp"]

INSTEAD = "tapak-study"
"""Set to another study's folder, it stands in this session for the one the app was started on."""


def folder() -> Path:
    """Return the folder of the study this session looks at."""
    instead: Path | None = st.session_state.get(INSTEAD)
    return instead or own_folder()


def own_folder() -> Path:
    """Return the folder the app was started on: the first word after ``--``, else TAPAK_STUDY.

    Raises
    ------
    UsageError
        When neither names a folder.
    """
    given = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    found = given or os.environ.get(STUDY_VARIABLE, "")
    if not found:
        raise UsageError("ui.no_study")
    return Path(found)


@st.cache_data(max_entries=64, show_spinner=False)
def _contents(study: Path, changed: Stamp) -> str:  # noqa: ARG001 - part of the cache's key
    return fingerprint(study)


@st.cache_resource(max_entries=6, show_spinner=False)
def _measured(study: Path, programme: str | None, contents: str, lang: str) -> Board:  # noqa: ARG001 - part of the cache's key
    return open_board(study, programme=programme)


@st.cache_resource(max_entries=12, show_spinner=False)
def _opened(study: Path, programme: str | None, changed: Stamp, lang: str) -> Board:
    contents = _contents(study, changed)
    board = _measured(study, programme, contents, lang)
    return with_scenarios(board) if contents else board


def opened(programme: str | None = None) -> Board:
    """Return the study's board for a programme (default: the study's first).

    It is measured again only when something it hangs on has changed: a comment, a recorded run or
    a saved scenario does not.
    """
    study = folder()
    state, lang = stamp(study), words.language.get()
    first = _opened(study, None, state, lang)
    if programme in {None, first.programme}:
        return first
    return _opened(study, programme, state, lang)
