"""Many rows into the store at once: one statement, compiled once, and plain tuples under it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.sql.compiler import SQLCompiler

from data.hashes import canonical_json
from data.schema import Base
from data.schema_types import PointGeometry, Words

_CANDIDATE = Base.metadata.tables["candidate"]
_EVIDENCE = Base.metadata.tables["evidence"]
POINT = "geom"
Columns = Mapping[str, Sequence[object]]
"""By name, all of one length; None for NULL, shapely points (or None) under ``geom``."""


def put_candidates(connection: sa.Connection, columns: Columns) -> None:
    """Insert candidates, or bring those that are there up to date."""
    if connection.dialect.name == "sqlite":
        execute_many(connection, upsert_candidates(), columns)
    elif _count(columns):
        _arriving(connection, _CANDIDATE, columns)
        names = ", ".join(f'"{name}"' for name in columns)
        fresh = ", ".join(f'"{n}" = excluded."{n}"' for n in columns if n not in {"id", "version"})
        # the version moves on, so that whoever is editing the old row is told
        connection.exec_driver_sql(
            f"INSERT INTO candidate ({names}) SELECT {names} FROM arriving_candidate "  # noqa: S608 - our own names
            f"ON CONFLICT (id) DO UPDATE SET {fresh}, version = candidate.version + 1"
        )


def put_values(connection: sa.Connection, columns: Columns) -> None:
    """Insert what registers say."""
    if connection.dialect.name == "sqlite":
        execute_many(connection, sa.insert(_EVIDENCE), columns)
    elif _count(columns):
        _copied(connection, _EVIDENCE, columns)


def drop_old_values(connection: sa.Connection, source: str, columns: Columns) -> None:
    """Take away what a source said: ``gone`` (candidate) and ``key`` by row."""
    if connection.dialect.name == "sqlite":
        execute_many(connection, old_values_gone(source), columns)
    elif _count(columns):
        named = {"candidate": columns["gone"], "criterion": columns["key"]}
        _arriving(connection, _EVIDENCE, named)
        connection.execute(
            sa.text(
                "DELETE FROM evidence USING arriving_evidence AS gone WHERE evidence.source = :src "
                "AND evidence.candidate = gone.candidate AND evidence.criterion = gone.criterion"
            ),
            {"src": source},
        )


def _count(columns: Columns) -> int:
    return len(next(iter(columns.values()))) if columns else 0


def execute_many(connection: sa.Connection, statement: Any, columns: Columns) -> None:
    """Execute a statement on SQLite once for each row of some columns.

    SQLite keeps text, numbers and bytes as they are, so its driver is given tuples in the order of
    its question marks: a register of 50,000 places says 250,000 things, and a dict for each, made
    into parameters one by one, took four times as long as the database itself.

    Parameters
    ----------
    connection : Connection
    statement : insert, update or delete
        Its bound values are named as the columns, or carry a value of their own.
    columns : Mapping[str, sequence]
    """
    count = _count(columns)
    if not count:
        return
    names = list(columns)
    compiled = cast("SQLCompiler", statement.compile(dialect=connection.dialect, column_keys=names))
    if compiled.positiontup is None:  # parameters by name: SQLAlchemy's own way, value by value
        rows = [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        connection.execute(statement, rows)
        return
    values = [
        _as_kept(name, columns[name]) if name in columns else repeat(compiled.params[name], count)
        for name in compiled.positiontup
    ]
    connection.exec_driver_sql(str(compiled), list(zip(*values, strict=True)))


def _as_kept(name: str, column: Sequence[object]) -> Sequence[object]:
    """Write points as the WKB that SQLite keeps, all in one call."""
    if name != POINT:
        return column
    import shapely

    return cast("list[object]", shapely.to_wkb(_points(column)).tolist())


def _points(column: Sequence[object]) -> Any:
    import numpy as np

    points = np.full(len(column), None, dtype=object)
    points[:] = column
    return points


def upsert_candidates() -> Any:
    """Return SQLite's statement that inserts candidates, or brings them up to date."""
    from sqlalchemy.dialects.sqlite import insert

    new: Any = insert(_CANDIDATE)
    fresh = {c.name: new.excluded[c.name] for c in _CANDIDATE.c if c.name not in {"id", "version"}}
    # the version moves on, so that whoever is editing the old row is told
    fresh["version"] = _CANDIDATE.c.version + 1
    return new.on_conflict_do_update(index_elements=["id"], set_=fresh)


def old_values_gone(source: str) -> Any:
    """Return the statement that takes away what a source said: ``gone`` and ``key`` by row."""
    same = sa.and_(
        _EVIDENCE.c.candidate == sa.bindparam("gone"),
        _EVIDENCE.c.criterion == sa.bindparam("key"),
    )
    return sa.delete(_EVIDENCE).where(same, _EVIDENCE.c.source == source)


# -- PostgreSQL


def _arriving(connection: sa.Connection, table: sa.Table, columns: Columns) -> None:
    """Copy rows into a table of this transaction's own, without any rule but its types."""
    name = f"arriving_{table.name}"
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS pg_temp.{name}")
    some = ", ".join(f'"{column}"' for column in columns)
    connection.exec_driver_sql(
        f"CREATE TEMP TABLE {name} ON COMMIT DROP AS "  # noqa: S608 - our own names
        f"SELECT {some} FROM {table.name} WITH NO DATA"
    )
    _copied(connection, table, columns, into=name)


def _copied(
    connection: sa.Connection, table: sa.Table, columns: Columns, *, into: str = ""
) -> None:
    written = [as_copied(table.c[name].type, column) for name, column in columns.items()]
    copy_rows(connection, into or table.name, columns, zip(*written, strict=True))


def as_copied(kind: sa.types.TypeEngine[Any], column: Sequence[object]) -> Sequence[object]:
    """Write a column as COPY wants it."""
    if isinstance(kind, PointGeometry):
        import shapely

        located = shapely.set_srid(_points(column), PointGeometry.srid)
        return cast("list[object]", shapely.to_wkb(located, hex=True, include_srid=True).tolist())
    if isinstance(kind, sa.JSON):
        return [canonical_json(value).decode() for value in column]
    if isinstance(kind, Words):
        return [text.replace("\0", "") if isinstance(text, str) else text for text in column]
    return column


def copy_rows(
    connection: sa.Connection, table: str, names: Iterable[str], rows: Iterable[Sequence[object]]
) -> None:
    """Send rows to PostgreSQL by COPY: one statement, however many there are.

    Raises
    ------
    sqlalchemy.exc.DBAPIError
        What the driver says, as SQLAlchemy says it of any other statement.
    """
    import psycopg

    raw: Any = connection.connection.driver_connection
    named = ", ".join(f'"{name}"' for name in names)
    told = f"COPY {table} ({named}) FROM STDIN"
    try:
        with raw.cursor() as cursor, cursor.copy(told) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as fault:
        wrapped = sa.exc.DBAPIError.instance(
            told, None, fault, psycopg.Error, dialect=connection.dialect
        )
        raise wrapped from fault
