"""How people write a coordinate: cells and their signs, words and numbers, before any geography."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from numbers import Real

import numpy as np

_SAME_SIGN = str.maketrans(
    {
        **dict.fromkeys("ºᵒ⁰˚∘", "°"),
        **dict.fromkeys("’‘′ʹʼ´`‛", "'"),
        **dict.fromkeys("”“″ʺ‟", '"'),
        **dict.fromkeys("−–—‐‑‒﹣－", "-"),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff", ""),
        **dict.fromkeys("()[]{}", " "),
    }
)
_MARK_WORDS = (
    (re.compile(r"(?<![A-Z])(?:DERAJAT|DEGREES?|DEG)(?![A-Z])\.?"), "°"),
    (re.compile(r"(?<![A-Z])(?:MENIT|MINUTES?|MIN)(?![A-Z])\.?"), "'"),
    (re.compile(r"(?<![A-Z])(?:DETIK|SECONDS?|SEC)(?![A-Z])\.?"), '"'),
    (re.compile(r"''"), '"'),
    (re.compile(r"\s+"), " "),
)
_NOTHING = frozenset({
    "", "-", "--", "---", ".", "?", "NAN", "NULL", "NONE", "NIL", "N/A", "NA", "#N/A", "<NA>",
    "NAT", "KOSONG", "TIDAK ADA", "BELUM ADA", "TIDAK DIKETAHUI",
})  # fmt: skip

_SIDES = {
    ("lat", -1): "S LS SOUTH SELATAN LINTANGSELATAN",
    ("lat", 1): "N U LU NORTH UTARA LINTANGUTARA",
    ("lon", 1): "E T BT EAST TIMUR BUJURTIMUR",
    ("lon", -1): "W B BB WEST BARAT BUJURBARAT",
    ("lat", 0): "LAT LATITUDE LINTANG Y NORTHING MN MU MS",  # mU: meter utara, on UTM readings
    ("lon", 0): "LON LONG LONGITUDE BUJUR X EASTING ME MT",
    ("", 0): "M UTM",
}
_MEANS = {word: side for side, words in _SIDES.items() for word in words.split()}
_WORD = re.compile(
    r"(?:LINTANG|BUJUR) (?:SELATAN|UTARA|TIMUR|BARAT)(?![A-Z])|M ?[ENSTU](?![A-Z])\.?"
    r"|[A-Z](?:\.?[A-Z])*\.?"
)

_SPACED = re.compile(r"[+-]?\d{1,3}(?: \d{3})+(?:[.,]\d+)?")
_PLAIN = re.compile(r"([+-]?) ?(\d+(?:[.,]\d+)*) ?°?", re.ASCII)
_MINUTES = re.compile(r"([+-]?) ?(\d{1,3})(?: ?[°:] ?| |-)(\d{1,2}(?:[.,]\d+)?) ?'?", re.ASCII)
_SECONDS = re.compile(
    r"([+-]?) ?(\d{1,3})(?: ?[°:] ?| |-)(\d{1,2})(?: ?[':] ?| |-)(\d{1,2}(?:[.,]\d+)?) ?\"?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One half of a coordinate as it was written.

    ``value`` carries the sign; ``axis`` is "lat", "lon" or "" when no word says which it is;
    ``notation`` is decimal, comma or dms. ``thousands`` is the other meaning of a number with one
    separator before three digits (356.159), None when there is none; ``grouped`` says that the
    number can only be read with thousands separators (9.206.227).
    """

    value: float
    axis: str
    notation: str
    thousands: float | None = None
    grouped: bool = False


def clean(cell: object) -> str:
    """Write a cell's content in one alphabet: capitals, plain signs, single spaces; "" for none.

    Numbers keep every digit. Placeholders that mean "nothing here" (-, n/a, nan, tidak ada) are
    nothing.
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):  # True is not the number 1 here
        return "TRUE"
    if isinstance(cell, Real):
        number = float(cell)
        if math.isnan(number):
            return ""
        text = np.format_float_positional(number, trim="-") if math.isfinite(number) else "INF"
    else:
        text = " ".join(str(cell).translate(_SAME_SIGN).upper().split())
    for pattern, sign in _MARK_WORDS:
        text = pattern.sub(sign, text)
    text = text.strip(" ;,|/")
    return "" if text in _NOTHING else text


def split_pair(text: str) -> tuple[str, str] | None:
    """Cut one cell that holds both halves; None when it is not clear where to cut.

    Words decide first (7°28' LS 109°34' BT), then ``;``, ``|`` or ``/``, then a comma with a space,
    then the second degree sign, then a space between two numbers, then a lone comma. "-7,109" may
    be one number or two, so it is not cut.
    """
    cut = _cut_at_words(text)
    if cut is not None:
        return cut
    for pattern in (r" ?[;|/] ?", r" ?, | ,"):
        halves = re.split(pattern, text)
        if len(halves) == 2:
            return halves[0], halves[1]
    degrees = list(re.finditer(r"[+-]?\d+(?:[.,]\d+)? ?°", text))
    if len(degrees) == 2:
        cut_here = degrees[1].start()
        return text[:cut_here].strip(" ,"), text[cut_here:]
    halves = text.split(" ")
    if len(halves) == 2 and not re.search("[°'\":]", text):
        return halves[0], halves[1]
    return _cut_at_comma(text)


def read_part(text: str) -> Part | None:
    """Read one half; None when it cannot be read with certainty."""
    axis, sign, rest = _words_of(text)
    if axis is None:
        return None
    rest = rest.replace(" ", "") if _SPACED.fullmatch(rest) else rest
    read = _read_plain(rest) or _read_dms(rest)
    if read is None:
        return None
    minus, size, notation, thousands, grouped = read
    if minus and sign > 0:  # "-7.46 LU" says two things
        return None
    direction = -1.0 if minus or sign < 0 else 1.0
    return Part(
        value=direction * size,
        axis=axis,
        notation=notation,
        thousands=thousands,
        grouped=grouped,
    )


def _words_of(text: str) -> tuple[str | None, int, str]:
    """Take the words out: axis (None when they contradict each other), sign, what is left."""
    axes, signs = set(), set()
    for word in _WORD.finditer(text):
        meaning = _MEANS.get(re.sub(r"[ .]", "", word.group()))
        inside = re.search(r"\d", text[: word.start()]) and re.search(r"\d", text[word.end() :])
        if meaning is None or inside:  # 1E3 is no 1° 3' east
            return None, 0, text
        axes.add(meaning[0])
        signs.add(meaning[1])
    axes.discard("")
    signs.discard(0)
    if len(axes) > 1 or len(signs) > 1:
        return None, 0, text
    rest = re.sub(r"[ ,;:=]+$|^[ ,;:=]+", "", _WORD.sub(" ", text))
    return next(iter(axes), ""), next(iter(signs), 0), " ".join(rest.split())


def _read_plain(text: str) -> tuple[bool, float, str, float | None, bool] | None:
    found = _PLAIN.fullmatch(text)
    if found is None:
        return None
    digits = found[2]
    marks = re.sub(r"\d", "", digits)
    thousands, grouped = None, False
    if len(marks) > 1:  # 9.206.227 or 9.206.227,5
        decimal = marks[-1] if marks[-1] != marks[0] else ""
        head, _, tail = digits.partition(decimal) if decimal else (digits, "", "")
        if not re.fullmatch(rf"\d{{1,3}}(?:{re.escape(marks[0])}\d{{3}})+", head):
            return None
        digits = re.sub(r"[.,]", "", head) + (f".{tail}" if tail else "")
        grouped = True
    elif re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", digits):
        thousands = float(re.sub(r"[.,]", "", digits))
    notation = "comma" if marks == "," else "decimal"
    return found[1] == "-", float(digits.replace(",", ".")), notation, thousands, grouped


def _read_dms(text: str) -> tuple[bool, float, str, None, bool] | None:
    found = _SECONDS.fullmatch(text) or _MINUTES.fullmatch(text)
    if found is None:
        return None
    degrees, *finer = (float(part.replace(",", ".")) for part in found.groups()[1:])
    if any(part > 60 for part in finer):  # 60.00" is how software rounds 59.999"
        return None
    size = degrees + sum(part / 60**k for k, part in enumerate(finer, start=1))
    return found[1] == "-", size, "dms", None, False


def _cut_at_words(text: str) -> tuple[str, str] | None:
    words = []
    for found in _WORD.finditer(text):
        axis = _MEANS.get(re.sub(r"[ .]", "", found.group()), ("", 0))[0]
        if axis:
            words.append((axis, found))
    other = next((k for k, (axis, _) in enumerate(words) if axis != words[0][0]), None)
    if other is None:
        return None
    first_digit = re.search(r"\d", text)
    before = first_digit is not None and words[0][1].start() < first_digit.start()
    cut = words[other][1].start() if before else words[other - 1][1].end()
    return text[:cut].strip(" ;,|/"), text[cut:].strip(" ;,|/")


def _cut_at_comma(text: str) -> tuple[str, str] | None:
    pieces = text.split(",")
    if len(pieces) == 4:  # -7,4612,109,4858
        return ",".join(pieces[:2]), ",".join(pieces[2:])
    if len(pieces) == 2 and ("." in pieces[0] or "." in pieces[1]):
        return pieces[0], pieces[1]
    return None
