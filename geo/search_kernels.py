"""The compiled loops of `geo.search`; imported only when a search is run (numba loads slowly)."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

_compiled: Any = numba.njit(cache=True, nogil=True)


def _push(keys: Any, items: Any, size: int, key: float, item: int) -> int:
    """Put an entry into the heap; return its new size."""
    i = size
    while i > 0:
        above = (i - 1) >> 2
        if keys[above] <= key:
            break
        keys[i], items[i] = keys[above], items[above]
        i = above
    keys[i], items[i] = key, item
    return size + 1


def _drop(keys: Any, items: Any, size: int) -> int:
    """Take the smallest entry out of the heap; return its new size."""
    size -= 1
    key, item, i = keys[size], items[size], 0
    while True:
        child = 4 * i + 1
        if child >= size:
            break
        least = child
        for other in range(child + 1, min(child + 4, size)):
            if keys[other] < keys[least]:
                least = other
        if keys[least] >= key:
            break
        keys[i], items[i] = keys[least], items[least]
        i = least
    keys[i], items[i] = key, item
    return size


push = _compiled(_push)
drop = _compiled(_drop)


def _settle(
    indptr: Any, heads: Any, minutes: Any, keys: Any, items: Any, size: int,
    limit: float, wanted: Any, missing: int, spent: Any,
) -> None:  # fmt: skip
    """Spread from what is in the heap until it is empty, too far, or nothing wanted is missing."""
    while size > 0:
        key, node = keys[0], items[0]
        size = drop(keys, items, size)
        if key > spent[node]:
            continue
        if key > limit:
            break
        if missing > 0 and wanted[node]:
            missing -= 1
            if missing == 0:
                break
        for k in range(indptr[node], indptr[node + 1]):
            head, then = heads[k], key + minutes[k]
            if then < spent[head]:
                spent[head] = then
                size = push(keys, items, size, then, head)


settle = _compiled(_settle)


def _spread(
    indptr: Any, heads: Any, minutes: Any, nodes: Any, seed_min: Any, limit: float, spent: Any
) -> None:
    """Fill `spent` (given as infinite) with the minutes from the nearest seed."""
    room = len(heads) + len(nodes) + 1
    keys, items, size = np.empty(room, np.float64), np.empty(room, np.int32), 0
    for s in range(len(nodes)):
        if seed_min[s] < spent[nodes[s]]:
            spent[nodes[s]] = seed_min[s]
            size = push(keys, items, size, seed_min[s], nodes[s])
    settle(
        indptr, heads, minutes, keys, items, size, limit, np.zeros(0, np.bool_), -1, spent
    )
    for node in range(len(spent)):
        if spent[node] > limit:
            spent[node] = np.inf


spread = _compiled(_spread)


def _rows(
    indptr: Any, heads: Any, minutes: Any, nodes: Any, start_min: Any, ends: Any, end_min: Any,
    wanted: Any, count: int, limit: float, first: int, last: int, out: Any,
) -> None:  # fmt: skip
    """Fill rows `first` to `last` of the matrix, one search a row."""
    room = len(heads) + 3
    keys, items = np.empty(room, np.float64), np.empty(room, np.int32)
    spent = np.empty(len(indptr) - 1, np.float64)
    for row in range(first, last):
        spent[:] = np.inf
        size = 0
        for s in range(2):
            node, key = nodes[row, s], start_min[row, s]
            if key < spent[node]:
                spent[node] = key
                size = push(keys, items, size, key, node)
        if count > 0:
            settle(
                indptr, heads, minutes, keys, items, size, limit, wanted, count, spent
            )
        for t in range(len(ends)):
            best = min(spent[ends[t, 0]] + end_min[t, 0], spent[ends[t, 1]] + end_min[t, 1])
            out[row, t] = best if best <= limit else np.inf


rows = _compiled(_rows)


def _spread_k(
    indptr: Any, heads: Any, minutes: Any, nodes: Any, seed_min: Any, owner: Any, out: Any, who: Any
) -> None:
    """Let each node be settled by k different owners; `out` and `who` grow a column at a time."""
    most = out.shape[1]
    room = most * len(heads) + len(nodes) + 1
    keys, items = np.empty(room, np.float64), np.empty(room, np.int64)
    size, owners = 0, np.int64(0)
    for s in range(len(nodes)):
        owners = max(owners, np.int64(owner[s]) + 1)
    for s in range(len(nodes)):
        if seed_min[s] < np.inf:
            size = push(keys, items, size, seed_min[s], nodes[s] * owners + owner[s])
    found = np.zeros(len(indptr) - 1, np.int64)
    while size > 0:
        key, item = keys[0], items[0]
        size = drop(keys, items, size)
        node, by = item // owners, item % owners
        if found[node] == most or _has(who, node, found[node], by):
            continue
        out[node, found[node]], who[node, found[node]] = key, by
        found[node] += 1
        for k in range(indptr[node], indptr[node + 1]):
            head = heads[k]
            if found[head] < most and not _has(who, head, found[head], by):
                size = push(keys, items, size, key + minutes[k], head * owners + by)


def _contains(who: Any, node: int, found: int, by: int) -> bool:
    for k in range(found):
        if who[node, k] == by:
            return True
    return False


_has = _compiled(_contains)
spread_k = _compiled(_spread_k)
