"""Points as a Mapbox Vector Tile (version 2.1): one layer, whole numbers and texts, same bytes.

Written here and not by GDAL, whose writer takes seconds and thousands of files for what stands in
one; GDAL reads them in the tests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

EXTENT = 32_768
"""Steps along a tile's side: 1.2 m at zoom 10 on the equator."""
_POINT, _MOVE_ONCE = b"\x18\x01", b"\x09"
_SMALL = 1 << 14


def varint(value: int) -> bytes:
    """Write a number >= 0 as Protocol Buffers do: seven bits a byte, the least first."""
    raw = bytearray()
    while value > 0x7F:
        raw.append(value & 0x7F | 0x80)
        value >>= 7
    raw.append(value)
    return bytes(raw)


_VARINTS = [varint(value) for value in range(_SMALL)]


def _short(value: int) -> bytes:
    return _VARINTS[value] if value < _SMALL else varint(value)


def _field(number: int, raw: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(raw)) + raw


def _value(value: str | int) -> bytes:
    """Write a value: a text (field 1) or a whole number (sint, field 6)."""
    if isinstance(value, str):
        return _field(1, value.encode("utf-8"))
    return b"\x30" + varint(value << 1 if value >= 0 else (-value << 1) - 1)


def encode_points(
    layer: str, x: Sequence[int], y: Sequence[int], columns: Mapping[str, Sequence[Any]]
) -> bytes:
    """Write points as a tile.

    Parameters
    ----------
    layer : str
    x, y : sequence of int
        0 .. `EXTENT` - 1 from the tile's upper left.
    columns : mapping of str to sequence of (str, int or None)
        None is left out of the feature.

    Returns
    -------
    bytes
        Features in the order given.
    """
    pool: dict[str | int, int] = {}
    tags: list[list[bytes]] = []
    for k, column in enumerate(columns.values()):
        key = varint(k)
        tags.append(
            [b"" if v is None else key + _short(pool.setdefault(v, len(pool))) for v in column]
        )
    features = []
    for px, py, *told in zip(x, y, *tags, strict=True):
        tag = b"".join(told)
        at = _MOVE_ONCE + _short(px << 1) + _short(py << 1)
        body = b"\x12" + _short(len(tag)) + tag + _POINT + b"\x22" + _short(len(at)) + at
        features.append(b"\x12" + _short(len(body)) + body)
    keys = (_field(3, key.encode("utf-8")) for key in columns)
    values = (_field(4, _value(value)) for value in pool)
    head = _field(1, layer.encode("utf-8"))
    tail = b"\x28" + varint(EXTENT) + b"\x78\x02"
    return _field(3, head + b"".join(features) + b"".join(keys) + b"".join(values) + tail)


def tile_steps(lon: Any, lat: Any, *, zoom: int) -> tuple[Any, Any]:
    """Return where points lie in the Web Mercator square, in steps of 1 / `EXTENT` of a tile.

    Parameters
    ----------
    lon, lat : ndarray, shape (n,)
        Degrees, EPSG:4326; beyond 85.0511 degrees the edge stands for them.
    zoom : int

    Returns
    -------
    x, y : ndarray of int64, shape (n,)
        From the upper left of the world, each ``0 .. 2**zoom * EXTENT - 1``.
    """
    whole = EXTENT << zoom
    mercator = np.arcsinh(np.tan(np.radians(np.clip(lat, -85.0511, 85.0511))))
    x, y = (np.asarray(lon) + 180.0) / 360.0, 0.5 - mercator / (2.0 * np.pi)
    steps = [np.clip(np.floor(v * whole), 0, whole - 1).astype(np.int64) for v in (x, y)]
    return steps[0], steps[1]
