"""The compiled loops of `geo.streets.search`; imported only when a search is run."""

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


def _hang(hooks: Any, at: int, item: int, unused: int, taken: int) -> tuple[int, int]:
    """Hang a node into a bucket; return the first unused entry and the entries ever taken."""
    node, following, ring = hooks
    if unused >= 0:
        entry, unused = unused, following[unused]
    else:
        entry, taken = taken, taken + 1
    node[entry], following[entry], ring[at] = item, ring[at], entry
    return unused, taken


hang = _compiled(_hang)


def _settle(
    graph: Any, seeds: Any, size: Any, goal: Any, spent: Any, scanned: Any, hooks: Any
) -> None:
    """Spread from seeds until nothing is left, it is too far, or nothing wanted is missing.

    `spent` comes as infinite and leaves as minutes, final for what is wanted and within the limit.
    Entries (`node`, `following`) hang in a ring of buckets, `per_min` of them a minute, `mask` + 1
    in all; `unused` heads the chain of entries that may be used again.
    """
    (indptr, heads, minutes), (start, start_min), (per_min, mask) = graph, seeds, size
    (limit, wanted, missing), (node, following, ring) = goal, hooks
    ring[:], scanned[:] = -1, np.inf
    unused, taken, live, lowest = -1, 0, 0, np.inf
    for s in range(len(start)):
        if start_min[s] < spent[start[s]]:
            spent[start[s]], lowest = start_min[s], min(lowest, start_min[s])
            at = np.int64(start_min[s] * per_min) & mask
            unused, taken = hang(hooks, at, start[s], unused, taken)
            live += 1
    bucket = np.int64(lowest * per_min) if live > 0 else np.int64(0)
    while live > 0 and bucket <= limit * per_min:
        here = bucket & mask
        while ring[here] >= 0:
            entry = ring[here]
            ring[here], following[entry], unused = following[entry], unused, entry
            live -= 1
            item = node[entry]
            so_far = spent[item]
            if scanned[item] <= so_far:
                continue
            if missing > 0 and wanted[item] and scanned[item] == np.inf:
                missing -= 1
            scanned[item] = so_far
            for k in range(indptr[item], indptr[item + 1]):
                head, then = heads[k], so_far + minutes[k]
                before = spent[head]
                if then < before:
                    spent[head], due = then, np.int64(then * per_min)
                    old = np.int64(before * per_min) if before < np.inf else np.int64(-1)
                    if old != due or scanned[head] <= before:  # else it hangs there already
                        unused, taken = hang(hooks, due & mask, head, unused, taken)
                        live += 1
        if missing == 0:
            break
        bucket += 1


settle = _compiled(_settle)


def _hooks(graph: Any, seeds: int, mask: int) -> tuple[Any, Any, Any]:
    """Make room for the entries of a search.

    An arc hangs its head into two buckets at most, since its tail is scanned in one bucket only,
    and no node hangs twice in one bucket. Memory that is never touched is never taken.
    """
    room = 2 * len(graph[1]) + seeds
    return np.empty(room, np.int32), np.empty(room, np.int32), np.empty(mask + 1, np.int32)


hooks_for = _compiled(_hooks)


def _spread(graph: Any, seeds: Any, size: Any, limit: float, spent: Any) -> None:
    """Fill `spent` (given as infinite) with the minutes from the nearest seed."""
    hooks = hooks_for(graph, len(seeds[0]), size[1])
    goal = (limit, np.zeros(0, np.bool_), -1)
    settle(graph, seeds, size, goal, spent, np.empty(len(spent)), hooks)
    for item in range(len(spent)):
        if spent[item] > limit:
            spent[item] = np.inf


spread = _compiled(_spread)


def _rows(
    graph: Any, sources: Any, targets: Any, size: Any, goal: Any, span: Any, out: Any
) -> None:
    """Fill the rows of a span of the matrix, one search a row."""
    (nodes, start_min), (ends, end_min) = sources, targets
    limit, _, count = goal
    spent, scanned = np.empty(len(graph[0]) - 1), np.empty(len(graph[0]) - 1)
    hooks = hooks_for(graph, 2, size[1])
    for row in range(span[0], span[1]):
        spent[:] = np.inf
        if count > 0:
            settle(graph, (nodes[row], start_min[row]), size, goal, spent, scanned, hooks)
        for t in range(len(ends)):
            best = min(spent[ends[t, 0]] + end_min[t, 0], spent[ends[t, 1]] + end_min[t, 1])
            out[row, t] = best if best <= limit else np.inf


rows = _compiled(_rows)


def _contains(who: Any, item: int, found: int, by: int) -> bool:
    there = False
    for k in range(found):
        there = there or who[item, k] == by
    return there


_has = _compiled(_contains)


def _spread_k(graph: Any, seeds: Any, out: Any, who: Any) -> None:
    """Let each node be settled by k different owners; `out` and `who` fill column by column."""
    (indptr, heads, minutes), (nodes, seed_min, owner) = graph, seeds
    most, owners, size = out.shape[1], np.int64(owner.max()) + 1, 0
    room = most * len(heads) + len(nodes) + 1
    keys, items = np.empty(room, np.float64), np.empty(room, np.int64)
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


spread_k = _compiled(_spread_k)
