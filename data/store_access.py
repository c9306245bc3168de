"""The store's part for backups and personal data: one moment's rows, accesses, names taken out."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

import sqlalchemy as sa

from data.backup_rows import pieces
from data.database import plain_faults, reading
from data.pseudonyms import Pseudonyms, words_of
from data.records import now_utc
from data.schema import Base
from data.schema_personal import Access, Forgotten, StudyKey  # noqa: F401 - makes the tables known

_ACCESS = Base.metadata.tables["access"]
_KEY = Base.metadata.tables["study_key"]
_FORGOTTEN = Base.metadata.tables["forgotten"]
_PSEUDONYM = "pseudonym"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRecord:
    """One time that somebody took something out; ``at`` is filled in when it is stored."""

    by: str
    role: str
    what: str
    subject: str
    at: str = ""


class AccessStore:
    """The part of `data.store.Store` that backups and personal data need."""

    _engine: sa.Engine
    _name: str

    def _writing(self) -> AbstractContextManager[sa.Connection]:
        raise NotImplementedError

    def _reading(self) -> AbstractContextManager[sa.Connection]:
        raise NotImplementedError

    @contextmanager
    def all_rows(self) -> Iterator[Iterator[tuple[str, int, bytes]]]:
        """Fix one moment of the store, and yield all its rows: (table, rows, JSON lines).

        Nobody is kept from writing. See `data.backup_rows.pieces`.
        """
        first = sa.select(sa.func.count()).select_from(Base.metadata.tables["file"])
        with plain_faults(self._name), reading(self._engine) as connection:
            connection.execute(first)  # the first statement is what fixes the moment
            yield pieces(connection)

    # -- who took out what

    def add_access(self, access: AccessRecord) -> None:
        """Store that somebody took something out."""
        row = asdict(replace(access, at=access.at or now_utc()))
        with self._writing() as connection:
            connection.execute(sa.insert(_ACCESS).values(row))

    def accesses(self, *, newest: int | None = None) -> tuple[AccessRecord, ...]:
        """Return what was taken out, oldest first: only the newest so many, or all."""
        told = [column for column in _ACCESS.c if column.name != "number"]
        query = sa.select(*told).order_by(_ACCESS.c.number.desc()).limit(newest)
        with self._reading() as connection:
            found = [AccessRecord(**row) for row in connection.execute(query).mappings()]
        return tuple(reversed(found))

    # -- names

    def pseudonyms(self) -> Pseudonyms:
        """Return the study's pseudonyms; its key is drawn the first time."""
        wanted = sa.select(_KEY.c.value).where(_KEY.c.name == _PSEUDONYM)
        with self._reading() as connection:
            key = connection.execute(wanted).scalar()
            gone = connection.execute(sa.select(_FORGOTTEN.c.token, _FORGOTTEN.c.words)).all()
        if key is None:
            with self._writing() as connection:  # writers queue: whoever was first has drawn it
                key = connection.execute(wanted).scalar()
                if key is None:
                    key = secrets.token_hex(32)
                    row = {"name": _PSEUDONYM, "value": key}
                    connection.execute(sa.insert(_KEY).values(row))
        return Pseudonyms(key=bytes.fromhex(key), forgotten={row[0]: row[1] for row in gone})

    def put_forgotten(self, name: str) -> Pseudonyms:
        """Keep a name's token, so that it is known again, and return the pseudonyms with it."""
        names, plain = self.pseudonyms(), words_of(name)
        row = {"token": names.token(plain), "words": len(plain.split()), "at": now_utc()}
        if row["token"] not in names.forgotten:
            with self._writing() as connection:
                connection.execute(sa.insert(_FORGOTTEN).values(row))
        return self.pseudonyms()

    # -- rows written anew, for whoever takes personal data out of them

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Return every row of a table as it is kept, by its key."""
        own = Base.metadata.tables[table]
        query = sa.select(own).order_by(*own.primary_key.columns)
        with self._reading() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def put_rows(self, table: str, changed: Sequence[tuple[Any, Mapping[str, Any]]]) -> None:
        """Write values into rows of a table with one key column: [(key, {column: value})]."""
        own = Base.metadata.tables[table]
        (key,) = own.primary_key.columns
        with self._writing() as connection:
            for value, told in changed:
                connection.execute(sa.update(own).where(key == value).values(dict(told)))

    def remove_rows(self, table: str, keys: Sequence[Any]) -> None:
        """Delete rows of a table with one key column."""
        own = Base.metadata.tables[table]
        (key,) = own.primary_key.columns
        with self._writing() as connection:
            for start in range(0, len(keys), 500):
                connection.execute(sa.delete(own).where(key.in_(keys[start : start + 500])))
