"""The speed table of streets and ground: ours beside the peers, on the generated regency.

    python benchmarks/streets_and_ground.py [--quick] [--area 1] [--grow]
        [--peers PYTHON …] [--keep FOLDER]

Medians of three runs, each in a process of its own: wall and CPU seconds, and the peak of the
memory of all processes together. ``--peers`` names Pythons of environments that have DuckDB (with
its spatial extension), pyrosm or pandana, which are no dependencies of the project; whichever
imports is measured. ``--grow`` adds ``benchmarks/growth.py``: each step at 1×, 4× and 10× the
area. Zonal statistics and counts within a radius have their own table: ``benchmarks/ground.py``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.regency import Regency, write_regency

HERE = Path(__file__).parent
CLI = [str(HERE.parent / "cli.py")]
QUICK = 0.05
REPEATS = 3


@dataclass(frozen=True, slots=True)
class Run:
    """Median wall and CPU seconds, largest peak of all processes, what was said."""

    wall: float
    cpu: float
    peak_mb: float
    said: dict[str, Any]


def together(words: list[str]) -> tuple[float, float, float, str]:
    """Run a command; wall and CPU seconds, peak MB of it and all its children, its output."""
    start = time.perf_counter()
    with subprocess.Popen([*words], stdout=subprocess.PIPE, text=True) as child:  # our own words
        top, peak = psutil.Process(child.pid), [0.0]
        done = threading.Event()

        def watch() -> None:
            while not done.wait(0.02):
                peak[0] = max(peak[0], _resident_mb(top))

        watcher = threading.Thread(target=watch)
        watcher.start()
        before = os.times()
        said = child.stdout.read() if child.stdout else ""
        child.wait()
        done.set()
        watcher.join()
    after = os.times()
    if child.returncode:
        sys.exit(f"failed: {' '.join(words)}")
    cpu = after.children_user + after.children_system
    cpu -= before.children_user + before.children_system
    return time.perf_counter() - start, cpu, peak[0], said


def _resident_mb(top: psutil.Process) -> float:
    try:
        return sum(p.memory_info().rss for p in (top, *top.children(recursive=True))) / 2**20
    except psutil.NoSuchProcess:
        return 0.0


def median(words: list[str], *, repeats: int = REPEATS) -> Run:
    """Measure a command; one that prints ``{"wall", "cpu"}`` tells its own seconds."""
    runs = []
    for _ in range(repeats):
        wall, cpu, peak, said = together(words)
        told = json.loads(said.strip().splitlines()[-1]) if said.strip().endswith("}") else {}
        runs.append((told.get("wall", wall), told.get("cpu", cpu), peak, told))
    return Run(
        statistics.median(run[0] for run in runs),
        statistics.median(run[1] for run in runs),
        max(run[2] for run in runs),
        runs[-1][3],
    )


def line(name: str, run: Run, *, bar: str = "", reached: bool | None = None) -> None:
    verdict = "" if reached is None else f"{bar}: {'yes' if reached else 'NO'}"
    print(f"{name:50} {run.wall:8.2f} {run.cpu:8.2f} {run.peak_mb:8.0f}   {verdict}", flush=True)


def head(title: str) -> None:
    print(f"\n{title}\n{'step':50} {'wall s':>8} {'CPU s':>8} {'peak MB':>8}   bar")


def reading(pbf: Path, peers: list[str]) -> None:
    """Places, streets and building centroids from the PBF."""
    head(f"places + streets + building centroids, {pbf.stat().st_size / 1e6:.0f} MB PBF")
    script = str(HERE / "osm_peers.py")
    runs = {n: median([sys.executable, script, n, str(pbf)]) for n in ("gdal", "pyosmium")}
    for name in ("duckdb", "pyrosm"):
        python = next((p for p in peers if _imports(p, name)), None)
        if python:
            runs[name] = median([python, script, name, str(pbf)])
        else:
            print(f"{name:50} not here (see --peers)")
    for name, run in runs.items():
        line(name, run)
    ours = median([sys.executable, script, "ours", str(pbf)])
    fastest = min((n for n in runs if n != "pyrosm"), key=lambda n: runs[n].wall)
    ratio = ours.wall / runs[fastest].wall
    line("data.osm.read_osm", ours, bar="peak < 1024 MB", reached=ours.peak_mb < 1024)
    print(
        f"  {ratio:.2f} × {fastest} (CPU {ours.cpu / runs[fastest].cpu:.2f} ×); "
        f"≤ 1.2: {'yes' if ratio <= 1.2 else 'NO'}"
    )
    if "pyrosm" in runs:
        ratio = ours.wall / runs["pyrosm"].wall
        print(f"  {ratio:.2f} × pyrosm; ≤ 0.5: {'yes' if ratio <= 0.5 else 'NO'}")


def _imports(python: str, name: str) -> bool:
    tried = subprocess.run([python, "-c", f"import {name}"], check=False, capture_output=True)
    return tried.returncode == 0


def cold(made: Regency, folder: Path, *, rows: int, bar_s: float, repeats: int) -> None:
    """From raw files to a ranking, and again after one site or one weight changed."""
    head(f"{rows:,} candidates")
    files = json.dumps([[f.kind, str(f.path), f.full_cover] for f in made.files])
    words = [sys.executable, str(HERE / "cold_line.py"), str(made.registers[rows]), files]
    study = folder / f"studi-{rows}"
    run = median([*words, str(study)], repeats=repeats)
    ok = run.wall <= bar_s and run.peak_mb < 1536
    line("cold: raw files → ranking", run, bar=f"≤ {bar_s:.0f} s, < 1536 MB", reached=ok)
    for name in ("add", "rank"):
        print(f"  of it {name}: {run.said[name]:.2f} s")
    for name in ("weight", "site"):
        seconds = run.said[f"warm_{name}"]
        verdict = "yes" if seconds <= 1 else "NO"
        print(f"  warm, one {name} changed, in process: {seconds:.2f} s   ≤ 1 s: {verdict}")
    again = median([sys.executable, *CLI, "rank", str(study), "--json"])
    reached = again.wall <= 2.5
    line("warm, as a command: tapak rank", again, bar="≤ 2.5 s", reached=reached)


def main() -> None:
    parse = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parse.add_argument("--quick", action="store_true", help=f"{QUICK:g} of everything, one run")
    parse.add_argument("--area", type=int, default=1, choices=(1, 4, 10))
    parse.add_argument("--grow", action="store_true")
    parse.add_argument("--peers", nargs="*", default=[], metavar="PYTHON")
    parse.add_argument("--keep", type=Path, help="where the files are, or are to be made")
    parse.add_argument("--seed", type=int, default=1)
    asked = parse.parse_args()
    print(
        f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f} before; seed {asked.seed}"
    )
    density, sizes = (QUICK, (500, 2_500)) if asked.quick else (1.0, (500, 50_000))
    with TemporaryDirectory() as room:
        folder = asked.keep or Path(room)
        made = write_regency(
            folder / f"berkas-{asked.area}", seed=asked.seed, area=asked.area, candidates=sizes,
            density=density,
        )  # fmt: skip
        reading(made.path("osm"), asked.peers)
        subprocess.run(
            [
                sys.executable,
                str(HERE / "minutes.py"),
                str(made.path("osm")),
                "--peers",
                *asked.peers,
            ],
            check=True,
        )
        for rows, bar_s in zip(sizes, (10, 22), strict=True):
            cold(made, Path(room), rows=rows, bar_s=bar_s, repeats=1 if asked.quick else REPEATS)
        head("start")
        start = median([sys.executable, *CLI, "--help"])
        line("tapak --help", start, bar="≤ 0.3 s", reached=start.wall <= 0.3)
        if asked.grow:
            subprocess.run([sys.executable, str(HERE / "growth.py")], check=True)


if __name__ == "__main__":
    main()
