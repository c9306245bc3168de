"""Dates as reports write them: ISO, 3/1/2024, 3 Januari 2024, an Excel number, or only a year."""

from __future__ import annotations

import datetime as dt
import re

MONTHS = {
    "jan": 1, "feb": 2, "peb": 2, "mar": 3, "apr": 4, "mei": 5, "may": 5, "jun": 6, "jul": 7,
    "agu": 8, "ags": 8, "agt": 8, "aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "nop": 11,
    "des": 12, "dec": 12,
}  # fmt: skip
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?:[T ].*)?")
_WORDS = re.compile(r"(?:[a-z']+,?\s+)?(\d{1,2})[-/. ]+([a-z]{3})[a-z]*[-/. ,]+(\d{4})(?: .*)?")
_MONTH_YEAR = re.compile(r"([a-z]{3})[a-z]*[-/. ,]+(\d{4})")
_YEARS = range(1900, 2101)
_EXCEL_ZERO = dt.date(1899, 12, 30)


def read_date(cell: object) -> tuple[str, float]:
    """Read a date.

    Returns
    -------
    iso : str
        ``2024-01-03``, ``2024-01`` or ``2024``, as exact as it was written; "" when unreadable.
    year : float
        NaN when unreadable.
    """
    if isinstance(cell, (dt.datetime, dt.date)):
        return _checked(cell.year, cell.month, cell.day)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _of_number(float(cell))
    return _of_text(str(cell or "").strip().casefold())


def _of_text(text: str) -> tuple[str, float]:
    if re.fullmatch(r"\d+(?:\.0+)?", text):
        return _of_digits(text.split(".", maxsplit=1)[0])
    year = month = day = 0
    if found := _ISO.fullmatch(text):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
    elif found := _DAY_FIRST.fullmatch(text):
        year, month, day = int(found[3]), int(found[2]), int(found[1])
    elif found := _WORDS.fullmatch(text):
        year, month, day = int(found[3]), MONTHS.get(found[2], 0), int(found[1])
    elif (found := _MONTH_YEAR.fullmatch(text)) and found[1] in MONTHS and int(found[2]) in _YEARS:
        return f"{found[2]}-{MONTHS[found[1]]:02d}", float(found[2])
    return _checked(year, month, day)


def _checked(year: int, month: int, day: int) -> tuple[str, float]:
    try:
        date = dt.date(year, month, day)
    except ValueError:
        return "", float("nan")
    return (date.isoformat(), float(year)) if year in _YEARS else ("", float("nan"))


def _of_digits(digits: str) -> tuple[str, float]:
    if len(digits) == 8:
        return _checked(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    return _of_number(float(digits))


def _of_number(number: float) -> tuple[str, float]:
    """Take a bare number as a year, or as the day count of a spreadsheet."""
    if number in _YEARS:
        return str(int(number)), number
    if 20_000 <= number < 80_000:
        date = _EXCEL_ZERO + dt.timedelta(days=int(number))
        return date.isoformat(), float(date.year)
    return "", float("nan")
