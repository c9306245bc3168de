"""Names on the map: written once as small masks with a pale rim, level or along a street."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.tile_style import HALO, Colour

_FONT = Path(__file__).parents[1] / "static" / "fonts" / "plus-jakarta-sans-latin-wght-normal.woff2"
_FINE = 2
_RIM_PX = 2
_ALSO, _LONGEST = "–—‘’“”·\t\n", 60
Mask = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something stamped onto the map: a colour through a mask, over a rim through another."""

    ink: Colour
    fill: Mask
    rim: Mask
    rim_ink: Colour = HALO

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.fill.shape[1], self.fill.shape[0]


@lru_cache(maxsize=32)
def _font(size: int, weight: int) -> Any:
    from PIL import ImageFont

    try:
        font = ImageFont.truetype(_FONT, size, layout_engine=ImageFont.Layout.BASIC)
        font.set_variation_by_axes([weight])
    except OSError:  # a Pillow without WOFF2: its own font has the Latin letters too
        return ImageFont.load_default(size)
    return font


@lru_cache(maxsize=65536)
def length_px(text: str, size: int, weight: int = 600) -> float:
    """Width of a line of text."""
    return float(_font(size * _FINE, weight).getlength(text)) / _FINE


def tidied(name: object) -> str:
    """Return what can be written of a name: one line of Latin letters, at most 60; else ""."""
    text = name if isinstance(name, str) else ""
    kept = "".join(c for c in text if (" " <= c < "\u0250" and c != "\x7f") or c in _ALSO)
    return " ".join(kept.split())[:_LONGEST]


def wrapped(text: str, most: int = 16) -> str:
    """Break a long name in two at the space nearest its middle."""
    if len(text) <= most or " " not in text:
        return text
    spaces = [i for i, letter in enumerate(text) if letter == " "]
    at = min(spaces, key=lambda i: abs(i - len(text) / 2))
    return f"{text[:at]}\n{text[at + 1 :]}"


@lru_cache(maxsize=8192)
def written(
    text: str,
    size: int,
    ink: Colour,
    *,
    weight: int = 600,
    turn_deg: float = 0.0,
    rim: bool = True,
) -> Mark:
    """Write a name.

    Parameters
    ----------
    text : str
        Lines are centred.
    size : int
        Height of the letters' square in pixels.
    weight : int
        200 to 800.
    turn_deg : float
        Against the clock.
    rim : bool
        A pale rim of 2 pixels, so that the name can be read over lines and slopes.
    """
    import cv2

    letters = _letters(text, size, weight)
    around = np.zeros_like(letters)
    if rim:
        wide = 2 * _RIM_PX * _FINE + 1
        around = cv2.dilate(letters, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide, wide)))
    if turn_deg:
        letters, around = _turned(letters, turn_deg), _turned(around, turn_deg)
    half = (letters.shape[1] // _FINE, letters.shape[0] // _FINE)
    fill, edge = (cv2.resize(m, half, interpolation=cv2.INTER_AREA) for m in (letters, around))
    return Mark(ink, fill.astype(np.uint8), edge.astype(np.uint8))


@lru_cache(maxsize=8192)
def _letters(text: str, size: int, weight: int) -> Any:
    """Write text level, twice as fine, with room for its rim."""
    from PIL import Image, ImageDraw

    font, spacing = _font(size * _FINE, weight), size // 4
    probe = ImageDraw.Draw(Image.new("L", (1, 1)))
    left, top, right, bottom = probe.multiline_textbbox((0, 0), text, font=font, spacing=spacing)
    pad = _RIM_PX * _FINE + _FINE
    width, height = (int(np.ceil(v)) + 2 * pad for v in (right - left, bottom - top))
    picture = Image.new("L", (width + width % 2, height + height % 2))
    ImageDraw.Draw(picture).multiline_text(
        (pad - left, pad - top), text, fill=255, font=font, spacing=spacing, align="center"
    )
    return np.asarray(picture)


def _turned(mask: Any, turn_deg: float) -> Any:
    """Turn a mask against the clock, in a picture large enough for it."""
    import cv2

    height, width = mask.shape
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), turn_deg, 1.0)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    wide, high = (
        2 * int(np.ceil(v / 2)) for v in (width * cos + height * sin, width * sin + height * cos)
    )
    matrix[:, 2] += (wide - width) / 2, (high - height) / 2
    return cv2.warpAffine(mask, matrix, (wide, high), flags=cv2.INTER_LINEAR)


@lru_cache(maxsize=64)
def dot(ink: Colour, diameter: int = 9, *, triangle: bool = False) -> Mark:
    """Draw a filled dot, or a peak's triangle, with a pale rim."""
    from PIL import Image, ImageDraw

    side = (diameter + 4) * 4
    masks = []
    for grown in (0, 6):
        picture = Image.new("L", (side, side))
        near, far = 8 - grown, side - 9 + grown
        pen = ImageDraw.Draw(picture)
        if triangle:
            pen.polygon([(side / 2, near), (far, far), (near, far)], fill=255)
        else:
            pen.ellipse([near, near, far, far], fill=255)
        masks.append(np.asarray(picture.reduce(4)))
    return Mark(ink, masks[0], masks[1])


def stamp(picture: npt.NDArray[np.uint8], mark: Mark, x: int, y: int) -> None:
    """Put a mark onto a picture, its upper left corner at (x, y), which may lie outside."""
    height, width = picture.shape[:2]
    wide, high = mark.size
    left, top, right, bottom = max(x, 0), max(y, 0), min(x + wide, width), min(y + high, height)
    if left >= right or top >= bottom:
        return
    here = picture[top:bottom, left:right].astype(np.float32)
    for mask, ink in ((mark.rim, mark.rim_ink), (mark.fill, mark.ink)):
        cut = mask[top - y : bottom - y, left - x : right - x, None].astype(np.float32) / 255
        here += (np.asarray(ink, dtype=np.float32) - here) * cut
    picture[top:bottom, left:right] = np.rint(here).astype(np.uint8)
