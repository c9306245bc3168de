"""The page "Beranda": the decision in a sentence, how sure, what is missing, one next step."""

from __future__ import annotations

from typing import Any

import streamlit as st

import words
from ui.facts import facts_key, percent
from ui.first_run import first_run, own_study
from ui.frame_map import show_map
from ui.header import page_header
from ui.look import bars, figures, sentence
from ui.study import folder, stamp
from work.board import Board
from work.home import home, home_map

MAP_PX = 520
PAGES = {
    "assets": "data",
    "layers": "data",
    "weights": "peringkat",
    "review": "survei",
    "plan": "survei",
    "visit": "survei",
    "approve": "usulan",
    "report": "laporan",
}
"""Where each next step is taken."""


@st.cache_data(max_entries=12, show_spinner=False)
def _told(key: str, changed: Any, _board: Board) -> dict[str, Any]:  # noqa: ARG001 - the cache's key
    return home(_board)


@st.cache_data(max_entries=6, show_spinner=False)
def _map(key: str, changed: Any, _board: Board) -> str:  # noqa: ARG001 - the cache's key
    return home_map(_board)


def page() -> None:
    """Show what is decided and what is to be done."""
    board = page_header("home.title")
    own_study()
    if not board.result.candidates.ids:
        first_run()
        return
    key = (facts_key(board), stamp(folder()))
    told = _told(*key, board)
    _decision(told)
    _figures(told)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.subheader(words.say("home.map"), anchor=False)
        show_map(_map(*key, board), height_px=MAP_PX)
    with right:
        _certainty(told)
        _missing(told)
        _next(told)


def _decision(told: dict[str, Any]) -> None:
    n = {name: words.number(told[name]) for name in ("listed", "ranked", "survey_first")}
    places = {name: words.number(told[name]) for name in ("kecamatan", "kecamatan_served")}
    if told["listed"]:
        text = words.say("home.decided", **n, **places)
    elif told["ranked"]:
        text = words.say("home.undecided", **n)
    else:
        text = words.say("home.empty")
    weights = "" if told["weights_agreed"] else words.say("home.weights_not_agreed")
    sentence(text, more=weights, tone="" if told["listed"] else "warn")


def _figures(told: dict[str, Any]) -> None:
    of = {"n": words.number(told["kecamatan_served"]), "all": words.number(told["kecamatan"])}
    seen = {"n": words.number(told["visited_shortlist"]), "all": words.number(told["shortlist"])}
    figures(
        [
            (
                words.say("home.figure.listed"),
                words.number(told["listed"]),
                words.say("home.figure.listed.note", n=words.number(told["ranked"])),
            ),
            (words.say("home.figure.kecamatan"), words.say("home.of", **of), ""),
            (
                words.say("home.figure.visited"),
                words.say("home.of", **seen),
                words.say("home.figure.visited.note", n=words.number(told["visited"])),
            ),
            (
                words.say("home.figure.unknown"),
                percent(told["unknown_share"]),
                words.say("home.figure.unknown.note"),
            ),
        ]
    )


def _certainty(told: dict[str, Any]) -> None:
    st.subheader(words.say("home.certainty"), anchor=False)
    leaders = told["leaders"]
    if not leaders:
        st.text(words.say("home.certainty.none"))
        return
    if told["clear_winner"]:
        st.text(words.say("home.clear", name=leaders[0]["name"]))
    else:
        least = percent(told["threshold"])
        st.text(words.say("home.not_clear", share=percent(leaders[0]["p_first"]), least=least))
    bars([(x["name"], x["p_first"], percent(x["p_first"])) for x in leaders])


def _missing(told: dict[str, Any]) -> None:
    st.subheader(words.say("home.missing"), anchor=False)
    layers = [words.say(f"layer.{m['kind']}") for m in told["missing"] if "kind" in m]
    dark = [words.say(f"criterion.{m['criterion']}") for m in told["missing"] if "criterion" in m]
    lines = []
    if layers:
        lines.append(words.say("home.missing.layers", names=", ".join(layers)))
    if dark:
        lines.append(words.say("home.missing.criteria", names=", ".join(dark)))
    left = told["shortlist"] - told["visited_shortlist"]
    if left:
        lines.append(words.say("home.missing.visits", n=words.number(left)))
    if told["waiting"]:
        lines.append(words.say("home.missing.review", n=words.number(told["waiting"])))
    for line in lines or [words.say("home.missing.nothing")]:
        st.text(line)


def _next(told: dict[str, Any]) -> None:
    st.subheader(words.say("home.next"), anchor=False)
    sentence(words.say(f"home.next.{told['next']}"))
    if st.button(words.say("home.next.go"), type="primary", width="stretch"):
        st.session_state["tapak-go"] = PAGES[told["next"]]
        st.rerun()
