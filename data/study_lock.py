"""One writer at a time in a study, across processes; a lock nobody can leave behind."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from geo.errors import StudyError


@contextmanager
def locked(folder: Path, *, wait_s: float = 0.0) -> Iterator[None]:
    """Hold a study's lock for the length of the block.

    The lock is an exclusive transaction on an empty SQLite file of its own. SQLite takes the
    operating system's file lock the way each system wants it, and the system lets go of it when
    the process ends, however it ends: there is no stale lock to judge or to remove by hand.

    Parameters
    ----------
    folder : Path
        The study's folder.
    wait_s : float
        Seconds to wait for another holder.

    Raises
    ------
    StudyError
        ``study.locked`` when another process, thread or block holds it; ``study.not_writable``
        when the folder cannot be written at all.
    """
    try:
        connection = sqlite3.connect(folder / "tapak.lock", timeout=wait_s, isolation_level=None)
    except sqlite3.OperationalError as fault:
        raise StudyError("study.not_writable", folder=folder.name) from fault
    with closing(connection):
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as fault:
            busy = fault.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
            code = "study.locked" if busy else "study.not_writable"
            raise StudyError(code, folder=folder.name) from fault
        try:
            yield
        finally:
            connection.execute("ROLLBACK")
