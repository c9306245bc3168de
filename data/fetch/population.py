"""Population: WorldPop's grid read only where it is needed, every lived-in cell one point."""

from __future__ import annotations

import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from data.fetch.area import Bounds, Made, around, bounds_of, credited, require
from data.fetch.fetcher import Fetcher
from data.fetch.sources import Source
from data.files import guard  # first: it settles which drivers GDAL may load
from geo.errors import InputError
from geo.files import written_whole

MOST_CELLS = 600_000  # as GeoJSON about 100 MB, half of what the door takes
_MOST_LOOKED = 60_000_000


def fetch_population(area: Any, *, source: Source, fetcher: Fetcher, room: Path) -> Made:
    """Fetch the national grid once and keep the lived-in cells under an area as points.

    A cell without people stays out: in a constrained grid it is land without a building.

    Parameters
    ----------
    area : shapely geometry in EPSG:4326
    room : Path
        Folder the file is made in.

    Raises
    ------
    InputError
        ``fetch.area_too_big`` · ``fetch.nobody`` · ``fetch.damaged``, and those of `Fetcher`.
    """
    fetched = fetcher.file(source.url, source=source)
    bounds = bounds_of(around(area, source.margin_km))
    lon, lat, people = lived_in(fetched.path, bounds, source=source)
    output = room / f"population-{source.key}.geojson"
    with written_whole(output, overwrite=True) as temporary:
        temporary.write_text(_geojson(lon, lat, people), encoding="utf-8")
    date = fetched.modified if source.date == "modified" else source.date
    told = credited(source, url=fetched.url, date=date, cells=len(people))
    return Made(kind="population", path=output, source=source, options=told)


def lived_in(path: Path, bounds: Bounds, *, source: Source) -> tuple[Any, Any, Any]:
    """Read the cells of a grid of people whose centre lies in a box and that hold anybody.

    Returns
    -------
    lon, lat, people : ndarray of float64
        Cell centres in degrees; people per cell.
    """
    import rasterio

    require(path, frozenset({guard.FileType.GEOTIFF}), source)
    try:
        with warnings.catch_warnings(), rasterio.open(path) as grid:
            warnings.simplefilter("ignore")
            if not (grid.crs and grid.crs.is_geographic):
                raise InputError("fetch.damaged", source=source.title)
            window = _window(grid, bounds)
            if window.width <= 0 or window.height <= 0:
                raise InputError("fetch.nobody", source=source.title)
            looked = int(window.width * window.height)
            if looked > _MOST_LOOKED:
                raise InputError("fetch.area_too_big", count=looked, limit=_MOST_LOOKED)
            cells = grid.read(1, window=window, masked=True).filled(np.nan).astype(np.float64)
            shape = grid.window_transform(window)
    except rasterio.errors.RasterioError:
        raise InputError("fetch.damaged", source=source.title) from None
    rows, columns = np.nonzero(cells > 0)
    if not len(rows):
        raise InputError("fetch.nobody", source=source.title)
    if len(rows) > MOST_CELLS:
        raise InputError("fetch.area_too_big", count=len(rows), limit=MOST_CELLS)
    lon = shape.c + (columns + 0.5) * shape.a
    lat = shape.f + (rows + 0.5) * shape.e
    return lon, lat, cells[rows, columns]


def _window(grid: Any, bounds: Bounds) -> Any:
    """Return the window of the cells whose centre lies in a box; its size may be nothing."""
    from rasterio.windows import Window

    west, south, east, north = bounds
    across, down, shape = grid.transform.a, -grid.transform.e, grid.transform
    left = max(math.ceil((west - shape.c) / across - 0.5), 0)
    right = min(math.floor((east - shape.c) / across - 0.5) + 1, grid.width)
    top = max(math.ceil((shape.f - north) / down - 0.5), 0)
    bottom = min(math.floor((shape.f - south) / down - 0.5) + 1, grid.height)
    return Window(left, top, max(right - left, 0), max(bottom - top, 0))


def _geojson(lon: Any, lat: Any, people: Any) -> str:
    """Write the points; four decimals of a person and 0.1 m lose nobody."""
    lines = [
        f'{{"type":"Feature","properties":{{"population":{count:.4f}}},"geometry":'
        f'{{"type":"Point","coordinates":[{x:.6f},{y:.6f}]}}}}'
        for x, y, count in zip(lon.tolist(), lat.tolist(), people.tolist(), strict=True)
    ]
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
