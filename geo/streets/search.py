"""Shortest times over a street graph: compiled searches, run on every core.

The searches hang nodes into a ring of buckets by their minutes (Dial 1969; Meyer & Sanders 2003,
delta-stepping, here on one core each) instead of sorting them in a heap: a bucket is emptied in any
order, and a node whose minutes fall while its bucket is open is scanned again, so that the minutes
are exactly Dijkstra's. On a road network that takes under half the time of a heap. They hold no
lock while they run: plain threads share the cores, also under a web server. Each has a plain scipy
twin in ``tests/geo/test_search.py``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from geo.streets import search_kernels
from geo.streets.graph import Arcs

Floats = npt.NDArray[np.float64]
Ints32 = npt.NDArray[np.int32]

_WIDTH = 0.5  # of a bucket, in mean arcs
_MOST_BUCKETS = 1_000_000


def from_seeds(
    arcs: Arcs, seeds: Sequence[tuple[Ints32, Floats]], *, limit_min: float = np.inf
) -> Floats:
    """Minutes from the nearest of some seeds to every node, for each set of seeds.

    Parameters
    ----------
    arcs : Arcs
        n nodes.
    seeds : sequence of (nodes, minutes)
        Nodes and the minutes already spent on arriving there; infinite ones are passed over.
    limit_min : float
        What takes longer is not searched for.

    Returns
    -------
    array of float64, shape (sets, n)
        ``inf`` beyond the limit and where no seed leads.
    """
    n = len(arcs.indptr) - 1
    out = np.full((len(seeds), n), np.inf)
    size = _ring(arcs, *(minutes for _, minutes in seeds))

    def one(k: int) -> None:
        search_kernels.spread(arcs[:3], tuple(seeds[k]), size, limit_min, out[k])

    _share_out(one, len(seeds))
    return out


def k_from_seeds(
    arcs: Arcs, nodes: Ints32, minutes: Floats, owner: Ints32, *, k: int
) -> tuple[Floats, Ints32]:
    """Minutes from the k nearest of some owners (facilities) to every node, and who they are.

    Parameters
    ----------
    arcs : Arcs
        n nodes.
    nodes, minutes, owner : arrays, one entry for each seed
        An owner may have several seeds; it counts once.
    k : int
        At least 1.

    Returns
    -------
    minutes : array of float64, shape (n, k)
        In growing order; ``inf`` where there are fewer.
    owner : array of int32, shape (n, k)
        −1 where there are fewer.
    """
    n = len(arcs.indptr) - 1
    out, who = np.full((n, k), np.inf), np.full((n, k), -1, dtype=np.int32)
    if len(nodes):
        search_kernels.spread_k(arcs[:3], (nodes, minutes, owner), out, who)
    return out, who


def matrix(
    arcs: Arcs,
    sources: tuple[Ints32, Floats],
    targets: tuple[Ints32, Floats],
    *,
    limit_min: float = np.inf,
) -> Floats:
    """Minutes from each source to each target.

    Parameters
    ----------
    arcs : Arcs
    sources, targets : (nodes, minutes), each of shape (s, 2) and (t, 2)
        The two ends of the edge each is joined to, and the minutes from the source to them and
        from them to the target; infinite where the way is closed.
    limit_min : float
        What takes longer is not searched for.

    Returns
    -------
    array of float64, shape (s, t)
        ``inf`` beyond the limit.

    Notes
    -----
    One search a source, ended when every target's nodes are settled: call it from the smaller
    side, on the arcs turned round where that is the destinations'.
    """
    start_min, (ends, end_min) = sources[1], targets
    out = np.empty((len(start_min), len(ends)))
    wanted = np.zeros(len(arcs.indptr) - 1, dtype=np.bool_)
    wanted[ends[np.isfinite(end_min)]] = True
    parts = np.array_split(np.arange(len(out)), _workers(len(out)) * 4)
    size = _ring(arcs, start_min)
    goal = (limit_min, wanted, int(wanted.sum()))

    def some(k: int) -> None:
        if len(parts[k]):
            span = (int(parts[k][0]), int(parts[k][-1]) + 1)
            search_kernels.rows(arcs[:3], sources, targets, size, goal, span, out)

    _share_out(some, len(parts))
    return out


def _ring(arcs: Arcs, *seed_min: Floats) -> tuple[float, int]:
    """Buckets a minute, and a mask of ones that numbers enough of them for no two rounds to meet.

    Half a mean arc is wide enough for few empty buckets and narrow enough for few second scans.
    """
    spans = [arcs.minutes, *(minutes[np.isfinite(minutes)] for minutes in seed_min)]
    longest = max((float(span.max()) for span in spans if span.size), default=0.0)
    mean = float(arcs.minutes.mean()) if arcs.minutes.size else 0.0
    width = max(_WIDTH * mean, longest / _MOST_BUCKETS, 1e-6)
    return 1 / width, (1 << int(longest / width + 3).bit_length()) - 1


def _workers(tasks: int) -> int:
    return max(1, min(tasks, os.cpu_count() or 1))


def _share_out(work: Callable[[int], None], tasks: int) -> None:
    if _workers(tasks) == 1:
        for k in range(tasks):
            work(k)
        return
    with ThreadPoolExecutor(_workers(tasks)) as pool:
        list(pool.map(work, range(tasks)))  # a list, so that a fault is raised here
