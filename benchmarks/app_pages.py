"""Every page of the app over a real demo of thousands of sites: how long it takes to come to it.

Run with ``python benchmarks/app_pages.py [--sites 5000] [--turns 3]``. A demo of that many places
is made in a temporary folder and served by the real app; a real Chromium goes round all pages by
their links. A page has come when its script has ended and what it draws itself (the board,
tables) stands there. On a busy machine look at the processor seconds, which stand beside.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support"), str(ROOT / "benchmarks")]
from app_load import answering, resident_mb, spent_s  # noqa: E402 - found only after the path is set
from bars import HEAD, machine, row  # noqa: E402

SITES_AT_SCALE_1 = 409
MOST_S, COLD_S = 1.2, 4.0
CAME = """(title) => {
  const head = document.querySelector("h1");
  if (!head || !title.startsWith(head.textContent.trim())) return false;
  if (document.querySelector("[data-test-script-state=running]")) return false;
  const parts = [...document.querySelectorAll("[data-testid=stBidiComponentIsolated]")]
    .map((host) => host.shadowRoot);
  const empty = parts.some((root) => root?.querySelector(".grid:empty"));
  const board = parts.map((root) => root?.querySelector(".board")).find(Boolean);
  return !empty && (!title.startsWith("Peringkat") || Boolean(board?.dataset.painted));
}"""


@contextmanager
def demo(sites: int) -> Iterator[Path]:
    """Make a demo of about so many sites."""
    from work.studies import demo_study

    with TemporaryDirectory(prefix="tapak-bangku-") as room:
        folder = Path(room) / "studi"
        demo_study(folder, seed=3, scale=sites / SITES_AT_SCALE_1)
        yield folder


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, int]]:
    """Serve a study with the real app; gives its address and process id."""
    from ui.serve import command, environment

    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    with answering(command(folder, port), port, environment(folder)) as pid:
        yield f"http://127.0.0.1:{port}", pid


def titles() -> list[str]:
    """Return the pages' titles, in the order of the navigation."""
    import words
    from ui.shell import NATIONAL, PAGES

    words.language.set("id")
    return [words.say(code) for code, address, _ in PAGES if address != NATIONAL]


def go(page: Any, title: str, spent: Callable[[], float]) -> tuple[float, float]:
    """Go to a page by its link; seconds until it has come, and of the server's processor."""
    cpu, start = spent(), time.perf_counter()
    page.get_by_role("link", name=title, exact=True).click()
    page.wait_for_function(CAME, arg=title, polling=20)
    took = time.perf_counter() - start
    page.wait_for_timeout(400)  # what the server still does for it is counted too
    return took, spent() - cpu


def measure(chromium: Any, url: str, spent: Callable[[], float], turns: int) -> None:
    """Go round the pages; the first turn fills what is kept and is told beside."""
    page = chromium.new_context(viewport={"width": 1920, "height": 1000}).new_page()
    page.set_default_timeout(180_000)
    page.goto(url)
    page.wait_for_selector("h1")
    first = {title: go(page, title, spent) for title in titles()}
    took: dict[str, list[tuple[float, float]]] = {title: [] for title in titles()}
    for _ in range(turns):
        for title in titles():
            took[title].append(go(page, title, spent))
    for title, all_of in took.items():
        wall, cpu = (statistics.median(values) for values in zip(*all_of, strict=True))
        beside = (
            f"server {cpu:.2f} s; the first time {first[title][0]:.2f} s, {first[title][1]:.2f} s"
        )
        row(f"page switch: {title}", wall, MOST_S, unit="s", beside=beside)
    page.context.close()
    cold = chromium.new_context(viewport={"width": 1920, "height": 1000}).new_page()
    for address in ("", "peringkat"):
        start = time.perf_counter()
        cold.goto(f"{url}/{address}")
        title = titles()[1 if address else 0]
        cold.wait_for_function(CAME, arg=title, polling=20, timeout=120_000)
        name = f"cold browser, {title}"
        row(name, time.perf_counter() - start, COLD_S, unit="s", beside="warm server")
    cold.context.close()


def main() -> None:
    """Print one line a bar."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sites", type=int, default=5_000)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--study", type=Path, help="a study there is, instead of a new demo")
    given = parser.parse_args()
    from browser import launch
    from playwright.sync_api import sync_playwright

    print(machine(), f"{os.getloadavg()[0]:.1f} others' load")
    print(HEAD, flush=True)

    def told(folder: Path) -> None:
        with served(folder) as (url, pid), sync_playwright() as play:
            chromium = launch(play)
            try:
                measure(chromium, url, lambda: spent_s(pid), given.turns)
                row(
                    "memory of the server",
                    resident_mb(pid),
                    1500,
                    unit="MB",
                    beside="all pages seen",
                )
            finally:
                chromium.close()

    if given.study:
        told(given.study)
        return
    with demo(given.sites) as folder:
        told(folder)


if __name__ == "__main__":
    main()
