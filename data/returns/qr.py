"""The text of a QR code: one submission of the web form, packed small; written and read here."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping

from data.hashes import canonical_json
from data.returns.door import QR_HEAD, read_json
from geo.errors import InputError

MAX_BYTES = 1 << 20
"""What one submission may unpack to; a real one is a few kilobytes."""


def qr_text(submission: Mapping[str, object]) -> str:
    """Write one submission as ``TAPAK1|`` and base64url of its zlib-packed JSON."""
    packed = base64.urlsafe_b64encode(zlib.compress(canonical_json(submission), 9))
    return QR_HEAD + packed.decode().rstrip("=")


def read_qr(name: str, raw: bytes) -> list[object]:
    """Read every code in a text, one a line.

    Raises
    ------
    InputError
        ``returns.qr_broken`` with the line, when a code was cut short or altered.
    """
    lines = raw.decode("utf-8-sig", errors="replace").split()
    return [_submission(name, at, line) for at, line in enumerate(lines, start=1)]


def _submission(name: str, at: int, line: str) -> object:
    body = line.removeprefix(QR_HEAD)
    try:
        packed = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
        unpacker = zlib.decompressobj()
        text = unpacker.decompress(packed, MAX_BYTES)
    except (binascii.Error, zlib.error, ValueError):
        raise InputError("returns.qr_broken", file=name, line=at) from None
    if not line.startswith(QR_HEAD) or not unpacker.eof:
        raise InputError("returns.qr_broken", file=name, line=at)
    return read_json(name, text)
