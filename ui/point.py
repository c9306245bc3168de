"""A map to point at: one press says where something is, beside a field that takes it as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import streamlit as st

import words
from ui.facts import LOCALES, facts_key, outlines
from ui.parts import joined, leaflet_css
from ui.session import heard
from work.board import Board
from work.main_roads import main_roads

TEXTS = ("ui.point.about", "ui.point.here", "ui.zoom_in", "ui.zoom_out")
LON, LAT = 180.0, 90.0


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component(
        "tapak_point",
        html='<div class="point" tabindex="0"></div>',
        css=leaflet_css() + joined("point", "point.css"),
        js=joined("board", "dom.js", "labels.js", "leaflet.js") + joined("point", "point.js"),
    )


@st.cache_data(max_entries=6, show_spinner=False)
def _ground(key: str, _board: Board) -> dict[str, Any]:  # noqa: ARG001 - the key is the cache's
    return {"kecamatan": outlines(_board.kecamatan), "roads": main_roads(_board.inputs)}


def point_map(
    board: Board,
    name: str,
    *,
    at: tuple[float, float] | None,
    offices: Sequence[Mapping[str, Any]],
    tell: Callable[[tuple[float, float]], None],
) -> None:
    """Show the study's land and let a point be chosen on it.

    Parameters
    ----------
    board : Board
    name : str
        Unique on the page.
    at : (lon, lat) or None
        What is chosen now, degrees.
    offices : sequence of mapping
        ``name, lon, lat, active`` of places that are marked and can be chosen with one press.
    tell : callable
        Takes the point that was chosen, before the page runs again.
    """
    lang = words.language.get()
    told = {
        **_ground(facts_key(board), board),
        "key": facts_key(board),
        "locale": LOCALES[lang],
        "texts": {code.removeprefix("ui."): words.sentences(lang)[code] for code in TEXTS},
        "offices": [dict(one) for one in offices],
        "at": None if at is None else list(at),
    }
    key = f"tapak-point-{name}"

    def chosen() -> None:
        if (point := point_of(st.session_state[key].get("picked"))) is not None:
            tell(point)

    _component()(key=key, data=told, on_picked_change=heard(chosen), height="content")


def point_of(sent: object) -> tuple[float, float] | None:
    """Take what the browser sent only when it is a longitude and a latitude."""
    if not isinstance(sent, list) or len(sent) != 2:
        return None
    if not all(isinstance(x, int | float) and not isinstance(x, bool) for x in sent):
        return None
    lon, lat = (float(x) for x in sent)
    return (lon, lat) if abs(lon) <= LON and abs(lat) <= LAT else None
