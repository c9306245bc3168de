"""Counting ranks over many draws with the compiled loops, on every core."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from scoring import full_kernels, robust_kernels
from scoring.noise import Keys, Noise, normal_table
from scoring.tallies import Job

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Singles = npt.NDArray[np.float32]
Chance = tuple[Floats, Keys, Floats, Singles]

_BLOCK = 2_000_000  # scores held at a time
_CODES = 10_000_000  # ranks held at a time: the fewer blocks, the less often the counts are read
_TIED = 1_000_000  # places looked through at a time where several are first
_SPARE = 16  # columns for sites that share the last rank
_HALF_UNIT = 2.0**-24  # the rounding of single precision


def _shared_out(work: Callable[[slice], Any], count: int, pool: ThreadPoolExecutor) -> None:
    """Do `work` on every core, each on one stretch of 0…count."""
    cuts = np.linspace(0, count, min(os.cpu_count() or 1, max(count, 1)) + 1).astype(int)
    stretches = [slice(int(a), int(b)) for a, b in pairwise(cuts)]
    list(pool.map(work, stretches))


def _chance(noise: Noise | None) -> Chance:
    table = normal_table() if noise else np.zeros(0)
    variance = np.ascontiguousarray(noise.variance) if noise else np.zeros((0, 0))
    sites = noise.sites if noise else np.zeros(0, np.uint64)
    return variance, sites, table, table.astype(np.float32)


def count_every(job: Job) -> None:
    """Rank everybody in every draw; worth it when most ranks are wanted."""
    n, ranks = job.counts.ranks.shape
    values, chance = np.ascontiguousarray(job.values), _chance(job.noise)
    tables = (values, np.ascontiguousarray(values.T), np.ascontiguousarray(chance[0].T))
    kind = np.int32 if n < 46_000 else np.int64  # codes go up to n²
    size = min(max(_CODES // n, 1), len(job.weights))
    kept = np.empty((n, size), kind)
    with ThreadPoolExecutor() as pool:
        for block in job.blocks(size):
            weights, keys = np.ascontiguousarray(job.weights[block]), job.draw_keys(block)
            codes = kept[:, : len(weights)]
            winners = np.empty(len(weights), np.int64)
            fixed = (tables, chance, job.same)
            part = partial(_rank_part, fixed, weights, keys, codes, winners)
            _shared_out(part, len(weights), pool)
            _shared_out(partial(_tally_part, codes, ranks, job.counts.ranks), n, pool)
            _add_winners(job, codes, winners, block.start)


def _add_winners(job: Job, codes: Any, winners: Ints, begun: int) -> None:
    """Add the first places of a block of draws that began at draw `begun`."""
    n = len(codes)
    alone, tied = np.flatnonzero(winners >= 0), np.flatnonzero(winners < 0)
    job.add_firsts(alone + begun, winners[alone], np.zeros(len(alone), np.int64))
    pieces = -(-len(tied) * n // _TIED)
    for some in np.array_split(tied, max(pieces, 1)):
        site, draw = np.nonzero((codes[:, some] == 0) | (codes[:, some] >= n))
        more, first = np.divmod(codes[site, some[draw]].astype(np.int64), n)
        won = first == 0
        job.add_firsts(some[draw[won]] + begun, site[won], more[won])


def _rank_part(
    fixed: tuple[Any, ...], weights: Floats, keys: Keys, codes: Any, winners: Any, part: slice
) -> None:
    tables, chance, same = fixed
    full_kernels.every(
        weights[part], tables, chance, keys[part], same, codes[:, part], winners[part]
    )


def _tally_part(codes: Any, ranks: int, out: Floats, part: slice) -> None:
    full_kernels.tally(codes[part], len(codes), ranks, out[part])


def _margin(job: Job) -> float:
    """Twice the largest error of a single-precision score (Higham 2002, §3.1, doubled)."""
    most = float(np.abs(job.weights).sum(axis=1).max(initial=0.0))
    size = float(np.abs(job.values).max(initial=0.0))
    if job.noise is not None:
        size += 5.0 * float(np.sqrt(job.noise.variance.max(initial=0.0)))
    return float(4.0 * (job.values.shape[1] + 8) * _HALF_UNIT * most * size)


def count_top(job: Job) -> None:
    """Rank only those who may be among the first in each draw.

    Single precision scores everybody roughly; whoever lies further below the R-th best
    than its error allows is left out, and the rest are scored and ranked exactly.
    """
    n, ranks = job.counts.ranks.shape
    values, chance, margin = np.ascontiguousarray(job.values), _chance(job.noise), _margin(job)
    columns, spreads = (np.ascontiguousarray(x.T, np.float32) for x in (values, chance[0]))
    size = max(_BLOCK // n, 1)
    near = np.empty((size, n), np.float32)
    spread = np.empty((size if len(spreads) else 0, n), np.float32)
    guess = np.argpartition(-(values @ job.weights.mean(axis=0)), ranks - 1)[:ranks]
    fixed = (values, chance, job.same, margin, guess.astype(np.uint32), columns, spreads)
    room = ranks + _SPARE
    with ThreadPoolExecutor() as pool:
        for block in job.blocks(size):
            weights, keys = np.ascontiguousarray(job.weights[block]), job.draw_keys(block)
            while True:
                ids, first, last = (np.empty((len(weights), room), np.int64) for _ in range(3))
                sizes = np.empty(len(weights), np.int64)
                out = (ids, first, last, sizes)
                part = partial(_top_part, fixed, near, spread, weights, keys, out)
                _shared_out(part, len(weights), pool)
                if sizes.max() <= room:
                    break
                room = int(sizes.max())
            robust_kernels.tally_top(ids, first, last, sizes, job.counts.ranks)
            draw, at = np.nonzero((first == 0) & (np.arange(room) < sizes[:, None]))
            job.add_firsts(draw + block.start, ids[draw, at], last[draw, at])


def _top_part(
    fixed: tuple[Any, ...],
    near: Singles,
    spread: Singles,
    weights: Floats,
    keys: Keys,
    out: tuple[Any, ...],
    part: slice,
) -> None:
    values, chance, same, margin, guess, columns, spreads = fixed
    single = weights[part].astype(np.float32)
    robust_kernels.roughly(single, columns, near[part])
    if len(spreads):
        robust_kernels.roughly(single * single, spreads, spread[part])
    robust_kernels.top(
        (near[part], spread[part]),
        weights[part],
        values,
        chance,
        keys[part],
        same,
        margin,
        guess,
        tuple(x[part] for x in out),
    )
