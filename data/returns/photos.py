"""What a photo says of where and when it was taken (EXIF); nothing is said of what it lacks."""

from __future__ import annotations

import re
from typing import Any

from data.hashes import sha256_hex
from surveys.pictures import HEADS, PictureError, opened
from surveys.review import Photo

_GPS, _EXIF, _TAKEN, _OFFSET = 0x8825, 0x8769, 0x9003, 0x9011


def is_photo(raw: bytes) -> bool:
    """Tell a picture by its first bytes."""
    return raw.startswith(HEADS)


def photo_fact(name: str, raw: bytes) -> Photo:
    """Read a photo's place (EPSG:4326) and time; a picture that cannot be read says nothing."""
    told: dict[str, Any] = {}
    try:
        with opened(raw) as picture:
            exif = picture.getexif()
            told = _place(exif.get_ifd(_GPS)) | _time(exif.get_ifd(_EXIF))
    except PictureError:
        told = {}
    return Photo(name=name, sha256=sha256_hex(raw), **told)


def _place(gps: Any) -> dict[str, Any]:
    try:
        lat = _degrees(gps[2], negative=str(gps[1]).upper().startswith("S"))
        lon = _degrees(gps[4], negative=str(gps[3]).upper().startswith("W"))
    except (KeyError, ValueError, TypeError, ZeroDivisionError, IndexError):
        return {}
    inside = abs(lat) <= 90 and abs(lon) <= 180 and (lat, lon) != (0.0, 0.0)
    return {"lon": lon, "lat": lat} if inside else {}


def _degrees(parts: Any, *, negative: bool) -> float:
    value = float(parts[0]) + float(parts[1]) / 60 + float(parts[2]) / 3600
    return round(-value if negative else value, 7)


def _time(exif: Any) -> dict[str, Any]:
    found = re.fullmatch(r"(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)\D*", str(exif.get(_TAKEN, "")))
    if not found or found.group(1) == "0000":
        return {}
    offset = str(exif.get(_OFFSET, "")).strip("\0 ")
    zone = offset if re.fullmatch(r"[+-]\d\d:\d\d", offset) else ""
    return {"taken_at": f"{found[1]}-{found[2]}-{found[3]}T{found[4]}{zone}"}
