"""A store's rows copied into an empty one of another kind, and both compared row by row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from data.bulk import as_copied, copy_rows
from data.schema import Base
from data.schema_life import Event  # noqa: F401 - makes the tables known
from data.schema_types import Words
from geo.errors import StudyError

if TYPE_CHECKING:
    from data.store import Store

_AT_ONCE = 2000
"""Rows held in memory: a register of any size is copied in a few megabytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableContents:
    """What a table holds, in a form that depends on no database."""

    table: str
    rows: int
    sha256: str


def copy_store(source: Store, target: Store) -> None:
    """Copy every row as of one moment of `source` into `target`, which is empty, all or none."""
    with source.snapshot() as old, target.transaction() as new:
        if new.dialect.name == "sqlite":
            new.exec_driver_sql("PRAGMA defer_foreign_keys = ON")  # rows point at later ones
        for table in Base.metadata.sorted_tables:
            if new.dialect.name == "sqlite":
                for rows in _pieces(old, table):
                    names = [column.name for column in table.columns]
                    some = [dict(zip(names, row, strict=True)) for row in rows]
                    new.execute(sa.insert(table), some)
            else:
                copy_rows(new, table.name, [c.name for c in table.columns], _sent(old, table))
                _count_on(new, table)


def _pieces(connection: sa.Connection, table: sa.Table) -> Iterator[Sequence[Sequence[Any]]]:
    query = sa.select(table).order_by(*table.primary_key.columns)
    streamed = connection.execution_options(yield_per=_AT_ONCE).execute(query)
    yield from (rows for rows in streamed.partitions())


def _sent(connection: sa.Connection, table: sa.Table) -> Iterator[Sequence[object]]:
    """Yield rows as COPY wants them: one statement a table, or rows could not point ahead."""
    for rows in _pieces(connection, table):
        columns = zip(*rows, strict=True)
        written = [
            as_copied(column.type, list(cells))
            for column, cells in zip(table.columns, columns, strict=True)
        ]
        yield from zip(*written, strict=True)


def _count_on(connection: sa.Connection, table: sa.Table) -> None:
    """Let the numbers PostgreSQL gives from now on follow those that were copied."""
    (key,) = table.primary_key.columns
    if isinstance(key.type, sa.Integer):
        last = f'SELECT max("{key.name}") FROM "{table.name}"'  # noqa: S608 - our own names
        sequence = f"pg_get_serial_sequence('\"{table.name}\"', '{key.name}')"
        connection.exec_driver_sql(
            f"SELECT setval({sequence}, ({last})) WHERE ({last}) IS NOT NULL"
        )


def contents_of(store: Store) -> tuple[TableContents, ...]:
    """Count and hash the rows of every table, the same for the same rows on either store."""
    told = []
    with store.snapshot() as connection:
        for table in Base.metadata.sorted_tables:
            digest, count = hashlib.sha256(), 0
            texts = [n for n, c in enumerate(table.columns) if isinstance(c.type, Words)]
            for rows in _pieces(connection, table):
                for row in rows:
                    digest.update(_canonical(row, texts))
                count += len(rows)
            told.append(TableContents(table=table.name, rows=count, sha256=digest.hexdigest()))
    return tuple(told)


def _canonical(row: Sequence[Any], texts: Sequence[int]) -> bytes:
    cells = list(row)
    for n in texts:
        if cells[n] is not None and "\0" in cells[n]:  # see data.schema_types.Words
            cells[n] = cells[n].replace("\0", "")
    return json.dumps(cells, sort_keys=True, default=_plain).encode() + b"\n"


def _plain(value: Any) -> str:
    """Write what JSON does not know: bytes, and points as WKB."""
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    import shapely

    return str(shapely.to_wkb(value, hex=True))


def refuse_different(before: Sequence[TableContents], after: Sequence[TableContents]) -> None:
    """Refuse a copy that is not what was copied.

    Raises
    ------
    StudyError
        ``store.copy_differs`` with the first table that differs.
    """
    for old, new in zip(before, after, strict=True):
        if old != new:
            raise StudyError("store.copy_differs", table=old.table, rows=old.rows, found=new.rows)
