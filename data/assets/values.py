"""What the cells of a register say: numbers with units, conditions, yes or no, rights to land."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import TypeVar

import pandas as pd

from data.assets.labels import fold

BUILDING_SCALE = {"B": 5.0, "KB": 3.0, "RB": 1.0}
"""KIB condition codes on the scale 1-5 (CRITERIA §3, building_condition)."""

_NUMBER = re.compile(
    r"(?:±|\+/-|~|ca?\.?|kira-?kira|sekitar)?\s*([-+]?\d[\d.,'\s]*?)\s*"
    r"(m2|m²|m\^2|m|meter(?: persegi)?|sqm|ha|hektar|hektare|jam|j|hours?|hrs?|h|orang|org|people|"
    r"persons?)?\.?\s*(?:(?:/|per)\s*(?:minggu|mgg|pekan|hari|week|day)|seminggu|sehari)?\.?",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"[-+]?[1-9]\d{0,2}(?:([.,'\s])\d{3})(?:\1\d{3})*")
_NOTHING = frozenset(
    {"", "-", "--", "---", "–", "—", ".", "n/a", "na", "nihil", "null", "none", "?"}
)
_NOTHING_LENGTH = max(map(len, _NOTHING))


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One number a register may state: its key, unit and the range in which it is believed."""

    key: str
    unit: str
    most: float


QUANTITIES: Mapping[str, Quantity] = {
    "labour_need": Quantity(key="labour_need", unit="hours_per_week", most=2000.0),
    "capacity": Quantity(key="capacity", unit="people_per_day", most=500.0),
    "area": Quantity(key="area", unit="square_metres", most=1e8),
    "floor_area": Quantity(key="floor_area", unit="square_metres", most=1e7),
    "usable_area": Quantity(key="usable_area", unit="square_metres", most=1e7),
}


def is_nothing(cell: object) -> bool:
    """Tell a cell that says nothing: empty, or one of the strokes people fill cells with."""
    if not isinstance(cell, str):
        return cell is None
    text = cell.strip()
    return len(text) <= _NOTHING_LENGTH and text.casefold() in _NOTHING  # most cells are longer


def number(cell: object) -> float:
    """Read a number as offices write it; NaN for what is none, never a guess.

    Grouped thousands ("1.193 m2", "12.500") and decimal commas ("12,5", "1.234,5") are read as
    Indonesian writes them; hectares are turned to square metres. Ranges and words are NaN.
    """
    if isinstance(cell, bool) or cell is None:
        return nan
    if isinstance(cell, int | float):
        return float(cell) if isfinite(cell) else nan
    found = _NUMBER.fullmatch(str(cell).strip().replace("\u00a0", " "))
    if found is None:
        return nan
    text, unit = found.group(1).strip(), (found.group(2) or "").casefold()
    if _GROUPED.fullmatch(text):
        text = re.sub(r"[.,'\s]", "", text)
    elif "," in text and "." in text:
        grouping = "," if text.rfind(".") > text.rfind(",") else "."
        text = text.replace(grouping, "").replace(",", ".")
    else:
        text = text.replace(",", ".")
    try:
        value = float(text)
    except ValueError:
        return nan
    return value * 10_000 if unit.startswith(("ha", "hektar")) and unit != "hari" else value


_CONDITIONS = (
    (
        "RB",
        (
            r"rb|r berat|rusak|(?:\w+ )?rusak berat|buruk|tidak layak|hancur|roboh"
            r"|(?:heavily )?damaged|poor|bad"
        ),
    ),
    (
        "KB",
        (
            r"kb|rr|rs|k baik|(?:kb )?kurang(?: baik)?|sedang|cukup(?: baik)?"
            r"|(?:\w+ )?rusak (?:ringan|sedang)|fair|moderate"
        ),
    ),
    ("B", r"b|(?:b |sangat )?baik|bagus|layak|(?:very )?good"),
)


def condition(cell: object) -> str:
    """Read a building's condition: ``"B"``, ``"KB"``, ``"RB"`` or ``""``."""
    text = fold(str(cell)) if cell is not None else ""
    return next((code for code, words in _CONDITIONS if re.fullmatch(words, text)), "")


_YES = re.compile(r"(?:ya|y|ada|yes|sudah|tersedia|true|iya|v|siap)(?: .*)?")
_NO = re.compile(r"(?:tidak|tdk|t|no|n|belum|tanpa|false|tak)(?: .*)?")


def yes_no(cell: object) -> str:
    """Read an answer: ``"ya"``, ``"tidak"`` or ``""`` where neither is said."""
    if isinstance(cell, bool | int | float):
        return "ya" if cell > 0 else "tidak"
    text = str(cell).strip() if cell is not None else ""
    if text in {"✓", "✔", "√", "☑"} or _YES.fullmatch(fold(text)):
        return "ya"
    return "tidak" if _NO.fullmatch(fold(text)) else ""


_TENURE = (
    ("dispute", r"sengketa|dispute|gugatan|perkara|klaim"),
    (
        "uncertified",
        (
            r"\b(?:belum|tidak|tanpa|non|proses)\b.*\b(?:(?:ber)?sertifi\w*|shm|shp)\b"
            r"|uncertified|no(?:t)? certif|letter c|girik|petok|\bajb\b|^belum$|^tidak(?: ada)?$"
        ),
    ),
    (
        "village",
        r"\b(?:desa|bengkok|kalurahan|nagari|tkd)\b|bondo deso|village",
    ),
    ("rent", r"\bsewa\b|\bkontrak\b|\brent|\blease"),
    (
        "certified",
        (
            r"\bhak (?:pakai|milik|guna|pengelolaan)\b|\b(?:shm|shp|hgb|hpl|shgb|hp|hm)\b"
            r"|sertifi[kc]at|\bcertified\b|^sudah$|^ya$|^ada$"
        ),
    ),
)
_SILENT_TENURE = re.compile(
    r"(?:tanah )?(?:milik |hak )?(?:pemda|pemkab|pemerintah(?: \w+)*|negara|daerah)|pakai|milik"
)


def tenure(cell: object) -> str:
    """Read a right to land: certified, uncertified, village, rent, dispute, or ``""``."""
    text = fold(str(cell)) if cell is not None else ""
    return next((category for category, words in _TENURE if re.search(words, text)), "")


def says_no_tenure(cell: object) -> bool:
    """Tell words that name an owner but no right: "Tanah Pemda" is no fault to warn about."""
    return bool(_SILENT_TENURE.fullmatch(fold(str(cell))))


T = TypeVar("T")


def over_unique(cells: pd.Series | Sequence[object], read: Callable[[object], T]) -> list[T]:
    """Apply `read` to every cell, once per distinct cell: a register repeats itself."""
    listed = cells.to_numpy(dtype=object).tolist() if isinstance(cells, pd.Series) else cells
    if set(map(type, listed)) <= {str, type(None)}:
        of_text = {cell: read(cell) for cell in set(listed)}
        return [of_text[cell] for cell in listed]
    # 1, 1.0 and True are one key of a dict and three things to read
    keys = [(type(cell), cell) for cell in listed]
    known = {key: read(key[1]) for key in set(keys)}
    return [known[key] for key in keys]


def silent_texts(texts: Iterable[str]) -> set[str]:
    """Return those of some texts that say nothing (see `is_nothing`)."""
    return {text for text in texts if len(text.strip()) <= _NOTHING_LENGTH and is_nothing(text)}
