"""The data rows of a register sheet: totals, headings, page headers and signatures left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby, zip_longest

import pandas as pd

from data.assets.columns import Header, is_numbering
from data.assets.labels import fold
from data.assets.values import is_nothing, over_unique, silent_texts
from data.files.tables import Sheet
from geo.errors import Note

TEXT_LENGTH = 500
"""Letters kept of one cell; longer ones are paste accidents."""

_TOTAL = re.compile(
    r"(?:sub|grand)?[\s-]*(?:jumlah|jml|total)\b.*|dipindahkan.*|pindahan\b.*|rekap\w*\b.*",
    re.IGNORECASE,
)
_KECAMATAN = re.compile(
    r"(?:[a-z0-9]{1,4}[.)]\s*)?kec(?:amatan)?\.?\s*[:=]?\s*([a-z][a-z .'-]{2,40})", re.IGNORECASE
)
_AGENCY = re.compile(
    r"(?:skpd|opd|unit kerja|upb|perangkat daerah|satuan kerja)\s*[:=]\s*(\S.{2,120})",
    re.IGNORECASE,
)
_PERSON_NUMBER = re.compile(r"(?<!\d)(?:\d{16}|\d{18}|(?:\+?62|0)8[\d\s-]{7,12}\d)(?!\d)")
_SOUTH = re.compile(r"\b(?:ls|selatan|south)\b(?!.*\b(?:lu|utara|north)\b)")
_BARE_ANGLE = re.compile(r"\+?(\d{1,2})(?![\d])[^a-zA-Z-]*$")
_CODES = ("number", "code", "register", "land_code", "certificate", "lat", "lon", "pair")
_PLACED_BY = ("address", "desa", "kecamatan", "lat", "lon", "pair", "code", "land_code")


@dataclass(frozen=True, slots=True)
class SheetRows:
    """The data rows of one sheet.

    Parameters
    ----------
    frame : DataFrame
        ``sheet``, ``row`` (the sheet's own), one object column per meaning of the header, and
        ``cells``: every cell of the row as text, dropped columns empty.
    notes : list of Note
        What was left out of the sheet and why.
    """

    frame: pd.DataFrame
    notes: list[Note]


def read_rows(sheet: Sheet, header: Header) -> SheetRows:
    """Read the rows under a header.

    A row is data unless it is empty, a total, a repeated header or numbering, a heading
    ("A. DINAS KESEHATAN") or part of the signatures at the end. A heading or title "Kecamatan X"
    names the kecamatan of the rows below it when the sheet has no such column.
    """
    columns = header.columns
    said = _said_above(sheet, header)
    kept: list[tuple[int, tuple[object, ...], str]] = []
    aside: list[int] = []
    names = {c: header.labels[c] for c in columns.values()}
    body = sheet.rows[header.last_row :]
    # every question of a text is asked once, however many rows hold that text
    texts = {cell for cell in set().union(*body) if isinstance(cell, str)}
    silent: frozenset[object] = frozenset({None, *silent_texts(texts)})
    labels = _labels_again(texts, set(names.values()))
    for number, row in enumerate(body, start=header.last_row + 1):
        cells = [cell for cell in row if cell not in silent]
        if not cells or is_numbering(row):
            continue
        if not labels.isdisjoint(row) and _repeats(row, names):
            continue
        if _is_total(row, cells[0], columns) or _is_example(row, columns):
            continue
        if _is_heading(row, cells, columns):
            aside.append(number)
            said["kecamatan"] = _kecamatan_in(cells) or said["kecamatan"]
            continue
        kept.append((number, row, said["kecamatan"]))
    notes = [_left_out(run) for run in _runs(aside)]
    return SheetRows(_frame(sheet, header, kept, silent, agency=said["agency"]), notes)


def _frame(
    sheet: Sheet,
    header: Header,
    kept: list[tuple[int, tuple[object, ...], str]],
    silent: frozenset[object],
    *,
    agency: str,
) -> pd.DataFrame:
    data: dict[str, list[object]] = {
        "sheet": [sheet.name] * len(kept),
        "row": [number for number, _, _ in kept],
    }
    width = len(header.labels)
    # the same cells the other way round; rows end at their last cell that holds anything
    written = list(zip_longest(*(row for _, row, _ in kept), (None,) * width))
    sides = [list(column[:-1]) for column in written]
    for meaning, column in header.columns.items():
        data[meaning] = [None if cell in silent else cell for cell in sides[column]]
    if "lat" in data and _SOUTH.search(fold(header.labels[header.columns["lat"]])):
        data["lat"] = [_southern(cell) for cell in data["lat"]]
    if "kecamatan" not in data:
        data["kecamatan"] = [kecamatan or None for _, _, kecamatan in kept]
    if "agency" not in data:
        data["agency"] = [agency or None] * len(kept)
    codes = {header.columns[m] for m in _CODES if m in header.columns}
    data["cells"] = _cells(sides[:width], len(kept), header.dropped, codes)
    return pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in data.items()})


def _southern(cell: object) -> object:
    """Give a bare latitude the hemisphere that its column's name states."""
    found = _BARE_ANGLE.match(str(cell).strip()) if cell is not None else None
    return f"{cell} LS" if found and int(found.group(1)) <= 90 else cell


def _cells(
    columns: Sequence[Sequence[object]], count: int, dropped: Mapping[int, str], codes: set[int]
) -> list[object]:
    """Write the cells of every row as text, in tuples; columns that are kept nowhere are empty."""
    texts = [
        [""] * count if c in dropped else over_unique(cells, partial(shown, is_code=c in codes))
        for c, cells in enumerate(columns)
    ]
    return list(zip(*texts, strict=True))


def shown(cell: object, *, is_code: bool = False) -> str:
    """Write a cell as text, without numbers that identify a person (NIK, NIP, telephone)."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.10g}"
    text = str(cell)
    if len(text) < 10 or is_code or not isinstance(cell, str):
        return text[:TEXT_LENGTH]
    return _PERSON_NUMBER.sub("…", text[:TEXT_LENGTH])


def _is_total(row: tuple[object, ...], first: object, columns: Mapping[str, int]) -> bool:
    """Tell a total: its first words say so and it has neither running number nor code."""
    name = columns["name"]
    if not (_says_total(first) or (name < len(row) and _says_total(row[name]))):
        return False
    placed = ("number", "code", "desa", "kecamatan", "lat")
    return not any(
        _has(row, columns, meaning) and row[columns[meaning]] is not first for meaning in placed
    )


def _says_total(cell: object) -> bool:
    return isinstance(cell, str) and _TOTAL.fullmatch(cell.strip()) is not None


def _is_example(row: tuple[object, ...], columns: Mapping[str, int]) -> bool:
    """Tell the row of a form that only shows how to fill it in."""
    number = columns.get("number", 0)
    cell = row[number] if number < len(row) else None
    return isinstance(cell, str) and cell.strip().casefold() in {"contoh", "example"}


def _has(row: tuple[object, ...], columns: Mapping[str, int], meaning: str) -> bool:
    column = columns.get(meaning)
    return column is not None and column < len(row) and not is_nothing(row[column])


def _labels_again(texts: Iterable[str], labels: set[str]) -> set[str]:
    """Return the texts that are a column's name, however they are spaced."""
    starts = {label[:1] for label in labels}  # cheap, and false for most texts
    return {t for t in texts if t.lstrip()[:1] in starts and " ".join(t.split()) in labels}


def _repeats(row: tuple[object, ...], names: Mapping[int, str]) -> bool:
    """Tell the header printed again on the next page."""
    same = sum(
        isinstance(cell := row[c], str) and " ".join(cell.split()) == label
        for c, label in names.items()
        if c < len(row)
    )
    return same >= 3 or (same >= 2 and len(names) <= 3)


def _is_heading(row: tuple[object, ...], cells: list[object], columns: Mapping[str, int]) -> bool:
    """Tell a row that heads, or signs, the rows around it: few words and nothing that places it."""
    if len(cells) > 2 or any(isinstance(cell, int | float) for cell in cells):
        return False
    if any(str(cell).strip().isdecimal() for cell in cells):
        return False
    if not _has(row, columns, "name"):
        return True
    placed = [meaning for meaning in _PLACED_BY if meaning in columns]
    return bool(placed) and not any(_has(row, columns, meaning) for meaning in placed)


def _kecamatan_in(cells: list[object]) -> str:
    for cell in cells:
        found = _KECAMATAN.fullmatch(str(cell).strip())
        if found:
            return found.group(1).strip()
    return ""


def _said_above(sheet: Sheet, header: Header) -> dict[str, str]:
    """Read what titles say for the whole sheet: its agency and its kecamatan."""
    said = {"kecamatan": _kecamatan_in([sheet.name]), "agency": ""}
    for row in sheet.rows[: header.first_row - 1]:
        line = " ".join(str(cell) for cell in row if cell is not None)
        kecamatan, agency = _KECAMATAN.fullmatch(line.strip()), _AGENCY.fullmatch(line.strip())
        said["kecamatan"] = kecamatan.group(1).strip() if kecamatan else said["kecamatan"]
        said["agency"] = agency.group(1).strip() if agency else said["agency"]
    return said


def _runs(rows: list[int]) -> Iterator[tuple[int, int]]:
    """Group row numbers that follow each other: a block of signatures is one thing to say."""
    for _, run in groupby(enumerate(rows), key=lambda pair: pair[1] - pair[0]):
        numbers = [number for _, number in run]
        yield numbers[0], numbers[-1]


def _left_out(run: tuple[int, int]) -> Note:
    first, last = run
    code = "assets.heading_row" if first == last else "assets.heading_rows"
    return Note(row=first, code=code, fields={"first": first, "last": last})
