"""What is kept of a file that came back from the field: all of it, its photos only, or nothing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from data.files.personal import masked
from data.hashes import sha256_hex
from data.pseudonyms import Pseudonyms
from data.returns import RawRow
from work.photos import pictures_in

_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def kept_as(path: Path, rows: Sequence[RawRow], people: Pseudonyms) -> bytes | None:
    """Return what is kept of a file that came back.

    The file as it came; only its photos, when a number like a NIK stands anywhere in its rows;
    nothing, when it names somebody whose name was taken out.
    """
    texts = [value for row in rows for value in row.values.values() if isinstance(value, str)]
    if people.forgotten and any(people.who(text) != text for text in texts):
        return None
    if any(masked(text)[1] for text in texts):
        return photos_only(pictures_in(path))
    return path.read_bytes()


def photos_only(pictures: Iterable[bytes]) -> bytes:
    """Write pictures as a zip, each named by its hash; the same pictures give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, raw in sorted((sha256_hex(raw), raw) for raw in pictures):
            archive.writestr(zipfile.ZipInfo(f"{name}.jpg", _LONG_AGO), raw)
    return out.getvalue()
