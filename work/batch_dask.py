"""Who does the work of a batch: a Dask cluster, here or on other machines."""

from __future__ import annotations

import time
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import Any

import words
from geo.errors import StudyError, UsageError
from work.batch_ask import Answer, Ask
from work.batch_crew import DIED, LOST, Work

LOCAL = "local"
"""Instead of an address: a cluster of Dask's own on this machine."""
AHEAD = 2
"""Pieces of work a worker has in hand: while one runs the next is already there."""
_AGAIN_S = 1.0
_CONNECT_S = 10.0
_POLL_S = 0.1
_END_S = 30.0
_GONE = ("cancelled", "lost")


class DaskCrew:
    """Workers of a Dask cluster; one thread each (``dask worker --nthreads 1``).

    Parameters
    ----------
    work : callable
        A function of a module that the workers can import.
    address : str
        ``tcp://host:port`` of a scheduler, or ``local``.
    workers : int
        For a local cluster.
    patience_s : float
        So long a scheduler that is gone is waited for.

    Raises
    ------
    UsageError
        ``batch.no_dask`` when the extra ``cluster`` is not installed.
    StudyError
        ``batch.no_scheduler`` when nobody answers at the address.
    """

    def __init__(self, work: Work, *, address: str, workers: int, patience_s: float = 60.0) -> None:
        try:
            import distributed
        except ImportError as fault:
            raise UsageError("batch.no_dask") from fault
        self._distributed: Any = distributed
        self._work, self._patience_s = work, patience_s
        self._address = address
        self._cluster: Any = None
        self._count = 0
        self._going: dict[Any, Ask] = {}
        if address == LOCAL:
            self._cluster = distributed.LocalCluster(  # type: ignore[no-untyped-call]
                n_workers=workers, threads_per_worker=1, dashboard_address=None
            )
        self._client = self._connected(_CONNECT_S)

    def _connected(self, patience_s: float) -> Any:
        until = time.monotonic() + patience_s
        while True:
            try:
                return self._distributed.Client(
                    self._cluster or self._address, timeout=_CONNECT_S, set_as_default=False
                )
            except (OSError, TimeoutError, ValueError) as fault:
                if time.monotonic() >= until:
                    raise StudyError("batch.no_scheduler", address=self._address) from fault
            time.sleep(_AGAIN_S)

    @property
    def free(self) -> int:
        """How many more pieces of work the cluster can have in hand."""
        workers = 0
        with suppress(OSError, ValueError, RuntimeError):
            workers = len(self._client.nthreads())
        return max(1, workers) * AHEAD - len(self._going)

    def take(self, ask: Ask) -> None:
        """Send a piece of work to the cluster."""
        self._count += 1
        key = f"tapak-{ask.label}-{self._count}"
        self._going[self._client.submit(self._work, ask, key=key, pure=False, retries=0)] = ask

    def finished(self, wait_s: float) -> list[tuple[Ask, Answer]]:
        """Return answers; `DIED` where Dask gave up, `LOST` where the scheduler is gone."""
        until = time.monotonic() + wait_s
        while not (found := self._ended()) and time.monotonic() < until:
            time.sleep(_POLL_S)
        return found

    def _ended(self) -> list[tuple[Ask, Answer]]:
        if self._client.status != "running":
            return self._anew()
        found: list[tuple[Ask, Answer]] = []
        for future, ask in list(self._going.items()):
            if future.status == "pending":
                continue
            found.append((ask, self._told(future)))
            del self._going[future]
        return found

    def _anew(self) -> list[tuple[Ask, Answer]]:
        """Wait for the scheduler; what it had in hand is begun again."""
        lost = [(ask, LOST) for ask in self._going.values()]
        self._going.clear()
        with suppress(Exception):  # nothing of a connection that is gone can be mended
            self._client.close(timeout=1)
        self._client = self._connected(self._patience_s)
        return lost

    def _told(self, future: Any) -> Answer:
        if future.status in _GONE:
            return LOST
        try:
            told: Answer = future.result(timeout=_CONNECT_S)
        except self._distributed.scheduler.KilledWorker:
            return DIED
        except ImportError:  # a worker without Tapak cannot even read what it is asked
            return {"state": "failed", "reason": words.say("batch.other_program")}
        except (OSError, TimeoutError, CancelledError):
            return LOST
        except Exception as fault:  # noqa: BLE001 - the way there broke; the work raises nothing
            what = f"{type(fault).__name__}: {fault}".splitlines()[0][:200]
            return {"state": "failed", "reason": words.say("batch.unexpected", what=what)}
        return told

    def close(self) -> None:
        """Let go of the cluster; one of our own ends."""
        with suppress(Exception):  # it may be gone already
            self._client.close(timeout=1)
        if self._cluster is not None:
            with suppress(Exception):  # what is done is done, however slowly its cluster ends
                self._cluster.close(timeout=_END_S)
