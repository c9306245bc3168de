"""Proposing one site: a form, what the reader says of it, and then the confirmation."""

from __future__ import annotations

from typing import Any

import streamlit as st

import words
from data.assets.agency_form import ANSWERS, CONDITIONS, TENURES
from geo.errors import TapakError
from ui.look import sentence
from ui.parts import plain
from ui.row_report import show_row_report
from ui.study import folder, stamp
from work.forms import form_choices
from work.proposing import preview_site, propose_site
from work.roles import Role, acting

READ = "tapak-propose-read"
NARROW = 200


@st.cache_data(max_entries=12, show_spinner=False)
def _choices(changed: Any, lang: str, place: str) -> dict[str, Any]:  # noqa: ARG001 - the cache's key
    return form_choices(folder())


def show_form(done: str) -> None:
    """Ask for one site; ``done`` is where the session keeps how many were proposed."""
    sentence(words.say("propose.one"), more=words.say("propose.one.more"))
    fields = _form()
    if fields is not None:
        st.session_state.pop(READ, None)
        try:
            with st.spinner(words.say("layers.reading")):
                st.session_state[READ] = (fields, preview_site(folder(), fields))
        except TapakError as fault:
            st.error(plain(fault.say()), icon=":material/error:")
    if READ in st.session_state:
        _confirm(done, *st.session_state[READ])


def _form() -> dict[str, str] | None:
    told = _choices(stamp(folder()), words.language.get(), str(folder()))
    with st.form("tapak-propose", border=True):
        left, right = st.columns(2, gap="medium")
        fields = {"name": left.text_input(_label("name"), max_chars=NARROW)}
        fields["kind"] = _choose(right, "kind", sorted(told["kinds"].values()))
        fields["agency"] = _agency(left)
        fields["code"] = right.text_input(_label("code"), max_chars=60)
        fields["address"] = left.text_input(_label("address"), max_chars=NARROW)
        fields["coordinates"] = right.text_input(
            _label("coordinates"), max_chars=NARROW, help=words.say("propose.coordinates.help")
        )
        fields["kecamatan"] = _choose(left, "kecamatan", told["kecamatan"], free=True)
        desa = sorted({name for _, name in told["desa"]})
        fields["desa"] = _choose(right, "desa", desa, free=True)
        fields |= _need(left, right)
        fields["contact_office"] = left.text_input(
            words.say("propose.contact"), max_chars=NARROW, help=words.say("propose.contact.help")
        )
        fields["documents"] = right.text_input(
            words.say("propose.documents"),
            max_chars=NARROW,
            help=words.say("propose.documents.help"),
        )
        sent = st.form_submit_button(words.say("propose.check"), type="primary", width="stretch")
    return fields if sent else None


def _need(left: Any, right: Any) -> dict[str, str]:
    """Ask what the place needs and offers."""
    answers = [words.say(f"form.answer.{key}") for key in ANSWERS]
    conditions = [words.say(f"form.condition.{key}") for key in CONDITIONS]
    tenures = [words.say(f"form.tenure.{key}") for key in TENURES]
    hours = left.number_input(_label("labour_need"), 0, 400, value=None, step=1)
    people = right.number_input(_label("capacity"), 0, 30, value=None, step=1)
    return {
        "labour_need": "" if hours is None else str(hours),
        "capacity": "" if people is None else str(people),
        "supervision": _choose(left, "supervision", answers),
        "condition": _choose(right, "condition", conditions),
        "tenure": _choose(left, "tenure", tenures),
    }


def _label(key: str) -> str:
    return words.say(f"form.column.{key}")


def _choose(where: Any, key: str, options: list[str], *, free: bool = False) -> str:
    """Offer a list; a name that is missing from it may be typed where ``free``."""
    chosen: str | None = where.selectbox(
        _label(key),
        options,
        index=None,
        accept_new_options=free,
        placeholder=words.say("propose.choose_or_type" if free else "propose.choose"),
        key=f"tapak-propose-{key}",
    )
    return chosen or ""


def _agency(where: Any) -> str:
    """Ask for the agency; an agency's own account speaks for itself only."""
    actor = acting()
    if actor.role == Role.AGENCY:
        said = where.text_input(_label("agency"), value=actor.agency, disabled=True)
        return str(said or "")
    return str(where.text_input(_label("agency"), max_chars=NARROW) or "")


def _confirm(done: str, fields: dict[str, str], told: dict[str, Any]) -> None:
    """Show what the reader said, and store it when somebody says yes."""
    taken = bool(told["accepted"])
    if taken:
        merges = words.say("propose.known_site") if told["known"] else ""
        sentence(words.say("propose.ready", name=fields["name"]), more=merges, tone="warn")
    else:
        sentence(words.say("propose.not_ready"), tone="bad")
    show_row_report("propose-one", told)
    if not taken:
        return
    if st.button(words.say("propose.send"), type="primary", width="stretch", key="tapak-send-one"):
        try:
            with st.spinner(words.say("layers.storing")):
                stored = propose_site(folder(), fields)
        except TapakError as fault:
            st.error(plain(fault.say()), icon=":material/error:")
            return
        st.session_state.pop(READ, None)
        st.session_state[done] = stored["accepted"]
        st.rerun()
