"""How each step grows with the area and all on it: 1×, 4× and 10×, ours alone.

    python benchmarks/growth.py [--keep FOLDER] [--areas 1 4 10] [--rows 5000]

Compiled code is loaded before; the street steps of all areas take turns in one process and the
least of three counts, since CPU seconds of one run differ by half with what else the machine does.
The exponent of growth is log(CPU seconds ÷ those at the smallest) ÷ log(times the area): 1 is
linear; n log n of 90,000 junctions is 1.09 at 4× and 1.08 at 10×. Candidates grow with the area
(5,000 at 1×, 50,000 at 10×). The files of all areas are made first, two areas at a time.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.regency import Regency, write_regency
from benchmarks.streets_and_ground import HERE, together

Step = tuple[float, float]
"""CPU seconds and peak MB."""
Found = dict[str, dict[int, Step]]
"""Steps, each by area."""


def made_of(folder: Path, area: int, rows: int) -> Regency:
    return write_regency(folder / f"tumbuh-{area}", area=area, candidates=(rows * area,))


def told_by(words: list[str]) -> tuple[float, dict[str, Any]]:
    """Peak MB of a script, and what its last line says."""
    _, _, peak, said = together([sys.executable, *words])
    return peak, json.loads(said.strip().splitlines()[-1])


def alone(made: Regency, *, area: int, rows: int, study: Path) -> dict[str, Step]:
    """Run the steps of one area, each in a process of its own."""
    peak, told = told_by([str(HERE / "osm_peers.py"), "ours", str(made.path("osm"))])
    found = {"PBF read": (told["cpu"], peak)}
    peak, told = told_by([str(HERE / "ground.py"), "--grown", str(area)])
    found |= {name: (run[1], run[2]) for name, run in told.items()}
    files = json.dumps([[f.kind, str(f.path), f.full_cover] for f in made.files])
    words = [str(HERE / "cold_line.py"), str(made.registers[rows * area]), files, str(study)]
    peak, told = told_by(words)
    found["cold line (CPU)"] = (told["cpu"], peak)
    found["  of it add (wall)"] = (told["add"], peak)
    found["  of it rank (wall)"] = (told["rank"], peak)
    return found


def streets(regencies: dict[int, Regency]) -> Found:
    """Run the steps on the streets, the areas taking turns."""
    paths = [str(made.path("osm")) for made in regencies.values()]
    _, told = told_by([str(HERE / "minutes.py"), *paths, "--json"])
    found: Found = {}
    for area, path in zip(regencies, paths, strict=True):
        for name, run in told[path].items():
            found.setdefault(name, {})[area] = (run[1], run[2])
    return found


def show(found: Found) -> None:
    for name, by_area in found.items():
        first = min(by_area)
        for area, (seconds, peak) in by_area.items():
            times = seconds / by_area[first][0]
            grown = math.log(times) / math.log(area / first) if area > first else 1.0
            print(f"{name:28} {area:>4}× {seconds:9.2f} {peak:9.0f} {grown:9.2f}", flush=True)


def main() -> None:
    parse = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parse.add_argument("--keep", type=Path, help="where the files are to be made")
    parse.add_argument("--areas", type=int, nargs="*", default=[1, 4, 10])
    parse.add_argument("--rows", type=int, default=5_000)
    asked = parse.parse_args()
    began = time.perf_counter()
    areas = sorted(asked.areas)
    with TemporaryDirectory() as room:
        folder = asked.keep or Path(room)
        with ProcessPoolExecutor(2) as pool:  # the largest first: it takes longest
            waited = {a: pool.submit(made_of, folder, a, asked.rows) for a in reversed(areas)}
            regencies = {area: waited[area].result() for area in areas}
        print(f"files made in {time.perf_counter() - began:.0f} s")
        print(f"{'step':28} {'area':>5} {'CPU s':>9} {'peak MB':>9} {'exponent':>9}", flush=True)
        show(streets(regencies))
        found: Found = {}
        for area, made in regencies.items():
            study = Path(room) / f"studi-{area}"
            for name, step in alone(made, area=area, rows=asked.rows, study=study).items():
                found.setdefault(name, {})[area] = step
        show(found)
    print(f"{time.perf_counter() - began:.0f} s in all")


if __name__ == "__main__":
    main()
