"""Coordinates as registers write them: decimal, comma, degrees LS/BT, UTM, or both in one cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pyproj import CRS

from geo.crs import LONLAT, transformer
from geo.errors import InputError
from geo.notation import Part, clean, read_part, split_pair

LARGEST_ANGLE = 180.0
_LONGEST_TEXT = 120  # two halves in words with every digit a machine writes are shorter
EASTING_M = (100_000.0, 900_000.0)
NORTHING_M = (0.0, 10_000_000.0)


@dataclass(frozen=True, slots=True)
class Reading:
    """One coordinate as it was read.

    Attributes
    ----------
    lon, lat : float
        Degrees, EPSG:4326, in the order the register claims: a latitude of 109.7 stays one, so
        that the caller can offer the swap.
    notation : {"decimal", "comma", "dms", "pair", "utm"}
        ``pair`` for degrees of any notation in one cell; ``utm`` also when in one cell.
    swapped : bool
        The columns were the other way round *and the text itself says so* (hemisphere letters, or
        metres that can only be a northing); lon and lat are already right.
    """

    lon: float
    lat: float
    notation: str
    swapped: bool = False


def parse(lat_text: object, lon_text: object, *, utm_zone: str) -> tuple[float, float]:
    r"""Read one coordinate and insist that it lies on the globe.

    Parameters
    ----------
    lat_text, lon_text : str, float or int
        The two cells. A pair in one cell stands in `lat_text`, with `lon_text` empty. UTM: the
        northing stands in `lat_text`, the easting in `lon_text`.
    utm_zone : str
        The zone of UTM metres, such as "49S". **S is south here**, not the latitude band S of the
        military grid: "49S" is EPSG:32749, "49N" is EPSG:32649.

    Returns
    -------
    lon, lat : float
        Degrees, EPSG:4326.

    Raises
    ------
    InputError
        ``coordinates.empty`` (no cell holds anything, NaN included), ``coordinates.half`` (one
        number where two are needed), ``coordinates.unreadable``, ``coordinates.zero`` (0, 0 means
        "not filled in"), ``coordinates.out_of_range``, ``coordinates.zone``.

    Notes
    -----
    Understood: ``-7.461207`` · ``-7,319534`` · ``7°28'55.11" LS`` (any of LS LU BT BB, N S E W,
    *Lintang Selatan*, before or behind, with or without signs, minutes or seconds with a point or
    a comma) · ``7.461207 LS`` · ``9.206.227,5`` · ``-7,4612; 109,4858`` · numbers as numbers.
    Letters decide which half is the latitude, whatever column it stands in. What can be read in
    two ways, such as ``-7,109`` alone, is refused, never guessed.

    Examples
    --------
    >>> parse("7°28'55.11\" LS", "109°34'51.70\" BT", utm_zone="49S")
    (109.58102777777778, -7.481975)
    """
    reading = read(lat_text, lon_text, utm_zone=utm_zone)
    if abs(reading.lat) > 90 or abs(reading.lon) > LARGEST_ANGLE:
        raise InputError("coordinates.out_of_range", text=_quoted(lat_text, lon_text))
    return reading.lon, reading.lat


def read(lat_text: object, lon_text: object, *, utm_zone: str) -> Reading:
    """Read one coordinate, keeping what a reader's report needs to say about it.

    The same as `parse`, except that a latitude beyond ±90° is returned as it stands, so that the
    caller can offer the swap. A number that is no angle at all (beyond ±180° and no UTM metre) is
    refused here too.
    """
    zone = utm_crs_of(utm_zone)
    first, second, one_cell = _halves(lat_text, lon_text)
    quoted = _quoted(lat_text, lon_text)
    if first.axis and first.axis == second.axis:
        raise InputError("coordinates.unreadable", text=quoted)
    swapped = first.axis == "lon" or second.axis == "lat"
    lat, lon = (second, first) if swapped else (first, second)
    if lat.value == 0 and lon.value == 0:
        raise InputError("coordinates.zero", text=quoted)
    if max(abs(lat.value), abs(lon.value)) > LARGEST_ANGLE:
        if zone is None:
            raise InputError("coordinates.zone", zone=str(utm_zone)[:20])
        return _from_utm(lat, lon, zone=zone, swapped=swapped, quoted=quoted)
    comma = "comma" in (lat.notation, lon.notation)
    notation = "dms" if "dms" in (lat.notation, lon.notation) else "comma" if comma else "decimal"
    return Reading(lon.value, lat.value, "pair" if one_cell else notation, swapped)


def swap_fits(lon: float, lat: float, bounds: tuple[float, float, float, float]) -> bool:
    """Tell whether exchanging the two numbers brings a point inside bounds it lies outside of.

    Parameters
    ----------
    lon, lat : float
        Degrees, as read.
    bounds : (min lon, min lat, max lon, max lat)
        Degrees.
    """

    def inside(x: float, y: float) -> bool:
        return bounds[0] <= x <= bounds[2] and bounds[1] <= y <= bounds[3]

    return not inside(lon, lat) and inside(lat, lon)


def _halves(lat_text: object, lon_text: object) -> tuple[Part, Part, bool]:
    texts = clean(lat_text), clean(lon_text)
    if not any(texts):
        raise InputError("coordinates.empty")
    one_cell = not all(texts)
    quoted = _quoted(lat_text, lon_text)
    if max(map(len, texts)) > _LONGEST_TEXT:
        raise InputError("coordinates.unreadable", text=quoted)
    if one_cell:
        alone = texts[0] or texts[1]
        cut = split_pair(alone)
        if cut is None:
            whole = read_part(alone)
            if whole is None:
                raise InputError("coordinates.unreadable", text=quoted)
            code = "coordinates.zero" if whole.value == 0 else "coordinates.half"
            raise InputError(code, text=quoted)
        texts = cut
    first, second = read_part(texts[0]), read_part(texts[1])
    if first is None or second is None:
        raise InputError("coordinates.unreadable", text=quoted)
    return first, second, one_cell


def _from_utm(lat: Part, lon: Part, *, zone: CRS, swapped: bool, quoted: str) -> Reading:
    """Turn UTM metres to degrees; the only numbers that may stand in the wrong column unnamed.

    South of the equator a northing of Indonesia is above 8,700,000 and an easting never above
    900,000, so exchanged columns show.
    """
    northing, easting = lat, lon
    if not (lat.axis or lon.axis) and lon.value > EASTING_M[1] >= lat.value:
        northing, easting, swapped = lon, lat, True
    y, x = _metres(northing, beside=easting), _metres(easting, beside=northing)
    degrees = "dms" in (lat.notation, lon.notation)
    in_zone = EASTING_M[0] <= x <= EASTING_M[1] and NORTHING_M[0] <= y <= NORTHING_M[1]
    if degrees or not in_zone:
        raise InputError("coordinates.out_of_range", text=quoted)
    at_lon, at_lat = transformer(zone, LONLAT).transform(x, y)
    return Reading(float(at_lon), float(at_lat), "utm", swapped)


def _metres(part: Part, *, beside: Part) -> float:
    """Read 356.159 as thousands when the number beside it, 9.206.227, is written so."""
    if part.thousands is not None and beside.grouped and part.value < EASTING_M[0]:
        return part.thousands
    return part.value


def utm_crs_of(zone: str | None) -> CRS | None:
    """Return the CRS of a UTM zone such as "49S"; None for none.

    Raises
    ------
    InputError
        ``coordinates.zone`` when that is no zone.
    """
    text = str(zone or "").strip().upper()
    if not text:
        return None
    found = re.fullmatch(r"0?([1-9]|[1-5]\d|60) ?([NS])", text, re.ASCII)
    if found is None:
        raise InputError("coordinates.zone", zone=str(zone)[:20])
    return _epsg((32600 if found[2] == "N" else 32700) + int(found[1]))


@lru_cache(maxsize=120)
def _epsg(code: int) -> CRS:
    return CRS.from_epsg(code)


def _quoted(lat_text: object, lon_text: object) -> str:
    cells = [str(cell).strip() for cell in (lat_text, lon_text) if cell is not None]
    return " | ".join(cell for cell in cells if cell)[:80]
