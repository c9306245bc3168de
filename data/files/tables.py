"""Tables as offices send them: the sheets of an xlsx, ods or csv file as plain rows of cells."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import Any
from xml.parsers import expat

from data.files.xlsx_cells import read_xlsx
from geo.errors import InputError

MAX_ROWS = 400_000
"""Rows read from one sheet; a register of a whole province stays far below."""
MAX_COLUMNS = 300
"""Columns read from one row; what stands further right is formatting, not data."""

MAX_CELLS = 4_000_000
"""Cells of all sheets together: 50,000 rows of 80 columns."""
MAX_SHEETS = 100
MAX_TEXT = 131_072
"""Signs in one cell: four times what a spreadsheet holds."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_EXCEL_FAULTS = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})
_NOTHING_SAID = _EXCEL_FAULTS | {""}
_BROKEN = (
    zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, AttributeError, IndexError,
    SyntaxError, OSError, EOFError, NotImplementedError, RuntimeError, expat.ExpatError,
)  # fmt: skip
"""What the xlsx and ods parsers raise on a file that is not what it claims to be."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a file.

    Parameters
    ----------
    name : str
        Name of the sheet; the file's stem for a csv.
    rows : tuple of tuple
        Cells as text, int, float, bool, date or None. Row k of the sheet is ``rows[k - 1]``.
        Empty rows and columns at the end are left out; rows may differ in length.
    """

    name: str
    rows: tuple[tuple[object, ...], ...]


def read_tables(path: Path) -> tuple[Sheet, ...]:
    """Read every sheet of a table file.

    Parameters
    ----------
    path : Path
        An xlsx, ods or csv file (utf-8, cp1252 or latin-1; comma, semicolon, tab or bar).

    Returns
    -------
    tuple of Sheet
        Sheets in the file's order. A cell whose formula has never been computed keeps the formula
        as text; control characters are taken out of every text.

    Raises
    ------
    InputError
        What ``data.files.guard.check_file`` refuses; ``tables.not_a_table``; ``tables.unreadable``;
        ``tables.too_many_rows`` · ``.too_many_cells`` · ``.too_many_sheets``.
    """
    from data.files.guard import FileType, check_file

    path = Path(path)
    kind = check_file(path)
    readers = {FileType.XLSX: _xlsx, FileType.ODS: _ods, FileType.CSV: _csv}
    if kind not in readers:
        raise InputError("tables.not_a_table", file=path.name)
    try:
        return _sheets(readers[kind](path), file=path.name)
    except InputError:
        raise
    except _BROKEN as fault:
        raise InputError("tables.unreadable", file=path.name) from fault


def _sheets(
    found: Iterable[tuple[str, Iterable[Iterable[object]]]], *, file: str
) -> tuple[Sheet, ...]:
    """Take sheet after sheet while there is room: one part of a file may be named many times."""
    sheets: list[Sheet] = []
    room = MAX_CELLS
    for name, rows in found:
        if len(sheets) == MAX_SHEETS:
            raise InputError("tables.too_many_sheets", file=file, limit=MAX_SHEETS)
        sheets.append(Sheet(name, _trimmed(rows, file=file, room=room)))
        room -= sum(len(row) for row in sheets[-1].rows)
    return tuple(sheets)


def clean(cell: object) -> object:
    """Return the cell without control characters and outer spaces; nothing written is None."""
    if not isinstance(cell, str):
        return None if isinstance(cell, float) and not isfinite(cell) else cell
    text = cell if cell.isprintable() else _CONTROL.sub(" ", cell)
    text = text.strip()
    if len(text) > MAX_TEXT:
        raise ValueError(text[:20])
    return None if text in _NOTHING_SAID else text


def _cleaned(row: list[Any]) -> list[object]:
    """Clean a row at once when it is printable text and nothing else, as nearly every csv row."""
    try:
        plain = "".join(row).isprintable()
    except TypeError:
        plain = False
    if not plain:
        return [clean(cell) for cell in row]
    return [None if (text := cell.strip()) in _NOTHING_SAID else text for cell in row]


def _trimmed(
    rows: Iterable[Iterable[object]], *, file: str, room: int
) -> tuple[tuple[object, ...], ...]:
    """Clean every cell; drop what is empty at the end of rows and of the sheet."""
    kept: list[tuple[object, ...]] = []
    last = 0
    for number, row in enumerate(rows, start=1):
        cells = _cleaned(list(islice(row, MAX_COLUMNS)))
        while cells and cells[-1] is None:
            cells.pop()
        kept.append(tuple(cells))
        room -= len(cells)
        if room < 0:
            raise InputError("tables.too_many_cells", file=file, limit=MAX_CELLS)
        if cells:
            last = number
            if number > MAX_ROWS:
                raise InputError("tables.too_many_rows", file=file, limit=MAX_ROWS)
        elif number - last > MAX_ROWS:
            break
    return tuple(kept[:last])


def _xlsx(path: Path) -> Iterator[tuple[str, Iterable[Iterable[object]]]]:
    with zipfile.ZipFile(path) as packed:
        yield from read_xlsx(packed)


_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def _ods(path: Path) -> Iterator[tuple[str, Iterable[Iterable[object]]]]:
    """Stream ``content.xml``: a document model of 100,000 rows would take minutes to build."""
    from defusedxml import ElementTree

    with zipfile.ZipFile(path) as packed, packed.open("content.xml") as source:
        name, count = "", 0
        rows: list[list[object]] = []
        for event, element in ElementTree.iterparse(source, events=("start", "end")):
            if event == "start":
                if element.tag == f"{_TABLE}table":
                    name, rows, count = element.get(f"{_TABLE}name", ""), [], 0
            elif element.tag == f"{_TABLE}table-row":
                repeat = int(element.get(f"{_TABLE}number-rows-repeated", "1"))
                cells = _ods_cells(element)
                # the last row of a sheet says it stands a million times, empty
                room = MAX_ROWS + 1 - count
                rows.extend([cells] * min(repeat, room))
                count += min(repeat, room)
                element.clear()
            elif element.tag == f"{_TABLE}table":
                yield name, rows
                element.clear()


def _ods_cells(row: Any) -> list[object]:
    cells: list[object] = []
    for cell in row:
        if cell.tag not in {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}:
            continue
        repeat = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        cells.extend([_ods_value(cell)] * min(repeat, MAX_COLUMNS - len(cells)))
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def _ods_value(cell: Any) -> object:
    kind = cell.get(f"{_OFFICE}value-type")
    if kind in {"float", "percentage", "currency"}:
        number = float(cell.get(f"{_OFFICE}value"))
        return int(number) if number.is_integer() and abs(number) < 1e15 else number
    if kind == "date":
        return cell.get(f"{_OFFICE}date-value")
    paragraphs = cell.iter(f"{_TEXT}p")
    return " ".join("".join(p.itertext()) for p in paragraphs) or None


def _csv(path: Path) -> Iterator[tuple[str, Iterable[Iterable[object]]]]:
    text = decode(path.read_bytes())
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        # Excel's own hint is a line of the file, so the row numbers count it
        delimiter, text = first.strip()[4], "\n" + rest
    else:
        delimiter = _delimiter(text)
    yield path.stem, _numbered(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _numbered(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as fault:
        raise ValueError(str(fault)) from fault


def decode(raw: bytes) -> str:
    """Decode text of unknown encoding: utf-8 when it is valid, else cp1252, else latin-1."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def _delimiter(text: str) -> str:
    """Choose the sign that cuts most rows into the same, largest number of cells."""
    sample = "\n".join(text[:65536].splitlines()[:60])

    def worth(sign: str) -> float:
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(sample), delimiter=sign) if row]
        except csv.Error:
            return 0.0
        wide = Counter(width for width in widths if width > 1)
        if not wide:
            return 0.0
        width, rows = max(wide.items(), key=lambda item: (item[1], item[0]))
        return width * rows / len(widths)

    return max(",;\t|", key=worth)
