"""Proposing a register: the form down, the register up, its account, the lembar balik."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

import words
from data.hashes import canonical_json, sha256_hex
from geo.errors import InputError
from ui.layers_upload import template_button
from ui.look import sentence
from ui.parts import plain
from ui.row_report import show_row_report
from ui.study import folder
from ui.task import confirmed_task, forget_task, run_task, show_end
from ui.uploads import kept_uploads, upload
from work.proposing import preview_register, propose_register

READ, STORE = "propose-read", "propose-store"
TURN = "tapak-propose-turn"


def show_register(done: str) -> None:
    """Lead from the empty form to a register in the study."""
    sentence(words.say("propose.register"), more=words.say("propose.register.more"))
    template_button("tapak-propose-template")
    turn = st.session_state.get(TURN, 0)
    files = upload(words.say("propose.upload"), key=f"tapak-propose-file-{turn}")
    if not files:
        return
    try:
        [path] = kept_uploads(files)
    except InputError as fault:
        st.error(plain(fault.say()), icon=":material/error:")
        return
    key = sha256_hex(canonical_json([str(folder()), str(path), words.language.get()]))[:16]
    title = words.say("layers.reading")
    errand = run_task(READ, key, preview_register, folder(), path, title=title)
    if errand is None:
        return
    if errand.state != "done":
        show_end(errand, READ)
        return
    told: dict[str, Any] = errand.result
    _account(told, path)
    if told["accepted"]:
        _store(path, key, done)


def _account(told: dict[str, Any], path: Path) -> None:
    """Show the account, and hand the lembar balik over."""
    if told["accepted"]:
        counts = {name: words.number(told[name]) for name in ("new", "known")}
        more = words.say("layers.merges", **counts)
        text = words.say("layers.not_stored", n=words.number(told["accepted"]))
        sentence(text, more=more, tone="warn")
    else:
        sentence(words.say("layers.none_usable"), tone="bad")
    st.download_button(
        words.say("propose.reply"),
        told["reply"],
        file_name=f"{words.say('propose.reply.name')}-{path.stem}.xlsx",
        icon=":material/download:",
        on_click="ignore",
        key="tapak-propose-reply",
    )
    show_row_report("propose-register", told)


def _store(path: Path, key: str, done: str) -> None:
    errand = confirmed_task(
        STORE,
        key,
        propose_register,
        folder(),
        path,
        button=words.say("propose.send_all"),
        title=words.say("layers.storing"),
    )
    if errand is None:
        return
    for name in (READ, STORE):
        forget_task(name)
    st.session_state[done] = errand.result["accepted"]
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
    st.rerun()
