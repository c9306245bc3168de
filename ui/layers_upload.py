"""Adding a file: choose what it is, see what the reader says row by row, then store it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import streamlit as st

import words
from data.hashes import canonical_json, sha256_hex
from data.layers import HAZARDS
from geo.errors import InputError
from ui.downloads import later
from ui.look import sentence
from ui.parts import plain
from ui.row_report import show_row_report
from ui.study import folder
from ui.task import confirmed_task, forget_task, run_task, show_end
from ui.uploads import kept_uploads, upload
from work.add import add_files, preview_files
from work.forms import write_template
from work.intake import ASSETS
from work.layers_told import ORDER

READ, STORE = "layers-read", "layers-store"
TURN, DONE = "tapak-layers-turn", "tapak-layers-done"
COVERS = (*HAZARDS, "land-cover", "coverage")
"""Kinds of which a file may say that it covers everything."""


def show_upload() -> None:
    """Lead from a file to the study."""
    done = st.session_state.pop(DONE, "")
    if done:
        st.success(plain(done), icon=":material/task_alt:")
    kind = st.selectbox(
        words.say("layers.choose"),
        ORDER,
        format_func=lambda name: words.say(f"layers.kind.{name}"),
        key="tapak-layers-kind",
    )
    sentence(words.say(f"layers.about.{kind}"), more=words.say(f"layers.example.{kind}"))
    if kind == ASSETS:
        template_button("tapak-layers-template")
    turn = st.session_state.get(TURN, 0)
    files = upload(words.say("layers.upload"), key=f"tapak-layers-{kind}-{turn}", many=True)
    terms = _terms(kind)
    if not files:
        st.text(words.say("layers.nothing_yet"))
        return
    try:
        paths = kept_uploads(files)
    except InputError as fault:
        st.error(plain(fault.say()), icon=":material/error:")
        return
    _read(kind, paths, terms)


def template_button(key: str) -> None:
    """Offer the empty form of agencies, with this study's desa and kecamatan to choose from."""
    st.download_button(
        words.say("propose.template"),
        later(_template),
        file_name=words.say("propose.template.name"),
        icon=":material/download:",
        on_click="ignore",
        key=key,
    )


def _template() -> bytes:
    with TemporaryDirectory(prefix="tapak-") as room:
        path = Path(room) / "usulan.xlsx"
        write_template("usulan", path, study=folder())
        return path.read_bytes()


def _terms(kind: str) -> dict[str, Any]:
    """Ask where a file comes from, on what terms, and what it cannot say itself."""
    left, right = st.columns(2)
    source = left.text_input(words.say("layers.source"), max_chars=200)
    licence = right.text_input(words.say("layers.licence"), max_chars=200)
    options: dict[str, object] = {}
    if kind != ASSETS:
        with st.expander(words.say("layers.more")):
            options["crs"] = st.text_input(words.say("layers.crs"), max_chars=20).strip()
            if kind in COVERS:
                options["full_cover"] = st.checkbox(words.say("layers.full_cover"))
            if kind in HAZARDS:
                options["values"] = st.selectbox(
                    words.say("layers.values"),
                    ("", "index", "class"),
                    format_func=lambda name: words.say(f"layers.values.{name or 'guess'}"),
                )
    return {"source": source.strip(), "licence": licence.strip(), "options": options}


def _read(kind: str, paths: list[Path], terms: dict[str, Any]) -> None:
    """Show what the reader says of the files; nothing is stored by it."""
    options = terms["options"]
    asked = [str(folder()), kind, [str(path) for path in paths], options, words.language.get()]
    key = sha256_hex(canonical_json(asked))[:16]
    title = words.say("layers.reading")
    errand = run_task(
        READ, key, preview_files, folder(), paths, kind=kind, options=options, title=title
    )
    if errand is None:
        return
    if errand.state != "done":
        show_end(errand, READ)
        return
    told: dict[str, Any] = errand.result
    _verdict(told)
    show_row_report("layers-report", told)
    if told["accepted"] or told["duplicates"]:
        _store(kind, paths, terms, key)


def _verdict(told: dict[str, Any]) -> None:
    """Say in a sentence what storing would do."""
    if not (told["accepted"] or told["duplicates"]):
        sentence(words.say("layers.none_usable"), tone="bad")
        return
    n = words.number(told["accepted"])
    more = ""
    if "rows" in told:
        counts = {name: words.number(told[name]) for name in ("new", "known")}
        more = words.say("layers.merges", **counts)
    elif told["replaces"]:
        more = words.say("layers.replaces", names=", ".join(told["replaces"]))
    sentence(words.say("layers.not_stored", n=n), more=more, tone="warn")


def _store(kind: str, paths: list[Path], terms: dict[str, Any], key: str) -> None:
    """Store what was shown, once somebody has said yes to it."""
    errand = confirmed_task(
        STORE,
        key,
        add_files,
        folder(),
        paths,
        kind=kind,
        button=words.say("layers.store"),
        title=words.say("layers.storing"),
        **terms,
    )
    if errand is None:
        return
    for name in (READ, STORE):
        forget_task(name)
    n = words.number(errand.result["accepted"])
    st.session_state[DONE] = words.say("layers.stored", n=n, kind=words.say(f"layers.kind.{kind}"))
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
    st.rerun()
