"""The map of 100,000 sites: seconds to make, size, and how it moves in a browser.

    python benchmarks/nation_map.py [--sites 100000] [--keep FOLDER] [--seconds 10]

Sites are made up, a cloud around each of 514 places. The page is opened from its file in the
machine's own Chromium without a graphics card, which draws slower than a laptop with one. For ten
seconds it is dragged and zoomed as by hand; the time between frames is what the page's own clock
tells. Bars: first marks within 3 s of opening, median frame 33 ms,
95 of 100 frames under 100 ms.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
from benchmarks.bars import HEAD, machine, row, spent
from benchmarks.nation_rank import write_results
from work.batch_whole import NATION
from work.nation_map import write_nation_map

FIRST_S, MEDIAN_MS, LATE_MS = 3.0, 33.0, 100.0
PROVINCES = (11, 12, 13, 14, 16, 18, 31, 32, 33, 34, 35, 36, 51, 52, 53, 61, 63, 64, 71, 73, 81, 91)
FRAMES = """(seconds) => new Promise((done) => {
  const [times, end] = [[], performance.now() + seconds * 1000];
  const next = () => {
    const now = performance.now();
    times.push(now);
    if (now < end) requestAnimationFrame(next); else done(times);
  };
  requestAnimationFrame(next);
})"""


def place(folder: Path, *, seed: int = 1) -> None:
    """Give the made-up sites of results places and codes: each study a cloud of its own."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(folder / NATION)
    rng = np.random.default_rng(seed)
    names, at = np.unique(table["study"].to_numpy(zero_copy_only=False), return_inverse=True)
    middle = np.column_stack([rng.uniform(95.5, 140, len(names)), rng.uniform(-10, 5, len(names))])
    wide = rng.lognormal(np.log(0.15), 0.6, len(names))[at]
    lon, lat = (middle[at].T + rng.normal(0, 1, (2, len(at))) * wide).clip(
        [[95.0], [-11.0]], [[141.0], [6.0]]
    )
    order = np.argsort(np.argsort(middle[:, 0])) * len(PROVINCES) // len(names)
    codes = np.array([f"{PROVINCES[k]}.{1 + j % 40:02d}" for j, k in enumerate(order)])[at]
    kinds = rng.choice(["village_office", "school", "mosque", "puskesmas", "cemetery"], len(at))
    told = {
        "regency": codes,
        "kind": kinds,
        "readiness": rng.choice(["siap", "bersyarat"], len(at)),
    }
    for name, column in told.items():
        table = table.set_column(table.column_names.index(name), name, pa.array(column))
    for name, column in (("lon", lon), ("lat", lat)):
        table = table.append_column(name, pa.array(column))
    pq.write_table(table, folder / NATION, compression="zstd")


def moved(page: Any, seconds: float) -> np.ndarray:
    """Milliseconds between frames while the page is dragged and zoomed."""
    page.evaluate(f"() => {{ window.taken = ({FRAMES})({seconds}); }}")  # not waited for here
    box = page.locator("#map").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    end, turn = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(1, 16):
            page.mouse.move(x + (-1) ** turn * 22 * step, y + 6 * step)
            page.wait_for_timeout(16)
        page.mouse.up()
        page.mouse.wheel(0, -260 if turn % 8 < 4 else 260)
        page.wait_for_timeout(300)
        turn += 1
    return np.diff(page.evaluate("window.taken"))


def looked(path: Path, *, seconds: float) -> tuple[float, np.ndarray, float]:
    """Open the page: seconds to the first marks, frames, seconds until every name is found."""
    from browser import launch
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = launch(playwright)
        page = chromium.new_page(viewport={"width": 1440, "height": 900})
        began = time.perf_counter()
        page.goto(path.as_uri(), wait_until="commit")
        page.wait_for_selector("body[data-drawn]")
        first = time.perf_counter() - began
        page.wait_for_timeout(1000)
        frames = moved(page, seconds)
        began = time.perf_counter()
        page.locator("input").fill("lokasi 77")
        page.wait_for_selector(".found li")
        found = time.perf_counter() - began
        chromium.close()
    return first, frames, found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sites", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    with TemporaryDirectory() as room:
        folder = given.keep or Path(room) / "hasil"
        write_results(folder, sites=given.sites)
        place(folder)
        print(machine())
        page = folder / "peta-nasional.html"
        clock, processors, told = spent(lambda: write_nation_map(folder, page, overwrite=True))
        tiles = write_nation_map(folder, folder / "peta-nasional.pmtiles", overwrite=True)
        size = f"page {told['bytes'] / 1e6:.1f} MB, tiles {tiles['bytes'] / 1e6:.1f} MB"
        print(f"made in {clock:.1f} s (CPU {processors:.1f} s): {told['sites']} sites, {size}")
        first, frames, found = looked(page, seconds=given.seconds)
    print(HEAD)
    row("first marks after opening the page", first, FIRST_S, unit="s", beside="no graphics card")
    beside = f"{len(frames)} frames, the longest {frames.max():.0f} ms"
    row(
        "median frame, dragged and zoomed",
        float(np.median(frames)),
        MEDIAN_MS,
        unit="ms",
        beside=beside,
    )
    row("95 of 100 frames", float(np.percentile(frames, 95)), LATE_MS, unit="ms", beside=beside)
    print(f"every name can be found {found:.2f} s after the search box is first used")


if __name__ == "__main__":
    main()
