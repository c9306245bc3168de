"""One trip over a study's streets: minutes, kilometres and the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from data.workspace import open_study
from geo.errors import InputError, UsageError
from geo.streets.profiles import MODES
from scoring.trips import off_streets, straight
from work.assemble import assemble
from work.roles import require


def place_of(text: str, *, option: str) -> shapely.Point:
    """Read ``LON,LAT`` in degrees with points for decimals."""
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        raise UsageError("travel.lonlat", option=option, given=text[:60]) from None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise UsageError("travel.lonlat", option=option, given=text[:60])
    return shapely.Point(lon, lat)


def trip(folder: Path, *, start: str, end: str, mode: str) -> dict[str, Any]:
    """Find the quickest trip; ``{minutes, km, path, straight}``.

    ``path`` is a list of [lon, lat]. A side over 5 km off the streets goes as the crow flies and
    ``straight`` is true; a trip the streets do not allow is refused, not guessed.
    """
    require("view")
    if mode not in MODES:
        raise UsageError("travel.mode", given=mode, known=", ".join(MODES))
    ends = [place_of(start, option="--from"), place_of(end, option="--to")]
    with open_study(folder) as study:
        layers = assemble(study).layers
    places = gpd.GeoSeries(ends, crs="EPSG:4326").to_crs(layers.crs)
    network = layers.network(mode)
    if network is None or off_streets(network, places).any():
        distance_m = np.array([places.iloc[0].distance(places.iloc[1])])
        minutes = float(straight(distance_m, mode=mode)[0])
        return _told(minutes, float(distance_m[0]) / 1000, ends, is_straight=True)
    from geo.streets import path

    way = path(network, places.iloc[:1], places.iloc[1:])
    if way.line is None:
        raise InputError("travel.no_way", mode=mode)
    points = [shapely.Point(xy) for xy in shapely.get_coordinates(way.line)]
    return _told(way.minutes, way.km, points, is_straight=False)


def _told(
    minutes: float, km: float, points: list[shapely.Point], *, is_straight: bool
) -> dict[str, Any]:
    way = [[round(p.x, 7), round(p.y, 7)] for p in points]
    return {"minutes": minutes, "km": km, "path": way, "straight": is_straight}
