"""Long work of a page: begun once, watched while it runs, stopped with a button, read when done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

import words
from ui.look import sentence
from ui.parts import plain
from ui.session import begin_part
from work.errands import GOING, Errand

_TASKS = "tapak-tasks"
EVERY_S = 1.0


def run_task(
    name: str, key: str, call: Callable[..., Any], *args: Any, title: str, **kwargs: Any
) -> Errand | None:
    """Begin a piece of work unless it is known already, and show how it goes.

    While it runs its state stands here, looked at again every second without the rest of the page;
    when it ends the page runs again. Each session has one piece of work of a name: another key
    stops the one before.

    Parameters
    ----------
    name : str
        Of the work: one for each place on a page.
    key : str
        What went in; the same key is not worked out again in this session.
    call, *args, **kwargs
        As `work.errands.Errand` takes them.
    title : str
        What is being done, in words.

    Returns
    -------
    Errand or None
        Once it has ended: ``state`` is done, failed or stopped. None while it runs.
    """
    tasks: dict[str, tuple[str, Errand]] = st.session_state.setdefault(_TASKS, {})
    known = tasks.get(name)
    if known is None or known[0] != key:
        if known is not None:
            known[1].stop()
        known = tasks[name] = (key, Errand(call, *args, **kwargs))
    if known[1].ended:
        return known[1]
    _watch(name, title)
    return None


def forget_task(name: str) -> None:
    """Stop what runs under a name and forget it, so that it can be asked for again."""
    known = st.session_state.get(_TASKS, {}).pop(name, None)
    if known is not None:
        known[1].stop()


def retry_task(name: str) -> None:
    """Forget what ended without a result: who asks again means it."""
    known = st.session_state.get(_TASKS, {}).get(name)
    if known is not None and known[1].state in {"failed", "stopped"}:
        forget_task(name)


def show_end(errand: Errand, name: str) -> None:
    """Say that a piece of work failed or was stopped, and let it be asked for again."""
    if errand.fault is not None:
        st.error(plain(errand.fault.say()), icon=":material/error:")
    else:
        sentence(words.say("ui.task.stopped"), tone="warn")
    if st.button(words.say("ui.task.again"), key=f"tapak-again-{name}"):
        forget_task(name)
        st.rerun()


def confirmed_task(
    name: str,
    key: str,
    call: Callable[..., Any],
    *args: Any,
    button: str,
    title: str,
    **kwargs: Any,
) -> Errand | None:
    """Begin a piece of work once somebody says yes to it; return it when it is done.

    Parameters
    ----------
    button : str
        What a person says yes with; it is dead while the work goes on.
    name, key, call, title
        As `run_task` takes them.
    """
    wanted = f"tapak-yes-{name}"
    begun = st.session_state.get(wanted) == key
    if st.button(button, type="primary", width="stretch", disabled=begun, key=f"{wanted}-button"):
        st.session_state[wanted] = key
        begun = True
    if not begun:
        return None
    errand = run_task(name, key, call, *args, title=title, **kwargs)
    if errand is None:
        return None
    st.session_state.pop(wanted)
    if errand.state != "done":
        show_end(errand, name)
        return None
    return errand


@st.fragment(run_every=EVERY_S)
def _watch(name: str, title: str) -> None:
    begin_part()
    known = st.session_state.get(_TASKS, {}).get(name)
    state = "stopped" if known is None else known[1].state  # asked once: it may end meanwhile
    if known is None or state not in GOING:
        st.rerun()
    errand = known[1]
    box = st.status(title, state="running", expanded=True)  # as a block it would end as complete
    waited = words.say(f"ui.task.{state}", n=errand.seconds)
    box.text(f"{errand.text} {waited}".strip())
    if errand.share_0_1 is not None:
        box.progress(errand.share_0_1)
    if box.button(words.say("ui.task.stop"), key=f"tapak-stop-{name}", icon=":material/stop:"):
        errand.stop()
        st.rerun()
