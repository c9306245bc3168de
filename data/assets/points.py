"""Where the rows of a register say they are: coordinates read, mended, doubted or refused."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from data.assets.notes import REJECTED, REPAIRED, WARNED, Remarks
from geo.coordinates import Reading, read, swap_fits
from geo.errors import InputError
from geo.usual_notations import read_usual

FloatArray = npt.NDArray[np.float64]
Bounds = tuple[float, float, float, float]

_ZONE = re.compile(r"(?:UTM )?(?:ZONA |ZONE )?(4[6-9]|5[0-4])(?:\.0)? ?([NS]?)")
_PLAIN_DEGREES = re.compile(r"[-+]?\d{1,3}\.\d+")


def read_points(
    frame: pd.DataFrame,
    remarks: Remarks,
    *,
    utm_zone: str,
    bounds: Bounds,
    boundary: Any = None,
) -> tuple[FloatArray, FloatArray]:
    """Read every row's coordinates to degrees (EPSG:4326), NaN where there are none.

    A pair that lies outside the study as given but inside once exchanged is exchanged and
    reported as repaired; 0, 0 and what lies outside `bounds` is rejected; what cannot be read is
    warned about and the row stays, without a point.

    Parameters
    ----------
    frame : DataFrame
        Columns ``lat`` and ``lon``, or ``pair``, as far as the register has them.
    remarks : Remarks
        Takes what there is to say of each row.
    utm_zone : str
        Zone of UTM metres, such as "49S".
    bounds : (min lon, min lat, max lon, max lat)
        Degrees; from study.toml.
    boundary : shapely geometry, optional
        The study's own boundary in EPSG:4326, when it is known already: it decides about swaps
        more sharply. Points outside it are judged in `data.assets.placing`, not here.

    Returns
    -------
    lon, lat : float arrays of the frame's length
        Rounded to 1e-7 degrees.
    """
    first, second = _cells(frame)
    lon, lat = _plain(first, second)
    zones = _zones(frame, utm_zone)
    for zone, group in _by_zone(np.flatnonzero(np.isnan(lon)), zones):
        lon[group], lat[group] = read_usual(
            first[group].tolist(), second[group].tolist(), utm_zone=zone
        )
    known: dict[tuple[object, object, str], Reading | InputError] = {}
    for at in np.flatnonzero(np.isnan(lon)).tolist():
        cells = (first[at], second[at])
        if cells == (None, None):
            continue
        if (key := (*cells, zones[at])) not in known:
            known[key] = _read(*cells, utm_zone=zones[at])
        found = known[key]
        if isinstance(found, InputError):
            _fault(at, cells, found, remarks)
            continue
        lon[at], lat[at] = found.lon, found.lat
        if found.swapped:
            remarks.add(at, REPAIRED, "assets.columns_swapped", **_where(found.lon, found.lat))
    _judge(lon, lat, remarks, bounds=bounds, boundary=boundary)
    return np.round(lon, 7), np.round(lat, 7)


def _cells(frame: pd.DataFrame) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    nothing = np.full(len(frame), None, dtype=object)
    first = frame["lat"].to_numpy(dtype=object, copy=True) if "lat" in frame else nothing.copy()
    second = frame["lon"].to_numpy(dtype=object, copy=True) if "lon" in frame else nothing.copy()
    if "pair" in frame:
        bare = pd.isna(first) & pd.isna(second)
        first[bare] = frame["pair"].to_numpy(dtype=object)[bare]
    first[pd.isna(first)] = None
    second[pd.isna(second)] = None
    return first, second


def _zones(frame: pd.DataFrame, utm_zone: str) -> list[str]:
    """Return each row's own UTM zone where a column states one, else the study's."""
    if "utm_zone" not in frame:
        return [utm_zone] * len(frame)
    said = (_ZONE.fullmatch(str(cell).strip().upper()) for cell in frame["utm_zone"])
    return [f"{zone[1]}{zone[2] or utm_zone[-1:]}" if zone else utm_zone for zone in said]


def _by_zone(
    rows: npt.NDArray[np.int64], zones: list[str]
) -> list[tuple[str, npt.NDArray[np.int64]]]:
    of_row = np.array(zones, dtype=object)[rows]
    return [(zone, rows[of_row == zone]) for zone in dict.fromkeys(of_row.tolist())]


def _plain(
    first: npt.NDArray[np.object_], second: npt.NDArray[np.object_]
) -> tuple[FloatArray, FloatArray]:
    """Read plain decimal degrees at once; the rest stays NaN for the reader of notations."""
    lat, lon = (
        np.array([_degrees(cell) for cell in cells], dtype=np.float64) for cells in (first, second)
    )
    usable = np.isfinite(lat) & np.isfinite(lon)
    usable &= (np.abs(lat) <= 180) & (np.abs(lon) <= 180) & ~((lat == 0) & (lon == 0))
    return np.where(usable, lon, np.nan), np.where(usable, lat, np.nan)


def _degrees(cell: object) -> float:
    if isinstance(cell, float):
        return cell
    return float(cell) if isinstance(cell, str) and _PLAIN_DEGREES.fullmatch(cell) else np.nan


def _read(lat_cell: object, lon_cell: object, *, utm_zone: str) -> Reading | InputError:
    try:
        return read(
            "" if lat_cell is None else lat_cell,
            "" if lon_cell is None else lon_cell,
            utm_zone=utm_zone,
        )
    except InputError as fault:
        if fault.code == "coordinates.zone":
            raise
        return fault


def _fault(at: int, cells: tuple[object, object], fault: InputError, remarks: Remarks) -> None:
    if fault.code == "coordinates.zero":
        remarks.add(at, REJECTED, "assets.zero")
    elif fault.code != "coordinates.empty":
        text = " | ".join(str(cell)[:60] for cell in cells if cell is not None)
        remarks.add(at, WARNED, "assets.point_unread", text=text)


def _where(lon: float, lat: float) -> dict[str, str]:
    return {"lat": f"{lat:.6f}", "lon": f"{lon:.6f}"}


def _judge(
    lon: FloatArray, lat: FloatArray, remarks: Remarks, *, bounds: Bounds, boundary: Any
) -> None:
    """Exchange what only then lies in the study; refuse what lies outside it either way."""
    west, south, east, north = bounds
    has = np.isfinite(lon)
    inside = has & (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    doubtful = has & ~inside
    if boundary is not None:
        doubtful |= has & ~shapely.intersects_xy(boundary, lon, lat)
    for at in np.flatnonzero(doubtful):
        x, y = float(lon[at]), float(lat[at])
        if _swap_helps(x, y, bounds=bounds, boundary=boundary):
            lon[at], lat[at] = y, x
            remarks.add(int(at), REPAIRED, "assets.swapped", **_where(y, x))
        elif not inside[at]:
            flipped = swap_fits(-y, x, bounds) or (west <= x <= east and south <= -y <= north)
            code = "assets.sign_missing" if flipped else "assets.out_of_bounds"
            remarks.add(int(at), REJECTED, code, **_where(x, y))
            lon[at] = lat[at] = np.nan


def _swap_helps(lon: float, lat: float, *, bounds: Bounds, boundary: Any) -> bool:
    if swap_fits(lon, lat, bounds):
        return True
    return (
        boundary is not None
        and bool(shapely.intersects_xy(boundary, lat, lon))
        and not bool(shapely.intersects_xy(boundary, lon, lat))
    )
