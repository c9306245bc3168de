"""The parts of a page component: scripts, looks and markup that stand as files beside the code."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path

import words

HERE = Path(__file__).parent
LEAFLET_CSS = HERE.parent / "static" / "vendor" / "leaflet" / "leaflet.css"


@cache
def joined(folder: str, *names: str) -> str:
    """Join files of one folder in the order given; together they make one module or sheet."""
    return "\n".join((HERE / folder / name).read_text(encoding="utf-8") for name in names)


@cache
def leaflet_css() -> str:
    """Return Leaflet's own sheet without its pictures, which nothing here shows."""
    return re.sub(r"url\([^)]*\)", "none", LEAFLET_CSS.read_text(encoding="utf-8"))


def plain(text: str) -> str:
    """Keep a text from being read as Markdown or HTML where Streamlit would do so."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]()#+-.!|<>$~:" else sign for sign in text)


def css_text(text: str) -> str:
    """Write a text as a CSS string from which nothing can break out."""
    return '"' + "".join(c if c.isalnum() or c == " " else f"\\{ord(c):06x} " for c in text) + '"'


def day_text(at: object) -> str:
    """Write a stored day (ISO) as people read it, the month in three letters; else as it is."""
    try:
        day = dt.date.fromisoformat(str(at)[:10])
    except ValueError:
        return str(at)
    month = words.say(f"reports.month.{day.month}")[:3]
    return f"{day.day} {month} {day.year}"


def minute_text(at: object) -> str:
    """Write a stored time (ISO) as people read it, to the minute.

    What was kept in UTC is told by this machine's clock; a time with its own zone stays as said.
    """
    try:
        when = dt.datetime.fromisoformat(str(at))
    except ValueError:
        return str(at)
    if when.utcoffset() == dt.timedelta(0):
        when = when.astimezone()
    return words.say("ui.minute", day=day_text(when.date()), h=f"{when:%H}", m=f"{when:%M}")
