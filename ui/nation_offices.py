"""Where new offices would save the most travel over the nation: asked for, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

import words
from ui.facts import percent
from ui.grid import Column, Row, cell, show_grid
from ui.look import figures, sentence
from ui.task import retry_task, run_task, show_end
from work.nation_facts import place_text
from work.nation_office import nation_office_lines, nation_offices

TASK, ASKED = "nation-offices", "tapak-nation-offices"
MOST = 50


def show_offices(results: Path, key: str) -> None:
    """Ask for how many, and show the offices that were last chosen in this session.

    Parameters
    ----------
    key : str
        Fingerprint of the results.
    """
    st.text(words.say("nation.page.offices.about"))
    with st.form("nation-offices-form", border=False):
        count = st.number_input(
            words.say("nation.page.offices.count"),
            min_value=1,
            max_value=MOST,
            value=3,
            key="nation-offices-count",
            width=220,
        )
        if st.form_submit_button(words.say("nation.page.offices.find"), type="primary"):
            st.session_state[ASKED] = (key, int(count))
            retry_task(TASK)
    asked = st.session_state.get(ASKED)
    if asked is None or asked[0] != key:
        return
    wanted = f"{results}/{key}/{words.language.get()}/{asked[1]}"
    title = words.say("nation.page.offices.finding")
    done = run_task(TASK, wanted, nation_offices, results, count=asked[1], title=title)
    if done is None:
        return
    if done.state == "done":
        _found(done.result)
    else:
        show_end(done, TASK)


def _found(told: Mapping[str, Any]) -> None:
    """Show what is saved, by which offices, for whom, and what the hours rest on."""
    chosen, left = told["chosen"], told["left_out"]
    lines = nation_office_lines(told)
    rests = lines[max(1, len(chosen)) : len(lines) - len(left)]
    if not chosen:
        sentence(lines[0], tone="warn")
    elif rests:
        sentence(rests[0])
    _figures(told)
    if chosen:
        _chosen(chosen)
    for line in rests[1 if chosen else 0 :]:
        st.text(line)
    if told["by_regency"]:
        _regencies(told["by_regency"])
    if left:
        _left(left)


def _figures(told: Mapping[str, Any]) -> None:
    before, after = told["before"], told["after"]
    if before["mean_min"] is None:
        return
    hours = words.number(told["saves_hours_year"])
    was, now = (words.number(one["mean_min"]) for one in (before, after))
    far, less = (percent(one["beyond_60_0_1"]) for one in (before, after))
    shown = {
        "hours": (hours, words.say("nation.page.offices.hours.note")),
        "minutes": (f"{was} → {now}", words.say("nation.page.offices.minutes.note")),
        "far": (f"{far} → {less}", words.say("nation.page.offices.far.note")),
    }
    figures([(words.say(f"nation.page.offices.{k}"), value, n) for k, (value, n) in shown.items()])


def _columns(kinds: Mapping[str, str]) -> list[Column]:
    return [
        Column(key=key, title=words.say(f"nation.page.offices.column.{key}"), kind=kind)
        for key, kind in kinds.items()
    ]


def _chosen(chosen: Sequence[Mapping[str, Any]]) -> None:
    kinds = {"rank": "number", "place": "text", "where": "text", "saves": "bar", "serves": "number"}
    most = max(one["saves_hours_year"] for one in chosen) or 1.0
    rows = []
    for one in chosen:
        name = one["name"] if one["id"] else words.say("nation.page.offices.area")
        saves, many = one["saves_hours_year"], one["serves"]["kecamatan"]
        where = place_text([one["regency"]] if one["regency"] else [], one["study"])
        rows.append(
            Row(
                id=str(one["rank"]),
                cells={
                    "rank": cell(words.number(one["rank"]), value=one["rank"]),
                    "place": cell(name, sub=one["kecamatan"]),
                    "where": cell(where),
                    "saves": cell(words.number(saves), value=saves, share=saves / most),
                    "serves": cell(words.number(many), value=many),
                },
            )
        )
    title = words.say("nation.page.offices.chosen")
    show_grid("nation-offices", _columns(kinds), rows, title=title, search=False)


def _regencies(told: Sequence[Mapping[str, Any]]) -> None:
    """Show travel before and after, where most is saved first."""
    kinds = {"regency": "text", "people": "number", "before": "number", "after": "number"}
    order = sorted(told, key=lambda one: (-_saved(one), one["regency"]))
    rows = [
        Row(
            id=f"{one['regency']}/{k}",
            cells={
                "regency": cell(place_text([one["regency"]], "") if one["regency"] else None),
                "people": cell(words.number(one["people"]), value=one["people"]),
                **{when: _minutes(one[when]["mean_min"]) for when in ("before", "after")},
            },
        )
        for k, one in enumerate(order)
    ]
    title = words.say("nation.page.offices.regencies")
    st.subheader(title, anchor=False)
    show_grid("nation-offices-areas", _columns(kinds), rows, title=title, height_px=420)


def _saved(one: Mapping[str, Any]) -> float:
    before, after = one["before"]["mean_min"], one["after"]["mean_min"]
    return 0.0 if before is None or after is None else float(before - after)


def _minutes(value: float | None) -> dict[str, Any]:
    return cell(None if value is None else words.number(value), value=value)


def _left(left: Sequence[Mapping[str, Any]]) -> None:
    title = words.say("nation.page.offices.left")
    st.subheader(title, anchor=False)
    columns = [Column(key=k, title=words.say(f"nation.page.column.{k}")) for k in ("study", "why")]
    rows = [
        Row(id=f"{one['study']}/{k}", cells={"study": cell(one["study"]), "why": cell(one["text"])})
        for k, one in enumerate(left)
    ]
    show_grid("nation-offices-left", columns, rows, title=title, height_px=320)
