"""The parts of a page component: scripts, looks and markup that stand as files beside the code."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

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


def minute_text(at: object) -> str:
    """Write a stored time (ISO) as people read it, to the minute."""
    return str(at)[:16].replace("T", " ")
