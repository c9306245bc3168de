"""A made-up place for the ground bench: heights, parcels, buildings, sites and desa as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from affine import Affine

from geo.terrain import Raster, slope_degrees

UTM, CELL_M, LEFT, TOP = 32749, 30.0, 300_000.0, 9_200_000.0


@dataclass(frozen=True)
class Place:
    """A made-up regency: the same seed and size always give the same one.

    Heights: smoothed noise at 4, 16 and 64 cells, about 500 m from valley to top, 30 m cells,
    2,000 × 2,000 of them at size 1 (larger sizes repeat the tile). Parcels: star-shaped outlines of
    nine corners, log-normal about 60 m across, anywhere. Buildings: 60 % around 300 villages
    (standard deviation 400 m), the rest anywhere; floors log-normal about 60 m². Sites: half next
    to a building, half anywhere. Desa: 278 Voronoi cells. All counts grow with the area.
    """

    folder: Path
    seed: int
    size: float  # of the area: 1 is 3,600 km²

    @cached_property
    def cells(self) -> int:
        """Rows, and columns, of its grids."""
        return round(2_000 * self.size**0.5)

    @cached_property
    def rng(self) -> np.random.Generator:
        """One stream of numbers: parts are made in the order in which they are first asked for."""
        return np.random.default_rng(self.seed)

    def count(self, n: int) -> int:
        """Scale a number of things with the area."""
        return round(n * self.size)

    @cached_property
    def heights(self) -> np.ndarray:
        """One tile of heights in metres."""
        from scipy.ndimage import gaussian_filter

        n = min(self.cells, 2_000)
        noise = np.random.default_rng(self.seed)
        layers = ((4, 12.0), (16, 60.0), (64, 200.0))
        return sum(
            gaussian_filter(noise.standard_normal((n, n), np.float32), s, mode="wrap") * s * a
            for s, a in layers
        )

    def write(self, name: str, tile: np.ndarray) -> Raster:
        """Write a grid, repeated as often as the regency needs, as a tiled GeoTIFF."""
        path, n = self.folder / f"{name}-{self.size:g}.tif", self.cells
        grid = Affine(CELL_M, 0, LEFT, 0, -CELL_M, TOP)
        times = -(-n // len(tile))
        with rasterio.open(
            path, "w", driver="GTiff", height=n, width=n, count=1, dtype="float32", crs=UTM,
            transform=grid, nodata=np.nan, tiled=True, blockxsize=256, blockysize=256,
        ) as out:  # fmt: skip
            out.write(np.tile(tile, (times, times))[:n, :n].astype("float32"), 1)
        return Raster.open(path)

    @cached_property
    def slope(self) -> Raster:
        """Slope of the heights, written."""
        return self.write("slope", slope_degrees(self.heights, cell_size_m=CELL_M))

    def anywhere(self, n: int) -> np.ndarray:
        """Draw n points of the place."""
        reach = self.cells * CELL_M
        return self.rng.uniform((LEFT, TOP - reach), (LEFT + reach, TOP), (n, 2))

    @cached_property
    def parcels(self) -> gpd.GeoDataFrame:
        """50,000 parcels at size 1."""
        n = self.count(50_000)
        angle = (np.arange(9) + self.rng.uniform(0, 0.9, (n, 9))) * (2 * np.pi / 9)
        reach = self.rng.lognormal(np.log(60), 0.5, (n, 1)) * self.rng.uniform(0.6, 1.4, (n, 9))
        star = np.stack([reach * np.cos(angle), reach * np.sin(angle)], axis=-1)
        shapes = shapely.polygons(self.anywhere(n)[:, None] + star)
        return gpd.GeoDataFrame({"at": np.arange(n)}, geometry=shapes, crs=UTM)

    @cached_property
    def buildings(self) -> np.ndarray:
        """500,000 points at size 1."""
        n = self.count(500_000)
        villages = self.anywhere(max(self.count(300), 1))
        near = villages[self.rng.integers(0, len(villages), n)] + self.rng.normal(0, 400, (n, 2))
        return np.where(self.rng.random((n, 1)) < 0.6, near, self.anywhere(n))

    @cached_property
    def sites(self) -> np.ndarray:
        """50,000 points at size 1."""
        n = self.count(50_000)
        near = self.rng.choice(self.buildings, n) + self.rng.normal(0, 50, (n, 2))
        return np.where(self.rng.random((n, 1)) < 0.5, near, self.anywhere(n))

    @cached_property
    def desa(self) -> gpd.GeoDataFrame:
        """278 areas at size 1, without gaps or overlaps."""
        reach = self.cells * CELL_M
        square = shapely.box(LEFT, TOP - reach, LEFT + reach, TOP)
        seeds = shapely.MultiPoint(self.anywhere(max(self.count(278), 2)))
        cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=square))
        return gpd.GeoDataFrame(geometry=shapely.intersection(cells, square), crs=UTM)
