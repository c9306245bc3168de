"""The ground of the demo district: one metric grid, invented relief, the river and its branches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from data.demo.facts import RESERVOIR_KM, RIVER_KM, TRIBUTARIES_KM

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
NORTHING_KM = 9000.0
"""What the facts' `y_km` count from."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A raster of square cells in UTM 49S; row 0 is the northernmost.

    Parameters
    ----------
    west_m, north_m : float
        The outer corner.
    cell_m : float
    width, height : int
        Cells across and down.
    """

    west_m: float = 314_000.0
    north_m: float = 9_212_000.0
    cell_m: float = 75.0
    width: int = 960
    height: int = 680

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.height, self.width

    @property
    def transform(self) -> Any:
        """The affine transform that rasterio wants."""
        from rasterio.transform import from_origin

        return from_origin(self.west_m, self.north_m, self.cell_m, self.cell_m)

    def centres(self) -> tuple[Floats, Floats]:
        """Easting and northing of every cell's centre, each of the grid's shape."""
        x = self.west_m + (np.arange(self.width) + 0.5) * self.cell_m
        y = self.north_m - (np.arange(self.height) + 0.5) * self.cell_m
        east, north = np.meshgrid(x, y)
        return east, north

    def cells(self, xy: Floats) -> tuple[Ints, Ints]:
        """Row and column of points (n × 2, metres); points beyond the grid fall on its rim."""
        column = np.floor((xy[:, 0] - self.west_m) / self.cell_m).astype(np.int64)
        row = np.floor((self.north_m - xy[:, 1]) / self.cell_m).astype(np.int64)
        return np.clip(row, 0, self.height - 1), np.clip(column, 0, self.width - 1)


@dataclass(frozen=True, slots=True)
class Ground:
    """Relief and water on the grid: every array has the grid's shape.

    Parameters
    ----------
    elevation_m, slope_deg : array
    river_m, branch_m : array
        Distance to the main river and to its tributaries.
    above_river_m : array
        Height above the river's level at the same easting.
    river : shapely.LineString
        The main river, metric.
    """

    grid: Grid
    elevation_m: Floats
    slope_deg: Floats
    river_m: Floats
    branch_m: Floats
    above_river_m: Floats
    river: Any


def to_m(points_km: tuple[tuple[float, float], ...]) -> Floats:
    """Turn the facts' kilometre pairs into UTM 49S metres."""
    return np.asarray((np.array(points_km, dtype=float) + np.array([0.0, NORTHING_KM])) * 1000.0)


def noise(rng: np.random.Generator, grid: Grid, *, longest_m: float, power: float) -> Floats:
    """Random surface with mean 0 and standard deviation 1.

    White noise whose amplitude falls as frequency ** -power, without waves longer than
    `longest_m` (Saupe's spectral synthesis, in Peitgen & Saupe 1988, ch. 2).
    """
    across = np.fft.rfftfreq(grid.width, grid.cell_m)
    down = np.fft.fftfreq(grid.height, grid.cell_m)
    frequency = np.hypot(down[:, None], across[None, :])
    gain = np.maximum(frequency, 1.0 / longest_m) ** -power
    gain[0, 0] = 0.0
    surface = np.fft.irfft2(np.fft.rfft2(rng.standard_normal(grid.shape)) * gain, s=grid.shape)
    surface -= surface.mean()
    return np.asarray(surface / surface.std(), dtype=np.float64)


def _winding(
    rng: np.random.Generator, points_km: tuple[tuple[float, float], ...], *, sway: Floats
) -> Any:
    """Draw a line gently through the points (corner cutting), meandering by `sway` metres."""
    xy = to_m(points_km)
    for _ in range(5):
        cut = np.repeat(xy, 2, axis=0)
        cut[1:-1:2] = 0.75 * xy[:-1] + 0.25 * xy[1:]
        cut[2:-1:2] = 0.25 * xy[:-1] + 0.75 * xy[1:]
        xy = cut
    way_m = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
    lengths_m, phase = np.array([1700.0, 2900.0, 5200.0]), rng.uniform(0.0, 2.0 * np.pi, 3)
    wave = np.sin(2.0 * np.pi * way_m[:, None] / lengths_m + phase) @ np.array([0.2, 0.35, 0.45])
    calm = np.minimum(1.0, np.minimum(way_m, way_m[-1] - way_m) / 1500.0)
    return shapely.LineString(xy + (wave * calm)[:, None] * sway)


def _distance_m(grid: Grid, lines: list[Any]) -> Floats:
    from rasterio.features import rasterize
    from scipy.ndimage import distance_transform_edt

    burnt = rasterize(lines, out_shape=grid.shape, transform=grid.transform, all_touched=True)
    return np.asarray(distance_transform_edt(burnt == 0), dtype=np.float64) * grid.cell_m


def _bump(x: Floats) -> Floats:
    """0 below 0, 1 above 1, smooth between."""
    t = np.clip(x, 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def make_ground(rng: np.random.Generator, *, grid: Grid) -> Ground:
    """Invent the relief: a valley in the south-west, mountains above 2,000 m in the north-east."""
    river = _winding(rng, RIVER_KM, sway=np.array([0.0, 420.0]))
    branches = [_winding(rng, points, sway=np.array([650.0, 0.0])) for points in TRIBUTARIES_KM]
    river_m, branch_m = _distance_m(grid, [river]), _distance_m(grid, branches)
    east, north = grid.centres()
    course = shapely.get_coordinates(river)[::-1]
    level = 40.0 + 5.5 * (east - 319_000.0) / 1000.0
    away = north - np.interp(east, course[:, 0], course[:, 1])
    inland = 0.55 + 0.45 * _bump((east - 335_000.0) / 42_000.0)
    mountains = 2050.0 * inland * _bump((away - 1500.0) / 27_000.0) ** 0.9
    ridge = 520.0 * _bump((-away - 1200.0) / 6500.0)
    relief = mountains + ridge
    rough = noise(rng, grid, longest_m=7000.0, power=2.1)
    fine = noise(rng, grid, longest_m=900.0, power=1.6)
    height = relief + (4.0 + 0.16 * np.minimum(relief, 1100.0)) * rough + 0.02 * relief * fine
    carved = np.minimum(160.0, 0.22 * relief) * np.exp(-((branch_m / 700.0) ** 2))
    banks = 14.0 * (1.0 - np.exp(-((river_m / 500.0) ** 2)))
    elevation = np.round(np.maximum(level + banks + height - carved, level), 2)
    down, across = np.gradient(elevation, grid.cell_m)
    slope = np.degrees(np.arctan(np.hypot(down, across)))
    return Ground(grid, elevation, slope, river_m, branch_m, elevation - level, river)


def reservoir(ground: Ground) -> Mask:
    """Cells of the lake in the valley."""
    east, north = ground.grid.centres()
    x, y = to_m((RESERVOIR_KM,))[0]
    return np.asarray(((east - x) / 2100.0) ** 2 + ((north - y) / 750.0) ** 2 < 1.0)
