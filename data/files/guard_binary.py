"""The door, for binary files: a TIFF, GeoPackage, Shapefile or OSM PBF that is cut short."""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from geo.errors import InputError

_TIFF_HEADS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_OLD_EXCEL = bytes.fromhex("d0cf11e0a1b11ae1")
_OFFSETS, _LENGTHS = (273, 324), (279, 325)
_SIZE_OF = {1: 1, 2: 1, 3: 2, 4: 4, 16: 8, 17: 8, 18: 8}
_MAX_PIECES = 50_000_000
_MOST_STEPS = 2_000_000
_TABLES = (
    "SELECT type, lower(name), sql LIKE 'create%virtual%' AND sql NOT LIKE '%using%rtree%' "
    "FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY 1, 2"
)
"""Tables and views, and which of them are virtual: only a spatial index has reason to be."""


def kind_of(head: bytes) -> str:
    """Name a binary file from its first bytes, "" when it is none of these."""
    if head.startswith(_TIFF_HEADS):
        return "geotiff"
    if head.startswith(b"SQLite format 3\0"):
        return "gpkg"
    if head[4:15] == b"\x0a\x09OSMHeader":
        return "osm_pbf"
    if head[:4] == b"\0\0\x27\x0a" and head[28:32] == b"\xe8\x03\0\0":
        return "shapefile"
    return ""


def is_old_excel(head: bytes) -> bool:
    """Tell the Excel format of before 2007, which no reader here opens."""
    return head.startswith(_OLD_EXCEL)


def check_sqlite(path: Path, head: bytes) -> None:
    """Refuse a database cut short (pages × page size) or one that is no GeoPackage."""
    if len(head) < 100:
        raise InputError("guard.truncated", file=path.name)
    page, pages = struct.unpack(">H", head[16:18])[0], struct.unpack(">I", head[28:32])[0]
    page = 65_536 if page == 1 else page
    if path.stat().st_size < page * pages:
        raise InputError("guard.truncated", file=path.name)
    address = path.absolute().as_uri() + "?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as base:
            base.set_progress_handler(lambda: 1, _MOST_STEPS)  # a list of tables takes hundreds
            base.execute("PRAGMA trusted_schema=OFF")
            found = base.execute(_TABLES).fetchall()
            named = _named_layers(base) if ("table", "gpkg_contents", 0) in found else None
    except (sqlite3.Error, UnicodeDecodeError, OverflowError):  # may quote the broken bytes
        raise InputError("guard.truncated", file=path.name) from None
    if named is None:
        raise InputError("guard.wrong_type", file=path.name)
    if any(odd or (kind == "view" and name in named) for kind, name, odd in found):
        raise InputError("guard.gpkg_code", file=path.name)


def _named_layers(base: sqlite3.Connection) -> set[str]:
    """List what a GeoPackage hands out as layers, in small letters as the list of tables is."""
    return {str(row[0]).lower() for row in base.execute("SELECT table_name FROM gpkg_contents")}


def check_shapefile(path: Path, head: bytes) -> None:
    """Refuse a .shp cut short (its header states its length) or one without its companions."""
    if len(head) < 100 or path.stat().st_size < 2 * struct.unpack(">i", head[24:28])[0]:
        raise InputError("guard.truncated", file=path.name)
    beside = {other.name.lower() for other in path.parent.iterdir()}
    for end in (".shx", ".dbf"):
        if path.stem.lower() + end not in beside:
            raise InputError("guard.shapefile_parts", file=path.name, missing=end)


def check_pbf(path: Path) -> None:
    """Walk the blobs of an OSM PBF by their stated lengths; no blob is unpacked."""
    size = path.stat().st_size
    with path.open("rb") as source:
        at = 0
        while at < size:
            prefix = source.read(4)
            length = struct.unpack(">I", prefix)[0] if len(prefix) == 4 else 0
            body = _blob_length(source.read(length)) if 0 < length <= 65_536 else -1
            at += 4 + length + body
            if body < 0 or at > size:
                raise InputError("guard.truncated", file=path.name)
            source.seek(at)


def _blob_length(header: bytes) -> int:
    """Read ``datasize`` (field 3, a varint) of a BlobHeader; −1 when it is not there."""
    at = 0
    while at < len(header):
        key, at = _varint(header, at)
        value, at = _varint(header, at)
        if key == 0x18:
            return value
        if key & 0x7 == 2:  # a length and then that many bytes: type and index
            at += value
    return -1


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(raw) and shift < 64:
        byte = raw[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not byte & 0x80:
            break
    return value, at


def check_tiff(path: Path) -> None:
    """Refuse a TIFF whose directory or image pieces lie beyond the end of the file."""
    size = path.stat().st_size
    with path.open("rb") as source:
        try:
            whole = _tiff_end(source, size) <= size
        except (struct.error, ValueError, OverflowError, StopIteration):
            whole = False
    if not whole:
        raise InputError("guard.truncated", file=path.name)


def _tiff_end(source: BinaryIO, size: int) -> int:
    """Where the last image piece of the first directory ends, in bytes from the start."""
    head = source.read(16)
    order = "<" if head[:2] == b"II" else ">"
    big = head[2:4] in {b"+\0", b"\0+"}
    start = struct.unpack(order + ("Q" if big else "I"), head[8:16] if big else head[4:8])[0]
    source.seek(start)
    count_form, entry_form = ("Q", "HHQ8s") if big else ("H", "HHI4s")
    count = struct.unpack(order + count_form, source.read(struct.calcsize(order + count_form)))[0]
    if not 0 < count < 10_000:
        raise ValueError(count)
    width = struct.calcsize(order + entry_form)
    entries = list(struct.iter_unpack(order + entry_form, source.read(count * width)))
    found: dict[int, list[int]] = {}
    for tag, form, pieces, inline in entries:
        if tag in _OFFSETS + _LENGTHS:
            found[tag] = _numbers(source, order, form, pieces, inline, size=size)
    offsets = next(found[tag] for tag in _OFFSETS if tag in found)
    lengths = next(found[tag] for tag in _LENGTHS if tag in found)
    # a piece of no length is a hole that the writer left out on purpose
    return max((o + n for o, n in zip(offsets, lengths, strict=True) if n), default=0)


def _numbers(
    source: BinaryIO, order: str, form: int, pieces: int, inline: bytes, *, size: int
) -> list[int]:
    letter = {3: "H", 4: "I"}.get(form, "Q")
    length = pieces * _SIZE_OF.get(form, 8)
    if pieces > _MAX_PIECES or length > size:
        raise ValueError(pieces)
    raw = inline[:length]
    if length > len(inline):
        pointer = "Q" if len(inline) == 8 else "I"
        source.seek(struct.unpack(order + pointer, inline)[0])
        raw = source.read(length)
    return list(struct.unpack(f"{order}{pieces}{letter}", raw))
