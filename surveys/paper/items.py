"""What stands on a sheet: words, bubbles and boxes, in mm from the page's upper left corner."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import words
from surveys.questions import Question, choice_label, hint, label, question_text

BUBBLE_MM = 4.4
"""Across a bubble: large enough for a pencil on a knee."""
_LETTER_MM = 0.160
"""Width kept for a letter, mm for each point of its size: more than the letters of a text take."""
_BOLD_LETTER_MM = 0.170


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Words at a place, named by ``of`` so that one layout serves every language.

    ``of`` is, say, ``("choice", "q05", "bersedia")``; see `spoken`. ``y_mm`` is their upper edge.
    """

    of: tuple[str, ...]
    x_mm: float
    y_mm: float
    width_mm: float
    size_pt: float = 9.5
    bold: bool = False
    centred: bool = False
    slanted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """A circle by its centre. ``place`` is the power of ten of a digit, else None."""

    field: str
    choice: str
    x_mm: float
    y_mm: float
    place: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle by its upper left corner; ``kept`` as a picture, else a tick for oneself."""

    field: str
    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    kept: bool = True


Item = Said | Bubble | Box


@dataclass(frozen=True, slots=True)
class Block:
    """Items and the height they take."""

    items: tuple[Item, ...]
    height_mm: float


def shifted(items: Iterable[Item], down_mm: float) -> tuple[Item, ...]:
    """Move items down the page."""
    return tuple(replace(item, y_mm=round(item.y_mm + down_mm, 3)) for item in items)


def spoken(of: Sequence[str], question: Question, lang: str | None) -> str:
    """Say the words that `Said.of` names."""
    what, *rest = of
    if what in {"label", "choice"}:
        field = next(f for f in question.fields if f.name == rest[0])
        if what == "choice":
            return choice_label(field, rest[1], lang)
        return f"{label(field, lang)}{' *' if field.starred else ''}"
    if what == "question":
        return question_text(question, lang)
    if what == "hint":
        return hint(next(f for f in question.fields if f.name == rest[0]), lang)
    return words.say(f"surveys.paper.{'.'.join(rest)}", lang=lang) if what == "word" else rest[0]


def lines_needed(said: Said, question: Question) -> int:
    """Count the lines that words take in the language that needs more of them."""
    wide = _BOLD_LETTER_MM if said.bold else _LETTER_MM
    letters = max(int(said.width_mm / (wide * said.size_pt)), 4)
    texts = (spoken(said.of, question, lang) for lang in words.LANGUAGES)
    return max(max(len(textwrap.wrap(text, letters)), 1) for text in texts)
