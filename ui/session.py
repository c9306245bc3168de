"""The beginning of every run of a page or of a part of it: its language, and who is acting."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import streamlit as st

from ui.accounts import use_actor
from ui.language import use_language


def begin() -> None:
    """Set the language and the actor of this run; a fragment's own runs begin here again."""
    use_language()
    use_actor()


def part(show: Callable[..., None]) -> Callable[..., None]:
    """Make a part of a page that runs alone when something in it is used."""

    @st.fragment
    @wraps(show)
    def shown(*args: Any, **kwargs: Any) -> None:
        begin()
        show(*args, **kwargs)

    return shown
