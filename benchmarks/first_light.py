"""Seconds and peak memory of add, measure, rank and map for the demo at scale 1 and 10."""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

SCALES = (1, 10)
CLI = [sys.executable, str(Path(__file__).parents[1] / "cli.py")]


def run(*words: str) -> tuple[float, float, str]:
    """Run one command; wall seconds, peak resident megabytes of that process, and its output."""
    read, write = os.pipe()
    start = time.perf_counter()
    child = os.posix_spawn(
        sys.executable,
        [*CLI, *words],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, write, 1), (os.POSIX_SPAWN_CLOSE, read)],
    )
    os.close(write)
    with os.fdopen(read) as out:
        text = out.read()
    _, status, used = os.wait4(child, 0)
    if status:
        sys.exit(f"failed: {' '.join(words)}")
    return time.perf_counter() - start, used.ru_maxrss / 1024, text


def bench(scale: int, room: Path) -> list[tuple[str, float, float]]:
    """Measure every step on a fresh demo district; commands as a planner starts them."""
    from data.demo import write_district

    study, rows = str(room / f"studi-{scale}"), []
    files = write_district(room / f"berkas-{scale}", seed=1, scale=scale)
    run("new", study, "--name", "Bench")
    seconds, peak = 0.0, 0.0
    for given in files:
        cover = ["--full-cover"] if given.full_cover else []
        took, mb, _ = run("add", study, str(given.path), "--as", given.kind, *cover, "--json")
        seconds, peak = seconds + took, max(peak, mb)
    rows.append((f"add ({len(files)} files)", seconds, peak))
    took, mb, text = run("rank", study, "--json")
    sites = len(json.loads(text)["sites"])
    rows.append((f"measure + rank, cold ({sites} sites ranked)", took, mb))
    took, mb, _ = run("rank", study, "--json")
    rows.append(("rank, warm", took, mb))
    took, mb, _ = run("map", study, "-o", str(room / f"peta-{scale}.html"), "--json")
    rows.append(("map", took, mb))
    return rows


def main() -> None:
    """Print one table a scale."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores")
    with TemporaryDirectory() as room:
        for scale in SCALES:
            print(f"\nscale {scale}\n{'step':45} {'seconds':>8} {'peak MB':>8}")
            for step, seconds, mb in bench(scale, Path(room)):
                print(f"{step:45} {seconds:8.2f} {mb:8.0f}")


if __name__ == "__main__":
    main()
