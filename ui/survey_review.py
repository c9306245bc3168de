"""A reviewer's table: what waits, why, its photos, and a decision with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import streamlit as st

import words
from geo.errors import TapakError
from ui.look import Told, sentence, table
from ui.parts import minute_text, plain
from ui.study import folder
from work.board import Board
from work.judging import judge_response
from work.reviewing import pictures, queue

_DONE, _SHOWN = "tapak-judged", 8
DECISIONS = (("accept", "primary"), ("ask", "secondary"), ("reject", "secondary"))


def show_review(board: Board) -> None:  # noqa: ARG001 - every part of the page is shown one way
    """Show what waits, the conflicts first."""
    if done := st.session_state.pop(_DONE, None):
        st.success(plain(done), icon=":material/check:")
    rows = queue(folder())
    if not rows:
        sentence(words.say("survey.review.none"), more=words.say("survey.review.none.more"))
        return
    groups = [list(own) for _, own in groupby(rows, key=lambda row: row["id"])]
    sentence(words.say("survey.review.waits", n=words.number(len(groups))))
    for own in groups[:_SHOWN]:
        with st.container(border=True):
            _conflict(own) if len(own) > 1 else _one(own[0])
    if len(groups) > _SHOWN:
        st.text(words.say("survey.review.more", n=len(groups) - _SHOWN))


def _head(row: dict[str, Any]) -> None:
    st.subheader(plain(row["name"]), anchor=False)
    when = minute_text(row["started_at"])
    told = (
        words.say("survey.team", team=row["team"]) if row["team"] else "",
        row["surveyor"],
        when,
        words.say(f"survey.channel.{row['channel']}"),
        words.say(f"tell.status.{row['status']}"),
    )
    st.text(" · ".join(filter(None, told)))


def _one(row: dict[str, Any]) -> None:
    _head(row)
    for found in row["findings"]:
        tone = {"stop": "bad", "warn": "warn"}.get(found["severity"], "")
        sentence(found["what"], tone=tone)
    if row["asked"]:
        st.text(words.say("survey.review.asked", why=row["asked"]))
    left, right = st.columns([3, 2], gap="medium")
    with left, st.expander(words.say("survey.review.answers", n=len(row["answers"]))):
        heads = [words.say("survey.column.asked"), words.say("survey.column.answer")]
        told: list[tuple[Told, ...]] = list(row["answers"])
        table(words.say("survey.review.what_was_said"), heads, told)
    with right:
        _pictures(row["version"])
    _decide(row)


def _pictures(version: str) -> None:
    for kind, told in pictures(folder(), version).items():
        if told:
            st.text(words.say(f"survey.review.{kind}"))
            with st.container(horizontal=True, gap="small"):
                for caption, raw in told:
                    st.image(raw, caption=plain(caption), width=190)


def _decide(row: dict[str, Any]) -> None:
    name = row["version"]
    with st.form(f"judge-{name}", border=False):
        why = st.text_input(words.say("survey.review.why"), max_chars=300, key=f"why-{name}")
        with st.container(horizontal=True, gap="small"):
            pressed = {
                decision: st.form_submit_button(
                    words.say(f"survey.review.{decision}"),
                    type=tone,  # type: ignore[arg-type]  # one of the two that stand in DECISIONS
                    key=f"{decision}-{name}",
                )
                for decision, tone in DECISIONS
            }
    chosen = next((decision for decision, yes in pressed.items() if yes), "")
    if not chosen:
        return
    if chosen != "accept" and not why.strip():
        st.error(words.say("survey.review.say_why"))
        return
    try:
        told = judge_response(folder(), chosen, name, why=why.strip())
    except TapakError as fault:
        st.error(plain(fault.say()))
        return
    status = words.say(f"tell.status.{told['status']}")
    st.session_state[_DONE] = words.say("survey.review.done", name=row["name"], status=status)
    st.rerun()


def _conflict(rows: Sequence[dict[str, Any]]) -> None:
    """Show versions of one submission beside each other: only where they differ."""
    _head(rows[0])
    sentence(words.say("survey.review.conflict", n=len(rows)), tone="bad")
    said = [dict(row["answers"]) for row in rows]
    asked = list(dict.fromkeys(name for one in said for name in one))
    differ = [name for name in asked if len({one.get(name, "–") for one in said}) > 1]
    heads = [
        words.say("survey.column.asked"),
        *(words.say("survey.review.version", n=k) for k in range(1, len(rows) + 1)),
    ]
    lines = [(name, *(one.get(name, "–") for one in said)) for name in differ]
    table(words.say("survey.review.differ", n=len(differ)), heads, lines)
    for k, (column, row) in enumerate(zip(st.columns(len(rows)), rows, strict=True), start=1):
        with column:
            st.text(words.say("survey.review.version", n=k))
            _decide(row)
