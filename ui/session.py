"""The beginning of every run of a page or of a part of it: its language, and who is acting."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import streamlit as st

from ui.accounts import use_actor
from ui.language import use_language
from work.roles import Role, acting

SHOWN_TO = "tapak-shown-to"
"""Who acted, and as what, when the whole page last ran in this session."""


def begin() -> None:
    """Set the language and the actor of a run of the whole page."""
    use_language()
    use_actor()
    st.session_state[SHOWN_TO] = acting()


def begin_part() -> None:
    """Set them for a part that runs alone; begin the whole page anew when somebody else acts.

    A part draws from what the page held when it last ran. Whoever has been struck out of study.toml
    since then, or is less now than they were, is shown nothing more of it.
    """
    use_language()
    if not _same_actor():
        st.rerun()


def part(show: Callable[..., None]) -> Callable[..., None]:
    """Make a part of a page that runs alone when something in it is used."""

    @st.fragment
    @wraps(show)
    def shown(*args: Any, **kwargs: Any) -> None:
        begin_part()
        show(*args, **kwargs)

    return shown


def heard(act: Callable[..., None]) -> Callable[..., None]:
    """Make what a widget calls when it is used; it is done for whom the page was shown to, only.

    Streamlit calls it before the page runs, in a thread that may still bear the name of whoever
    acted last: somebody struck out of study.toml meanwhile, or nobody yet.
    """

    @wraps(act)
    def called(*args: Any, **kwargs: Any) -> None:
        use_language()
        if _same_actor():
            act(*args, **kwargs)

    return called


def _same_actor() -> bool:
    """Name who is acting; tell whether the page that is open was shown to just them."""
    use_actor()
    now = acting()
    return now.role is not Role.VISITOR and now == st.session_state.get(SHOWN_TO, now)
