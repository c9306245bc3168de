"""Who may sign in to a study's app, and as what: the part ``[accounts]`` of study.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from data.settings_check import Table

ROLES = ("planner", "surveyor", "agency", "leadership", "admin")
"""What an account may be; whoever is not named may nothing."""
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What one address is to a study; ``agency`` is the one whose sites it proposes and sees."""

    role: str
    agency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Every account of a study by its address in small letters; ``ask`` says whom to ask for one.

    Without people the app has no accounts: it serves whoever sits at the office's own machine.
    """

    ask: str = ""
    people: Mapping[str, Account] = field(default_factory=dict)


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


def _account(people: Table, email: str) -> Account:
    table = people.inside(email)
    table.known(("role", "agency"))
    role, agency = table.text("role"), table.text("agency")
    if role not in ROLES:
        table.fault("role", "settings.not_one_of", given=role, known=", ".join(ROLES))
    elif (role == "agency") != bool(agency):
        table.fault("agency", "settings.account_agency", given=role)
    return Account(role=role, agency=agency)
