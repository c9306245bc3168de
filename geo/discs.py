"""What a raster holds within a radius of each point, the radius measured in true metres."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import numpy.typing as npt
from affine import Affine
from pyproj import Transformer

from geo.crs import points_xy, require_metric, transformer
from geo.errors import InputError
from geo.raster import Floats, Ints, Raster, tiles

_CELLS_AT_ONCE = 1_000_000  # held for one chunk of discs: about 60 MB with its temporaries
_FAR = 1 << 30  # cells: beyond any raster, and its tile number still fits 64 bits
_TOUCH_M = 1e-6  # a centre exactly on the circle stays inside whatever reprojection rounds


def disc_quantile(
    raster: Raster,
    points_metric: gpd.GeoSeries | gpd.GeoDataFrame,
    *,
    radius_m: float,
    q: float,
) -> tuple[Floats, Floats]:
    """Quantile of the cells around each point, and how much of the disc is known.

    A cell belongs to the disc when its centre, moved to the points' own CRS, lies within
    `radius_m`: true metres, even where the raster's own unit is stretched (World Mercator) or a
    degree. When no centre lies so near, the nearest cell stands for the disc.

    Parameters
    ----------
    raster : Raster
        In any CRS.
    points_metric : GeoSeries or GeoDataFrame of points, length n
        In a CRS that measures metres.
    radius_m : float
        Not negative.
    q : float
        0 to 1; 0.9 is the value that a tenth of the disc exceeds.

    Returns
    -------
    value : array of float64, shape (n,)
        Linear between order statistics, over the known cells; NaN when none is known.
    valid_share_0_1 : array of float64, shape (n,)
        Known cells over all cells of the disc. Cells beyond the raster's edge are unknown; NaN
        only where there is no point.

    Raises
    ------
    CrsError
        When the points are not in metres.
    InputError
        ``terrain.disc`` when the radius is negative or q is outside 0–1.

    Notes
    -----
    The cost is the number of cells in all discs. Points are taken tile by tile, so memory does not
    grow with the raster, and each value depends on nothing but its own point.
    """
    if not (math.isfinite(radius_m) and radius_m >= 0 and 0 <= q <= 1):
        raise InputError("terrain.disc", radius=radius_m, q=q)
    crs = require_metric(points_metric, what="points")
    xy = points_xy(points_metric, crs=crs)
    value, share = np.full(len(xy), np.nan), np.full(len(xy), np.nan)
    at = np.flatnonzero(np.isfinite(xy[:, 0]))
    if not len(at):
        return value, share
    rows, columns = _cells_under(raster, xy[at], transformer(crs, raster.crs))
    to_metric = transformer(raster.crs, crs)
    reach = _reach(raster, to_metric, rows=rows, columns=columns, radius_m=radius_m)
    chunk = max(_CELLS_AT_ONCE // len(reach), 1)
    with raster.blocks() as read:
        for group in tiles(rows, columns):
            for first in range(0, len(group), chunk):
                part = group[first : first + chunk]
                r, c = rows[part, None] + reach[:, 0], columns[part, None] + reach[:, 1]
                top, left = int(r.min()), int(c.min())
                block = read(top, left, int(r.max()) - top + 1, int(c.max()) - left + 1)
                here = at[part]
                distance_m = _distances(xy[here], r, c, grid=raster.transform, to_metric=to_metric)
                cells = block[r - top, c - left]
                value[here], share[here] = _quantile(cells, distance_m, radius_m=radius_m, q=q)
    return value, share


def _cells_under(raster: Raster, xy: Floats, to_raster: Transformer) -> tuple[Ints, Ints]:
    """Row and column under each point, also beyond the raster's edge."""
    x, y = (np.asarray(part, float) for part in to_raster.transform(xy[:, 0], xy[:, 1]))
    grid = raster.transform
    columns, rows = (x - grid.c) / grid.a, (y - grid.f) / grid.e
    far = np.nan_to_num(np.stack([rows, columns]), nan=_FAR, posinf=_FAR, neginf=-_FAR)
    rows, columns = np.floor(np.clip(far, -_FAR, _FAR)).astype(np.int64)
    return rows, columns


def _reach(
    raster: Raster, to_metric: Transformer, *, rows: Ints, columns: Ints, radius_m: float
) -> Ints:
    """Offsets (row, column) of the cells whose centre can lie within the radius of a point.

    A point may stand anywhere in its own cell, so a cell k steps away is at least k − ½ cells off.
    """
    near = (np.abs(rows) < _FAR) & (np.abs(columns) < _FAR)
    corner = [
        np.append(edge[near], size // 2)
        for edge, size in ((rows, raster.height), (columns, raster.width))
    ]
    grid = raster.transform
    x, y = grid.c + grid.a * (corner[1] + 0.5), grid.f + grid.e * (corner[0] + 0.5)
    start = np.stack(to_metric.transform(x, y))
    wide = np.hypot(*(np.stack(to_metric.transform(x + grid.a, y)) - start))
    high = np.hypot(*(np.stack(to_metric.transform(x, y + grid.e)) - start))
    dx, dy = np.nanmin(wide) * 0.99, np.nanmin(high) * 0.99  # cells differ a little within a disc
    down, right = (math.ceil(radius_m / step + 0.5) for step in (dy, dx))
    i, j = np.mgrid[-down : down + 1, -right : right + 1]
    least_m = np.hypot(np.maximum(abs(i) - 0.5, 0) * dy, np.maximum(abs(j) - 0.5, 0) * dx)
    offsets: Ints = np.argwhere(least_m <= radius_m) - np.array([down, right])
    return offsets


def _distances(
    xy: Floats, rows: Ints, columns: Ints, *, grid: Affine, to_metric: Transformer
) -> Floats:
    """Metres from each point to its cells' centres, shape (points, cells)."""
    x, y = to_metric.transform(
        (grid.c + grid.a * (columns + 0.5)).ravel(), (grid.f + grid.e * (rows + 0.5)).ravel()
    )
    dx, dy = np.reshape(x, rows.shape) - xy[:, :1], np.reshape(y, rows.shape) - xy[:, 1:]
    out: Floats = np.hypot(dx, dy)
    return out


def _quantile(
    cells: Floats, distance_m: Floats, *, radius_m: float, q: float
) -> tuple[Floats, Floats]:
    """Quantile and known share of each row of cells, over those within the radius."""
    inside: npt.NDArray[np.bool_] = distance_m <= radius_m + _TOUCH_M
    alone = np.flatnonzero(~inside.any(axis=1))
    inside[alone, np.argmin(distance_m[alone], axis=1)] = True
    known = np.sort(np.where(inside, cells, np.nan), axis=1)  # NaN goes last
    count = np.isfinite(known).sum(axis=1)
    position = q * np.maximum(count - 1, 0)
    below = np.floor(position).astype(np.int64)
    each = np.arange(len(known))
    low = known[each, below]
    high = known[each, np.minimum(below + 1, np.maximum(count - 1, 0))]
    return low + (high - low) * (position - below), count / inside.sum(axis=1)
