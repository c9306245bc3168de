"""Column names of asset registers, Indonesian and English, and what each of them means."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

PRICE = "price"
PERSONAL = "personal"
DROPPED = frozenset({PRICE, PERSONAL})
"""Meanings whose cells are read by nothing and kept nowhere."""

_LABEL_LENGTH = 90
_FILE = Path(__file__).with_name("labels.toml")
_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class _Rule:
    meaning: str
    strength: int
    pattern: re.Pattern[str]
    whole: bool

    def fits(self, label: str) -> bool:
        return bool(self.pattern.fullmatch(label) if self.whole else self.pattern.search(label))


@cache
def _rules() -> tuple[_Rule, ...]:
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))

    def filled(pattern: str) -> re.Pattern[str]:
        for word, meaning in table["words"].items():
            pattern = pattern.replace("{" + word + "}", meaning)
        return re.compile(pattern)

    return tuple(
        _Rule(
            row["meaning"], row["strength"], filled(row.get("whole") or row["part"]), "whole" in row
        )
        for row in table["rule"]
    )


@lru_cache(maxsize=50_000)
def fold(label: str) -> str:
    """Fold a column name: case, accents and signs; "Desa/Kelurahan" becomes "desa kelurahan"."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^0-9a-z]+", " ", plain).strip()


@lru_cache(maxsize=50_000)
def _meaning(label: str) -> tuple[str, int]:
    if not label or len(label) > _LABEL_LENGTH:
        return "", 0
    best = ("", 0)
    for rule in _rules():
        if rule.strength > best[1] and rule.fits(label):
            best = (rule.meaning, rule.strength)
    return best


@lru_cache(maxsize=50_000)
def meaning_of(parts: tuple[str, ...]) -> tuple[str, int]:
    """Tell what a column is from its name, and how surely.

    Parameters
    ----------
    parts : tuple of str
        The name's parts from the top header row down; one part for a single header row.

    Returns
    -------
    tuple of (str, int)
        Meaning and strength (3 says it outright, above 3: never to be kept, or a pair of
        coordinates); ``("", 0)`` for a column that is none of ours.
    """
    whole = " ".join(parts)
    tried = [_meaning(fold(whole)), _meaning(fold(_BRACKETS.sub(" ", whole)))]
    if len(parts) > 1:
        tried += [_meaning(fold(parts[-1])), _meaning(fold(_BRACKETS.sub(" ", parts[-1])))]
        if not any(strength for _, strength in tried):
            meaning, strength = _meaning(fold(_BRACKETS.sub(" ", parts[0])))
            tried.append((meaning, min(strength, 1)))
    return max(tried, key=lambda pair: pair[1])
