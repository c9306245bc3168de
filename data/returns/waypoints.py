"""Waypoints named like sites (KML, GPX): where a place truly is, and nothing else about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

from data.hashes import sha256_hex
from data.returns.rows import raw_rows
from data.returns.types import Given, RawRow
from geo.errors import InputError

WAYPOINT = "waypoint"
"""Where a row keeps its (lon, lat), EPSG:4326, when it is a mark on a map and nothing more."""


def read_waypoints(given: Given) -> list[RawRow]:
    """Read every named point. Its id is made of its name, place and time, so twice is once."""
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(given.raw, forbid_dtd=True)
    except (ParseError, ValueError):
        raise InputError("guard.truncated", file=given.name) from None
    rows = [
        {
            "submission": f"wpt-{sha256_hex('|'.join(told[:4]).encode())[:16]}",
            "site": told[0],
            "mark_id": told[4],
            "q01": f"{told[1]} {told[2]}",
            WAYPOINT: _place(told[1], told[2]),
            **({"started_at": told[3], "ended_at": told[3]} if told[3] else {}),
        }
        for told in _points(root)
        if told[0]
    ]
    return raw_rows(enumerate(rows, start=1), given, channel="form")


def _place(lat: str, lon: str) -> tuple[float, float] | None:
    try:
        return float(lon), float(lat)
    except ValueError:
        return None


def _points(root: Any) -> Iterator[tuple[str, str, str, str, str]]:
    """Find name, lat, lon, time and mark of every point; our maps keep a site's id as its mark."""
    for element in root.iter():
        tag = element.tag.rpartition("}")[2]
        if tag == "wpt":
            place = (element.get("lat", ""), element.get("lon", ""))
            yield _text(element, "name"), *place, _text(element, "time"), _text(element, "cmt")
        elif tag == "Placemark":
            point = next((e for e in element.iter() if e.tag.rpartition("}")[2] == "Point"), None)
            parts = _text(point, "coordinates").split(",") if point is not None else []
            if len(parts) >= 2:
                told = _text(element, "name"), parts[1].strip(), parts[0].strip()
                yield *told, _text(element, "when"), element.get("id", "")


def _text(element: Any, tag: str) -> str:
    found = (e.text for e in element.iter() if e.tag.rpartition("}")[2] == tag)
    return (next(found, "") or "").strip()
