"""The frame around every page: language, navigation, and faults told in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import streamlit as st

import words
from geo.errors import TapakError
from ui.parts import plain
from ui.session import begin

PAGES: tuple[tuple[str, str, str], ...] = (
    ("ui.nav.ranking", "peringkat", "ui.ranking"),
    ("ui.nav.history", "riwayat", "ui.history"),
)
"""Title (a code of `words`), address and module of every page; the first opens first.

A module is loaded when its page is opened, so that no page waits for what another needs.
"""

ICON = Path(__file__).with_name("icon.svg")

TIDY = """<style>
[data-testid=stMainBlockContainer]{max-width:none;padding-left:1.1rem;padding-right:1.1rem}
[data-testid=stMainBlockContainer] h1{padding:0;line-height:1.2}
[data-testid=stSidebarContent]{padding:0}
[data-testid=stSidebarUserContent]{padding:0 1.1rem 1.2rem}
[data-testid=stSidebarHeader]{min-height:0;height:2.6rem;margin-bottom:0}
[data-testid=stLayoutWrapper]:has(>.st-key-tapak-facts){display:none}
[data-testid=stTab][aria-selected=true] p{color:inherit;font-weight:650}
@media (max-width:640px){[data-testid=stMainBlockContainer]{padding-left:.6rem;padding-right:.6rem}}
</style>"""


def told(title: str, module: str) -> Callable[[], None]:
    """Make a page of a module so that a fault a person can mend is shown as its sentence."""

    def shown() -> None:
        try:
            import_module(module).page()
        except TapakError as fault:
            st.title(words.say(title), anchor=False)
            st.error(plain(fault.say()), icon=":material/error:")

    return shown


def main() -> None:
    """Show the app."""
    begin()
    st.set_page_config(
        page_title=f"{words.say('ui.title')} · Tapak",
        page_icon=str(ICON),  # a name such as ":material/…:" would be fetched from the internet
        layout="wide",
        initial_sidebar_state="auto",
    )
    st.html(TIDY)
    pages = [
        st.Page(told(code, module), title=words.say(code), url_path=address, default=first == 0)
        for first, (code, address, module) in enumerate(PAGES)
    ]
    st.navigation(pages, position="top" if len(pages) > 1 else "hidden").run()
