"""Who uses the app: whoever sits at the office's own machine, or who has signed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAuthError

import words
from data.settings_accounts import Accounts
from geo.errors import TapakError, UsageError
from ui.language import choose_language
from ui.look import sentence, show_sheet
from ui.parts import plain
from ui.phones import phone_actor
from ui.serve import SECRETS
from ui.study import own_folder
from work import lan
from work.accounts import accounts_now, accounts_of, address_of, somebody
from work.public import for_anybody, is_public
from work.roles import Actor, Role, acting, guard, name_actor, office

_FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip")


def use_actor() -> None:
    """Name who is acting in this run."""
    if for_anybody():
        guard()
        name_actor(Actor(name="", role=Role.PUBLIC))
        return
    if lan.secret():
        guard()
    if phone := phone_address():
        name_actor(phone_actor(phone))
        return
    told = _accounts()
    if not (_signing_in() or told.people or told.closed):
        name_actor(office() if _at_this_machine() else _visitor())
        return
    guard()
    name_actor(somebody(told, _claims()) if _signing_in() else _visitor())


def phone_address() -> str:
    """Return the address of a phone on the office's network; "" for everybody else.

    Only where the app was started for phones and nobody signs in. Whatever is not this machine is
    a phone then, never the office.
    """
    told = _accounts()
    if not lan.secret() or _signing_in() or told.people or told.closed or _at_this_machine():
        return ""
    address = st.context.ip_address
    return address if isinstance(address, str) else "?"


def inside() -> bool:
    """Tell whether whoever is acting has any part in this study."""
    return acting().role is not Role.VISITOR


def door() -> None:
    """Show, in place of a page, how to come in."""
    show_sheet()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="tapak-bar"):
        st.title(words.say("account.title"), anchor=False, width="content")
        st.space("stretch")
        choose_language()
    if _accounts().closed:
        sentence(words.say("account.closed"), more=_what_is_faulty(), tone="bad")
        return
    if not _auth():
        missing = "account.no_auth" if _signing_in() or _accounts().people else "account.elsewhere"
        sentence(words.say(missing), more=words.say(f"{missing}.more"), tone="warn")
        return
    if not _claims():
        sentence(words.say("account.welcome"), more=words.say("account.welcome.more"))
        for provider in _providers():
            title = words.say("account.login_with", name=provider) if provider else None
            name = plain(title or words.say("account.login"))
            if st.button(name, type="primary", key=f"tapak-login-{provider}"):
                _login(provider)
        return
    whom = _accounts().ask or words.say("account.ask.default")
    email = address_of(_claims())
    text = words.say("account.unknown", email=email) if email else words.say("account.unverified")
    sentence(text, more=words.say("account.ask", whom=whom), tone="warn")
    _logout()


def account_corner() -> None:
    """Show who I am and the way out; nothing where there are no accounts."""
    if not _claims():
        return
    actor = acting()
    with st.popover(plain(_name(actor)), icon=":material/account_circle:", key="tapak-account"):
        st.text(actor.name)
        role = words.say(f"role.{actor.role}")
        st.text(" · ".join(filter(None, (role, actor.agency))))
        _logout()


def _name(actor: Actor) -> str:
    told = _claims().get("name")
    return told[:60] if isinstance(told, str) and told.strip() else actor.name


def _login(provider: str) -> None:
    try:
        st.login(provider or None)
    except StreamlitAuthError:
        sentence(words.say("account.broken"), more=words.say("account.no_auth.more"), tone="bad")


def _logout() -> None:
    if st.button(words.say("account.logout"), key="tapak-logout"):
        st.logout()


def _accounts() -> Accounts:
    """Return the study's accounts, closed when nobody can tell what they are."""
    try:
        return accounts_now(own_folder())
    except UsageError:  # no study at all: its page says so
        return Accounts()


def _what_is_faulty() -> str:
    """Say what is wrong with study.toml, to whoever sits where it lies; nobody else may read it."""
    if not _at_this_machine():
        return words.say("account.closed.more")
    try:
        accounts_of(own_folder())
    except TapakError as fault:
        return fault.say()
    except OSError:
        pass
    return words.say("account.closed.more")


def _auth() -> Mapping[str, Any]:
    if not st.secrets.load_if_toml_exists():
        return {}
    told = st.secrets.get("auth", {})
    return told if isinstance(told, Mapping) else {}


def _signing_in() -> bool:
    """Tell whether people sign in here; they do as soon as a file says how, readable or not."""
    try:
        return bool(_auth()) or (own_folder() / SECRETS).exists()
    except UsageError:  # no study at all
        return False


def _providers() -> list[str]:
    """Name the ways to sign in; "" is the only one of an ``[auth]`` that names none."""
    auth = _auth()
    named = [
        name for name, told in auth.items() if isinstance(told, Mapping) and "client_id" in told
    ]
    return named or [""]


def _claims() -> dict[str, Any]:
    """Return what the provider says of whoever has signed in; {} of nobody."""
    if not _signing_in() or not st.user.get("is_logged_in", False):
        return {}
    return dict(st.user.to_dict())


def _visitor() -> Actor:
    return Actor(name="", role=Role.VISITOR)


def _at_this_machine() -> bool:
    """Tell whether the browser runs on this machine and nothing stands between."""
    if is_public():
        return False
    headers = st.context.headers
    passed_on = any(name in headers for name in _FORWARDED)
    address = st.context.ip_address  # None where the browser is on this machine
    return not (isinstance(address, str) or passed_on)
