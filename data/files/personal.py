"""What a file may not tell of a person: found by a column's name and by what stands in it.

The words and patterns stand in personal.toml. Registers keep what an office needs to say of a place
(its name, its desa, the office that answers for it); nothing that names whoever a case is about is
taken in, and no number by which a person is known.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from data.files.tables import Sheet
from geo.errors import InputError

HEADER_WITHIN = 40
"""Headers are looked for in so many rows from the top."""
HIDDEN = "…"
_FILE = Path(__file__).with_name("personal.toml")
_LONGEST_LABEL = 60
_LEAST_NUMBER = 800_000_000
"""A sheet drops the 0 in front of a telephone's number: 0811… becomes 811…"""
_SIXTEEN = re.compile(r"(?<![\d.,-])\d{4}([ -]?)\d{4}\1\d{4}\1\d{4}(?![\d.,-]?\d)")
_SIX = re.compile(r"(?<![\d.,-])\d{6}([ -])\d{6}\1\d{4}(?![\d.,-]?\d)")
_LONG = re.compile(r"\d{4,6}[ -]?\d{4,6}[ -]?\d{4}")  # a quick look: nothing shorter is a NIK
_MOBILE = re.compile(r"(?:\+?62|0)8[1-9]\d(?:[ .-]?\d){6,9}")
_SIGNS = re.compile(r"[^a-z0-9]+")
_TITLE = re.compile(r"\([^)]*\)|\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class _Rules:
    refused: tuple[tuple[str, re.Pattern[str]], ...]
    counts: frozenset[str]
    codes: re.Pattern[str]
    provinces: frozenset[int]
    phones_least: int
    phones_share_0_1: float


@cache
def _rules() -> _Rules:
    told: Mapping[str, Any] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    content = told["content"]
    return _Rules(
        refused=tuple((r["what"], re.compile(r["label"])) for r in told["refused"]),
        counts=frozenset(told["counts"]["labels"]),
        codes=re.compile(content["codes"]),
        provinces=frozenset(content["provinces"]),
        phones_least=content["phones_least"],
        phones_share_0_1=content["phones_share_0_1"],
    )


def in_counts() -> frozenset[str]:
    """Return the columns that tell of persons in a table of counts."""
    return _rules().counts


def is_nik(digits: str) -> bool:
    """Tell whether sixteen digits can be a NIK: a province, a day (women's + 40), a month.

    Examples
    --------
    >>> is_nik("3304015203900001"), is_nik("1234567890123456"), is_nik("0012345678901000")
    (True, False, False)
    """
    if len(digits) != 16 or not digits.isdecimal():
        return False
    day, month = int(digits[6:8]) % 40, int(digits[8:10])
    if (
        int(digits[:2]) not in _rules().provinces
        or int(digits[6:8]) > 71
        or "00" in (digits[2:4], digits[4:6])
    ):
        return False
    try:
        dt.date(2000, month, day)  # a leap year: the 29th of February is a birthday too
    except ValueError:
        return False
    return digits[12:] != "0000"


def masked(text: str) -> tuple[str, int]:
    """Return a text without the numbers in it that can be a NIK, and how many there were."""
    found = 0

    def hide(match: re.Match[str]) -> str:
        nonlocal found
        if not is_nik(re.sub(r"\D", "", match[0])):
            return match[0]
        found += 1
        return HIDDEN

    if not _LONG.search(text):
        return text, 0
    for pattern in (_SIXTEEN, _SIX):
        text = pattern.sub(hide, text)
    return text, found


def refuse_persons(sheets: Iterable[Sheet], *, file: str) -> None:
    """Refuse a table that tells of persons, by the first column that does.

    Raises
    ------
    InputError
        ``private.refused.<what>`` of personal.toml with the column's own name;
        ``private.refused.nik_inside`` and ``private.refused.phone_inside`` with row and column
        where the content tells what the name does not.
    """
    for sheet in sheets:
        above = [row for row in sheet.rows[:HEADER_WITHIN] if _is_header(row)]
        for row in above:
            refuse_labels((cell for cell in row if isinstance(cell, str)), file=file)
        _refuse_content(sheet, above, file=file)


def refuse_labels(labels: Iterable[str], *, file: str) -> None:
    """Refuse a table with a column of such a name; see `refuse_persons`."""
    for label in labels:
        if what := kind_of(label):
            shown = " ".join(label.split())[:_LONGEST_LABEL]
            raise InputError(f"private.refused.{what}", file=file, column=shown)


def kind_of(label: str) -> str:
    """Return what a column of this name tells of a person (``nik``, ``name`` …), or ""."""
    folded = _folded(_TITLE.sub(" ", label)) or _folded(label)
    if len(folded) > _LONGEST_LABEL:
        return ""
    return next((what for what, pattern in _rules().refused if pattern.search(folded)), "")


def _folded(label: str) -> str:
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().casefold()
    return _SIGNS.sub(" ", plain).strip()


def _is_header(row: Sequence[object]) -> bool:
    """Tell a row of names: two or more texts, and no number."""
    filled = [cell for cell in row if cell is not None and str(cell).strip()]
    texts = [cell for cell in filled if isinstance(cell, str) and not cell.strip().isdecimal()]
    return len(texts) >= 2 and len(texts) == len(filled)


def _refuse_content(sheet: Sheet, above: Sequence[Sequence[object]], *, file: str) -> None:
    """Look at each different cell once, and at its place only when it tells of somebody."""
    known = set().union(*sheet.rows) if sheet.rows else set()
    long = [cell for cell in known if _is_long(cell)]  # of a register few cells are
    niks = {cell for cell in long if _holds_nik(cell)}
    phones = {cell for cell in long if _is_mobile(cell)}
    if not niks and len(phones) < _rules().phones_least:
        return
    found: dict[int, int] = {}
    for number, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row):
            if cell in niks and not _of_codes(above, column):
                where = {"row": number, "column": _column(above, column)}
                raise InputError("private.refused.nik_inside", file=file, **where)
            if cell in phones:
                found[column] = found.get(column, 0) + 1
    for column, count in found.items():
        cells = [row[column] for row in sheet.rows if column < len(row)]
        filled = sum(cell is not None and bool(str(cell).strip()) for cell in cells)
        enough = count >= _rules().phones_least
        if enough and count >= _rules().phones_share_0_1 * filled:
            shown = _column(above, column)
            raise InputError("private.refused.phone_inside", file=file, column=shown)


def _is_long(cell: object) -> bool:
    if isinstance(cell, str):
        return len(cell) > 9
    return isinstance(cell, (int, float)) and cell > _LEAST_NUMBER


def _holds_nik(cell: object) -> bool:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, int):
        return is_nik(str(cell))
    return isinstance(cell, str) and len(cell) > 15 and masked(cell)[1] > 0


def _is_mobile(cell: object) -> bool:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, int):  # a sheet drops the 0 in front
        return bool(_MOBILE.fullmatch(f"0{cell}"))
    if not isinstance(cell, str) or len(cell) > 24 or cell.lstrip()[:1] not in "0+6":
        return False
    return bool(_MOBILE.fullmatch(cell.strip()))


def _of_codes(above: Sequence[Sequence[object]], column: int) -> bool:
    """Tell a column of codes by any of the labels over it."""
    return any(_rules().codes.search(_folded(label)) for label in _labels(above, column))


def _labels(above: Sequence[Sequence[object]], column: int) -> list[str]:
    cells = [row[column] for row in above if column < len(row)]
    return [cell for cell in cells if isinstance(cell, str)]


def _column(above: Sequence[Sequence[object]], column: int) -> str:
    """Name a column as the sheet does: its label, else its letter."""
    labels = _labels(above, column)
    if labels:
        return " ".join(labels[-1].split())[:_LONGEST_LABEL]
    letters, left = "", column + 1
    while left:
        left, rest = divmod(left - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
