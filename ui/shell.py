"""The frame around every page: language, navigation, and faults told in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

import words
from geo.errors import NotAllowedError, TapakError
from ui.accounts import account_corner, door, inside, phone_address
from ui.parts import css_text, plain
from ui.session import begin
from ui.study import folder
from work.nation_study import nation_folder
from work.public import for_anybody
from work.roles import may, require

NATIONAL = "nasional"
"""Is offered only where study.toml names results of a batch; asked for, it says how to."""

PAGES: tuple[tuple[str, str, str], ...] = (
    ("home.title", "beranda", "ui.home"),
    ("ui.nav.ranking", "peringkat", "ui.ranking"),
    ("place.title", "lokasi", "ui.site"),
    ("sets.title", "himpunan", "ui.sets"),
    ("compare.title", "skenario", "ui.compare"),
    ("survey.title", "survei", "ui.survey"),
    ("propose.title", "usulan", "ui.proposals"),
    ("reports.page.title", "laporan", "ui.documents"),
    ("layers.title", "data", "ui.layers_page"),
    ("ui.nav.history", "riwayat", "ui.history"),
    ("nation.page.title", NATIONAL, "ui.nation"),
)
"""Title (a code of `words`), address and module of every page; the first opens first.

A module is loaded when its page is opened, so that no page waits for what another needs.
"""

NEEDS = {
    "lokasi": "view",
    "usulan": "propose",
    "laporan": "report",
    "data": "data",
    "riwayat": "audit",
}
"""What a role must be allowed to see a page; every other page shows internals of all sites."""

GO = "tapak-go"
"""Set to the address of a page, this opens it on the next run."""

ICON = Path(__file__).with_name("icon.svg")

TIDY = """<style>
[data-testid=stMainBlockContainer]{max-width:none;padding-left:1.1rem;padding-right:1.1rem}
[data-testid=stMainBlockContainer] h1{padding:0;line-height:1.2}
[data-testid=stSidebarContent]{padding:0}
[data-testid=stSidebarUserContent]{padding:0 1.1rem 1.2rem}
[data-testid=stSidebarHeader]{min-height:0;height:2.6rem;margin-bottom:0}
[data-testid=stLayoutWrapper]:has(>.st-key-tapak-facts){display:none}
.st-key-tapak-bar>:has(>[data-testid=stText]){flex:1 1 0!important;min-width:0!important}
.st-key-tapak-bar [data-testid=stText] span{display:block;overflow:hidden;white-space:nowrap;
text-overflow:ellipsis}
[data-testid=stTab][aria-selected=true] p,[data-testid=stButtonGroup] [data-selected=true] p{
font-weight:650;color:light-dark(#0b6b5d,#5cc8b2)}
@media (max-width:640px){[data-testid=stMainBlockContainer]{padding-left:.6rem;padding-right:.6rem}}
</style>"""


def needs(address: str) -> str:
    """Return the action whose right opens a page."""
    return NEEDS.get(address, "view_internal")


def told(title: str, address: str, module: str) -> Callable[[], None]:
    """Make a page of a module so that a fault a person can mend is shown as its sentence.

    A page that a role may not see is refused here too, whatever the navigation shows.
    """

    def shown() -> None:
        try:
            require(needs(address))
        except NotAllowedError as fault:
            st.title(words.say(title), anchor=False)
            st.error(plain(fault.say()), icon=":material/lock:")
            account_corner()
            return
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
    st.html(
        # not display:none, or the button would have no name where pseudo-elements are not read
        "<style>[data-testid=stTopNavSection] p{font-size:0}[data-testid=stTopNavSection]"
        " [data-testid=stMarkdownContainer]::after{font-size:14px;content:"
        f"{css_text(words.say('ui.nav.more'))}}}</style>"
    )
    if for_anybody():
        st.navigation(_pages(), position="hidden")
        import_module("ui.published").page()
        return
    if phone := phone_address():
        st.navigation(_pages(), position="hidden")
        import_module("ui.lan").phone_page(phone)
        return
    if not inside():
        st.navigation(_pages(), position="hidden")
        door()
        return
    pages = _pages()
    by_address = {address: page for (_, address, _), page in zip(PAGES, pages, strict=True)}
    shown = st.navigation(pages, position="top")
    wanted = st.session_state.pop(GO, None)
    if shown is pages[0] and not may(needs(PAGES[0][1])):
        wanted = wanted or _first_open()
    if wanted in by_address and by_address[wanted] is not shown:
        st.switch_page(by_address[wanted])
    shown.run()


def _pages() -> list[StreamlitPage]:
    """Make every page; those that a role may not see are not offered, and refuse by address."""
    return [
        st.Page(
            told(code, address, module),
            title=words.say(code),
            url_path=address,
            default=first == 0,
            visibility="visible" if may(needs(address)) and _there(address) else "hidden",
        )
        for first, (code, address, module) in enumerate(PAGES)
    ]


def _there(address: str) -> bool:
    """Tell whether the study has what a page shows."""
    if address != NATIONAL:
        return True
    try:
        return nation_folder(folder()) is not None
    except TapakError:  # no study, or a faulty study.toml: its other pages say so
        return False


def _first_open() -> str:
    """Return the address where a role begins; the app's own beginning when it has none."""
    open_to = (address for _, address, _ in PAGES if may(needs(address)))
    return next(open_to, PAGES[0][1])
