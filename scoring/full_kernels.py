"""The compiled loops that rank everybody in every draw; companions of `scoring.robust_kernels`."""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

from scoring.robust_kernels import SHORT, insert, mix, normal, share

_compiled: Any = numba.njit(cache=True, nogil=True)
_ONE = np.uint32(1)


def _range(scores: Any) -> tuple[float, float]:
    """Least and greatest score."""
    low, high = scores[0], scores[0]
    for a in range(len(scores)):
        low = min(scores[a], low)
        high = max(scores[a], high)
    return low, high


# no score is NaN: told so, the compiler compares many at a time; nothing is added here
span = numba.njit(cache=True, nogil=True, fastmath={"nnan", "nsz"})(_range)


def _sort(scores: Any, slots: Any, buckets: Any, keys: Any, ids: Any) -> None:
    """Sort scores, best first, by one pass into equal stretches of their range."""
    low, high = span(scores)
    n, stretches = len(scores), len(buckets) - 1
    scale = (stretches - 1) / (high - low) if high - low > 1e-290 else 0.0
    for a in range(n):
        slots[a] = np.uint32(np.int32((high - scores[a]) * scale))
    buckets[:] = 0
    for a in range(n):
        buckets[slots[a] + _ONE] += _ONE
    most, begun = _ONE, np.uint32(0)
    for b in range(stretches + 1):
        most = max(most, buckets[b])
        begun += buckets[b]
        buckets[b] = begun
    if most > SHORT:
        order = np.argsort(-scores)
        for p in range(n):
            keys[p], ids[p] = scores[order[p]], np.uint32(order[p])
        return
    for a in range(n):
        p = buckets[slots[a]]
        buckets[slots[a]] = p + _ONE
        keys[p], ids[p] = scores[a], np.uint32(a)
    insert(keys, ids)


sort = _compiled(_sort)


def _add_up(weights: Any, columns: Any, out: Any) -> None:
    """Add weighted columns, four in a pass but each sum in the order of the criteria."""
    m, n = columns.shape
    out[:] = 0.0
    for k in range(0, m - 3, 4):
        w, x, y, z = weights[k], weights[k + 1], weights[k + 2], weights[k + 3]
        p, q, r, t = columns[k], columns[k + 1], columns[k + 2], columns[k + 3]
        for a in range(n):
            out[a] = out[a] + w * p[a] + x * q[a] + y * r[a] + z * t[a]
    for k in range(m - m % 4, m):
        w, p = weights[k], columns[k]
        for a in range(n):
            out[a] += w * p[a]


add_up = _compiled(_add_up)


def _every(
    weights: Any, tables: Any, chance: Any, draws: Any, same: Any, codes: Any, winners: Any
) -> None:
    """Rank every site in some draws into `codes`, (n, draws).

    `tables` = (values (n, m), values by criterion (m, n), variance by criterion, which may be
    empty). A code is ``first + n·(last − first)``, ranks from 0. `winners`, (draws,), is -1 where
    several are first.
    """
    values, columns, spreads = tables
    n = len(values)
    scores, spread, keys = np.empty(n), np.empty(n), np.empty(n)
    slots, ids = np.empty(n, np.uint32), np.empty(n, np.uint32)
    buckets = np.empty(3 * n + 2, np.uint32)
    begin, end = np.empty(n, np.int64), np.empty(n, np.int64)
    for d in range(len(weights)):
        add_up(weights[d], columns, scores)
        if len(spreads):
            add_up(weights[d] * weights[d], spreads, spread)
            for a in range(n):
                z = normal(mix(chance[1][a] + draws[d]), chance[2])
                scores[a] += math.sqrt(spread[a]) * z
        sort(scores, slots, buckets, keys, ids)
        p = 0
        while p < n:
            q = p + 1
            while q < n and keys[q] == keys[p]:
                q += 1
            if p == 0:
                winners[d] = ids[0] if q == 1 else -1
            if q - p == 1:
                codes[ids[p], d] = p
            else:
                share(ids[p:q], begin, end, values, same)
                for r in range(q - p):
                    codes[ids[p + r], d] = p + begin[r] + n * (end[r] - begin[r])
            p = q


every = _compiled(_every)


def _tally(codes: Any, n: int, ranks: int, out: Any) -> None:
    """Count the ranks in `codes` (sites, draws) into `out` (sites, ranks); ties in shares."""
    for a in range(len(codes)):
        for d in range(codes.shape[1]):
            code = codes[a, d]
            if code < ranks:
                out[a, np.uint32(code)] += 1.0
            elif code >= n:
                f, more = code % n, code // n
                for r in range(f, min(f + more + 1, ranks)):
                    out[a, r] += 1.0 / (more + 1)


tally = _compiled(_tally)
