"""The ground under a site: slope, light, sampled values, the worst of a disc, means over polygons.

The parts live in rooms of their own (`geo.slope`, `geo.zonal`, `geo.discs`); this is their door.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from geo.crs import points_xy
from geo.discs import disc_quantile
from geo.raster import Floats, Raster
from geo.slope import hillshade, hillshade_of, slope_at, slope_degrees, slope_of
from geo.zonal import zonal, zonal_slope

__all__ = [
    "Raster",
    "disc_quantile",
    "hillshade",
    "hillshade_of",
    "sample",
    "sample_xy",
    "slope_at",
    "slope_degrees",
    "slope_of",
    "zonal",
    "zonal_slope",
]


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
    return sample_xy(raster, points_xy(points, crs=raster.crs))


def sample_xy(raster: Raster, xy: Floats) -> Floats:
    """Read the cell under each place (n, 2) in the raster's own CRS; as `sample`."""
    rows, columns, inside = raster.cells_of(xy)
    out = np.full(len(rows), np.nan)
    for here, block, r, c in raster.around(rows, columns, inside, rim=0):
        out[here] = block[r, c]
    return out
