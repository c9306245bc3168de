"""A reader's report as a person reads it: the counts, then every row with its reason and fix."""

from __future__ import annotations

from typing import Any

import words
from ui.grid import Column, Row, cell, show_grid
from ui.look import figures

LISTS = {
    "rejected": "rejected",
    "duplicates": "duplicate",
    "warned": "warned",
    "repaired": "repaired",
}
"""Lists of a report, the gravest first, and the status of their rows."""
TONES = {
    "accepted": "good",
    "joined": "good",
    "repaired": "warn",
    "warned": "warn",
    "duplicate": "plain",
    "rejected": "bad",
}
HEIGHT_PX = 460


def show_row_report(name: str, told: dict[str, Any]) -> None:
    """Show a report.

    Parameters
    ----------
    name : str
        Unique on the page.
    told : dict
        As `work.add.preview_files` or `work.proposing.preview_register` returns it.
    """
    counts = [("accepted", told["accepted"]), *((key, len(told[key])) for key in LISTS)]
    figures([(words.say(f"layers.count.{key}"), words.number(n), "") for key, n in counts])
    rows = _rows(told)
    if not rows:
        return
    columns = [
        Column(key="row", title=words.say("layers.column.row")),
        Column(key="what", title=words.say("layers.column.what")),
        Column(key="status", title=words.say("layers.column.status"), kind="badge", filter=True),
        Column(key="reason", title=words.say("layers.column.reason")),
    ]
    if not any(row["what"] for row in rows):
        del columns[1]
    lines = [Row(id=str(k), cells=_cells(row)) for k, row in enumerate(rows)]
    title = words.say("layers.report")
    show_grid(name, columns, lines, title=title, height_px=HEIGHT_PX if len(lines) > 8 else 0)


def _cells(row: dict[str, Any]) -> dict[str, dict[str, Any]]:
    at = row["row"]
    where = words.say("layers.row", row=at) if at else words.say("layers.whole_file")
    status = words.say(f"reply.status.{row['status']}")
    return {
        "row": cell(where, sub=row["sheet"], value=at or 0),
        "what": cell(row["what"]),
        "status": cell(status, tone=TONES[row["status"]]),
        "reason": cell(row["reason"], sub=row["fix"]),
    }


def _rows(told: dict[str, Any]) -> list[dict[str, Any]]:
    """List what concerns whole files, then the rows, gravest first; of a layer the noted ones."""
    noted = [
        {"sheet": "", "what": "", "status": status, **note}
        for key, status in LISTS.items()
        for note in told[key]
    ]
    if "rows" not in told:
        return noted
    grave = [*LISTS.values(), "joined", "accepted"]
    rows = sorted(told["rows"], key=lambda row: grave.index(row["status"]))
    return [*(note for note in noted if not note["row"]), *rows]
