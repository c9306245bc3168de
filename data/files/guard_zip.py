"""The door, for packed files: what a zip holds and unpacks to, read from its table of contents."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path, PurePosixPath

from data.files import guard_text
from geo.errors import InputError

MAX_PARTS = 5_000
_PROLOG_BYTES = 1 << 16
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_BAD = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError)


def kind_of(path: Path, *, max_unpacked_bytes: int) -> str:
    """Name what a zip is: xlsx, ods, kmz or shapefile_zip; refuse bombs before unpacking.

    Python's and GDAL's unpackers stop at the size the table of contents states, so a table that
    lies gives a file cut short, never a flood.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
            _check_sizes(path, parts, max_unpacked_bytes=max_unpacked_bytes)
            if any(part.flag_bits & 0x1 for part in parts):
                raise InputError("guard.locked", file=path.name)
            kind = _named(packed, parts)
            _check_prologs(path, packed, parts)
            if kind in {"shapefile_zip", "kmz"}:
                _check_sums(path, packed)
    except _BAD as fault:
        if isinstance(fault, InputError):
            raise
        raise InputError("guard.truncated", file=path.name) from None
    if not kind:
        raise InputError("guard.wrong_type", file=path.name)
    if kind == "shapefile_zip":
        _check_siblings(path, [part.filename for part in parts])
    return kind


def _check_sizes(path: Path, parts: list[zipfile.ZipInfo], *, max_unpacked_bytes: int) -> None:
    total = sum(part.file_size for part in parts)
    if total > max_unpacked_bytes or len(parts) > MAX_PARTS:
        raise InputError(
            "guard.unpacks_too_big",
            file=path.name,
            size_mb=total >> 20,
            limit_mb=max_unpacked_bytes >> 20,
        )


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
