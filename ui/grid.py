"""A table in HTML that a person works with: sorted, searched, filtered, picked from, acted on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import streamlit as st

import words
from data.hashes import canonical_json, sha256_hex
from ui.facts import LOCALES
from ui.parts import joined

TEXTS = ("ui.grid.all", "ui.grid.count", "ui.grid.count.fit", "ui.grid.more", "ui.grid.none",
         "ui.grid.search", "ui.grid.unknown")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: ``kind`` is text, number, bar, badge or actions; ``filter`` adds a choice."""

    key: str
    title: str
    kind: str = "text"
    filter: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: ``cells`` by column, each made by `cell` or `actions`."""

    id: str
    cells: Mapping[str, Mapping[str, Any]]


def cell(
    text: str | None,
    *,
    sub: str = "",
    value: float | str | None = None,
    share: float | None = None,
    tone: str = "",
) -> dict[str, Any]:
    """Make a cell: its text (None = unknown), a line below, a value to sort by, a bar, a tone.

    ``tone`` of a badge: good, warn, bad or plain.
    """
    made = {"t": text, "s": sub or None, "v": value, "share": share, "tone": tone or None}
    return {name: given for name, given in made.items() if given is not None}


def actions(*given: tuple[str, str], main: str = "") -> dict[str, Any]:
    """Make a cell of buttons from (key, title); ``main`` names the one that stands out."""
    return {"actions": [{"key": k, "title": t, "main": k == main} for k, t in given]}


@cache
def _component() -> Any:
    return st.components.v2.component(
        "tapak_grid",
        html='<div class="grid"></div>',
        css=joined("grid", "grid.css"),
        js=joined("board", "dom.js") + joined("grid", "grid.js"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person just did in a grid: picked a row, or pressed a button of one."""

    picked: str | None = None
    acted: tuple[str, str] | None = None


def show_grid(
    name: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    title: str,
    search: bool = True,
    pick: bool = False,
    chosen: str = "",
    height_px: int = 0,
) -> Answer:
    """Show a grid and return what was just done in it.

    Parameters
    ----------
    name : str
        Unique on the page.
    title : str
        What the table holds, for those who cannot see it.
    pick : bool
        Whether the first cell of a row is a button.
    chosen : str
        Id of the row that is marked.
    height_px : int
        Where the table begins to scroll in itself; 0 lets it grow.
    """
    lang = words.language.get()
    told: dict[str, Any] = {
        "columns": [asdict(c) for c in columns],
        "rows": [{"id": r.id, "cells": r.cells} for r in rows],
        "title": title,
        "lang": lang,
        "locale": LOCALES[lang],
        "search": search,
        "pick": pick,
        "height": height_px,
        "texts": {code.removeprefix("ui."): words.sentences(lang)[code] for code in TEXTS},
    }
    told["key"] = sha256_hex(canonical_json(told))[:16]
    found = _component()(
        key=f"tapak-grid-{name}",
        data=told | {"chosen": chosen},
        on_picked_change=_nothing,
        on_acted_change=_nothing,
        height="content",
    )
    picked, acted = found.get("picked"), found.get("acted")
    ids = {row.id for row in rows}
    return Answer(
        picked=picked if isinstance(picked, str) and picked in ids else None,
        acted=_acted(acted, ids),
    )


def _acted(sent: object, ids: set[str]) -> tuple[str, str] | None:
    """Take what the browser sent only when it names a row there is."""
    if not isinstance(sent, Mapping):
        return None
    row, key = sent.get("id"), sent.get("key")
    return (row, key) if isinstance(row, str) and isinstance(key, str) and row in ids else None


def _nothing() -> None:
    """Streamlit wants a function for what is read where the grid is shown."""
