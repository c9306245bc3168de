"""Sureness of a ranking beside plain NumPy: seconds, ratios and peak memory, bar by bar.

Run with ``python benchmarks/sureness.py``; each case is measured in a process of its own, so that
its peak memory is its own, and beside it, in the same process, what it is compared with.
"""

from __future__ import annotations

import platform
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))
from bars import HEAD, in_turn, machine, row

from scoring.acceptability import central, count_ranks, rank_acceptability
from scoring.noise import Noise

SITES, MANY, CRITERIA, DRAWS, TOP, BLOCK = 5_000, 50_000, 20, 10_000, 50, 400
PEAK_MB = 500.0


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

    def work() -> None:
        for block in scores:
            np.argsort(block, axis=1)

    return work


def peak_mb() -> float:
    """Peak memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def all_ranks() -> None:
    """Rank everybody in every draw beside the sort alone of ready scores."""
    values, weights, _ = world(SITES)
    rank_acceptability(values[:600], weights)  # compiled loops are read from their cache
    rank_acceptability(values, weights)
    peak = peak_mb()
    ours, plain = in_turn(lambda: rank_acceptability(values, weights), argsort(values, weights))
    beside = f"argsort {plain[0]:.2f} s; processors {ours[1]:.2f} against {plain[1]:.2f} s"
    row("5,000 sites, all ranks / argsort", ours[0] / plain[0], 1, unit="×", beside=beside)
    row("  its peak memory", peak, PEAK_MB, unit="MB", beside="inputs and counts included")


def top(sites: int, name: str, *, noisy: bool, bar_s: float | None, bar_ratio: float) -> None:
    """Count the first fifty with central weights beside the matrix product alone."""
    values, weights, noise = world(sites)
    chance = noise if noisy else None

    def ours() -> None:
        central(count_ranks(values, weights, ranks=TOP, noise=chance))

    count_ranks(values, weights[:1100], ranks=TOP, noise=chance)
    ours()
    peak = peak_mb()
    took, plain = in_turn(ours, product(values, weights))
    beside = f"product {plain[0]:.2f} s; processors {took[1]:.2f} against {plain[1]:.2f} s"
    if bar_s is not None:
        row(name, took[0], bar_s, unit="s", beside=beside)
    if bar_ratio:
        row(f"{name} / product", took[0] / plain[0], bar_ratio, unit="×", beside=beside)
    row("  its peak memory", peak, PEAK_MB, unit="MB", beside="inputs and counts included")


def again() -> None:
    """Rank again after a weight changed, beside the weighted sum and sort alone."""
    from scoring.criteria import load_catalogue
    from scoring.evidence import DecisionMatrix
    from scoring.study import rank_candidates

    scored = load_catalogue().scored("kerja-sosial")
    rng, shape = np.random.default_rng(3), (SITES, len(scored))
    matrix = DecisionMatrix(
        mean=rng.uniform(0, 40, shape),
        sd=np.full(shape, 0.1),
        unknown=np.zeros(shape, dtype=bool),
        candidate_ids=tuple(f"p-{k:05d}" for k in range(SITES)),
        criteria=scored,
        letter="K",
    )
    weights = rng.dirichlet(np.ones(shape[1]), 2)
    judged = SimpleNamespace(excluded=())
    values = matrix.values()
    for w in weights:
        rank_candidates(matrix, judged, w)
    ours, plain = in_turn(
        lambda: rank_candidates(matrix, judged, weights[1]),
        lambda: np.argsort(values @ weights[1]),
        rounds=15,
    )
    beside = f"sum and argsort alone {1000 * plain[0]:.1f} ms"
    row("5,000 sites ranked again", 1000 * ours[0], 20, unit="ms", beside=beside)


CASES: dict[str, Callable[[], None]] = {
    "all ranks": all_ranks,
    "top": lambda: top(SITES, "5,000 sites, top 50", noisy=False, bar_s=None, bar_ratio=5),
    "top noisy": lambda: top(SITES, "5,000 top 50, evidence sd", noisy=True, bar_s=3, bar_ratio=0),
    "many": lambda: top(MANY, "50,000 sites, top 50", noisy=False, bar_s=1, bar_ratio=0),
    "many noisy": lambda: top(MANY, "50,000 top 50, evidence sd", noisy=True, bar_s=3, bar_ratio=0),
    "again": again,
}


def main() -> None:
    """Print one line a bar."""
    if len(sys.argv) > 1:
        CASES[sys.argv[1]]()
        return
    print(f"{platform.platform()}, Python {platform.python_version()}, {machine()}")
    print(f"{DRAWS} draws, {CRITERIA} criteria; least of some runs taken in turn")
    print(HEAD, flush=True)
    for case in CASES:
        subprocess.run([sys.executable, __file__, case], check=True)


if __name__ == "__main__":
    main()
