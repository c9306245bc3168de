"""The chosen site: where its score comes from, what is not known, what must be asked first."""

from __future__ import annotations

from typing import Any

import numpy as np

import words
from scoring.study import Ranking
from ui.facts import facts_key, told
from work.board import Board
from work.value_text import value_text

REASONS = 3
GROUPS = ("benefit", "safety")


def detail(board: Board, ranking: Ranking, chosen: str) -> dict[str, Any] | None:
    """Lay out the panel of one site, every number already written in the language's form."""
    ids = board.result.candidates.ids
    if chosen not in ids:
        return None
    i = ids.index(chosen)
    row = told(facts_key(board), board).frame.iloc[i]
    base = {
        "id": chosen,
        "where": " · ".join(part for part in (row["kind"], row["place"]) if part),
        "identity": words.say("ui.identity", id=chosen),
        "agency": words.say("ui.agency", agency=row["agency"]) if row["agency"] else "",
        "conditions": [words.say(f"condition.{c}") for c in board.result.judgement.conditions[i]],
        "reason": row["reason"],
        "ask": _ask(board, i) if row["status"] == "survei_dulu" else "",
        "reasons": [],
        "groups": [],
        "explained": "",
    }
    at = np.flatnonzero(ranking.order == i)
    if not len(at):
        return base
    given = ranking.scores.contributions[int(at[0])]
    unknown = board.result.matrix.unknown[i]
    items = [_item(board, ranking, i, k, float(given[k])) for k in range(len(given))]
    strongest = sorted(
        np.flatnonzero(~unknown & (given > 0)).tolist(), key=lambda k: (-float(given[k]), k)
    )
    return base | {
        "reasons": [_reason(items[k]) for k in strongest[:REASONS]],
        "groups": [_group(board, ranking, name, given, items) for name in GROUPS],
        "explained": words.say("ui.explained", unknown=int(unknown.sum()), total=len(unknown)),
    }


def _item(board: Board, ranking: Ranking, i: int, k: int, given: float) -> dict[str, Any]:
    criterion = board.result.criteria[k]
    possible = float(ranking.weights[k])
    unknown = bool(board.result.matrix.unknown[i, k])
    return {
        "title": words.say(f"criterion.{criterion.key}"),
        "value": words.say("ui.unknown") if unknown else value_text(board.result, i, k),
        "given": given,
        "possible": possible,
        "unknown": unknown,
        "spoken": words.say(
            "ui.assumed_of" if unknown else "ui.given_of",
            given=words.number(given, 3),
            possible=words.number(possible, 3),
        ),
    }


def _reason(item: dict[str, Any]) -> dict[str, str]:
    part = words.say(
        "ui.given_of",
        given=words.number(item["given"], 2),
        possible=words.number(item["possible"], 2),
    )
    return {"title": item["title"], "value": item["value"], "part": part}


def _group(
    board: Board, ranking: Ranking, name: str, given: Any, items: list[dict[str, Any]]
) -> dict[str, Any]:
    member = [k for k, c in enumerate(board.result.criteria) if c.group == name]
    return {
        "key": name,
        "title": words.say(f"group.{name}"),
        "sum": words.say(
            "ui.given_of",
            given=words.number(float(given[member].sum()), 2),
            possible=words.number(float(ranking.weights[member].sum()), 2),
        ),
        "items": [items[k] for k in sorted(member, key=lambda k: (-items[k]["possible"], k))],
    }


def _ask(board: Board, i: int) -> str:
    """Name what would settle the first open gate: the place itself, else a question."""
    judgement = board.result.judgement
    if judgement.no_point[i]:
        return words.say("ui.find_point")
    gate = next((g for g in judgement.gates if g.code == judgement.first_gate[i]), None)
    return words.say(f"question.{gate.questions[0]}") if gate else ""
