"""The weights now tried on the page, beside the scenario they start from; nothing here is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

import words
from scoring.weights import Scenario, effective
from work.board import Board
from work.live import weighed
from work.weighing import OWN

KEPT = "tapak-tried"
PICKED = "tapak-scenario"
TURN = "tapak-weights-turn"
GROUPS = ("benefit", "safety")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """Weights of groups (percent of the whole) and of criteria inside their group (any scale)."""

    groups: Mapping[str, float]
    weights: Mapping[str, float]
    differs: bool


def scenarios(board: Board) -> tuple[Scenario, ...]:
    """Return the study's own scenario, then those saved for its programme."""
    return (board.result.scenario, *board.scenarios)


def called(name: str) -> str:
    """Call the study's own scenario by words, a saved one by its name."""
    return words.say("ui.scenario.own") if name == OWN else name


def picked(board: Board) -> Scenario:
    """Return the scenario this session has chosen, else the study's own."""
    name = st.session_state.get(PICKED, {}).get(board.programme)
    own, *saved = scenarios(board)
    return next((s for s in saved if s.name == name), own)


def pick(board: Board, name: str) -> None:
    """Choose a scenario: its weights stand in the sliders, what was tried is dropped."""
    st.session_state[PICKED] = {**st.session_state.get(PICKED, {}), board.programme: name}
    kept = dict(st.session_state.get(KEPT, {}))
    kept.pop(board.programme, None)
    st.session_state[KEPT] = kept
    _turn()


def put(board: Board, *, groups: Mapping[str, float], weights: Mapping[str, float]) -> None:
    """Put weights made elsewhere (swing, pairs) into the sliders; the others stay as they are."""
    now = tried(board)
    found = {"groups": {**now.groups, **groups}, "weights": {**now.weights, **weights}}
    st.session_state[KEPT] = {**st.session_state.get(KEPT, {}), board.programme: found}
    _turn()


def _turn() -> None:
    """Let the sliders know that their weights were set from outside."""
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1


def of_study(board: Board) -> Tried:
    """Return the weights the study stands on, every one of them written out."""
    return of_scenario(board, board.result.scenario)


def of_scenario(board: Board, given: Scenario) -> Tried:
    """Write out every weight of a scenario; limits and an order are settled first."""
    result = board.result
    programme = result.catalogue.programme(board.programme)
    shares = {g: float(given.groups.get(g, programme.groups[g])) for g in GROUPS}
    weights = {
        c.key: float(given.weights.get(c.key, c.weights[programme.letter])) for c in result.criteria
    }
    if given.stated:
        shares, weights = _settled(board, given, weights)
    total = sum(shares.values())
    return Tried(
        groups={g: 100 * share / total for g, share in shares.items()},
        weights=weights,
        differs=False,
    )


def _settled(
    board: Board, given: Scenario, weights: Mapping[str, float]
) -> tuple[dict[str, float], dict[str, float]]:
    """Read groups and weights off effective weights; a group keeps the sum its numbers had."""
    parts = dict(
        zip(weights, effective(board.result.catalogue, given).tolist(), strict=True)
    )  # both in the order of the criteria
    group = {c.key: c.group for c in board.result.criteria}
    shares = {g: sum(part for key, part in parts.items() if group[key] == g) for g in GROUPS}
    scale = {g: sum(w for key, w in weights.items() if group[key] == g) for g in GROUPS}
    found = dict(weights)
    for key, part in parts.items():
        if shares[group[key]] > 0 and scale[group[key]] > 0:
            found[key] = part / shares[group[key]] * scale[group[key]]
    return shares, found


def tried(board: Board) -> Tried:
    """Return the weights tried in this session, else those of the scenario chosen."""
    own = of_scenario(board, picked(board))
    kept = st.session_state.get(KEPT, {}).get(board.programme)
    if kept is None or set(kept["weights"]) != set(own.weights):
        return own
    differs = kept["groups"] != dict(own.groups) or kept["weights"] != dict(own.weights)
    return Tried(groups=kept["groups"], weights=kept["weights"], differs=differs)


def scenario_now(board: Board) -> Scenario:
    """Return the scenario to rank under: the one chosen, else it with the weights now tried."""
    base, now = picked(board), tried(board)
    return weighed(base, groups=now.groups, weights=now.weights) if now.differs else base


def keep(board: Board, sent: object) -> None:
    """Keep what the weights' sliders sent; anything but plain weights is ignored."""
    found = sent_weights(sent)
    if found is not None:
        st.session_state[KEPT] = {**st.session_state.get(KEPT, {}), board.programme: found}


def sent_weights(sent: object) -> dict[str, dict[str, float]] | None:
    """Take weights out of what a browser sent: ``groups`` and ``weights``; None when not that."""
    if not isinstance(sent, Mapping):
        return None
    parts: dict[str, Any] = {name: sent.get(name) for name in ("groups", "weights")}
    if not all(isinstance(part, Mapping) for part in parts.values()):
        return None
    numbers = [x for part in parts.values() for x in part.values()]
    if not all(isinstance(x, int | float) and not isinstance(x, bool) for x in numbers):
        return None
    return {name: {str(k): float(x) for k, x in part.items()} for name, part in parts.items()}
