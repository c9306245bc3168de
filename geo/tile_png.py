"""Small PNG pictures of one common palette: no seam between tiles, and the same bytes each time."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from geo.tile_style import Colour

Picture = npt.NDArray[np.uint8]
_BITS = 6
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


class Palette:
    """256 colours, and which of them stands for any other.

    Parameters
    ----------
    colours : array of uint8, shape (n ≤ 256, 3)
        The first ones are kept exactly.
    """

    def __init__(self, colours: Picture) -> None:
        from scipy.spatial import cKDTree

        side = np.arange(1 << _BITS)
        middles = (side << (8 - _BITS)) + (1 << (7 - _BITS))
        r, g, b = np.meshgrid(middles, middles, middles, indexing="ij")
        every = np.column_stack([r.ravel(), g.ravel(), b.ravel()])
        self.colours = colours
        self._nearest = cKDTree(colours.astype(float)).query(every)[1].astype(np.uint8)
        own = self._packed(colours)[::-1]  # each stands for itself; of two in one cell, the first
        self._nearest[own] = np.arange(len(colours))[::-1]

    @staticmethod
    def _packed(picture: Picture) -> npt.NDArray[np.int32]:
        high = (picture >> (8 - _BITS)).astype(np.int32)
        packed: npt.NDArray[np.int32] = (
            (high[..., 0] << (2 * _BITS)) | (high[..., 1] << _BITS) | high[..., 2]
        )
        return packed

    def indices(self, picture: Picture) -> Picture:
        """Replace each pixel (last axis red, green, blue) by its place in the palette."""
        found: Picture = self._nearest[self._packed(picture)]
        return found


def palette_of(samples: Sequence[Picture], fixed: Sequence[Colour]) -> Palette:
    """Choose the colours that stand for some pictures, among them every fixed one.

    Parameters
    ----------
    samples : sequence of pictures, shape (height, width, 3)
    fixed : sequence of Colour
        At most 128.
    """
    from PIL import Image

    pixels = np.concatenate([sample[::3, ::3].reshape(-1, 3) for sample in samples])
    rows = max(len(pixels) // 512, 1)
    block = np.resize(pixels, (rows, 512, 3))
    reduced = Image.fromarray(block).quantize(256 - len(fixed), Image.Quantize.MEDIANCUT)
    chosen = np.asarray(reduced.getpalette(), dtype=np.uint8).reshape(-1, 3)
    return Palette(np.concatenate([np.asarray(fixed, dtype=np.uint8), chosen])[:256])


def png_bytes(indices: Picture, palette: Palette) -> bytes:
    """Write a picture of palette places, shape (height, width), as PNG (ISO/IEC 15948)."""
    height, width = indices.shape
    rows = np.zeros((height, width + 1), dtype=np.uint8)  # each row begins with its filter: none
    rows[:, 1:] = indices
    return b"".join([
        _SIGNATURE,
        _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        _chunk(b"PLTE", palette.colours.tobytes()),
        _chunk(b"IDAT", zlib.compress(rows.tobytes(), 8)),
        _chunk(b"IEND", b""),
    ])  # fmt: skip


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
