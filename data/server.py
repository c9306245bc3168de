"""A PostgreSQL server that keeps a study: where it is, and connections that see one schema only.

A password never stands in an address: libpq finds it (PGPASSFILE, PGPASSWORD, ~/.pgpass, a
service), or the file ``rahasia/pgpass`` of the study.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from data.hashes import canonical_json
from data.store_faults import plain_faults
from geo.errors import StudyError

_ROOM = """
SELECT (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
        WHERE e.extname = 'postgis'),
       EXISTS (SELECT FROM pg_namespace WHERE nspname = %s)
"""
_OWN = """
SELECT set_config('search_path', %s, false), set_config('lock_timeout', %s, false),
       set_config('tcp_keepalives_idle', '30', false),
       set_config('tcp_keepalives_interval', '10', false),
       set_config('tcp_keepalives_count', '3', false)
"""
"""The last three: the locks of a machine that lost its power are free after a minute."""
_LOCK = "hashtextextended('tapak:' || current_schema(), 0)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A study's place on a server: the database's address without a password, and the schema."""

    url: str
    schema: str
    passfile: Path | None = None

    @property
    def shown(self) -> str:
        """The place as sentences call it."""
        url = sa.make_url(self.url)
        where = url.host or url.query.get("service") or url.query.get("host") or "localhost"
        return f"{where}/{url.database or ''}/{self.schema}"


def as_json(value: object) -> str:
    """Write a JSON column's value, the same text on both stores."""
    return canonical_json(value).decode()


_engines: dict[tuple[Server, float], sa.Engine] = {}
_one_at_a_time = threading.Lock()


def _forget() -> None:
    """Leave the parent's connections to the parent: two processes cannot share one."""
    for engine in _engines.values():
        engine.dispose(close=False)
    _engines.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def server_engine(server: Server, *, wait_s: float) -> sa.Engine:
    """Return this process's engine for a study on a server; studies opened again share it.

    Parameters
    ----------
    server : Server
    wait_s : float
        Seconds a statement waits for another that is writing.

    Raises
    ------
    StudyError
        ``store.no_driver`` when psycopg is not installed.
    """
    with _one_at_a_time:
        if (server, wait_s) not in _engines:
            _engines[server, wait_s] = _made(server, wait_s)
        return _engines[server, wait_s]


def _made(server: Server, wait_s: float) -> sa.Engine:
    try:
        import psycopg  # noqa: F401 - only to know that it is there
    except ImportError as fault:
        raise StudyError("store.no_driver") from fault
    how: dict[str, Any] = {"connect_timeout": 10, "application_name": "tapak"}
    if server.passfile is not None:
        how["passfile"] = str(server.passfile)
    engine = sa.create_engine(
        sa.make_url(server.url).set(drivername="postgresql+psycopg"),
        json_serializer=as_json,
        connect_args=how,
        isolation_level="READ COMMITTED",  # after waiting for a writer, see what it wrote
        pool_pre_ping=True,  # a server that was started again is found again
        pool_size=4,
        pool_recycle=1800,
    )

    @sa.event.listens_for(engine, "connect", insert=True)  # before SQLAlchemy asks for the schema
    def prepare(raw: Any, _record: Any) -> None:
        raw.autocommit = True
        with raw.cursor() as cursor:
            path = ", ".join('"' + name.replace('"', '""') + '"' for name in _room(cursor, server))
            cursor.execute(_OWN, (path, f"{int(wait_s * 1000)}ms"))
        raw.autocommit = False

    return engine


def _room(cursor: Any, server: Server) -> tuple[str, str]:
    """Make the schema, and PostGIS where the account may; return where names are looked up."""
    import psycopg

    postgis, there = cursor.execute(_ROOM, (server.schema,)).fetchone()
    if postgis is None:
        try:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        except psycopg.Error as fault:
            raise StudyError("store.no_postgis", file=server.shown) from fault
        postgis = cursor.execute(_ROOM, (server.schema,)).fetchone()[0]
    if not there:
        try:
            cursor.execute(f'CREATE SCHEMA IF NOT EXISTS "{server.schema}"')
        except psycopg.errors.UniqueViolation:
            pass  # another process made it at this very moment
        except psycopg.errors.InsufficientPrivilege as fault:
            raise StudyError("store.no_schema", file=server.shown) from fault
    return server.schema, postgis


def schemas_of(server: Server) -> frozenset[str]:
    """Return the names of all schemas of the database, without making any."""
    elsewhere = replace(server, schema="pg_catalog")  # is always there
    with plain_faults(server.shown):
        engine = _made(elsewhere, 10)
        try:
            with engine.connect() as connection:
                found = connection.execute(sa.text("SELECT nspname FROM pg_namespace")).scalars()
                return frozenset(found)
        finally:
            engine.dispose()


def drop_schema(server: Server) -> None:
    """Take a study's schema away with all that is in it."""
    engine = server_engine(server, wait_s=30)
    with engine.connect() as connection, connection.begin():
        connection.exec_driver_sql(f'DROP SCHEMA "{server.schema}" CASCADE')
    close_server(server)


def close_server(server: Server) -> None:
    """Let go of this process's connections to a study on a server."""
    with _one_at_a_time:
        for key in [key for key in _engines if key[0] == server]:
            _engines.pop(key).dispose()


@contextmanager
def held(engine: sa.Engine, *, wait_s: float, folder: str) -> Iterator[Any]:
    """Hold a study's lock on its server, whatever machine asks; it ends with the connection.

    Yields the driver's own connection, which is never made anew: while it answers, the lock holds.

    Raises
    ------
    StudyError
        ``study.locked`` when another holder does not let go within `wait_s` seconds.
    """
    import psycopg

    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        raw: Any = connection.connection.driver_connection
        if not _taken(raw, wait_s):
            raise StudyError("study.locked", folder=folder)
        try:
            yield raw
        finally:
            try:
                raw.execute(f"SELECT pg_advisory_unlock({_LOCK})")
            except psycopg.Error:
                connection.invalidate()  # the server is away, and the lock went with it


def _taken(raw: Any, wait_s: float) -> bool:
    import psycopg

    if raw.execute(f"SELECT pg_try_advisory_lock({_LOCK})").fetchone()[0]:
        return True
    if wait_s <= 0:
        return False
    usual = raw.execute("SHOW lock_timeout").fetchone()[0]
    set_to = "SELECT set_config('lock_timeout', %s, false)"
    raw.execute(set_to, (f"{int(wait_s * 1000)}ms",))
    try:
        raw.execute(f"SELECT pg_advisory_lock({_LOCK})")
    except psycopg.errors.LockNotAvailable:
        return False
    else:
        return True
    finally:
        if not raw.broken:
            raw.execute(set_to, (usual,))
