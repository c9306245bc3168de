"""Photos of accepted visits as documents carry them: small, upright, without a camera's notes."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from data.hashes import sha256_hex
from data.returns.door import opened_zip
from data.returns.photos import is_photo
from geo.errors import InputError
from surveys.pictures import PictureError, opened
from work.roles import require

KEPT = "returns"
"""Folder of ``inputs`` with the files that came back."""
LONGEST_PX = 720
QUALITY = 78
MOST_BYTES = 40_000_000
"""A picture that unpacks to more is left out: no phone makes one."""
MOST_PHOTOS = 3
"""Of one site, of its newest visits first."""


class Visited(Protocol):
    """Whatever was visited: each visit names its photos."""

    @property
    def visits(self) -> Sequence[Mapping[str, Any]]:
        """The visits, newest first."""
        ...


def photos_of(folder: Path, sites: Sequence[Visited]) -> dict[str, bytes]:
    """Return the photos of some sites as small JPEGs, by the sha256 of the photo as it came.

    A photo whose file is not kept, or that cannot be read, is left out.

    Parameters
    ----------
    folder : Path
        The study.
    sites : sequence of Visited
    """
    require("view")
    wanted: dict[str, set[str]] = {}
    for site in sites:
        photos = [photo for visit in site.visits for photo in visit["photos"]]
        for photo in photos[:MOST_PHOTOS]:
            wanted.setdefault(photo["file"], set()).add(photo["sha256"])
    found: dict[str, bytes] = {}
    for name, hashes in sorted(wanted.items()):
        kept = folder / "inputs" / KEPT / name
        if kept.is_file():
            for raw in pictures_in(kept):
                sha = sha256_hex(raw)
                if sha in hashes and sha not in found and (small := shrunk(raw)) is not None:
                    found[sha] = small
    return found


def pictures_in(path: Path) -> Iterator[bytes]:
    """Yield the pictures that a file brought: those of a zip, of a web form's JSON, or itself."""
    raw = path.read_bytes()
    if raw.startswith(b"PK"):
        try:
            parts = opened_zip(path.name, raw)
        except InputError:  # kept before this rule was: its other answers stand
            return
        yield from (part for part in parts.values() if is_photo(part) and len(part) <= MOST_BYTES)
    elif is_photo(raw):
        yield raw
    elif raw.lstrip()[:1] in {b"{", b"["}:
        yield from _written_out(raw)


def _written_out(raw: bytes) -> Iterator[bytes]:
    """Yield the pictures that stand in a JSON file as data addresses."""
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        return
    for text in _texts(told):
        head, comma, data = text.partition(",")
        if comma and head.startswith("data:image/") and head.endswith(";base64"):
            try:
                yield base64.b64decode(data, validate=True)
            except ValueError:
                continue


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        return
    inside: Iterable[object] = ()
    if isinstance(value, Mapping):
        inside = value.values()
    elif isinstance(value, list):
        inside = value
    for one in inside:
        yield from _texts(one)


def shrunk(raw: bytes, *, longest_px: int = LONGEST_PX) -> bytes | None:
    """Make a small upright JPEG of a picture; None where it cannot be read.

    The same picture gives the same bytes; place and time that the camera noted are left out.
    """
    from PIL import ImageOps  # only when there is a picture to read

    try:
        with opened(raw) as picture:
            picture.draft("RGB", (longest_px, longest_px))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.thumbnail((longest_px, longest_px))
            out = io.BytesIO()
            upright.save(out, "JPEG", quality=QUALITY, exif=b"")
    except PictureError:
        return None
    return out.getvalue()
