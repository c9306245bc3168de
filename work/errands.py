"""Long work done beside the app, in a process of its own: it blocks nobody and can be stopped."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import time
import traceback
import weakref
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import words
from geo.errors import StudyError, TapakError
from work.roles import acting, name_actor

ROOT = Path(__file__).parent.parent
MOST_AT_ONCE = max(1, (os.cpu_count() or 2) - 1)
"""So many errands run at a time; one core stays with the people who look at pages."""
GOING = ("waiting", "running")
"""States of an errand of which more will come."""
_places = threading.BoundedSemaphore(MOST_AT_ONCE)
_tell: ContextVar[Callable[[float, str], None] | None] = ContextVar("tell", default=None)


def progress(share_0_1: float, text: str = "") -> None:
    """Tell how far work has come; heard only where it runs as an errand."""
    tell = _tell.get()
    if tell is not None:
        tell(min(1.0, max(0.0, share_0_1)), text)


@dataclass(slots=True)
class _Run:
    """What the thread that waits knows; it must not hold the errand, which may be thrown away."""

    message: bytes
    state: str = "waiting"
    share: float | None = None
    text: str = ""
    result: Any = None
    fault: TapakError | None = None
    process: subprocess.Popen[bytes] | None = None

    def stop(self) -> None:
        if self.state in GOING:
            self.state = "stopped"
        if self.process is not None:
            self.process.kill()


class Errand:
    """A call of a module's own function in another process, in this context's name and language.

    An errand that nobody holds any more (its session has ended) is stopped.

    Parameters
    ----------
    call : callable
        A function found by its module and name.
    *args, **kwargs
        What it is called with; they and the result must be picklable.

    Attributes
    ----------
    state : {"waiting", "running", "done", "failed", "stopped"}
    share_0_1 : float or None
        How far `progress` said it has come.
    text : str
        What `progress` said.
    result, fault
        What came of it.
    """

    def __init__(self, call: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        told = (call, args, kwargs, acting(), words.language.get())
        self._run = _Run(pickle.dumps(told))
        self._since = time.monotonic()
        weakref.finalize(self, self._run.stop)
        threading.Thread(target=_carry_out, args=(self._run,), daemon=True).start()

    @property
    def state(self) -> str:
        """Where it stands."""
        return self._run.state

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self._run.state not in GOING

    @property
    def share_0_1(self) -> float | None:
        """How far it has come, where it tells."""
        return self._run.share

    @property
    def text(self) -> str:
        """What it is about just now, where it tells."""
        return self._run.text

    @property
    def result(self) -> Any:
        """What the call returned; None until it is done."""
        return self._run.result

    @property
    def fault(self) -> TapakError | None:
        """Why it failed."""
        return self._run.fault

    @property
    def seconds(self) -> int:
        """How long ago it was asked for."""
        return int(time.monotonic() - self._since)

    def stop(self) -> None:
        """End it; what it was about to write is left as it was."""
        self._run.stop()


def _carry_out(run: _Run) -> None:
    """Wait for a place, start the process, and take down what it says."""
    with _places:
        if run.state == "stopped":
            return
        run.state = "running"
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
        process = subprocess.Popen(
            # -P: a file in the folder somebody stands in is no part of us
            [sys.executable, "-P", "-m", "work.errands"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"},
        )
        run.process = process
        if run.state == "stopped":  # between the look above and the start
            process.kill()
        try:
            _listen(run, process)
        finally:
            process.kill()
            process.wait()
            if run.state == "running":
                run.state, run.fault = "failed", StudyError("errand.failed")


def _listen(run: _Run, process: subprocess.Popen[bytes]) -> None:
    if process.stdin is None or process.stdout is None:
        return
    try:
        with process.stdin as way_in:
            way_in.write(run.message)
    except OSError:  # it has ended already
        return
    with process.stdout as way_out:
        while run.state == "running":
            try:
                kind, said = pickle.load(way_out)  # noqa: S301 - our own process wrote it
            except (EOFError, pickle.UnpicklingError):
                return
            if kind == "progress":
                run.share, run.text = said
            elif kind == "done":
                run.result = said
                run.state = "done"
            else:
                run.fault = said
                run.state = "failed"


def _serve(way_in: BinaryIO, way_out: BinaryIO) -> None:
    """Do one errand: read what is asked, say how far it is, and what came of it."""

    def send(kind: str, said: Any) -> None:
        pickle.dump((kind, said), way_out)
        way_out.flush()

    call, args, kwargs, actor, lang = pickle.load(way_in)  # noqa: S301 - our own process wrote it
    words.language.set(lang)
    name_actor(actor)
    _tell.set(lambda share, text: send("progress", (share, text)))
    try:
        send("done", call(*args, **kwargs))
    except TapakError as fault:
        send("failed", fault)
    except Exception:  # noqa: BLE001 - told in one sentence there, in full in the log here
        traceback.print_exc()
        send("failed", StudyError("errand.failed"))


def main() -> None:
    """Serve the one errand that stands on the standard input."""
    own = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whoever prints must not spoil the answer
    from work.errands import _serve as serve  # this module as its callers know it

    serve(sys.stdin.buffer, own)


if __name__ == "__main__":
    main()
