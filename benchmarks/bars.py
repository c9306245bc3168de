"""One line for each bar: what was measured, the bar, what stands beside it in the same run."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

HEAD = f"{'what':44} {'measured':>12} {'bar':>10} {'reached':>8}  beside it in the same run"


def spent(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Seconds by the clock, seconds of all processors, and the answer."""
    clock, processors = time.perf_counter(), time.process_time()
    answer = work()
    return time.perf_counter() - clock, time.process_time() - processors, answer


def in_turn(*works: Callable[[], Any], rounds: int = 5) -> list[tuple[float, float]]:
    """Least seconds (clock, processors) of each work, run in turn so that all meet the same load.

    The least of some runs is what the work needs; the rest is what others took from it.
    """
    took = [[spent(work)[:2] for work in works] for _ in range(rounds)]
    return [
        (min(one[k][0] for one in took), min(one[k][1] for one in took)) for k in range(len(works))
    ]


def row(name: str, measured: float, bar: float, *, unit: str, beside: str) -> None:
    """Print one line; a bar is reached when the measured number does not pass it."""
    told = "yes" if measured <= bar else "NO"
    print(f"{name:44} {measured:9.3g} {unit:2} {bar:7g} {unit:2} {told:>8}  {beside}", flush=True)


def machine() -> str:
    """Name what it ran on; other work on the machine makes clocks slow."""
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before"
