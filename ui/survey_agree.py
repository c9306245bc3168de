"""How far surveyors agree, in plain words, and who moved in the ranking because of whose visit."""

from __future__ import annotations

from typing import Any

import streamlit as st

import words
from ui.grid import Column, Row, cell, show_grid
from ui.look import sentence
from ui.parts import minute_text
from work.board import Board
from work.surveyors import agreements, moved_by_visits

_TONES = {"good": "good", "fair": "warn", "poor": "bad", "alike": "good", "unknown": "plain"}


@st.cache_data(max_entries=8, show_spinner=False)
def _told(key: str, lang: str, _board: Board) -> tuple[dict[str, Any], dict[str, Any]]:  # noqa: ARG001 - the cache's key
    return agreements(_board), moved_by_visits(_board)


def show_agreement(board: Board) -> None:
    """Show agreement, leans, and moves."""
    told, moved = _told(board.key, words.language.get(), board)
    if not told["surveyors"]:
        sentence(words.say("survey.agree.none"), more=words.say("survey.agree.none.more"))
        return
    _agreement(told["alphas"])
    _leans(told["leans"])
    st.subheader(words.say("survey.moved"), anchor=False)
    _moved(moved)


def _agreement(alphas: list[dict[str, Any]]) -> None:
    known = [one for one in alphas if one["alpha"] is not None]
    good = sum(one["level"] == "good" for one in known)
    if known:
        text = words.say("survey.agree.text", good=good, of=len(known))
    else:
        text = words.say("survey.agree.unknown")
    more = words.say("survey.agree.how") if known else words.say("survey.agree.unknown.more")
    sentence(text, more=more, tone="" if known and good == len(known) else "warn")
    columns = [
        Column(key="criterion", title=words.say("survey.column.criterion")),
        Column(key="level", title=words.say("survey.column.level"), kind="badge", filter=True),
        Column(
            key="alpha",
            title=words.say("survey.column.alpha"),
            kind="number",
            about=words.say("survey.agree.alpha"),
        ),
        Column(key="sites", title=words.say("survey.column.twice"), kind="number"),
        Column(key="people", title=words.say("survey.column.people"), kind="number"),
    ]
    rows = [
        Row(
            id=one["criterion"],
            cells={
                "criterion": cell(one["title"]),
                "level": cell(words.say(f"survey.level.{one['level']}"), tone=_TONES[one["level"]]),
                "alpha": cell(
                    "–" if one["alpha"] is None else words.number(one["alpha"], 2),
                    value=one["alpha"],
                ),
                "sites": cell(words.number(one["sites"]), value=one["sites"]),
                "people": cell(words.number(one["surveyors"]), value=one["surveyors"]),
            },
        )
        for one in alphas
    ]
    title = words.say("survey.agree.table")
    show_grid("agreement", columns, rows, title=title, height_px=420, search=False)


def _leans(leans: list[dict[str, Any]]) -> None:
    st.subheader(words.say("survey.leans"), anchor=False)
    if not leans:
        st.text(words.say("survey.leans.none"))
    for one in leans:
        way = "more" if one["bias"] > 0 else "less"
        told = {"who": one["surveyor"], "what": one["title"], "n": one["answers"]}
        by = words.number(abs(one["bias"]), 1)
        st.text(words.say(f"survey.leans.{way}", by=by, **told))


def _moved(moved: dict[str, Any]) -> None:
    if moved["since"] is None:
        st.text(words.say("survey.moved.no_run"))
        return
    since = minute_text(moved["since"])
    if not moved["moved"]:
        st.text(words.say("survey.moved.none", since=since))
        return
    columns = [
        Column(key="site", title=words.say("survey.column.site")),
        Column(key="from", title=words.say("survey.column.was"), kind="number"),
        Column(key="to", title=words.say("survey.column.now"), kind="number"),
        Column(key="team", title=words.say("survey.column.whose")),
        Column(key="because", title=words.say("survey.column.because")),
    ]
    rows = [
        Row(
            id=row["site"],
            cells={
                "site": cell(row["name"]),
                "from": cell(_rank(row["from"]), value=row["from"]),
                "to": cell(_rank(row["to"]), value=row["to"]),
                "team": cell(", ".join(row["teams"])),
                "because": cell(", ".join(row["because"])),
            },
        )
        for row in moved["moved"]
    ]
    st.text(words.say("survey.moved.since", since=since, n=len(rows)))
    show_grid("moved", columns, rows, title=words.say("survey.moved"), height_px=420)


def _rank(rank: int | None) -> str:
    return words.say("tell.unranked") if rank is None else words.number(rank)
