"""Raster tiles of a basemap, drawn from a study's own layers; no network, no program beside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.tile_grid import MIN_ZOOM, Coverage, Tile, coverings, tiles_of, to_lonlat
from geo.tile_ground import ground_of
from geo.tile_labels import Labels
from geo.tile_paint import Level, Picture, level_of, paint
from geo.tile_png import Palette, palette_of, png_bytes
from geo.tile_scene import Basemap, scene_of
from geo.tile_style import fixed_colours

__all__ = ["Basemap", "Coverage", "TileSet", "coverings", "draw_tiles", "tiles_of"]
_SAMPLES = 14
_BOUNDS_ZOOM = 13
_AHEAD = 6
"""Squares in work at a time: enough for every worker, little in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TileSet:
    """A drawn basemap.

    Parameters
    ----------
    tiles : Mapping of Tile to bytes
        PNG, by (zoom, column, row from the north), in that order.
    name, attribution : str
    """

    tiles: Mapping[Tile, bytes]
    name: str
    attribution: str

    @property
    def zooms(self) -> tuple[int, int]:
        """The first and the last level."""
        levels = [zoom for zoom, _, _ in self.tiles]
        return min(levels), max(levels)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees, of the last level that is drawn whole or nearly."""
        last = min(self.zooms[1], _BOUNDS_ZOOM)
        at = np.array([(x, y) for zoom, x, y in self.tiles if zoom == last], dtype=float)
        corners = to_lonlat(np.array([at.min(axis=0), at.max(axis=0) + 1]) / 2**last)
        (west, north), (east, south) = np.round(corners, 6).tolist()
        return west, south, east, north

    @property
    def bytes(self) -> int:
        """What the pictures weigh together."""
        return sum(map(len, self.tiles.values()))

    def within(self, coverage: Coverage) -> TileSet:
        """Keep the tiles of a smaller coverage."""
        kept = {
            tile: data
            for tile, data in self.tiles.items()
            if tile[1:] in coverage.tiles.get(tile[0], ())
        }
        return replace(self, tiles=kept)


def draw_tiles(basemap: Basemap, coverage: Coverage, *, workers: int = 2) -> TileSet:
    """Draw the tiles of a basemap; the same bytes for the same layers, whatever the workers.

    Parameters
    ----------
    basemap : Basemap
    coverage : Coverage
        See `coverings`.
    workers : int
        Threads: drawing and packing leave the interpreter free.

    Returns
    -------
    TileSet
        256 × 256 pixels, one palette for all.
    """
    scene = scene_of(basemap, coverage)
    labels = Labels(basemap, scene)
    ground = None
    if basemap.elevation is not None and len(coverage):
        ground = ground_of(basemap.elevation, _bounds(coverage))
    levels = {z: level_of(scene, labels, ground, coverage, z) for z in sorted(coverage.tiles)}
    squares = list(coverage.squares())
    with ThreadPoolExecutor(workers) as pool:
        palette = _palette(pool, levels, squares)

        def drawn(square: tuple[int, tuple[tuple[int, int], ...]]) -> list[tuple[Tile, bytes]]:
            zoom, tiles = square
            pictures = paint(levels[zoom], tiles)
            return [
                ((zoom, x, y), png_bytes(palette.indices(picture), palette))
                for (x, y), picture in pictures.items()
            ]

        found = dict(pair for some in _in_turn(pool, drawn, squares) for pair in some)
    ordered = {tile: found[tile] for tile in sorted(found)}
    return TileSet(tiles=ordered, name=basemap.name, attribution=basemap.attribution)


def _palette(
    pool: ThreadPoolExecutor,
    levels: Mapping[int, Level],
    squares: Sequence[tuple[int, tuple[tuple[int, int], ...]]],
) -> Palette:
    """Choose the colours from squares spread over all levels."""
    chosen = squares[:: max(len(squares) // _SAMPLES, 1)]
    painted = pool.map(lambda square: list(paint(levels[square[0]], square[1]).values()), chosen)
    samples: list[Picture] = [picture for pictures in painted for picture in pictures]
    return palette_of(samples, fixed_colours())


def _in_turn(pool: ThreadPoolExecutor, work: Any, items: Sequence[Any]) -> Iterator[Any]:
    """Map in order, with no more than a few items in work."""
    waiting = iter(items)
    running = [pool.submit(work, item) for item in islice(waiting, _AHEAD)]
    while running:
        yield running.pop(0).result()
        running += [pool.submit(work, item) for item in islice(waiting, 1)]


def _bounds(coverage: Coverage) -> tuple[float, float, float, float]:
    zoom = max(z for z in coverage.tiles if z <= max(MIN_ZOOM + 4, min(coverage.tiles)))
    at: npt.NDArray[np.float64] = np.array(sorted(coverage.tiles[zoom]), dtype=float)
    corners = to_lonlat(np.array([at.min(axis=0), at.max(axis=0) + 1]) / 2**zoom)
    (west, north), (east, south) = corners.tolist()
    return west, south, east, north
