"""Seconds and peak memory of counting ranks over many draws, beside the plain computation.

Every figure is the median of three; each method runs in a process of its own, so that its peak
memory is its own, and beside it, in the same process, what it is compared with.
"""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from scoring.acceptability import count_ranks, rank_acceptability
from scoring.noise import Noise

SITES, CRITERIA, DRAWS, TOP, BLOCK = 5_000, 20, 10_000, 50, 400


def median_s(work: Callable[[], object]) -> tuple[float, float]:
    """Return seconds by the clock and by the processors, medians of three."""
    took = []
    for _ in range(3):
        start, spent = time.perf_counter(), time.process_time()
        work()
        took.append((time.perf_counter() - start, time.process_time() - spent))
    clock, processors = np.median(took, axis=0)
    return float(clock), float(processors)


def world(sites: int) -> tuple[np.ndarray, np.ndarray, Noise]:
    """Sites, weight draws and evidence that is as uncertain as usual (sd 0.05 to 0.2)."""
    rng = np.random.default_rng(7)
    truth = rng.normal(0.5, 0.25, (sites, CRITERIA)) + rng.normal(0, 0.12, (sites, 1))
    noise = Noise(
        variance=rng.choice([0.05, 0.1, 0.2], (sites, CRITERIA)) ** 2,
        sites=rng.integers(0, 2**64, sites, dtype=np.uint64),
        draws=rng.integers(0, 2**64, DRAWS, dtype=np.uint64),
    )
    return np.clip(truth, 0, 1), rng.dirichlet(np.full(CRITERIA, 5.0), DRAWS), noise


def product(values: np.ndarray, weights: np.ndarray) -> Callable[[], None]:
    """Return the chunked single-precision matrix product alone."""
    columns, single = np.ascontiguousarray(values.T, np.float32), weights.astype(np.float32)

    def work() -> None:
        for start in range(0, len(single), BLOCK):
            single[start : start + BLOCK] @ columns

    return work


def argsort(values: np.ndarray, weights: np.ndarray) -> Callable[[], None]:
    """Return numpy's argsort of the same scores in single precision, without the product."""
    columns, single = np.ascontiguousarray(values.T, np.float32), weights.astype(np.float32)
    scores = [single[a : a + BLOCK] @ columns for a in range(0, len(single), BLOCK)]
    return lambda: [np.argsort(block, axis=1) for block in scores]


def one(case: str) -> None:
    """Measure one case and print its line."""
    sites = 50_000 if case.startswith("large") else SITES
    values, weights, noise = world(sites)
    if case == "all ranks":
        rank_acceptability(values[:600], weights)  # compiled loops are read from their cache
        took = median_s(lambda: rank_acceptability(values, weights))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        beside = ("argsort", median_s(argsort(values, weights)))
    else:
        chance = noise if "evidence" in case else None
        count_ranks(values, weights[:1100], ranks=TOP, noise=None)
        took = median_s(lambda: count_ranks(values, weights, ranks=TOP, noise=chance))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        beside = ("product", median_s(product(values, weights)))
    name, (plain, plain_cpu) = beside
    print(
        f"{case:24} {sites:6} {took[0]:8.2f} {took[1]:8.2f} {name:>9} {plain:8.2f} "
        f"{plain_cpu:8.2f} {took[0] / plain:6.2f} {peak:6.0f}"
    )


CASES = ("all ranks", "top 50", "top 50 evidence", "large top 50", "large top 50 evidence")


def main() -> None:
    """Print one line a case."""
    if len(sys.argv) > 1:
        one(sys.argv[1])
        return
    load = os.getloadavg()[0]
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores")
    print(f"{DRAWS} draws, {CRITERIA} criteria, load before {load:.1f}")
    print(
        f"{'case':24} {'sites':>6} {'clock s':>8} {'cpu s':>8} {'beside':>9} {'clock s':>8} "
        f"{'cpu s':>8} {'ratio':>6} {'MB':>6}"
    )
    for case in CASES:
        subprocess.run([sys.executable, __file__, case], check=True)


if __name__ == "__main__":
    main()
