"""A score as a waterfall: every criterion's part begins where the one before it ends."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import streamlit as st

import words

STEP = 0.2
GROUPS = ("benefit", "safety")


def waterfall(parts: Sequence[dict[str, Any]], *, score: float, low: float, high: float) -> None:
    """Show where a score comes from.

    Parameters
    ----------
    parts : sequence of dict
        `work.place.parts`: group after group; ``given`` sums to the score.
    score, low, high : float
        0-1, and the interval that is left while something is unknown.
    """
    ends, at = [], 0.0
    for part in parts:
        ends.append(at + part["possible"])
        at += part["given"]
    scale = min(1.0, max([high, *ends])) or 1.0
    rows: list[str] = []
    at = 0.0
    for group in GROUPS:
        own = [part for part in parts if part["group"] == group]
        if own:
            rows.append(_head(group, own, _ticks(scale, told=not rows)))
        for part in own:
            rows.append(_row(part, at, scale))
            at += part["given"]
    rows.append(_total(score, low, high, scale))
    caption = escape(words.say("place.fall.caption"))
    st.html(
        f'<table class="tp tp-fall"><caption>{caption}</caption>'
        f"<tbody>{''.join(rows)}</tbody></table>{_key()}"
    )


def _share(value: float, scale: float) -> str:
    return f"{100 * min(1.0, max(0.0, value / scale)):.2f}%"


def _bar(kind: str, start: float, width: float, scale: float) -> str:
    return (
        f'<i class="{kind}" style="left:{_share(start, scale)};width:{_share(width, scale)}"></i>'
    )


def _ticks(scale: float, *, told: bool = False) -> str:
    """Draw the marks of the scale; with their figures where ``told``."""
    marks = [k * STEP for k in range(1, int(1 / STEP) + 1) if k * STEP < scale]
    return "".join(
        f'<i class="tick" style="left:{_share(mark, scale)}">'
        f"{f'<span>{escape(words.number(mark, 1))}</span>' if told else ''}</i>"
        for mark in marks
    )


def _head(group: str, own: Sequence[dict[str, Any]], ticks: str) -> str:
    given, possible = (sum(part[name] for part in own) for name in ("given", "possible"))
    return (
        f'<tr class="head {group}"><th scope="rowgroup">'
        f"{escape(words.say(f'group.{group}'))}</th>"
        f'<td class="track" aria-hidden="true">{ticks}</td><td>{_of(given, possible, 2)}</td></tr>'
    )


def _of(given: float, possible: float, digits: int) -> str:
    told = words.say(
        "ui.given_of", given=words.number(given, digits), possible=words.number(possible, digits)
    )
    return escape(told)


def _row(part: dict[str, Any], at: float, scale: float) -> str:
    kind = f"part {part['group']}{' unknown' if part['unknown'] else ''}"
    bars = _bar("room", at, part["possible"], scale) + _bar(kind, at, part["given"], scale)
    assumed = words.say("place.fall.assumed") if part["unknown"] else part["value"]
    return (
        f'<tr><th scope="row">{escape(part["title"])}<small>{escape(assumed)}</small></th>'
        f'<td class="track">{_ticks(scale)}{bars}</td>'
        f"<td>{_of(part['given'], part['possible'], 3)}</td></tr>"
    )


def _total(score: float, low: float, high: float, scale: float) -> str:
    bars = _bar("part whole", 0.0, score, scale) + _bar("reach", low, high - low, scale)
    reach = words.say("place.fall.reach", low=words.number(low, 2), high=words.number(high, 2))
    title = escape(words.say("place.fall.total"))
    return (
        f'<tr class="total"><th scope="row">{title}<small>{escape(reach)}</small></th>'
        f'<td class="track">{_ticks(scale)}{bars}</td>'
        f"<td>{escape(words.number(score, 2))}</td></tr>"
    )


def _key() -> str:
    kinds = ("benefit", "safety", "benefit unknown", "room", "reach")
    codes = ("group.benefit", "group.safety", "place.fall.unknown", "place.fall.room",
             "place.fall.interval")  # fmt: skip
    items = "".join(
        f'<li><i class="{"" if kind in {"room", "reach"} else "part "}{kind}"></i>'
        f"{escape(words.say(code))}</li>"
        for kind, code in zip(kinds, codes, strict=True)
    )
    return f'<ul class="tp tp-fall-key">{items}</ul>'
