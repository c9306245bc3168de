"""Ten people use the app for an hour: its memory stays where it was, and nothing goes wrong.

Run with ``python benchmarks/soak_app.py [--minutes 60] [--people 10] [--scale 0.3]``. The server is
the real app over a demo district, on this machine; a person opens pages, moves a weight every few
seconds, leaves after some minutes and comes back as somebody new. With a Chromium one more looks
on, whose console is read. Exits with 1 when the memory grew by more than a tenth after the
warm-up, or when the server's log, a page or the console told of an error.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support"), str(ROOT / "benchmarks")]
from app_load import resident_mb  # noqa: E402 - found only after the path is set
from app_session import Session  # noqa: E402
from bars import HEAD, machine, row  # noqa: E402
from served import free_port  # noqa: E402

PAGES = ("beranda", "peringkat", "lokasi", "skenario", "data", "riwayat")
EVERY_S, STAYS_S, SAMPLE_S = 3.0, 240.0, 5.0
WARM_SHARE, MOST_WARM_S = 0.25, 300.0
MOST_GROWTH = 0.10
BAD = re.compile(r"Traceback|Error|CRITICAL|Exception", re.MULTILINE)


class Person(Session):
    """A session that counts the faults its pages show."""

    def __init__(self, address: str, page: str) -> None:
        self.faults = 0
        super().__init__(address, page)

    def open(self, page: str) -> None:
        """Go to another page, as a press in the navigation does."""
        self.page_hash = ""
        self.run(page_name="" if page == PAGES[0] else page)

    def _element(self, delta: Any) -> None:
        if delta.WhichOneof("type") == "new_element":
            self.faults += delta.new_element.WhichOneof("type") == "exception"
        super()._element(delta)


@dataclass
class Told:
    """What the people went through."""

    took_s: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@contextmanager
def served(study: Path, log: Path) -> Iterator[tuple[str, int]]:
    """Serve the study; gives its address and process id."""
    from ui.serve import command, environment

    port = free_port()
    with log.open("wb") as out:
        process = subprocess.Popen(
            command(study, port), stdout=out, stderr=subprocess.STDOUT, env=environment(study)
        )
        try:
            until = time.monotonic() + 60
            while time.monotonic() < until:
                with suppress(OSError):
                    Person(f"127.0.0.1:{port}", PAGES[0]).close()
                    break
                time.sleep(0.3)
            yield f"127.0.0.1:{port}", process.pid
        finally:
            process.terminate()
            process.wait(timeout=30)


def live(number: int, address: str, until: float, told: Told) -> None:
    """Use the app until the time is up."""
    draw = random.Random(number)  # noqa: S311 - nobody guards anything with it
    time.sleep(number * EVERY_S / 10)
    while time.monotonic() < until:
        try:
            one = Person(address, "peringkat")
            leaves = min(until, time.monotonic() + draw.uniform(0.5, 1.5) * STAYS_S)
            stay(one, draw, leaves, told)
            told.faults += ["a page showed an exception"] * one.faults
            one.close()
        except Exception as fault:  # noqa: BLE001 - a person who is thrown out is what we look for
            told.faults.append(f"{type(fault).__name__}: {fault}"[:200])
            time.sleep(EVERY_S)


def stay(one: Person, draw: random.Random, leaves: float, told: Told) -> None:
    """Move weights, and look at another page now and then."""
    while time.monotonic() < leaves:
        begun = time.perf_counter()
        if draw.random() < 0.2:
            one.open(draw.choice(PAGES))
            one.open("peringkat")
        else:
            one.move(draw.randint(20, 80))
        told.took_s.append(time.perf_counter() - begun)
        time.sleep(draw.uniform(0.5, 1.5) * EVERY_S)


def watch(address: str, until: float, told: Told) -> None:
    """Look on with a real browser and read its console; quietly nothing without one."""
    try:
        from browser import CountedPage, launch
        from playwright.sync_api import sync_playwright
    except ImportError:
        return
    with sync_playwright() as play:
        try:
            chromium = launch(play)
        except Exception:  # noqa: BLE001 - no browser on this machine
            return
        counted = CountedPage(chromium.new_page(viewport={"width": 1280, "height": 800}))
        counted.watch()
        turn = 0
        while time.monotonic() < until:
            page = PAGES[turn % len(PAGES)]
            counted.page.goto(f"http://{address}/{'' if page == PAGES[0] else page}")
            counted.page.wait_for_timeout(10_000)
            turn += 1
        failed = "Failed to load resource: the server responded with a status of 404"
        told.faults += [f"console: {e}"[:200] for e in counted.errors if not e.startswith(failed)]
        told.faults += [f"outside: {url}"[:200] for url in counted.outside]
        chromium.close()


def by_minute(samples: list[tuple[float, float]], warm_s: float) -> list[float]:
    """Return the median memory of every minute after the warm-up."""
    minutes: dict[int, list[float]] = {}
    for at, mb in samples:
        if at >= warm_s:
            minutes.setdefault(int((at - warm_s) // 60), []).append(mb)
    return [statistics.median(found) for _, found in sorted(minutes.items())]


def soak(study: Path, *, minutes: float, people: int, log: Path) -> bool:
    """Let the people in, look at the memory, print the figures; tells whether all is well."""
    told, samples = Told(), []
    with served(study, log) as (address, pid):
        begun = time.monotonic()
        until = begun + 60 * minutes
        threads = [
            threading.Thread(target=live, args=(k, address, until, told)) for k in range(people)
        ]
        threads.append(threading.Thread(target=watch, args=(address, until, told)))
        for thread in threads:
            thread.start()
        while time.monotonic() < until:
            samples.append((time.monotonic() - begun, resident_mb(pid)))
            time.sleep(SAMPLE_S)
        for thread in threads:
            thread.join()
    warm_s = min(MOST_WARM_S, WARM_SHARE * 60 * minutes)
    kept = by_minute(samples, warm_s)
    growth = max(kept) / kept[0] - 1
    bad = BAD.findall(log.read_text(errors="replace"))
    took = sorted(told.took_s)
    beside = (
        f"{kept[0]:.0f} MB after {warm_s:.0f} s, at most {max(kept):.0f}, at last {kept[-1]:.0f}"
    )
    row(f"{people} people, {minutes:g} minutes: memory", 100 * growth, 10, unit="%", beside=beside)
    beside = f"{len(took)} moves and pages; median {1000 * statistics.median(took):.0f} ms"
    row("faults: log, pages, console", len(bad) + len(told.faults), 0, unit="", beside=beside)
    for fault in dict.fromkeys([*told.faults, *bad]):
        print(f"  {fault}")
    if bad:
        print(log.read_text(errors="replace")[-3000:])
    return growth <= MOST_GROWTH and not bad and not told.faults


def main() -> None:
    """Print one line a bar; exit with 1 when one is not reached."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--scale", type=float, default=0.3)
    given = parser.parse_args()
    from work.studies import demo_study

    with tempfile.TemporaryDirectory(prefix="tapak-soak-") as room:
        study, log = Path(room) / "studi", Path(room) / "log.txt"
        demo_study(study, seed=6, scale=given.scale)
        print(f"{machine()}; load {os.getloadavg()[0]:.1f}")
        print(HEAD, flush=True)
        well = soak(study, minutes=given.minutes, people=given.people, log=log)
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
