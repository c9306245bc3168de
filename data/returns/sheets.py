"""Tables of ODK Central and Kobo: comma or semicolon, names or labels in the first row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from data.files.tables import clean, decode, read_tables
from data.returns import identity
from data.returns.rows import raw_rows
from data.returns.types import Given, RawRow
from geo.errors import InputError

_SIGNS = ",;\t|"
_LONGEST_CELL = 1 << 20
Rows = Iterable[Sequence[object]]


def read_table(given: Given) -> list[RawRow]:
    """Read a CSV. The heading decides the separator: answers are full of commas, headings not."""
    text = _text(given.raw)
    first = text.lstrip("\n").partition("\n")[0].strip()
    told = len(first) == 5 and first.lower().startswith("sep=")
    if told:
        text = "\n" + text.lstrip("\n").partition("\n")[2]
    sign = first[4] if told else _sign(text.lstrip("\n"))
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        return _rows(csv.reader(io.StringIO(text, newline=""), delimiter=sign), given)
    except csv.Error as fault:
        raise InputError("tables.unreadable", file=given.name) from fault
    finally:
        csv.field_size_limit(before)


def _text(raw: bytes) -> str:
    """Decode, UTF-16 of "Unicode text" too; lines end in one way, inside quotes also."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = raw.decode("utf-16", errors="replace")
    else:
        text = decode(raw)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _sign(text: str) -> str:
    """Find the sign that cuts the heading, which may run over lines inside quotes, most."""

    def cells(sign: str) -> int:
        try:
            return len(next(csv.reader(io.StringIO(text, newline=""), delimiter=sign), ()))
        except csv.Error:
            return 0

    return max(_SIGNS, key=cells)


def read_book(given: Given) -> list[RawRow]:
    """Read every sheet of a workbook; a sheet of repeats names its parent and is left out."""
    with TemporaryDirectory(prefix="tapak-") as room:
        path = Path(room) / "kiriman.xlsx"
        path.write_bytes(given.raw)
        sheets = read_tables(path)
    return [row for sheet in sheets for row in _rows(sheet.rows, given)]


def _rows(rows: Rows, given: Given) -> list[RawRow]:
    numbered = ((n, [clean(cell) for cell in row]) for n, row in enumerate(rows, start=1))
    filled = ((n, cells) for n, cells in numbered if any(c is not None for c in cells))
    heading = [str(c or "").strip() for c in next(filled, (0, []))[1]]
    if identity.belongs_to_another(heading):
        return []
    return raw_rows(_named(heading, filled), given, channel=identity.channel_of(heading))


def _named(
    heading: Sequence[str], rows: Iterator[tuple[int, list[object]]]
) -> Iterator[tuple[int, dict[str, object]]]:
    """Name the cells; of two columns of one name the first that holds something counts."""
    for number, cells in rows:
        if [str(c or "").strip() for c in cells] == heading[: len(cells)]:
            continue  # one export below another
        values: dict[str, object] = {}
        for name, cell in zip(heading, cells, strict=False):
            if name and cell is not None:
                values.setdefault(name, cell)
        yield number, values
