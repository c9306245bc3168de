"""A save that somebody else came before: both versions side by side, to choose between."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

import words
from data.conflicts import ConflictError
from ui.look import table
from ui.parts import minute_text, plain

BOTH = "tapak-both-versions"


def keep(name: str, fault: ConflictError) -> None:
    """Keep both versions of a name, to be shown until one of them is saved."""
    st.session_state[BOTH] = {
        "name": name,
        "said": fault.say(),
        "mine": fault.mine,
        "theirs": fault.theirs,
    }


def forget() -> None:
    """Forget what was kept."""
    st.session_state.pop(BOTH, None)


def theirs_of(name: str) -> Mapping[str, Any] | None:
    """Return the version that stands under a name and was shown beside one's own; else None."""
    kept = st.session_state.get(BOTH)
    theirs: Mapping[str, Any] | None = kept["theirs"] if kept and kept["name"] == name else None
    return theirs


def show(name: str) -> None:
    """Show both versions of a name, where there are two."""
    theirs = theirs_of(name)
    if theirs is None:
        return
    kept = st.session_state[BOTH]
    st.warning(plain(kept["said"]), icon=":material/call_split:")
    heads = [words.say("store.both.what"), words.say("store.both.theirs")]
    table(words.say("store.both"), [*heads, words.say("store.both.mine")], _rows(theirs, kept))


def _rows(theirs: Mapping[str, Any], kept: Mapping[str, Any]) -> list[list[str]]:
    """Lay out who, when and why, then every weight that differs; as stated, in points."""
    mine: Mapping[str, Any] = kept["mine"]
    none = words.say("store.both.none")
    saved = minute_text(theirs["saved_at"]) if theirs.get("saved_at") else none
    rows = [[words.say("store.both.saved_at"), saved, words.say("store.both.now")]]
    rows += [
        [words.say(f"store.both.{part}"), theirs[part] or none, mine[part] or none]
        for part in ("set_by", "set_on", "basis")
    ]
    for part, word in (("groups", "group"), ("weights", "criterion")):
        for key in sorted({*theirs[part], *mine[part]}):
            one, other = (_points(version[part].get(key)) for version in (theirs, mine))
            if one != other:
                rows.append([words.say(f"{word}.{key}"), one, other])
    if theirs["stated"] != mine["stated"]:
        rows.append([words.say("store.both.stated"), *(_stated(v) for v in (theirs, mine))])
    return rows


def _points(value: float | None) -> str:
    return words.say("store.both.none") if value is None else words.number(float(value), 1)


def _stated(version: Mapping[str, Any]) -> str:
    stated = version["stated"]
    limits = [
        f"{words.say(f'criterion.{key}')} {words.number(low, 1)}–{words.number(high, 1)}"
        for key, (low, high) in sorted(stated.get("intervals", {}).items())
    ]
    order = " > ".join(
        " = ".join(words.say(f"criterion.{key}") for key in tier)
        for tier in stated.get("order", ())
    )
    return " · ".join([*limits, *([order] if order else [])]) or words.say("store.both.none")
