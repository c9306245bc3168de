"""The evidence of one site as a table: what was found, how sure, from where, when and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

import words
from scoring.criteria import Criterion
from scoring.study import StudyResult
from work.assemble import Assembled
from work.field import POSITION
from work.value_text import amount

ORIGINS = ("survey", "letter", "document", "agency", "register", "desk")
"""What is told first: visits before registers, registers before maps."""
YES_NO = {
    "gate": ("place.gate_denied", "place.gate_told"),
    "condition": ("place.condition_not", "place.condition_holds"),
}
"""What a finding says that is below one half, and what it says above, by its link."""
SD_DIGITS = {"hazard_class": 1, "events": 1, "places": 1, "people_per_day": 1, "scale_1_5": 1,
             "index": 2}  # fmt: skip
"""Units whose spread is written without them, and with how many digits."""


def evidence_rows(result: StudyResult, inputs: Assembled, i: int) -> list[dict[str, Any]]:
    """List every finding about a site, visits first, and what nobody knows yet last.

    Returns
    -------
    list of dict
        ``{criterion, title, value, sd, source, origin, when, by, weight}``; ``value`` is None where
        nobody knows, ``sd`` "" where there is none, ``origin`` "" for what is not known.
    """
    site = result.candidates.ids[i]
    found = result.evidence.loc[result.evidence["candidate"] == site]
    place = {name: k for k, name in enumerate(ORIGINS)}
    order = found["origin"].astype(str).map(place).fillna(len(place)).to_numpy()
    keys = [c.key for c in result.criteria]
    at = {key: k for k, key in enumerate(keys)}
    last = found["criterion"].astype(str).map(at).fillna(len(at)).to_numpy()
    newest = pd.to_datetime(found["taken_at"].astype(str), errors="coerce", utc=True)
    age = -newest.astype("int64").to_numpy()
    days = days_of(inputs)
    weight = dict(zip(keys, result.ranking.weights.tolist(), strict=True))
    rows = [
        _row(row, days) | {"weight": weight.get(str(row["criterion"]), 0.0)}
        for row in found.iloc[np.lexsort((age, last, order))].to_dict("records")
    ]
    told = {row["criterion"] for row in rows if row["value"] is not None}
    unknown = [
        _unknown(c) | {"weight": weight[c.key]}
        for k, c in enumerate(result.criteria)
        if result.matrix.unknown[i, k] and c.key not in told
    ]
    return [row for row in rows if row["value"] is not None] + unknown


def days_of(inputs: Assembled) -> dict[str, str]:
    """Say of every file which day its data is of: stated, else the day it was added."""
    stated = {
        name: layer.date
        for layer in inputs.read.values()
        if layer.date
        for name in layer.source.split(", ")
    }
    return {file.name: stated.get(file.name, file.added_at[:10]) for file in inputs.files}


def _row(row: Mapping[Any, Any], days: Mapping[str, str]) -> dict[str, Any]:
    key = str(row["criterion"])
    source = str(row["source"] or "")
    files = [name for name in days if name in source]
    when = _text(row["taken_at"])[:10] or max((days[name] for name in files), default="")
    return {
        "criterion": key,
        "title": _title(key),
        "value": _value(row),
        "sd": _sd(row),
        "source": _source(source, str(row["origin"])),
        "origin": str(row["origin"]),
        "when": when,
        "by": _text(row["by"]),
    }


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _title(key: str) -> str:
    """Name what a finding is about: a criterion, a gate, a condition, or the place itself."""
    known = (f"{room}.{key}" for room in ("criterion", "gate", "condition", "place"))
    return next((words.say(code) for code in known if words.knows(code)), key)


def _source(source: str, origin: str) -> str:
    """Name a source for a person: a register and a visit are called so."""
    if source == "register":
        return words.say("origin.register")
    if origin == "survey":
        return words.say("place.visit_source", submission=source)
    return source.replace(" (straight-line)", f" ({words.say('place.straight_line')})")


def _value(row: Mapping[Any, Any]) -> str | None:
    """Write what was found; yes and no of gates and conditions as sentences."""
    link, value = str(row["link"] or ""), row["value"]
    number = None if value is None or pd.isna(value) else float(value)
    if link in YES_NO and number is not None:
        return words.say(YES_NO[link][number >= 0.5])
    if link == POSITION:
        return words.say("place.position.told")
    if category := _text(row["category"]):
        known = (f"{room}.{category}" for room in ("kind", "status", "category", "place.category"))
        return next((words.say(code) for code in known if words.knows(code)), category)
    return None if number is None else amount(number, _unit(row))


def _unit(row: Mapping[Any, Any]) -> str:
    return str(row["unit"] or "index")


def _sd(row: Mapping[Any, Any]) -> str:
    """Write one standard deviation in the unit of the value; "" where there is none."""
    sd, unit = row["sd"], _unit(row)
    said = str(row["link"] or "") in YES_NO or _text(row["category"])
    if said or sd is None or pd.isna(sd) or float(sd) <= 0:
        return ""
    if unit in SD_DIGITS:
        return f"± {words.number(float(sd), SD_DIGITS[unit])}"
    return f"± {amount(float(sd), unit)}"


def _unknown(criterion: Criterion) -> dict[str, Any]:
    asked = ", ".join(map(str, criterion.questions))
    code = "place.ask_visit" if criterion.measure == "survey" else "place.ask_layer"
    return {
        "criterion": criterion.key,
        "title": words.say(f"criterion.{criterion.key}"),
        "value": None,
        "sd": "",
        "source": words.say(code, questions=asked) if asked else words.say("place.ask_data"),
        "origin": "",
        "when": "",
        "by": "",
    }
