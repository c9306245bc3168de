"""From plain values and a template to a tagged PDF: the same bytes for the same values."""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

TEMPLATES = Path(__file__).with_name("templates")
FONTS = Path(__file__).parent.parent / "static" / "fonts"
MISSING = "□"
"""Stands for a character that no font of ours can draw; PDF/UA refuses an empty box of its own."""
LONGEST_WORD = 24
"""Longer words may be broken anywhere: a name of 200 letters without a space stays on its page."""
MOST_LETTERS = 4000
"""Longer texts end with an ellipsis: no cell of a register fills a page."""
_REMEMBERED = 11
_BREAK = "\u200b"
_DRAWN = (
    "20-4ff 510-513 51a-51d 531-60c 61b 61f 621-63a 640-66d 674 679-67b 67e-680 683-684 686-687 691"
    " 698 6a4 6a9 6af 6be 6cc 6f0-6f9 1e00-2040 2042 2044-2052 2054-211e 2120 2122 2124-2126"
    " 2128-2151 2153-2184 2189 2190-23ff 2422-2423 2460-262f 2638-268b 2690-269c 26a0-26a7"
    " 26aa-26b2 2701-2704 2706-2709 270c-2727 2729-274b 274d 274f-2752 2756 2758-275e 2761-277f"
    " 2794 2798-27af 27b1-27ff fb00-fb4f"
)
"""Characters that Plus Jakarta Sans and the fonts inside typst draw, by trying each of them."""


@cache
def _drawn() -> frozenset[int]:
    ranges = [part.split("-") for part in _DRAWN.split()]
    return frozenset(c for r in ranges for c in range(int(r[0], 16), int(r[-1], 16) + 1))


def printable(text: str) -> str:
    """Return a text that can be set whatever it holds: no control signs, no lone marks, no tofu."""
    kept = []
    for char in unicodedata.normalize("NFC", text[: MOST_LETTERS + 1]):
        kind = unicodedata.category(char)
        if kind[0] == "Z" or char in "\t\n\r":
            kept.append("\u00a0" if char == "\u00a0" else " ")
        elif kind[0] not in "CM":
            kept.append(char if ord(char) in _drawn() else MISSING)
    made = "".join(kept)
    if len(text) > MOST_LETTERS:
        made = made[:MOST_LETTERS] + "…"
    return re.sub(rf"\S{{{LONGEST_WORD + 1},}}", _broken, made)


def _broken(word: re.Match[str]) -> str:
    letters, step = word.group(), LONGEST_WORD // 3
    return _BREAK.join(letters[at : at + step] for at in range(0, len(letters), step))


def plain(told: Any) -> Any:
    """Make every text inside plain JSON values printable."""
    if isinstance(told, str):
        return printable(told)
    if isinstance(told, Mapping):
        return {str(key): plain(value) for key, value in told.items()}
    if isinstance(told, list | tuple):
        return [plain(value) for value in told]
    return told


def forget() -> None:
    """Let typst give back what it kept of the documents set so far, which is most of its memory.

    It forgets what its last ten documents had no use for.
    """
    import typst

    for _ in range(_REMEMBERED):
        typst.compile(b"#set page(width: 9pt, height: 9pt)", ignore_system_fonts=True)


def typeset(
    template: str,
    told: Mapping[str, Any],
    *,
    files: Mapping[str, bytes] | None = None,
    checked: bool = True,
) -> bytes:
    """Set a document.

    Parameters
    ----------
    template : str
        Name of a file in ``reports/templates``; it reads ``facts.json`` and may import others
        from there.
    told : mapping
        Plain JSON values. Text is data: a template shows it, never evaluates it; what no font can
        draw is replaced.
    files : mapping of str to bytes, optional
        Pictures (SVG, PNG, JPEG) by the name the template calls them.
    checked : bool
        Whether typst holds the whole to PDF/UA-1 itself, which a part of a document that has no
        heading of its own cannot pass; it is tagged all the same.

    Returns
    -------
    bytes
        PDF/UA-1, tagged; no clock is read, since ``told["made_on"]`` (ISO) dates the document.
    """
    import typst  # loads a compiler, which nothing but a document needs

    with TemporaryDirectory(prefix="tapak-") as name:
        room = Path(name)
        for source in TEMPLATES.glob("*.typ"):
            (room / source.name).write_bytes(source.read_bytes())
        facts = json.dumps(plain(told), ensure_ascii=False)
        (room / "facts.json").write_text(facts, encoding="utf-8")
        for file, data in (files or {}).items():
            (room / file).write_bytes(data)
        day = dt.date.fromisoformat(str(told["made_on"])[:10])
        stamp = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
        made = typst.compile(
            str(room / template),
            root=str(room),
            font_paths=[str(FONTS)],
            pdf_standards=["ua-1"] if checked else [],
            ignore_system_fonts=True,
            timestamp=int(stamp.timestamp()),
        )
    return bytes(made)
