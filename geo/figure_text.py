"""Text of a printed map: what may stand in an SVG, how wide it is, where a line breaks."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from xml.sax.saxutils import escape

from geo.tile_text import length_px

FONT = "Plus Jakarta Sans, Libertinus Serif, DejaVu Sans Mono, sans-serif"
INK, FAINT, HALO = "#1f2933", "#5b6672", "#ffffff"
_MEASURED_PX = 50
_LONGEST = 600
MISSING = "□"
_ALSO = "–—‘’“”‚„′″−…•·→←↑↓≤≥≈€"


def one_line(text: str) -> str:
    """Return a text as one line without signs that print nothing (controls, turners of direction).

    What is left may stand in XML once it is escaped.
    """
    spaced = (" " if unicodedata.category(c) in {"Zs", "Zl", "Zp", "Cc"} else c for c in text)
    kept = "".join(c for c in spaced if unicodedata.category(c)[0] != "C")
    return " ".join(kept.split())[:_LONGEST]


@lru_cache(maxsize=16384)
def plain(text: str) -> str:
    """Return a text as a map writes it: one line, and a box for letters its fonts cannot draw."""
    known = unicodedata.normalize("NFC", one_line(text))
    kept = (c for c in known if unicodedata.category(c)[0] != "M")
    return "".join(c if c < "\u0250" or c in _ALSO else MISSING for c in kept)


def in_xml(text: str) -> str:
    """Escape a text for SVG, as content or inside double quotes."""
    return escape(plain(text), {'"': "&quot;", "'": "&#39;"})


@lru_cache(maxsize=16384)
def width_mm(text: str, size_mm: float, *, bold: bool = False) -> float:
    """Width of a line of text; a letter the font lacks counts as a wide one."""
    known = "".join(c if c < "\u0250" or c in _ALSO else "W" for c in text)
    return length_px(known, _MEASURED_PX, 700 if bold else 400) / _MEASURED_PX * size_mm


def shortened(text: str, size_mm: float, most_mm: float, *, bold: bool = False) -> str:
    """Cut a text to a width, with an ellipsis where something was cut."""
    text = plain(text)
    if width_mm(text, size_mm, bold=bold) <= most_mm:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = width_mm(text[:middle].rstrip() + "…", size_mm, bold=bold) <= most_mm
        low, high = (middle, high) if fits else (low, middle - 1)
    return text[:low].rstrip() + "…"


def wrapped(text: str, size_mm: float, most_mm: float) -> list[str]:
    """Break a text into lines; a word longer than a line is cut into pieces."""
    lines: list[str] = []
    line = ""
    for word in plain(text).split():
        longer = f"{line} {word}" if line else word
        if width_mm(longer, size_mm) <= most_mm:
            line = longer
            continue
        if line:
            lines.append(line)
        while width_mm(word, size_mm) > most_mm and len(word) > 1:
            head = shortened(word, size_mm, most_mm)[:-1] or word[0]
            lines.append(head)
            word = word[len(head) :]  # noqa: PLW2901 - the rest of a word goes on to the next line
        line = word
    return [*lines, line] if line else lines


def written(
    text: str,
    x_mm: float,
    y_mm: float,
    *,
    size_mm: float,
    ink: str = INK,
    bold: bool = False,
    anchor: str = "start",
    halo: bool = False,
    turn_deg: float = 0.0,
) -> str:
    """Write a line of text; ``y_mm`` is its base line."""
    said = in_xml(text)
    at = f'x="{x_mm:.2f}" y="{y_mm:.2f}" font-size="{size_mm:g}"'
    style = (' font-weight="700"' if bold else "") + (
        f' text-anchor="{anchor}"' if anchor != "start" else ""
    )
    if turn_deg:
        style += f' transform="rotate({turn_deg:g} {x_mm:.2f} {y_mm:.2f})"'
    if halo:
        style += (
            f' stroke="{HALO}" stroke-width="{size_mm * 0.3:.2f}" stroke-linejoin="round"'
            ' paint-order="stroke"'
        )
    return f'<text {at}{style} fill="{ink}">{said}</text>'
