"""What a server tells of a study's rows without sending them: how often written, and a hash."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from data.database import engine_of, plain_faults, reading
from data.schema import Base
from data.schema_life import Event  # noqa: F401 - makes the tables known
from data.server import Server

_WAIT_S = 30.0


def count_of(server: Server) -> int:
    """Return how many write transactions a study's store has seen; -1 before the first opening."""
    with plain_faults(server.shown), reading(engine_of(server, wait_s=_WAIT_S)) as connection:
        if connection.execute(sa.text("SELECT to_regclass('written')")).scalar() is None:
            return -1
        return int(connection.exec_driver_sql("SELECT number FROM written").scalar_one())


def rows_of(server: Server, *, aside: Collection[str]) -> str:
    """Hash the rows of every table but those in `aside`, on the server itself."""
    told = []
    with plain_faults(server.shown), reading(engine_of(server, wait_s=_WAIT_S)) as connection:
        if connection.execute(sa.text("SELECT to_regclass('written')")).scalar() is None:
            return ""
        for table in Base.metadata.sorted_tables:
            if table.name in aside:
                continue
            keys = ", ".join(f't."{column.name}"' for column in table.primary_key.columns)
            hashed = f"string_agg(md5(t::text), '' ORDER BY {keys})"
            query = f"SELECT md5(coalesce({hashed}, '')) FROM \"{table.name}\" AS t"  # noqa: S608 - our own names
            told.append(f"{table.name} {connection.exec_driver_sql(query).scalar()}")
    return "\n".join(told)
