"""The page "Usulan OPD": where every proposed site stands and why, and the way in for new ones."""

from __future__ import annotations

from typing import Any

import streamlit as st

import words
from ui.board import SITE, SITE_PAGE
from ui.facts import facts_key
from ui.grid import Column, Row, actions, cell, show_grid
from ui.header import page_header
from ui.look import figures, sentence
from ui.parts import day_text
from ui.propose_form import show_form
from ui.propose_register import show_register
from ui.shell import GO
from ui.site_life import TONES, ask_step, show_steps
from ui.study import folder, stamp
from work.board import Board
from work.proposals import URGENT, proposals
from work.roles import acting, may

PICKED = "tapak-proposal"
DONE = "tapak-proposed"
HOLD = "ditangguhkan"


@st.cache_resource(max_entries=24, show_spinner=False)
def _told(key: str, changed: Any, who: tuple[str, str], _board: Board) -> list[dict[str, Any]]:  # noqa: ARG001 - the cache's key
    """Return the proposals; nobody changes them, so thousands are not copied at every run."""
    return proposals(_board)


@st.cache_resource(max_entries=24, show_spinner=False)
def _rows(key: str, changed: Any, who: tuple[str, str], _told: list[dict[str, Any]]) -> list[Row]:  # noqa: ARG001 - the cache's key
    office = may("life")
    return [Row(id=one["id"], cells=_cells(one, office=office)) for one in _told]


def page() -> None:
    """Show the proposals and how to make one."""
    board = page_header("propose.title")
    actor = acting()
    who = (str(actor.role), actor.agency)
    key = (facts_key(board), stamp(folder()), who)
    told = _told(*key, board)
    done = st.session_state.pop(DONE, "")
    if done:
        st.success(words.say("propose.done", n=words.number(done)), icon=":material/task_alt:")
    _head(told)
    names = ["propose.tab.status"]
    if may("propose"):
        names += ["propose.tab.one", "propose.tab.register"]
    tabs = st.tabs([words.say(code) for code in names])
    with tabs[0]:
        _status(board, told, _rows(*key, told))
    if may("propose"):
        with tabs[1]:
            show_form(DONE)
        with tabs[2]:
            show_register(DONE)


def _head(told: list[dict[str, Any]]) -> None:
    """Say what has to be looked at, then how the proposals stand."""
    urgent = sum(one["life"]["state"] in URGENT for one in told)
    whose = acting().agency
    if urgent:
        sentence(words.say("propose.urgent", n=words.number(urgent)), tone="bad")
    elif whose:
        sentence(words.say("propose.whose", agency=whose), more=words.say("propose.whose.more"))
    else:
        sentence(words.say("propose.calm"))
    listed = sum(one["life"]["listed"] for one in told)
    counts = {
        "all": len(told),
        "waits": sum(one["life"]["state"] in {"proposed", "screened", "surveyed"} for one in told),
        "bersedia": sum(one["life"]["state"] == "bersedia" for one in told),
        "listed": listed,
        "excluded": sum(bool(one["excluded"]) for one in told),
    }
    figures([(words.say(f"propose.count.{k}"), words.number(n), "") for k, n in counts.items()])


def _status(board: Board, told: list[dict[str, Any]], rows: list[Row]) -> None:
    if not told:
        sentence(words.say("propose.none"), more=words.say("propose.none.more"))
        return
    office = may("life")
    columns = [
        Column(key="name", title=words.say("propose.column.site")),
        Column(key="state", title=words.say("propose.column.state"), kind="badge", filter=True),
        Column(key="why", title=words.say("propose.column.why")),
        Column(key="agency", title=words.say("propose.column.agency"), filter=True),
        Column(key="since", title=words.say("propose.column.since")),
    ]
    if office:
        columns.append(Column(key="do", title=words.say("propose.column.do"), kind="actions"))
    by_id = {one["id"]: one for one in told}
    chosen = st.session_state.get(PICKED, "")
    _chosen(board, by_id.get(chosen))
    title = words.say("propose.tab.status")
    answer = show_grid(
        "proposals", columns, rows, title=title, pick=True, chosen=chosen, height_px=640
    )
    if answer.picked and answer.picked != chosen:
        st.session_state[PICKED] = answer.picked
        st.rerun()
    if answer.acted and office:
        one = by_id[answer.acted[0]]
        step = next((s for s in one["steps"] if s["state"] == answer.acted[1]), None)
        if step is not None:
            ask_step(board, one, step)


def _cells(one: dict[str, Any], *, office: bool) -> dict[str, dict[str, Any]]:
    now = one["life"]
    tone = TONES.get(now["state"], "good" if now["listed"] else "plain")
    why = one["excluded"] or now["why"]
    until = (
        words.say("propose.until", on=day_text(now["valid_until"])) if now["valid_until"] else ""
    )
    cells = {
        "name": cell(one["name"], sub=" · ".join(filter(None, (one["kind"], one["place"])))),
        "state": cell(now["text"], tone="bad" if one["excluded"] and not now["by"] else tone),
        "why": cell(why or "–", sub=one["fix"]),
        "agency": cell(one["agency"] or words.say("propose.no_agency_named"), sub=one["source"]),
        "since": cell(day_text(now["since"]) or "–", sub=until, value=now["since"]),
    }
    if office:
        cells["do"] = actions(*_quick(one), main="approved")
    return cells


def _quick(one: dict[str, Any]) -> list[tuple[str, str]]:
    """Choose at most two steps for the row: the one that leads on, and holding back."""
    may_follow = [step["state"] for step in one["steps"] if step["state"] != one["life"]["state"]]
    onward = ("active", "approved", "bersedia", "proposed")
    first = [state for state in onward if state in may_follow]
    chosen = [*first[:1], *([HOLD] if HOLD in may_follow else [])]
    return [(state, words.say(f"place.step.{state}")) for state in chosen]


def _chosen(board: Board, one: dict[str, Any] | None) -> None:
    """Show the chosen site with every step that may follow."""
    if one is None:
        return
    now = one["life"]
    said = [one["excluded"], now["why"], one["fix"]]
    facts = [words.say("place.life", state=now["text"]), *dict.fromkeys(filter(None, said))]
    with st.container(border=True, key="tapak-proposal-card"):
        sentence(one["name"], more=" · ".join(facts), tone=TONES.get(now["state"], ""))
        show_steps(board, one)
        if st.button(words.say("propose.open"), key="tapak-proposal-open"):
            st.session_state[SITE] = one["id"]
            st.session_state[GO] = SITE_PAGE
            st.rerun()
