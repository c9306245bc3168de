"""The weights' sliders: native ranges that speak while they move, with their real share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from math import ceil
from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st

import words
from scoring.criteria import Criterion
from ui.facts import LOCALES, facts_key
from ui.parts import joined
from ui.session import heard
from ui.tried import GROUPS, TURN, Tried, keep, of_scenario, picked, tried
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

    def moved(sent: object) -> None:
        keep(board, sent)
        on_change()

    show_sliders(KEY, weights_data(board), moved)


def show_sliders(key: str, data: Mapping[str, Any], moved: Callable[[object], None]) -> None:
    """Show sliders for groups and criteria, as `laid_out` lays them out.

    Parameters
    ----------
    moved : callable
        Is given what the browser sent, before the page runs again.
    """
    _component()(
        key=key,
        data=data,
        default={"sent": None},
        on_sent_change=heard(lambda: moved(st.session_state[key].get("sent"))),
        height="content",
    )


def weights_data(board: Board) -> dict[str, Any]:
    """Lay out groups and criteria with the weights of the scenario chosen and those now tried."""
    base = picked(board)
    nobody = np.logical_and.reduce(board.result.matrix.unknown, axis=0)
    return laid_out(
        board.result.criteria,
        nobody,
        own=of_scenario(board, base),
        now=tried(board),
        programme=board.programme,
        key=f"{facts_key(board)}/{base.name}/{st.session_state.get(TURN, 0)}",
        text=weights_set_by(base),
    )


def laid_out(
    criteria: Sequence[Criterion],
    nobody: npt.NDArray[np.bool_],
    *,
    own: Tried,
    now: Tried,
    programme: str,
    key: str,
    text: str,
) -> dict[str, Any]:
    """Lay out what the sliders show.

    Parameters
    ----------
    criteria : sequence of Criterion, m of them
    nobody : ndarray, shape (m,)
        Whether nothing is known of a criterion at any site.
    own, now : Tried
        The weights the sliders go back to, and where they stand.
    key : str
        Another key makes the browser take the weights as given here.
    text : str
        Who set the weights.
    """
    lang = words.language.get()
    return {
        "key": key,
        "programme": programme,
        "locale": LOCALES[lang],
        "texts": {code.removeprefix("ui."): words.sentences(lang)[code] for code in TEXTS},
        "weights_text": text,
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
                        "no_data": bool(nobody[k]),
                    }
                    for k, c in enumerate(criteria)
                    if c.group == group
                ],
            }
            for group in GROUPS
        ],
    }


def most(weight: float, largest: float) -> int:
    """Return the right end of a slider: room to raise every criterion to half above the largest."""
    return max(10, 5 * ceil(1.5 * max(weight, largest) / 5))
