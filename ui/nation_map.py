"""The map of the nation on its page: made when asked for, under the weights that are shown."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

import words
from ui.frame_map import show_map
from ui.look import sentence
from ui.task import forget_task, run_task, show_end
from work.nation_map import nation_map_html

MAP_PX = 720
TASK = "nation-map"
ASKED, MADE = "tapak-nation-map-asked", "tapak-nation-map"
Pairs = tuple[tuple[str, float], ...]


def show_nation_map(results: Path, key: str, changed: tuple[Pairs, Pairs], top: int) -> None:
    """Show the map that was last made in this session, and the way to make it anew.

    Parameters
    ----------
    key : str
        Fingerprint of the results.
    changed : (groups, weights)
        As pairs; empty where the catalogue's weights stand.
    top : int
        How many are drawn as the first.
    """
    wanted = f"{results}/{key}/{words.language.get()}/{top}/{changed}"
    held = st.session_state.get(MADE)
    st.text(words.say("nation.page.map.about"))
    fresh = held is not None and held[0] == wanted
    if not fresh and st.button(words.say("nation.page.map.make"), type="primary", key="nation-map"):
        forget_task(TASK)
        st.session_state[ASKED] = wanted
    if not fresh and st.session_state.get(ASKED) == wanted:
        groups, weights = (dict(part) for part in changed)
        done = run_task(
            TASK,
            wanted,
            nation_map_html,
            results,
            weights=weights,
            groups=groups,
            top=top,
            title=words.say("nation.page.map.making"),
        )
        if done is not None and done.state == "done":
            st.session_state[MADE] = held = (wanted, done.result)
            forget_task(TASK)
            st.rerun()
        if done is not None:
            show_end(done, TASK)
    if held is not None and held[0].startswith(f"{results}/{key}/"):
        if not fresh:
            sentence(words.say("nation.page.map.old"), tone="warn")
        show_map(held[1], height_px=MAP_PX)
