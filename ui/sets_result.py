"""What was chosen as a set: figures, map of catchments, kecamatan, sites, and clashes in words."""

from __future__ import annotations

from typing import Any

import streamlit as st

import words
from ui.facts import percent
from ui.frame_map import show_map
from ui.grid import Column, Row, actions, cell, show_grid
from ui.look import figures, marked, sentence, table
from ui.shell import GO

MAP_PX = 600
SITE = "tapak-site"
TONES = {"siap": "good", "bersyarat": "plain", "survei_dulu": "warn"}


def show_set(told: dict[str, Any]) -> None:
    """Show `work.set_page.set_page`."""
    _clash(told)
    sentence(told["text"][0], more=status_text(told))
    for code, n in (("sites", told["assumed"]["sites"]), ("demand", told["assumed"]["demand"])):
        if n:
            st.text(words.say(f"sets.assumed.{code}", n=words.number(int(n))))
    _figures(told)
    if not told["opened"]:
        return
    left, right = st.columns([2, 1], gap="large")
    with left:
        st.subheader(words.say("sets.map"), anchor=False)
        show_map(told["map"], height_px=MAP_PX)
    with right:
        st.subheader(words.say("sets.kecamatan"), anchor=False)
        _kecamatan(told)
    st.subheader(words.say("sets.opened"), anchor=False)
    _opened(told)


def status_text(told: dict[str, Any]) -> str:
    """Say whether a choice is proven to be the best."""
    gap = words.number(100 * (told["gap"] or 0), 1)
    seconds = words.number(told.get("time_limit_s") or 60)
    return words.say(f"sets.status.{told['status']}", s=seconds, gap=gap)


def _clash(told: dict[str, Any]) -> None:
    clash = told["clash"]
    if not clash:
        return
    proved = words.say(f"siting.proved.{clash['proved']}")
    sentence(words.say("sets.clash", proved=proved), tone="bad")
    marked([("!", line, "", "warn") for line in clash["text"]])


def minutes(value: float | None) -> str:
    """Write whole minutes; a dash while they are unknown."""
    return "–" if value is None else words.say("sets.min", n=words.number(value))


def _figures(told: dict[str, Any]) -> None:
    today, after = told["travel"]["today"], told["travel"]["after"] or {}
    before = (
        words.say("sets.figure.travel.from", n=words.number(today["mean_min"]))
        if today and today["mean_min"] is not None
        else words.say("sets.figure.travel.new")
    )
    p90 = today["p90_min"] if today else None
    hours = {name: words.number(value) for name, value in told["demand_hours_week"].items()}
    same = len(set(hours.values())) == 1
    demand = "sets.figure.demand.same" if same else "sets.figure.demand.note"
    figures(
        [
            (
                words.say("sets.figure.sites"),
                words.number(len(told["opened"])),
                words.say("sets.figure.sites.note", n=words.number(len(told["to_survey"]))),
            ),
            (words.say("sets.figure.served"), percent(told["served_share"] or 0), ""),
            (words.say("sets.figure.travel"), minutes(after.get("mean_min")), before),
            (
                words.say("sets.figure.p90"),
                minutes(after.get("p90_min")),
                "" if p90 is None else words.say("sets.office.was", n=words.number(p90)),
            ),
            (
                words.say("sets.figure.demand"),
                hours["mid"],
                words.say(demand, low=hours["low"], high=hours["high"]),
            ),
        ]
    )


def _kecamatan(told: dict[str, Any]) -> None:
    """List the kecamatan, the least served first."""
    heads = ("sets.column.kecamatan", "sets.kecamatan.share", "sets.kecamatan.sites")
    rows = [
        [one["name"], _share(one["served_share"]), words.number(one["sites"])]
        for one in told["kecamatan"]
    ]
    table(words.say("sets.kecamatan.order"), [words.say(head) for head in heads], rows)


def _share(share: float | None) -> str | tuple[str, float]:
    return words.say("ui.unknown") if share is None else (percent(share), share)


def _opened(told: dict[str, Any]) -> None:
    columns = [
        Column(key="rank", title=words.say("place.rank"), kind="number"),
        Column(key="site", title=words.say("sets.column.site")),
        Column(key="kecamatan", title=words.say("sets.column.kecamatan"), filter=True),
        Column(key="readiness", title=words.say("sets.column.readiness"), kind="badge"),
        Column(key="conditions", title=words.say("sets.column.conditions")),
        Column(key="hours", title=words.say("sets.column.hours"), kind="number"),
        Column(key="desa", title=words.say("sets.column.desa"), kind="number"),
        Column(key="minutes", title=words.say("sets.column.minutes"), kind="number"),
        Column(key="open", title=words.say("sets.column.open"), kind="actions"),
    ]
    rows = [_site(one) for one in told["opened"]]
    done = show_grid("set-opened", columns, rows, title=words.say("sets.opened"), search=False)
    if done.acted:
        open_site(done.acted[0])


def open_site(site: str) -> None:
    """Go to the page of a site."""
    st.session_state[SITE] = site
    st.session_state[GO] = "lokasi"
    st.rerun()


def _number(value: float | None, digits: int = 0) -> dict[str, Any]:
    return cell(None) if value is None else cell(words.number(value, digits), value=value)


def _site(one: dict[str, Any]) -> Row:
    return Row(
        id=one["id"],
        cells={
            "rank": cell(words.number(one["rank"]), value=one["rank"]),
            "site": cell(one["name"], sub=one["kind_text"]),
            "kecamatan": cell(one["kecamatan"]),
            "readiness": cell(one["readiness_text"], tone=TONES.get(one["readiness"], "plain")),
            "conditions": cell("; ".join(one["conditions_text"]) or "–"),
            "hours": _number(one["hours_week"]),
            "desa": _number(float(one["desa"])),
            "minutes": _number(one["mean_min"]),
            "open": actions(("open", words.say("sets.column.open"))),
        },
    )
