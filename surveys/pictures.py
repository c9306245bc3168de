"""Pictures from outside: which kinds are opened at all, and how large they may say they are."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

HEADS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
_KINDS = ("JPEG", "PNG", "WEBP")
"""What phones and scanners make; every other decoder of the library stays shut."""
MOST_PX, MOST_PX_UNPACKED_WHOLE = 120_000_000, 40_000_000
"""A JPEG may come from a phone's largest sensor and is decoded small; others are unpacked whole."""


class PictureError(Exception):
    """A picture cannot be read, or says it is larger than any camera makes."""


@contextmanager
def opened(raw: bytes) -> Iterator[Any]:
    """Open a picture by its content after looking at the size it states; no pixel is unpacked yet.

    Yields
    ------
    PIL.Image.Image

    Raises
    ------
    PictureError
        Also for whatever breaks inside the block while pixels or camera notes are read.
    """
    from PIL import Image  # only when there is a picture to read

    try:
        with Image.open(io.BytesIO(raw), formats=_KINDS) as picture:
            jpeg = raw.startswith(HEADS[0])
            size = picture.width * picture.height
            if not 0 < size <= (MOST_PX if jpeg else MOST_PX_UNPACKED_WHOLE):
                raise PictureError(f"{picture.width} × {picture.height}")
            yield picture
    except (
        OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, EOFError, OverflowError,
        ZeroDivisionError, struct.error, Image.DecompressionBombError,
    ) as fault:  # fmt: skip
        raise PictureError(type(fault).__name__) from fault
