"""How Tapak talks to its database: one connection policy, and its faults in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm.exc import StaleDataError

from data.hashes import canonical_json
from geo.errors import StudyError

_PLAIN = {
    "SQLITE_BUSY": "store.busy",
    "SQLITE_LOCKED": "store.busy",
    "SQLITE_FULL": "store.disk_full",
    "SQLITE_IOERR": "store.disk_full",
    "SQLITE_READONLY": "store.read_only",
    "SQLITE_CANTOPEN": "store.read_only",
    "SQLITE_PERM": "store.read_only",
    "SQLITE_NOTADB": "store.not_a_database",
    "SQLITE_CORRUPT": "store.not_a_database",
}


def database_url(place: str | Path) -> sa.URL:
    """Return the address of a store: a file's path, or a URL that already is one."""
    if isinstance(place, str) and "://" in place:
        return sa.make_url(place)
    return sa.URL.create("sqlite", database=str(Path(place).absolute()))


def make_engine(url: sa.URL, *, wait_s: float) -> sa.Engine:
    """Make an engine; on SQLite in WAL, with foreign keys, and with transactions of our own.

    The sqlite3 module's own transactions leave DDL outside them, so a migration that dies would
    leave half a schema. Writers begin IMMEDIATE (they queue at the start and never fail in the
    middle); readers begin deferred and see one moment of the store.
    """

    def as_json(value: object) -> str:
        return canonical_json(value).decode()

    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, json_serializer=as_json)
    engine = sa.create_engine(url, json_serializer=as_json, connect_args={"timeout": wait_s})

    @sa.event.listens_for(engine, "connect")
    def prepare(raw: Any, _record: Any) -> None:
        raw.isolation_level = None
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("PRAGMA synchronous = FULL")  # a power cut must not take a saved row away
        raw.execute("PRAGMA foreign_keys = ON")
        # 16 MB in place of 2: the indexes of a register of 50,000 places are not written many times
        raw.execute("PRAGMA cache_size = -16384")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Yield a connection inside one write transaction: all of the block is kept, or none."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


@contextmanager
def plain_faults(name: str) -> Iterator[None]:
    """Turn the database's own faults into a `StudyError` that a planner can act on.

    Parameters
    ----------
    name : str
        What the store is called in the sentence.
    """
    try:
        yield
    except StaleDataError as fault:
        raise StudyError("store.stale") from fault
    except DatabaseError as fault:
        code = _code_of(fault)
        if code is None:  # a defect of ours, not of the disk or of a neighbour
            raise
        raise StudyError(code, file=name) from fault


def _code_of(fault: DatabaseError) -> str | None:
    primary = "_".join(str(getattr(fault.orig, "sqlite_errorname", "")).split("_")[:2])
    return _PLAIN.get(primary)
