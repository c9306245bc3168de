"""The app for somebody named in the address (``?as=agency:Dinas X``), else for the office."""

import streamlit as st

import ui.session
from ui.shell import main
from work.roles import Actor, Role, name_actor


def use_actor() -> None:
    told = st.query_params.get("as") or st.session_state.get("as", "planner:")
    st.session_state["as"] = told
    role, _, agency = told.partition(":")
    name_actor(Actor(name=f"Uji {role}", role=Role(role), agency=agency))


ui.session.use_actor = use_actor
main()
