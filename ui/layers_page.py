"""The page "Data": what the study is built on, how old and how whole it is, and adding to it."""

from __future__ import annotations

from typing import Any

import streamlit as st

import words
from ui.facts import facts_key, percent
from ui.grid import Column, Row, cell, show_grid
from ui.header import page_header
from ui.layers_upload import show_upload
from ui.look import bars, marked, sentence
from ui.parts import day_text, minute_text
from ui.study import folder, stamp
from work.board import Board
from work.layers_told import VISIT, layers_told
from work.roles import may

KIBIBYTE = 1024
PICKED = "tapak-layer"


@st.cache_data(max_entries=12, show_spinner=False)
def _told(key: str, changed: Any, _board: Board) -> dict[str, Any]:  # noqa: ARG001 - the cache's key
    return layers_told(_board)


def page() -> None:
    """Show the layers, the way in for more, and every file there ever was."""
    board = page_header("layers.title")
    told = _told(facts_key(board), stamp(folder()), board)
    expected = [layer for layer in told["layers"] if layer["expected"]]
    there = sum(bool(layer["files"]) for layer in expected)
    missing = [_title(layer["kind"]) for layer in expected if not layer["files"]]
    sentence(
        words.say("layers.there", n=words.number(there), all=words.number(len(expected))),
        more=words.say("layers.missing", names=", ".join(missing)) if missing else "",
        tone="warn" if missing else "",
    )
    names = ["layers.tab.layers", "layers.tab.files"]
    if may("data"):
        names.insert(0 if not there else 1, "layers.tab.add")
    for code, tab in zip(names, st.tabs([words.say(code) for code in names]), strict=True):
        with tab:
            _TABS[code](told)


def _layers(told: dict[str, Any]) -> None:
    columns = [
        Column(key="kind", title=words.say("layers.column.layer")),
        Column(key="state", title=words.say("layers.column.state"), kind="badge", filter=True),
        Column(key="age", title=words.say("layers.column.age")),
        Column(key="source", title=words.say("layers.column.source")),
        Column(
            key="known",
            title=words.say("layers.column.known"),
            kind="bar",
            about=words.say("layers.column.known.about"),
        ),
    ]
    ordered = sorted(told["layers"], key=lambda x: (not x["files"], not x["expected"]))
    rows = [Row(id=layer["kind"], cells=_layer(layer)) for layer in ordered]
    by_kind = {layer["kind"]: layer for layer in ordered}
    chosen = st.session_state.get(PICKED, "")
    if chosen in by_kind:
        _criteria(by_kind[chosen])
    title = words.say("layers.tab.layers")
    picked = show_grid(
        "layers", columns, rows, title=title, pick=True, chosen=chosen, search=False
    ).picked
    if picked and picked != chosen:
        st.session_state[PICKED] = picked
        st.rerun()
    _dark(told["dark"])
    _findings(told["findings"])


def _title(kind: str) -> str:
    return words.say(f"layers.kind.{kind}")


def _layer(layer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    there = bool(layer["files"])
    state = "there" if there else ("wanted" if layer["expected"] else "optional")
    known = layer["known_0_1"]
    informs = words.say("layers.informs", n=words.number(len(layer["criteria"])))
    licence = layer["licence"] or words.say("layers.no_licence")
    return {
        "kind": cell(_title(layer["kind"]), sub=", ".join(layer["files"])),
        "state": cell(
            words.say(f"layers.state.{state}"),
            tone={"there": "good", "wanted": "bad", "optional": "plain"}[state],
        ),
        "age": cell(*_age(layer)) if there else cell("–"),
        "source": cell(layer["source"] or words.say("layers.no_source"), sub=licence)
        if there
        else cell("–"),
        "known": cell("–", sub=informs if layer["criteria"] else "")
        if known is None
        else cell(percent(known), share=known, value=known, sub=informs),
    }


def _age(layer: dict[str, Any]) -> tuple[str]:
    added = words.say("layers.added", on=day_text(layer["added_at"]))
    age = layer["age_days"]
    days = words.say("layers.days", n=words.number(age)) if age else words.say("layers.today")
    dated = words.say("layers.dated", on=day_text(layer["date"])) if layer["date"] else ""
    return (" · ".join(filter(None, (dated, added, days))),)


def _criteria(layer: dict[str, Any]) -> None:
    """Tell criterion by criterion what is known through the layer that was picked."""
    with st.container(border=True, key="tapak-layer-card"):
        st.subheader(words.say("layers.of", name=_title(layer["kind"])), anchor=False)
        if not layer["criteria"]:
            st.text(words.say("layers.of.none"))
            return
        st.text(words.say("layers.of.about"))
        bars(
            [
                (words.say(f"criterion.{c['key']}"), c["known_0_1"], percent(c["known_0_1"]))
                for c in layer["criteria"]
            ]
        )


def _dark(dark: list[dict[str, Any]]) -> None:
    st.subheader(words.say("layers.dark"), anchor=False)
    if not dark:
        st.text(words.say("layers.dark.none"))
        return
    items = []
    for one in dark:
        files = ", ".join(_title(kind) for kind in one["mend"] if kind != VISIT)
        mend = words.say("layers.mend", names=files) if files else words.say("layers.mend.visit")
        items.append(("?", words.say(f"criterion.{one['criterion']}"), mend, "warn"))
    marked(items)


def _findings(findings: list[dict[str, Any]]) -> None:
    st.subheader(words.say("layers.findings"), anchor=False)
    if not findings:
        st.text(words.say("layers.findings.none"))
        return
    columns = [
        Column(key="what", title=words.say("layers.column.reason")),
        Column(key="fix", title=words.say("layers.column.fix")),
    ]
    rows = [
        Row(id=str(k), cells={"what": cell(note["reason"]), "fix": cell(note["fix"])})
        for k, note in enumerate(findings)
    ]
    title = words.say("layers.findings")
    show_grid("findings", columns, rows, title=title, height_px=420 if len(rows) > 6 else 0)


def _files(told: dict[str, Any]) -> None:
    if not told["files"]:
        st.text(words.say("layers.files.none"))
        return
    columns = [
        Column(key="name", title=words.say("layers.column.file")),
        Column(key="kind", title=words.say("layers.column.layer"), filter=True),
        Column(key="state", title=words.say("layers.column.state"), kind="badge", filter=True),
        Column(key="when", title=words.say("layers.column.when")),
        Column(key="size", title=words.say("layers.column.size"), kind="number"),
        Column(key="source", title=words.say("layers.column.source")),
    ]
    rows = [Row(id=file["id"], cells=_file(file)) for file in told["files"]]
    show_grid("files", columns, rows, title=words.say("layers.tab.files"), height_px=620)


def _file(file: dict[str, Any]) -> dict[str, dict[str, Any]]:
    state = "replaced" if file["superseded"] else "current"
    size = words.say("layers.kib", n=words.number(max(1, file["bytes"] // KIBIBYTE)))
    return {
        "name": cell(file["name"], sub=words.say("layers.finger", sha=file["sha256"][:12])),
        "kind": cell(_title(file["kind"])),
        "state": cell(
            words.say(f"layers.state.{state}"), tone="plain" if file["superseded"] else "good"
        ),
        "when": cell(minute_text(file["added_at"]), value=file["added_at"]),
        "size": cell(size, value=file["bytes"]),
        "source": cell(file["source"] or "–", sub=file["licence"]),
    }


def _add(_told: dict[str, Any]) -> None:
    show_upload()


_TABS = {"layers.tab.layers": _layers, "layers.tab.add": _add, "layers.tab.files": _files}
