"""The door, for text files: GeoJSON, KML, OSM XML and tables; no NUL, no entity, no deep nest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from data.files import guard_binary
from geo.errors import InputError

BLOCK_BYTES = 1 << 20
MAX_DEPTH = 200
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_PROLOG = re.compile(rb"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*", re.DOTALL)
_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_GEOJSON = re.compile(
    rb'"(?:FeatureCollection|Feature|GeometryCollection|(?:Multi)?(?:Point|LineString|Polygon))"'
)
_REDIRECTS = frozenset({b"OGRVRTDataSource", b"VRTDataset", b"GDAL_WMS", b"OGRWFSDataSource"})


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while block := source.read(BLOCK_BYTES):
            yield block


def _without_bom(head: bytes) -> bytes:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", errors="ignore").encode()
    return head.removeprefix(_BOMS[0])


def _after_prolog(text: bytes) -> int:
    """Where the first element or declaration starts, past comments and instructions."""
    found = _PROLOG.match(text)
    return found.end() if found else 0


def markup_of(path: Path, head: bytes) -> str:
    """Name a JSON or XML file, "" when it is neither; refuse one that points at other files."""
    text = _without_bom(head).lstrip()
    if text[:1] in {b"{", b"["}:
        if b"gdal_streamed_alg" in text:
            raise InputError("guard.redirect", file=path.name)
        if not text.startswith(b"{") or not _GEOJSON.search(text):
            raise InputError("guard.wrong_type", file=path.name)
        return "geojson"
    if text[:1] != b"<":
        return ""
    check_prolog(path, head)
    root = _ROOT.match(text, _after_prolog(text))
    name = root.group(1) if root else b""
    if name in _REDIRECTS:
        raise InputError("guard.redirect", file=path.name)
    if name not in {b"osm", b"kml"}:
        raise InputError("guard.wrong_type", file=path.name)
    return "osm_xml" if name == b"osm" else "kml"


def check_prolog(path: Path, head: bytes) -> None:
    """Refuse XML that declares a document type: only there can entities be defined."""
    text = _without_bom(head)
    end = _after_prolog(text)
    if text[end : end + 2] == b"<!":
        raise InputError("guard.doctype", file=path.name)


def refuse_binary(path: Path, head: bytes) -> None:
    """Refuse what is no text at all: pictures, programs, PDF, the old Excel format."""
    if guard_binary.is_old_excel(head):
        raise InputError("guard.old_excel", file=path.name)
    codes = np.frombuffer(head, dtype=np.uint8)
    strange = (codes < 32) & ~np.isin(codes, (0, 9, 10, 11, 12, 13, 26, 27))
    if head.startswith(b"%PDF") or strange.sum() > 0.02 * len(codes):
        raise InputError("guard.wrong_type", file=path.name)
    if b"\0" in head:
        raise InputError("guard.nul_bytes", file=path.name)


def is_table(head: bytes) -> bool:
    """Tell whether text holds at least one separator of columns."""
    return any(sign in head for sign in (b",", b";", b"\t", b"|"))


def check_no_nul(path: Path) -> None:
    """Refuse text with a NUL byte anywhere: programs cut names and rows short at it."""
    if any(b"\0" in block for block in _blocks(path)):
        raise InputError("guard.nul_bytes", file=path.name)


def check_xml(path: Path) -> None:
    """Refuse XML with a NUL, or one whose last element is not closed (a file cut short)."""
    check_no_nul(path)
    with path.open("rb") as source:
        source.seek(max(0, path.stat().st_size - 4096))
        tail = source.read().rstrip()
    if not re.search(rb"(?:</(?:\w+:)?(?:osm|kml)\s*>|/>)\s*(?:<!--[^>]*-->)?$", tail):
        raise InputError("guard.truncated", file=path.name)


def check_json(path: Path) -> None:
    """Refuse JSON with a NUL, cut short, or nested deeper than any real layer, in one pass.

    Brackets outside strings are counted by running sums: no parser's stack is ever risked.
    """
    depth, in_string, escape = 0, 0, b""
    for block in _blocks(path):
        if b"\0" in block:
            raise InputError("guard.nul_bytes", file=path.name)
        text = (escape + block).replace(b"\\\\", b"").replace(b'\\"', b"")
        escape = b"\\" if text.endswith(b"\\") else b""
        codes = np.frombuffer(text.removesuffix(b"\\"), dtype=np.uint8)
        inside = (in_string + np.cumsum(codes == 0x22)) & 1
        opens = ((codes | 0x20) == 0x7B) & (inside == 0)  # { and [ differ in one bit
        closes = ((codes | 0x20) == 0x7D) & (inside == 0)
        steps = np.cumsum(opens.view(np.int8) - closes.view(np.int8), dtype=np.int64)
        if len(steps):
            if depth + int(steps.max()) > MAX_DEPTH:
                raise InputError("guard.too_deep", file=path.name)
            depth += int(steps[-1])
            in_string = int(inside[-1])
    if depth or in_string:
        raise InputError("guard.truncated", file=path.name)
