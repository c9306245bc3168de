"""Who somebody is to a study: the role that study.toml gives to the address they signed in with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data.kept_in import settings_at
from data.settings import FILE
from data.settings_accounts import Accounts, accounts_despite_faults
from geo.errors import InputError
from work.roles import Actor, Role

_named: set[Path] = set()
"""Every study.toml that has named people since this process began."""


def accounts_of(folder: Path) -> Accounts:
    """Return the accounts that study.toml names now; none without a study.

    It is read again when it has changed, so whoever is struck out there is out at their next
    click.

    Raises
    ------
    InputError
        When study.toml has faults.
    """
    try:
        state = (folder / FILE).stat()
    except OSError:
        return Accounts()
    return settings_at(folder / FILE, state).accounts


def accounts_now(folder: Path) -> Accounts:
    """Return the accounts of a study for the app's door; ``closed`` when they cannot be told.

    A study.toml that is faulty, gone or half saved never makes an app with accounts one without:
    that would let in whoever sits at the server's own machine as the office.
    """
    path = (folder / FILE).absolute()
    try:
        told, sure = accounts_of(folder), path.exists()
    except (InputError, OSError):
        told, sure = _despite_faults(path), False
    if told.people:
        _named.add(path)
    elif not sure and path in _named:
        return Accounts(closed=True)
    return told


def _despite_faults(path: Path) -> Accounts:
    try:
        return accounts_despite_faults(path.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        return Accounts(closed=True)


def address_of(claims: Mapping[str, Any]) -> str:
    """Return the address an identity vouches for, in small letters; "" when it vouches for none.

    An address that the provider itself calls unverified could be anybody's.
    """
    if claims.get("email_verified", True) not in {True, "true"}:
        return ""
    email = claims.get("email")
    return email.strip().casefold() if isinstance(email, str) else ""


def somebody(accounts: Accounts, claims: Mapping[str, Any]) -> Actor:
    """Return who an identity is to a study; a visitor where its address is not named.

    Parameters
    ----------
    claims : mapping
        Of a checked identity token: ``email`` and, where the provider says it,
        ``email_verified``.
    """
    email = address_of(claims)
    account = accounts.people.get(email) if email else None
    if account is None:
        return Actor(name=email, role=Role.VISITOR)
    return Actor(name=email, role=Role(account.role), agency=account.agency)
