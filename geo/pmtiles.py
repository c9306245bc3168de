"""Tiles in one file: a PMTiles archive (version 3), the same bytes for the same tiles.

https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md
"""

from __future__ import annotations

import gzip
import json
import struct
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from geo.vector_tile import varint

Tile = tuple[int, int, int]
_ROOT_MOST = 16_257
"""Bytes of header and root together may be 16,384."""
_LEAF = 2_048
_GZIP, _MVT = 2, 1


def packed(raw: bytes) -> bytes:
    """Compress without a time or the name of a system."""
    made = bytearray(gzip.compress(raw, 9, mtime=0))
    made[9] = 255
    return bytes(made)


def tile_id(z: int, x: int, y: int) -> int:
    """Return the number of a tile along the Hilbert curves of all zooms, one after another."""
    number, side = ((1 << 2 * z) - 1) // 3, 1 << z >> 1
    while side:
        right, low = int(x & side > 0), int(y & side > 0)
        number += side * side * (3 * right ^ low)
        if not low:
            if right:
                x, y = side - 1 - (x & (side - 1)), side - 1 - (y & (side - 1))
            x, y = y, x
        side >>= 1
    return number


def archive(
    tiles: Mapping[Tile, bytes],
    *,
    bounds: tuple[float, float, float, float],
    metadata: Mapping[str, Any],
) -> bytes:
    """Put tiles into an archive.

    Parameters
    ----------
    tiles : mapping of (z, x, y) to bytes
        Vector tiles, not compressed; at least one.
    bounds : (west, south, east, north)
        Degrees.
    metadata : mapping
        ``vector_layers`` and what else a reader may want.
    """
    order = sorted(tiles, key=lambda tile: tile_id(*tile))
    parts = [packed(tiles[tile]) for tile in order]
    entries, at = [], 0
    for tile, part in zip(order, parts, strict=True):
        entries.append((tile_id(*tile), at, len(part), 1))
        at += len(part)
    root, leaves = _directories(entries)
    told = packed(json.dumps(metadata, sort_keys=True, ensure_ascii=True).encode("ascii"))
    lengths = [len(root), len(told), len(leaves), at]
    places = [127]
    for length in lengths[:-1]:
        places.append(places[-1] + length)
    zooms = [tile[0] for tile in order]
    spans = [n for pair in zip(places, lengths, strict=True) for n in pair]
    head = b"PMTiles\x03" + struct.pack("<8Q", *spans) + struct.pack("<3Q", *[len(order)] * 3)
    head += bytes([1, _GZIP, _GZIP, _MVT, min(zooms), max(zooms)])
    west, south, east, north = (round(degrees * 1e7) for degrees in bounds)
    middle = ((west + east) // 2, (south + north) // 2)
    head += struct.pack("<4i", west, south, east, north) + bytes([min(zooms)])
    head += struct.pack("<2i", *middle)
    return head + root + told + leaves + b"".join(parts)


def _directories(entries: Sequence[tuple[int, int, int, int]]) -> tuple[bytes, bytes]:
    """Return the root, and the leaves it points to where all entries do not fit into it."""
    root = _directory(entries)
    if len(root) <= _ROOT_MOST:
        return root, b""
    leaves, pointers = b"", []
    for first in range(0, len(entries), _LEAF):
        leaf = _directory(entries[first : first + _LEAF])
        pointers.append((entries[first][0], len(leaves), len(leaf), 0))
        leaves += leaf
    return _directory(pointers), leaves


def _directory(entries: Sequence[tuple[int, int, int, int]]) -> bytes:
    """Write entries ``(tile, offset, length, run)``, column by column."""
    tiles, offsets, lengths, runs = zip(*entries, strict=True)
    steps = [tiles[0], *(b - a for a, b in pairwise(tiles))]
    follows = [False, *(a + n == b for a, n, b in zip(offsets, lengths, offsets[1:], strict=False))]
    places = [0 if next_ else at + 1 for at, next_ in zip(offsets, follows, strict=True)]
    columns = (steps, runs, lengths, places)
    numbers = [len(entries), *(n for column in columns for n in column)]
    return packed(b"".join(varint(n) for n in numbers))
