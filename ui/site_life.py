"""Where a site stands in its life, the steps that may follow, and what people say about it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import streamlit as st

import words
from geo.errors import TapakError
from ui.look import marked, sentence
from ui.parts import plain
from ui.session import begin_part
from work.board import Board
from work.living import MOST_COMMENT, comment, take_step
from work.roles import may

YEAR = dt.timedelta(days=365)
TONES = {"refused": "bad", "ditangguhkan": "warn", "kedaluwarsa": "warn", "tinjau_ulang": "warn"}


def show_life(board: Board, told: dict[str, Any]) -> None:
    """Say where the site stands, since when and why; offer the steps to who may take them."""
    now = told["life"]
    facts = [
        now["why"],
        words.say("place.life.since", on=now["since"][:10]) if now["since"] else "",
        words.say("place.life.by", by=now["by"]) if now["by"] else "",
        words.say("place.life.agreement", told=now["agreement"]) if now["agreement"] else "",
        words.say("place.life.until", on=now["valid_until"]) if now["valid_until"] else "",
    ]
    listed = words.say("place.life.listed" if now["listed"] else "place.life.not_listed")
    more = " · ".join(filter(None, [*facts, listed]))
    text = words.say("place.life", state=now["text"])
    sentence(text, more=more, tone=TONES.get(now["state"], ""))
    show_steps(board, told)


def show_steps(board: Board, told: dict[str, Any]) -> None:
    """Offer the steps that may follow to who may take them; ``told`` holds id, name and steps."""
    if not may("life") or not told["steps"]:
        return
    with st.container(horizontal=True, gap="small", key="tapak-steps"):
        for step in told["steps"]:
            title = words.say(f"place.step.{step['state']}")
            if st.button(title, key=f"tapak-step-{step['state']}"):
                ask_step(board, told, step)


def ask_step(board: Board, told: dict[str, Any], step: dict[str, Any]) -> None:
    """Open the dialog that asks for what a step needs."""
    st.dialog(words.say(f"place.step.{step['state']}"))(_step)(board, told, step)


def _step(board: Board, told: dict[str, Any], step: dict[str, Any]) -> None:
    """Ask for what the step needs, and take it."""
    begin_part()
    st.text(words.say("place.step.about", name=told["name"], state=step["text"]))
    given: dict[str, str] = {}
    if step["agreement"]:
        given["agreement"] = st.text_input(words.say("place.step.agreement"), max_chars=200)
        until = st.date_input(
            words.say("place.step.until"),
            value=dt.datetime.now(tz=dt.UTC).date() + YEAR,
            min_value="today",
            format="DD/MM/YYYY",
        )
        given["agreement_until"] = until.isoformat() if isinstance(until, dt.date) else ""
    must = words.say("place.step.why" if step["why"] else "place.step.why_if")
    given["why"] = st.text_area(must, max_chars=1000)
    if st.button(words.say("place.step.take"), type="primary", width="stretch"):
        try:
            if step["why"] and not given["why"].strip():
                st.error(plain(words.say("place.step.why_missing")))
                return
            take_step(board.folder, told["id"], step["state"], programme=board.programme, **given)
        except TapakError as fault:
            st.error(plain(fault.say()))
            return
        st.rerun()


def show_comments(board: Board, told: dict[str, Any]) -> None:
    """Show what people said, newest first, and let who may say more."""
    if may("comment"):
        with st.form("tapak-comment", clear_on_submit=True, border=False):
            said = st.text_area(words.say("place.comment"), max_chars=MOST_COMMENT)
            if st.form_submit_button(words.say("place.comment.send")):
                try:
                    comment(board.folder, told["id"], said)
                except TapakError as fault:
                    st.error(plain(fault.say()))
                else:
                    st.rerun()
    if not told["comments"]:
        st.text(words.say("place.comments.none"))
        return
    marked(
        [
            ("•", c["said"], f"{c['by']} · {c['at'][:16].replace('T', ' ')}", "")
            for c in told["comments"]
        ]
    )
