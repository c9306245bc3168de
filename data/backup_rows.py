"""The store's rows as text that belongs to no database: dumped from one moment, loaded anew."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

import sqlalchemy as sa

from data.database import make_engine
from data.migrate import upgrade
from data.schema import Base
from data.schema_types import PointGeometry
from geo.errors import InputError

PIECE_ROWS = 2000
PIECE_BYTES = 4 << 20
"""A piece of a table ends after so many rows or bytes, so that memory stays bounded."""
_LOADED_AT_ONCE = 500


def pieces(connection: sa.Connection) -> Iterator[tuple[str, int, bytes]]:
    """Yield every row of the store as JSON lines: (table, rows, lines), in pieces.

    Tables come before those that point at them. Points are WKB, and bytes base64.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Of `data.database.reading`: it sees one moment, whatever others write meanwhile.
    """
    for table in Base.metadata.sorted_tables:
        writers = {column.name: _writer(column.type) for column in table.columns}
        query = sa.select(table).order_by(*table.primary_key.columns)
        streamed = connection.execution_options(yield_per=PIECE_ROWS)
        lines: list[bytes] = []
        size = 0
        for row in streamed.execute(query).mappings():
            told = {name: writers[name](value) for name, value in row.items()}
            lines.append(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode())
            size += len(lines[-1]) + 1
            if len(lines) == PIECE_ROWS or size >= PIECE_BYTES:
                yield table.name, len(lines), b"\n".join((*lines, b""))
                lines, size = [], 0
        if lines:
            yield table.name, len(lines), b"\n".join((*lines, b""))


def _writer(kind: sa.types.TypeEngine[Any]) -> Callable[[Any], Any]:
    if isinstance(kind, PointGeometry):
        import shapely

        return lambda point: None if point is None else _text(shapely.to_wkb(point))
    if isinstance(kind, sa.LargeBinary):
        return lambda raw: None if raw is None else _text(bytes(raw))
    return lambda value: value


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


class Loading:
    """A new SQLite store at the schema a backup was made at, being filled piece by piece.

    Parameters
    ----------
    place : sqlalchemy.URL
        An SQLite file that is not there yet.
    schema : str
        The migration that the rows belong to; ``private.newer_backup`` for one not known here.
    name : str
        The backup, as sentences call it.
    """

    def __init__(self, place: sa.URL, *, schema: str, name: str) -> None:
        self._engine = make_engine(place, wait_s=5)
        self._name = name
        _at_schema(self._engine, schema, name)
        self._tables = sa.MetaData()
        self._tables.reflect(self._engine)

    def add(self, table: str, lines: bytes) -> int:
        """Store a piece of a table, and return how many rows it had.

        Raises
        ------
        InputError
            ``private.broken`` when the table or a column is not one of this schema.
        """
        into = self._tables.tables.get(table)
        if into is None or table == "alembic_version":
            raise InputError("private.broken", file=self._name)
        readers = {c.name: _reader(c.type) for c in into.columns}
        try:
            rows = [_row(json.loads(line), readers) for line in lines.splitlines()]
            with self._engine.connect().execution_options(writes=True) as connection:
                raw: Any = connection.connection.driver_connection
                raw.execute("PRAGMA foreign_keys = OFF")  # a row may point at one that comes later
                raw.execute("PRAGMA synchronous = OFF")  # nobody knows of this store yet
                with connection.begin():
                    waiting = iter(rows)
                    while some := list(islice(waiting, _LOADED_AT_ONCE)):
                        connection.execute(sa.insert(into), some)
        except (ValueError, KeyError, TypeError, AttributeError, sa.exc.SQLAlchemyError) as fault:
            raise InputError("private.broken", file=self._name) from fault
        return len(rows)

    def finish(self) -> None:
        """Bring the store to the newest schema and look whether every row points at one.

        Raises
        ------
        InputError
            ``private.broken``.
        """
        with self._engine.connect() as connection:
            if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                raise InputError("private.broken", file=self._name)
        upgrade(self._engine)

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()


def _at_schema(engine: sa.Engine, schema: str, name: str) -> None:
    from alembic.util import CommandError

    try:
        upgrade(engine, head=schema)
    except CommandError as fault:
        raise InputError("private.newer_backup", file=name) from fault


def _row(told: Mapping[str, Any], readers: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    return {name: readers[name](value) for name, value in told.items()}


def _reader(kind: sa.types.TypeEngine[Any]) -> Callable[[Any], Any]:
    if isinstance(kind, sa.LargeBinary):
        return lambda text: None if text is None else base64.b64decode(text, validate=True)
    return lambda value: value
