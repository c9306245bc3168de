"""A table in HTML whose cells may be native inputs: ranges and choices, answered all together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import streamlit as st

import words
from data.hashes import canonical_json, sha256_hex
from ui.facts import LOCALES
from ui.parts import joined

Cell = Mapping[str, Any]


def text(told: str, *, sub: str = "", head: bool = False) -> Cell:
    """Make a cell of text with a quieter line below; ``head`` names its row."""
    return {"kind": "text", "text": told, "sub": sub, "head": head}


def slider(name: str, label: str, value: float, *, most: float = 100) -> Cell:
    """Make a cell with a range from 0 to `most`; ``name`` is what its answer is called."""
    return {"kind": "range", "name": name, "label": label, "value": value, "most": most}


def choice(name: str, label: str, value: float, options: Sequence[tuple[float, str]]) -> Cell:
    """Make a cell with a choice among numbers, each shown as its text."""
    told = [[number, shown] for number, shown in options]
    return {"kind": "choice", "name": name, "label": label, "value": value, "options": told}


@cache
def _component() -> Any:
    return st.components.v2.component(
        "tapak_inputs",
        html='<div class="inputs"></div>',
        css=joined("inputs", "inputs.css"),
        js=joined("board", "dom.js") + joined("inputs", "inputs.js"),
    )


def answers(name: str, given: Mapping[str, float]) -> dict[str, float]:
    """Return what was answered in a table so far, the given value where nothing was."""
    sent = st.session_state.get(_key(name)) or {}
    told = sent.get("values") if isinstance(sent, Mapping) else None
    told = told if isinstance(told, Mapping) else {}
    return {
        key: float(told[key]) if isinstance(told.get(key), int | float) else float(value)
        for key, value in given.items()
    }


def show_inputs(
    name: str, heads: Sequence[str], rows: Sequence[Sequence[Cell]], *, title: str
) -> None:
    """Show a table of inputs; `answers` tells what stands in them.

    Parameters
    ----------
    name : str
        Unique on the page; another name forgets what was answered.
    heads : sequence of str
    rows : sequence of sequences of `text`, `slider` or `choice`
    title : str
        What the table asks, for those who cannot see it.
    """
    fixed = [[{k: v for k, v in c.items() if k not in {"text", "value"}} for c in r] for r in rows]
    lang = words.language.get()
    _component()(
        key=_key(name),
        data={
            "shape": sha256_hex(canonical_json([name, list(heads), fixed]))[:16],
            "heads": list(heads),
            "rows": [list(row) for row in rows],
            "title": title,
            "lang": lang,
            "locale": LOCALES[lang],
        },
        default={"values": None},
        on_values_change=_nothing,
        height="content",
    )


def _key(name: str) -> str:
    return f"tapak-inputs-{name}"


def _nothing() -> None:
    """Streamlit wants a function for what is read through `answers`."""
