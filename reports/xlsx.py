"""Sheets as a workbook: typed cells, text that stays text, the same bytes for the same values."""

from __future__ import annotations

import datetime as dt
import io
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Cell = str | int | float | bool | dt.date | None
MOST_LETTERS = 32_000
"""A cell holds 32,767."""
_FORMULA = ("=", "+", "-", "@", "\t")
_CORE = "docProps/core.xml"
_WHEN = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: a frozen row of headers over typed cells.

    ``widths`` are in letters, ``formats`` those of figures by column ("" for the usual);
    ``notes`` stand under the table. Numbers stay numbers, unknown cells
    are None.
    """

    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[float] = ()
    notes: Sequence[str] = ()
    formats: Sequence[str] = ()


def cell_text(text: str) -> str:
    """Return a text that a cell can hold: without control signs, not longer than a cell."""
    kept = [c for c in text if unicodedata.category(c)[0] != "C" or c in "\n\t"]
    return "".join(kept)[:MOST_LETTERS]


def book(sheets: Sequence[Sheet], *, title: str, made_on: str, keywords: str = "") -> bytes:
    """Write a workbook.

    Parameters
    ----------
    sheets : sequence of Sheet
    title : str
    made_on : str
        ISO day of the run: no clock is read.
    keywords : str
        The document's seal (`reports.seal`).
    """
    import openpyxl

    made = openpyxl.Workbook()
    made.remove(made.active)
    for sheet in sheets:
        _write(made, sheet)
    day = dt.date.fromisoformat(made_on[:10])
    made.properties.title = cell_text(title)
    made.properties.creator = "Tapak"
    made.properties.keywords = keywords or None
    made.properties.created = dt.datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the format knows no zone
    out = io.BytesIO()
    made.save(out)
    return _steady(out.getvalue(), made_on[:10])


def _write(made: Any, sheet: Sheet) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    page = made.create_sheet(sheet.title[:31])
    page.append(list(sheet.headers))
    for cell in page[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E3EEF0")
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    page.freeze_panes = "A2"
    for at, row in enumerate(sheet.rows, start=2):
        for column, value in enumerate(row, start=1):
            _put(page.cell(at, column), value)
            if value is not None and column <= len(sheet.formats) and sheet.formats[column - 1]:
                page.cell(at, column).number_format = sheet.formats[column - 1]
    for at, note in enumerate(sheet.notes, start=len(sheet.rows) + 3):
        _put(page.cell(at, 1), note)
        page.cell(at, 1).alignment = Alignment(wrap_text=False)
    for column, width in enumerate(sheet.widths, start=1):
        page.column_dimensions[openpyxl_letter(column)].width = width
    if sheet.rows:
        last = openpyxl_letter(len(sheet.headers))
        page.auto_filter.ref = f"A1:{last}{len(sheet.rows) + 1}"


def openpyxl_letter(column: int) -> str:
    """Return the letters of a column, from 1."""
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column))


def _put(cell: Any, value: Cell) -> None:
    from openpyxl.styles import Alignment

    if not isinstance(value, str):
        cell.value = value
        return
    text = cell_text(value)
    cell.value = text
    cell.data_type = "s"  # never a formula, whatever the text begins with
    if text.startswith(_FORMULA):
        cell.quotePrefix = True
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _steady(raw: bytes, day: str) -> bytes:
    """Write the archive again without the time of writing."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            if name == _CORE:
                stamp = f"{day}T00:00:00Z".encode()
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, data)
            entry = zipfile.ZipInfo(name, date_time=_WHEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, data)
    return out.getvalue()
