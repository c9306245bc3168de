"""The ranking page in a real Chromium: seconds from a key to a painted map, heap, page switches."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from bars import row

MOVES, HEAP_MOVES, DRAG_S = 30, 100, 6.0
WARM_S = 1.5

PRESS = """async () => {
  const host = [...document.querySelectorAll("[data-testid=stBidiComponentIsolated]")]
    .find((node) => node.shadowRoot?.querySelector("input.dial"));
  const dial = host.shadowRoot.querySelector("input.dial");
  const painted = new Promise((done) =>
    document.addEventListener("tapak-painted", () => done(performance.now()), { once: true }));
  const start = performance.now();
  dial.value = Number(dial.value) > 60 ? 30 : Number(dial.value) + 1;
  dial.dispatchEvent(new Event("input", { bubbles: true }));
  return (await painted) - start;
}"""


def measure(chromium: Any, url: str, spent_s: Callable[[], float]) -> None:
    """Print the lines of the browser's bars."""
    first = chromium.new_page(viewport={"width": 1440, "height": 900})
    first.goto(f"{url}/peringkat")  # the study is measured and the loops are read once a server
    first.wait_for_selector(".board[data-painted]", state="attached", timeout=120_000)
    first.close()
    page = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
    start = time.perf_counter()
    page.goto(f"{url}/peringkat")
    page.wait_for_selector(".board[data-painted]", state="attached", timeout=60_000)
    row(
        "cold browser, page painted", time.perf_counter() - start, 4, unit="s", beside="warm server"
    )
    page.wait_for_timeout(1000 * WARM_S)
    _moves(page, spent_s)
    _drag(page)
    _heap(page)
    _switch(page)
    page.context.close()


def _moves(page: Any, spent_s: Callable[[], float]) -> None:
    page.evaluate(PRESS)
    cpu = spent_s()
    took = sorted(page.evaluate(PRESS) for _ in range(MOVES))
    each = 1000 * (spent_s() - cpu) / MOVES
    beside = f"p95 {took[int(0.95 * MOVES)]:.0f} ms; server {each:.0f} ms of processor a move"
    row("key press to painted map, median", statistics.median(took), 500, unit="ms", beside=beside)
    row("server a move, Streamlit included", each, 150, unit="ms", beside="processor time")


def _drag(page: Any) -> None:
    """Drag for some seconds; slower than three orders a second is told as seconds an order."""
    box = page.locator("input.dial").bounding_box()
    middle = box["y"] + box["height"] / 2
    before, k, start = _painted(page), 0, time.perf_counter()
    page.mouse.move(box["x"] + 0.5 * box["width"], middle)
    page.mouse.down()
    while time.perf_counter() - start < DRAG_S:
        k += 1
        page.mouse.move(box["x"] + box["width"] * (0.3 + 0.4 * (k % 40) / 40), middle)
        page.wait_for_timeout(16)
    page.mouse.up()
    orders = (_painted(page) - before) / (time.perf_counter() - start)
    row(
        "seconds between orders while dragging",
        1 / orders,
        1 / 3,
        unit="s",
        beside=f"{orders:.1f} a second",
    )


def _painted(page: Any) -> int:
    return int(page.get_attribute(".board", "data-painted"))


def _heap(page: Any) -> None:
    session = page.context.new_cdp_session(page)

    def heap_mb() -> float:
        session.send("HeapProfiler.collectGarbage")
        return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 1e6

    for _ in range(10):
        page.evaluate(PRESS)
    before = heap_mb()
    for _ in range(HEAP_MOVES):
        page.evaluate(PRESS)
    after = heap_mb()
    change = 100 * abs(after - before) / before
    row(
        "change of heap over 100 moves",
        change,
        10,
        unit="%",
        beside=f"{before:.1f} to {after:.1f} MB",
    )


def _switch(page: Any) -> None:
    took = []
    for _ in range(3):
        page.get_by_role("link", name="Riwayat").click()
        page.wait_for_selector(".board", state="detached")
        start = time.perf_counter()
        page.get_by_role("link", name="Peringkat").click()
        page.wait_for_selector(".board[data-painted]", state="attached")
        took.append(time.perf_counter() - start)
    row(
        "page switch", statistics.median(took), 1.2, unit="s", beside="back to the ranking, painted"
    )
