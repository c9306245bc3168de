"""How Tapak talks to its database: one connection policy, and its faults in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from data.server import Server, as_json, server_engine
from data.store_faults import plain_faults

__all__ = ["engine_of", "make_engine", "plain_faults", "reading", "shown_name", "writing"]

Place = str | Path | Server
"""Where a store is kept: an SQLite file, or a schema on a server."""
SNAPSHOT: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""How a reader of PostgreSQL sees one moment of the store, as a reader of SQLite does anyway."""


def database_url(place: str | Path) -> sa.URL:
    """Return the address of an SQLite file, whatever signs its path has."""
    return sa.URL.create("sqlite", database=str(Path(place).absolute()))


def engine_of(place: Place, *, wait_s: float) -> sa.Engine:
    """Make an engine for a file, or return the process's engine for a server."""
    if isinstance(place, Server):
        return server_engine(place, wait_s=wait_s)
    return make_engine(database_url(place), wait_s=wait_s)


def shown_name(place: Place) -> str:
    """Say what a store is called in a sentence; never with an account or a password."""
    return place.shown if isinstance(place, Server) else Path(place).name


def make_engine(url: sa.URL, *, wait_s: float) -> sa.Engine:
    """Make an engine for an SQLite file: in WAL, with foreign keys and transactions of our own.

    The sqlite3 module's own transactions leave DDL outside them, so a migration that dies would
    leave half a schema. Writers begin IMMEDIATE (they queue at the start and never fail in the
    middle); readers begin deferred and see one moment of the store.
    """
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
    """Yield a connection inside one write transaction: all of the block is kept, or none.

    Writers queue on both stores: SQLite lets in one that begins IMMEDIATE, and on a server each
    takes the one row of ``written`` first. What it reads after that is what the one before wrote.
    """
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if connection.dialect.name != "sqlite":
            connection.exec_driver_sql("UPDATE written SET number = number + 1")
        yield connection


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Yield a connection that sees one moment of the store, whatever others write meanwhile."""
    options = {} if engine.dialect.name == "sqlite" else SNAPSHOT
    with engine.connect().execution_options(**options) as connection:
        yield connection
