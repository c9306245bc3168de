"""Planning visits: what is asked, the plan as a timetable and on a map, what does not fit."""

from __future__ import annotations

import datetime as dt
from typing import Any

import streamlit as st

import words
from data.hashes import canonical_json, sha256_hex
from geo.streets.profiles import MODES
from surveys.opening import working_days
from ui.frame_map import show_map
from ui.grid import Column, Row, cell, show_grid
from ui.look import figures, sentence
from ui.parts import minute_text, plain
from ui.task import forget_task, run_task
from work.board import Board
from work.roles import may
from work.survey import date_text, latest_plan, plan_and_keep, plan_map

MAP_PX = 520
_ASKED = "tapak-plan-asked"
_OFFICE = ""


def show_plan(board: Board) -> None:
    """Show the form and the latest plan."""
    if may("plan"):
        with st.expander(words.say("survey.plan.new"), expanded=latest_plan(board) is None):
            _form(board)
        if _planning(board):
            return
    plan = latest_plan(board)
    if plan is None:
        sentence(words.say("survey.plan.none"), more=words.say("survey.plan.none.more"))
        return
    _head(plan)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _timetable(plan)
    with right:
        drawn = _map(board.key, plan["id"], words.language.get(), board)
        if drawn:
            show_map(drawn, height_px=MAP_PX)
    _left_out(plan)


@st.cache_data(max_entries=8, show_spinner=False)
def _map(key: str, plan: str, lang: str, _board: Board) -> str | None:  # noqa: ARG001 - the cache's key
    return plan_map(_board, plan)


def _form(board: Board) -> None:
    today = dt.datetime.now().astimezone().date()
    with st.form("tapak-plan", border=False):
        a, b, c, d = st.columns(4)
        teams = a.number_input(words.say("survey.plan.teams"), 1, 50, 2)
        days = b.number_input(words.say("survey.plan.days"), 1, 60, 3)
        hours = c.number_input(
            words.say("survey.plan.hours"), 1.0, 24.0, 7.0, step=0.5, format="%g"
        )
        first = d.date_input(
            words.say("survey.plan.first"), working_days(today, 2)[1], format="DD/MM/YYYY"
        )
        a, b = st.columns(2)
        names = dict(
            zip(board.result.candidates.ids, board.result.candidates.frame["name"], strict=True)
        )
        base = a.selectbox(
            words.say("survey.plan.from"),
            [_OFFICE, *names],
            format_func=lambda key: str(names[key]) if key else words.say("survey.plan.office"),
        )
        mode = b.selectbox(
            words.say("survey.plan.mode"),
            list(MODES),
            index=list(MODES).index("motorcycle"),
            format_func=lambda key: words.say(f"survey.mode.{key}"),
        )
        go = st.form_submit_button(words.say("survey.plan.make"), type="primary")
    if go:
        forget_task("plan")
        st.session_state[_ASKED] = {
            "teams": int(teams),
            "days": int(days),
            "hours": float(hours),
            "start_from": base or None,
            "mode": mode,
            "first_day": first,
            "programme": board.programme,
        }


def _planning(board: Board) -> bool:
    """Make a plan that was asked for; True while it is being made."""
    asked = st.session_state.get(_ASKED)
    if asked is None:
        return False
    key = sha256_hex(canonical_json({k: str(v) for k, v in asked.items()}))
    title = words.say("survey.plan.running")
    errand = run_task("plan", key, plan_and_keep, board.folder, title=title, **asked)
    if errand is None:
        return True
    st.session_state.pop(_ASKED)
    forget_task("plan")
    if errand.fault is not None:
        st.error(plain(errand.fault.say()), icon=":material/error:")
    elif errand.state == "done":
        st.success(words.say("survey.plan.made"), icon=":material/check:")
    return False


def _head(plan: dict[str, Any]) -> None:
    settings, days = plan["settings"], [d for d in plan["days"] if d["stops"]]
    stops = sum(len(day["stops"]) for day in days)
    worked = [day["date"] for day in days]
    between = f"{date_text(min(worked))} – {date_text(max(worked))}" if worked else "–"
    figures(
        [
            (words.say("survey.plan.visits"), words.number(stops), between),
            (words.say("survey.plan.teams"), words.number(settings["teams"]), ""),
            (words.say("survey.plan.team_days"), words.number(len(days)), ""),
            (
                words.say("survey.plan.unfit"),
                words.number(len(plan["not_fitting"])) if "not_fitting" in plan else "–",
                words.say("survey.plan.unfit.note"),
            ),
        ]
    )
    st.caption(plain(_how(plan)))


def _how(plan: dict[str, Any]) -> str:
    told = [words.say("survey.plan.id", id=plan["id"], at=minute_text(plan["made_at"]))]
    if "from" in plan:
        told.append(_start(**plan["from"]))
        told.append(words.say(f"plan.travel.{plan['travel']}"))
    return " · ".join(told)


def _start(*, what: str, name: str, **_: Any) -> str:
    if what == "median":
        return words.say("survey.plan.middle")
    return words.say(f"plan.from.{what}", name=name)


def _timetable(plan: dict[str, Any]) -> None:
    columns = [
        Column(key="site", title=words.say("survey.column.site")),
        Column(key="mark", title=words.say("survey.column.mark")),
        Column(key="day", title=words.say("survey.column.day"), filter=True),
        Column(key="team", title=words.say("survey.column.team"), filter=True),
        Column(key="hours", title=words.say("survey.column.hours")),
    ]
    twice = {one["site"] for one in plan["double_visits"]}
    rows = []
    for day in plan["days"]:
        for k, stop in enumerate(day["stops"], start=1):
            why = words.say("survey.plan.in_front") if stop.get("in_front") else ""
            why = words.say("survey.plan.double") if stop["site"] in twice else why
            rows.append(
                Row(
                    id=f"{day['team']}-{day['day']}-{k}",
                    cells={
                        "site": cell(stop["name"], sub=why),
                        "mark": cell(f"{day['team']}{k}", value=100 * day["day"] + k),
                        "day": cell(date_text(day["date"]), value=day["date"]),
                        "team": cell(day["team"]),
                        "hours": cell(
                            f"{stop['arrive']}–{stop['leave']}".replace(":", "."),
                            value=stop["arrive"],
                        ),
                    },
                )
            )
    show_grid("plan", columns, rows, title=words.say("survey.plan.timetable"), height_px=MAP_PX)


def _left_out(plan: dict[str, Any]) -> None:
    """Say who is visited twice and what does not fit, each by its name."""
    names = {s["site"]: s["name"] for day in plan["days"] for s in day["stops"]}
    if plan["double_visits"]:
        st.subheader(words.say("survey.plan.twice"), anchor=False)
        for one in plan["double_visits"]:
            teams = ", ".join(str(v["team"]) for v in one["visits"])
            name = names.get(one["site"], one["site"])
            st.text(words.say("survey.plan.twice.row", name=name, teams=teams))
    reasons: dict[str, list[str]] = {}
    for left in plan.get("not_fitting", ()):
        reasons.setdefault(left["reason"], []).append(left["name"])
    if reasons:
        st.subheader(words.say("survey.plan.left"), anchor=False)
    for reason, left_out in reasons.items():
        st.text(words.say("survey.plan.left.row", n=len(left_out), reason=reason.rstrip(".")))
        with st.expander(words.say("survey.plan.left.names", n=len(left_out))):
            st.text("\n".join(left_out))
