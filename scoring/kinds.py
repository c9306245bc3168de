"""Kinds of places: what the law's own list says they are worth, and how a register names them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

UNKNOWN = "unknown"
"""The kind of a place whose register or name does not tell; survey question 2 settles it."""

_FILE = Path(__file__).with_name("kinds.toml")
_SEPARATORS = re.compile(r"[^0-9a-z]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of place.

    Parameters
    ----------
    key : str
        Name of the kind in every table and file.
    value : Mapping[str, float | None]
        Worth 0-1 by programme letter (K, J, O); None where the kind is eligible without a value.
    eligible : Mapping[str, bool]
        Whether the kind may be proposed in a programme at all.
    conditions : tuple of str
        Conditions of placement that every place of this kind carries.
    ask_first : str
        The gate to be asked first in the field, or "".
    first_words, words : tuple of str
        Folded words and phrases that name the kind; the first are looked for before all others.
    """

    key: str
    value: Mapping[str, float | None]
    eligible: Mapping[str, bool]
    conditions: tuple[str, ...]
    ask_first: str
    first_words: tuple[str, ...]
    words: tuple[str, ...]


def fold(text: str) -> str:
    """Fold case, accents and punctuation: ``"SD-N 1 Café"`` becomes ``"sd n 1 cafe"``."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _SEPARATORS.sub(" ", plain.casefold()).strip()


@cache
def kinds() -> Mapping[str, Kind]:
    """Read the kinds, in the order in which texts are matched against them."""
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    found = {
        key: Kind(
            key=key,
            value={
                p: (float(v) if not isinstance(v, str) else None) for p, v in row["value"].items()
            },
            eligible={p: v != "no" for p, v in row["value"].items()},
            conditions=tuple(row["conditions"]),
            ask_first=str(row.get("ask_first", "")),
            first_words=tuple(fold(word) for word in row.get("first_words", ())),
            words=tuple(fold(word) for word in row["words"]),
        )
        for key, row in table.items()
    }
    return MappingProxyType(found)


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile(r"\b(?:" + "|".join(map(re.escape, longest_first)) + r")\b")


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    every = kinds().items()
    first = [(key, _pattern(kind.first_words)) for key, kind in every if kind.first_words]
    return (*first, *((key, _pattern(kind.words)) for key, kind in every))


@cache
def _kind_of(text: str) -> str:
    folded = fold(text)
    return next((key for key, pattern in _patterns() if pattern.search(folded)), UNKNOWN)


def kind_from_text(*texts: object) -> str:
    """Tell the kind of a place from what a register says of it.

    Parameters
    ----------
    *texts
        In order of trust: the register's own kind, its use, its name. Empty cells are passed over.

    Returns
    -------
    str
        Key of the kind that the first telling text names; ``"unknown"`` when none does.
    """
    for text in texts:
        if isinstance(text, str) and text.strip():
            key = text.strip() if text.strip() in kinds() else _kind_of(text.strip())
            if key != UNKNOWN:
                return key
    return UNKNOWN
