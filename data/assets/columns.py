"""The header of a register: where it stands under its titles, and which column means what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from data.assets.labels import DROPPED, fold, meaning_of
from data.files.tables import Sheet
from geo.errors import InputError, Note

SEARCHED_ROWS = 80
"""A header stands within the first rows of a sheet, below its titles and its logo."""
HEADER_DEPTH = 4
LABEL_LENGTH = 120

_UNIT = re.compile(
    r"\(.{1,20}\)|m2|m²|ha|rp\.?|rupiah|jam|orang|(?:jam|org|orang) ?/ ?(?:hari|minggu|mgg)|°",
    re.IGNORECASE,
)
_NUMBERING = re.compile(r"\(?\s*(\d{1,3})\s*\)?\.?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The columns of one sheet.

    Parameters
    ----------
    first_row, last_row : int
        The sheet's own 1-based rows that the header fills; a numbering row below it included.
    labels : tuple of str
        Each column's name as written, the parts of several header rows joined by a space.
    columns : Mapping[str, int]
        Meaning to column number (0-based).
    dropped : Mapping[int, str]
        Columns never kept, by number: ``"price"`` or ``"personal"``.
    """

    first_row: int
    last_row: int
    labels: tuple[str, ...]
    columns: Mapping[str, int]
    dropped: Mapping[int, str] = field(default_factory=dict)


def find_header(sheet: Sheet, *, mapping: Mapping[str, str]) -> Header | None:
    """Find the header of a sheet, or None when the sheet is no register.

    Every stretch of up to four rows near the top is read as a header; the one whose columns tell
    most wins, and among equals the shortest and highest.

    Parameters
    ----------
    sheet : Sheet
    mapping : Mapping[str, str]
        Meaning to column name, as the study states it; it stands above the rules.

    Raises
    ------
    InputError
        ``assets.column_missing`` when the best header lacks a column that `mapping` names.
    """
    wanted = {fold(label): meaning for meaning, label in mapping.items()}
    best: tuple[float, int, int] | None = None
    for first in range(min(len(sheet.rows), SEARCHED_ROWS)):
        if _text_cells(sheet.rows[first]) == 0:
            continue
        for depth in range(1, HEADER_DEPTH + 1):
            rows = sheet.rows[first : first + depth]
            if len(rows) < depth or _numbers_in(rows[-1]) or not any(rows[-1]):
                break
            worth = _worth(rows, wanted)
            if worth and (best is None or worth > best[0]):
                best = (worth, first, depth)
    if best is None:
        return None
    return header_at(sheet, first=best[1], depth=best[2], mapping=mapping)


def header_at(sheet: Sheet, *, first: int, depth: int, mapping: Mapping[str, str]) -> Header:
    """Read the header that stands in `depth` rows below the first `first` rows of a sheet.

    Raises
    ------
    InputError
        ``assets.column_missing``, as `find_header`; ``assets.no_header`` without a name column.
    """
    wanted = {fold(label): meaning for meaning, label in mapping.items()}
    parts = _parts(sheet.rows[first : first + depth])
    columns, dropped = _assign(parts, wanted)
    if missing := [label for meaning, label in mapping.items() if meaning not in columns]:
        raise InputError("assets.column_missing", column=missing[0], sheet=sheet.name)
    if "name" not in columns:
        raise InputError("assets.no_header", file=sheet.name)
    last = first + depth
    while last < len(sheet.rows) and _is_below(sheet.rows[last], sheet.rows[first + depth - 1]):
        last += 1
    labels = tuple(" ".join(column)[:LABEL_LENGTH] for column in parts)
    return Header(
        first_row=first + 1, last_row=last, labels=labels, columns=columns, dropped=dropped
    )


def _is_below(row: tuple[object, ...], header: tuple[object, ...]) -> bool:
    """Tell the rows under a header that are still no data: numbering, units, parts, empty rows.

    Parts stand only below a merged cell (nothing beside it in the header's last row), so a
    heading or a place without a name is never taken for one.
    """
    cells = {column: cell for column, cell in enumerate(row) if cell is not None}
    if not cells or is_numbering(row):
        return True
    if all(isinstance(cell, str) and _UNIT.fullmatch(cell.strip()) for cell in cells.values()):
        return True
    wide = (*header, None)
    parts = (
        column >= len(header) or wide[column] is None or wide[column + 1] is None
        for column in cells
    )
    return len(cells) > 1 and not _numbers_in(row) and all(parts)


def is_numbering(row: tuple[object, ...]) -> bool:
    """Tell a row that only counts its columns: 1 2 3 … or (1) (2) (3) …."""
    cells = [cell for cell in row if cell is not None]
    if len(cells) < 3:
        return False
    numbers = []
    for cell in cells:
        found = _NUMBERING.fullmatch(str(cell).removesuffix(".0"))
        if found is None:  # the second cell of nearly every row of data
            return False
        numbers.append(int(found.group(1)))
    steps = {b - a for a, b in pairwise(numbers)}
    return numbers[0] <= 2 and steps <= {0, 1}


def _text_cells(row: tuple[object, ...]) -> int:
    return sum(isinstance(cell, str) for cell in row)


def _numbers_in(row: tuple[object, ...]) -> bool:
    """Tell a row of data: it starts with a number, or a quarter of its cells are numbers."""
    cells = [cell for cell in row if cell is not None]
    numbers = [
        isinstance(cell, int | float)
        or (isinstance(cell, str) and bool(re.fullmatch(r"\(?[-+\d][\d.,\s]*\)?", cell)))
        for cell in cells
    ]
    return bool(cells) and (numbers[0] or 4 * sum(numbers) >= len(cells))


def _parts(rows: tuple[tuple[object, ...], ...]) -> list[tuple[str, ...]]:
    """Join the rows of a header column by column.

    A merged cell keeps its text in its first column only. It is carried to the right over empty
    cells as long as a lower row names a part of it there.
    """
    width = max(map(len, rows))
    grid = [[row[c] if c < len(row) else None for c in range(width)] for row in rows]
    for level, row in enumerate(grid[:-1]):
        for column in range(1, width):
            below = any(lower[column] is not None for lower in grid[level + 1 :])
            # a cell above that is its own end closes the group of the level above it
            above = all(upper[column] == upper[column - 1] for upper in grid[:level])
            if row[column] is None and below and above:
                row[column] = row[column - 1]
    return [
        tuple(" ".join(str(row[c]).split()) for row in grid if row[c] is not None)
        for c in range(width)
    ]


def _worth(rows: tuple[tuple[object, ...], ...], wanted: Mapping[str, str]) -> float:
    """Say how much a header tells; 0 when it names no place, or nothing besides."""
    parts = _parts(rows)
    columns, dropped = _assign(parts, wanted)
    strengths = {c: meaning_of(parts[c])[1] for c in columns.values()}
    if "name" not in columns or len(columns) + len(dropped) < 2:
        return 0.0
    sure = sum(min(strength, 3) for strength in strengths.values())
    stated = sum(fold(" ".join(parts[c])) in wanted for c in columns.values())
    if sure < 4 and not stated:
        return 0.0
    # every further row must earn its place, and data swallowed as labels makes them long
    long = sum(len(" ".join(column)) > LABEL_LENGTH for column in parts)
    return sure + 3 * stated + len(dropped) - 0.1 * len(rows) - 3 * long


def _assign(
    parts: list[tuple[str, ...]], wanted: Mapping[str, str]
) -> tuple[dict[str, int], dict[int, str]]:
    """Give each meaning the column that says it most surely, the leftmost among equals."""
    chosen: dict[str, tuple[int, int]] = {}
    dropped: dict[int, str] = {}
    for column, names in enumerate(parts):
        stated = next((wanted[f] for f in _spellings(names) if f in wanted), None)
        meaning, strength = (stated, 99) if stated else meaning_of(names)
        if meaning in DROPPED:
            dropped[column] = meaning
        elif meaning and strength > chosen.get(meaning, (0, 0))[0]:
            chosen[meaning] = (strength, column)
    columns = {meaning: column for meaning, (_, column) in chosen.items()}
    if "name" not in columns and (stands_in := _stands_in(parts, columns)):
        columns["name"] = columns.pop(stands_in)
    return columns, dropped


def _stands_in(parts: list[tuple[str, ...]], columns: Mapping[str, int]) -> str | None:
    """Find the column that names the places where none is called a name.

    A list of institutions may call the place itself its "nama instansi", a list of sites "lokasi".
    """
    for meaning, words in (("agency", {"nama"}), ("address", {"lokasi", "location"})):
        column = columns.get(meaning)
        if column is not None and words & set(fold(" ".join(parts[column])).split()):
            return meaning
    return None


def _spellings(names: tuple[str, ...]) -> tuple[str, ...]:
    return (fold(" ".join(names)), *(fold(name) for name in names))


def header_notes(header: Header) -> list[Note]:
    """Say which columns were left out because they hold persons' data or prices."""
    notes = []
    for kind in sorted(set(header.dropped.values())):
        names = [header.labels[c] for c, what in header.dropped.items() if what == kind]
        notes.append(
            Note(row=None, code=f"assets.{kind}_dropped", fields={"columns": ", ".join(names)})
        )
    return notes
