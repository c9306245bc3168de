"""Who a phone on the office's Wi-Fi is: a surveyor once it has said today's PIN, nobody before."""

from __future__ import annotations

import streamlit as st

import words
from work import lan
from work.roles import Actor, Role

TICKET = "pin"
"""In the address: what shows that this phone has said today's PIN; of no use to another one."""


def let_in(address: str) -> bool:
    """Tell whether the phone at an address has said today's PIN."""
    ticket = st.query_params.get(TICKET, "")
    return lan.holds(ticket, address=address, made_from=lan.secret(), day=lan.today())


def phone_actor(address: str) -> Actor:
    """Name the phone at an address."""
    if not let_in(address):
        return Actor(name="", role=Role.VISITOR)
    return Actor(name=words.say("survey.lan.phone", address=address), role=Role.SURVEYOR)
