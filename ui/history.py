"""The page "Riwayat": who did what, is the record whole, how two rankings differ."""

from __future__ import annotations

from typing import Any

import streamlit as st

import words
from ui.grid import Column, Row, cell, show_grid
from ui.header import page_header
from ui.look import sentence
from ui.parts import minute_text
from ui.study import folder
from ui.tried import called
from work.audit import history, verify_history
from work.board import Board
from work.runs import compare_runs, list_runs

MARK = 12
"""So much of a fingerprint is shown: enough to find it again."""


def page() -> None:
    """Show the record of deeds, and the rankings on record."""
    board = page_header("history.title")
    whole = verify_history(folder())
    if whole["broken"] is None:
        sentence(words.say("history.whole", n=words.number(whole["events"])))
    else:
        broken = words.say("history.broken", number=whole["broken"])
        sentence(broken, more=words.say("history.broken.more"), tone="bad")
    deeds, runs = st.tabs([words.say("history.deeds"), words.say("history.runs")])
    with deeds:
        _deeds(board)
    with runs:
        _runs(board.programme)


def _deeds(board: Board) -> None:
    frame = board.result.candidates.frame
    names = dict(zip(frame["id"].astype(str), frame["name"].astype(str), strict=True))
    events = history(folder())["events"]
    if not events:
        st.text(words.say("history.none"))
        return
    columns = [
        Column(key="what", title=words.say("history.column.what")),
        Column(key="who", title=words.say("history.column.who"), filter=True),
        Column(key="when", title=words.say("history.column.when")),
        Column(key="change", title=words.say("history.column.change")),
    ]
    rows = [
        Row(
            id=str(event["number"]),
            cells={
                "what": cell(
                    event["what"], sub=names.get(event["subject"], ""), value=event["number"]
                ),
                "who": cell(event["by"], sub=words.say(f"role.{event['role']}")),
                "when": cell(minute_text(event["at"]), value=event["at"]),
                "change": cell(_change(event)),
            },
        )
        for event in events
    ]
    show_grid("deeds", columns, rows, title=words.say("history.deeds"), height_px=620)


def _change(event: dict[str, Any]) -> str:
    """Write what changed in one line; what has no words here is shown as it was recorded."""
    sides = [_plain(event[side]) for side in ("before", "after")]
    return " → ".join(side for side in sides if side)


def _plain(value: Any, *, of: str = "state") -> str:
    """Write one side of a change; ``of`` is what the value is of."""
    if isinstance(value, dict):
        told = [(k, _plain(v, of=k)) for k, v in value.items() if v not in ("", None, [], {})]
        return " · ".join(v if k == "state" else f"{_known('key', k)}: {v}" for k, v in told)
    if isinstance(value, list):
        return ", ".join(_plain(one, of="") for one in value)
    if isinstance(value, str):
        return value[:MARK] if of == "sha256" else _called(value, of)
    if isinstance(value, bool):
        return words.say("history.yes" if value else "history.no")
    return "" if value is None else words.number(value, 0 if value == int(value) else 2)


def _called(text: str, of: str) -> str:
    """Say a recorded word as people do: a state, a programme, a way of travel; else as it is."""
    room = {"state": "life", "programme": "programme", "mode": "survey.mode"}.get(of)
    code = f"{room}.{text}"
    return words.say(code) if room and code in words.sentences(words.language.get()) else text


def _known(room: str, name: str) -> str:
    """Say what a recorded value is called; its own name where there are no words for it."""
    code = f"history.{room}.{name}"
    return words.say(code) if code in words.sentences(words.language.get()) else name


def _runs(programme: str) -> None:
    runs = list_runs(folder(), programme=programme)["runs"]
    if not runs:
        st.text(words.say("history.runs.none"))
        return
    columns = [
        Column(key="run", title=words.say("history.column.run")),
        Column(key="when", title=words.say("history.column.when")),
        Column(key="scenario", title=words.say("history.column.scenario"), filter=True),
        Column(key="who", title=words.say("history.column.who")),
    ]
    rows = [
        Row(
            id=run["id"],
            cells={
                "run": cell(run["id"]),
                "when": cell(minute_text(run["at"]), value=run["at"]),
                "scenario": cell(called(run["scenario"])),
                "who": cell(run["set_by"] or "–"),
            },
        )
        for run in runs
    ]
    show_grid("runs", columns, rows, title=words.say("history.runs"), height_px=320)
    if len(runs) > 1:
        _compare(runs)


def _compare(runs: list[dict[str, Any]]) -> None:
    st.subheader(words.say("history.compare"), anchor=False)
    ids = [run["id"] for run in runs]
    told = {run["id"]: _called_run(run) for run in runs}
    left, right = st.columns(2)
    one = left.selectbox(
        words.say("history.compare.one"), ids, index=1, format_func=told.__getitem__
    )
    other = right.selectbox(
        words.say("history.compare.other"), ids, index=0, format_func=told.__getitem__
    )
    found = compare_runs(folder(), one, other)
    if not found["moved"]:
        sentence(words.say("history.compare.same"))
        return
    counts = {name: words.number(len(found[name])) for name in ("entered", "left")}
    sentence(words.say("history.compare.moved", n=words.number(len(found["moved"])), **counts))
    columns = [
        Column(key="site", title=words.say("history.column.site")),
        Column(key="from", title=words.say("history.column.from"), kind="number"),
        Column(key="to", title=words.say("history.column.to"), kind="number"),
        Column(key="because", title=words.say("history.column.because")),
    ]
    rows = [
        Row(
            id=move["site"],
            cells={
                "site": cell(move["name"]),
                "from": _rank(move["from"]),
                "to": _rank(move["to"]),
                "because": cell(
                    words.say(f"criterion.{move['because']}") if move["because"] else "–"
                ),
            },
        )
        for move in found["moved"]
    ]
    show_grid("moved", columns, rows, title=words.say("history.compare"), height_px=480)


def _called_run(run: dict[str, Any]) -> str:
    return f"{run['id']} · {minute_text(run['at'])} · {called(run['scenario'])}"


def _rank(rank: int | None) -> dict[str, Any]:
    if rank is None:
        return cell(words.say("history.excluded"))
    return cell(words.number(rank), value=rank)
