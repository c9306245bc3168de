"""Writing files so that a half-written one never stands at its final name."""

from __future__ import annotations

import errno
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from geo.errors import StudyError

_WAITS_S = (0.05, 0.2, 0.5)
"""A scanner lets go of a new file within moments; Excel does not, and is then named."""
_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


def is_full(fault: BaseException) -> bool:
    """Tell whether a fault says that a disk, or what one may use of it, is full."""
    if isinstance(fault, OSError):
        return fault.errno in _FULL
    return getattr(fault, "sqlite_errorname", "").startswith(("SQLITE_FULL", "SQLITE_IOERR"))


@contextmanager
def told_when_full(name: str) -> Iterator[None]:
    """Turn a full disk into a `StudyError` ``file.disk_full`` that names what was not written."""
    try:
        yield
    except OSError as fault:
        if is_full(fault):
            raise StudyError("file.disk_full", file=name) from fault
        raise


def sha256_of(path: Path) -> str:
    """Hash a file's bytes; memory stays at one mebibyte whatever the file's size."""
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while block := source.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _sync(path: Path) -> None:
    with path.open("rb+") as written:
        os.fsync(written.fileno())


def _put(temporary: Path, path: Path) -> None:
    """Rename into place; where a virus scanner or Excel holds a file, Windows refuses at first."""
    for wait_s in _WAITS_S:
        try:
            temporary.replace(path)
            return
        except PermissionError:
            time.sleep(wait_s)
    try:
        temporary.replace(path)
    except PermissionError as fault:
        raise StudyError("file.held", file=path.name) from fault


@contextmanager
def written_whole(path: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Yield a temporary path beside `path`; after the block it is synced and renamed into place.

    The temporary file keeps the final file's name (drivers read meaning into suffixes and layer
    names) inside a hidden folder of its own on the same disk. The block writes *and verifies*;
    when it raises, nothing stands at `path` that did not stand there before.

    Parameters
    ----------
    path : Path
        The final name. Its folder is made when missing.
    overwrite : bool
        Replace an existing file. Off, an existing file is refused before anything is written.

    Raises
    ------
    StudyError
        ``file.exists`` when `path` is there and may not be replaced; ``file.not_written`` when
        the block wrote nothing; ``file.held`` when another program holds what stands at `path`;
        ``file.disk_full``.
    """
    if path.exists() and not overwrite:
        raise StudyError("file.exists", file=path.name)
    with told_when_full(path.name):
        path.parent.mkdir(parents=True, exist_ok=True)
        room = Path(mkdtemp(prefix=".tapak-", dir=path.parent))
    temporary = room / path.name
    try:
        with told_when_full(path.name):
            yield temporary
        if not temporary.is_file() or temporary.stat().st_size == 0:
            raise StudyError("file.not_written", file=path.name)
        with told_when_full(path.name):
            _sync(temporary)
            _put(temporary, path)
    finally:
        for leftover in room.iterdir():
            leftover.unlink(missing_ok=True)
        room.rmdir()


@contextmanager
def taken_back(path: Path) -> Iterator[Callable[[], None]]:
    """Take a file written in the block away again when the block fails after all.

    For a file that is to be put on record: where the record cannot be written, nothing new stands
    at `path`, and what stood there before stands there again (on a disk without hard links the new
    file stays). Yields what the block calls once its file stands there.
    """
    path = path.absolute()
    there, ours = path.exists(), list[Path]()
    before = _linked(path) if there else None
    try:
        yield lambda: ours.append(path)
    except BaseException:
        if ours and before is not None:
            before.replace(path)
        elif ours and not there:
            path.unlink(missing_ok=True)
        raise
    finally:
        if before is not None:
            before.unlink(missing_ok=True)
            before.parent.rmdir()


def _linked(path: Path) -> Path | None:
    """Hold on to a file under a second name; None where the disk has no second names."""
    room = Path(mkdtemp(prefix=".tapak-", dir=path.parent))
    try:
        os.link(path, room / path.name)
    except OSError:
        room.rmdir()
        return None
    return room / path.name
