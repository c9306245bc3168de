"""Setting weights by swing points and by comparing criteria two by two (AHP)."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

import words
from scoring.ahp import ACCEPTABLE, AhpResult
from scoring.weights import SwingRange, ahp, swing, swing_ranges, triad_note
from ui.facts import percent
from ui.inputs import Cell, answers, choice, show_inputs, slider, text
from ui.look import sentence
from ui.tried import GROUPS, TURN, put, tried
from work.board import Board
from work.value_text import amount

MOST_PAIRED = 7
FEWEST_PAIRED = 3
FIRST_PAIRED = 4
SCALE = (9, 8, 7, 6, 5, 4, 3, 2)


def show_swing(board: Board) -> None:
    """Ask for points of every swing, with its real range on the screen."""
    ranges = swing_ranges(board.result.matrix)
    points = _points(board)
    weights: dict[str, float] = {}
    for group in GROUPS:
        weights |= _swing_group(board, [r for r in ranges if r.group == group], points)
    if st.button(words.say("ui.expert.use"), type="primary", key="tapak-use-swing"):
        put(board, groups={}, weights=weights)
        st.rerun()


def _points(board: Board) -> dict[str, float]:
    """Turn the weights now tried into points: the heaviest swing of each group has 100."""
    now = tried(board).weights
    points: dict[str, float] = {}
    for group in GROUPS:
        keys = [c.key for c in board.result.criteria if c.group == group]
        most = max((now[key] for key in keys), default=0.0)
        points |= {key: round(100 * now[key] / most) if most else 100.0 for key in keys}
    return points


def _swing_group(
    board: Board, ranges: list[SwingRange], points: dict[str, float]
) -> dict[str, float]:
    """Show the table of one group; return the group's weights, on the scale they had."""
    if not ranges:
        return {}
    group = ranges[0].group
    name = f"swing-{board.programme}-{group}-{st.session_state.get(TURN, 0)}"
    told = answers(name, {r.key: points[r.key] for r in ranges})
    shares = swing([told[r.key] for r in ranges])
    rows = [
        [
            text(words.say(f"criterion.{r.key}"), head=True),
            text(_swing_text(r), sub=_seen_text(r)),
            slider(r.key, words.say("ui.expert.points_of", title=words.say(f"criterion.{r.key}")),
                   points[r.key]),
            text(percent(share)),
        ]
        for r, share in zip(ranges, shares.tolist(), strict=True)
    ]  # fmt: skip
    heads = [words.say(f"group.{group}"), *_heads("range", "points", "share")]
    show_inputs(name, heads, rows, title=words.say(f"group.{group}"))
    total = sum(tried(board).weights[r.key] for r in ranges)
    return {r.key: total * share for r, share in zip(ranges, shares.tolist(), strict=True)}


def _heads(*names: str) -> list[str]:
    return [words.say(f"ui.expert.column.{name}") for name in names]


def _swing_text(one: SwingRange) -> str:
    ends = [_end(one, value) for value in (one.worst, one.best)]
    return words.say("ui.expert.from_to", worst=ends[0], best=ends[1])


def _end(one: SwingRange, value: float | str) -> str:
    if not isinstance(value, str):
        return amount(float(value), one.unit)
    for room in ("kind", "status", "category"):
        if words.knows(f"{room}.{value}"):
            return words.say(f"{room}.{value}")
    return value


def _seen_text(one: SwingRange) -> str:
    if not one.known:
        return words.say("ui.expert.never_seen")
    return words.say(
        "ui.expert.seen",
        low=percent(one.seen_worst),
        high=percent(one.seen_best),
        n=words.number(one.known),
    )


def show_pairs(board: Board) -> None:
    """Ask how many times one criterion weighs another, and say where answers contradict."""
    group = st.segmented_control(
        words.say("ui.expert.group"),
        GROUPS,
        format_func=lambda g: words.say(f"group.{g}"),
        default=GROUPS[0],
        required=True,
        key="tapak-pairs-group",
    )
    held = tried(board).weights
    keys = [c.key for c in board.result.criteria if c.group == group]
    heaviest = sorted(keys, key=lambda key: (-held[key], keys.index(key)))[:FIRST_PAIRED]
    chosen = st.multiselect(
        words.say("ui.expert.paired", n=words.number(MOST_PAIRED)),
        keys,
        default=heaviest,
        format_func=lambda key: words.say(f"criterion.{key}"),
        max_selections=MOST_PAIRED,
        key=f"tapak-pairs-{board.programme}-{group}",
    )
    if len(chosen) < FEWEST_PAIRED:
        st.text(words.say("ui.expert.pairs_few", n=words.number(FEWEST_PAIRED)))
        return
    _compare(board, chosen, held)


def _compare(board: Board, chosen: list[str], held: Any) -> None:
    titles = [words.say(f"criterion.{key}") for key in chosen]
    pairs = [(i, j) for i in range(len(chosen)) for j in range(i + 1, len(chosen))]
    first = {f"{i}-{j}": _ratio(held[chosen[i]], held[chosen[j]]) for i, j in pairs}
    name = f"pairs-{board.programme}-{'-'.join(chosen)}-{st.session_state.get(TURN, 0)}"
    told = answers(name, first)
    matrix = np.eye(len(chosen))
    for i, j in pairs:
        matrix[i, j] = told[f"{i}-{j}"]
        matrix[j, i] = 1 / matrix[i, j]
    found = ahp(matrix)
    cells = [
        [text(titles[i], head=True)]
        + [_pair(i, j, first, matrix, titles) for j in range(len(chosen))]
        + [text(percent(float(found.weights[i])))]
        for i in range(len(chosen))
    ]
    heads = [words.say("ui.expert.row_against"), *titles, words.say("ui.expert.column.share")]
    show_inputs(name, heads, cells, title=words.say("ui.expert.pairs"))
    _consistency(matrix, found, titles)
    if st.button(words.say("ui.expert.use"), type="primary", key="tapak-use-pairs"):
        total = sum(held[key] for key in chosen)
        put(board, groups={}, weights=dict(zip(chosen, total * found.weights, strict=True)))
        st.rerun()


def _ratio(one: float, other: float) -> float:
    """Read the comparison that the weights now tried come nearest to, on Saaty's scale."""
    options = [*map(float, SCALE), 1.0, *(1 / n for n in reversed(SCALE))]
    if one <= 0 or other <= 0:
        return 1.0
    return min(options, key=lambda option: abs(np.log(option * other / one)))


def _pair(i: int, j: int, first: dict[str, float], matrix: Any, titles: list[str]) -> Cell:
    if i == j:
        return text("1")
    if i > j:
        return text(_times(float(matrix[i, j])))
    options = [*map(float, SCALE), 1.0, *(1 / n for n in reversed(SCALE))]
    label = words.say("ui.expert.times", one=titles[i], other=titles[j])
    name = f"{i}-{j}"
    return choice(name, label, first[name], [(value, _times(value)) for value in options])


def _times(value: float) -> str:
    """Write 3 as 3 and a third as 1/3."""
    return f"{round(value)}" if value >= 1 else f"1/{round(1 / value)}"


def _consistency(matrix: Any, found: AhpResult, titles: list[str]) -> None:
    good = found.consistency_ratio <= ACCEPTABLE
    said = words.say(
        "ui.expert.consistent" if good else "ui.expert.contradicts",
        ratio=words.number(found.consistency_ratio, 2),
        limit=words.number(ACCEPTABLE, 2),
    )
    note = triad_note(matrix, found, titles)
    more = "" if note is None or good else f"{note.reason()} {note.fix()}"
    sentence(said, more=more, tone="" if good else "warn")
