"""The board: certainty, map, table and chosen site, linked in the browser and fed from here."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

import words
from scoring.first_places import FirstPlaces
from scoring.study import Ranking
from ui.detail import detail
from ui.facts import packed_facts, percent, sent_key
from ui.numbers import numbers, packed
from ui.parts import joined, leaflet_css
from ui.session import heard
from ui.shell import GO, PAGES
from work.as_json import weights_set_by
from work.board import Board
from work.live import Live

KEY = "tapak-board"
CHOSEN = "tapak-chosen"
SITE = "tapak-site"
"""The site another page is to speak of, in the session."""
SITE_PAGE = "lokasi"
LEADERS = 3
SCRIPTS = (
    "dom.js",
    "facts.js",
    "marks.js",
    "mark_layer.js",
    "labels.js",
    "leaflet.js",
    "map.js",
    "strip.js",
    "filters.js",
    "rows.js",
    "table.js",
    "detail.js",
    "board.js",
)
SHEETS = ("board.css", "map.css", "table.css", "detail.css", "narrow.css")


@cache
def _facts_component() -> Callable[..., Any]:
    return st.components.v2.component(
        "tapak_facts", html="<i></i>", js=joined("board", "keep_facts.js")
    )


@cache
def _board_component() -> Callable[..., Any]:
    return st.components.v2.component(
        "tapak_board",
        html=joined("board", "board.html"),
        css=leaflet_css() + joined("board", *SHEETS),
        js=joined("board", *SCRIPTS),
    )


def show_facts(board: Board) -> str:
    """Send what no weight changes; the board waits for it and keeps it while sliders move.

    Returns
    -------
    str
        Name of what was sent: a step in a site's life meanwhile is sent with the next whole run.
    """
    key = sent_key(board)
    with st.container(key="tapak-facts"):
        _facts_component()(key="tapak-facts-of-board", data=packed_facts(key, board))
    return key


def show_board(board: Board, now: Live, *, facts: str, tried: bool, fault: str) -> None:
    """Show the board under a ranking.

    Parameters
    ----------
    board : Board
    now : Live
        Under the scenario chosen, or under weights tried on the page.
    facts : str
        What `show_facts` sent.
    tried : bool
        Whether the weights differ from those of the scenario.
    fault : str
        Why the weights now set could not be used, "" when they could.
    """
    chosen = chosen_site(board)
    turn = st.session_state["tapak-turn"] = st.session_state.get("tapak-turn", 0) + 1
    header = {
        "facts": facts,
        "turn": turn,
        "chosen": chosen,
        "detail": detail(board, now.ranking, chosen),
        "first": first_told(board, now.places),
        "weights_text": words.say("ui.tried") if tried else weights_set_by(now.scenario),
        "visit_only": words.say("ui.visit_only", share=percent(visit_share(board, now.ranking))),
        "tried": tried,
        "fault": fault,
        "site_page": any(address == SITE_PAGE for _, address, _ in PAGES),
    }
    _board_component()(
        key=KEY,
        data=packed(header, numbers(board, now.ranking, now.places)),
        default={"chosen": None},
        on_chosen_change=heard(lambda: _choose(board)),
        on_opened_change=heard(lambda: _open(board)),
        height="content",
    )


def first_told(board: Board, places: FirstPlaces | None) -> dict[str, Any]:
    """Say how sure the first place is, with the shares of those most often first.

    Returns
    -------
    dict
        ``{headline, more, key, leaders: [[position, share]], others, threshold, clear}``
    """
    leaders = places.leaders(LEADERS) if places else []
    if places is None or not leaders:
        told = {"headline": words.say("ui.headline.none"), "more": "", "key": "", "leaders": []}
        return told | {"others": 0.0, "threshold": 1.0, "clear": False}
    name = str(board.result.candidates.frame["name"].iloc[leaders[0][0]])
    clear = places.clear_winner
    numbers_told = {"draws": words.number(places.draws), "threshold": _kept_whole(places.threshold)}
    share = _kept_whole(leaders[0][1])
    return {
        "headline": words.say("ui.first.clear" if clear else "ui.first.open", name=name),
        "more": words.say(
            "ui.first.clear.more" if clear else "ui.first.open.more",
            name=name,
            share=share,
            **numbers_told,
        ),
        "key": words.say("ui.first.key", **numbers_told),
        "leaders": [list(pair) for pair in leaders],
        "others": max(0.0, 1.0 - sum(share for _, share in leaders)),
        "threshold": places.threshold,
        "clear": clear,
    }


def _kept_whole(share: float) -> str:
    """Write a percentage that no line break may take apart."""
    return percent(share).replace(" ", "\u00a0")


def visit_share(board: Board, ranking: Ranking) -> float:
    """Return the share of the weights, 0-1, that only a visit can tell."""
    asked = [c.measure == "survey" for c in board.result.criteria]
    return float(ranking.weights[asked].sum())


def _choose(board: Board) -> None:
    sent = st.session_state[KEY].get("chosen")
    if isinstance(sent, str):
        kept = st.session_state.get(CHOSEN, {})
        st.session_state[CHOSEN] = {**kept, board.programme: sent}


def _open(board: Board) -> None:
    sent = st.session_state[KEY].get("opened")
    if isinstance(sent, str) and sent in board.result.candidates.ids:
        st.session_state[SITE] = sent
        st.session_state[GO] = SITE_PAGE


def chosen_site(board: Board) -> str:
    """Return the site chosen on this page, else the first under the study's own weights."""
    ids = board.result.candidates.ids
    kept: str | None = st.session_state.get(CHOSEN, {}).get(board.programme)
    if kept in ids:
        return str(kept)
    order = board.result.ranking.order
    return ids[int(order[0])] if len(order) else next(iter(ids), "")
