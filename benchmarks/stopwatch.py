"""Seconds and memory of a step, the median of some runs, and a line of a table for it."""

from __future__ import annotations

import ctypes
import gc
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

REPEATS = 3
Run = tuple[float, float, float, Any]
"""Wall seconds, CPU seconds of all threads, peak MB that the step added, and its result."""


def resident_mb(*, peak: bool) -> float:
    """Memory this process holds, or held at most since `forget_peak`; 0 where Linux is not."""
    try:
        text = Path("/proc/self/status").read_text()
    except OSError:
        return 0.0
    return int(text.split("VmHWM:" if peak else "VmRSS:")[1].split()[0]) / 1024


def forget_peak() -> None:
    """Give freed memory back and start measuring the peak anew, where Linux lets us."""
    gc.collect()
    try:
        ctypes.CDLL(None).malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5")
    except (OSError, AttributeError):
        return


def measured(work: Callable[[], Any], *, repeats: int = REPEATS, warm: bool = True) -> Run:
    """Median wall and CPU seconds and the largest peak of some runs, and the last result."""
    result = work() if warm else None
    wall, cpu, peak = [], [], []
    for _ in range(repeats):
        result = None
        forget_peak()
        before = resident_mb(peak=False)
        start, start_cpu = time.perf_counter(), time.process_time()
        result = work()
        wall.append(time.perf_counter() - start)
        cpu.append(time.process_time() - start_cpu)
        peak.append(max(resident_mb(peak=True) - before, 0.0))
    return statistics.median(wall), statistics.median(cpu), max(peak), result


def show(name: str, run: Run, *, peer: Run | None = None, bar: float | None = None) -> None:
    line = f"{name:52} {run[0]:8.3f} {run[1]:8.3f} {run[2]:8.0f}"
    if peer:
        ratio = run[0] / peer[0]
        line += f" {ratio:7.2f} {run[1] / peer[1]:8.2f}"
        line += "" if bar is None else f"   ≤ {bar}: {'yes' if ratio <= bar else 'NO'}"
    print(line, flush=True)


def head(title: str) -> None:
    columns = f"{'wall s':>8} {'CPU s':>8} {'peak MB':>8} {'wall×':>7} {'CPU×':>8}"
    print(f"\n{title}\n{'step':52} {columns}   bar")
