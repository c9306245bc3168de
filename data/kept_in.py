"""Where a study keeps its rows now, and whether anything in them has changed."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Collection
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from data.settings import FILE, Settings, read_settings

if TYPE_CHECKING:
    from data.server import Server

DATABASE = "tapak.sqlite"
ASIDE = "tapak-sebelum-pindah-"
"""How the name of a store begins that a move to a server laid aside."""
PASSFILE = Path("rahasia") / "pgpass"
Stamp = tuple[tuple[str, int, int], ...]


def place_in(folder: Path, settings: Settings) -> Path | Server:
    """Return where the store of a study with these settings is."""
    if settings.store is None:
        return folder / DATABASE
    from data.server import Server  # loads SQLAlchemy

    own = folder.absolute() / PASSFILE
    stated = settings.store
    return Server(url=stated.url, schema=stated.schema, passfile=own if own.is_file() else None)


def place_of(folder: Path) -> Path | Server:
    """Return where a study's store is, as its study.toml says at this moment."""
    file = folder / FILE
    if b"store" not in file.read_bytes():  # most studies: their faults are nobody's business here
        return folder / DATABASE
    return place_in(folder, settings_at(file, file.stat()))


def settings_at(file: Path, state: os.stat_result) -> Settings:
    """Read a study.toml that stands as its `state` says; the same one is read once a process.

    Raises
    ------
    InputError
        When it has faults.
    """
    return _read(file, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=16)
def _read(file: Path, changed_ns: int, size: int) -> Settings:  # noqa: ARG001 - the cache's key
    return read_settings(file)


def stamp(folder: Path) -> Stamp:
    """Tell when a study last changed, without opening it: its two files, or its server's count.

    Raises
    ------
    StudyError
        When the store is on a server that is away.
    """
    if not (folder / FILE).exists():
        return ()
    settings, place = _stat(folder / FILE), place_of(folder)
    if isinstance(place, Path):
        return (settings, _stat(place)) if place.exists() else (settings,)
    from data.written import count_of

    return (settings, (place.shown, count_of(place), 0))


def _stat(path: Path) -> tuple[str, int, int]:
    state = path.stat()
    return (path.name, state.st_mtime_ns, state.st_size)


def contents(folder: Path, *, aside: Collection[str]) -> str:
    """Hash study.toml and every row of every table but those in `aside`; "" without a store.

    Raises
    ------
    StudyError
        When the store is on a server that is away.
    """
    if not (folder / FILE).exists():
        return ""
    place = place_of(folder)
    told = hashlib.sha256((folder / FILE).read_bytes())
    if not isinstance(place, Path):
        from data.written import rows_of

        told.update(rows_of(place, aside=aside).encode())
        return told.hexdigest()
    if not place.exists():
        return ""
    with closing(sqlite3.connect(f"{place.resolve().as_uri()}?mode=ro", uri=True)) as base:
        names = [
            name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        for name in sorted(set(names) - set(aside)):
            told.update(name.encode())
            for row in base.execute(f'SELECT * FROM "{name}" ORDER BY rowid'):  # noqa: S608 - named by the store itself
                told.update(repr(row).encode())
    return told.hexdigest()
