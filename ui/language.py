"""The language of a page: chosen there, else named in its address, else Indonesian."""

from __future__ import annotations

import streamlit as st

import words

CHOICE = "lang"
"""Name of the choice in the session and in the address (``?lang=en``)."""

KEPT = "tapak-lang"
"""Where the choice outlives the page it was made on."""


def use_language() -> str:
    """Set the language of this run and return it."""
    told = (st.session_state.get(CHOICE), st.query_params.get(CHOICE), st.session_state.get(KEPT))
    wanted = next((lang for lang in told if lang), "")
    lang = wanted if wanted in words.LANGUAGES else words.LANGUAGES[0]
    st.session_state[KEPT] = lang
    words.language.set(lang)
    return lang


def choose_language() -> None:
    """Show the switch between the languages."""
    if CHOICE not in st.session_state:
        st.session_state[CHOICE] = words.language.get()
    st.segmented_control(
        words.say("ui.language"),
        words.LANGUAGES,
        format_func=lambda lang: words.say(f"ui.language.{lang}"),
        required=True,
        key=CHOICE,
        label_visibility="collapsed",
        width="content",
    )
