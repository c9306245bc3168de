"""The ground under a site: slope, sampled values, the worst of a disc, and means over polygons."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from affine import Affine

from geo.crs import points_xy
from geo.discs import disc_quantile
from geo.errors import CrsError, InputError
from geo.raster import Bounds, Floats, Raster, ReadBlock

__all__ = ["Raster", "disc_quantile", "sample", "slope_at", "slope_degrees", "slope_of", "zonal"]

CellSize = float | tuple[npt.ArrayLike, npt.ArrayLike]
_SHARE = "valid_share_0_1"
_STATS = frozenset({"count", "max", "mean", "median", "min", "mode", "stdev", "sum", _SHARE})
_QUANTILE = re.compile(r"quantile\(q=(0(\.\d+)?|1(\.0+)?)\)")


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
    heights = np.ma.filled(np.ma.asarray(dem).astype(np.float64), np.nan)
    if heights.ndim != 2:
        raise InputError("terrain.not_a_grid", dimensions=heights.ndim)
    dx, dy = _step_sizes(cell_size_m, rows=heights.shape[0])
    slope = np.full(heights.shape, np.nan)
    if min(heights.shape) < 3:
        return slope
    known = np.where(np.isfinite(heights), heights, np.nan)
    north, middle, south = known[:-2], known[1:-1], known[2:]
    around = [
        part[:, k : part.shape[1] - 2 + k] for part in (north, middle, south) for k in (0, 1, 2)
    ]
    slope[1:-1, 1:-1] = _horn(around, dx[1:-1, None], dy[1:-1, None])
    return slope


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
    heights, transform = raster.read(bounds)
    first_row = round((transform.f - raster.transform.f) / raster.transform.e)
    sizes = raster.cell_sizes_m(first_row + np.arange(heights.shape[0]))
    return slope_degrees(heights, cell_size_m=sizes), transform


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


def sample(raster: Raster, points: gpd.GeoSeries | gpd.GeoDataFrame) -> Floats:
    """Read the cell under each point, by array index.

    Parameters
    ----------
    raster : Raster
    points : GeoSeries or GeoDataFrame of points, length n
        In any stated CRS.

    Returns
    -------
    array of float64, shape (n,)
        Scaled values; NaN off the raster, where it has no data, and where there is no point.
    """
    rows, columns, inside = raster.cells_of(points_xy(points, crs=raster.crs))
    out = np.full(len(rows), np.nan)
    for here, block, r, c in raster.around(rows, columns, inside, rim=0):
        out[here] = block[r, c]
    return out


def zonal(
    raster: Raster,
    polygons: gpd.GeoSeries | gpd.GeoDataFrame,
    *,
    stats: Sequence[str] = ("mean", "valid_share_0_1"),
) -> pd.DataFrame:
    """Statistics of the cells under each polygon, every cell weighted by its covered part.

    Parameters
    ----------
    raster : Raster
    polygons : GeoSeries or GeoDataFrame of polygons, length n
        In any stated CRS. Missing and empty geometries give NaN.
    stats : sequence of str
        Of ``mean, min, max, median, mode, stdev, sum, count`` (known cells, parts counted as
        parts), ``quantile(q=0.9)`` with any q, and ``valid_share_0_1``: the part of the polygon's
        area that lies on known cells.

    Returns
    -------
    DataFrame, shape (n, len(stats))
        Index of `polygons`, one float64 column per entry of `stats`.

    Raises
    ------
    CrsError
        ``crs.missing`` when the polygons do not say what they are in.
    InputError
        ``terrain.stat`` for a statistic that is not in the list; ``geometry.not_polygons``.

    Notes
    -----
    exactextract computes the covered part of each cell exactly; a cell grazed by a corner of the
    polygon counts with that corner, so small polygons are neither lost nor shifted by half a cell.
    """
    for name in stats:
        if name not in _STATS and not _QUANTILE.fullmatch(name):
            raise InputError("terrain.stat", stat=str(name)[:40])
    geometry = polygons.geometry
    if geometry.crs is None:
        raise CrsError("crs.missing", what="polygons")
    shapes = geometry.to_crs(raster.crs).to_numpy()
    at = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    if (shapely.get_dimensions(shapes[at]) != 2).any():
        raise InputError("geometry.not_polygons")
    out = pd.DataFrame(np.nan, index=polygons.index, columns=list(stats), dtype=np.float64)
    if len(at):
        out.iloc[at] = _covered_stats(raster, shapes[at], stats)
    return out


def _covered_stats(raster: Raster, shapes: npt.NDArray[Any], stats: Sequence[str]) -> Floats:
    """Run exactextract; returns an array of shape (polygons, stats)."""
    from exactextract import exact_extract

    frame = gpd.GeoDataFrame({"at": np.arange(len(shapes))}, geometry=shapes, crs=raster.crs)
    # names of our own keep two equal statistics apart
    asked = ["count" if name == _SHARE else name for name in stats]
    with raster.blocks() as read:
        found = exact_extract(
            _as_source(raster, read),
            frame,
            [f"stat_{k}={name}" for k, name in enumerate(asked)],
            include_cols=["at"],
            output="pandas",
            strategy="raster-sequential",
        )
    # one column an operation, in the order asked
    out: Floats = found.set_index("at").reindex(frame["at"]).to_numpy(np.float64, copy=True)
    share = np.array([name == _SHARE for name in stats])
    cell_area = -raster.transform.a * raster.transform.e
    out[:, share] = np.clip(out[:, share] * cell_area / shapely.area(shapes)[:, None], 0.0, 1.0)
    return out


def _as_source(raster: Raster, read: ReadBlock) -> Any:
    """Show exactextract the raster as this house reads it: scaled, float64, NaN where unknown."""
    from exactextract.raster import RasterSource

    class Cells(RasterSource):  # type: ignore[misc] # exactextract ships no types
        def res(self) -> tuple[float, float]:
            return raster.transform.a, -raster.transform.e

        def extent(self) -> Bounds:
            return raster.bounds

        def nodata_value(self) -> None:
            return None

        def srs_wkt(self) -> str:
            return raster.crs.to_wkt()

        def read_window(self, x0: int, y0: int, nx: int, ny: int) -> Floats:
            return read(y0, x0, ny, nx)

    return Cells()


def _horn(around: Sequence[Floats], dx: Floats, dy: Floats) -> Floats:
    a, b, c, d, e, f, g, h, i = around
    east = ((c + 2 * f + i) - (a + 2 * d + g)) / (8 * dx)
    north = ((g + 2 * h + i) - (a + 2 * b + c)) / (8 * dy)
    slope: Floats = np.degrees(np.arctan(np.hypot(east, north)))
    slope[np.isnan(e)] = np.nan
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
