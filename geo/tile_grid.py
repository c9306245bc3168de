"""Which squares of the world's tile grid a map needs, and where a place lies on it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]
Tile = tuple[int, int, int]
"""Zoom, column from the west, row from the north."""

SIZE = 256
META = 4
"""Tiles are drawn in squares of so many by so many: lines and shades are worked out once."""
MIN_ZOOM, MAX_ZOOM = 8, 16
MOST_WHOLE = 450
"""Levels of which the whole area takes no more tiles are drawn whole; finer ones near the work."""
MOST_TILES = 1400
"""More are never drawn for one pack: less is shown around its sites and ways instead."""
_AROUND_M = {14: (1500.0, 400.0), 15: (1000.0, 200.0), 16: (600.0, 80.0)}
"""By finest level: how far around sites and ways. Above 14, of ways only what is near a site."""
_TIGHTER = (1.0, 0.75, 0.55, 0.4, 0.25, 0.1)
ACCESS_M = 1000.0
"""So much of the way to a site lies on the finest level."""
_EARTH_M = 2 * math.pi * 6_378_137.0
_POLE_DEG = 85.0511287798066


@dataclass(frozen=True, slots=True)
class Coverage:
    """The tiles a map consists of, by zoom."""

    tiles: Mapping[int, frozenset[tuple[int, int]]]

    def squares(self) -> Iterator[tuple[int, tuple[tuple[int, int], ...]]]:
        """Yield (zoom, tiles) of each square of `META` × `META`, in a fixed order."""
        for zoom in sorted(self.tiles):
            by_square: dict[tuple[int, int], list[tuple[int, int]]] = {}
            for x, y in sorted(self.tiles[zoom]):
                by_square.setdefault((x // META, y // META), []).append((x, y))
            for square in sorted(by_square):
                yield zoom, tuple(by_square[square])

    def __len__(self) -> int:
        return sum(map(len, self.tiles.values()))


def to_world(lonlat: npt.ArrayLike) -> Floats:
    """Place longitudes and latitudes on the square world of Web Mercator (EPSG:3857).

    Parameters
    ----------
    lonlat : array of float, shape (n, 2)
        Degrees, EPSG:4326.

    Returns
    -------
    array of float64, shape (n, 2)
        0 to 1 from the west and from the north: x = (λ + 180)/360,
        y = ½ − ln tan(π/4 + φ/2) / 2π.
    """
    given = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
    phi = np.radians(np.clip(given[:, 1], -_POLE_DEG, _POLE_DEG))
    y = 0.5 - np.log(np.tan(np.pi / 4 + phi / 2)) / (2 * np.pi)
    return np.column_stack([(given[:, 0] + 180) / 360, y])


def to_lonlat(world: npt.ArrayLike) -> Floats:
    """Turn places on the square world back into degrees; the reverse of `to_world`."""
    given = np.asarray(world, dtype=np.float64).reshape(-1, 2)
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * given[:, 1]))))
    return np.column_stack([given[:, 0] * 360 - 180, lat])


def tiles_of(lonlat: npt.ArrayLike, zoom: int) -> npt.NDArray[np.int64]:
    """Name the tile each place lies on, (column, row), shape (n, 2)."""
    most = (1 << zoom) - 1
    return np.clip(np.floor(to_world(lonlat) * (1 << zoom)), 0, most).astype(np.int64)


def coverings(
    area: Any | None, *, sites: npt.ArrayLike, ways: Sequence[npt.ArrayLike] = ()
) -> list[Coverage]:
    """Choose the tiles of a pack, generously first, then ever closer around its sites and ways.

    Parameters
    ----------
    area : shapely geometry in EPSG:4326, optional
        Drawn whole on every level where it takes at most `MOST_WHOLE` tiles.
    sites : array of float, shape (n, 2)
        Degrees. Drawn from `MIN_ZOOM` to `MAX_ZOOM`.
    ways : sequence of arrays, each of shape (m, 2)
        Degrees, EPSG:4326. On the finest levels only within `ACCESS_M` of a site.

    Returns
    -------
    list of Coverage
        Each holds the next one. The first has at most `MOST_TILES` tiles if any does. Zoom 8 to
        16: at 16 a pixel is 2.4 m on the equator.
    """
    points = np.asarray(sites, dtype=np.float64).reshape(-1, 2)
    marks = shapely.points(to_world(points))
    lines = [shapely.LineString(to_world(way)) for way in ways if len(np.asarray(way)) > 1]
    unit = _a_metre(points, area)
    reach = _grown([(marks, ACCESS_M * 1.1)], unit)
    roads = [road for road in (line.intersection(reach) for line in lines) if not road.is_empty]
    whole = None if area is None else shapely.transform(area, to_world)
    made = [
        _laid_out(
            {
                last: _grown(
                    [(marks, site_m * tight), (lines if last == 14 else roads, way_m * tight)],
                    unit,
                )
                for last, (site_m, way_m) in _AROUND_M.items()
            },
            whole,
        )
        for tight in _TIGHTER
    ]
    return [one for one in made if len(one) <= MOST_TILES] or made[-1:]


def covering(
    area: Any | None, *, sites: npt.ArrayLike, ways: Sequence[npt.ArrayLike] = ()
) -> Coverage:
    """Choose the tiles of a pack: the most generous of `coverings`."""
    return coverings(area, sites=sites, ways=ways)[0]


def _laid_out(shapes: Mapping[int, Any], whole: Any | None) -> Coverage:
    """Name the tiles of shapes (by the last level they are for) and of the whole area."""
    tiles = {}
    for zoom in range(MIN_ZOOM, MAX_ZOOM + 1):
        found = touching(shapes[max(zoom, min(shapes))], zoom)
        if whole is not None and _few(whole, zoom):
            found |= touching(whole, zoom)
        tiles[zoom] = frozenset(found)
    return Coverage({zoom: found for zoom, found in tiles.items() if found})


def _grown(parts: Sequence[tuple[Any, float]], unit: float) -> Any:
    grown = [shapely.buffer(np.asarray(of), m * unit, quad_segs=4) for of, m in parts if len(of)]
    return shapely.union_all(np.concatenate(grown)) if grown else shapely.Polygon()


def _a_metre(points: Floats, area: Any | None) -> float:
    """Return a metre's length on the square world, at the latitude furthest from the equator."""
    lats = [*points[:, 1], *(() if area is None else shapely.bounds(area)[[1, 3]])]
    furthest = max((abs(float(lat)) for lat in lats), default=0.0)
    return 1 / (_EARTH_M * math.cos(math.radians(furthest)))


def _few(shape: Any, zoom: int) -> bool:
    """Tell whether a shape takes few tiles, without laying them out where it takes very many."""
    return shape.area * 4**zoom <= MOST_WHOLE and len(touching(shape, zoom)) <= MOST_WHOLE


def touching(shape: Any, zoom: int) -> set[tuple[int, int]]:
    """Name the tiles, (column, row), that a shape on the square world touches."""
    n = 1 << zoom
    found: set[tuple[int, int]] = set()
    for part in shapely.get_parts(shape):
        if part.is_empty:
            continue
        left, top, right, bottom = (math.floor(edge * n) for edge in part.bounds)
        x, y = (
            each.ravel()
            for each in np.meshgrid(np.arange(left, right + 1), np.arange(top, bottom + 1))
        )
        shapely.prepare(part)
        hit = shapely.intersects(part, shapely.box(x / n, y / n, (x + 1) / n, (y + 1) / n))
        found.update(zip(x[hit].tolist(), y[hit].tolist(), strict=True))
    return found
