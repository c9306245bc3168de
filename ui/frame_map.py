"""A map page inside a page: self-contained, shut off from what is around it."""

from __future__ import annotations

import streamlit as st


def show_map(html: str, *, height_px: int) -> None:
    """Show a page of `geo.maps`.

    Parameters
    ----------
    html : str
        A whole page that needs no network; it brings its own content policy.
    height_px : int
    """
    st.iframe(html, height=height_px)
