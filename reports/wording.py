"""Small words of documents: days written out, a place of a list, what is left to be filled in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import words

BLANK = "………………………………"
"""A line to write on by hand."""


def day_text(iso: str, *, lang: str | None = None) -> str:
    """Write an ISO day as ``24 November 2026``; a month or year as far as it is known."""
    parts = iso[:10].split("-")
    if len(parts) > 1:
        month = words.say(f"reports.month.{int(parts[1])}", lang=lang)
        day = f"{dt.date.fromisoformat(iso[:10]).day} " if len(parts) > 2 else ""
        return f"{day}{month} {parts[0]}"
    return iso


def joined(texts: Sequence[str], *, lang: str | None = None) -> str:
    """Write a list as ``a, b, dan c``."""
    if len(texts) < 2:
        return "".join(texts)
    comma = "," if len(texts) > 2 else ""
    return f"{', '.join(texts[:-1])}{comma}{words.say('reports.and', lang=lang)}{texts[-1]}"


def known(text: str, *, lang: str | None = None) -> str:
    """Return a text, or that it is not known yet."""
    return text or words.say("reports.unknown", lang=lang)


def cut(text: str, most: int) -> str:
    """Cut a text at a word where it is too long, and say so with an ellipsis."""
    if len(text) <= most:
        return text
    head = text[: most - 1]
    return f"{head.rsplit(' ', 1)[0] if ' ' in head[most // 2 :] else head}…"
