"""A study as one encrypted file: written from one moment, checked from the file, unpacked whole.

An age file with a tar stream inside: ``tapak.json`` (of which schema), ``study.toml``, the files
of ``inputs/`` and ``out/``, the store's rows as JSON lines, and last ``manifest.json`` with the
size and SHA-256 of every member. Nothing is compressed: what it unpacks to is no larger than it is.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from data.backup_age import Opened, Sealed
from geo.errors import InputError, StudyError

FORMAT = 1
ABOUT, SETTINGS, MANIFEST = "tapak.json", "study.toml", "manifest.json"
STORE, FOLDERS = "store/", ("inputs/", "out/")
SUFFIX = ".tapak"
_BLOCK = 1 << 20
_MOST_TEXT = 256 << 20
"""A member that is held in memory is refused above this size: ours have a few MiB."""
_MOST_NAME = 64 << 10
_PART = re.compile(r"(?!\.{1,2}$)[^\x00-\x1f/\\:*?\"<>|]{1,240}")
_ROWS = re.compile(r"store/([a-z_]{1,40})-\d{6}\.jsonl")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


class Sink(Protocol):
    """Takes what a backup holds; `data.backup.Nowhere` only looks."""

    def text(self, name: str, raw: bytes) -> None:
        """Take a small member whole."""

    def place(self, name: str) -> BinaryIO | None:
        """Say where a file is to be written, or None for nowhere."""


class Nowhere:
    """A sink that keeps nothing: for checking a backup by reading it."""

    def text(self, name: str, raw: bytes) -> None:
        """Let it go."""

    def place(self, name: str) -> BinaryIO | None:  # noqa: ARG002 - Sink's signature
        """Nowhere."""
        return None


@dataclass(slots=True)
class Writing:
    """A backup being written; `finish` writes the manifest, without which it is none."""

    out: Sealed
    members: list[dict[str, Any]] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    _pieces: int = 0

    def text(self, name: str, raw: bytes) -> None:
        """Write a member from memory."""
        self._header(name, len(raw))
        self._body(name, io.BytesIO(raw), len(raw))

    def file(self, name: str, path: Path) -> None:
        """Write a file as it is now; one that is gone, which no row names any more, is left out.

        Raises
        ------
        StudyError
            ``private.changing`` when it becomes shorter while it is read.
        """
        with suppress(FileNotFoundError), path.open("rb") as raw:
            size = os.fstat(raw.fileno()).st_size
            self._header(name, size)
            self._body(name, raw, size)

    def piece(self, table: str, rows: int, lines: bytes) -> None:
        """Write some rows of a table."""
        self._pieces += 1
        self.text(f"{STORE}{table}-{self._pieces:06d}.jsonl", lines)
        self.rows[table] = self.rows.get(table, 0) + rows

    def finish(self, about: dict[str, Any]) -> None:
        """Write the manifest and the end."""
        told = about | {"members": list(self.members), "rows": self.rows}
        self.text(MANIFEST, _json(told))
        self.out.write(bytes(2 * tarfile.BLOCKSIZE))
        self.out.close()

    def _header(self, name: str, size: int) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o600
        self.out.write(entry.tobuf(tarfile.PAX_FORMAT, "utf-8", "strict"))

    def _body(self, name: str, raw: BinaryIO, size: int) -> None:
        digest, left = hashlib.sha256(), size
        while left:
            block = raw.read(min(left, _BLOCK))
            if not block:
                raise StudyError("private.changing", file=name)
            digest.update(block)
            self.out.write(block)
            left -= len(block)
        self.out.write(bytes(-size % tarfile.BLOCKSIZE))
        self.members.append({"name": name, "bytes": size, "sha256": digest.hexdigest()})


def _json(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, sort_keys=True).encode()


def files_of(folder: Path, *, leave: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files of a study that belong in a backup: (member's name, path), sorted.

    Hidden temporary folders, other backups and the file `leave` are left out.
    """
    for top in FOLDERS:
        for room, folders, names in os.walk(folder / top):
            folders[:] = sorted(f for f in folders if not f.startswith(".tapak-"))
            for name in sorted(names):
                path = Path(room) / name
                if path != leave and path.suffix != SUFFIX and path.is_file():
                    yield path.relative_to(folder).as_posix(), path


def read_backup(path: Path, passphrase: str, sink: Sink) -> dict[str, Any]:
    """Read a backup from its first byte to its last, hand its members on, and check every hash.

    Parameters
    ----------
    path : Path
    passphrase : str
    sink : Sink
        Is handed what the file holds before its hash is known: whoever unpacks it keeps that
        apart until this function has returned.

    Returns
    -------
    dict
        The manifest.

    Raises
    ------
    InputError
        ``private.not_a_backup`` · ``private.broken`` (a changed byte, a missing end, a member that
        is not what the manifest says) · ``private.newer_backup`` · ``private.hostile`` (a name, a
        kind or a size that no backup of ours has).
    PassphraseError
        ``private.wrong_passphrase``.
    """
    try:
        with path.open("rb") as raw:
            plain = Opened(raw, passphrase, name=path.name)
            manifest = _Reading(path.name, sink).all_of(plain)  # a tar that ends early is short
            while plain.read(_BLOCK):
                pass  # up to the last piece, which says that nothing is missing
            return manifest
    except tarfile.TarError as fault:
        raise InputError("private.broken", file=path.name) from fault
    except OSError as fault:
        raise InputError("private.unreadable", file=path.name) from fault


class _Entry(tarfile.TarInfo):
    """A member whose long names are bounded: tarfile would read as much of them as they claim."""

    def _proc_member(self, archive: tarfile.TarFile) -> Any:
        if not self.isfile() and self.size > _MOST_NAME:
            msg = "a header without end"
            raise tarfile.ReadError(msg)
        inherited: Any = super()
        return inherited._proc_member(archive)  # noqa: SLF001 - the one place before it is read


@dataclass(slots=True)
class _Reading:
    name: str
    sink: Sink
    seen: list[dict[str, Any]] = field(default_factory=list)
    _names: set[str] = field(default_factory=set)

    def all_of(self, plain: Opened) -> dict[str, Any]:
        manifest: dict[str, Any] | None = None
        raw: Any = plain  # it is only read
        with tarfile.open(fileobj=raw, mode="r|", bufsize=_BLOCK, tarinfo=_Entry) as archive:
            for entry in archive:
                cast("Any", archive).members = []  # or every header stays in memory
                if manifest is not None:
                    raise InputError("private.hostile", file=self.name, member=_shown(entry.name))
                self._known(entry)
                body: Any = archive.extractfile(entry)
                if entry.name == MANIFEST:
                    manifest = self._parsed(self._whole(entry, body))
                else:
                    self._take(entry, body)
        if manifest is None or manifest.get("members") != self.seen:
            raise InputError("private.broken", file=self.name)
        return manifest

    def _known(self, entry: tarfile.TarInfo) -> None:
        """Refuse what no backup of ours holds, before a byte of it is read."""
        name, first = entry.name, not self._names
        fine = entry.type == tarfile.REGTYPE and not entry.issparse()
        fine &= first == (name == ABOUT) and name.casefold() not in self._names
        fine &= name in {ABOUT, SETTINGS, MANIFEST} or bool(_ROWS.fullmatch(name)) or _inside(name)
        if not fine:
            raise InputError("private.hostile", file=self.name, member=_shown(name))
        self._names.add(name.casefold())

    def _take(self, entry: tarfile.TarInfo, body: BinaryIO) -> None:
        if not entry.name.startswith(FOLDERS):
            raw = self._whole(entry, body)
            digest = hashlib.sha256(raw)
            if entry.name == ABOUT:
                refuse_other_formats(self._parsed(raw), file=self.name)
            self.sink.text(entry.name, raw)
        else:
            digest = self._copied(entry, body)
        told = {"name": entry.name, "bytes": entry.size, "sha256": digest.hexdigest()}
        self.seen.append(told)

    def _copied(self, entry: tarfile.TarInfo, body: BinaryIO) -> hashlib._Hash:
        digest, into = hashlib.sha256(), self.sink.place(entry.name)
        try:
            while block := body.read(_BLOCK):
                digest.update(block)
                if into is not None:
                    into.write(block)
        finally:
            if into is not None:
                into.close()
        return digest

    def _whole(self, entry: tarfile.TarInfo, body: BinaryIO) -> bytes:
        if entry.size > _MOST_TEXT:
            raise InputError("private.hostile", file=self.name, member=_shown(entry.name))
        return body.read()

    def _parsed(self, raw: bytes) -> dict[str, Any]:
        try:
            told = json.loads(raw)
        except ValueError as fault:
            raise InputError("private.broken", file=self.name) from fault
        if not isinstance(told, dict):
            raise InputError("private.broken", file=self.name)
        return told


def refuse_other_formats(about: dict[str, Any], *, file: str) -> None:
    """Refuse a backup that a newer Tapak wrote in another way."""
    if about.get("format") != FORMAT:
        raise InputError("private.newer_backup", file=file)


def table_of(name: str) -> str:
    """Return the table whose rows a member holds, "" for one that holds none."""
    found = _ROWS.fullmatch(name)
    return found.group(1) if found else ""


def _inside(name: str) -> bool:
    """Tell whether a name lies in a study's folders on every system, whatever it is made of."""
    parts = name.split("/")
    return (
        name.startswith(FOLDERS)
        and len(name) <= 1000
        and len(parts) <= 12
        and all(_PART.fullmatch(p) and not _DEVICES.fullmatch(p) for p in parts)
        and all(part[-1] not in ". " for part in parts)
    )


def _shown(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name[:80])
