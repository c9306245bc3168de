"""Values with their units, written the way a person reads them."""

from __future__ import annotations

from typing import Any

import words
from scoring.study import StudyResult


def value_text(result: StudyResult, i: int, k: int) -> str:
    """Write a known value with its unit; a category by its name."""
    criterion, matrix = result.criteria[k], result.matrix
    value, unit = float(matrix.mean[i, k]), criterion.unit[matrix.letter]
    table = criterion.table[matrix.letter]
    if table:
        return _category(result, i, criterion.measure, value, table)
    return amount(value, str(unit))


def amount(value: float, unit: str) -> str:
    """Write a number with the unit of its criterion."""
    if unit in {"share", "probability"}:
        return words.say("ui.percent", n=words.number(100 * value))
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


def _category(result: StudyResult, i: int, measure: str, value: float, table: Any) -> str:
    if measure == "kind":
        return words.say(f"kind.{result.candidates.frame['kind'].iloc[i]}")
    fits = [name for name, worth in table.items() if abs(worth - value) < 1e-9]
    for room in ("status", "category"):
        if len(fits) == 1 and words.knows(f"{room}.{fits[0]}"):
            return words.say(f"{room}.{fits[0]}")
    return words.say("ui.index", n=words.number(value, 2))
