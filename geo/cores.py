"""Share a loop out over the machine's cores, for compiled work that lets other threads run."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


def in_parts(work: Callable[[slice], None], n: int, *, least: int) -> None:
    """Call `work` with slices that together cover 0…n, one a core, each on its own thread.

    Parameters
    ----------
    work : callable
        Writes its results where they belong; must not depend on how the n are cut.
    n : int
    least : int
        Fewer than this for a core is not worth a thread.
    """
    threads = max(min(os.cpu_count() or 1, n // max(least, 1)), 1)
    if threads == 1:
        work(slice(0, n))
        return
    edges = [n * k // threads for k in range(threads + 1)]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, map(slice, edges, edges[1:])))
