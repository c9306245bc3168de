"""Slope and shading of a surface of heights, by Horn's method, on grids in metres or degrees."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
from affine import Affine

from geo.crs import points_xy
from geo.errors import InputError
from geo.raster import Bounds, Floats, Raster, ReadBlock

CellSize = float | tuple[npt.ArrayLike, npt.ArrayLike]


def slope_degrees(dem: npt.ArrayLike, *, cell_size_m: CellSize) -> Floats:
    """Slope of the ground by Horn's method.

    With the neighbours named from the north-west ``a b c / d e f / g h i``::

        dz/dx = ((c + 2 f + i) − (a + 2 d + g)) / (8 dx)
        dz/dy = ((g + 2 h + i) − (a + 2 b + c)) / (8 dy)
        slope = arctan(√((dz/dx)² + (dz/dy)²)) · 180/π

    Parameters
    ----------
    dem : array of numbers, shape (rows, columns)
        Height in metres. NaN, infinite and masked cells are unknown.
    cell_size_m : float or (dx, dy)
        Cell width and height in metres. In the pair, each may also be an array of shape
        ``(rows,)``: the sizes row by row, for a grid in degrees (see `Raster.cell_sizes_m`).

    Returns
    -------
    array of float64, shape (rows, columns)
        Degrees, 0 to 90. NaN on the rim, on unknown cells and on their eight neighbours.

    Raises
    ------
    InputError
        ``terrain.not_a_grid`` when `dem` is not two-dimensional; ``terrain.cell_size`` when a
        cell size is not a positive number.

    References
    ----------
    Horn, B. K. P. (1981). Hill shading and the reflectance map. *Proceedings of the IEEE* 69(1),
    14–47.

    Examples
    --------
    >>> plane = np.arange(3.0) * np.ones((3, 1))  # rises one metre a metre to the east
    >>> float(slope_degrees(plane, cell_size_m=1)[1, 1])
    45.0
    """
    return _over_grid(dem, _horn, cell_size_m=cell_size_m)


def hillshade(
    dem: npt.ArrayLike,
    *,
    cell_size_m: CellSize,
    azimuth_deg: float = 315.0,
    altitude_deg: float = 45.0,
    exaggeration: float = 1.0,
) -> Floats:
    """Light on the ground from one sun, in the levels that GDAL's hillshade writes.

    With Horn's slopes p to the east and q to the north (see `slope_degrees`), azimuth A clockwise
    from north and altitude B above the horizon::

        light = (sin B − cos B (p sin A + q cos A)) / √(1 + p² + q²)
        level = 1 + 254 · max(light, 0)

    Parameters
    ----------
    dem : array of numbers, shape (rows, columns)
        Height in metres. NaN, infinite and masked cells are unknown.
    cell_size_m : float or (dx, dy)
        As in `slope_degrees`.
    azimuth_deg : float
        Where the light comes from. Maps are read with the light from the north-west, wherever the
        sun stands: lit from below, valleys look like ridges.
    altitude_deg : float
        0 to 90.
    exaggeration : float
        Multiplies the heights. More than 0.

    Returns
    -------
    array of float64, shape (rows, columns)
        1 (shadow) to 255 (facing the light). NaN on the rim, on unknown cells and on their eight
        neighbours.

    Raises
    ------
    InputError
        ``terrain.not_a_grid``, ``terrain.cell_size``; ``terrain.light`` when an angle or the
        exaggeration makes no sense.

    References
    ----------
    Horn, B. K. P. (1981). Hill shading and the reflectance map. *Proceedings of the IEEE* 69(1),
    14–47.
    """
    good = math.isfinite(azimuth_deg) and 0 <= altitude_deg <= 90
    if not (good and math.isfinite(exaggeration) and exaggeration > 0):
        raise InputError(
            "terrain.light", azimuth=azimuth_deg, altitude=altitude_deg, factor=exaggeration
        )
    turn, rise = math.radians(azimuth_deg), math.radians(altitude_deg)
    to_east, to_north = math.cos(rise) * math.sin(turn), math.cos(rise) * math.cos(turn)

    def lit(around: Sequence[Floats], dx: Floats, dy: Floats) -> Floats:
        east, south = (exaggeration * part for part in _gradient(around, dx, dy))
        light = (math.sin(rise) - to_east * east + to_north * south) / np.sqrt(
            1 + east**2 + south**2
        )
        level: Floats = 1 + 254 * np.maximum(light, 0)
        level[np.isnan(around[4])] = np.nan
        return level

    return _over_grid(dem, lit, cell_size_m=cell_size_m)


def slope_of(raster: Raster, *, bounds: Bounds | None = None) -> tuple[Floats, Affine]:
    """Slope of a DEM in any CRS, cell sizes measured on the ground row by row.

    Parameters
    ----------
    raster : Raster
        Heights in metres.
    bounds : (left, bottom, right, top), optional
        In the raster's CRS. None takes the whole raster.

    Returns
    -------
    slope : array of float64, shape (rows, columns)
        Degrees; NaN on the rim of what was read.
    transform : Affine
        Of `slope`.
    """
    heights, transform, sizes = _heights(raster, bounds)
    return slope_degrees(heights, cell_size_m=sizes), transform


def hillshade_of(
    raster: Raster,
    *,
    bounds: Bounds | None = None,
    azimuth_deg: float = 315.0,
    altitude_deg: float = 45.0,
    exaggeration: float = 1.0,
) -> tuple[Floats, Affine]:
    """Light on a DEM in any CRS: `hillshade` with cell sizes as in `slope_of`."""
    heights, transform, sizes = _heights(raster, bounds)
    level = hillshade(
        heights,
        cell_size_m=sizes,
        azimuth_deg=azimuth_deg,
        altitude_deg=altitude_deg,
        exaggeration=exaggeration,
    )
    return level, transform


def slope_at(raster: Raster, points: gpd.GeoSeries | gpd.GeoDataFrame) -> Floats:
    """Slope of the cell under each point; only the windows around the points are read.

    Parameters
    ----------
    raster : Raster
        Heights in metres, in any CRS.
    points : GeoSeries or GeoDataFrame of points, length n
        In any stated CRS.

    Returns
    -------
    array of float64, shape (n,)
        Degrees, the same to the bit as `slope_of` at that cell. NaN off the raster, on its rim,
        and where the cell or a neighbour is unknown.
    """
    rows, columns, inside = raster.cells_of(points_xy(points, crs=raster.crs))
    out = np.full(len(rows), np.nan)
    for here, block, r, c in raster.around(rows, columns, inside, rim=1):
        neighbours = [block[r + i, c + j] for i in (-1, 0, 1) for j in (-1, 0, 1)]
        out[here] = _horn(neighbours, *raster.cell_sizes_m(rows[here]))
    return out


@contextmanager
def slope_blocks(raster: Raster) -> Iterator[ReadBlock]:
    """Open a DEM and read windows of its slope: a cell is the same to the bit in every window."""
    with raster.blocks() as read:

        def slope(row: int, column: int, height: int, width: int) -> Floats:
            heights = read(row - 1, column - 1, height + 2, width + 2)
            sizes = raster.cell_sizes_m(row - 1 + np.arange(height + 2))
            return slope_degrees(heights, cell_size_m=sizes)[1:-1, 1:-1]

        yield slope


def _heights(raster: Raster, bounds: Bounds | None) -> tuple[Floats, Affine, tuple[Floats, Floats]]:
    """Heights of a window, its transform, and its cells' sizes row by row."""
    heights, transform = raster.read(bounds)
    first_row = round((transform.f - raster.transform.f) / raster.transform.e)
    return heights, transform, raster.cell_sizes_m(first_row + np.arange(heights.shape[0]))


def _over_grid(dem: npt.ArrayLike, of: Any, *, cell_size_m: CellSize) -> Floats:
    """Work out `of` (nine neighbours, dx, dy) for every cell that has nine neighbours."""
    heights = np.ma.filled(np.ma.asarray(dem).astype(np.float64), np.nan)
    if heights.ndim != 2:
        raise InputError("terrain.not_a_grid", dimensions=heights.ndim)
    dx, dy = _step_sizes(cell_size_m, rows=heights.shape[0])
    out = np.full(heights.shape, np.nan)
    if min(heights.shape) < 3:
        return out
    known = np.where(np.isfinite(heights), heights, np.nan)
    north, middle, south = known[:-2], known[1:-1], known[2:]
    around = [
        part[:, k : part.shape[1] - 2 + k] for part in (north, middle, south) for k in (0, 1, 2)
    ]
    out[1:-1, 1:-1] = of(around, dx[1:-1, None], dy[1:-1, None])
    return out


def _gradient(around: Sequence[Floats], dx: Floats, dy: Floats) -> tuple[Floats, Floats]:
    """Rise to the east and to the south, metres a metre."""
    a, b, c, d, _, f, g, h, i = around
    east = ((c + 2 * f + i) - (a + 2 * d + g)) / (8 * dx)
    south = ((g + 2 * h + i) - (a + 2 * b + c)) / (8 * dy)
    return east, south


def _horn(around: Sequence[Floats], dx: Floats, dy: Floats) -> Floats:
    slope: Floats = np.degrees(np.arctan(np.hypot(*_gradient(around, dx, dy))))
    slope[np.isnan(around[4])] = np.nan
    return slope


def _step_sizes(cell_size_m: CellSize, *, rows: int) -> tuple[Floats, Floats]:
    both = not isinstance(cell_size_m, (tuple, list, np.ndarray))
    pair: Any = (cell_size_m, cell_size_m) if both else cell_size_m
    if len(pair) != 2:
        raise InputError("terrain.cell_size", size=str(cell_size_m)[:40])
    dx, dy = (np.broadcast_to(np.asarray(size, float), (rows,)) for size in pair)
    if not (np.isfinite([dx, dy]).all() and dx.min(initial=1) > 0 and dy.min(initial=1) > 0):
        raise InputError("terrain.cell_size", size=str(cell_size_m)[:40])
    return dx, dy
