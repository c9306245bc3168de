"""How each step grows with the area and all on it: 1×, 4× and 10×, ours alone.

    python benchmarks/growth.py [--keep FOLDER] [--areas 1 4 10] [--rows 5000]

Every step runs once in a process of its own, compiled code loaded before. The exponent of growth
is log(CPU seconds ÷ those at 1×) ÷ log(times the area): 1 is linear; n log n of 350,000 nodes is
about 1.08 at 10×. Candidates grow with the area (5,000 at 1×, 50,000 at 10×).
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.regency import Regency, write_regency
from benchmarks.streets_and_ground import HERE, together

Step = tuple[float, float]
"""CPU seconds and peak MB."""


def steps_of(made: Regency, *, area: int, rows: int, study: Path) -> dict[str, Step]:
    pbf = str(made.path("osm"))
    found: dict[str, Step] = {}
    words = [sys.executable, str(HERE / "osm_peers.py"), "ours", pbf]
    _, _, peak, said = together(words)
    found["PBF read"] = (json.loads(said.strip().splitlines()[-1])["cpu"], peak)
    for script, given in (("minutes.py", [pbf, "--json"]), ("ground.py", ["--grown", str(area)])):
        _, _, peak, said = together([sys.executable, str(HERE / script), *given])
        told = json.loads(said.strip().splitlines()[-1])
        found |= {name: (run[1], run[2]) for name, run in told.items()}
    files = json.dumps([[f.kind, str(f.path), f.full_cover] for f in made.files])
    words = [sys.executable, str(HERE / "cold_line.py"), str(made.registers[rows]), files]
    _, _, peak, said = together([*words, str(study)])
    told = json.loads(said.strip().splitlines()[-1])
    found["cold line (CPU)"] = (told["cpu"], peak)
    found["  of it add (wall)"] = (told["add"], peak)
    found["  of it rank (wall)"] = (told["rank"], peak)
    return found


def main() -> None:
    parse = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parse.add_argument("--keep", type=Path, help="where the files are to be made")
    parse.add_argument("--areas", type=int, nargs="*", default=[1, 4, 10])
    parse.add_argument("--rows", type=int, default=5_000)
    asked = parse.parse_args()
    print(f"{'step':20} {'area':>5} {'CPU s':>9} {'peak MB':>9} {'exponent':>9}")
    first: dict[str, float] = {}
    with TemporaryDirectory() as room:
        for area in asked.areas:
            rows = asked.rows * area
            made = write_regency(
                (asked.keep or Path(room)) / f"tumbuh-{area}", area=area, candidates=(rows,)
            )
            found = steps_of(made, area=area, rows=rows, study=Path(room) / f"studi-{area}")
            for name, (seconds, peak) in found.items():
                first.setdefault(name, seconds)
                grown = math.log(seconds / first[name]) / math.log(area) if area > 1 else 1.0
                print(f"{name:20} {area:>4}× {seconds:9.2f} {peak:9.0f} {grown:9.2f}", flush=True)


if __name__ == "__main__":
    main()
