"""The door, for packed files: what a zip holds and unpacks to, read from its table of contents."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from data.files import guard_text
from geo.errors import InputError

MAX_PARTS = 5_000
_PROLOG_BYTES = 1 << 16
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_BAD = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError,
    struct.error,
)  # fmt: skip
_END, _END_BYTES, _LONGEST_COMMENT = b"PK\x05\x06", 22, 1 << 16
_MOST_ENTRY_BYTES = 2_000
"""What one line of a table of contents takes at most: its name and its extra fields."""
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_OUTSIDE = re.compile(r"^(?:[/\\]|[A-Za-z]:)|(?:^|[/\\])\.\.(?:[/\\]|$)|[\x00-\x1f]")
"""Names that lead out of the folder a zip is unpacked into, on any system."""


@contextmanager
def opened(
    name: str, source: Path | IO[bytes], *, max_parts: int = MAX_PARTS, max_bytes: int | None = None
) -> Iterator[zipfile.ZipFile]:
    """Open a zip from outside after looking at its table of contents; every door's one rule.

    Python's and GDAL's unpackers stop at the size the table of contents states, so a table that
    lies gives a file cut short, never a flood.

    Parameters
    ----------
    name : str
        How sentences call it.
    source : Path or binary file
    max_parts : int
    max_bytes : int, optional
        What it may unpack to.

    Raises
    ------
    InputError
        ``guard.unpacks_too_big`` · ``guard.locked`` · ``guard.odd_names`` (a part that would be
        unpacked elsewhere) · ``guard.truncated`` (also for what breaks inside the block).
    """
    try:
        if _contents_bytes(source) > max_parts * _MOST_ENTRY_BYTES:
            raise too_big(name, (), max_bytes=max_bytes or 0)
        with zipfile.ZipFile(source) as packed:
            parts = packed.infolist()
            total = sum(part.file_size for part in parts)
            if len(parts) > max_parts or (max_bytes is not None and total > max_bytes):
                raise too_big(name, parts, max_bytes=max_bytes or total)
            if any(part.flag_bits & 0x1 for part in parts):
                raise InputError("guard.locked", file=name)
            if any(part.compress_type not in _PACKED for part in parts):
                raise NotImplementedError
            if any(_OUTSIDE.search(part.orig_filename) for part in parts):
                raise InputError("guard.odd_names", file=name)
            yield packed
    except _BAD as fault:
        if isinstance(fault, InputError):
            raise
        raise InputError("guard.truncated", file=name) from None


def _contents_bytes(source: Path | IO[bytes]) -> int:
    """How long the table of contents says it is: read before anything is made of its lines."""
    if isinstance(source, Path):
        with source.open("rb") as held:
            return _contents_bytes(held)
    end = source.seek(0, io.SEEK_END)
    source.seek(max(0, end - _END_BYTES - _LONGEST_COMMENT))
    tail = source.read()
    source.seek(0)
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + _END_BYTES:
        raise zipfile.BadZipFile("no table of contents")
    before = tail[:at]
    if before[-20:-16] == b"PK\x06\x07" and before[-76:-72] == b"PK\x06\x06":
        return int(struct.unpack("<Q", before[-36:-28])[0])  # a zip64 says it here, and this counts
    return int(struct.unpack("<I", tail[at + 12 : at + 16])[0])


def too_big(name: str, parts: Sequence[zipfile.ZipInfo], *, max_bytes: int) -> InputError:
    """Say that a zip unpacks to more than is taken."""
    total = sum(part.file_size for part in parts)
    told = {"file": name, "size_mb": total >> 20, "limit_mb": max_bytes >> 20}
    return InputError("guard.unpacks_too_big", **told)


def kind_of(path: Path, *, max_unpacked_bytes: int) -> str:
    """Name what a zip is: xlsx, ods, kmz or shapefile_zip; refuse bombs before unpacking."""
    with opened(path.name, path, max_bytes=max_unpacked_bytes) as packed:
        parts = packed.infolist()
        kind = _named(packed, parts)
        _check_prologs(path, packed, parts)
        if kind in {"shapefile_zip", "kmz"}:
            _check_sums(path, packed)
    if not kind:
        raise InputError("guard.wrong_type", file=path.name)
    if kind == "shapefile_zip":
        _check_siblings(path, [part.filename for part in parts])
    return kind


def _named(packed: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> str:
    names = {part.filename for part in parts}
    suffixes = {PurePosixPath(name).suffix.lower() for name in names}
    if "[Content_Types].xml" in names:
        return "xlsx" if "xl/workbook.xml" in names else ""
    if "mimetype" in names:
        with packed.open("mimetype") as source:
            return "ods" if source.read(200).strip() == _ODS else ""
    if ".shp" in suffixes:
        return "shapefile_zip"
    return "kmz" if ".kml" in suffixes else ""


def _check_prologs(path: Path, packed: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Refuse a document type (the seat of entity bombs) in any XML part."""
    for part in parts:
        if PurePosixPath(part.filename).suffix.lower() in {".xml", ".rels", ".kml"}:
            with packed.open(part) as source:
                guard_text.check_prolog(path, source.read(_PROLOG_BYTES))


def parts_of(path: Path, suffix: str) -> list[str]:
    """List the parts of a zip with a suffix; ``doc.kml`` first, macOS's shadow copies left out."""
    with zipfile.ZipFile(path) as packed:
        names = packed.namelist()
    fitting = [n for n in names if n.lower().endswith(suffix) and not n.startswith("__MACOSX/")]
    return sorted(fitting, key=lambda name: (name != "doc.kml", name))


def _check_sums(path: Path, packed: zipfile.ZipFile) -> None:
    """Unpack every part into nothing: GDAL does not look at the checksums itself."""
    if packed.testzip() is not None:
        raise InputError("guard.truncated", file=path.name)


def _check_siblings(path: Path, names: list[str]) -> None:
    lower = {name.lower() for name in names}
    for name in sorted(lower):
        if name.endswith(".shp") and not name.startswith("__macosx/"):
            missing = [end for end in (".shx", ".dbf") if name[:-4] + end not in lower]
            if missing:
                raise InputError("guard.shapefile_parts", file=path.name, missing=missing[0])
