"""OpenStreetMap PBF files of the usual form, decoded into arrays on all cores."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
_MOST_BYTES = 32 << 20  # of a block, by the format's own rule
_KNOWN_FEATURES = frozenset({b"OsmSchema-V0.6", b"DenseNodes"})
_USUAL_GRANULARITY = 100  # nanodegrees


class UnusualFormError(Exception):
    """The file is not of the form that this module knows; another reader may know it."""


class Tags(NamedTuple):
    """Tags whose key has a column, one an entry: whose, which column, which of `Objects.words`."""

    owner: Ints
    column: Ints
    word: Ints

    def words_of(self, column: int, n: int) -> Ints:
        """Return which word each of n owners has in a column, 0 where untagged."""
        out = np.zeros(n, dtype=np.int64)
        mine = self.column == column
        out[self.owner[mine]] = self.word[mine]
        return out


class Relation(NamedTuple):
    """A relation with all its tags, and its members as (type, id, role)."""

    id: int
    tags: Mapping[str, str]
    members: Sequence[tuple[str, int, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Objects:
    """What a file holds: n nodes, m ways with r refs.

    Parameters
    ----------
    node_ids : ndarray of int64, shape (n,)
        Rising.
    lon, lat : ndarray of int32, shape (n,)
        In 1e-7 degrees.
    way_ids, way_ends : ndarray of int64, shape (m,)
        Refs of way i are ``refs[way_ends[i - 1]:way_ends[i]]``.
    refs : ndarray of int64, shape (r,)
    node_tags, way_tags : Tags
    relations : list of Relation
        Multipolygons and boundaries only.
    words : list of str
        Values of tags; the first is "".
    """

    node_ids: Ints
    lon: npt.NDArray[np.int32]
    lat: npt.NDArray[np.int32]
    node_tags: Tags
    way_ids: Ints
    way_ends: Ints
    refs: Ints
    way_tags: Tags
    relations: Sequence[Relation]
    words: Sequence[str]


@dataclass(slots=True)
class _Block:
    """What one block of the file holds; words are numbered within the block."""

    nodes: list[tuple[Ints, Any, Any]] = field(default_factory=list)
    node_tags: list[Tags] = field(default_factory=list)
    ways: list[tuple[Ints, Ints, Ints]] = field(default_factory=list)
    way_tags: list[Tags] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    words: Mapping[int, str] = field(default_factory=dict)


def read_objects(path: Path, keys: Sequence[str]) -> Objects:
    """Decode a PBF file; of the tags only those with the given keys.

    Parameters
    ----------
    path : Path
    keys : sequence of str
        Column i of the tags is that of ``keys[i]``.

    Raises
    ------
    UnusualFormError
        Anything but zlib or plain blocks of dense nodes in rising order, ways and relations; and
        whatever is damaged.
    """
    columns = {key.encode(): column for column, key in enumerate(keys)}
    raw = path.read_bytes()
    try:
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            blobs = [blob for kind, blob in _blobs(raw) if kind == b"OSMData" or _known(blob)]
            return _joined(list(pool.map(lambda blob: _block(_unpacked(blob), columns), blobs)))
    except (ValueError, IndexError, KeyError, OverflowError, zlib.error, struct.error) as error:
        raise UnusualFormError from error


def _blobs(raw: bytes) -> Iterator[tuple[bytes, Mapping[int, Any]]]:
    """Walk the file's blobs: their type, and their fields by number."""
    at = 0
    while at < len(raw):
        size = struct.unpack_from(">I", raw, at)[0]
        header = _fields(raw[at + 4 : at + 4 + size])
        at += 4 + size
        yield header[1], _fields(raw[at : at + header[3]])
        at += header[3]


def _fields(message: bytes) -> dict[int, Any]:
    """Return a small message's fields by number, the last of each."""
    from data.osm_pbf_loops import split

    buffer = np.frombuffer(message, dtype=np.uint8)
    return {
        number: start if stop < 0 else message[start:stop]
        for number, start, stop in zip(
            *(part.tolist() for part in split(buffer, 0, len(buffer))), strict=True
        )
    }


def _unpacked(blob: Mapping[int, Any]) -> bytes:
    """Return a blob's content; never more than its own word for its size."""
    if 1 in blob:
        return bytes(blob[1])
    if not 0 <= blob[2] <= _MOST_BYTES:
        raise ValueError("block too large")
    stream = zlib.decompressobj()
    content = stream.decompress(blob[3], blob[2] + 1)
    if not stream.eof or len(content) != blob[2]:
        raise ValueError("size of a block is not what it says")
    return content


def _known(header: Mapping[int, Any]) -> bool:
    """Refuse a file that needs what is not known here; a header itself is no data: False."""
    from data.osm_pbf_loops import split

    content = _unpacked(header)
    buffer = np.frombuffer(content, dtype=np.uint8)
    parts = zip(*(part.tolist() for part in split(buffer, 0, len(buffer))), strict=True)
    if not {content[a:b] for number, a, b in parts if number == 4} <= _KNOWN_FEATURES:
        raise ValueError("unknown feature")
    return False


def _block(content: bytes, columns: Mapping[bytes, int]) -> _Block:
    """Decode one block: its table of texts, then its groups."""
    from data.osm_pbf_loops import split

    raw = np.frombuffer(content, dtype=np.uint8)
    number, start, stop = split(raw, 0, len(raw))
    plain = dict(zip(number[stop < 0].tolist(), start[stop < 0].tolist(), strict=True))
    scale = (plain.get(17, _USUAL_GRANULARITY), plain.get(20, 0), plain.get(19, 0))
    table = int(np.flatnonzero(number == 1)[0])
    _, text_at, text_end = split(raw, start[table], stop[table])
    texts = [content[a:b] for a, b in zip(text_at.tolist(), text_end.tolist(), strict=True)]
    column_of = np.array([columns.get(text, -1) for text in texts], dtype=np.int64)
    block = _Block()
    for group in np.flatnonzero(number == 2).tolist():
        _group(block, raw, split(raw, start[group], stop[group]), column_of, scale, texts)
    used = [tags.word for tags in (*block.node_tags, *block.way_tags)]
    numbers = np.unique(np.concatenate(used)).tolist() if used else []
    if numbers and numbers[0] < 0:
        raise ValueError("texts out of range")
    block.words = {number: texts[number].decode() for number in numbers}
    return block


def _group(
    block: _Block, raw: Any, parts: Any, column_of: Ints, scale: tuple[int, ...], texts: list[bytes]
) -> None:
    """Add a group's objects to those of its block."""
    from data.osm_pbf_loops import ways

    number, start, stop = parts
    if not np.isin(number, (2, 3, 4)).all():
        raise ValueError("objects of an unknown kind")
    for i in np.flatnonzero(number == 2).tolist():
        _dense(block, raw, start[i], stop[i], column_of, scale)
    if (is_way := number == 3).any():
        *found, owner, column, word = ways(raw, start[is_way], stop[is_way], column_of)
        block.ways.append((found[0], found[1], found[2]))
        block.way_tags.append(Tags(owner, column, word))
    for i in np.flatnonzero(number == 4).tolist():
        relation = _relation(raw, start[i], stop[i], texts)
        if relation.tags.get("type") in {"multipolygon", "boundary"}:
            block.relations.append(relation)


def _dense(
    block: _Block, raw: Any, at: int, end: int, column_of: Ints, scale: tuple[int, ...]
) -> None:
    """Add dense nodes: ids and places as steps from one to the next."""
    from data.osm_pbf_loops import node_tags, packed, split

    part = {n: (a, b) for n, a, b in zip(*split(raw, at, end), strict=True) if b >= 0}
    ids, lat, lon = (packed(raw, *part[n], True) for n in (1, 8, 9))
    if not len(ids) == len(lat) == len(lon):
        raise ValueError("nodes without a place")
    granularity, *offsets = scale
    places = []
    for steps, offset, most in zip((lon, lat), offsets, (1_800_000_000, 900_000_000), strict=True):
        usual = granularity == _USUAL_GRANULARITY and offset == 0
        spot = steps if usual else np.rint((offset + granularity * steps) / 100).astype(np.int64)
        if len(spot) and (spot.min() < -most or spot.max() > most):
            raise ValueError("node off the globe")
        places.append(spot.astype(np.int32))
    block.nodes.append((ids, *places))
    if 10 in part:
        pairs = packed(raw, *part[10], False)
        block.node_tags.append(Tags(*node_tags(pairs, len(ids), column_of)))
    else:
        block.node_tags.append(Tags(*(np.empty(0, dtype=np.int64),) * 3))


def _relation(raw: Any, at: int, end: int, texts: list[bytes]) -> Relation:
    """Read a relation whole: there are few."""
    from data.osm_pbf_loops import packed, split

    part = {n: (a, b) for n, a, b in zip(*split(raw, at, end), strict=True)}

    def numbers(n: int, *, running: bool = False) -> list[int]:
        listed: Ints = packed(raw, *part.get(n, (0, 0)), running)
        return list(map(int, listed))

    tags = {
        texts[key].decode(): texts[value].decode()
        for key, value in zip(numbers(2), numbers(3), strict=True)
    }
    listed = zip(numbers(10), numbers(9, running=True), numbers(8), strict=True)
    members = [("nwr"[kind], ref, texts[role].decode()) for kind, ref, role in listed]
    return Relation(int(part[1][0]), tags, members)


def _joined(blocks: Sequence[_Block]) -> Objects:
    """Put blocks together, in the file's order, with one numbering of all words."""
    number: dict[str, int] = {"": 0}
    nodes = _concatenated([part for block in blocks for part in block.nodes], 3)
    ways = _concatenated([part for block in blocks for part in block.ways], 3)
    if not (np.diff(nodes[0]) > 0).all():
        raise ValueError("nodes in no order")
    sizes = [len(part[2]) for block in blocks for part in block.ways]
    counts = [len(part[0]) for block in blocks for part in block.ways]
    before = np.repeat(np.concatenate([[0], np.cumsum(sizes)[:-1]]), counts) if sizes else 0
    return Objects(
        node_ids=nodes[0],
        lon=nodes[1].astype(np.int32, copy=False),
        lat=nodes[2].astype(np.int32, copy=False),
        node_tags=_joined_tags([(b, b.nodes, b.node_tags) for b in blocks], number),
        way_ids=ways[0],
        way_ends=ways[1] + before,
        refs=ways[2],
        way_tags=_joined_tags([(b, b.ways, b.way_tags) for b in blocks], number),
        relations=[relation for block in blocks for relation in block.relations],
        words=list(number),
    )


def _joined_tags(parts: Any, number: dict[str, int]) -> Tags:
    """Give owners and words one numbering through the file (`number` grows)."""
    out, before = [], 0
    for block, objects, tags in parts:
        known = np.zeros(max(block.words, default=-1) + 1, dtype=np.int64)
        for local, text in block.words.items():
            known[local] = number.setdefault(text, len(number))
        for (ids, *_), (owner, column, word) in zip(objects, tags, strict=True):
            out.append((owner + before, column, known[word]))
            before += len(ids)
    return Tags(*_concatenated(out, 3))


def _concatenated(parts: Sequence[Any], n: int) -> list[Any]:
    empty = np.empty(0, dtype=np.int64)
    return [np.concatenate([part[i] for part in parts]) if parts else empty for i in range(n)]
