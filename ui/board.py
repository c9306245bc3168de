"""The board: certainty, map, table and chosen site, linked in the browser and fed from here."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import streamlit as st

import words
from scoring.study import Ranking
from ui.detail import detail
from ui.facts import facts_key, packed_facts, percent
from ui.numbers import Array, numbers, packed
from ui.parts import joined, leaflet_css
from work.board import Board

KEY = "tapak-board"
CHOSEN = "tapak-chosen"
SCRIPTS = (
    "dom.js",
    "facts.js",
    "marks.js",
    "mark_layer.js",
    "labels.js",
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


def show_facts(board: Board) -> None:
    """Send what no weight changes; the board waits for it and keeps it while sliders move."""
    key = facts_key(board)
    with st.container(key="tapak-facts"):
        _facts_component()(key="tapak-facts-of-board", data=packed_facts(key, board))


def show_board(board: Board, ranking: Ranking, *, tried: bool, fault: str) -> None:
    """Show the board under a ranking.

    Parameters
    ----------
    board : Board
    ranking : Ranking
        The study's own, or one under weights tried on the page.
    tried : bool
        Whether the weights differ from the study's.
    fault : str
        Why the weights now set could not be used, "" when they could.
    """
    arrays = numbers(board, ranking)
    chosen = _chosen(board)
    turn = st.session_state["tapak-turn"] = st.session_state.get("tapak-turn", 0) + 1
    header = {
        "facts": facts_key(board),
        "turn": turn,
        "chosen": chosen,
        "detail": detail(board, ranking, chosen),
        "headline": headline(board, arrays),
        "visit_only": words.say("ui.visit_only", share=percent(visit_share(board, ranking))),
        "tried": tried,
        "fault": fault,
    }
    _board_component()(
        key=KEY,
        data=packed(header, arrays),
        default={"chosen": None},
        on_chosen_change=lambda: _choose(board),
        height="content",
    )


def visit_share(board: Board, ranking: Ranking) -> float:
    """Return the share of the weights, 0-1, that only a visit can tell."""
    asked = [c.measure == "survey" for c in board.result.criteria]
    return float(ranking.weights[asked].sum())


def headline(board: Board, arrays: dict[str, Array]) -> str:
    """Say how far the first place is sure, in one sentence."""
    rank, best = arrays["rank"], arrays["best"]
    ranked = rank > 0
    if not ranked.any():
        return words.say("ui.headline.none")
    contenders = int((ranked & (best == 1)).sum())
    if contenders > 1:
        return words.say("ui.headline.open", n=words.number(contenders))
    first = int(np.flatnonzero(rank == 1)[0])
    name = board.result.candidates.frame["name"].iloc[first]
    return words.say("ui.headline.clear", name=name)


def _choose(board: Board) -> None:
    sent = st.session_state[KEY].get("chosen")
    if isinstance(sent, str):
        kept = st.session_state.get(CHOSEN, {})
        st.session_state[CHOSEN] = {**kept, board.programme: sent}


def _chosen(board: Board) -> str:
    """Return the site chosen on this page, else the first under the study's own weights."""
    ids = board.result.candidates.ids
    kept: str | None = st.session_state.get(CHOSEN, {}).get(board.programme)
    if kept in ids:
        return str(kept)
    order = board.result.ranking.order
    return ids[int(order[0])] if len(order) else next(iter(ids), "")
