"""The notations that nearly every coordinate of a register is written in, read many at a time."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from geo.coordinates import EASTING_M, LARGEST_ANGLE, NORTHING_M, utm_crs_of
from geo.crs import LONLAT, transformer
from geo.errors import InputError

FloatArray = npt.NDArray[np.float64]

_ANGLE = re.compile(r"[-+]?\d{1,3}[.,]\d{1,15}", re.ASCII)
_PAIR = re.compile(r"([-+]?\d{1,3}\.\d{1,15}), ([-+]?\d{1,3}\.\d{1,15})", re.ASCII)
_SECONDS = re.compile(r"(\d{1,3})°(\d{1,2})'(\d{1,2}(?:[.,]\d{1,15})?)\" ?([LB][STUB])", re.ASCII)
_METRES = re.compile(r"\d{6,8}(?:\.\d{1,9})?", re.ASCII)
_LAT_SIDES = {"LS": -1.0, "LU": 1.0}
_LON_SIDES = {"BB": -1.0, "BT": 1.0}
_UNREAD = (np.nan, np.nan, False)


def read_usual(
    lat_cells: Sequence[object], lon_cells: Sequence[object], *, utm_zone: str
) -> tuple[FloatArray, FloatArray]:
    """Read those of many coordinates that are written in a usual way, all at once.

    Decimal degrees with a point or a comma, two of them in one cell (``-7.46, 109.58``),
    ``7°28'55.11" LS`` beside ``109°34'51.70" BT``, and UTM metres without thousands separators.
    Every number is the one that `geo.coordinates.read` gives, to the last bit; whatever is written
    otherwise, or would have to be exchanged, refused or doubted, is left to it.

    Parameters
    ----------
    lat_cells, lon_cells : sequences
        The cells of equal length; None where there is none.
    utm_zone : str
        The zone of UTM metres, such as "49S".

    Returns
    -------
    lon, lat : float arrays
        Degrees, EPSG:4326; NaN where this function reads nothing.
    """
    try:
        zone = utm_crs_of(utm_zone)
    except InputError:  # said by `read` at the first cell that is left to it
        return np.full(len(lat_cells), np.nan), np.full(len(lat_cells), np.nan)
    told = [_numbers(lat, lon) for lat, lon in zip(lat_cells, lon_cells, strict=True)]
    table = np.array(told, dtype=np.float64).reshape(-1, 3)
    lat, lon, metres = table[:, 0].copy(), table[:, 1].copy(), table[:, 2] > 0
    if metres.any() and zone is not None:
        y, x = lat[metres], lon[metres]
        lon[metres], lat[metres] = transformer(zone, LONLAT).transform(x, y)
    gone = ~np.isfinite(lat) | ~np.isfinite(lon) | (metres if zone is None else False)
    lon[gone] = lat[gone] = np.nan
    return lon, lat


def _numbers(lat_cell: object, lon_cell: object) -> tuple[float, float, bool]:
    """Return latitude and longitude, or northing and easting and that they are metres."""
    if lon_cell is None:
        pair = _PAIR.fullmatch(lat_cell) if isinstance(lat_cell, str) else None
        lat, lon = (float(pair[1]), float(pair[2])) if pair else (np.nan, np.nan)
    else:
        lat, lon = _angle(lat_cell, _LAT_SIDES), _angle(lon_cell, _LON_SIDES)
    if abs(lat) <= LARGEST_ANGLE and abs(lon) <= LARGEST_ANGLE:
        return _UNREAD if lat == 0 and lon == 0 else (lat, lon, False)
    y, x = _metres(lat_cell), _metres(lon_cell)
    in_zone = EASTING_M[0] <= x <= EASTING_M[1] and NORTHING_M[0] <= y <= NORTHING_M[1]
    return (y, x, True) if in_zone else _UNREAD


def _angle(cell: object, sides: Mapping[str, float]) -> float:
    if not isinstance(cell, str):
        return float(cell) if type(cell) is int and abs(cell) <= LARGEST_ANGLE else np.nan
    if _ANGLE.fullmatch(cell):
        return float(cell.replace(",", "."))
    found = _SECONDS.fullmatch(cell)
    if found is None or found[4] not in sides:
        return np.nan
    minutes, seconds = float(found[2]), float(found[3].replace(",", "."))
    if minutes > 60 or seconds > 60:
        return np.nan
    return sides[found[4]] * (float(found[1]) + (minutes / 60 + seconds / 3600))


def _metres(cell: object) -> float:
    if isinstance(cell, str):
        return float(cell) if _METRES.fullmatch(cell) else np.nan
    return float(cell) if isinstance(cell, int | float) and cell >= EASTING_M[0] else np.nan
