"""Which study the app shows: found once, opened once, opened again when it has changed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import streamlit as st

import words
from geo.errors import UsageError
from ui.serve import STUDY_VARIABLE
from work.board import Board, open_board

Stamp = tuple[tuple[str, int, int], ...]


def folder() -> Path:
    """Return the study's folder: the first word after ``--``, else the variable TAPAK_STUDY.

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


def stamp(study: Path) -> Stamp:
    """Tell when the study last changed, without opening it."""
    found = []
    for name in ("study.toml", "tapak.sqlite"):
        path = study / name
        if path.exists():
            state = path.stat()
            found.append((name, state.st_mtime_ns, state.st_size))
    return tuple(found)


@st.cache_resource(max_entries=6, show_spinner=False)
def _opened(study: Path, programme: str | None, changed: Stamp, lang: str) -> Board:  # noqa: ARG001 - part of the cache's key
    return open_board(study, programme=programme)


def opened(programme: str | None = None) -> Board:
    """Return the study's board for a programme (default: the study's first)."""
    study = folder()
    return _opened(study, programme, stamp(study), words.language.get())
