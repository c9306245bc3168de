"""The page "Laporan": every document of a run, made, looked at and taken away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

import words
from ui.downloads import later
from ui.frame_map import show_map
from ui.header import page_header
from ui.look import sentence
from ui.study import folder
from ui.task import forget_task, run_task, show_end
from ui.tried import called, picked, scenarios
from work.as_json import weights_set_by
from work.board import Board
from work.documents import (
    document_bytes,
    document_text,
    list_documents,
    make_document,
    preview,
)
from work.reporting import KINDS
from work.weighing import OWN

PAGE_PX = 720
_SEEN = (".pdf", ".html")
"""What can be looked at on the page: the first page of a PDF, a page of HTML whole."""
_MAKING, _SHOWN = "tapak-document-making", "tapak-document-shown"
_MEDIA = {
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".html": "text/html",
    ".gpkg": "application/geopackage+sqlite3",
    ".geojson": "application/geo+json",
    ".kml": "application/vnd.google-earth.kml+xml",
}


def page() -> None:
    """Show the documents, one block a kind."""
    board = page_header("reports.page.title")
    sentence(words.say("reports.page.lead"))
    with st.container(horizontal=True, vertical_alignment="bottom", key="document-terms"):
        scenario = _scenario(board)
        lang = st.radio(
            words.say("reports.page.language"),
            words.LANGUAGES,
            index=words.LANGUAGES.index(words.language.get()),
            format_func=lambda key: words.say(f"reports.page.language.{key}"),
            horizontal=True,
            key="document-lang",
            width="content",
        )
        public = st.toggle(words.say("reports.page.public"), key="document-public")
    if public:
        st.text(words.say("reports.page.public_note"))
    st.text(_weights(board, scenario))
    terms: dict[str, Any] = {"programme": board.programme, "lang": lang, "public": public}
    terms["scenario"] = None if scenario == OWN else scenario
    found = list_documents(folder(), **terms)
    for kind in KINDS:
        own = [one for one in found if one["kind"] == kind]
        if own:
            with st.container(border=True, key=f"document-{kind}"):
                _block(kind, own, terms)


def _scenario(board: Board) -> str:
    """Ask under which weights; nothing where the study's own are the only ones."""
    names = [scenario.name for scenario in scenarios(board)]
    if len(names) == 1:
        return names[0]
    return st.selectbox(
        words.say("ui.scenario"),
        names,
        index=names.index(picked(board).name),
        format_func=called,
        key=f"document-scenario-{board.programme}",
        width=260,
    )


def _weights(board: Board, name: str) -> str:
    """Say who set the weights that the documents will stand on."""
    own = next(scenario for scenario in scenarios(board) if scenario.name == name)
    return weights_set_by(own)


def _block(kind: str, own: list[dict[str, Any]], terms: dict[str, Any]) -> None:
    """Show one kind: what it is for, and each of its formats."""
    title = words.say(f"reports.kind.{kind}")
    what, files = st.columns([2, 3], gap="medium")
    with what:
        st.subheader(title, anchor=False)
        st.text(words.say(f"reports.page.for.{kind}"))
    with files:
        for one in own:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.text(f"{one['suffix'][1:].upper()} · {_state(one)}", width="stretch")
                _buttons(one)
            if st.session_state.get(_MAKING) == one["name"]:
                _make(one, title, terms)
            elif st.session_state.get(_SHOWN) == one["name"] and one["run"]:
                _show(one, title)


def _state(one: dict[str, Any]) -> str:
    if not one["run"]:
        return words.say("reports.page.none")
    said = {"on": one["on"], "run": one["run"][:8]}
    if one["current"]:
        return words.say("reports.page.made", **said)
    return words.say("reports.page.old", **said)


def _buttons(one: dict[str, Any]) -> None:
    name = one["name"]
    code = "reports.page.again" if one["run"] else "reports.page.make"
    if st.button(
        words.say(code), key=f"make-{name}", type="secondary" if one["current"] else "primary"
    ):
        forget_task("document")
        st.session_state[_MAKING] = name
        st.rerun()
    if not one["run"]:
        return
    label = words.say("reports.page.download", format=one["suffix"][1:].upper())
    st.download_button(
        label,
        later(document_bytes, folder(), one["path"]),
        file_name=name,
        mime=_MEDIA[one["suffix"]],
        key=f"take-{name}",
        on_click="ignore",
        icon=":material/download:",
    )
    if one["suffix"] in _SEEN and st.button(
        words.say(f"reports.page.preview{one['suffix']}"),
        key=f"show-{name}",
        icon=":material/visibility:",
    ):
        shown = st.session_state.get(_SHOWN) == name
        st.session_state[_SHOWN] = "" if shown else name
        st.rerun()


def _make(one: dict[str, Any], title: str, terms: dict[str, Any]) -> None:
    """Have it made beside the page; the page shows it when it is there."""
    said = words.say("reports.page.making", kind=title)
    done = run_task(
        "document",
        f"{folder()} {one['name']}",
        make_document,
        folder(),
        one["kind"],
        one["suffix"],
        title=said,
        **terms,
    )
    if done is None:
        return
    if done.state == "done":
        forget_task("document")
        st.session_state[_MAKING] = ""
        st.session_state[_SHOWN] = one["name"] if one["suffix"] in _SEEN else ""
        st.rerun()
    show_end(done, "document")


@st.cache_data(max_entries=12, show_spinner=False)
def _picture(path: Path, changed: tuple[int, int]) -> bytes | None:  # noqa: ARG001 - part of the cache's key
    return preview(path)


def _show(one: dict[str, Any], title: str) -> None:
    if one["suffix"] == ".html":
        show_map(document_text(one["path"]), height_px=PAGE_PX)
        return
    state = one["path"].stat()
    drawn = _picture(one["path"], (state.st_mtime_ns, state.st_size))
    if drawn is None:
        st.text(words.say("reports.page.no_preview"))
        return
    st.image(drawn, caption=words.say("reports.page.first_page", kind=title), width=620)
