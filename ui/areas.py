"""Desa for juveniles, under the ranking of places: which lead, and what is asked there first."""

from __future__ import annotations

from typing import Any

import streamlit as st

import words
from scoring.areas_catalogue import PROGRAMME
from ui.facts import percent
from ui.grid import Column, Row, cell, show_grid
from ui.look import sentence
from ui.session import part
from work.area_list import list_areas
from work.board import Board


@st.cache_data(max_entries=4, show_spinner=False)
def _told(key: tuple[str, str], _board: Board) -> dict[str, Any]:  # noqa: ARG001 - the cache's key
    return list_areas(_board.folder)


@part
def show_areas(board: Board) -> None:
    """Show the ranked desa of the programme for juveniles, when they are asked for."""
    if board.programme != PROGRAMME or not st.toggle(words.say("ui.areas"), key="tapak-areas"):
        return
    with st.spinner(words.say("ui.areas.ranking")):
        told = _told((board.key, words.language.get()), board)
    if not told.get("areas"):
        sentence(words.say("ui.areas.none"))
        return
    sentence(told["areas_sureness"]["text"], more=told["areas_sureness"]["weights_set_by"])
    columns = [
        Column(key="rank", title=words.say("ui.column.rank"), kind="number"),
        Column(key="name", title=words.say("ui.areas.name")),
        Column(key="kecamatan", title=words.say("ui.areas.kecamatan"), filter=True),
        Column(key="score", title=words.say("ui.column.score"), kind="bar"),
        Column(key="top", title=words.say("ui.column.top"), kind="bar"),
        Column(key="ready", title=words.say("ui.column.readiness"), filter=True),
        Column(key="places", title=words.say("ui.areas.places"), kind="number"),
        Column(key="ask", title=words.say("ui.first_ask")),
    ]
    asked = {one["id"]: str(one["text"]) for one in told["areas_survey_first"]}
    rows = [_row(one, asked.get(one["id"], "–")) for one in told["areas"]]
    show_grid("areas", columns, rows, title=words.say("ui.areas"), height_px=560)


def _row(one: dict[str, Any], ask: str) -> Row:
    interval = f"{words.number(one['low'], 2)}–{words.number(one['high'], 2)}"
    return Row(
        id=one["id"],
        cells={
            "rank": cell(words.number(one["rank"]), value=one["rank"]),
            "name": cell(one["name"]),
            "kecamatan": cell(one["kecamatan"]),
            "score": cell(
                words.number(one["score"], 2),
                sub=interval,
                value=one["score"],
                share=one["score"],
            ),
            "top": cell(percent(one["p_top"]), value=one["p_top"], share=one["p_top"]),
            "ready": cell(words.say(f"ui.ready.{one['readiness']}")),
            "places": cell(words.number(len(one["places"])), value=len(one["places"])),
            "ask": cell(ask),
        },
    )
