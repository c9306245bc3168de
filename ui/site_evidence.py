"""The evidence of one site as a grid: what was found, how sure, from where, when, by whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import words
from ui.grid import Column, Row, cell, show_grid

UNBROKEN = "\u2011"
"""A hyphen at which no line breaks."""


def show_evidence(rows: Sequence[dict[str, Any]]) -> None:
    """Show `work.place_evidence.evidence_rows`."""
    columns = [
        Column(key="criterion", title=words.say("place.column.criterion")),
        Column(
            key="value",
            title=words.say("place.column.value"),
            about=words.say("place.column.value.about"),
        ),
        Column(key="weight", title=words.say("place.column.weight"), kind="number"),
        Column(key="origin", title=words.say("place.column.origin"), kind="badge", filter=True),
        Column(key="source", title=words.say("place.column.source")),
        Column(key="when", title=words.say("place.column.when"), kind="number"),
        Column(key="by", title=words.say("place.column.by")),
    ]
    made = [_row(k, row) for k, row in enumerate(rows)]
    show_grid("evidence", columns, made, title=words.say("place.evidence"), height_px=560)


def _row(k: int, row: dict[str, Any]) -> Row:
    origin, weight = row["origin"], 100 * row["weight"]
    known = row["value"] is not None
    told = words.say(f"origin.{origin}") if known else words.say("ui.unknown")
    tone = {"survey": "good", "": "warn"}.get(origin, "plain")
    return Row(
        id=f"{row['criterion']}-{k}",
        cells={
            "criterion": cell(row["title"]),
            "value": cell(row["value"], sub=row["sd"]),
            "weight": cell(_kept(words.say("ui.percent", n=words.number(weight, 1))), value=weight),
            "origin": cell(told, tone=tone),
            "source": cell(row["source"] or "–"),
            "when": cell(row["when"].replace("-", UNBROKEN) or "–", value=row["when"]),
            "by": cell(row["by"] or "–"),
        },
    )


def _kept(text: str) -> str:
    """Keep a figure and its unit on one line."""
    return text.replace(" ", "\u00a0")
