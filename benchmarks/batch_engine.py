"""What a batch costs: workers, overhead, memory, bytes moved, growth, and the whole nation.

    python benchmarks/batch_engine.py speed    [--take 24] [--workers 1 2 4] [--dask]
    python benchmarks/batch_engine.py overhead [--tasks 24] [--seconds 2] [--dask]
    python benchmarks/batch_engine.py full     [--keep FOLDER]
    python benchmarks/batch_engine.py nation   [--keep FOLDER] [--workers 2]

``speed``: some regencies of the demo nation (benchmarks/nation.py), cold each time, the numbers of
workers taking turns, median of 3. Bar: two workers at least 1.8× one. ``overhead``: tasks that
only wait, so that all above their seconds is the engine. Bar: under 5 % for tasks of 2 s.
``full``: five regencies at the 10th to 90th percentile of people, as large as they are, one
worker; seconds = a + b · people by least squares, summed over 514 drawn sizes, with the standard
error of that sum. ``nation``: all 514 in one go. Each ends with JSON for docs/scale.md.
"""

from __future__ import annotations

import argparse
import heapq
import json
import pickle
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import NormalDist
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.bars import machine
from benchmarks.nation import fitted, sizes, write_nation
from benchmarks.stopwatch import resident_mb
from work.batch import batch
from work.batch_ask import Answer, Ask
from work.batch_crew import Crew, ProcessCrew
from work.batch_dask import LOCAL, DaskCrew
from work.batch_task import carry_out

REPEATS = 3
DAY = "2026-11-24"
COUNT = 514
QUANTILES = (0.1, 0.3, 0.5, 0.7, 0.9)
BENCH_PEOPLE = 1_080_474
"""People of the bench regency at density 1 (benchmarks/regency.py)."""
Work = Callable[[Ask], Answer]


def crew_of(work: Work, dask: bool) -> Callable[[int], Crew]:
    if dask:
        return lambda count: DaskCrew(work, address=LOCAL, workers=count)
    return lambda count: ProcessCrew(work, workers=count)


def pause(ask: Ask) -> Answer:
    """Wait as long as the ask says, and answer as a study would."""
    time.sleep(ask.limit_s)
    spent = {"seconds": ask.limit_s, "cpu_s": 0.0, "read_bytes": 0, "written_bytes": 0}
    told = {"study": ask.name, "tile": -1, "state": "done", "sites": 0, "excluded": 0}
    return told | spent | {"peak_mb": 0.0}


def modelled(seconds: Sequence[float], workers: int) -> float:
    """Seconds that tasks take when each goes, in order, to whoever is free first."""
    free = [0.0] * workers
    for one in seconds:
        heapq.heapreplace(free, free[0] + one)
    return max(free)


def cold(folder: Path) -> None:
    """Forget what was measured and read of every study."""
    for cache in folder.glob("*/cache"):
        shutil.rmtree(cache)


def run(folder: Path, out: Path, *, workers: int, dask: bool) -> dict[str, Any]:
    """Run a batch and tell its seconds from when the first worker stood ready."""
    began = time.perf_counter()
    ready: list[float] = []
    make = crew_of(carry_out, dask)

    def crew(count: int) -> Crew:
        made = make(count)
        ready.append(time.perf_counter() - began)
        return made

    method = Ask(name="", folder="", out="", as_of=DAY)
    told = batch([str(folder)], out, workers=workers, method=method, crew=crew)
    if told["failed"]:
        raise SystemExit(str(told["failed"][:3]))
    return told | {"crew_s": ready[0], "parent_mb": resident_mb(peak=True)}


def speed(asked: argparse.Namespace, room: Path) -> dict[str, Any]:
    """Compare numbers of workers on the same regencies, cold, taking turns."""
    folder = room / "nation"
    every = np.linspace(0, COUNT - 1, asked.take).astype(int).tolist()
    write_nation(folder, only=every)
    runs: dict[int, list[dict[str, Any]]] = {w: [] for w in asked.workers}
    for turn in range(REPEATS):
        for workers in asked.workers:
            cold(folder)
            out = room / f"out-{turn}-{workers}"
            runs[workers].append(run(folder, out, workers=workers, dask=asked.dask))
            shutil.rmtree(out)
    first = statistics.median(r["seconds"] for r in runs[asked.workers[0]])
    alone = [d["seconds"] for d in runs[asked.workers[0]][-1]["done"]]
    print(f"{'workers':>8} {'wall s':>8} {'times':>6} {'model s':>8} {'busy %':>7} {'peak MB':>8} "
          f"{'read MB':>8} {'write MB':>8}   (read, written: a study)")  # fmt: skip
    found = {}
    for workers, told in runs.items():
        wall = statistics.median(r["seconds"] for r in told)
        done = [d for r in told for d in r["done"]]
        busy = sum(d["seconds"] for d in done) / sum(r["seconds"] for r in told) / workers
        mb = {k: statistics.mean(d[k] for d in done) / 1e6 for k in ("read_bytes", "written_bytes")}
        peak = max(d["peak_mb"] for d in done)
        found[workers] = {
            "wall_s": wall,
            "times": first / wall,
            "busy": busy,
            "peak_mb": peak,
            **mb,
        }
        print(f"{workers:>8} {wall:>8.1f} {first / wall:>6.2f} {modelled(alone, workers):>8.1f} "
              f"{100 * busy:>7.1f} {peak:>8.0f} {mb['read_bytes']:>8.2f} "
              f"{mb['written_bytes']:>8.2f}", flush=True)  # fmt: skip
    ask = Ask(name="33_04", folder="/" * 80, out="/" * 80, code="0" * 64, as_of=DAY)
    message = len(pickle.dumps(ask)) + len(pickle.dumps(runs[asked.workers[0]][0]["done"][0]))
    print(f"a message and its answer: {message} bytes")
    return {"speed": found, "message_bytes": message, "seconds": alone}


def overhead(asked: argparse.Namespace, room: Path) -> dict[str, Any]:
    """Measure what the engine adds to tasks of known length."""
    listing = room / "daftar.txt"
    listing.write_text("".join(f"studi-{i}\n" for i in range(asked.tasks)), encoding="utf-8")
    found = {}
    for workers in asked.workers:
        ends: list[float] = []

        def ended(_: Any, ends: list[float] = ends) -> None:
            ends.append(time.perf_counter())

        method = Ask(name="", folder="", out="", as_of=DAY, limit_s=asked.seconds)
        crew, out = crew_of(pause, asked.dask), room / f"out-{workers}"
        batch([str(listing)], out, workers=workers, method=method, crew=crew, told=ended)
        rest = asked.tasks - workers  # from the first round's end on, everybody is there
        took = ends[-1] - ends[workers - 1]
        found[workers] = took * workers / (rest * asked.seconds) - 1.0
        print(f"{workers} workers, {asked.tasks} tasks of {asked.seconds} s: "
              f"{100 * found[workers]:.2f} % over their own seconds", flush=True)  # fmt: skip
    return {"overhead": found}


def full(_: argparse.Namespace, room: Path) -> dict[str, Any]:
    """Measure five regencies as large as they are and extrapolate to 514."""
    from benchmarks.regency import write_regency
    from work.add import add_files
    from work.studies import new_study

    mean, covariance = fitted()
    people = [
        float(np.exp(mean[1] + np.sqrt(covariance[1, 1]) * NormalDist().inv_cdf(q)))
        for q in QUANTILES
    ]
    rows = []
    for number, count in enumerate(people):
        folder, rows_asked = room / f"studi-{number}", max(40, round(count / 2700))
        made = write_regency(
            room / "berkas", seed=number + 1, candidates=(rows_asked,), density=count / BENCH_PEOPLE
        )
        new_study(folder, name=f"kabupaten {number}")
        for file in made.files:
            add_files(folder, [file.path], kind=file.kind, options={"full_cover": file.full_cover})
        add_files(folder, [made.registers[rows_asked]], kind="assets")
        shutil.rmtree(room / "berkas")
        shutil.rmtree(folder / "cache")
        if not number:  # compiled code is kept from now on, as it is for 513 of 514
            run(folder, room / "pertama", workers=1, dask=False)
            shutil.rmtree(folder / "cache")
        done = run(folder, room / f"hasil-{number}", workers=1, dask=False)["done"][0]
        rows.append(done | {"people": count})
        print(f"{count:>10.0f} people {done['sites']:>5} sites {done['seconds']:>7.1f} s "
              f"CPU {done['cpu_s']:>7.1f} s {done['peak_mb']:>6.0f} MB "
              f"{done['read_bytes'] / 1e6:>7.1f} MB read", flush=True)  # fmt: skip
    total, error = extrapolated(people, [r["cpu_s"] for r in rows])
    print(f"{COUNT} regencies: {total / 3600:.2f} ± {error / 3600:.2f} CPU hours (standard error)")
    for workers in (1, 2, 10, 100):
        print(f"{workers:>4} workers: {total / workers / 60:.0f} ± {error / workers / 60:.0f} min")
    return {"full": rows, "total_cpu_s": total, "error_cpu_s": error}


def extrapolated(people: Sequence[float], seconds: Sequence[float]) -> tuple[float, float]:
    """Sum a + b · people over the nation's drawn sizes; with the sum's standard error."""
    design = np.column_stack([np.ones(len(people)), people])
    told = np.asarray(seconds)
    solved, *_ = np.linalg.lstsq(design, told, rcond=None)
    freedom = len(people) - 2
    variance = float(((told - design @ solved) ** 2).sum()) / freedom
    drawn = np.array([s.people for s in sizes(COUNT, scale=1.0)], dtype=float)
    ask = np.array([float(COUNT), drawn.sum()])
    spread = variance * (ask @ np.linalg.inv(design.T @ design) @ ask + COUNT)
    return float(ask @ solved), float(np.sqrt(spread))


def nation(asked: argparse.Namespace, room: Path) -> dict[str, Any]:
    """Make all 514 and run them in one go."""
    began = time.perf_counter()
    write_nation(room / "nation", workers=asked.workers[0])
    made = time.perf_counter() - began
    told = run(room / "nation", room / "out", workers=asked.workers[0], dask=asked.dask)
    done = told["done"]
    found = {
        "studies": len(done),
        "sites": sum(d["sites"] for d in done),
        "made_s": made,
        "wall_s": told["seconds"],
        "cpu_s": sum(d["cpu_s"] for d in done),
        "peak_mb": max(d["peak_mb"] for d in done),
        "parent_mb": told["parent_mb"],
    }
    print(found)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=["speed", "overhead", "full", "nation"])
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--take", type=int, default=24)
    parser.add_argument("--tasks", type=int, default=24)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--workers", type=int, nargs="*", default=[])
    parser.add_argument("--dask", action="store_true")
    asked = parser.parse_args()
    usual = {"speed": [1, 2, 4], "overhead": [1, 2, 4], "nation": [2], "full": [1]}
    asked.workers = asked.workers or usual[asked.what]
    print(machine())
    works = {"speed": speed, "overhead": overhead, "full": full, "nation": nation}
    with TemporaryDirectory() as room:
        found = works[asked.what](asked, asked.keep or Path(room))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
