"""The *lembar balik*: an agency's own rows in their order, what became of each, what to mend."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

import words
from data.assets.form_cells import heading, set_widths, text_cell, verify, wrapped
from data.assets.types import AssetTable
from geo.errors import Note
from geo.files import written_whole

_FILLS = {
    "accepted": "E3F1E6", "joined": "E3F1E6", "repaired": "FFF6D6", "warned": "FFF6D6",
    "duplicate": "FBE3D6", "rejected": "F8D7DA",
}  # fmt: skip
_OWN_WIDTH = (10.0, 34.0)
_SAMPLED_ROWS = 200
_ROW_END = "\n"


def write_reply(path: Path, table: AssetTable, *, overwrite: bool = False) -> None:
    """Write an agency's register back to it, with status, reason and way out for every row.

    Each sheet of the register is one sheet here, with its own columns in their order behind ours;
    what was kept nowhere (prices, persons' data) says so. Every cell is text, never a formula.

    Parameters
    ----------
    path : Path
        An xlsx file.
    table : AssetTable
    overwrite : bool

    Raises
    ------
    StudyError
        ``file.exists`` · ``file.not_written``.
    """
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    with written_whole(path, overwrite=overwrite) as temporary:
        summary = words.say("reply.summary")
        counts = {summary: _write_summary(book.create_sheet(summary), table)}
        for name, rows in table.rows.groupby("sheet", sort=False):
            title = _title(str(name), taken=counts)
            counts[title] = _write_sheet(book.create_sheet(title), str(name), rows, table)
        book.save(temporary)
        verify(temporary, counts)


def _title(name: str, *, taken: dict[str, int]) -> str:
    """Make a name that a sheet may have: 31 letters, none of the signs Excel forbids, unused."""
    plain = "".join("_" if sign in "[]:*?/\\" else sign for sign in name).strip("'")[:31] or "_"
    used = {title.casefold() for title in taken}
    number, title = 1, plain
    while title.casefold() in used:
        number += 1
        title = f"{plain[:27]} ({number})"
    return title


def _write_summary(sheet: Any, table: AssetTable) -> int:
    """Say how many rows ended how, and what holds for the whole file."""
    from openpyxl.styles import Font

    set_widths(sheet, [28, 90, 60])
    lines: list[list[object]] = [[words.say("reply.title")], [words.say("reply.how")], []]
    tally = table.rows["status"].value_counts()
    lines += [[words.say(f"reply.status.{s}"), int(tally[s])] for s in _FILLS if s in tally]
    lines.append([])
    lists = (table.report.rejected, table.report.warned, table.report.repaired)
    of_file = [note for notes in lists for note in notes if note.row is None]
    lines += [[words.say("reply.of_file"), note.reason(), note.fix()] for note in of_file]
    for number, line in enumerate(lines):
        look = {"font": Font(bold=True, size=14)} if number == 0 else {}
        plain = {} if number < 2 else {"alignment": wrapped()}
        sheet.append([text_cell(sheet, cell, **look, **plain) for cell in line])
    return len(lines)


def _write_sheet(sheet: Any, name: str, rows: pd.DataFrame, table: AssetTable) -> int:
    from openpyxl.styles import PatternFill

    labels, dropped = table.labels[name], set(table.dropped.get(name, ()))
    set_widths(sheet, [8, 16, 52, 52, *_widths(labels, rows)])
    sheet.freeze_panes = "C2"
    ours = [words.say(f"reply.column.{key}") for key in ("row", "status", "reason", "fix")]
    sheet.append(heading(sheet, [*ours, *labels]))
    sheet.auto_filter.ref = f"A1:D{len(rows) + 1}"
    hidden = words.say("reply.not_kept")
    looks = {"alignment": wrapped()}
    fills = {status: PatternFill("solid", fgColor=colour) for status, colour in _FILLS.items()}
    said = {status: words.say(f"reply.status.{status}") for status in _FILLS}
    for row, status, notes, cells in zip(
        rows["row"], rows["status"], rows["notes"], rows["cells"], strict=True
    ):
        reason, fix = _sentences(notes)
        line = [
            text_cell(sheet, int(row), **looks),
            text_cell(sheet, said[status], fill=fills[status], **looks),
            text_cell(sheet, reason, **looks),
            text_cell(sheet, fix, **looks),
        ]
        line += [
            text_cell(sheet, hidden if column in dropped else cell or None, **looks)
            for column, cell in enumerate(cells)
        ]
        sheet.append(line)
    return len(rows) + 1


def _sentences(notes: tuple[Note, ...]) -> tuple[str | None, str | None]:
    reasons = _ROW_END.join(dict.fromkeys(note.reason() for note in notes))
    fixes = _ROW_END.join(dict.fromkeys(note.fix() for note in notes))
    return reasons or None, fixes or None


def _widths(labels: tuple[str, ...], rows: pd.DataFrame) -> list[float]:
    """Give each column the width its first rows need, within reason."""
    least, most = _OWN_WIDTH
    sample = rows["cells"].head(_SAMPLED_ROWS).tolist()
    longest = [max((len(cells[c]) for cells in sample), default=0) for c in range(len(labels))]
    return [
        min(max(least, len(label) * 0.6, length + 2.0), most)
        for label, length in zip(labels, longest, strict=True)
    ]
