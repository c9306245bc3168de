"""The store's part that only grows: steps in the life of sites, comments, and the audit."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from data.hashes import canonical_json, sha256_hex
from data.records import now_utc
from data.schema import Base
from data.schema_life import Comment, Event, Life  # noqa: F401 - makes the tables known
from data.sealing import OLD, REDACT, committed, new_salts, vouched
from scoring.life import Step

_LIFE = Base.metadata.tables["life"]
_COMMENT = Base.metadata.tables["comment"]
_EVENT = Base.metadata.tables["event"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentRecord:
    """What somebody said about a site; ``at`` is filled in when it is stored."""

    candidate: str
    by: str
    said: str
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecord:
    """One thing that was done: by whom in which role, to what, and how it stood before and after.

    ``number``, ``at``, both hashes and ``salts`` are filled in when it is stored; ``sealed`` are
    the commitments of parts that were written anew (`data.sealing`).
    """

    by: str
    role: str
    action: str
    subject: str
    before: Any = None
    after: Any = None
    at: str = ""
    number: int = 0
    previous: str = ""
    sha256: str = ""
    salts: Mapping[str, str] = field(default_factory=dict)
    sealed: Mapping[str, str] = field(default_factory=dict)

    def fingerprint(self) -> str:
        """Hash everything but the hash itself, the hash of the event before included."""
        told = {name: value for name, value in asdict(self).items() if name != "sha256"}
        return sha256_hex(canonical_json(committed(told)))


class LifeStore:
    """The part of `data.store.Store` that keeps lives, comments and the audit."""

    def _writing(self) -> AbstractContextManager[sa.Connection]:
        raise NotImplementedError

    def _reading(self) -> AbstractContextManager[sa.Connection]:
        raise NotImplementedError

    # -- the life of a site

    def add_steps(self, steps: tuple[Step, ...]) -> None:
        """Store steps in the order given, all or none."""
        if steps:
            with self._writing() as connection:
                connection.execute(sa.insert(_LIFE), [asdict(step) for step in steps])

    def steps(self, candidate: str | None = None) -> tuple[Step, ...]:
        """Return the steps of one site or of all, oldest first."""
        told = [column for column in _LIFE.c if column.name != "number"]
        query = sa.select(*told).order_by(_LIFE.c.number)
        if candidate is not None:
            query = query.where(_LIFE.c.candidate == candidate)
        with self._reading() as connection:
            return tuple(Step(**row) for row in connection.execute(query).mappings())

    # -- comments

    def add_comment(self, comment: CommentRecord) -> None:
        """Store what somebody said about a site."""
        row = asdict(replace(comment, at=comment.at or now_utc()))
        with self._writing() as connection:
            connection.execute(sa.insert(_COMMENT).values(row))

    def comments(self, candidate: str) -> tuple[CommentRecord, ...]:
        """Return what was said about a site, oldest first."""
        told = [column for column in _COMMENT.c if column.name != "number"]
        query = sa.select(*told).where(_COMMENT.c.candidate == candidate)
        with self._reading() as connection:
            rows = connection.execute(query.order_by(_COMMENT.c.number)).mappings()
            return tuple(CommentRecord(**row) for row in rows)

    # -- the audit

    def add_event(self, event: EventRecord) -> EventRecord:
        """Append one event to the chain and return it as stored."""
        with self._writing() as connection:
            newest = sa.select(_EVENT.c.number, _EVENT.c.sha256).order_by(_EVENT.c.number.desc())
            last = connection.execute(newest.limit(1)).first()
            number, previous = (last[0] + 1, last[1]) if last else (1, "")
            made = replace(
                event, number=number, previous=previous, at=event.at or now_utc(), sha256=""
            )
            made = replace(made, salts=new_salts(), sealed={})
            made = replace(made, sha256=made.fingerprint())
            connection.execute(sa.insert(_EVENT).values(asdict(made)))
        return made

    def events(
        self, *, subject: str | None = None, newest: int | None = None
    ) -> tuple[EventRecord, ...]:
        """Return events oldest first: about one subject or all, only the newest so many or all."""
        query = sa.select(_EVENT).order_by(_EVENT.c.number.desc())
        if subject is not None:
            query = query.where(_EVENT.c.subject == subject)
        if newest is not None:
            query = query.limit(newest)
        with self._reading() as connection:
            found = [EventRecord(**row) for row in connection.execute(query).mappings()]
        return tuple(reversed(found))


def broken_link(events: tuple[EventRecord, ...]) -> int | None:
    """Return the number of the first event that does not follow from the one before, or None.

    Parameters
    ----------
    events : tuple of EventRecord
        The whole chain, oldest first.
    """
    previous, vouching = "", _vouched_for(events)
    for count, event in enumerate(events, start=1):
        sound = event.number == count and event.previous == previous
        if OLD in event.sealed:
            whole = vouching.get(event.number) == vouched(asdict(event))
        else:
            whole = event.sha256 == event.fingerprint()
        if not sound or not whole:
            return event.number
        previous = event.sha256
    return None


def _vouched_for(events: tuple[EventRecord, ...]) -> dict[int, str]:
    """Return the hashes that later events state for events of before; the last one counts."""
    stated = [e.after for e in events if e.action == REDACT and isinstance(e.after, Mapping)]
    return {int(n): str(sha) for told in stated for n, sha in told.get(OLD, {}).items()}
