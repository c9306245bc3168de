"""Elevation: whole one-degree tiles fetched, only the part that is needed put into one GeoTIFF."""

from __future__ import annotations

import gzip
import math
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data.fetch.area import Bounds, Made, around, bounds_of, credited, require
from data.fetch.fetcher import Fetched, Fetcher
from data.fetch.sources import Source
from data.files import guard  # first: it settles which drivers GDAL may load
from geo.errors import InputError
from geo.files import written_whole

MOST_TILES = 30
NODATA = -9999.0
_VOID = -32768
_SIDES = (3601, 1201)
_OFF_GRID = 0.01  # cells: tiles of one source lie on one grid


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A tile's heights in metres (NaN unknown), row 0 in the north; degrees of its corner."""

    cells: npt.NDArray[np.float32]
    west: float
    north: float
    step: float


def tiles_of(bounds: Bounds) -> list[tuple[int, int]]:
    """List the one-degree tiles (lat, lon of the south-west corner) that a box touches."""
    west, south, east, north = bounds
    lats = range(math.floor(south), math.ceil(north))
    return [(lat, lon) for lat in lats for lon in range(math.floor(west), math.ceil(east))]


def names_of(lat: int, lon: int) -> dict[str, str]:
    """Write a tile's corner as its file name does: S08, E109."""
    return {
        "lat": f"{'S' if lat < 0 else 'N'}{abs(lat):02d}",
        "lon": f"{'W' if lon < 0 else 'E'}{abs(lon):03d}",
    }


def fetch_elevation(area: Any, *, source: Source, fetcher: Fetcher, room: Path) -> Made:
    """Fetch the tiles under an area and make one GeoTIFF of the part that is needed.

    Heights where the source has no tile (the sea) are left unknown, never zero.

    Parameters
    ----------
    area : shapely geometry in EPSG:4326
    source : Source
        Copernicus GLO-30 (``.tif``) or SRTM (``.hgt.gz``).
    room : Path
        Folder the file is made in.

    Raises
    ------
    InputError
        ``fetch.area_too_big`` · ``fetch.no_tiles`` · ``fetch.damaged``, and those of `Fetcher`.
    """
    bounds = bounds_of(around(area, source.margin_km))
    wanted = tiles_of(bounds)
    if len(wanted) > MOST_TILES:
        raise InputError("fetch.area_too_big", count=len(wanted), limit=MOST_TILES)
    found: list[Fetched] = []
    for lat, lon in wanted:
        try:
            found.append(fetcher.file(source.url.format(**names_of(lat, lon)), source=source))
        except InputError as fault:
            if fault.code != "fetch.not_found":
                raise
    if not found:
        raise InputError("fetch.no_tiles", source=source.title)
    output = room / f"elevation-{source.key}.tif"
    put_together(found, bounds, output, source=source)
    date = source.date if source.date != "modified" else max(f.modified for f in found)
    told = credited(
        source, url=source.url, date=date, tiles=len(found), missing_tiles=len(wanted) - len(found)
    )
    return Made(kind="elevation", path=output, source=source, options=told)  # fmt: skip


def put_together(found: list[Fetched], bounds: Bounds, output: Path, *, source: Source) -> None:
    """Write the cells of several tiles that lie in a box as one GeoTIFF, without resampling."""
    import rasterio
    from affine import Affine

    first = read_tile(found[0].path, source)
    step = first.step
    left = math.floor((bounds[0] - first.west) / step)
    top = math.floor((first.north - bounds[3]) / step)
    size = {
        "width": math.ceil((bounds[2] - first.west) / step) - left,
        "height": math.ceil((first.north - bounds[1]) / step) - top,
    }
    shape = Affine(step, 0, first.west + left * step, 0, -step, first.north - top * step)
    told: dict[str, Any] = {"driver": "GTiff", "dtype": "float32", "count": 1, "crs": "EPSG:4326"}
    told |= {"compress": "deflate", "predictor": 3, "nodata": NODATA, "transform": shape}
    told |= {"tiled": True, "blockxsize": 512, "blockysize": 512, **size}
    with (
        written_whole(output, overwrite=True) as temporary,
        rasterio.open(temporary, "w+", **told) as into,
    ):
        for each in found:
            tile = first if each is found[0] else read_tile(each.path, source)
            column, row = _placed(tile, first, source)
            _lay(into, tile, column - left, row - top)


def _lay(into: Any, tile: Tile, column: int, row: int) -> None:
    """Write a tile's known cells at (column, row) of a raster; tiles may share a rim."""
    from rasterio.windows import Window

    rows, columns = tile.cells.shape
    x0, y0 = max(column, 0), max(row, 0)
    x1, y1 = min(column + columns, into.width), min(row + rows, into.height)
    if x1 <= x0 or y1 <= y0:
        return
    part = tile.cells[y0 - row : y1 - row, x0 - column : x1 - column]
    at = Window(x0, y0, x1 - x0, y1 - y0)
    into.write(np.where(np.isnan(part), into.read(1, window=at), part), 1, window=at)


def _placed(tile: Tile, first: Tile, source: Source) -> tuple[int, int]:
    """Return a tile's column and row on the first one's grid."""
    column = (tile.west - first.west) / first.step
    row = (first.north - tile.north) / first.step
    off = max(abs(column - round(column)), abs(row - round(row)))
    if off > _OFF_GRID or not math.isclose(tile.step, first.step, rel_tol=1e-6):
        raise InputError("fetch.damaged", source=source.title)
    return round(column), round(row)


def read_tile(path: Path, source: Source) -> Tile:
    """Read a fetched tile; InputError ``fetch.damaged`` when it is none."""
    if path.name.endswith(".hgt.gz"):
        return _hgt(path, source)
    import rasterio

    require(path, frozenset({guard.FileType.GEOTIFF}), source)
    try:
        with warnings.catch_warnings(), rasterio.open(path) as tile:
            warnings.simplefilter("ignore")
            if not (tile.crs and tile.crs.is_geographic) or tile.width * tile.height > 25_000_000:
                raise InputError("fetch.damaged", source=source.title)
            cells = tile.read(1, masked=True).filled(np.nan).astype(np.float32)
            shape = tile.transform
    except (rasterio.errors.RasterioError, TypeError):
        raise InputError("fetch.damaged", source=source.title) from None
    return Tile(cells=cells, west=shape.c, north=shape.f, step=shape.a)


def _hgt(path: Path, source: Source) -> Tile:
    """Read a raw SRTM tile: big-endian metres, the corner in its name, cell *centres* on it."""
    corner = path.name.removesuffix(".hgt.gz")[-7:]
    try:
        with gzip.open(path, "rb") as packed:
            raw = packed.read(2 * _SIDES[0] ** 2 + 1)
        lat = int(corner[1:3]) * (-1 if corner[0] == "S" else 1)
        lon = int(corner[4:7]) * (-1 if corner[3] == "W" else 1)
        side = next(s for s in _SIDES if 2 * s**2 == len(raw))
    except (OSError, EOFError, zlib.error, ValueError, StopIteration):
        raise InputError("fetch.damaged", source=source.title) from None
    cells = np.frombuffer(raw, dtype=">i2").reshape(side, side).astype(np.float32)
    cells[cells == _VOID] = np.nan
    step = 1 / (side - 1)
    return Tile(cells=cells, west=lon - step / 2, north=lat + 1 + step / 2, step=step)
