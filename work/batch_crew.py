"""Who does the work of a batch: processes of this machine, each on one core."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any, Protocol

from geo.errors import StudyError
from work.batch_ask import Answer, Ask

Work = Callable[[Ask], Answer]
DIED: Answer = {"state": "died"}
"""What comes instead of an answer when the worker ended on the way."""
LOST: Answer = {"state": "lost"}
"""What comes when nobody knows what became of it, through no fault of its own."""
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
_END_S = 5.0
_READY = "ready"
_STILLBORN = 5
"""So many workers in a row that end before they could begin are no fault of any study."""


class Crew(Protocol):
    """Carries pieces of work out, several at a time, and says which are finished."""

    @property
    def free(self) -> int:
        """How many more pieces it can take up now."""

    def take(self, ask: Ask) -> None:
        """Take one piece of work up."""

    def finished(self, wait_s: float) -> list[tuple[Ask, Answer]]:
        """Return what has been finished, waiting for it a while."""

    def close(self) -> None:
        """Let everybody go."""


@dataclass(slots=True)
class _Worker:
    process: Any
    pipe: Connection
    ask: Ask | None = None
    ready: bool = False


class ProcessCrew:
    """Processes of this machine, started anew when one ends; no Dask needed.

    Parameters
    ----------
    work : callable
        A function of a module; called in the workers.
    workers : int

    Notes
    -----
    Spawned, never forked: the same on Windows, and no lock of this process is copied. Where the
    system allows it a worker stays on one core, so that two workers do not take from each other
    what one of them would have used.
    """

    def __init__(self, work: Work, *, workers: int) -> None:
        self._work = work
        self._context = multiprocessing.get_context("spawn")
        self._workers: dict[int, _Worker] = {}
        self._stillborn = 0
        for slot in range(workers):
            self._start(slot)

    @property
    def free(self) -> int:
        """How many workers have nothing to do."""
        return sum(worker.ask is None for worker in self._workers.values())

    @property
    def pids(self) -> tuple[int, ...]:
        """Numbers of the processes."""
        return tuple(int(worker.process.pid) for worker in self._workers.values())

    def take(self, ask: Ask) -> None:
        """Hand a piece of work to a worker who has none; a dead one is replaced first."""
        for slot, worker in list(self._workers.items()):
            if worker.ask is not None:
                continue
            if not worker.process.is_alive():
                self._start(slot)
            chosen = self._workers[slot]
            chosen.ask = ask
            with suppress(OSError):  # it has just died: `finished` will find it so
                chosen.pipe.send(ask)
            return
        msg = "nobody is free"
        raise RuntimeError(msg)

    def finished(self, wait_s: float) -> list[tuple[Ask, Answer]]:
        """Return answers, and `DIED` for work whose worker is no more.

        Raises
        ------
        StudyError
            ``batch.no_worker`` when workers end before they can begin, one after the other.
        """
        busy = {slot: w for slot, w in self._workers.items() if w.ask is not None}
        signs = [w.pipe for w in busy.values()] + [w.process.sentinel for w in busy.values()]
        wait(signs, timeout=wait_s)
        found: list[tuple[Ask, Answer]] = []
        for slot, worker in busy.items():
            answer = self._answer(worker)
            if answer is not None and worker.ask is not None:
                found.append((worker.ask, answer))
                worker.ask = None
                if answer is DIED:
                    self._count(worker)
                    self._start(slot)
        return found

    def _count(self, worker: _Worker) -> None:
        self._stillborn = 0 if worker.ready else self._stillborn + 1
        if self._stillborn >= _STILLBORN:
            raise StudyError("batch.no_worker")

    @staticmethod
    def _answer(worker: _Worker) -> Answer | None:
        try:
            while worker.pipe.poll():
                told = worker.pipe.recv()
                if told != _READY:
                    answer: Answer = told
                    return answer
                worker.ready = True
        except (EOFError, OSError):
            return DIED
        return None if worker.process.is_alive() or worker.pipe.poll() else DIED

    def _start(self, slot: int) -> None:
        old = self._workers.get(slot)
        if old is not None:
            old.pipe.close()
            old.process.join(_END_S)
        ours, theirs = self._context.Pipe()
        with _one_thread():
            process = self._context.Process(
                target=_serve, args=(theirs, self._work, slot), daemon=True
            )
            process.start()
        theirs.close()
        self._workers[slot] = _Worker(process, ours)

    def close(self) -> None:
        """Let the workers go; who is still busy is ended."""
        for worker in self._workers.values():
            with suppress(OSError):
                worker.pipe.send(None)
            worker.pipe.close()
            if worker.ask is not None:
                worker.process.terminate()
        for worker in self._workers.values():
            worker.process.join(_END_S)
            if worker.process.is_alive():
                worker.process.kill()
        self._workers.clear()


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let a process that starts in the block compute on one thread."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def own_core(slot: int) -> None:
    """Keep this process on one core, where the system can (Linux)."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[slot % len(cores)]})


def _serve(pipe: Connection, work: Work, slot: int) -> None:
    """Do what comes through the pipe until it closes or says None."""
    own_core(slot)
    with suppress(EOFError, OSError, KeyboardInterrupt):
        pipe.send(_READY)
        while (ask := pipe.recv()) is not None:
            pipe.send(work(ask))
