"""A visit typed in on a phone: one question a screen, kept at every touch, sent at the end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from html import escape
from typing import Any

import streamlit as st

import words
from geo.errors import TapakError
from surveys.questions import Field, FieldType, Question, label, opening, spec
from surveys.questions import question_text as asks
from ui.look import sentence
from ui.parts import joined, plain
from ui.session import part
from ui.study import folder
from ui.visit_fields import show_field
from work.reviewing import answer_text
from work.visit_form import (
    Draft,
    asked,
    begin,
    drafts,
    drop,
    fault_of,
    load,
    save,
    send,
    site_choices,
)

DRAFT = "kunjungan"
"""In the address: which draft this is, so that a reload goes on where it was."""
_SENT, _FAULTS = "tapak-visit-sent", "tapak-visit-faults"
_MOST_DRAFTS = 5


@part
def visit_form(programme: str, *, choose: Sequence[str] = ()) -> None:
    """Show the form; where no page around it chooses the programme, the form does."""
    st.html(f"<style>{joined('visit', 'visit.css')}</style>")
    with st.container(key="tapak-visit"):
        draft = load(folder(), st.query_params.get(DRAFT, ""))
        if draft is None:
            _first(programme, choose)
        else:
            _screen(draft)


def _first(programme: str, choose: Sequence[str]) -> None:
    if row := st.session_state.get(_SENT):
        _tell_sent(row)
    st.text(opening())
    if len(choose) > 1:
        programme = st.selectbox(
            words.say("ui.programme"), choose, format_func=lambda k: words.say(f"programme.{k}")
        )
    _unfinished()
    names = dict(site_choices(folder()))
    site = st.selectbox(
        words.say("survey.form.site"),
        list(names),
        index=None,
        format_func=lambda key: names.get(str(key), ""),
        placeholder=words.say("survey.form.site.hint"),
        key="visit-site",
    )
    surveyor = st.text_input(words.say("survey.form.surveyor"), max_chars=80, key="visit-surveyor")
    team = st.text_input(words.say("survey.form.team"), max_chars=40, key="visit-team")
    visited, ready = _when()
    with st.container(key="tapak-visit-bar"):
        go = st.button(words.say("survey.form.begin"), type="primary", width="stretch")
    if not go:
        return
    if site is None or not ready:
        st.error(words.say("survey.form.no_site" if site is None else "survey.form.no_time"))
        return
    try:
        draft = begin(folder(), programme, site=site, surveyor=surveyor, team=team, visited=visited)
    except TapakError as fault:
        st.error(plain(fault.say()))
        return
    st.session_state.pop(_SENT, None)
    _open(draft["id"])


def _open(name: str) -> None:
    st.query_params[DRAFT] = name
    st.rerun(scope="fragment")


def _when() -> tuple[tuple[str, str] | None, bool]:
    """Ask whether the visit is going on or over; (start, end) of one that is over, and if said."""
    over = st.pills(
        words.say("survey.form.when"),
        ["now", "over"],
        default="now",
        required=True,
        format_func=lambda key: words.say(f"survey.form.when.{key}"),
        key="visit-when",
    )
    if over != "over":
        return None, True
    day = st.date_input(words.say("survey.form.day"), max_value="today", format="DD/MM/YYYY")
    left, right = st.columns(2)
    start = left.time_input(words.say("survey.form.start"), value=None, step=300)
    end = right.time_input(words.say("survey.form.end"), value=None, step=300)
    if start is None or end is None:
        return None, False
    first, last = (dt.datetime.combine(day, t).astimezone().isoformat() for t in (start, end))
    return (first, last), True


def _unfinished() -> None:
    """Offer the drafts that were begun and not sent."""
    found = drafts(folder())[:_MOST_DRAFTS]
    if not found:
        return
    st.text(words.say("survey.form.unfinished"))
    for draft in found:
        title = words.say("survey.form.go_on", name=draft["name"], surveyor=draft["surveyor"])
        if st.button(plain(title), key=f"visit-on-{draft['id']}", width="stretch"):
            _open(draft["id"])


def _screen(draft: Draft) -> None:
    screens = asked(spec(draft["programme"]), draft["answers"])
    at = min(int(draft["at"]), len(screens))
    _progress(draft, at, len(screens))
    if at == len(screens):
        _summary(draft, screens)
        return
    question, fields = screens[at]
    st.html(f'<h2 class="tp-ask">{escape(asks(question))}</h2>')
    faults: dict[str, str] = st.session_state.get(_FAULTS, {})
    before = dict(draft["answers"])
    for field in fields:
        if fault := faults.get(field.name):
            st.error(plain(fault))
        show_field(draft, field, alone=len(fields) == 1)
    if draft["answers"] != before:
        save(folder(), draft)
        st.session_state.pop(_FAULTS, None)
        st.rerun(scope="fragment")
    _bar(draft, at, fields)


def _progress(draft: Draft, at: int, of: int) -> None:
    count = words.say("survey.form.step", n=min(at + 1, of), of=of)
    st.html(
        f'<p class="tp-step"><span>{escape(draft["name"])}</span><b>{escape(count)}</b></p>'
        f'<div class="tp-rail"><i style="width:{100 * at / max(of, 1):.0f}%"></i></div>'
    )


def _bar(draft: Draft, at: int, fields: Sequence[Field]) -> None:
    with st.container(key="tapak-visit-bar"), st.container(horizontal=True, gap="small"):
        back = st.button(words.say("survey.form.back"), disabled=at == 0)
        on = st.button(words.say("survey.form.next"), type="primary", width="stretch")
    if back:
        _go(draft, at - 1)
    if on:
        faults = {f.name: fault_of(f, draft["answers"].get(f.name)) for f in fields}
        faults = {name: text for name, text in faults.items() if text}
        if not faults:
            _go(draft, at + 1)
        st.session_state[_FAULTS] = faults
        st.rerun(scope="fragment")


def _go(draft: Draft, at: int) -> None:
    st.session_state.pop(_FAULTS, None)
    draft["at"] = at
    save(folder(), draft)
    st.rerun(scope="fragment")


def _summary(draft: Draft, screens: Sequence[tuple[Question, tuple[Field, ...]]]) -> None:
    st.html(f'<h2 class="tp-ask">{escape(words.say("survey.form.check"))}</h2>')
    fields = [field for _, own in screens for field in own]
    told = [(f, draft["answers"][f.name]) for f in fields if f.name in draft["answers"]]
    left = len(fields) - len(told)
    if left:
        st.text(words.say("survey.form.left_open", n=left))
    rows = "".join(
        f"<div><dt>{escape(label(f))}</dt><dd>{escape(_said(f, answer))}</dd></div>"
        for f, answer in told
    )
    st.html(f'<dl class="tp-said">{rows}</dl>')
    with st.container(key="tapak-visit-bar"), st.container(horizontal=True, gap="small"):
        back = st.button(words.say("survey.form.back"))
        sent = st.button(words.say("survey.form.send"), type="primary", width="stretch")
    if st.button(words.say("survey.form.drop"), icon=":material/delete:", width="stretch"):
        drop(folder(), draft["id"])
        _leave()
    if back:
        _go(draft, len(screens) - 1)
    if sent:
        try:
            st.session_state[_SENT] = send(folder(), draft)
        except TapakError as fault:
            st.error(plain(fault.say()))
            return
        _leave()


def _said(field: Field, answer: Any) -> str:
    """Say an answer back; the point stands as it was pasted."""
    return str(answer) if field.type is FieldType.POINT else answer_text(field, answer)


def _leave() -> None:
    st.query_params.pop(DRAFT, None)
    st.rerun(scope="fragment")


def _tell_sent(row: dict[str, Any]) -> None:
    tone = "" if row["status"] == "accepted" else "warn"
    text = words.say(f"survey.form.sent.{row['status']}", name=row["name"])
    sentence(text, more=" ".join(row["found"]), tone=tone)
