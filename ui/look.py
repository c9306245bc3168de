"""Plain parts of a page as escaped HTML: figures, bars, sentences that stand out, steps."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from html import escape

import streamlit as st

from ui.parts import joined

Told = str | tuple[str, float]
"""What stands in a cell: a text, or a text and the share 0-1 that is drawn behind it."""


def show_sheet() -> None:
    """Bring the looks of these parts; once a page."""
    st.html(f"<style>{joined('look', 'look.css')}</style>")


def figures(items: Sequence[tuple[str, str, str]]) -> None:
    """Show a row of figures: (what it is, the figure with its unit, a note or "")."""
    inside = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}"
        f"{f'<small>{escape(note)}</small>' if note else ''}</dd></div>"
        for name, value, note in items
    )
    st.html(f'<dl class="tp tp-figures">{inside}</dl>')


def sentence(text: str, *, more: str = "", tone: str = "") -> None:
    """Show one sentence that stands out, with a quieter line below; tone is "", warn or bad."""
    below = f"<small>{escape(more)}</small>" if more else ""
    st.html(f'<div class="tp tp-say {escape(tone)}"><p><b>{escape(text)}</b></p>{below}</div>')


def bars(items: Sequence[tuple[str, float, str]]) -> None:
    """Show bars: (what it is, its share 0-1, the figure in words)."""
    inside = "".join(
        f'<li><span>{escape(name)}</span><span class="rail">'
        f'<i style="width:{100 * min(1.0, max(0.0, share)):.1f}%"></i></span>'
        f"<b>{escape(value)}</b></li>"
        for name, share, value in items
    )
    st.html(f'<ul class="tp tp-bars">{inside}</ul>')


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[Told]]) -> None:
    """Show a table: each row begins with its name; (text, share 0-1) is drawn with a bar.

    Parameters
    ----------
    title : str
        What the table holds; it stands above it.
    """
    top = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    lines = "".join(
        f'<tr><th scope="row">{escape(str(row[0]))}</th>{"".join(map(_cell, row[1:]))}</tr>'
        for row in rows
    )
    st.html(
        f'<div class="tp tp-table" tabindex="0" role="region" aria-label="{escape(title)}">'
        f"<table><caption>{escape(title)}</caption>"
        f"<thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def _cell(told: Told) -> str:
    if isinstance(told, str):
        return f"<td>{escape(told)}</td>"
    wide = 100 * min(1.0, max(0.0, told[1]))
    return f'<td class="share"><i style="width:{wide:.0f}%"></i><span>{escape(told[0])}</span></td>'


def synthetic(text: str) -> None:
    """Say across the page that what it shows is invented."""
    st.html(f'<p class="tp tp-synthetic">{escape(text)}</p>')


def marked(items: Sequence[tuple[str, str, str, str]]) -> None:
    """Show a list: (sign, what it is, a quieter line or "", tone: "", good, warn or bad)."""
    inside = "".join(
        f'<li class="{escape(tone)}"><b aria-hidden="true">{escape(sign)}</b>'
        f"<span>{escape(text)}</span>{f'<small>{escape(more)}</small>' if more else ''}</li>"
        for sign, text, more, tone in items
    )
    st.html(f'<ul class="tp tp-list">{inside}</ul>')


def photos(items: Sequence[tuple[bytes, str]]) -> None:
    """Show pictures (JPEG) with what stands below each; it is also read to who cannot see them."""
    inside = "".join(
        f'<figure><img src="data:image/jpeg;base64,{b64encode(raw).decode("ascii")}" '
        f'alt="{escape(text)}"><figcaption>{escape(text)}</figcaption></figure>'
        for raw, text in items
    )
    st.html(f'<div class="tp tp-photos">{inside}</div>')


def swatches(items: Sequence[tuple[str, str]]) -> None:
    """Show what the colours of areas on a map mean: (what it is, ``#rrggbb``)."""
    grounds = [f"linear-gradient({colour}8c,{colour}8c),#fbfaf6" for _, colour in items]
    inside = "".join(
        f'<li><i style="background:{escape(ground)}"></i>{escape(name)}</li>'
        for (name, _), ground in zip(items, grounds, strict=True)
    )
    st.html(f'<ul class="tp tp-fall-key tp-swatches">{inside}</ul>')
