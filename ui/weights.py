"""The weights' sliders: native ranges that speak while they move, with their real share."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import ceil
from typing import Any

import numpy as np
import streamlit as st

import words
from ui.facts import LOCALES, facts_key
from ui.parts import joined
from ui.session import heard
from ui.tried import GROUPS, TURN, keep, of_scenario, picked, tried
from work.as_json import weights_set_by
from work.board import Board

KEY = "tapak-weights"
TEXTS = (
    "ui.percent",
    "ui.weights",
    "ui.weights.hint",
    "ui.weights.no_data",
    "ui.weights.no_data_key",
    "ui.weights.reset",
    "ui.weights.split",
    "ui.weights.split_spoken",
    "ui.weights.spoken",
)


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component(
        "tapak_weights",
        html='<div class="weights"></div>',
        css=joined("weights", "weights.css"),
        js=joined("board", "dom.js") + joined("weights", "weights.js"),
    )


def show_weights(board: Board, *, on_change: Callable[[], None]) -> None:
    """Show the sliders; every move is kept for this session, then `on_change` is called."""

    def moved() -> None:
        keep(board, st.session_state[KEY].get("sent"))
        on_change()

    _component()(
        key=KEY,
        data=weights_data(board),
        default={"sent": None},
        on_sent_change=heard(moved),
        height="content",
    )


def weights_data(board: Board) -> dict[str, Any]:
    """Lay out groups and criteria with the weights of the scenario chosen and those now tried."""
    base = picked(board)
    now, own = tried(board), of_scenario(board, base)
    lang = words.language.get()
    nobody = np.logical_and.reduce(board.result.matrix.unknown, axis=0).tolist()
    return {
        "key": f"{facts_key(board)}/{base.name}/{st.session_state.get(TURN, 0)}",
        "programme": board.programme,
        "locale": LOCALES[lang],
        "texts": {code.removeprefix("ui."): words.sentences(lang)[code] for code in TEXTS},
        "weights_text": weights_set_by(base),
        "own": {"groups": dict(own.groups), "weights": dict(own.weights)},
        "now": {"groups": dict(now.groups), "weights": dict(now.weights)},
        "groups": [
            {
                "key": group,
                "title": words.say(f"group.{group}"),
                "criteria": [
                    {
                        "key": c.key,
                        "title": words.say(f"criterion.{c.key}"),
                        "most": most(own.weights[c.key], max(own.weights.values())),
                        "no_data": nobody[k],
                    }
                    for k, c in enumerate(board.result.criteria)
                    if c.group == group
                ],
            }
            for group in GROUPS
        ],
    }


def most(weight: float, largest: float) -> int:
    """Return the right end of a slider: room to raise every criterion to half above the largest."""
    return max(10, 5 * ceil(1.5 * max(weight, largest) / 5))
