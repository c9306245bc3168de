"""Plain parts of a page as escaped HTML: figures, bars, sentences that stand out, steps."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from ui.parts import joined


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


def synthetic(text: str) -> None:
    """Say across the page that what it shows is invented."""
    st.html(f'<p class="tp tp-synthetic">{escape(text)}</p>')
