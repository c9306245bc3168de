"""Many ranked points as PMTiles: every one of them at the nearest zoom, counted together farther.

At each zoom above the last a tile is cut into 16 × 16 cells. What lies alone in its cell stands
as itself; several stand as one mark in their middle that says how many they are (``n``), how many
of them are among the first (``t``) and which is the best (the other properties).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.pmtiles import Tile, archive
from geo.vector_tile import EXTENT, encode_points, tile_steps

LAYER = "lokasi"
NEAR, FAR = 10, 2
"""Zooms of the tiles."""
CELLS = 16
TEXTS = ("id", "name", "study", "regency", "kind", "readiness")
NUMBERS = ("rank", "score", "low", "high", "coverage")
KEYS = dict(zip((*TEXTS, *NUMBERS), "imsgkdrclhv", strict=True))
"""What a property is called in the tiles."""
TOGETHER = "msgrc"
"""What is told of the best of several."""
Ints = npt.NDArray[np.int64]


def point_tiles(points: pd.DataFrame, *, top: int, told: Mapping[str, Any] | None = None) -> bytes:
    """Lay points out as a PMTiles archive.

    Parameters
    ----------
    points : DataFrame
        ``lon``, ``lat`` (EPSG:4326, finite), ``rank`` (1 is the best), ``score``, ``low``, ``high``
        and ``coverage`` (0-1; NaN stays out), and the texts ``id``, ``name``, ``study``,
        ``regency``, ``kind``, ``readiness``.
    top : int
        How many ranks count as the first.
    told : mapping, optional
        More for the archive's metadata.

    Returns
    -------
    bytes
        Scores in hundredths, rounded half up. The same points give the same bytes, in whatever
        order they come.
    """
    frame = points.sort_values(["rank", "study", "id"], kind="stable").reset_index(drop=True)
    x, y = tile_steps(frame["lon"].to_numpy(), frame["lat"].to_numpy(), zoom=NEAR)
    columns = {key: _plain(frame[name]) for name, key in KEYS.items()}
    first = (frame["rank"].to_numpy() <= top).astype(np.int64)
    tiles: dict[Tile, bytes] = {}
    for zoom in range(FAR, NEAR + 1):
        at = _apart(x, y) if zoom == NEAR else _together(x, y, first, zoom=zoom)
        tiles |= _encoded(at, columns, zoom=zoom)
    bounds = (frame["lon"].min(), frame["lat"].min(), frame["lon"].max(), frame["lat"].max())
    fields = dict.fromkeys(TEXTS, "String") | dict.fromkeys((*NUMBERS, "n", "t"), "Number")
    layer = {
        "id": LAYER,
        "minzoom": FAR,
        "maxzoom": NEAR,
        "fields": {KEYS.get(name, name): kind for name, kind in fields.items()},
    }
    about = {"vector_layers": [layer], "top": top, "sites": len(frame), **(told or {})}
    return archive(tiles, bounds=bounds, metadata=about)


def _plain(column: pd.Series[Any]) -> list[str | int | None]:
    if column.name in TEXTS:
        return [str(text) for text in column.fillna("")]
    values = column.to_numpy(dtype=float)
    scale = 1.0 if column.name == "rank" else 100.0
    whole = np.floor(values * scale + 0.5 + 1e-9)
    return [int(v) if np.isfinite(v) else None for v in whole.tolist()]


def _apart(x: Ints, y: Ints) -> pd.DataFrame:
    return pd.DataFrame({"x": x, "y": y, "best": np.arange(len(x)), "n": 1, "t": -1})


def _together(x: Ints, y: Ints, first: Ints, *, zoom: int) -> pd.DataFrame:
    """Gather what shares a cell: the middle of the sites, the best, how many, how many first.

    The middle is kept off the cell's edge, so that marks of neighbours do not lie on each other.
    """
    side = EXTENT // CELLS
    down = NEAR - zoom
    x, y = x >> down, y >> down
    cell = (x // side) * (CELLS << NEAR) + y // side
    held = pd.DataFrame({"x": x, "y": y, "best": np.arange(len(x)), "t": first, "n": 1})
    by = held.groupby(cell, sort=True)
    found = by.agg({"x": "mean", "y": "mean", "best": "min", "t": "sum", "n": "sum"})
    many = found["n"] > 1
    for name in ("x", "y"):
        middle = np.floor(found[name]).astype(np.int64)
        low = middle // side * side
        found[name] = middle.where(~many, middle.clip(low + 3 * side // 8, low + 5 * side // 8))
    found["t"] = found["t"].where(many, -1)
    return found.sort_values("best", kind="stable")


def _encoded(at: pd.DataFrame, columns: Mapping[str, list[Any]], *, zoom: int) -> dict[Tile, bytes]:
    """Write the marks of a zoom, tile by tile, the best first; what stands alone has no n and t."""
    tiles: dict[Tile, bytes] = {}
    for _, marks in at.groupby([at["x"] // EXTENT, at["y"] // EXTENT], sort=True):
        tx, ty = (int(marks[name].iloc[0]) // EXTENT for name in ("x", "y"))
        best, counts = marks["best"].tolist(), marks["n"].tolist()
        told: dict[str, list[Any]] = {
            key: [
                c[k] if n == 1 or key in TOGETHER else None
                for k, n in zip(best, counts, strict=True)
            ]
            for key, c in columns.items()
        }
        told["n"] = [n if n > 1 else None for n in counts]
        told["t"] = [t if t >= 0 else None for t in marks["t"].tolist()]
        px, py = ((marks[name] % EXTENT).tolist() for name in ("x", "y"))
        tiles[zoom, tx, ty] = encode_points(LAYER, px, py, told)
    return tiles
