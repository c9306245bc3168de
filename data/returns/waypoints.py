"""Waypoints named like sites (KML, GPX): where a place truly is, and nothing else about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

from data.hashes import sha256_hex
from data.returns.rows import raw_rows
from data.returns.types import Given, RawRow
from geo.errors import InputError


def read_waypoints(given: Given) -> list[RawRow]:
    """Read every named point. Its id is made of its name, place and time, so twice is once."""
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(given.raw, forbid_dtd=True)
    except (ParseError, ValueError):
        raise InputError("guard.truncated", file=given.name) from None
    found = [(name, lat, lon, time) for name, lat, lon, time in _points(root) if name]
    rows = [
        {
            "submission": f"wpt-{sha256_hex('|'.join(told).encode())[:16]}",
            "site": told[0],
            "q01": f"{told[1]} {told[2]}",
            **({"started_at": told[3], "ended_at": told[3]} if told[3] else {}),
        }
        for told in found
    ]
    return raw_rows(enumerate(rows, start=1), given, channel="form")


def _points(root: Any) -> Iterator[tuple[str, str, str, str]]:
    for element in root.iter():
        tag = element.tag.rpartition("}")[2]
        if tag == "wpt":
            place = (element.get("lat", ""), element.get("lon", ""))
            yield (_text(element, "name"), *place, _text(element, "time"))
        elif tag == "Placemark":
            point = next((e for e in element.iter() if e.tag.rpartition("}")[2] == "Point"), None)
            parts = _text(point, "coordinates").split(",") if point is not None else []
            if len(parts) >= 2:
                yield _text(element, "name"), parts[1], parts[0], _text(element, "when")


def _text(element: Any, tag: str) -> str:
    found = (e.text for e in element.iter() if e.tag.rpartition("}")[2] == tag)
    return (next(found, "") or "").strip()
