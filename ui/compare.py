"""The page "Skenario": the scenarios saved, and two of them side by side: who moved, and why."""

from __future__ import annotations

from collections import Counter
from typing import Any

import streamlit as st

import words
from scoring.weights import Scenario
from ui.facts import percent
from ui.grid import Column, Row, actions, cell, show_grid
from ui.header import page_header
from ui.look import sentence, table
from ui.parts import day_text, minute_text
from ui.shell import GO
from ui.slope import slope
from ui.study import folder
from ui.tried import called, pick, scenarios
from work.as_json import weights_set_by
from work.board import Board
from work.scenarios import beside, compare_within, list_scenarios

TOP = 10
SHOWN_WEIGHTS = 8
CAUSES = 3


def page() -> None:
    """Show what is saved, and two scenarios of one programme side by side."""
    board = page_header("compare.title")
    if not board.scenarios:
        sentence(words.say("compare.none"), more=words.say("compare.none.more"))
        if st.button(words.say("compare.to_ranking"), type="primary"):
            _go()
        return
    known = {scenario.name: scenario for scenario in scenarios(board)}
    names = list(known)
    left, right = st.columns(2)
    sides = [
        box.selectbox(words.say(f"compare.{side}"), names, index=at, format_func=called, key=key)
        for box, side, at, key in (
            (left, "one", 0, f"tapak-compare-one-{board.programme}"),
            (right, "other", len(names) - 1, f"tapak-compare-other-{board.programme}"),
        )
    ]
    for box, name in zip((left, right), sides, strict=True):
        box.text(weights_set_by(known[name]))
    _beside(board, known[sides[0]], known[sides[1]])
    _saved(board)


def _go() -> None:
    st.session_state[GO] = "peringkat"
    st.rerun()


def _beside(board: Board, first: Scenario, second: Scenario) -> None:
    told = compare_within(board.result, first, second, top=TOP)
    if not told["moved"]:
        sentence(words.say("compare.same"))
        return
    sides = beside(board.result, first, second, top=TOP)
    counts = {name: words.number(len(told[name])) for name in ("moved", "entered", "left")}
    sentence(words.say("compare.moved", **counts), more=_causes(told["moved"]))
    leaders, weights = st.columns([3, 2], gap="large")
    with leaders:
        st.header(words.say("compare.firsts", top=TOP), anchor=False)
        names = (called(first.name), called(second.name))
        slope(names, (_places(sides["firsts"][0]), _places(sides["firsts"][1])))
    with weights:
        _weights(sides["weights"], names)
    _moves(told, board)


def _causes(moved: list[dict[str, Any]]) -> str:
    """Name the criteria whose weights moved the most sites."""
    counted = Counter(move["because"] for move in moved).most_common(CAUSES)
    named = [
        words.say("compare.cause", criterion=words.say(f"criterion.{key}"), n=words.number(count))
        for key, count in counted
    ]
    return words.say("compare.causes", causes=", ".join(named))


def _places(firsts: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(one["id"], words.number(one["rank"]), one["name"]) for one in firsts]


def _weights(told: list[dict[str, Any]], names: tuple[str, str]) -> None:
    differing = [one for one in told if abs(one["one"] - one["other"]) > 5e-5][:SHOWN_WEIGHTS]
    rows = [
        [
            words.say(f"criterion.{one['criterion']}"),
            words.say("ui.percent", n=words.number(100 * one["one"], 1)),
            words.say("ui.percent", n=words.number(100 * one["other"], 1)),
        ]
        for one in differing
    ]
    table(words.say("compare.weights"), [words.say("compare.criterion"), *names], rows)


def _moves(told: dict[str, Any], board: Board) -> None:
    entered, left = set(told["entered"]), set(told["left"])
    columns = [
        Column(key="site", title=words.say("compare.site")),
        Column(key="from", title=words.say("compare.from"), kind="number"),
        Column(key="to", title=words.say("compare.to"), kind="number"),
        Column(key="move", title=words.say("ui.column.move"), kind="number"),
        Column(key="list", title=words.say("compare.list", top=TOP), kind="badge", filter=True),
        Column(key="because", title=words.say("compare.because"), filter=True),
    ]
    rows = [_move(move, entered=entered, left=left) for move in told["moved"]]
    st.header(words.say("compare.moves"), anchor=False)
    show_grid(
        f"compare-{board.programme}", columns, rows, title=words.say("compare.moves"), height_px=460
    )


def _move(move: dict[str, Any], *, entered: set[str], left: set[str]) -> Row:
    gained = move["from"] - move["to"]
    state, tone = "", ""
    if move["id"] in entered:
        state, tone = words.say("compare.entered"), "good"
    elif move["id"] in left:
        state, tone = words.say("compare.left"), "bad"
    return Row(
        id=move["id"],
        cells={
            "site": cell(move["name"]),
            "from": cell(words.number(move["from"]), value=move["from"]),
            "to": cell(words.number(move["to"]), value=move["to"]),
            "move": cell(f"{'▲' if gained > 0 else '▼'} {words.number(abs(gained))}", value=gained),
            "list": cell(state, tone=tone),
            "because": cell(words.say(f"criterion.{move['because']}")),
        },
    )


def _saved(board: Board) -> None:
    """List what is saved; a press on a name takes its weights to the ranking."""
    told = list_scenarios(folder(), programme=board.programme)["scenarios"]
    columns = [
        Column(key="name", title=words.say("compare.name")),
        Column(key="by", title=words.say("compare.by")),
        Column(key="on", title=words.say("compare.on")),
        Column(key="basis", title=words.say("compare.basis")),
        Column(key="groups", title=words.say("compare.groups")),
        Column(key="use", title=words.say("compare.use"), kind="actions"),
    ]
    rows = [_scenario(one) for one in told]
    st.header(words.say("compare.saved"), anchor=False)
    done = show_grid(
        f"scenarios-{board.programme}",
        columns,
        rows,
        title=words.say("compare.saved"),
        search=False,
    )
    if done.acted:
        pick(board, done.acted[0])
        _go()


def _scenario(one: dict[str, Any]) -> Row:
    total = sum(one["groups"].values()) or 1.0
    groups = [
        f"{words.say(f'group.{name}')} {percent(share / total)}"
        for name, share in one["groups"].items()
    ]
    return Row(
        id=one["name"],
        cells={
            "name": cell(one["name"]),
            "by": cell(one["set_by"] or words.say("weights.initial")),
            "on": cell(
                day_text(one["set_on"]) or "–",
                sub=words.say("compare.at", at=minute_text(one["saved_at"])),
            ),
            "basis": cell(one["basis"] or "–"),
            "groups": cell(" · ".join(groups) or "–"),
            "use": actions(("use", words.say("compare.use"))),
        },
    )
