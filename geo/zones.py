"""Hazard zones as polygons: a raster cut into classes, coarse enough to be drawn."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely

from geo.crs import to_lonlat
from geo.raster import Raster, opened

MOST_CELLS = 500
"""Longest side, in cells, of the grid that is drawn; a screen shows no more."""


def class_polygons(
    raster: Raster, breaks: Sequence[float], *, most_cells: int = MOST_CELLS
) -> gpd.GeoDataFrame:
    """Cut a raster into classes and return them as polygons.

    Every drawn cell takes the highest value of the cells it covers, so that a small high zone is
    not averaged away. Cells below the first break and unknown cells are not drawn.

    Parameters
    ----------
    raster : Raster
    breaks : sequence of float
        Rising lower bounds of class 1, 2, 3 …, in the raster's scaled values.
    most_cells : int
        The raster is read reduced to at most this many cells a side.

    Returns
    -------
    GeoDataFrame
        EPSG:4326, ``class_`` (int) and one MultiPolygon a class that occurs.
    """
    from rasterio.enums import Resampling
    from rasterio.features import shapes
    from rasterio.vrt import WarpedVRT

    factor = max(1.0, max(raster.width, raster.height) / most_cells)
    height, width = (max(1, round(n / factor)) for n in (raster.height, raster.width))
    grid = raster.transform @ raster.transform.scale(raster.width / width, raster.height / height)
    coarse = {"crs": raster.crs.to_wkt(), "transform": grid, "width": width, "height": height}
    with (
        opened(raster.path) as source,
        WarpedVRT(source, resampling=Resampling.max, src_nodata=raster.nodata, **coarse) as reduced,
    ):
        raw = reduced.read(1, masked=True)
    value = raw.data * raster.scale + raster.offset
    classes = np.searchsorted(np.asarray(breaks), value, side="right")
    classes[np.ma.getmaskarray(raw)] = 0
    found: dict[int, list[shapely.Geometry]] = {}
    for shape, class_ in shapes(classes.astype(np.uint8), mask=classes > 0, transform=grid):
        found.setdefault(int(class_), []).append(shapely.geometry.shape(shape))
    rows = sorted(found)
    frame = gpd.GeoDataFrame(
        {"class_": rows},
        geometry=[shapely.multipolygons(found[c]) for c in rows],
        crs=raster.crs,
    )
    return to_lonlat(frame) if rows else frame.to_crs(4326)
