"""Who is acting, and whether their role may do a thing; asked by the function that does it."""

from __future__ import annotations

import getpass
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import words
from geo.errors import NotAllowedError

_FILE = Path(__file__).with_name("roles.toml")


class Role(StrEnum):
    """What somebody is to a study."""

    PLANNER = "planner"
    SURVEYOR = "surveyor"
    AGENCY = "agency"
    LEADERSHIP = "leadership"
    ADMIN = "admin"
    PUBLIC = "public"
    VISITOR = "visitor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody who acts; ``agency`` is the one whose sites an agency may see and propose."""

    name: str
    role: Role
    agency: str = ""


_acting: ContextVar[Actor | None] = ContextVar("acting", default=None)
_guarded = False


def guard() -> None:
    """From now on nobody may do anything in this process without having been named.

    An app that has accounts calls this when it starts: a thread that forgot who is acting is
    refused, never taken for the office.
    """
    global _guarded  # noqa: PLW0603 - one switch a process, thrown once and never back
    _guarded = True


def acting() -> Actor:
    """Return who is acting: who was named, else whoever sits at this office's own machine.

    Raises
    ------
    NotAllowedError
        ``roles.nobody`` when accounts are on and nobody was named.
    """
    named = _acting.get()
    if named is not None:
        return named
    if _guarded:
        raise NotAllowedError("roles.nobody")
    return office()


def office() -> Actor:
    """Return whoever sits at this office's own machine."""
    return Actor(name=getpass.getuser(), role=Role.ADMIN)


@contextmanager
def acting_as(actor: Actor) -> Iterator[Actor]:
    """Name who is acting while the block runs."""
    token = _acting.set(actor)
    try:
        yield actor
    finally:
        _acting.reset(token)


def name_actor(actor: Actor) -> None:
    """Name who is acting for the rest of this thread's work."""
    _acting.set(actor)


def may(action: str, actor: Actor | None = None) -> bool:
    """Tell whether a role may do a thing; for a page that shows only what works."""
    return action in _table()[(actor or acting()).role]


def require(action: str) -> Actor:
    """Return who is acting when their role may do this.

    Raises
    ------
    NotAllowedError
        ``roles.not_allowed`` with the role and what was tried.
    """
    actor = acting()
    if not may(action, actor):
        raise NotAllowedError(
            "roles.not_allowed",
            role=words.say(f"role.{actor.role}"),
            action=words.say(f"roles.action.{action}"),
        )
    return actor


def sees_inside(agency: str) -> bool:
    """Tell whether whoever is acting may see the internals of an agency's site.

    Everybody who may see internals at all may; an agency may see those of its own sites.
    """
    actor = acting()
    if may("view_internal", actor):
        return True
    own = " ".join(actor.agency.split()).casefold()
    same = own == " ".join(agency.split()).casefold()
    return actor.role is Role.AGENCY and bool(own) and same


def require_inside(agency: str) -> Actor:
    """Return who is acting when they may see the internals of an agency's site.

    Raises
    ------
    NotAllowedError
        ``roles.other_agency``.
    """
    if not sees_inside(agency):
        raise NotAllowedError("roles.other_agency")
    return acting()


@cache
def _table() -> dict[Role, frozenset[str]]:
    told = tomllib.loads(_FILE.read_text(encoding="utf-8"))["may"]
    return {Role(role): frozenset(actions) for role, actions in told.items()}
