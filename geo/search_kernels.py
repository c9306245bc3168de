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
    indptr: Any, heads: Any, minutes: Any, nodes: Any, seed_min: Any, per_min: float, mask: int,
    limit: float, wanted: Any, missing: int, spent: Any, scanned: Any,
) -> None:  # fmt: skip
    """Spread from seeds until nothing is left, it is too far, or nothing wanted is missing.

    `spent` comes as infinite and leaves as minutes, final for what is wanted and within the limit.
    Entries (`node`, `following`) hang in a ring of `mask` + 1 buckets, `per_min` of them a minute;
    `unused` heads the chain of entries that may be used again.
    """
    room = 1024
    node, following = np.empty(room, np.int32), np.empty(room, np.int32)
    ring = np.full(mask + 1, -1, np.int32)
    scanned[:] = np.inf
    unused, taken, live, lowest = -1, 0, 0, np.inf
    for s in range(len(nodes)):
        if seed_min[s] < spent[nodes[s]]:
            spent[nodes[s]] = seed_min[s]
            lowest = min(lowest, seed_min[s])
            if taken == room:
                node, following = grown(node), grown(following)
                room = len(node)
            at = np.int64(seed_min[s] * per_min) & mask
            node[taken], following[taken], ring[at] = nodes[s], ring[at], taken
            taken += 1
            live += 1
    bucket = np.int64(lowest * per_min) if live > 0 else 0
    while live > 0 and bucket <= limit * per_min:
        here = bucket & mask
        while ring[here] >= 0:
            entry = ring[here]
            ring[here], following[entry], unused = following[entry], unused, entry
            live -= 1
            at_node = node[entry]
            so_far = spent[at_node]
            if scanned[at_node] <= so_far:
                continue
            if missing > 0 and wanted[at_node] and scanned[at_node] == np.inf:
                missing -= 1
            scanned[at_node] = so_far
            for k in range(indptr[at_node], indptr[at_node + 1]):
                head, then = heads[k], so_far + minutes[k]
                before = spent[head]
                if then < before:
                    spent[head] = then
                    due = np.int64(then * per_min)
                    if before < np.inf and np.int64(before * per_min) == due and (
                        scanned[head] > before
                    ):
                        continue  # it hangs in that bucket already
                    if unused >= 0:
                        entry, unused = unused, following[unused]
                    else:
                        if taken == room:
                            node, following = grown(node), grown(following)
                            room = len(node)
                        entry = taken
                        taken += 1
                    at = due & mask
                    node[entry], following[entry], ring[at] = head, ring[at], entry
                    live += 1
        if missing == 0:
            break
        bucket += 1


def _grown(entries: Any) -> Any:
    longer = np.empty(2 * len(entries), entries.dtype)
    longer[: len(entries)] = entries
    return longer


grown = _compiled(_grown)
settle = _compiled(_settle)


def _spread(
    indptr: Any, heads: Any, minutes: Any, nodes: Any, seed_min: Any, per_min: float, mask: int,
    limit: float, spent: Any,
) -> None:  # fmt: skip
    """Fill `spent` (given as infinite) with the minutes from the nearest seed."""
    settle(
        indptr, heads, minutes, nodes, seed_min, per_min, mask, limit,
        np.zeros(0, np.bool_), -1, spent, np.empty(len(spent)),
    )  # fmt: skip
    for node in range(len(spent)):
        if spent[node] > limit:
            spent[node] = np.inf


spread = _compiled(_spread)


def _rows(
    indptr: Any, heads: Any, minutes: Any, nodes: Any, start_min: Any, ends: Any, end_min: Any,
    per_min: float, mask: int, limit: float, wanted: Any, count: int, first: int, last: int,
    out: Any,
) -> None:  # fmt: skip
    """Fill rows `first` to `last` of the matrix, one search a row."""
    spent, scanned = np.empty(len(indptr) - 1), np.empty(len(indptr) - 1)
    for row in range(first, last):
        spent[:] = np.inf
        if count > 0:
            settle(
                indptr, heads, minutes, nodes[row], start_min[row], per_min, mask, limit,
                wanted, count, spent, scanned,
            )  # fmt: skip
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
