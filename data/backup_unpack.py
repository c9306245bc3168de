"""Unpacking a backup into a folder that nobody sees before every byte of it has been checked."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from data.backup import ABOUT, SETTINGS, read_backup, table_of
from data.backup_rows import Loading
from data.database import database_url
from data.footing import refuse_occupied, room_beside
from data.kept_in import DATABASE
from data.settings_store import with_store
from geo.errors import InputError, StudyError


@contextmanager
def unpacked(path: Path, folder: Path, passphrase: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Unpack a backup beside `folder`, and put it in place when the block has succeeded.

    Yields
    ------
    tuple of Path and dict
        Where the study stands for the length of the block, and the backup's manifest.

    Raises
    ------
    StudyError
        ``study.exists``, ``study.folder_not_empty`` or ``study.not_a_folder`` when something is
        there, ``study.not_writable`` when it cannot be written.
    InputError
        What `data.backup.read_backup` says; nothing is left behind.
    """
    folder = folder.absolute()
    refuse_occupied(folder)
    room = room_beside(folder)
    try:
        new = room / "new"
        manifest = _unpack(path, new, passphrase)
        yield new, manifest
        if folder.exists():
            folder.rmdir()  # empty: looked at above
        new.replace(folder)
    except OSError as fault:
        raise StudyError("study.not_writable", folder=folder.name) from fault
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _unpack(path: Path, new: Path, passphrase: str) -> dict[str, Any]:
    for name in ("inputs", "cache", "out"):
        (new / name).mkdir(parents=True)
    sink = _Unpacking(path.name, new)
    try:
        manifest = read_backup(path, passphrase, sink)
        sink.finish(manifest)
    finally:
        sink.close()
    _sync(new / DATABASE)
    return manifest


class _Unpacking:
    """Writes what a backup holds: files as they are, rows into a new store."""

    def __init__(self, name: str, new: Path) -> None:
        self._name, self._new = name, new
        self._loading: Loading | None = None
        self._rows: dict[str, int] = {}
        self._written: list[Path] = []

    def text(self, name: str, raw: bytes) -> None:
        if name == SETTINGS:
            (self._new / SETTINGS).write_bytes(_own_store(raw))
            _sync(self._new / SETTINGS)
        elif table := table_of(name):
            if self._loading is None:
                raise InputError("private.broken", file=self._name)
            self._rows[table] = self._rows.get(table, 0) + self._loading.add(table, raw)
        elif name == ABOUT:
            place = database_url(self._new / DATABASE)
            schema = str(json.loads(raw).get("schema", ""))
            self._loading = Loading(place, schema=schema, name=self._name)

    def place(self, name: str) -> BinaryIO:
        path = self._new / name
        path.parent.mkdir(parents=True, exist_ok=True)
        self._written.append(path)
        return path.open("xb")

    def finish(self, manifest: dict[str, Any]) -> None:
        whole = (self._new / SETTINGS).is_file() and manifest.get("rows") == self._rows
        if self._loading is None or not whole:
            raise InputError("private.broken", file=self._name)
        self._loading.finish()
        for path in self._written:
            _sync(path)  # a power cut must not leave empty files behind a finished restore

    def close(self) -> None:
        if self._loading is not None:
            self._loading.close()


def _own_store(raw: bytes) -> bytes:
    """Take ``[store]`` out of a study.toml: the copy has its rows in its own folder.

    Else it would open the office's shared database, and not what was restored.
    """
    text = raw.decode("utf-8-sig")
    return with_store(text, None).encode() if "[store]" in text else raw


def _sync(path: Path) -> None:
    with path.open("rb+") as written:
        os.fsync(written.fileno())
