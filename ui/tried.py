"""The weights now tried on the page, beside those the study stands on; nothing here is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from work.board import Board

KEPT = "tapak-tried"
GROUPS = ("benefit", "safety")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """Weights of groups (percent of the whole) and of criteria inside their group (any scale)."""

    groups: Mapping[str, float]
    weights: Mapping[str, float]
    differs: bool


def of_study(board: Board) -> Tried:
    """Return the weights the study stands on, every one of them written out."""
    result = board.result
    programme = result.catalogue.programme(board.programme)
    given = result.scenario
    shares = {g: float(given.groups.get(g, programme.groups[g])) for g in GROUPS}
    total = sum(shares.values())
    return Tried(
        groups={g: 100 * share / total for g, share in shares.items()},
        weights={
            c.key: float(given.weights.get(c.key, c.weights[programme.letter]))
            for c in result.criteria
        },
        differs=False,
    )


def tried(board: Board) -> Tried:
    """Return the weights tried in this session, else the study's own."""
    own = of_study(board)
    kept = st.session_state.get(KEPT, {}).get(board.programme)
    if kept is None or set(kept["weights"]) != set(own.weights):
        return own
    differs = kept["groups"] != dict(own.groups) or kept["weights"] != dict(own.weights)
    return Tried(groups=kept["groups"], weights=kept["weights"], differs=differs)


def keep(board: Board, sent: object) -> None:
    """Keep what the weights' sliders sent; anything but plain weights is ignored."""
    found = _plain(sent)
    if found is not None:
        st.session_state[KEPT] = {**st.session_state.get(KEPT, {}), board.programme: found}


def _plain(sent: object) -> dict[str, dict[str, float]] | None:
    if not isinstance(sent, Mapping):
        return None
    parts: dict[str, Any] = {name: sent.get(name) for name in ("groups", "weights")}
    if not all(isinstance(part, Mapping) for part in parts.values()):
        return None
    numbers = [x for part in parts.values() for x in part.values()]
    if not all(isinstance(x, int | float) and not isinstance(x, bool) for x in numbers):
        return None
    return {name: {str(k): float(x) for k, x in part.items()} for name, part in parts.items()}
