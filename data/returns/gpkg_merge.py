"""Three versions of one table made one by geodiff: what went out, what is known, what came back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

Table = Mapping[str, Mapping[str, object]]
"""Rows by the key that lasts (a submission's id, a site's id), values by column."""
_TABLE, _KEY = "tapak", "kunci"


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """One table out of three.

    Parameters
    ----------
    rows : mapping
        Theirs with ours laid over it; where both changed one value to different ones, and where
        one changed a row the other took away, theirs stands.
    changed : mapping
        Key of a row we changed → the columns.
    clashes : mapping
        Key → the columns that stand as theirs although ours differ; () for the row itself.
    added, deleted : frozenset of str
        Keys we added and took away since base.
    """

    rows: Table
    changed: Mapping[str, tuple[str, ...]]
    clashes: Mapping[str, tuple[str, ...]]
    added: frozenset[str]
    deleted: frozenset[str]


def merge(base: Table, theirs: Table, ours: Table) -> Merged:
    """Merge two changed copies of a table.

    Geodiff tells rows apart by number, and phones number theirs as they come. So the three are
    first written out anew: a number for each lasting key, the same in all three, and every column
    that any of them has, so that neither a phone's numbers nor a changed schema matter.

    A row that both added without a common base is no clash here: ours is among ``added`` and is
    left out of the merge, for whoever stores it to compare.

    Parameters
    ----------
    base, theirs, ours : Table
        Values must be JSON: text, numbers, mappings.
    """
    added = frozenset(ours) - frozenset(base)
    kept = {key: row for key, row in ours.items() if key in base}
    keys = sorted({*base, *theirs})
    tables = (base, theirs, kept)
    columns = sorted({c for table in tables for row in table.values() for c in row})
    with TemporaryDirectory(prefix="tapak-") as room:
        paths = [Path(room) / f"{name}.sqlite" for name in ("base", "theirs", "ours")]
        for path, table in zip(paths, tables, strict=True):
            _write(path, table, keys, columns)
        with _geodiff() as geodiff:
            changes = _changes(geodiff, Path(room), paths[0], paths[2])
            clashes = _rebase(geodiff, Path(room), *paths)
        made = _read(paths[2], columns)
    told = [(keys[n - 1], kind, [columns[c - 2] for c in cols]) for n, kind, cols in changes]
    changed = {key: tuple(cols) for key, kind, cols in told if kind == "update"}
    deleted = frozenset(key for key, kind, _ in told if kind == "delete")
    wrong = {keys[n - 1]: tuple(columns[c - 2] for c in cols) for n, cols in clashes}
    return _settled(made, theirs, Merged(
        rows={}, changed=changed, clashes=wrong, added=added, deleted=deleted
    ), base)  # fmt: skip


def _settled(made: Table, theirs: Table, told: Merged, base: Table) -> Merged:
    """Put theirs back wherever geodiff let ours overwrite it, or left a row out."""
    rows = {key: dict(row) for key, row in made.items()}
    clashes = dict(told.clashes)
    for key, columns in told.clashes.items():
        if key not in theirs:  # they took it away: the row itself is what is at odds
            clashes[key] = ()
            rows.pop(key, None)
            continue
        for column in columns:
            _put(rows[key], column, theirs[key])
    for key in told.deleted:
        if key in theirs:
            rows[key] = dict(theirs[key])
            if theirs[key] != base[key]:
                clashes[key] = ()
    return Merged(
        rows=rows, changed=told.changed, clashes=clashes, added=told.added, deleted=told.deleted
    )


def _put(row: dict[str, object], column: str, source: Mapping[str, object]) -> None:
    if column in source:
        row[column] = source[column]
    else:
        row.pop(column, None)


def _write(path: Path, table: Table, keys: Sequence[str], columns: Sequence[str]) -> None:
    numbers = {key: n for n, key in enumerate(keys, start=1)}
    heads = "".join(f", c{n} TEXT" for n in range(len(columns)))
    marks = ", ".join("?" * (2 + len(columns)))
    with closing(sqlite3.connect(path)) as into:
        into.execute(f"CREATE TABLE {_TABLE} (n INTEGER PRIMARY KEY, {_KEY} TEXT{heads})")
        into.executemany(
            f"INSERT INTO {_TABLE} VALUES ({marks})",  # noqa: S608 - our own names
            [
                (numbers[key], key, *(_text(row[c]) if c in row else None for c in columns))
                for key, row in table.items()
            ],
        )
        into.commit()


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _read(path: Path, columns: Sequence[str]) -> dict[str, dict[str, object]]:
    with closing(sqlite3.connect(path)) as source:
        rows = source.execute(f"SELECT * FROM {_TABLE}").fetchall()  # noqa: S608 - our own name
    return {
        str(row[1]): {
            column: json.loads(value)
            for column, value in zip(columns, row[2:], strict=True)
            if value is not None
        }
        for row in rows
    }


@contextmanager
def _geodiff() -> Iterator[Any]:
    """Open geodiff and close it again: left to the end of the program it dies with a traceback."""
    import pygeodiff

    made = pygeodiff.GeoDiff()
    try:
        made.set_maximum_logger_level(pygeodiff.GeoDiff.LevelError)
        yield made
    finally:
        made.shutdown()


def _changes(geodiff: Any, room: Path, base: Path, ours: Path) -> list[tuple[int, str, list[int]]]:
    """List what we changed: the row's number, how, and which columns."""
    diff, told = room / "ours.diff", room / "ours.json"
    geodiff.create_changeset(str(base), str(ours), str(diff))
    if not geodiff.has_changes(str(diff)):
        return []
    geodiff.list_changes(str(diff), str(told))
    return [
        (
            next(_number(c) for c in entry["changes"] if c["column"] == 0),
            str(entry["type"]),
            [int(c["column"]) for c in entry["changes"] if c["column"] > 1 and "new" in c],
        )
        for entry in json.loads(told.read_text(encoding="utf-8"))["geodiff"]
    ]


def _number(cell: Mapping[str, Any]) -> int:
    return int(cell.get("old", cell.get("new")))


def _rebase(
    geodiff: Any, room: Path, base: Path, theirs: Path, ours: Path
) -> Iterable[tuple[int, list[int]]]:
    """Lay ours over theirs in place, and list where the two are at odds."""
    told = room / "clash.json"
    geodiff.rebase(str(base), str(theirs), str(ours), str(told))
    if not told.exists():
        return []
    listed = json.loads(told.read_text(encoding="utf-8"))["geodiff"]
    return [
        (int(entry["fid"]), [int(c["column"]) for c in entry["changes"] if c["column"] > 1])
        for entry in listed
    ]
