"""What bounds one piece of work: its time, its memory, and how many workers may end on it.

A worker that the system ends tells nobody why. So each piece of work leaves a mark in the results'
folder while it runs: whoever takes it up next sees how often it was begun and never ended, and
what the watch wrote before it ended the worker. This needs no setting of any scheduler.
"""

from __future__ import annotations

import faulthandler
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from geo.errors import StudyError
from work.batch_ask import Ask

MARKS = ".marks"
_LOOK_S = 0.2
_OVER_MEMORY = 70
"""Exit code of a worker that its own watch ended."""
_ONE = threading.Lock()


def mark_of(ask: Ask) -> Path:
    """Return the file that stands while a piece of work runs."""
    return ask.folder_of(MARKS) / ask.label


def lateness_of(ask: Ask) -> Path:
    """Return the file that says that a piece of work was ended for its time."""
    return ask.folder_of(MARKS) / f"{ask.label}.late"


def fatness_of(ask: Ask) -> Path:
    """Return the file that says that a piece of work was ended for its memory."""
    return ask.folder_of(MARKS) / f"{ask.label}.memory"


def forget(ask: Ask) -> None:
    """Take away what was marked about a piece of work."""
    for path in (mark_of(ask), lateness_of(ask), fatness_of(ask)):
        with suppress(OSError):
            path.unlink(missing_ok=True)


def begun(ask: Ask) -> int:
    """Say how often a piece of work was begun without having ended."""
    with suppress(OSError):
        return mark_of(ask).stat().st_size
    return 0


def given_up(ask: Ask) -> StudyError | None:
    """Say why a piece of work is not to be tried again; None when it may be.

    ``batch.late``, ``batch.over_memory``, ``batch.died`` when too many workers ended on it.
    """
    with suppress(OSError):
        if lateness_of(ask).stat().st_size:
            return StudyError("batch.late", minutes=round(ask.limit_s / 60, 1))
    if fatness_of(ask).exists():
        return StudyError("batch.over_memory", size_mb=round(ask.memory_mb))
    if begun(ask) >= ask.deaths:
        return StudyError("batch.died", times=ask.deaths)
    return None


@contextmanager
def guarded(ask: Ask) -> Iterator[None]:
    """Mark a piece of work for the length of the block, and end this process if it leaves bounds.

    One at a time in a process: its memory and its alarm are the whole process's.

    Raises
    ------
    StudyError
        See `given_up`.
    """
    with _ONE:
        why = given_up(ask)
        if why is not None:
            raise why
        with suppress(OSError):  # on a full disk the work itself says so
            mark_of(ask).parent.mkdir(parents=True, exist_ok=True)
            with mark_of(ask).open("ab") as mark:
                mark.write(b"x")
        over = threading.Event()
        try:
            with _alarm(ask):
                if ask.memory_mb:
                    watch = threading.Thread(target=_watch, args=(ask, over), daemon=True)
                    watch.start()
                yield
        finally:
            over.set()
            forget(ask)


@contextmanager
def _alarm(ask: Ask) -> Iterator[None]:
    """End the process when time is up, whatever it is busy with: the alarm is no Python code."""
    if not ask.limit_s:
        yield
        return
    with lateness_of(ask).open("wb") as told:
        faulthandler.dump_traceback_later(ask.limit_s, exit=True, file=told)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()


def resident_mb() -> float:
    """Memory this process holds; 0 where the system does not say it in /proc."""
    with suppress(OSError, ValueError, IndexError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    return 0.0


def _watch(ask: Ask, over: threading.Event) -> None:
    while not over.wait(_LOOK_S):
        if resident_mb() > ask.memory_mb:
            with suppress(OSError):
                fatness_of(ask).touch()
            os._exit(_OVER_MEMORY)


class Spent:
    """Seconds, bytes and memory that this process spends while something runs."""

    def __init__(self) -> None:
        with suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak anew
        self._began, self._times, self._io = time.perf_counter(), os.times(), _io()

    def told(self) -> dict[str, float]:
        """Return ``{seconds, cpu_s, read_bytes, written_bytes, peak_mb}``; 0 where not known."""
        now, io = os.times(), _io()
        cpu = sum(now[:4]) - sum(self._times[:4])
        return {
            "seconds": time.perf_counter() - self._began,
            "cpu_s": cpu,
            "read_bytes": io[0] - self._io[0],
            "written_bytes": io[1] - self._io[1],
            "peak_mb": _peak_mb(),
        }


def _io() -> tuple[int, int]:
    with suppress(OSError, ValueError, IndexError):
        lines = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
        return int(lines[0].split()[1]), int(lines[1].split()[1])
    return 0, 0


def _peak_mb() -> float:
    with suppress(OSError, ValueError, IndexError):
        text = Path("/proc/self/status").read_text(encoding="ascii")
        return int(text.split("VmHWM:")[1].split()[0]) / 1024
    return 0.0
