"""Malformed files for every reader, more and more of them, each in the child that opens strangers'.

    python benchmarks/soak_malformed.py [--seconds 600] [--first-seed 0]

First every file made by rule, then damage of sound files, seed after seed, until the time is up.
Prints a line a sort of file: how many, how many were read, refused in a sentence or met a limit,
the most seconds of processors and the most memory of one. Exits 1 when one made a reader let
something through or die, took 10 s of processors, or 1 GB.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]
MOST_S, MOST_MB = 10.0, 1024.0
LAYERS = {
    "geojson": "areas", "gpkg": "areas", "kml": "areas", "kmz": "areas", "shp.zip": "areas",
    "zip": "areas", "tif": "landslide",
}  # fmt: skip
TABLES = frozenset({"csv", "xlsx", "ods"})
RULES = ("maps", "osm", "tables", "returns")
OSM_PARTS = ("places", "streets", "buildings")


@dataclass(slots=True)
class Line:
    """What became of one sort of file."""

    states: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    worst_s: float = 0.0
    worst_mb: float = 0.0
    faults: list[str] = field(default_factory=list)


def task_of(door: str, room: Path) -> tuple[str, dict[str, Any]]:
    """Name the function that a door calls, and what it is given beside the file."""
    if door == "collect":
        return "data.returns.across:read_told", {"packs": None}
    if door == "assets":
        return "data.assets.first:read_once", {"columns": {}, "utm_zone": "49S"}
    if door == "osm":
        parts = {name: str(room / f"{name}.parquet") for name in OSM_PARTS}
        return "work.kept:parse_extract", {"parts": parts}
    return "data.layers.first:read_told", {"kind": door, "options": {}}


def inputs(first_seed: int) -> Iterator[tuple[str, str, str, bytes]]:
    """Name, sort of file, door and bytes, without end."""
    malformed = importlib.import_module("malformed")
    tables = [importlib.import_module(f"malformed_{name}") for name in RULES]
    for table in tables:
        for name, (door, end, made) in table.CASES.items():
            if door != "settings":  # read by nobody but Python itself
                raw = made()
                yield name, end.lstrip("."), door, raw.encode() if isinstance(raw, str) else raw
    seed = first_seed
    while True:
        for name in malformed.SOUND:
            door = LAYERS.get(name, "assets" if name in TABLES else "collect")
            door = "osm" if name in {"osm", "osm.pbf"} else door
            yield f"{name} {seed}", name, door, malformed.damaged(malformed.sound(name), seed)
        seed += 1


def main() -> int:
    """Run until the time is up and tell what was found."""
    parse = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parse.add_argument("--seconds", type=float, default=600.0)
    parse.add_argument("--first-seed", type=int, default=0)
    given = parse.parse_args()
    from data.files import child

    lines: dict[str, Line] = defaultdict(Line)
    until = time.monotonic() + given.seconds
    with tempfile.TemporaryDirectory(prefix="tapak-") as folder:
        room = Path(folder)
        for name, end, door, raw in inputs(given.first_seed):
            path = room / f"berkas.{end}"
            path.write_bytes(raw)
            task, beside = task_of(door, room)
            limits = child.limits_for(len(raw), extract=door == "osm")
            answer = child.ask(task, {"path": str(path), **beside}, limits=limits)
            _count(lines[end], name, answer)
            if time.monotonic() > until:
                break
    return _told(lines)


def _count(line: Line, name: str, answer: Any) -> None:
    line.states[answer.state] += 1
    line.worst_s = max(line.worst_s, answer.processor_s)
    line.worst_mb = max(line.worst_mb, answer.peak_mb)
    if answer.state == "crash" or answer.processor_s > MOST_S or answer.peak_mb > MOST_MB:
        line.faults.append(f"{name}: {answer.trace[-1500:] or 'died, or beyond the bars'}")


def _told(lines: dict[str, Line]) -> int:
    print(f"{'file':12} {'inputs':>7} {'read':>6} {'refused':>8} {'limit':>6} {'s':>6} {'MB':>6}")
    for end, line in sorted(lines.items()):
        counts = [sum(line.states.values()), *(line.states[s] for s in ("done", "fault", "heavy"))]
        told = " ".join(f"{n:>{w}}" for n, w in zip(counts, (7, 6, 8, 6), strict=True))
        print(f"{end:12} {told} {line.worst_s:6.2f} {line.worst_mb:6.0f}")
    faults = [fault for line in lines.values() for fault in line.faults]
    print(
        f"{sum(sum(line.states.values()) for line in lines.values())} inputs, {len(faults)} faults"
    )
    for fault in faults[:20]:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
