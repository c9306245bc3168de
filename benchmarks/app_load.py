"""The ranking page under load: a weight's move on the server, in a browser, and ten at a time.

Run with ``python benchmarks/app_load.py [server|browser|sessions] [--sites 5000]``. The server is
the real app over an invented board (tests/support/board_server.py), ended by its own id.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support"), str(ROOT / "benchmarks")]
from bars import HEAD, machine, row  # noqa: E402 - found only after the path is set

PEOPLE, SECONDS, WARM_MOVES = 10, 20, 3


@contextmanager
def answering(command: list[str], port: int, env: dict[str, str] | None = None) -> Iterator[int]:
    """Start a server and wait until its port answers; gives its process id, and ends it."""
    quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, env=env, **quiet)
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextmanager
def served(sites: int) -> Iterator[tuple[str, int]]:
    """Serve the app over so many invented sites; gives its address and process id."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    script = ROOT / "tests" / "support" / "board_server.py"
    command = [sys.executable, str(script), str(port), "--sites", str(sites)]
    with answering(command, port) as pid:
        yield f"127.0.0.1:{port}", pid


def spent_s(pid: int) -> float:
    """Processor seconds a process has used so far, its threads included (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    """Memory a process holds (Linux)."""
    text = Path(f"/proc/{pid}/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0]) / 1024


def server(sites: int) -> None:
    """Time what a move costs in this process: rank, draw 600 times, lay out, pack."""
    import boards

    from ui.board import first_told
    from ui.detail import detail
    from ui.numbers import numbers, packed
    from work.live import ground_of, live, weighed

    board = boards.board(sites)
    ground, site = ground_of(board.result), board.result.candidates.ids[0]

    def move(k: int) -> int:
        groups = {"benefit": 40 + k, "safety": 60 - k}
        now = live(board.result, ground, weighed(board.result.scenario, groups=groups, weights={}))
        head = {"first": first_told(board, now.places), "detail": detail(board, now.ranking, site)}
        return len(packed(head, numbers(board, now.ranking, now.places)))

    for k in range(WARM_MOVES):
        move(k)
    wall, cpu, size = [], [], 0
    for k in range(30):
        start, start_cpu = time.perf_counter(), time.process_time()
        size = move(k)
        wall.append(time.perf_counter() - start)
        cpu.append(time.process_time() - start_cpu)
    beside = f"processors {1000 * statistics.median(cpu):.0f} ms; {size / 1e6:.2f} MB sent"
    row(
        f"a move, {sites:,} sites, 600 draws",
        1000 * statistics.median(wall),
        150,
        unit="ms",
        beside=beside,
    )


def sessions(sites: int) -> None:
    """Let ten people move a weight once a second each."""
    from app_session import Session

    with served(sites) as (address, pid):
        first = Session(address, "peringkat")
        for k in range(WARM_MOVES):
            first.move(45 + k)
        before_mb = resident_mb(pid)
        people = [Session(address, "peringkat") for _ in range(PEOPLE)]
        for one in people:
            one.move(44)
        alone = [first.move(30 + k) for k in range(10)]
        took: list[float] = []
        start_cpu, start = spent_s(pid), time.perf_counter()
        threads = [
            threading.Thread(target=_keep_moving, args=(one, took, start + k / PEOPLE))
            for k, one in enumerate(people)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        cpu = spent_s(pid) - start_cpu
        each_mb = (resident_mb(pid) - before_mb) / PEOPLE
        received = people[0].received_bytes / 1e6
    took.sort()
    beside = f"{len(took)} moves; alone {1000 * statistics.median(alone):.0f} ms; "
    beside += f"server {1000 * cpu / len(took):.0f} ms of processor a move"
    row("ten sessions, median", 1000 * statistics.median(took), 700, unit="ms", beside=beside)
    row("ten sessions, p95", 1000 * took[int(0.95 * len(took))], 1200, unit="ms", beside="same run")
    row("memory of a session", each_mb, 10, unit="MB", beside=f"{received:.0f} MB sent to each")


def _keep_moving(one: Any, took: list[float], start: float) -> None:
    """Move once a second; a move that comes late is counted from when it was due."""
    for k in range(SECONDS):
        due = start + k
        time.sleep(max(0.0, due - time.perf_counter()))
        one.move(30 + (7 * k) % 40)
        took.append(time.perf_counter() - due)


def browser(sites: int) -> None:
    """Open the page cold, move weights by key and by hand, switch pages, look at the heap."""
    import app_page
    from browser import launch
    from playwright.sync_api import sync_playwright

    with served(sites) as (address, pid), sync_playwright() as play:
        chromium = launch(play)
        try:
            app_page.measure(chromium, f"http://{address}", lambda: spent_s(pid))
        finally:
            chromium.close()


PARTS = {"server": server, "browser": browser, "sessions": sessions}


def main() -> None:
    """Print one line a bar."""
    parser = argparse.ArgumentParser()
    parser.add_argument("part", nargs="?", choices=PARTS)
    parser.add_argument("--sites", type=int, default=5_000)
    given = parser.parse_args()
    print(machine())
    print(HEAD, flush=True)
    for name in [given.part] if given.part else PARTS:
        PARTS[name](given.sites)


if __name__ == "__main__":
    main()
