"""The chosen site: where its score comes from, what is not known, what must be asked first."""

from __future__ import annotations

from typing import Any

import numpy as np

import words
from scoring.study import Ranking
from ui.facts import facts_key, percent, told
from work.board import Board

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
        "value": words.say("ui.unknown") if unknown else value_text(board, i, k),
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


def value_text(board: Board, i: int, k: int) -> str:
    """Write a known value with its unit; a category by its name."""
    criterion, matrix = board.result.criteria[k], board.result.matrix
    value, unit = float(matrix.mean[i, k]), criterion.unit[matrix.letter]
    table = criterion.table[matrix.letter]
    if table:
        return _category(board, i, criterion.measure, value, table)
    if unit in {"share", "probability"}:
        return percent(value)
    if unit == "hazard_class":
        return words.say("ui.hazard_class", n=words.number(value))
    digits = {"index": 2, "scale_1_5": 1, "hours_per_week": 1, "minutes": 0}.get(unit, 0)
    if unit == "hours_per_week" and value == round(value):
        digits = 0
    if unit == "scale_1_5":
        return words.say("ui.scale", n=words.number(value, digits))
    if unit == "index":
        return words.say("ui.index", n=words.number(value, digits))
    return f"{words.number(value, digits)} {words.say(f'unit.{unit}')}"


def _category(board: Board, i: int, measure: str, value: float, table: Any) -> str:
    if measure == "kind":
        return words.say(f"kind.{board.result.candidates.frame['kind'].iloc[i]}")
    fits = [name for name, worth in table.items() if abs(worth - value) < 1e-9]
    if len(fits) == 1 and words.knows(f"status.{fits[0]}"):
        return words.say(f"status.{fits[0]}")
    return words.say("ui.index", n=words.number(value, 2))
