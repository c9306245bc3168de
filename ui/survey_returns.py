"""Taking back what teams bring: files of any channel, and what became of each row, in words."""

from __future__ import annotations

from typing import Any

import streamlit as st

import words
from data.hashes import sha256_hex
from ui.grid import Column, Row, cell, show_grid
from ui.look import sentence
from ui.parts import plain
from ui.task import forget_task, run_task
from ui.uploads import upload
from work.board import Board
from work.survey import collect_files

_FILES, _ANSWERS, _TURN = "tapak-return-files", "tapak-return-answers", "tapak-return-turn"
_NAMED = 12
"""So many rows are named with a reason they share."""
_TONES = {"accepted": "good", "review": "warn", "conflict": "bad", "rejected": "bad"}


def show_returns(board: Board) -> None:
    """Show where files are given, what is being read, and what came of the last ones."""
    sentence(words.say("survey.return.what"), more=words.say("survey.return.what.more"))
    turn = st.session_state.setdefault(_TURN, 0)
    files = upload(words.say("survey.return.files"), key=f"tapak-return-{turn}", many=True)
    go = st.button(words.say("survey.return.go"), type="primary", disabled=not files)
    if go and files:
        st.session_state[_FILES] = [(file.name, file.getvalue()) for file in files]
        forget_task("collect")
    _reading(board)
    for k, answer in enumerate(st.session_state.get(_ANSWERS, ())):
        _tell(k, answer)


def _reading(board: Board) -> None:
    given = st.session_state.get(_FILES)
    if given is None:
        return
    key = "|".join(sha256_hex(raw) for _, raw in given)
    title = words.say("survey.return.running", n=len(given))
    errand = run_task("collect", key, collect_files, board.folder, given, title=title)
    if errand is None:
        return
    st.session_state.pop(_FILES)
    forget_task("collect")
    if errand.fault is not None:
        st.error(plain(errand.fault.say()), icon=":material/error:")
        return
    if errand.state == "done":
        st.session_state[_ANSWERS] = errand.result
        st.session_state[_TURN] += 1
        st.rerun()


def _tell(k: int, answer: dict[str, Any]) -> None:
    st.subheader(plain(answer["file"]), anchor=False)
    if "fault" in answer:
        sentence(answer["fault"], tone="bad")
        return
    told = answer["told"]
    names = ("accepted", "duplicates", "superseded", "conflicts")
    counts: dict[str, Any] = {name: words.number(told[name]) for name in names}
    waits = sum(row["status"] in {"review", "conflict"} for row in answer["rows"])
    more = words.say("survey.return.waits", n=waits) if waits else ""
    nothing = told["rejected"] and not sum(told[name] for name in names)
    tone = "bad" if nothing else "warn" if waits else ""
    sentence(words.say("survey.return.counts", **counts), more=more, tone=tone)
    if answer["rows"]:
        _rows(k, answer["rows"])
    _notes([*told["rejected"], *told["remarks"]])


def _notes(notes: list[dict[str, Any]]) -> None:
    """Tell what could not be taken: rows of which the same is to be said stand together."""
    together: dict[str, list[str]] = {}
    for note in notes:
        told = f"{note['reason']} {note['fix']}"
        together.setdefault(told, []).extend([str(note["row"])] if note["row"] else [])
    for told, rows in together.items():
        named = ", ".join([*rows[:_NAMED], *(["…"] if len(rows) > _NAMED else [])])
        st.text(f"{words.say('tell.row', row=named) if rows else words.say('tell.file')}: {told}")


def _rows(k: int, rows: list[dict[str, Any]]) -> None:
    columns = [
        Column(key="site", title=words.say("survey.column.site")),
        Column(key="team", title=words.say("survey.column.team"), filter=True),
        Column(key="status", title=words.say("survey.column.status"), kind="badge", filter=True),
        Column(key="found", title=words.say("survey.column.found")),
    ]
    made = [
        Row(
            id=f"{row['id']}-{at}",
            cells={
                "site": cell(row["name"], sub=row["id"]),
                "team": cell(row["team"] or "–", sub=row["surveyor"]),
                "status": cell(
                    words.say(f"tell.status.{row['status']}"),
                    tone=_TONES.get(row["status"], "plain"),
                ),
                "found": cell(" ".join(row["found"]) or words.say("survey.return.nothing")),
            },
        )
        for at, row in enumerate(rows)
    ]
    title = words.say("survey.return.rows")
    show_grid(f"return-{k}", columns, made, title=title, height_px=460)
