"""The shape of the ground under a basemap: light, and lines of equal height."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from affine import Affine

from geo.crs import LONLAT, transformer
from geo.errors import InputError
from geo.raster import Raster
from geo.slope import hillshade
from geo.tile_grid import SIZE, to_lonlat

Singles = npt.NDArray[np.float32]
MOST_CELLS = 4_000_000
"""A finer surface is averaged: of a regency that leaves cells of about 20 m."""
_FLAT = 1 + 254 * math.sin(math.radians(45))
_COARSEST_M = 300.0
_COARSE_PX = 64  # between pixels so far apart places are interpolated: Mercator bends little
_STEPS = {13: (100.0, 5), 14: (50.0, 5), 15: (25.0, 4), 16: (25.0, 4)}
"""By zoom: metres between contour lines, and how many lines make a strong one."""
Places = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Heights and light of an area, ready to be looked up pixel by pixel.

    Parameters
    ----------
    heights : array of float32, shape (rows, columns)
        Metres; NaN where unknown.
    shades : tuple of arrays of float32
        Light divided by that on level ground (1); each half as fine as the one before.
    transform : Affine
        Of the first of them, in the CRS of ``to_grid``.
    to_grid : pyproj.Transformer
        From EPSG:4326.
    cell_m : float
    """

    heights: Singles
    shades: tuple[Singles, ...]
    transform: Affine
    to_grid: Any
    cell_m: float


def ground_of(elevation: Raster, lonlat_bounds: tuple[float, float, float, float]) -> Ground | None:
    """Read the ground of an area.

    Parameters
    ----------
    elevation : Raster
        Heights in metres, in any CRS.
    lonlat_bounds : (west, south, east, north)

    Returns
    -------
    Ground or None
        None where the surface lies wholly beside the area, or is too coarse to tell slopes.
    """
    import cv2

    there = transformer(LONLAT, elevation.crs)
    box = there.transform_bounds(*lonlat_bounds)
    try:
        heights, transform = elevation.read(box)
    except InputError as fault:
        if fault.code != "raster.no_overlap":
            raise
        return None
    k = math.ceil(math.sqrt(heights.size / MOST_CELLS))
    first = round((transform.f - elevation.transform.f) / elevation.transform.e)
    if k > 1:
        rows, columns = (side // k * k for side in heights.shape)
        size = (columns // k, rows // k)
        averaged = cv2.resize(heights[:rows, :columns], size, interpolation=cv2.INTER_AREA)
        heights = averaged.astype(np.float64)
        transform = transform @ Affine.scale(k)
    if min(heights.shape) < 3:
        return None
    dx, dy = elevation.cell_sizes_m(first + k * (np.arange(heights.shape[0]) + 0.5) - 0.5)
    if float(np.median(dx)) * k > _COARSEST_M:
        return None
    light = hillshade(heights, cell_size_m=(dx * k, dy * k), exaggeration=1.3) / _FLAT
    shades = [np.where(np.isfinite(light), light, 1.0).astype(np.float32)]
    while min(shades[-1].shape) > 64:
        shades.append(cv2.pyrDown(shades[-1]).astype(np.float32))
    return Ground(
        heights=heights.astype(np.float32),
        shades=tuple(shades),
        transform=transform,
        to_grid=there,
        cell_m=float(np.median(dx)) * k,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A picture's pixels on the grid of the ground: column and row (fractions), and the level."""

    ground: Ground
    column: Singles
    row: Singles
    zoom: int

    def light(self) -> Singles:
        """Light on each pixel, 1 on level ground; shape (height, width)."""
        import cv2

        step = abs(float(self.column[0, -1] - self.column[0, 0])) / max(self.column.shape[1] - 1, 1)
        level = min(max(round(math.log2(max(step, 1.0))), 0), len(self.ground.shades) - 1)
        k = 2**level  # cell i of a level stands on cell i · k of the first
        found = cv2.remap(
            self.ground.shades[level],
            self.column / k,
            self.row / k,
            cv2.INTER_LINEAR if step > 0.5 else cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(1.0,),
        )
        return found.astype(np.float32, copy=False)

    def contours(self) -> tuple[Places, Places] | None:
        """Find the pixels on contour lines; None on levels where none are drawn.

        The picture is twice as fine: a pixel lies on a line where its height and its right or
        lower neighbour's are in different steps. A surface whose cells are wider than 100 m bears
        no lines.

        Returns
        -------
        (thin, strong) : pairs of (rows, columns)
        """
        import cv2

        if self.zoom not in _STEPS or self.ground.cell_m > 100:
            return None
        heights = cv2.remap(
            self.ground.heights,
            self.column,
            self.row,
            cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(float("nan"),),
        )
        thin_m, strong_every = _STEPS[self.zoom]
        known = np.isfinite(heights)
        size = (2 * heights.shape[1], 2 * heights.shape[0])
        fine = cv2.resize(np.where(known, heights, np.float32(0)), size)
        core = np.ones((5, 5), np.uint8)  # next to an unknown height, 0 was mixed in
        inside = cv2.erode(known.astype(np.uint8), core).astype(np.bool_)
        return _crossings(np.floor(fine / thin_m).astype(np.int16), strong_every, inside)


def _crossings(
    step: npt.NDArray[np.int16], every: int, inside: npt.NDArray[np.bool_]
) -> tuple[Places, Places]:
    """Find where steps change; a line is strong where the higher step is a multiple of ``every``.

    ``inside`` is half as fine: False where no height is known.
    """
    found = []
    for one, other in ((step[:, :-1], step[:, 1:]), (step[:-1], step[1:])):
        rows, columns = np.nonzero(one != other)
        a, b = one[rows, columns], other[rows, columns]
        known = inside[rows // 2, columns // 2]
        strong = np.maximum(a, b) % every == 0
        found.append((rows[known], columns[known], strong[known]))
    rows, columns, strong = (np.concatenate(part) for part in zip(*found, strict=True))
    return (rows[~strong], columns[~strong]), (rows[strong], columns[strong])


def window(ground: Ground, origin: tuple[float, float], size: tuple[int, int], zoom: int) -> Window:
    """Lay a picture's pixels on the ground; see `_cells`."""
    column, row = _cells(ground, origin, size, zoom)
    return Window(ground=ground, column=column, row=row, zoom=zoom)


def _cells(
    ground: Ground, origin: tuple[float, float], size: tuple[int, int], zoom: int
) -> tuple[Singles, Singles]:
    """Column and row of the grid (fractions, cell middles whole) under each pixel of a picture.

    Parameters
    ----------
    origin : (x, y)
        Upper left corner in pixels of the zoom's world.
    size : (width, height)
    """
    import cv2

    width, height = size
    across = np.linspace(0, width, max(width // _COARSE_PX, 2) + 1)
    down = np.linspace(0, height, max(height // _COARSE_PX, 2) + 1)
    x, y = np.meshgrid(origin[0] + across, origin[1] + down)
    lonlat = to_lonlat(np.column_stack([x.ravel(), y.ravel()]) / (SIZE * 2.0**zoom))
    east, north = ground.to_grid.transform(lonlat[:, 0], lonlat[:, 1])
    back = ~ground.transform  # a north-up grid: no turning terms
    columns = np.asarray(east) * back.a + back.c
    rows = np.asarray(north) * back.e + back.f
    at_x, at_y = np.meshgrid(
        ((np.arange(width) + 0.5) / width * (len(across) - 1)).astype(np.float32),
        ((np.arange(height) + 0.5) / height * (len(down) - 1)).astype(np.float32),
    )
    grids = [part.reshape(x.shape).astype(np.float32) - np.float32(0.5) for part in (columns, rows)]
    column, row = (cv2.remap(grid, at_x, at_y, cv2.INTER_LINEAR) for grid in grids)
    return column.astype(np.float32, copy=False), row.astype(np.float32, copy=False)
