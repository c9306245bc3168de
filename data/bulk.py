"""Many rows into the store at once: one statement, compiled once, and plain tuples under it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.sql.compiler import SQLCompiler

from data.schema import Base

_CANDIDATE = Base.metadata.tables["candidate"]
_EVIDENCE = Base.metadata.tables["evidence"]
POINT = "geom"


def execute_many(
    connection: sa.Connection, statement: Any, columns: Mapping[str, Sequence[object]]
) -> None:
    """Execute a statement once for each row of some columns.

    SQLite keeps text, numbers and bytes as they are, so its driver is given tuples in the order of
    its question marks: a register of 50,000 places says 250,000 things, and a dict for each, made
    into parameters one by one, took four times as long as the database itself. Any other database
    is given dicts, each value in the form that database wants.

    Parameters
    ----------
    connection : Connection
    statement : insert, update or delete
        Its bound values are named as the columns, or carry a value of their own.
    columns : Mapping[str, sequence]
        By name, all of one length; None for NULL, shapely points (or None) under ``geom``.
    """
    if not columns or not len(next(iter(columns.values()))):
        return
    names = list(columns)
    compiled = cast("SQLCompiler", statement.compile(dialect=connection.dialect, column_keys=names))
    if connection.dialect.name != "sqlite" or compiled.positiontup is None:
        rows = [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        connection.execute(statement, rows)
        return
    count = len(columns[names[0]])
    values = [
        _as_kept(name, columns[name]) if name in columns else repeat(compiled.params[name], count)
        for name in compiled.positiontup
    ]
    connection.exec_driver_sql(str(compiled), list(zip(*values, strict=True)))


def _as_kept(name: str, column: Sequence[object]) -> Sequence[object]:
    """Write points as the WKB that SQLite keeps, all in one call."""
    if name != POINT:
        return column
    import numpy as np
    import shapely

    points = np.full(len(column), None, dtype=object)
    points[:] = column
    return cast("list[object]", shapely.to_wkb(points).tolist())


def upsert_candidates(dialect: str) -> Any:
    """Return the statement that inserts candidates, or brings those that are there up to date."""
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as pg_insert

        new: Any = pg_insert(_CANDIDATE)
    else:
        from sqlalchemy.dialects.sqlite import insert as sqlite_insert

        new = sqlite_insert(_CANDIDATE)
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
