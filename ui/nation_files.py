"""What can be taken away from the national page: the brief, the whole ranking."""

from __future__ import annotations

from typing import Any

import streamlit as st

import words
from ui.downloads import later
from ui.study import folder
from work.nation_take import file_name, nation_bytes

_MEDIA = {
    "pdf": "application/pdf",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "html": "text/html",
}


def show_files(changed: tuple[Any, Any], top: int) -> None:
    """Show a button for each file.

    Parameters
    ----------
    changed : (groups, weights)
        As pairs; empty where the catalogue's weights stand.
    top : int
        How many are counted as the first.
    """
    st.text(words.say("nation.page.take.about"))
    groups, weights = (dict(part) for part in changed)
    with st.container(horizontal=True, key="nation-files"):
        for what, media in _MEDIA.items():
            st.download_button(
                words.say(f"nation.page.take.{what}"),
                later(nation_bytes, folder(), what, weights, groups, top),
                file_name=file_name(what),
                mime=media,
                key=f"nation-take-{what}",
                on_click="ignore",
                icon=":material/download:",
            )
