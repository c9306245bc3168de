"""The account of a register row by row, for a person who is to say yes or no to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd

from data.assets.types import AssetTable
from geo.errors import Note

WHAT_CELLS = 3
WHAT_LENGTH = 90
MOST_ROWS = 5000
"""Rows told one by one; of a longer register those that are simply accepted are only counted."""


def register_rows(tables: Sequence[AssetTable], known: gpd.GeoDataFrame) -> dict[str, Any]:
    """Tell every row of registers, and how many of their places the study knows already.

    Returns
    -------
    dict
        ``{rows: [{sheet, row, what, status, reason, fix}], new, known}``; status is accepted,
        joined, repaired, warned, duplicate or rejected.
    """
    ids = set(known["id"]) if len(known) else set()
    named = [set(table.sites["id"]) for table in tables]
    of_all = set().union(*named) if named else set()
    rows = [row for table in tables for row in _rows(table)]
    if len(rows) > MOST_ROWS:
        rows = [row for row in rows if row["status"] not in {"accepted", "joined"}][:MOST_ROWS]
    return {"rows": rows, "new": len(of_all - ids), "known": len(of_all & ids)}


def _rows(table: AssetTable) -> list[dict[str, Any]]:
    names = dict(zip(table.sites["id"], table.sites["name"], strict=True))
    columns = (table.rows[c].tolist() for c in ("sheet", "row", "status", "id", "notes", "cells"))
    return [
        {
            "sheet": str(sheet),
            "row": int(row),
            "what": str(names.get(of) or _shown(cells)),
            "status": str(status),
            **_sentences(notes),
        }
        for sheet, row, status, of, notes, cells in zip(*columns, strict=True)
    ]


def _shown(cells: Sequence[str]) -> str:
    told = [cell for cell in cells if cell.strip() and not cell.strip().isdecimal()]
    return " · ".join(told[:WHAT_CELLS])[:WHAT_LENGTH]


def _sentences(notes: Sequence[Note]) -> dict[str, str]:
    return {
        "reason": " ".join(dict.fromkeys(note.reason() for note in notes)),
        "fix": " ".join(dict.fromkeys(note.fix() for note in notes)),
    }
