"""What a returned file truly is, by its content, and whether it is safe to open."""

from __future__ import annotations

import io
import json
from enum import StrEnum
from pathlib import Path, PurePosixPath

from data.files import guard_text, guard_zip
from data.returns.photos import is_photo
from geo.errors import InputError

MAX_BYTES = 1 << 30
MAX_PART_BYTES = 200 << 20
MAX_PARTS = 20_000
LEAST_ROOM_BYTES, MOST_SHRUNK = 64 << 20, 20
"""A zip may unpack to so much, and to so many times its own size: photos hardly shrink, tables
shrink by ten."""
QR_HEAD = "TAPAK1|"


class Returned(StrEnum):
    """What came home."""

    TABLE = "table"
    BOOK = "book"
    JSON = "json"
    ZIP = "zip"
    GPKG = "gpkg"
    QR = "qr"
    PHOTO = "photo"
    SCAN = "scan"
    KML = "kml"
    GPX = "gpx"


def check_size(path: Path) -> None:
    """Refuse a file that is not there, or too big to be looked at.

    Raises
    ------
    InputError
        ``study.input_missing`` · ``guard.too_big``.
    """
    if not path.is_file():
        raise InputError("study.input_missing", file=path.name)
    size = path.stat().st_size
    if size > MAX_BYTES:
        told = {"file": path.name, "size_mb": size >> 20, "limit_mb": MAX_BYTES >> 20}
        raise InputError("guard.too_big", **told)


def kind_of(name: str, raw: bytes) -> Returned:
    """Tell what a file's bytes are; its name is never trusted.

    Raises
    ------
    InputError
        ``guard.empty`` · ``guard.wrong_type`` · ``guard.nul_bytes`` · ``guard.doctype``.
    """
    if not raw.strip(b"\xef\xbb\xbf \t\r\n"):
        raise InputError("guard.empty", file=name)
    if raw.startswith(b"PK"):
        return Returned.BOOK if _is_book(raw) else Returned.ZIP
    if raw.startswith(b"SQLite format 3\0"):
        return Returned.GPKG
    if raw.startswith(b"%PDF"):
        return Returned.SCAN
    return Returned.PHOTO if is_photo(raw) else _text_kind(name, raw)


def _is_book(raw: bytes) -> bool:
    """Tell a workbook by what its zip holds, in whatever order it was written."""
    try:
        with guard_zip.opened("", io.BytesIO(raw), max_parts=MAX_PARTS) as packed:
            names = set(packed.namelist())
    except InputError:
        return b"[Content_Types].xml" in raw[:4096]
    return "[Content_Types].xml" in names or {"mimetype", "content.xml"} <= names


def _text_kind(name: str, raw: bytes) -> Returned:
    head = raw[: 1 << 16].removeprefix(b"\xef\xbb\xbf").lstrip()
    if b"\0" in raw and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError("guard.nul_bytes", file=name)
    if head[:1] in {b"{", b"["}:
        return Returned.JSON
    if head.startswith(QR_HEAD.encode()):
        return Returned.QR
    if head[:1] == b"<":
        return _markup(name, head)
    if not guard_text.is_table(head):
        raise InputError("guard.wrong_type", file=name)
    return Returned.TABLE


def _markup(name: str, head: bytes) -> Returned:
    guard_text.check_prolog(Path(name), head)
    if b"<kml" in head:
        return Returned.KML
    if b"<gpx" in head:
        return Returned.GPX
    raise InputError("guard.wrong_type", file=name)


def opened_zip(name: str, raw: bytes) -> dict[str, bytes]:
    """Unpack a zip into memory, pictures and tables alike, after looking at the sizes it states.

    Raises
    ------
    InputError
        ``guard.unpacks_too_big`` · ``guard.locked`` · ``guard.truncated``.
    """
    most = min(MAX_BYTES, LEAST_ROOM_BYTES + MOST_SHRUNK * len(raw))
    with guard_zip.opened(name, io.BytesIO(raw), max_parts=MAX_PARTS, max_bytes=most) as packed:
        parts = [part for part in packed.infolist() if not part.is_dir()]
        if max((part.file_size for part in parts), default=0) > MAX_PART_BYTES:
            raise guard_zip.too_big(name, parts, max_bytes=MAX_PART_BYTES)
        return {p.filename: packed.read(p) for p in parts if _wanted(p.filename)}


def _wanted(part: str) -> bool:
    return not part.startswith("__MACOSX/") and not PurePosixPath(part).name.startswith(".")


def read_json(name: str, raw: bytes) -> object:
    """Read JSON from outside; depth is what Python's own parser bears, a file cut short is told."""
    try:
        text = raw.decode("utf-8-sig")
        told = json.loads(text, parse_constant=lambda _: None)
        return _writable(told) if "\\u" in text else told
    except (ValueError, RecursionError):
        raise InputError("guard.truncated", file=name) from None


def _writable(told: object) -> object:
    """Put "?" for halves of characters and " " for NUL: no database and no file can hold them."""
    if isinstance(told, str):
        return told.encode("utf-8", "replace").decode().replace("\0", " ")
    if isinstance(told, list):
        return [_writable(one) for one in told]
    if isinstance(told, dict):
        return {str(_writable(name)): _writable(one) for name, one in told.items()}
    return told
