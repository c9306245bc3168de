"""The packs that teams carry: made for each team, taken down whole or by the thing to tap."""

from __future__ import annotations

from typing import Any

import streamlit as st

import words
from surveys.pack import CHANNELS
from ui.downloads import later
from ui.look import sentence
from ui.parts import plain
from ui.task import forget_task, run_task
from work.board import Board
from work.survey import TO_TAP, latest_plan, make_pack, pack_bytes, packed

_ASKED = "tapak-pack-asked"
_MIME = {
    "1-peta.kmz": "application/vnd.google-earth.kmz",
    "2-formulir.html": "text/html",
    "3-lembar-kertas.pdf": "application/pdf",
}


def show_packs(board: Board) -> None:
    """Show each team of the latest plan with its pack."""
    plan = latest_plan(board)
    if plan is None or not plan["teams"]:
        sentence(words.say("survey.pack.no_plan"), more=words.say("survey.pack.no_plan.more"))
        return
    sentence(words.say("survey.pack.what"), more=words.say("survey.pack.what.more"))
    channels = st.pills(
        words.say("survey.pack.channels"),
        CHANNELS,
        selection_mode="multi",
        format_func=lambda name: words.say(f"survey.channel.{name}"),
        key="tapak-pack-channels",
        help=words.say("survey.pack.channels.help"),
    )
    for team in plan["teams"]:
        with st.container(border=True, key=f"tapak-pack-{team}"):
            _team(board, plan, team, sorted(channels))


def _team(board: Board, plan: dict[str, Any], team: str, channels: list[str]) -> None:
    days = [day for day in plan["days"] if day["team"] == team and day["stops"]]
    visits = sum(len(day["stops"]) for day in days)
    with st.container(horizontal=True, vertical_alignment="center"):
        title = words.say("survey.pack.team", team=team, visits=visits, days=len(days))
        st.subheader(plain(title), anchor=False, width="stretch")
        there = packed(board.folder, plan["id"], team)
        go = st.button(
            words.say("survey.pack.again" if there else "survey.pack.make"),
            type="secondary" if there else "primary",
            key=f"tapak-pack-go-{team}",
            icon=":material/inventory_2:",
        )
    asked: dict[str, Any] = st.session_state.setdefault(_ASKED, {})
    if go:
        forget_task(f"pack-{team}")
        asked[team] = channels
    if team in asked and not _made(board, plan["id"], team, asked):
        return
    if found := packed(board.folder, plan["id"], team):
        _downloads(board, plan["id"], team, found)


def _made(board: Board, plan: str, team: str, asked: dict[str, Any]) -> bool:
    """Make a pack that was asked for; False while it is being made."""
    errand = run_task(
        f"pack-{team}",
        "|".join([plan, *asked[team]]),
        make_pack,
        board.folder,
        plan,
        team,
        asked[team],
        title=words.say("survey.pack.running", team=team),
    )
    if errand is None:
        return False
    asked.pop(team)
    forget_task(f"pack-{team}")
    if errand.fault is not None:
        st.error(plain(errand.fault.say()), icon=":material/error:")
    return True


def _downloads(board: Board, plan: str, team: str, found: dict[str, Any]) -> None:
    size = words.number(found["zip_bytes"] / 2**20, 1)
    until = ".".join(reversed(found["valid_until"].split("-")))
    st.text(words.say("survey.pack.ready", n=len(found["sites"]), mb=size, until=until))
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            words.say("survey.pack.zip", team=team),
            later(pack_bytes, board.folder, plan, team),
            file_name=found["file"],
            mime="application/zip",
            type="primary",
            on_click="ignore",
            key=f"tapak-zip-{team}",
            icon=":material/download:",
        )
        for part in TO_TAP:
            st.download_button(
                words.say(f"survey.pack.part.{part[0]}"),
                later(pack_bytes, board.folder, plan, team, part),
                file_name=f"tim-{team}-{part}",
                mime=_MIME[part],
                on_click="ignore",
                key=f"tapak-part-{team}-{part[0]}",
            )
