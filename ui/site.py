"""The page "Lokasi": one site: where it stands, why, on what evidence, and what would change it."""

from __future__ import annotations

from typing import Any

import streamlit as st

import words
from ui.empty import no_places
from ui.facts import facts_key, percent
from ui.frame_map import show_map
from ui.header import page_header
from ui.look import figures, marked, photos, sentence, table
from ui.parts import minute_text
from ui.site_evidence import show_evidence
from ui.site_life import show_comments, show_life
from ui.waterfall import waterfall
from work.board import Board
from work.close_map import close_map
from work.place import site_page
from work.roles import may, sees_inside

SITE = "tapak-site"
"""Set by another page: the site this one is to speak of."""
PICKED = "tapak-site-picked"
QUERY = "site"
MAP_PX = 560
GATE_SIGNS = {"passed": ("✓", "good"), "open": ("?", "warn"), "shut": ("✕", "bad")}


@st.cache_data(max_entries=40, show_spinner=False)
def _map(key: str, site: str, whole: bool, _board: Board) -> str | None:  # noqa: ARG001 - the cache's key
    return close_map(_board, site)


def page() -> None:
    """Show one site, chosen here, by the ranking, or by the address."""
    board = page_header("place.title")
    if no_places(board):
        return
    ids = _by_rank(board)
    if not ids:
        sentence(words.say("account.no_own_site"), more=words.say("account.no_own_site.more"))
        return
    told = site_page(board, _chosen(board, ids))
    _head(told)
    show_life(board, told)
    left, right = st.columns([11, 9], gap="large")
    with left:
        _score(told)
    with right:
        _around(board, told)
    left, right = st.columns(2, gap="large")
    with left:
        _changes(told)
    with right:
        _conditions(told)
    _more(board, told)


def _chosen(board: Board, ids: list[str]) -> str:
    """Let a person choose, beginning with the site that was asked for."""
    asked = st.session_state.pop(SITE, None)
    if asked is None and PICKED not in st.session_state:
        asked = st.query_params.get(QUERY)
    if asked in ids:
        st.session_state[PICKED] = asked
    elif asked:
        sentence(words.say("place.not_found", site=str(asked)[:60]), tone="warn")
    if st.session_state.get(PICKED) not in ids:
        kept = st.session_state.get(f"{PICKED}-kept")
        st.session_state[PICKED] = kept if kept in ids else ids[0]
    names = _names(board)
    st.selectbox(
        words.say("place.choose"),
        ids,
        format_func=names.__getitem__,
        key=PICKED,
        label_visibility="collapsed",
    )
    site: str = st.session_state[PICKED]
    st.session_state[f"{PICKED}-kept"] = site
    if st.query_params.get(QUERY) != site:
        st.query_params[QUERY] = site
    return site


def _by_rank(board: Board) -> list[str]:
    """List the sites whose internals this person may see, the best first."""
    ids, order = board.result.candidates.ids, board.result.ranking.order.tolist()
    first = [ids[row] for row in order]
    ranked = set(first)
    every = first + [name for name in ids if name not in ranked]
    if may("view_internal"):
        return every
    frame = board.result.candidates.frame
    whose = dict(zip(frame["id"], frame["agency"].fillna(""), strict=True))
    return [name for name in every if sees_inside(str(whose[name]))]


def _names(board: Board) -> dict[str, str]:
    """Name every site for the choice: rank, name, desa."""
    result = board.result
    frame = result.candidates.frame
    rank = {result.candidates.ids[row]: int(r) for row, r in zip(
        result.ranking.order.tolist(), result.ranking.rank.tolist(), strict=True)}  # fmt: skip
    told = {}
    for name, title, desa in zip(frame["id"], frame["name"], frame["desa"].fillna(""), strict=True):
        parts = [words.number(rank[name]) if name in rank else "–", str(title), str(desa)]
        told[str(name)] = " · ".join(part for part in parts if part)
    return told


def _head(told: dict[str, Any]) -> None:
    where = " · ".join(filter(None, (told["kind"], told["place"], told["address"])))
    whose = " · ".join(
        filter(None, (told["agency"], words.say("ui.identity", id=told["id"]), told["code"]))
    )
    sentence(told["name"], more=f"{where}. {whose}")
    if told["rank"] == 0:
        sentence(words.say("place.excluded"), more=told["reason"], tone="bad")
        return
    reach = words.say(
        "place.fall.reach", low=words.number(told["low"], 2), high=words.number(told["high"], 2)
    )
    figures(
        [
            (
                words.say("place.rank"),
                words.number(told["rank"]),
                _rank_note(told),
            ),
            (words.say("maps.score"), words.number(told["score"], 2), f"{told['band']}; {reach}"),
            (
                words.say("maps.readiness"),
                words.say(f"ui.ready.{told['status']}"),
                told["ask"] and words.say("place.ask_first", question=told["ask"]),
            ),
            (words.say("maps.coverage"), percent(told["coverage"]), words.say("place.known.note")),
        ]
    )


def _rank_note(told: dict[str, Any]) -> str:
    ends = {name: words.number(told[name]) for name in ("best", "worst")}
    return words.say("place.rank.note", n=words.number(told["ranked"]), **ends)


def _score(told: dict[str, Any]) -> None:
    st.subheader(words.say("place.score"), anchor=False)
    if told["parts"]:
        waterfall(told["parts"], score=told["score"], low=told["low"], high=told["high"])
    else:
        st.text(words.say("place.score.none"))


def _around(board: Board, told: dict[str, Any]) -> None:
    st.subheader(words.say("place.around"), anchor=False)
    page_html = _map(facts_key(board), told["id"], may("view_internal"), board)
    if page_html is None:
        sentence(words.say("place.no_place"), tone="warn")
    else:
        show_map(page_html, height_px=MAP_PX)
        if told["approximate"]:
            st.text(words.say("maps.approximate_note"))
    hazards = [("!", line, "", "warn") for line in told["hazards"]]
    marked(hazards or [("✓", words.say("place.hazards.none"), "", "good")])
    near = [
        [one["name"], words.say(f"place.near.{one['class']}"), _metres(one["distance_m"])]
        for one in told["neighbours"]
    ]
    if near:
        heads = [words.say(f"place.near.{name}") for name in ("name", "what", "distance")]
        table(words.say("place.near.title"), heads, near)


def _metres(distance: float) -> str:
    return words.say("place.metres", n=words.number(round(distance, -1)))


def _changes(told: dict[str, Any]) -> None:
    st.subheader(words.say("place.lifts"), anchor=False)
    if told["in_top"]:
        st.text(words.say("place.lifts.in_top"))
    elif told["lifts"]:
        marked([("↑", line, "", "good") for line in told["lifts"]])
    else:
        st.text(words.say("place.lifts.none" if told["parts"] else "place.score.none"))
    if told["flip"]:
        st.subheader(words.say("place.flip"), anchor=False)
        st.text(told["flip"])


def _conditions(told: dict[str, Any]) -> None:
    st.subheader(words.say("place.conditions"), anchor=False)
    lines = [("•", line, "", "") for line in told["conditions"]]
    marked(lines or [("✓", words.say("place.conditions.none"), "", "good")])
    st.subheader(words.say("place.gates"), anchor=False)
    marked([_gate(gate) for gate in told["gates"]])


def _gate(gate: dict[str, Any]) -> tuple[str, str, str, str]:
    state = gate["state"]
    sign, tone = GATE_SIGNS[state]
    told = words.say(f"place.gate.{state}")
    more = " ".join(gate["questions"]) if state == "open" else ""
    return sign, f"{gate['text']}: {told}", more, tone


def _more(board: Board, told: dict[str, Any]) -> None:
    names = ("evidence", "visits", "history", "comments")
    tabs = st.tabs([words.say(f"place.{name}") for name in names])
    with tabs[0]:
        show_evidence(told["evidence"])
    with tabs[1]:
        _visits(told)
    with tabs[2]:
        _history(told)
    with tabs[3]:
        show_comments(board, told)


def _visits(told: dict[str, Any]) -> None:
    if not told["visits"]:
        st.text(words.say("place.visits.none"))
        return
    for visit in told["visits"]:
        title = words.say("place.visit", team=visit["team"], on=visit["on"])
        heads = [words.say("place.visit.question"), words.say("place.visit.answer")]
        table(title, heads, visit["answers"])
        shown = [
            (told["photos"][photo["sha256"]], f"{photo['title']} · {visit['on']}")
            for photo in visit["photos"]
            if photo["sha256"] in told["photos"]
        ]
        if shown:
            photos(shown)


def _history(told: dict[str, Any]) -> None:
    if not told["history"]:
        st.text(words.say("place.history.none"))
        return
    heads = [words.say(f"history.column.{name}") for name in ("when", "who", "what")]
    rows = [[minute_text(e["at"]), e["by"], _deed(e)] for e in told["history"]]
    table(words.say("place.history"), heads, rows)


def _deed(event: dict[str, Any]) -> str:
    after = event["after"]
    if isinstance(after, dict) and "state" in after:
        why = f" – {after['why']}" if after.get("why") else ""
        now = words.say(f"life.{after['state']}")
        return words.say("place.moved", before=words.say(f"life.{event['before']}"), now=now) + why
    return f"{event['what']}: {after}" if isinstance(after, str) else str(event["what"])
