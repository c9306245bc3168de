"""What of a study's store may change what is measured and ranked, as one fingerprint."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

from data.settings import FILE
from data.workspace import DATABASE

ASIDE = frozenset(
    {"alembic_version", "comment", "event", "life", "pack", "plan", "run", "scenario"}
)
"""Tables that say what people did, planned or saved, and of which no measure or gate hangs."""


def fingerprint(folder: Path) -> str:
    """Hash study.toml and every row that a ranking may hang on; "" without a store.

    Reading the rows of some thousand places takes a tenth of what opening their board takes, so a
    comment, a run or a scenario does not make everybody wait for a board that has not changed.
    """
    store = folder / DATABASE
    if not store.exists():
        return ""
    told = hashlib.sha256((folder / FILE).read_bytes())
    with closing(sqlite3.connect(f"{store.resolve().as_uri()}?mode=ro", uri=True)) as base:
        names = [
            name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        for name in sorted(set(names) - ASIDE):
            told.update(name.encode())
            for row in base.execute(f'SELECT * FROM "{name}" ORDER BY rowid'):  # noqa: S608 - named by the store itself
                told.update(repr(row).encode())
    return told.hexdigest()
