"""A raster as a handle: what it is and where it lies; its cells are read window by window."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from affine import Affine
from pyproj import CRS, Geod

from geo.crs import LONLAT, measures_true, read_crs, transformer
from geo.errors import CrsError, InputError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bounds = tuple[float, float, float, float]
ReadBlock = Callable[[int, int, int, int], Floats]
"""(row, column, height, width) → cells; NaN beyond the raster's edge."""

TILE = 512  # cells: a read of 2 MB, and a whole number of the usual 256-cell blocks


@dataclass(frozen=True, slots=True, kw_only=True)
class Raster:
    """One band of numbers on a north-up grid, opened but not read.

    Parameters
    ----------
    path : Path
    crs : pyproj.CRS
    transform : Affine
        From (column, row) of a cell's upper left corner to x, y in `crs`.
    width, height : int
        Columns and rows.
    nodata : float or None
        The raw value that means *unknown*; such cells are read as NaN.
    scale, offset : float
        ``value = raw * scale + offset``.
    """

    path: Path
    crs: CRS
    transform: Affine
    width: int
    height: int
    nodata: float | None
    scale: float = 1.0
    offset: float = 0.0

    @classmethod
    def open(cls, path: Path, *, crs: CRS | str | None = None, scale: float = 1.0) -> Raster:
        """Look at a GeoTIFF without reading its cells.

        Parameters
        ----------
        path : Path
        crs : pyproj.CRS or str, optional
            What the file is in, used only when the file does not say it itself.
        scale : float
            Multiplies every value, after the scale and offset the file itself declares; 0.01
            turns an index stored as 0–100 into 0–1.

        Raises
        ------
        CrsError
            ``crs.missing`` when neither the file nor the caller says what it is in.
        InputError
            ``raster.unreadable``, ``raster.bands`` (a picture, not numbers), ``raster.rotated``,
            ``raster.scale`` (not a positive number).
        """
        path = Path(path)
        with opened(path) as source:
            stated = source.crs.to_wkt() if source.crs else crs
            if stated is None:
                raise CrsError("crs.missing", what=path.name)
            grid: Affine = source.transform
            if grid.b or grid.d or grid.a <= 0 or grid.e >= 0:
                raise InputError("raster.rotated", file=path.name)
            if sum(c.name != "alpha" for c in source.colorinterp) != 1 or _complex(source):
                raise InputError("raster.bands", file=path.name, bands=source.count)
            factor = scale * source.scales[0]
            if not (math.isfinite(factor) and factor > 0):
                raise InputError("raster.scale", file=path.name, scale=factor)
            return cls(
                path=path,
                crs=read_crs(stated, what=path.name),
                transform=grid,
                width=source.width,
                height=source.height,
                nodata=source.nodata,
                scale=factor,
                offset=scale * source.offsets[0],
            )

    @property
    def bounds(self) -> Bounds:
        """Left, bottom, right, top in the raster's own CRS."""
        left, top = self.transform.c, self.transform.f
        right = left + self.transform.a * self.width
        return (left, top + self.transform.e * self.height, right, top)

    @property
    def cell_size_m(self) -> tuple[float, float]:
        """Width and height of the middle cell in true metres on the ground, whatever the CRS."""
        dx, dy = self.cell_sizes_m(np.array([(self.height - 1) / 2]))
        return float(dx[0]), float(dy[0])

    def cell_sizes_m(self, rows: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Measure the cells of some rows on the ground.

        In a CRS that measures true (UTM, TM-3) it is the grid's own step. In degrees or in a world
        Mercator a cell shrinks with the latitude: there it is the geodesic on WGS 84 between the
        middles of opposite sides, taken in the middle column.

        Parameters
        ----------
        rows : array of float, shape (n,)
            Row numbers; row 0 is the northernmost. May lie outside the raster.

        Returns
        -------
        dx_m, dy_m : arrays of float64, shape (n,)
        """
        at = np.asarray(rows, float)
        grid = self.transform
        if measures_true(self.crs):
            return np.full(at.shape, grid.a), np.full(at.shape, -grid.e)
        to_lonlat = transformer(self.crs, LONLAT)
        x = np.full(at.shape, grid.c + grid.a * self.width / 2)
        y = grid.f + grid.e * (at + 0.5)
        half_x, half_y = grid.a / 2, -grid.e / 2

        def across(step_x: float, step_y: float) -> Floats:
            one = to_lonlat.transform(x - step_x, y - step_y)
            other = to_lonlat.transform(x + step_x, y + step_y)
            return np.asarray(Geod(ellps="WGS84").inv(*one, *other)[2], float)

        return across(half_x, 0.0), across(0.0, half_y)

    def cells_of(self, xy: Floats) -> tuple[Ints, Ints, npt.NDArray[np.bool_]]:
        """Find the cell under each point.

        Parameters
        ----------
        xy : array of float64, shape (n, 2)
            In the raster's CRS; NaN where there is no point.

        Returns
        -------
        rows, columns : arrays of int64, shape (n,)
            0 where `inside` is False.
        inside : array of bool, shape (n,)
            False off the raster and for NaN. The right and bottom rims belong to no cell.
        """
        columns = np.floor((xy[:, 0] - self.transform.c) / self.transform.a)
        rows = np.floor((xy[:, 1] - self.transform.f) / self.transform.e)
        inside = (columns >= 0) & (columns < self.width) & (rows >= 0) & (rows < self.height)
        return (
            np.where(inside, rows, 0).astype(np.int64),
            np.where(inside, columns, 0).astype(np.int64),
            inside,
        )

    def read(self, bounds: Bounds | None = None) -> tuple[Floats, Affine]:
        """Read the cells that touch a box, or the whole raster.

        Parameters
        ----------
        bounds : (left, bottom, right, top), optional
            In the raster's CRS; cut to the raster. None reads everything.

        Returns
        -------
        cells : array of float64, shape (rows, columns)
            Scaled values; NaN where the raster has no data.
        transform : Affine
            Of the window that was read.

        Raises
        ------
        InputError
            ``raster.no_overlap`` when the box lies wholly beside the raster.
        """
        row, column, height, width = self._window(bounds or self.bounds)
        with self.blocks() as read:
            cells = read(row, column, height, width)
        grid = self.transform
        left, top = grid.c + grid.a * column, grid.f + grid.e * row
        return cells, Affine(grid.a, 0.0, left, 0.0, grid.e, top)

    @contextmanager
    def blocks(self) -> Iterator[ReadBlock]:
        """Open the file once for many windows; each may reach beyond the edge (NaN there)."""
        with opened(self.path) as source:

            def read(row: int, column: int, height: int, width: int) -> Floats:
                return self._read(source, row, column, height, width)

            yield read

    def around(
        self, rows: Ints, columns: Ints, inside: npt.NDArray[np.bool_], *, rim: int
    ) -> Iterator[tuple[Ints, Floats, Ints, Ints]]:
        """Read the windows in which cells of interest lie, each once.

        Parameters
        ----------
        rows, columns : arrays of int64, shape (n,)
        inside : array of bool, shape (n,)
            Cells that are False are left out.
        rim : int
            Cells to read beyond the outermost cell on every side.

        Yields
        ------
        here, block, row_in_block, column_in_block
            Positions among the n cells, the window, and where those cells lie in it.
        """
        at = np.flatnonzero(inside)
        with self.blocks() as read:
            for group in tiles(rows[at], columns[at]):
                here = at[group]
                r, c = rows[here], columns[here]
                top, left = int(r.min()) - rim, int(c.min()) - rim
                block = read(top, left, int(r.max()) - top + rim + 1, int(c.max()) - left + rim + 1)
                yield here, block, r - top, c - left

    def _read(self, source: Any, row: int, column: int, height: int, width: int) -> Floats:
        from rasterio.windows import Window

        out = np.full((height, width), np.nan)
        top, left = max(row, 0), max(column, 0)
        rows = min(row + height, self.height) - top
        columns = min(column + width, self.width) - left
        if rows > 0 and columns > 0:
            with readable(self.path):
                raw = source.read(1, window=Window(left, top, columns, rows), masked=True)
            values = raw.astype(np.float64).filled(np.nan) * self.scale + self.offset
            values[~np.isfinite(values)] = np.nan
            out[top - row : top - row + rows, left - column : left - column + columns] = values
        return out

    def _window(self, bounds: Bounds) -> tuple[int, int, int, int]:
        grid = self.transform
        slack = 1e-6  # of a cell: a box on the cell's edge must not draw in the next cell
        first_column = max(math.floor((bounds[0] - grid.c) / grid.a + slack), 0)
        last_column = min(math.ceil((bounds[2] - grid.c) / grid.a - slack), self.width)
        first_row = max(math.floor((bounds[3] - grid.f) / grid.e + slack), 0)
        last_row = min(math.ceil((bounds[1] - grid.f) / grid.e - slack), self.height)
        if first_column >= last_column or first_row >= last_row:
            raise InputError("raster.no_overlap", file=self.path.name)
        return first_row, first_column, last_row - first_row, last_column - first_column


def tiles(rows: Ints, columns: Ints) -> Iterator[Ints]:
    """Group cells by the 512 × 512 tile they lie in: yields the positions of each group.

    One sort, O(n log n). Reading one window a group keeps memory at a tile's size and opens no
    part of the raster where no point stands.
    """
    if not len(rows):
        return
    tile = (rows // TILE) * (1 << 32) + columns // TILE
    order = np.argsort(tile, kind="stable")
    starts = np.flatnonzero(np.diff(tile[order])) + 1
    yield from np.split(order, starts)


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn whatever the raster library throws into one plain sentence."""
    from rasterio.errors import RasterioError

    try:
        yield
    except (RasterioError, OSError) as fault:
        raise InputError("raster.unreadable", file=path.name) from fault


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """Open a GeoTIFF and nothing else: a VRT under a .tif name could read other files and URLs."""
    import rasterio

    with readable(path):
        source = rasterio.open(path, driver="GTiff")
    with source:
        yield source


def _complex(source: Any) -> bool:
    return np.dtype(source.dtypes[0]).kind not in "iuf"
