"""Where a branch office saves clients most travel, beside the office of today."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

import words
from geo.errors import UsageError
from ui.facts import facts_key
from ui.frame_map import show_map
from ui.grid import Column, Row, cell, show_grid
from ui.look import figures, marked, sentence, swatches
from ui.point import point_map
from ui.sets_result import minutes, status_text
from ui.study import folder
from ui.task import retry_task, run_task, show_end
from work.board import Board
from work.set_page import office_page
from work.travel import place_of

METHODS = ("p_median", "p_center", "max_cover")
OTHER = "other"
TODAY, LONLAT = "tapak-office-today", "tapak-office-lonlat"
REQUEST = "tapak-office-request"
TASK = "office"
MAP_PX = 470
NAMED = 5


def show_office(board: Board) -> None:
    """Show the form, and the office that was chosen."""
    st.text(words.say("sets.office.about"))
    asked = _form(board)
    if asked is not None:
        place_of(asked["today"], option=words.say("sets.office.today"))
        st.session_state[REQUEST] = asked
        retry_task(TASK)
    request = st.session_state.get(REQUEST)
    if request is None:
        sentence(words.say("sets.first"))
        return
    key = f"{facts_key(board)}/{sorted(request.items())}"
    title = words.say("sets.office.running")
    done = run_task(TASK, key, office_page, folder(), title=title, **request)
    if done is None:
        return
    if done.state == "done":
        _result(done.result)
    else:
        show_end(done, TASK)


def _offices(board: Board) -> list[dict[str, Any]]:
    """List the offices of the study: ``name, lon, lat, active``; the active ones first."""
    layer = board.inputs.read.get("offices") if board.inputs else None
    if layer is None:
        return []
    frame = layer.data.sort_values("active", ascending=False, kind="stable")
    return [
        {
            "name": str(name) if active else words.say("sets.office.inactive", name=name),
            "lon": round(point.x, 6),
            "lat": round(point.y, 6),
            "active": bool(active),
        }
        for name, active, point in zip(frame["name"], frame["active"], frame.geometry, strict=True)
    ]


def _pointed(offices: list[dict[str, Any]]) -> Callable[[tuple[float, float]], None]:
    """Make what puts a point of the map into the form: an office there is chosen by its name."""

    def put(at: tuple[float, float]) -> None:
        same = [place(one) for one in offices if (one["lon"], one["lat"]) == at]
        st.session_state[TODAY] = same[0] if same else OTHER
        st.session_state[LONLAT] = "" if same else f"{at[0]:.6f}, {at[1]:.6f}"

    return put


def place(office: Mapping[str, Any]) -> str:
    """Write where an office stands, ``LON,LAT``."""
    return f"{office['lon']:.6f},{office['lat']:.6f}"


def _point_now(offices: list[dict[str, Any]]) -> tuple[float, float] | None:
    """Return the point the form holds now; None where it holds none yet, or nonsense."""
    typed = str(st.session_state.get(LONLAT, "")).replace(" ", "")
    known = [place(one) for one in offices]
    wanted = typed or st.session_state.get(TODAY) or next(iter(known), OTHER)
    try:
        at = place_of(str(wanted), option="")
    except UsageError:
        return None
    return at.x, at.y


def _form(board: Board) -> dict[str, Any] | None:
    """Ask what is looked for; the request when the button was pressed, else None."""
    found = _offices(board)
    offices = {place(one): one["name"] for one in found}
    offices[OTHER] = words.say("sets.office.other")
    with st.expander(words.say("sets.office.map"), icon=":material/location_on:"):
        st.text(words.say("sets.office.map.about"))
        now = _point_now(found)
        point_map(board, "office", at=now, offices=found, tell=_pointed(found))
    with st.form("tapak-office", border=True):
        one, two, three, four, five = st.columns([4, 3, 2, 5, 2], vertical_alignment="bottom")
        today = one.selectbox(
            words.say("sets.office.today"),
            list(offices),
            format_func=offices.__getitem__,
            key=TODAY,
        )
        lonlat = two.text_input(
            words.say("sets.office.lonlat"),
            placeholder=words.say("sets.office.lonlat.hint"),
            key=LONLAT,
        )
        count = three.number_input(words.say("sets.office.count"), 1, 10, 1)
        method = four.selectbox(
            words.say("sets.office.method"),
            METHODS,
            format_func=lambda name: words.say(f"sets.office.{name}"),
        )
        limit = five.number_input(words.say("sets.office.limit"), 10, 300, 60, step=5)
        if not st.form_submit_button(words.say("sets.run"), type="primary"):
            return None
    return {
        "today": lonlat.replace(" ", "") if today == OTHER or lonlat.strip() else today,
        "count": int(count),
        "method": method,
        "limit_min": float(limit) if method == "max_cover" else None,
    }


def _result(told: dict[str, Any]) -> None:
    sentence(told["text"][0], more=" ".join([status_text(told), *told["text"][1:3]]))
    if told["assumed"]["demand"]:
        st.text(words.say("sets.assumed.demand"))
    _figures(told)
    _certainty(told)
    marked([_chosen(one) for one in told["chosen"]])
    for box, side in zip(st.columns(2, gap="medium"), ("before", "after"), strict=True):
        with box:
            st.subheader(words.say(f"sets.office.{side}"), anchor=False)
            show_map(told[f"map_{side}"], height_px=MAP_PX)
    swatches(told["key"])
    _days(told)
    st.subheader(words.say("sets.office.by_desa"), anchor=False)
    _by_desa(told)


def _figures(told: dict[str, Any]) -> None:
    today, after = told["today"], told["after"]
    visits = words.number(told["assumed"]["visits_a_year"])
    estimate = words.say("sets.office.estimate", n=visits)

    def was(name: str) -> str:
        value = today[name]
        return "" if value is None else words.say("sets.office.was", n=words.number(value))

    def saved(name: str, code: str) -> str:
        value = told[name]
        return "–" if value is None else words.say(code, n=words.number(value))

    figures(
        [
            (words.say("sets.office.mean"), minutes(after["mean_min"]), was("mean_min")),
            (words.say("sets.office.p90"), minutes(after["p90_min"]), was("p90_min")),
            (
                words.say("sets.office.saved_hours"),
                saved("saved_hours_per_year", "sets.hours"),
                estimate,
            ),
            (words.say("sets.office.saved_km"), saved("saved_km_per_year", "sets.km"), estimate),
        ]
    )


def _certainty(told: dict[str, Any]) -> None:
    names = [one["name"] for one in told["rivals"]]
    if names:
        shown = ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
        more = words.say("sets.office.rivals.more", names=shown)
        sentence(words.say("sets.office.rivals"), more=more, tone="warn")
    elif told["clear_winner"]:
        st.text(words.say("sets.office.clear"))


def _chosen(one: dict[str, Any]) -> tuple[str, str, str, str]:
    told = f"{one['name']} · {one['kind_text']} · {one['kecamatan']}: {one['readiness_text']}"
    return "●", told, "; ".join(one["conditions_text"]), "good"


def _days(told: dict[str, Any]) -> None:
    """Say what a weekly day at offices of kecamatan would do instead."""
    days = told["service_days"]
    if days is None or not days["kantor"] or days["after"]["mean_min"] is None:
        return
    numbers = {
        "n": days["after"]["mean_min"],
        "hours": days["saved_hours_per_year"] or 0.0,
        "officer": days["officer_hours_per_year"] or 0.0,
    }
    names = ", ".join(one["name"] for one in days["kantor"])
    told_numbers = {name: words.number(value) for name, value in numbers.items()}
    sentence(words.say("sets.office.days", names=names, **told_numbers))


def _by_desa(told: dict[str, Any]) -> None:
    columns = [
        Column(key="desa", title=words.say("sets.column.desa")),
        Column(key="kecamatan", title=words.say("sets.column.kecamatan"), filter=True),
        Column(key="today", title=words.say("sets.column.today"), kind="number"),
        Column(key="after", title=words.say("sets.column.after"), kind="number"),
        Column(key="saved", title=words.say("sets.column.saved"), kind="number"),
        Column(key="office", title=words.say("sets.column.office"), filter=True),
    ]
    rows = [_desa(one, told["names"]) for one in told["by_desa"]]
    title = words.say("sets.office.by_desa")
    show_grid("office-desa", columns, rows, title=title, height_px=520)


def _desa(one: dict[str, Any], names: dict[str, str]) -> Row:
    today, after = one["today_min"], one["after_min"]
    saved = None if today is None or after is None else today - after
    numbers = {
        name: cell(None) if value is None else cell(words.number(value), value=value)
        for name, value in (("today", today), ("after", after), ("saved", saved))
    }
    stay = words.say("sets.office.stay")
    office = names.get(one["office"], stay) if one["office"] else stay
    told = {"desa": cell(one["name"]), "kecamatan": cell(one["kecamatan"]), "office": cell(office)}
    return Row(id=one["desa"], cells=told | numbers)
