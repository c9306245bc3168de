"""Who may sign in to a study's app, and as what: the part ``[accounts]`` of study.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

from data.settings_check import Door, Table

ROLES = ("planner", "surveyor", "agency", "leadership", "admin")
"""What an account may be; whoever is not named may nothing."""
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_MENTIONED = re.compile(r"^(?!\s*#).*(accounts|role\s*=)", re.MULTILINE)
_NAMED = re.compile(r"^(?!\s*#).*role\s*=", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What one address is to a study; ``agency`` is the one whose sites it proposes and sees."""

    role: str
    agency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Every account of a study by its address in small letters; ``ask`` says whom to ask for one.

    Without people the app has no accounts: it serves whoever sits at the office's own machine.
    ``closed`` says that there may be people whom nobody can read: nobody is served then.
    """

    ask: str = ""
    people: Mapping[str, Account] = field(default_factory=dict)
    closed: bool = False


def read_accounts(table: Table) -> Accounts:
    """Take ``[accounts]`` out of a study.toml."""
    table.known(("ask", "people"))
    people = table.inside("people")
    taken = {}
    for email in people.data:
        if not _EMAIL.fullmatch(email.strip()):
            people.fault(email, "settings.account_email", given=email)
            continue
        taken[email.strip().casefold()] = _account(people, email)
    return Accounts(ask=table.text("ask"), people=taken)


def accounts_despite_faults(text: str) -> Accounts:
    """Take the accounts out of a study.toml that is faulty somewhere.

    A fault elsewhere takes nobody's account away. ``closed`` when the accounts themselves are
    faulty, or when it cannot be told whether there are any: a text that is no TOML and speaks of
    accounts, or one that gives a role outside of them (a heading misspelt).
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return Accounts(closed=_MENTIONED.search(text) is not None)
    door = Door(text)
    told = read_accounts(Table(door, data).inside("accounts"))
    if door.faults:
        return Accounts(closed=True)
    return told if told.people else Accounts(closed=_NAMED.search(text) is not None)


def _account(people: Table, email: str) -> Account:
    table = people.inside(email)
    table.known(("role", "agency"))
    role, agency = table.text("role"), table.text("agency")
    if role not in ROLES:
        table.fault("role", "settings.not_one_of", given=role, known=", ".join(ROLES))
    elif (role == "agency") != bool(agency):
        table.fault("agency", "settings.account_agency", given=role)
    return Account(role=role, agency=agency)
