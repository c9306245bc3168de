"""Bring a store to the newest schema, in one transaction: all of it, or the schema as it was."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from data.schema import HEAD
from geo.errors import StudyError

MIGRATIONS = Path(__file__).with_name("migrations")
_TURN = "SELECT pg_advisory_xact_lock(hashtextextended('tapak-schema:' || current_schema(), 0))"
_one_at_a_time = threading.Lock()  # alembic keeps the running migration in module globals


def revision_of(engine: sa.Engine) -> str | None:
    """Return the migration a store stands at, or None for an empty store."""
    with engine.connect() as connection:
        own = None if engine.dialect.name == "sqlite" else engine.dialect.default_schema_name
        if not sa.inspect(connection).has_table("alembic_version", schema=own):
            return None
        found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def upgrade(engine: sa.Engine, *, scripts: Path = MIGRATIONS, head: str = HEAD) -> None:
    """Bring a store to `head`; does nothing, and loads nothing, when it is there already.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        Made by `data.database.make_engine`.
    scripts : Path
        Folder of the migrations.
    head : str
        The migration to reach.

    Raises
    ------
    StudyError
        ``store.newer`` when a newer Tapak made the store. Whatever a migration raises is passed
        on, and the store then stands where it stood before.
    """
    found = revision_of(engine)
    if found == head:
        return
    from alembic import command  # a sixth of a second, needed once in a store's life

    config = _config(scripts)
    _refuse_newer(found, config)
    with _one_at_a_time, _foreign_keys_off(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, head)


def _config(scripts: Path) -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    return config


def _refuse_newer(found: str | None, config: Any) -> None:
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise StudyError("store.newer", version=found)


@contextmanager
def _foreign_keys_off(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Yield a write transaction without foreign keys: altering a table on SQLite drops it once."""
    if engine.dialect.name != "sqlite":
        with engine.connect() as connection, connection.begin():
            connection.execute(sa.text(_TURN))
            yield connection
        return
    with engine.connect().execution_options(writes=True) as connection:
        raw: Any = connection.connection.driver_connection
        raw.execute("PRAGMA foreign_keys = OFF")  # has no effect inside a transaction
        try:
            with connection.begin():
                yield connection
                if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                    msg = "the migration left a row that points at nothing"
                    raise RuntimeError(msg)
        finally:
            raw.execute("PRAGMA foreign_keys = ON")
