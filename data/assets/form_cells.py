"""Cells and looks shared by the sheets that go out to agencies; no cell is ever a live formula."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from geo.errors import StudyError

HEAD_FILL = "1F4E5F"
SOFT_FILL = "E8EEF1"
LIVE = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so would be worked out as a formula by a spreadsheet."""


def text_cell(sheet: Any, value: object, **looks: Any) -> Any:
    """Make a cell whose text stays text: "=1+1" is shown as written and never computed.

    Parameters
    ----------
    sheet : openpyxl write-only sheet
    value : object
        Text that starts with ``= + - @``, tab or return is quoted; numbers stay numbers.
    **looks
        ``font``, ``fill``, ``alignment``, ``border`` of the cell.
    """
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(LIVE)
    for name, look in looks.items():
        setattr(cell, name, look)
    return cell


def wrapped() -> Any:
    """Return the alignment of a cell with more words than its width holds."""
    from openpyxl.styles import Alignment

    return Alignment(wrap_text=True, vertical="top")


def heading(sheet: Any, labels: Sequence[str]) -> list[Any]:
    """Make the cells of a header row: white on dark, wrapped."""
    from openpyxl.styles import Alignment, Font, PatternFill

    looks = {
        "font": Font(bold=True, color="FFFFFF"),
        "fill": PatternFill("solid", fgColor=HEAD_FILL),
        "alignment": Alignment(wrap_text=True, vertical="center", horizontal="center"),
    }
    return [text_cell(sheet, label, **looks) for label in labels]


def set_widths(sheet: Any, widths: Sequence[float]) -> None:
    """Set the widths of the columns from the left, in characters."""
    from openpyxl.utils import get_column_letter

    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width


def verify(path: Path, rows: dict[str, int]) -> None:
    """Reopen a workbook and count the rows of its sheets.

    Raises
    ------
    StudyError
        ``file.not_written`` when a sheet is missing or shorter than what was written.
    """
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    try:
        for name, count in rows.items():
            if name not in book.sheetnames or sum(1 for _ in book[name].iter_rows()) < count:
                raise StudyError("file.not_written", file=path.name)
    finally:
        book.close()
