"""The app open to anybody: the documents made for the public, and nothing else."""

from __future__ import annotations

from typing import Any

import streamlit as st

import words
from ui.downloads import later
from ui.frame_map import show_map
from ui.language import choose_language
from ui.look import sentence, show_sheet, synthetic
from ui.parts import plain
from ui.study import folder
from work.published import published, published_bytes

PAGE_PX = 760
SHOWN = ".html"


def page() -> None:
    """Show the list as a page to read, and the files beside it to take away."""
    show_sheet()
    told = published(folder())
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="tapak-bar"):
        st.title(words.say("published.title"), anchor=False, width="content")
        st.text(told["study"], width="stretch")
        choose_language()
    sentence(words.say("published.lead"))
    own = [one for one in told["documents"] if one["lang"] == words.language.get()]
    if not own and told["documents"]:
        own = told["documents"]
        st.text(words.say("published.other_language"))
    if not own:
        sentence(words.say("published.none"), more=words.say("published.none.more"), tone="warn")
        return
    if any(one["synthetic"] for one in own):
        synthetic(words.say("maps.synthetic"))
    programmes = list(dict.fromkeys(one["programme"] for one in own))
    chosen = programmes[0]
    if len(programmes) > 1:
        chosen = st.radio(
            words.say("ui.programme"),
            programmes,
            format_func=lambda key: words.say(f"programme.{key}"),
            horizontal=True,
            key="published-programme",
        )
    _documents([one for one in own if one["programme"] == chosen])


def _documents(own: list[dict[str, Any]]) -> None:
    with st.container(horizontal=True, key="published-files"):
        for one in own:
            st.download_button(
                plain(_label(one)),
                later(published_bytes, folder(), one["name"]),
                file_name=one["name"],
                key=f"take-{one['name']}",
                on_click="ignore",
                icon=":material/download:",
            )
    if any(one["old"] for one in own):
        sentence(words.say("published.old"), tone="warn")
    for one in own:
        if one["suffix"] == SHOWN:
            show_map(published_bytes(folder(), one["name"]).decode("utf-8"), height_px=PAGE_PX)
            return


def _label(one: dict[str, Any]) -> str:
    kind = words.say(f"reports.kind.{one['kind']}")
    return words.say("published.take", kind=kind, format=one["suffix"][1:].upper(), on=one["on"])
