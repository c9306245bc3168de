"""Points out of a table: coordinates in any notation, bad ones refused by row."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.files import columns, lists, numerals
from data.files.layer_types import LayerOptions
from data.files.reading import Tally
from geo.errors import InputError, Note

PLACES = {"lat": columns.LAT, "lon": columns.LON, "pair": columns.PAIR}


def points_of_list(
    path: Path, options: LayerOptions, wanted: columns.Aliases
) -> tuple[gpd.GeoDataFrame, dict[str, str], Tally]:
    """Read a table's rows as points in EPSG:4326.

    Returns
    -------
    GeoDataFrame
        The table's own columns, ``row`` and ``geometry``; rows without a usable point left out.
    dict
        Field of `wanted` to column.
    Tally
        The rows left out, with the reason and, where a swap would mend it, that advice.

    Raises
    ------
    InputError
        ``lists.columns_missing`` without coordinates; ``points.none`` when no row has a point.
    """
    frame, found = lists.read_list(
        path, {**PLACES, **wanted}, need=[("lat", "pair"), ("lon", "pair")], mapping=options.columns
    )
    tally = Tally()
    lon, lat = _coordinates(frame, found, options, tally)
    keep = np.isfinite(lon) & np.isfinite(lat)
    if not keep.any():
        raise InputError("points.none", file=path.name)
    shapes = gpd.GeoSeries(
        shapely.points(np.round(lon[keep], 7), np.round(lat[keep], 7)), crs="EPSG:4326"
    )
    placed = gpd.GeoDataFrame(frame[keep].reset_index(drop=True), geometry=shapes)
    return placed, {k: v for k, v in found.items() if k in wanted}, tally


def _coordinates(
    frame: pd.DataFrame, found: dict[str, str], options: LayerOptions, tally: Tally
) -> tuple[np.ndarray, np.ndarray]:
    """Read both columns: plain degrees at once, every other notation cell by cell."""
    single = "lat" not in found or "lon" not in found
    first = frame[found["pair" if single else "lat"]]
    second = pd.Series([""] * len(frame)) if single else frame[found["lon"]]
    lat, lon = numerals.to_numbers(first), numerals.to_numbers(second)
    if options.crs is not None and not single:
        return _from_crs(lon, lat, options.crs, frame["row"].to_numpy(), tally)
    degrees = (np.abs(lat) <= 90) & (np.abs(lon) <= 180) & ~((lat == 0) & (lon == 0))
    for at in np.flatnonzero(~degrees):
        row = int(frame["row"].iloc[at])
        lon[at], lat[at] = _one(first.iloc[at], second.iloc[at], row, options, tally)
    _offer_swaps(lon, lat, frame["row"].to_numpy(), options, tally)
    return lon, lat


def _one(
    lat_cell: object, lon_cell: object, row: int, options: LayerOptions, tally: Tally
) -> tuple[float, float]:
    from geo.coordinates import read

    try:
        reading = read(_cell(lat_cell), _cell(lon_cell), utm_zone=options.utm_zone)
    except InputError as fault:
        known = {"coordinates.empty": "points.empty", "coordinates.zero": "points.zero"}
        code = known.get(fault.code, "points.unreadable")
        shown = f"{_cell(lat_cell)} {_cell(lon_cell)}".strip()[:60]
        tally.rejected.append(Note(row=row, code=code, fields={"text": shown}))
        return np.nan, np.nan
    if abs(reading.lat) > 90:
        code = "points.swapped" if abs(reading.lon) <= 90 else "points.unreadable"
        shown = f"{reading.lat}, {reading.lon}"
        tally.rejected.append(Note(row=row, code=code, fields={"text": shown}))
        return np.nan, np.nan
    return reading.lon, reading.lat


def _cell(cell: object) -> str | float:
    if cell is None or (isinstance(cell, float) and np.isnan(cell)):
        return ""
    return float(cell) if isinstance(cell, (int, float)) else str(cell)


def _offer_swaps(
    lon: np.ndarray, lat: np.ndarray, rows: np.ndarray, options: LayerOptions, tally: Tally
) -> None:
    """Refuse points that lie in the study only when lat and lon are exchanged, and say so."""
    if options.bounds is None:
        return
    west, south, east, north = options.bounds
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    swapped = (lat >= west) & (lat <= east) & (lon >= south) & (lon <= north)
    for at in np.flatnonzero(swapped & ~inside):
        fields = {"text": f"{lat[at]}, {lon[at]}"}
        tally.rejected.append(Note(row=int(rows[at]), code="points.swapped", fields=fields))
        lon[at] = lat[at] = np.nan


def _from_crs(
    x: np.ndarray, y: np.ndarray, crs: str, rows: np.ndarray, tally: Tally
) -> tuple[np.ndarray, np.ndarray]:
    """Carry x and y of a stated CRS to degrees; what has no image there is refused by row."""
    from pyproj import CRS, Transformer
    from pyproj.exceptions import CRSError

    try:
        to_degrees = Transformer.from_crs(CRS.from_user_input(crs), "EPSG:4326", always_xy=True)
    except CRSError:
        raise InputError("points.bad_crs", crs=crs) from None
    lon, lat = (np.asarray(axis, dtype=np.float64) for axis in to_degrees.transform(x, y))
    lost = ~(np.isfinite(lon) & np.isfinite(lat))
    lon[lost] = lat[lost] = np.nan
    for at in np.flatnonzero(lost):
        fields = {"text": f"{x[at]} {y[at]}"}
        tally.rejected.append(Note(row=int(rows[at]), code="points.unreadable", fields=fields))
    return lon, lat
