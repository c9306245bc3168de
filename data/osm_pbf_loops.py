"""The compiled loops of `data.osm_pbf`; imported only when a large extract is read.

A PBF comes from anywhere: every length is held against the end of its message before a byte is
read, for compiled code would read beyond it. What does not fit raises ValueError.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

_compiled: Any = numba.njit(cache=True, nogil=True)
_LARGEST = np.int64(0x7FFF_FFFF_FFFF_FFFF)


def _number(raw: Any, at: Any, end: Any) -> Any:
    """Read a number of seven bits a byte, lowest first; return it and where it ends."""
    value, shift = np.int64(0), np.int64(0)
    while at < end and shift < 64:
        byte = np.int64(raw[at])
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
    raise ValueError("number cut short")


varint = _compiled(_number)


def _unzigzagged(value: Any) -> Any:
    """Undo protobuf's zigzag, by which 0, 1, 2, 3 stand for 0, −1, 1, −2."""
    return ((value >> 1) & _LARGEST) ^ -(value & 1)


signed = _compiled(_unzigzagged)


def _split(raw: Any, at: Any, end: Any) -> Any:
    """List a message's fields: numbers, starts, stops; of a plain number its value and −1."""
    room = (end - at) // 2 + 1
    number, start, stop = (
        np.empty(room, np.int64),
        np.empty(room, np.int64),
        np.empty(room, np.int64),
    )
    count = 0
    while at < end:
        key, at = varint(raw, at, end)
        value, at = varint(raw, at, end)  # a length or a number; nothing else is in use
        number[count], start[count], stop[count] = key >> 3, value, -1
        if key & 7 == 2:
            if value < 0 or value > end - at:
                raise ValueError("message cut short")
            start[count], stop[count] = at, at + value
            at += value
        elif key & 7 != 0:
            raise ValueError("unknown kind of field")
        count += 1
    return number[:count].copy(), start[:count].copy(), stop[:count].copy()


split = _compiled(_split)


def _packed(raw: Any, at: Any, end: Any, running: Any) -> Any:
    """Read packed numbers; with `running` each is a signed step from the one before."""
    count = 0
    for i in range(at, end):
        count += raw[i] < 128
    out = np.empty(count, np.int64)
    total = np.int64(0)
    for i in range(count):
        value, at = varint(raw, at, end)
        if running:
            total += signed(value)
            value = total
        out[i] = value
    if at != end:
        raise ValueError("number cut short")
    return out


packed = _compiled(_packed)


def _node_tags(pairs: Any, nodes: Any, column_of: Any) -> Any:
    """Pick the tags whose key has a column: owner, column, value; 0 ends each node's pairs."""
    room = len(pairs) // 2
    owner, column, value = (
        np.empty(room, np.int64),
        np.empty(room, np.int64),
        np.empty(room, np.int64),
    )
    at, node, count = 0, 0, 0
    while at < len(pairs):
        key = pairs[at]
        if key == 0:
            node += 1
            at += 1
            continue
        if at + 1 >= len(pairs) or node >= nodes or key < 0 or key >= len(column_of):
            raise ValueError("tags out of range")
        if column_of[key] >= 0:
            owner[count], column[count], value[count] = node, column_of[key], pairs[at + 1]
            count += 1
        at += 2
    return owner[:count].copy(), column[:count].copy(), value[:count].copy()


node_tags = _compiled(_node_tags)


def _way_parts(raw: Any, at: Any, end: Any, found: Any) -> Any:
    """Find a way's id (found[0]) and where its keys, values and steps lie (found[1:7])."""
    found[:] = 0
    while at < end:
        key, at = varint(raw, at, end)
        value, at = varint(raw, at, end)
        part = -1
        if key == 8:
            found[0] = value
        elif key == 18:
            part = 1
        elif key == 26:
            part = 3
        elif key == 66:
            part = 5
        elif key == 16 or key == 24 or key == 64:  # noqa: PLR1714 - a tuple costs here
            raise ValueError("numbers not packed")
        if key & 7 == 2:
            if value < 0 or value > end - at:
                raise ValueError("message cut short")
            if part > 0:
                found[part], found[part + 1] = at, at + value
            at += value
        elif key & 7 != 0:
            raise ValueError("unknown kind of field")


way_fields = _compiled(_way_parts)


def _ways(raw: Any, starts: Any, stops: Any, column_of: Any) -> Any:
    """Read ways: ids, where each one's refs end, refs; owner, column, value of their tags."""
    n, room = len(starts), (stops - starts).sum()
    ids, ends, refs = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(room, np.int64)
    owner, column, value = (
        np.empty(room, np.int64),
        np.empty(room, np.int64),
        np.empty(room, np.int64),
    )
    found = np.empty(7, np.int64)
    tags, count = 0, 0
    for i in range(n):
        way_fields(raw, starts[i], stops[i], found)
        ids[i], key_at, value_at, at = found[0], found[1], found[3], found[5]
        while key_at < found[2]:
            key, key_at = varint(raw, key_at, found[2])
            text, value_at = varint(raw, value_at, found[4])
            if key < 0 or key >= len(column_of):
                raise ValueError("tags out of range")
            if column_of[key] >= 0:
                owner[tags], column[tags], value[tags] = i, column_of[key], text
                tags += 1
        node = np.int64(0)
        while at < found[6]:
            step, at = varint(raw, at, found[6])
            node += signed(step)
            refs[count] = node
            count += 1
        ends[i] = count
    return (
        ids, ends, refs[:count].copy(),
        owner[:tags].copy(), column[:tags].copy(), value[:tags].copy(),
    )  # fmt: skip


ways = _compiled(_ways)


def _locate(refs: Any, ids: Any) -> Any:
    """Where in rising `ids` each ref stands, −1 where it does not; neighbours mostly follow."""
    out = np.empty(len(refs), np.int32)
    follows = 0
    for i in range(len(refs)):
        low, high = follows, len(ids)
        if low >= high or ids[low] != refs[i]:
            low = 0
            while low < high:
                middle = (low + high) // 2
                if ids[middle] < refs[i]:
                    low = middle + 1
                else:
                    high = middle
            if low == len(ids) or ids[low] != refs[i]:
                out[i] = -1
                continue
        out[i] = low
        follows = low + 1
    return out


locate = _compiled(_locate)


def _rings(starts: Any, ends: Any, at: Any, lon: Any, lat: Any) -> Any:
    """Size and centre of closed ways, in units of their coordinates (shoelace formula).

    Nodes that are missing (−1) are passed over. Steps are taken from the first node, so that the
    small differences keep every digit.
    """
    n = len(starts)
    size, x, y = np.zeros(n), np.zeros(n), np.zeros(n)
    for i in range(n):
        first = starts[i]
        while first < ends[i] and at[first] < 0:
            first += 1
        if first == ends[i]:
            continue
        x0, y0 = float(lon[at[first]]), float(lat[at[first]])
        ax, ay, twice, sum_x, sum_y = 0.0, 0.0, 0.0, 0.0, 0.0
        for k in range(first + 1, ends[i]):
            if at[k] < 0:
                continue
            bx, by = lon[at[k]] - x0, lat[at[k]] - y0
            cross = ax * by - bx * ay
            twice += cross
            sum_x += (ax + bx) * cross
            sum_y += (ay + by) * cross
            ax, ay = bx, by
        if twice != 0.0:
            size[i] = abs(twice) / 2
            x[i], y[i] = x0 + sum_x / (3 * twice), y0 + sum_y / (3 * twice)
    return size, x, y


rings = _compiled(_rings)
