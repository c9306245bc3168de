"""The process that opens what strangers send: one request a line on stdin, one answer a line back.

Started by `data.files.child` alone, as ``python -P -m data.files.child_main [MODULE…]``; the
modules are loaded at once, while nobody asks yet. What a request names is a function of ours; its
file is the stranger's. Answers are JSON, never pickles: whoever
reads them need not trust this process.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any, BinaryIO

ROOMS = ("data.", "work.")
IDLE_S = 120.0
"""A process that nobody asks for so long ends itself: its memory is somebody else's."""
_UNUSED_ROOM = b" " * (1 << 20)


def main() -> None:
    """Answer requests until stdin closes, nobody asks any more, or a limit was met."""
    out = _own_stdout()
    for name in sys.argv[1:]:
        importlib.import_module(name)
    idle = _alarm()
    for line in sys.stdin.buffer:
        idle.cancel()
        if not _answered(json.loads(line), out):
            return
        idle = _alarm()


def _own_stdout() -> BinaryIO:
    """Keep stdout for answers: what libraries print goes nowhere."""
    out = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    return out


def _alarm() -> threading.Timer:
    timer = threading.Timer(IDLE_S, os._exit, (0,))
    timer.daemon = True
    timer.start()
    return timer


def _answered(request: dict[str, Any], out: BinaryIO) -> bool:
    """Answer one request; whether this process may be asked again."""
    from data.files import child_limits

    try:
        call = _named(request["task"])  # loads libraries, before any limit is laid
        _say(out, {"begun": True})
        child_limits.limit_this_process(**request["limits"])
        start = time.process_time()
        told = _outcome(call, request)
        spent = {"processor_s": time.process_time() - start, "peak_mb": child_limits.peak_mb()}
        _say(out, told | spent)
    except MemoryError:
        _say(out, {"state": "heavy"})
        return False
    return told["state"] in {"done", "fault"}


def _named(task: str) -> Callable[..., Any]:
    module, _, name = task.partition(":")
    if not module.startswith(ROOMS):
        raise ValueError(task)
    call: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return call


def _outcome(call: Callable[..., Any], request: dict[str, Any]) -> dict[str, Any]:
    import words
    from geo.errors import TapakError

    words.language.set(request["lang"])
    try:
        return {"state": "done", "told": call(**request["given"])}
    except TapakError as fault:
        fields = {name: _plain(value) for name, value in fault.fields.items()}
        named = {"type": type(fault).__name__, "code": fault.code, "fields": fields}
        return {"state": "fault", "fault": named}
    except MemoryError:
        raise
    except RuntimeError as fault:
        if "new thread" in str(fault):  # there is no memory for its stack
            raise MemoryError from fault
        return {"state": "crash", "trace": traceback.format_exc()[-4000:]}
    except Exception:  # noqa: BLE001 - whatever a file makes a reader say is told, not lost
        return {"state": "crash", "trace": traceback.format_exc()[-4000:]}


def _plain(value: object) -> object:
    """Make a field of a sentence one that JSON holds; numbers stay numbers."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    own = getattr(value, "item", None)
    return _plain(own()) if callable(own) else str(value)


def _say(out: BinaryIO, told: dict[str, Any]) -> None:
    out.write(json.dumps(told).encode() + b"\n")
    out.flush()


if __name__ == "__main__":
    main()
