"""The page "Himpunan & Pos Bapas": a set that serves the district, an office that saves the way."""

from __future__ import annotations

from dataclasses import asdict

import streamlit as st

import words
from data.hashes import canonical_json, sha256_hex
from scoring.siting import Terms
from ui.empty import none_ranked
from ui.facts import facts_key
from ui.header import page_header
from ui.look import sentence
from ui.sets_office import show_office
from ui.sets_result import show_set
from ui.study import folder
from ui.task import retry_task, run_task, show_end
from work.board import Board
from work.choosing import asked
from work.set_page import set_page

MODES = ("set", "office")
WAYS = ("least", "most", "exactly")
REQUEST = "tapak-set-request"
TASK = "set"
USUAL = 12


def page() -> None:
    """Show the two kinds of choice, one at a time."""
    board = page_header("sets.title")
    mode = st.segmented_control(
        words.say("sets.mode"),
        MODES,
        format_func=lambda name: words.say(f"sets.mode.{name}"),
        default=MODES[0],
        required=True,
        key="tapak-sets-mode",
        label_visibility="collapsed",
    )
    if none_ranked(board):
        return
    if mode == "office":
        show_office(board)
    else:
        _sets(board)


def _sets(board: Board) -> None:
    st.text(words.say("sets.set.about"))
    terms = _form(board)
    kept: dict[str, Terms] = st.session_state.setdefault(REQUEST, {})
    if terms is not None:
        kept[board.programme] = terms
        retry_task(TASK)
    request = kept.get(board.programme)
    if request is None:
        sentence(words.say("sets.first"))
        return
    key = request_key(board, asdict(request))
    done = run_task(
        TASK,
        key,
        set_page,
        folder(),
        request,
        programme=board.programme,
        title=words.say("sets.running"),
    )
    if done is None:
        return
    if done.state == "done":
        show_set(done.result)
    else:
        show_end(done, TASK)


def request_key(board: Board, request: object) -> str:
    """Name a request by all that goes into its answer."""
    return sha256_hex(canonical_json([facts_key(board), request]))[:16]


def _form(board: Board) -> Terms | None:
    """Ask what the set must do; the terms when the button was pressed, else None."""
    with st.form("tapak-set", border=True):
        one, two, three, four, five = st.columns(5, vertical_alignment="bottom")
        way = one.selectbox(
            words.say("sets.count"),
            WAYS,
            index=1,
            format_func=lambda name: words.say(f"sets.count.{name}"),
        )
        most = len(board.result.ranking.order)
        count = two.number_input(words.say("sets.count.n"), 1, most, min(USUAL, most))
        minutes = three.number_input(words.say("sets.max_minutes"), 5, 240, 45, step=5)
        share = four.number_input(words.say("sets.share"), 0, 100, 50, step=5)
        spacing = five.number_input(words.say("sets.spacing"), 0, 50_000, 0, step=500)
        with st.expander(words.say("sets.more")):
            caps = _caps(board)
            must, must_not = _named(board)
        if not st.form_submit_button(words.say("sets.run"), type="primary"):
            return None
    return asked(
        count=None if way == "least" else int(count),
        exactly=way == "exactly",
        max_minutes=float(minutes),
        share_0_1=share / 100,
        spacing_m=float(spacing),
        caps=caps,
        must=tuple(must),
        must_not=tuple(must_not),
    )


def _caps(board: Board) -> dict[str, int]:
    """Ask how many of each kind there may be; an empty field caps nothing."""
    frame = board.result.candidates.frame["kind"].iloc[board.result.ranking.order]
    kinds = sorted(frame.unique(), key=lambda kind: words.say(f"kind.{kind}"))
    st.text(words.say("sets.caps.about"))
    boxes = st.columns(4)
    given = {
        str(kind): boxes[k % len(boxes)].number_input(
            words.say(f"kind.{kind}"), 0, None, None, key=f"tapak-cap-{board.programme}-{kind}"
        )
        for k, kind in enumerate(kinds)
    }
    return {kind: int(cap) for kind, cap in given.items() if cap is not None}


def _named(board: Board) -> tuple[list[str], list[str]]:
    frame = board.result.candidates.frame
    names = dict(zip(frame["id"].astype(str), frame["name"].astype(str), strict=True))
    ids = [board.result.candidates.ids[row] for row in board.result.ranking.order.tolist()]
    left, right = st.columns(2)
    chosen = [
        box.multiselect(
            words.say(f"sets.{side}"),
            ids,
            format_func=names.__getitem__,
            key=f"tapak-{side}-{board.programme}",
        )
        for box, side in ((left, "must"), (right, "must_not"))
    ]
    return chosen[0], chosen[1]
