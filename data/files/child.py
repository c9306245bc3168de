"""Reading what people send in a process of its own, within limits of time and memory.

A file that makes a library loop, swell or die takes that process with it, and nothing else: the
one who sent it gets a sentence, the study is as it was, and other people's pages go on.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import words
from geo import errors
from geo.errors import InputError, TapakError

ROOT = Path(__file__).parents[2]
MEBIBYTE = 1 << 20
_START_S = 180.0
"""A cold disk and a busy virus scanner may need so long to load the libraries; no file is open."""
_MOST_REPLY = 512 * MEBIBYTE
_HOARDED_MB = 400.0
"""A process that once held more is not kept: what it did not give back would count against the
next file."""
_PASSED_ON = (
    "PATH", "HOME", "TMPDIR", "TMP", "TEMP", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "APPDATA",
    "LOCALAPPDATA", "USERPROFILE", "PROGRAMDATA", "LANG", "LC_ALL", "LC_CTYPE", "VIRTUAL_ENV",
    "NUMBA_CACHE_DIR", "LD_LIBRARY_PATH", "TAPAK_LANG",
)  # fmt: skip
"""What the process is told of its surroundings: no passphrase, no address of a database."""
_SPENT_CODES = frozenset({-24, -9})
"""Ended by the kernel (SIGXCPU, SIGKILL): the seconds were spent, or the memory was."""
_log = logging.getLogger("tapak.files")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What reading one file may take.

    ``processor_s`` counts the seconds of all processors, ``clock_s`` those of the clock (twice as
    many and more: a busy machine is no fault of the file), ``memory_bytes`` the whole process.
    """

    processor_s: float
    clock_s: float
    memory_bytes: int


def limits_for(size_bytes: int, *, extract: bool = False) -> Limits:
    """Return what a file of some size may take: so many seconds and bytes a mebibyte.

    Parameters
    ----------
    size_bytes : int
        Of the file as it came; what a zip unpacks to is bounded by the guard.
    extract : bool
        An OSM extract, which is packed and whose every node is held at once.
    """
    size_mb = size_bytes / MEBIBYTE
    processor_s = 8 + 4 * size_mb
    return Limits(
        processor_s=processor_s,
        clock_s=2 * processor_s + 4,
        memory_bytes=896 * MEBIBYTE + size_bytes * (32 if extract else 8),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a request.

    ``state``: *done* (``told`` is the function's result), *fault* (it raised ``fault``), *heavy*
    (a limit was met), *crash* (the process died, or a reader let something through: ``trace``).
    """

    state: str
    told: Any = None
    fault: TapakError | None = None
    trace: str = ""
    processor_s: float = 0.0
    peak_mb: float = 0.0


@dataclass(slots=True)
class _Reader:
    """A running child."""

    process: subprocess.Popen[bytes]
    owner: int
    late: bool = False

    @classmethod
    def started(cls, *modules: str) -> _Reader:
        env = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        quiet = {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "PROJ_NETWORK": "OFF"}
        single = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # each thread costs memory
        process = subprocess.Popen(  # noqa: S603 - our own module, by the Python that runs this
            [sys.executable, "-P", "-m", "data.files.child_main", *modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=env | quiet | single,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        return cls(process=process, owner=os.getpid())

    def line(self, within_s: float) -> bytes:
        """Wait for a line; b"" when the child ends, or is ended because it is late."""
        timer = threading.Timer(within_s, self._too_late)
        timer.daemon = True
        timer.start()
        try:
            return self.process.stdout.readline(_MOST_REPLY) if self.process.stdout else b""
        finally:
            timer.cancel()

    def send(self, message: bytes) -> bool:
        """Hand over a request; False when the child is no longer there."""
        if self.process.stdin is None:
            return False
        try:
            self.process.stdin.write(message + b"\n")
            self.process.stdin.flush()
        except OSError:
            return False
        return True

    def _too_late(self) -> None:
        self.late = True
        self.process.kill()

    def end(self) -> int:
        """End the child and return how it ended."""
        self.process.kill()
        code = self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue
        return code


@dataclass(slots=True)
class _Idle:
    """The one child that waits for the next file; others end when their file is read."""

    reader: _Reader | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> _Reader | None:
        with self.lock:
            reader, self.reader = self.reader, None
        # one that an ancestor started before it split off is not ours to talk to
        return reader if reader is not None and reader.owner == os.getpid() else None

    def keep(self, reader: _Reader) -> bool:
        with self.lock:
            if self.reader is not None and self.reader.owner == os.getpid():
                return False
            self.reader = reader
            return True


_idle = _Idle()


def make_ready(*modules: str) -> None:
    """Start a child that will be needed soon: it loads these modules while others work."""
    reader = _idle.take() or _Reader.started(*modules)
    if not _idle.keep(reader):
        reader.end()


def close() -> None:
    """End the child that waits, if there is one."""
    reader = _idle.take()
    if reader is not None:
        reader.end()


atexit.register(close)


def in_child(task: str, given: Mapping[str, Any], *, file: str, limits: Limits) -> Any:
    """Call a function of ours in a process of its own and return what it tells.

    Parameters
    ----------
    task : str
        ``module:function`` in the rooms data or work; it takes keywords and returns JSON values.
    given : mapping
        The keywords, JSON values; paths absolute.
    file : str
        The name by which sentences call the file.
    limits : Limits

    Raises
    ------
    TapakError
        What the function raised, of the same class with the same code and fields.
    InputError
        ``guard.too_heavy`` when a limit was met; ``guard.crashed`` when the process died or the
        function let anything else through.
    """
    answer = ask(task, given, limits=limits)
    if answer.fault is not None:
        raise answer.fault
    if answer.state == "heavy":
        size_mb = limits.memory_bytes // MEBIBYTE
        seconds = round(limits.processor_s)
        raise InputError("guard.too_heavy", file=file, seconds=seconds, size_mb=size_mb)
    if answer.state == "crash":
        _log.error("reading %s ended: %s", file, answer.trace or "the process died")
        raise InputError("guard.crashed", file=file)
    return answer.told


def ask(task: str, given: Mapping[str, Any], *, limits: Limits) -> Answer:
    """Call a function in a child and tell what became of it; raises nothing of its own."""
    bounds = {"processor_s": limits.processor_s, "memory_bytes": limits.memory_bytes}
    request = {"task": task, "given": dict(given), "lang": words.language.get(), "limits": bounds}
    reader = _begun(json.dumps(request).encode())
    if reader is None:
        return Answer(state="crash")
    kept = False
    try:
        answer = _answer(reader, reader.line(limits.clock_s))
        fit = answer.state in {"done", "fault"} and answer.peak_mb < _HOARDED_MB
        kept = fit and _idle.keep(reader)
    finally:
        if not kept:
            reader.end()
    return answer


def _begun(message: bytes) -> _Reader | None:
    """Hand a request to a child that takes it up: the waiting one, or else a new one."""
    for reader in (_idle.take(), None):
        chosen = reader or _Reader.started()
        if chosen.send(message) and chosen.line(_START_S):
            return chosen
        chosen.end()  # it ended itself, idle for long, or could not start
    return None


def _answer(reader: _Reader, line: bytes) -> Answer:
    """Read an answer as something that anybody may have written."""
    try:
        told = json.loads(line)
        state = str(told["state"])
        return Answer(
            state=state if state in {"done", "fault", "heavy"} else "crash",
            told=told.get("told"),
            fault=_fault(told["fault"]) if state == "fault" else None,
            trace=str(told.get("trace", "")),
            processor_s=float(told.get("processor_s", 0)),
            peak_mb=float(told.get("peak_mb", 0)),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        spent_all = reader.late or reader.end() in _SPENT_CODES
        return Answer(state="heavy" if spent_all else "crash")


def _fault(told: Mapping[str, Any]) -> TapakError:
    kind = getattr(errors, str(told["type"]), InputError)
    if not (isinstance(kind, type) and issubclass(kind, TapakError)):
        kind = InputError
    code, fields = told["code"], told["fields"]
    if not (isinstance(code, str) and words.knows(code) and isinstance(fields, dict)):
        raise ValueError(code)
    return kind(code, **{str(name): value for name, value in fields.items()})
