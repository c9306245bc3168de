"""Seconds and gaps of location models, bar by bar, beside spopt and a plain search in one run.

`python benchmarks/siting.py [--quick]`: `--quick` leaves spopt out, which takes a minute a case.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from bars import HEAD, machine, row, spent

from scoring import siting
from scoring.set_types import Areas, Sites, Terms

LIMIT_S = 60.0


def town(desa: int, candidates: int, seed: int) -> tuple[Any, Any]:
    """Minutes from desa to candidates strewn over 50 km, and people as demand."""
    draw = np.random.default_rng(seed)
    here, there = draw.uniform(0, 50, (desa, 2)), draw.uniform(0, 50, (candidates, 2))
    km = np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1))
    return 3.0 + 1.6 * km / 22.0 * 60.0, draw.lognormal(8.0, 0.6, desa)


def regency(seed: int) -> tuple[Sites, Areas, Any]:
    """278 desa in 20 kecamatan, squares of 10 km by 12.5, and 300 invented sites."""
    draw = np.random.default_rng(seed)
    here, there = draw.uniform(0, 50, (278, 2)), draw.uniform(0, 50, (300, 2))
    km = np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1))
    people, square = draw.lognormal(8.0, 0.6, 278), (here // [10.0, 12.5]).astype(int)
    sites = Sites(
        ids=tuple(f"p-{k:03d}" for k in range(300)),
        suitability=np.clip(draw.normal(0.6, 0.12, 300), 0, 1),
        capacity_h_week=draw.integers(4, 90, 300).astype(float),
        kind=tuple(str(k) for k in draw.integers(0, 8, 300)),
        xy_m=there * 1000.0,
        to_survey=np.ones(300, dtype=bool),
    )
    areas = Areas(
        ids=tuple(f"a-{k:03d}" for k in range(278)),
        hours_week=400.0 * people / people.sum(),
        kecamatan=tuple(f"Kec {a}{b}" for a, b in square),
    )
    return sites, areas, 3.0 + 1.6 * km / 22.0 * 60.0


def plain_search(minutes: Any, demand: Any, p: int) -> float:
    """Open the column that saves most, p times, then swap while one swap saves (Teitz & Bart)."""
    cost, opened = demand[:, None] * minutes, []
    best = np.full(len(cost), np.inf)
    for _ in range(p):
        opened.append(int(np.argmin(np.minimum(best[:, None], cost).sum(axis=0))))
        best = np.minimum(best, cost[:, opened[-1]])
    value, before = float(best.sum()), np.inf
    while value < before:
        before = value
        for k in range(p):
            rest = cost[:, opened[:k] + opened[k + 1 :]].min(axis=1, initial=np.inf)
            sums = np.minimum(rest[:, None], cost).sum(axis=0)
            if sums.min() < value * (1 - 1e-12):
                opened[k], value = int(np.argmin(sums)), float(sums.min())
    return value


def medians(*, quick: bool) -> None:
    """Office p-median: 278 × 500 proven optimal, 278 × 5,000 to a small gap."""
    for candidates, p in ((500, 5), (500, 10), (500, 20), (5000, 5), (5000, 10), (5000, 20)):
        minutes, demand = town(278, candidates, p)
        clock, busy, one = spent(lambda m=minutes, d=demand, p=p: siting.p_median(m, d, p))
        seconds, _, value = spent(lambda m=minutes, d=demand, p=p: plain_search(m, d, p))
        beside = f"plain search {seconds:.1f} s, {100 * (value / one.objective - 1):.2f} % worse"
        if candidates == 500 and not quick:
            beside += "; " + beside_spopt(minutes, demand, p)
        name = f"p-median 278 × {candidates:,}, p = {p}"
        told = f"{one.status}, {busy:.1f} s of processors; {beside}"
        row(name, clock, 30 if candidates == 500 else 10, unit="s", beside=told)
        row("  its gap", 100 * one.gap, 0 if candidates == 500 else 0.05, unit="%", beside="proof")


def beside_spopt(minutes: Any, demand: Any, p: int) -> str:
    """Tell what spopt with HiGHS finds within the same limit, as a cell of the table."""
    try:
        import pulp
        from spopt.locate import PMedian
    except ImportError:
        return "spopt is not installed"
    solver = pulp.HiGHS(msg=False, timeLimit=LIMIT_S, threads=1)
    start = time.perf_counter()
    try:
        found = PMedian.from_cost_matrix(minutes, demand, p_facilities=p).solve(solver)
        value = found.problem.objective.value()
    except (RuntimeError, AttributeError, TypeError) as error:
        return f"spopt found nothing: {type(error).__name__} {time.perf_counter() - start:.1f} s"
    return f"spopt {value:.0f} in {time.perf_counter() - start:.1f} s"


def main() -> None:
    """Print one line a case."""
    quick = "--quick" in sys.argv
    print(machine())
    clock, _, _ = spent(lambda: siting.p_median(*town(30, 20, 0), 3))
    print(f"first median, loops loaded or compiled: {clock:.2f} s")
    print(HEAD)
    medians(quick=quick)
    minutes, demand = town(278, 500, 1)
    for name, run in {
        "p-center p = 10": lambda: siting.p_center(minutes, demand, 10),
        "max cover p = 10, 30 min": lambda: siting.max_cover(minutes, demand, 10, limit=30.0),
        "set cover 40 min": lambda: siting.set_cover(minutes, demand, limit=40.0),
        "median with capacity p = 10": lambda: siting.p_median(
            minutes, demand, 10, capacity=demand.sum() / 10 * 1.2
        ),
    }.items():
        seconds, _, one = spent(run)
        print(f"{name}: {one.objective:.2f} {one.status}, gap {one.gap:.4f}, {seconds:.2f} s")
    for count, reach in ((12, 60.0), (12, 45.0), (4, 30.0)):
        terms = Terms(count=count, max_minutes=reach, spacing_m=2000.0)
        told = regency(0)
        seconds, _, chosen = spent(lambda t=told, terms=terms: siting.choose_sites(*t, terms))
        why = f", gives up {', '.join(chosen.clash.give_up)}" if chosen.clash else ""
        print(
            f"set of {count} within {reach:.0f} min: {len(chosen.opened)} opened, "
            f"{chosen.status}, gap {chosen.gap:.4f}, {seconds:.1f} s{why}",
            flush=True,
        )


if __name__ == "__main__":
    main()
