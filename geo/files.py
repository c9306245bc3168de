"""Writing files so that a half-written one never stands at its final name."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from geo.errors import StudyError


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
        the block wrote nothing.
    """
    if path.exists() and not overwrite:
        raise StudyError("file.exists", file=path.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    room = Path(mkdtemp(prefix=".tapak-", dir=path.parent))
    temporary = room / path.name
    try:
        yield temporary
        if not temporary.is_file() or temporary.stat().st_size == 0:
            raise StudyError("file.not_written", file=path.name)
        _sync(temporary)
        temporary.replace(path)
    finally:
        for leftover in room.iterdir():
            leftover.unlink(missing_ok=True)
        room.rmdir()
