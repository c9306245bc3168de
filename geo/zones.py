"""Hazard zones as polygons: a raster cut into classes, coarse enough to be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geo.crs import to_lonlat
from geo.raster import Bounds, Raster, opened

MOST_CELLS = 500
"""Longest side, in cells, of the grid that is drawn; a screen shows no more."""


def class_polygons(
    raster: Raster,
    breaks: Sequence[float],
    *,
    most_cells: int = MOST_CELLS,
    within: Bounds | None = None,
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
    within : tuple of float, optional
        Only what lies in (left, bottom, right, top), in the raster's CRS; the cells that touch it.

    Returns
    -------
    GeoDataFrame
        EPSG:4326, ``class_`` (int) and one MultiPolygon a class that occurs.
    """
    from rasterio.enums import Resampling
    from rasterio.features import shapes
    from rasterio.vrt import WarpedVRT

    corner, full_width, full_height = _window(raster, within)
    if not full_width or not full_height:
        return gpd.GeoDataFrame({"class_": []}, geometry=[], crs="EPSG:4326")
    factor = max(1.0, max(full_width, full_height) / most_cells)
    height, width = (max(1, round(n / factor)) for n in (full_height, full_width))
    grid = corner @ corner.scale(full_width / width, full_height / height)
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


def _window(raster: Raster, within: Bounds | None) -> tuple[Any, int, int]:
    """Return where the cells that touch some bounds begin, and how many columns and rows."""
    if within is None:
        return raster.transform, raster.width, raster.height
    left, bottom, right, top = within
    back = ~raster.transform
    columns, rows = zip(
        *(back @ corner for corner in ((left, top), (right, bottom), (left, bottom), (right, top))),
        strict=True,
    )
    first = [max(0, int(np.floor(min(axis)))) for axis in (columns, rows)]
    ends = [
        min(most, int(np.ceil(max(axis))))
        for axis, most in ((columns, raster.width), (rows, raster.height))
    ]
    wide, high = (max(0, end - start) for start, end in zip(first, ends, strict=True))
    return raster.transform @ raster.transform.translation(*first), wide, high
