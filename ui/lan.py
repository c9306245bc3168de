"""What a phone on the office's Wi-Fi sees: the PIN page, then the form of a visit, nothing else."""

from __future__ import annotations

import streamlit as st

import words
from ui.header import chosen_programme
from ui.language import choose_language
from ui.look import sentence, show_sheet, synthetic
from ui.phones import TICKET, let_in
from ui.study import opened
from ui.survey_visit import visit_form
from work import lan


def is_on() -> bool:
    """Tell whether this start of the app lets phones in."""
    return bool(lan.secret())


def phone_page(address: str) -> None:
    """Show a phone the door, or the form once it is in."""
    show_sheet()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="tapak-bar"):
        st.title(words.say("survey.form.title"), anchor=False, width="content")
        st.space("stretch")
        choose_language()
    if not let_in(address):
        _door(address)
        return
    if opened().synthetic:
        synthetic(words.say("maps.synthetic"))
    visit_form(chosen_programme(opened()), choose=opened().programmes)


def _door(address: str) -> None:
    sentence(words.say("survey.lan.pin"), more=words.say("survey.lan.pin.more"))
    with st.form("tapak-pin", border=False):
        said = st.text_input(
            words.say("survey.lan.pin.label"),
            max_chars=lan.DIGITS,
            type="password",
            autocomplete="off",
        )
        sent = st.form_submit_button(words.say("survey.lan.enter"), type="primary", width="stretch")
    if not sent:
        return
    day, secret = lan.today(), lan.secret()
    answer = lan.DOOR.knock(said, address=address, made_from=secret, day=day)
    if answer == "in":
        st.query_params[TICKET] = lan.ticket_of(secret, day, address)
        st.rerun()
    sentence(words.say(f"survey.lan.{answer}"), tone="bad")


def show_lan() -> None:
    """Tell the office the PIN of today, and what it opens; nothing where no phone may come in."""
    if not is_on():
        return
    pin, address = lan.pin_of(lan.secret(), lan.today()), lan.own_address()
    url = f"http://{address}:{st.get_option('server.port')}"
    sentence(
        words.say("survey.lan.open", url=url, pin=f"{pin[:3]} {pin[3:]}"),
        more=words.say("survey.lan.warning"),
        tone="warn",
    )
