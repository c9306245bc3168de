"""What one question's answers are worth, by the tables of scoring/reads.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Answers = Mapping[str, Any]
Reads = Mapping[str, Any]

DOES_NOT_APPLY = "tidak_berlaku"


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer tells of one criterion: a number or a category, and its sd (NaN: default)."""

    criterion: str
    link: str
    value: float = np.nan
    category: str = ""
    sd: float = np.nan


def told(number: int, reads: Reads, answers: Answers, *, letter: str) -> list[Told]:
    """Read what the answers to one question tell of the criteria.

    Parameters
    ----------
    number : int
        The question's.
    reads : Mapping
        Its table of scoring/reads.toml.
    answers : Mapping
        Canonical answers; what is missing tells nothing.
    letter : str
        Programme letter: whose busy hours count.
    """
    found = []
    for row in (reads, *reads.get("also", ())):
        if "criterion" not in row:
            continue
        read = _READERS[row["type"]](row, answers, _fields(number, row), letter)
        for value, category, sd in read:
            found.append(
                Told(row["criterion"], row["link"], value, category, _sd(row, value, stated=sd))
            )
    return found


def _fields(number: int, row: Reads) -> list[str]:
    return list(row.get("fields", [row.get("field", f"q{number:02d}")]))


def _sd(row: Reads, value: float, *, stated: float) -> float:
    if not np.isnan(stated) or "sd" not in row:
        return stated
    rule = row["sd"]
    size = 0.0 if np.isnan(value) else abs(value)
    return float(max(rule.get("rel", 0.0) * size, rule.get("abs", 0.0)))


Read = list[tuple[float, str, float]]


def _entry(row: Reads, answer: str) -> Read:
    entry = row["answers"].get(answer, {})
    if "value" not in entry and "category" not in entry:
        return []
    return [(entry.get("value", np.nan), entry.get("category", ""), entry.get("sd", np.nan))]


def _choice(row: Reads, answers: Answers, fields: list[str], _: str) -> Read:
    answer = answers.get(fields[0])
    if answer == "berbeda" and f"{fields[0]}_jenis" in answers:
        return [(np.nan, str(answers[f"{fields[0]}_jenis"]), 0.0)]
    return _entry(row, str(answer)) if answer is not None else []


def _first(row: Reads, answers: Answers, fields: list[str], _: str) -> Read:
    ticked = answers.get(fields[0], ())
    return next((_entry(row, one) for one in row["answers"] if one in ticked), [])


def _number(_row: Reads, answers: Answers, fields: list[str], _: str) -> Read:
    return [(float(answers[fields[0]]), "", np.nan)] if fields[0] in answers else []


def _scale(_row: Reads, answers: Answers, fields: list[str], _: str) -> Read:
    said = [float(answers[name]) for name in fields if name in answers]
    return [(sum(said) / len(said), "", np.nan)] if said else []


def _share(row: Reads, answers: Answers, fields: list[str], _: str) -> Read:
    items = [item.rstrip("*") for item in row["items"]]
    if fields[0] in answers:  # one field of many ticks
        return [(sum(item in answers[fields[0]] for item in items) / len(items), "", np.nan)]
    said = [answers.get(f"{fields[0]}_{item}") for item in items]
    asked = [one for one in said if one in {"ya", "tidak"}]
    return [(asked.count("ya") / len(asked), "", np.nan)] if asked else []


def _grid(row: Reads, answers: Answers, fields: list[str], letter: str) -> Read:
    if fields[0] not in answers:
        return []
    busy = row.get(f"busy_{letter}", row["busy_K"])
    free = [slot for slot in answers[fields[0]] if slot not in busy]
    return [(float(len(free) * row["slot_hours"]), "", np.nan)]


def _contact(row: Reads, answers: Answers, fields: list[str], _: str) -> Read:
    best = contact(answers, fields[0])
    return _entry(row, best) if best else []


def contact(answers: Answers, name: str) -> str:
    """Tell the best way to reach a place that was tried; "" while the radio was not asked for.

    Without a signal, ``tidak`` needs a phone that was tried *and* the question about HT or Wi-Fi.
    """
    tried = {v for k, v in answers.items() if k.startswith(f"{name}_") and k != f"{name}_ht"}
    radio = answers.get(f"{name}_ht")
    if "kuat" in tried:
        return "kuat"
    if radio == "ya":
        return "ht_wifi"
    if "lemah" in tried:
        return "lemah"
    return "tidak" if tried and radio == "tidak" else ""


def _depth(row: Reads, answers: Answers, fields: list[str], _: str) -> Read:
    found = _entry(row, str(answers.get(fields[0])))
    depth_cm = answers.get(f"{fields[0]}_cm")
    if found and depth_cm is not None:
        level = 1.0 + float(np.searchsorted(row["limits_cm"], depth_cm))
        return [(level, "", found[0][2])]
    return found


def _area(row: Reads, answers: Answers, fields: list[str], _: str) -> Read:
    if any(name not in answers for name in fields):
        return []
    share = sum(item in answers[fields[1]] for item in row["items"]) / len(row["items"])
    return [(float(answers[fields[0]]) * share, "", np.nan)]


_READERS = {
    "choice": _choice,
    "many": _first,
    "first": _first,
    "number": _number,
    "scale": _scale,
    "share": _share,
    "grid": _grid,
    "contact": _contact,
    "depth": _depth,
    "area": _area,
}
