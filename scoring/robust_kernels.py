"""The compiled loops of `scoring.robustness`; import this only when many sites are compared.

They hold no lock: plain threads share the cores (no BLAS, whose own threads would stand in the
way). Every score that decides is added in float64, criterion by criterion, without fused or
reordered sums: the same bits as the plain NumPy twin in `scoring.tallies` and as
`scoring.rank.weighted_sum`, on any machine. Single precision only chooses, with a margin above its
error, who cannot be among the first.
"""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

from scoring.noise import FIRST, SECOND

_compiled: Any = numba.njit(cache=True, nogil=True)
_S27, _S33, _S52, _S28 = np.uint64(27), np.uint64(33), np.uint64(52), np.uint64(28)
_MASK = np.uint64(0xFFFFFF)
_BINS = 64
_TILE = 2048  # sites whose columns stay in the nearest memory
SHORT = 96  # so many are sorted by insertion


def _mix(h: Any) -> Any:
    """Scatter 64 bits."""
    h ^= h >> _S27
    h *= FIRST
    h ^= h >> _S33
    h *= SECOND
    return h ^ (h >> _S27)


mix = _compiled(_mix)


def _normal(h: Any, table: Any) -> float:
    """Read a standard normal number off scattered bits."""
    cell = np.int64(h >> _S52)
    part = np.float64(np.int64((h >> _S28) & _MASK)) * 2.0**-24
    return float(table[cell] + part * (table[cell + 1] - table[cell]))


normal = _compiled(_normal)


def _add_noise(scores: Any, spread: Any, sites: Any, draw: Any, table: Any) -> None:
    """Add √spread·z to single-precision scores, where z belongs to the site and the draw."""
    for a in range(len(scores)):
        h = mix(sites[a] + draw)
        cell = np.int64(h >> _S52)
        part = np.float32(np.int64((h >> _S28) & _MASK)) * np.float32(2.0**-24)
        z = table[cell] + part * (table[cell + 1] - table[cell])
        scores[a] += np.sqrt(spread[a]) * z


add_noise = _compiled(_add_noise)


def _roughly(weights: Any, columns: Any, out: Any) -> None:
    """Multiply draws (D, m) by columns (m, n) in single precision, tile by tile of sites."""
    draws, m = weights.shape
    n = columns.shape[1]
    for start in range(0, n, _TILE):
        size = min(_TILE, n - start)
        for d in range(draws):
            row = out[d, start : start + size]
            row[:] = np.float32(0.0)
            for k in range(0, m - 3, 4):
                p, q = columns[k, start : start + size], columns[k + 1, start : start + size]
                r, t = columns[k + 2, start : start + size], columns[k + 3, start : start + size]
                w, x, y, z = weights[d, k], weights[d, k + 1], weights[d, k + 2], weights[d, k + 3]
                for a in range(size):
                    row[a] += w * p[a] + x * q[a] + y * r[a] + z * t[a]
            for k in range(m - m % 4, m):
                p, w = columns[k, start : start + size], weights[d, k]
                for a in range(size):
                    row[a] += w * p[a]


# a rough score may be fused and reordered: its error stays within the margin
roughly = numba.njit(cache=True, nogil=True, fastmath={"contract", "reassoc", "nsz"})(_roughly)


def _exact(found: Any, w: Any, values: Any, scores: Any) -> None:
    """Score some sites, criterion by criterion."""
    for c in range(len(found)):
        a, total = found[c], 0.0
        for k in range(values.shape[1]):
            total += w[k] * values[a, k]
        scores[c] = total


exact = _compiled(_exact)


def _exact_noise(found: Any, w: Any, chance: Any, draw: Any, scores: Any) -> None:
    """Add the uncertain part, √(Σ w² variance)·z, to the scores of some sites."""
    variance, sites, table, _ = chance
    for c in range(len(found)):
        a, spread = found[c], 0.0
        for k in range(variance.shape[1]):
            spread += (w[k] * w[k]) * variance[a, k]
        scores[c] += math.sqrt(spread) * normal(mix(sites[a] + draw), table)


exact_noise = _compiled(_exact_noise)


def _dominates(values: Any, a: int, b: int) -> bool:
    """Tell whether a is nowhere worse than b and somewhere better."""
    better = False
    for k in range(values.shape[1]):
        if values[a, k] < values[b, k]:
            return False
        better = better or values[a, k] > values[b, k]
    return better


dominates = _compiled(_dominates)


def _share(ids: Any, first: Any, last: Any, values: Any, same: Any) -> None:
    """Share ranks 0…t-1 among t tied sites: whom fewer of them dominate stand before.

    `same` names rows of values that are equal throughout.
    """
    size, alike = len(ids), True
    for i in range(1, size):
        alike = alike and same[ids[i]] == same[ids[0]]
    if alike:
        first[:size], last[:size] = 0, size - 1
        return
    above = np.zeros(size, np.int64)
    for i in range(size):
        for j in range(size):
            if i != j and dominates(values, ids[j], ids[i]):
                above[i] += 1
    order, tied = np.argsort(above), ids.copy()
    i = 0
    while i < size:
        j = i
        while j < size and above[order[j]] == above[order[i]]:
            j += 1
        for p in range(i, j):
            ids[p], first[p], last[p] = tied[order[p]], i, j - 1
        i = j


share = _compiled(_share)


def _insert(keys: Any, ids: Any) -> None:
    """Sort what is short or nearly sorted, best first."""
    for p in range(1, len(keys)):
        key, a, q = keys[p], ids[p], p
        while q > 0 and keys[q - 1] < key:
            keys[q], ids[q] = keys[q - 1], ids[q - 1]
            q -= 1
        keys[q], ids[q] = key, a


insert = _compiled(_insert)


def _choose(scores: Any, bound: float, margin: float, ranks: int, found: Any) -> int:
    """List who may be among the first `ranks`; at least that many score `bound` or more."""
    count = 0
    for a in range(len(scores)):
        found[count] = a
        count += scores[a] >= bound
    if count <= ranks + 16:
        return count
    # a coarse count by height says where the best `ranks` of them begin
    heights, top, low = np.zeros(_BINS, np.int32), scores[found[0]], np.float32(bound)
    low -= np.float32(1e-6) * max(np.float32(1.0), abs(low))
    for c in range(1, count):
        top = max(top, scores[found[c]])
    scale = np.float32(_BINS - 1) / max(top - low, np.float32(1e-30))
    for c in range(count):
        heights[int((scores[found[c]] - low) * scale)] += 1
    height, above = _BINS, 0
    while above < ranks and height > 0:
        height -= 1
        above += heights[height]
    bound = top
    for c in range(count):
        x = scores[found[c]]
        if int((x - low) * scale) >= height:
            bound = min(bound, x)
    bound -= margin
    kept = 0
    for c in range(count):
        a = found[c]
        found[kept] = a
        kept += scores[a] >= bound
    return kept


choose = _compiled(_choose)


def _top(
    rough: Any, weights: Any, values: Any, chance: Any, draws: Any, same: Any, margin: float,
    guess: Any, out: Any,
) -> None:  # fmt: skip
    """Find the first ranks of some draws.

    `rough` holds scores without noise and their variance (or nothing: all is certain) in single
    precision (draws, n); `chance` = (variance, site keys, table, the same in single precision);
    `guess` the ids of as many sites as ranks are wanted; `out` = (ids, first, last, size), each
    (draws, columns) but size. A size above the columns says that more room is needed.
    """
    ids, first, last, sizes = out
    near, spread = rough
    ranks, columns, n = len(guess), ids.shape[1], near.shape[1]
    found, lead = np.empty(n + 1, np.uint32), guess.copy()
    scores, begin, end = np.empty(n), np.empty(n, np.int64), np.empty(n, np.int64)
    for d in range(len(weights)):
        if len(spread):
            add_noise(near[d], spread[d], chance[1], draws[d], chance[3])
        bound = np.inf
        for r in range(ranks):
            bound = min(bound, near[d, lead[r]])
        count = choose(near[d], bound - margin, margin, ranks, found)
        exact(found[:count], weights[d], values, scores)
        if len(spread):
            exact_noise(found[:count], weights[d], chance, draws[d], scores)
        if count <= SHORT:
            insert(scores[:count], found[:count])
        else:
            order = np.argsort(-scores[:count])
            scores[:count], found[:count] = scores[order], found[order]
        size = ranks
        while size < count and scores[size] == scores[ranks - 1]:
            size += 1
        sizes[d] = size
        p = 0
        while p < size:
            q = p + 1
            while q < size and scores[q] == scores[p]:
                q += 1
            if q - p > 1:
                share(found[p:q], begin, end, values, same)
            for r in range(p, min(q, columns)):
                ids[d, r] = found[r]
                first[d, r], last[d, r] = (
                    (p + begin[r - p], p + end[r - p]) if q - p > 1 else (p, p)
                )
            p = q
        lead[:] = found[:ranks]


top = _compiled(_top)


def _tally_top(ids: Any, first: Any, last: Any, sizes: Any, out: Any) -> None:
    """Count the ranks of the first sites of each draw into `out`, (n, ranks)."""
    ranks = out.shape[1]
    for d in range(len(sizes)):
        for c in range(sizes[d]):
            f, e = first[d, c], last[d, c]
            for r in range(f, min(e + 1, ranks)):
                out[ids[d, c], r] += 1.0 / (e - f + 1)


tally_top = _compiled(_tally_top)
