"""Two lists of leaders beside each other, each site joined to itself by a line."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from html import escape

import streamlit as st

ROW_PX = 34
WIDE = 100

Place = tuple[str, str, str]
"""Id, what is written before the name, and the name."""


def slope(titles: tuple[str, str], sides: tuple[Sequence[Place], Sequence[Place]]) -> None:
    """Draw who is where on either side; a site on one side only has no line and is marked.

    The lists are real lists, read from top to bottom; the lines between them are decoration.
    """
    at = [{place[0]: k for k, place in enumerate(side)} for side in sides]
    rows = max(map(len, sides), default=0)
    joined = [(k, at[1][site]) for site, k in at[0].items() if site in at[1]]
    height = rows * ROW_PX
    drawn = "".join(map(_line, joined))
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {height}" '
        f'preserveAspectRatio="none">{drawn}</svg>'
    )
    source = f"data:image/svg+xml;base64,{b64encode(picture.encode()).decode()}"
    left, right = (
        _list(title, side, at[1 - k], f"side{k}")
        for k, (title, side) in enumerate(zip(titles, sides, strict=True))
    )
    st.html(
        f'<div class="tp tp-slope">{left}<img src="{source}" alt="" height="{height}">{right}</div>'
    )


def _y(row: int) -> float:
    return (row + 0.5) * ROW_PX


def _line(ends: tuple[int, int]) -> str:
    """Draw one line; green rises, red falls, grey stays. As a picture it knows no theme."""
    one, other = ends
    colour = "#14907c" if other < one else "#d9532c" if other > one else "#8b918c"
    way = f"M0 {_y(one)} C40 {_y(one)} 60 {_y(other)} {WIDE} {_y(other)}"
    return (
        f'<path d="{way}" fill="none" stroke="{colour}" stroke-width="2" '
        'vector-effect="non-scaling-stroke"/>'
    )


def _list(title: str, side: Sequence[Place], others: dict[str, int], name: str) -> str:
    items = "".join(
        f'<li class="{"both" if site in others else "alone"}"><b>{escape(before)}</b>'
        f"<span>{escape(told)}</span></li>"
        for site, before, told in side
    )
    return f'<section class="{name}"><h3>{escape(title)}</h3><ol>{items}</ol></section>'
