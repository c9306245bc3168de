"""The ground that is fetched: an outline, somewhat widened, since people cross borders."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from data.fetch.sources import Source
from data.files import guard  # first: it settles which drivers GDAL may load
from geo.crs import INDONESIA
from geo.errors import InputError, UsageError

Bounds = tuple[float, float, float, float]
_KM_PER_DEGREE = 110.574  # of latitude at the equator, where it is shortest
_NUMBER = r"\s*(-?\d+(?:\.\d+)?)\s*"
_BOX = re.compile(",".join([_NUMBER] * 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A file made of what was fetched, ready for the study's one door (`work.add.add_files`).

    ``options`` go with the file: source, licence, attribution, date, url, and how it was cut.
    """

    kind: str
    path: Path
    source: Source
    options: dict[str, object] = field(default_factory=dict)


def credited(source: Source, *, url: str, date: str, **more: object) -> dict[str, object]:
    """Return what is recorded with a fetched file."""
    told: dict[str, object] = {
        "source": source.title,
        "licence": source.licence,
        "attribution": source.attribution,
        "date": date,
        "url": url,
    }
    return {**told, **more}


def box_of(text: str) -> Bounds | None:
    """Read ``minlon,minlat,maxlon,maxlat``; None when the text is no box at all.

    Raises
    ------
    UsageError
        ``fetch.box`` when it is one, but turned round or outside Indonesia.
    """
    found = _BOX.fullmatch(text)
    if found is None:
        return None
    west, south, east, north = (float(edge) for edge in found.groups())
    inside = west >= INDONESIA[0] and south >= INDONESIA[1]
    inside = inside and east <= INDONESIA[2] and north <= INDONESIA[3]
    if not (west < east and south < north and inside):
        raise UsageError("fetch.box", given=text.strip()[:60])
    return west, south, east, north


def around(area: Any, margin_km: float) -> Any:
    """Return a simple convex outline that holds an area and a margin around it.

    Parameters
    ----------
    area : shapely geometry in EPSG:4326
    margin_km : float
        At least this far on every side.

    Returns
    -------
    shapely Polygon
        With few corners: servers that search inside it answer sooner.
    """
    hull = shapely.convex_hull(area)
    lat = float(np.abs(shapely.bounds(hull)[[1, 3]]).max())
    reach = margin_km / (_KM_PER_DEGREE * math.cos(math.radians(min(lat, 85.0))))
    # a corner drawn with straight edges lies inside the circle: 8 a quarter lose 0.5 %
    wide = shapely.buffer(hull, max(reach * 1.01, 1e-6), quad_segs=8)
    thrifty = shapely.convex_hull(shapely.simplify(wide, reach / 10))
    return thrifty if shapely.covers(thrifty, hull) else wide


def require(path: Path, kinds: frozenset[guard.FileType], source: Source) -> None:
    """Refuse a fetched file that is not of the kind it should be (``fetch.damaged``)."""
    try:
        if guard.check_file(path, max_bytes=source.max_bytes * 4) in kinds:
            return
    except InputError:
        pass  # what the door says of a user's file is no help about a fetched one
    raise InputError("fetch.damaged", source=source.title)


def bounds_of(area: Any) -> Bounds:
    """Return an area's box as plain floats."""
    west, south, east, north = (float(edge) for edge in shapely.bounds(area))
    return west, south, east, north
