"""Nested answers to flat rows, each with its identity; one way for every channel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from data.returns import identity
from data.returns.types import Given, RawRow
from geo.errors import InputError
from surveys.review import Photo

_DEEPEST = 12
MOST_ROWS = 20_000


def flat(nested: Mapping[str, Any], *, inside: str = "", depth: int = 0) -> dict[str, object]:
    """Flatten groups to ``group/name``; a point becomes ``"lat lon alt accuracy"``.

    A point of ours (``lon``, ``lat``, ``source``) stays a mapping, since its source is no number.
    Lists of plain values are choices; lists of rows (repeats, attachments) are left out.
    """
    found: dict[str, object] = {}
    for name, value in nested.items():
        path = f"{inside}/{name}" if inside else str(name)
        if isinstance(value, Mapping):
            if value.get("type") == "Point" and "coordinates" in value:
                if place := point_text(value):
                    found[path] = place
            elif {"lon", "lat"} <= set(value):
                found[path] = dict(value)
            elif depth < _DEEPEST:
                found |= flat(value, inside=path, depth=depth + 1)
        elif isinstance(value, list):
            if all(isinstance(v, str | int | float) for v in value):
                found[path] = " ".join(map(str, value))
        elif value is not None:
            found[path] = value
    return found


def point_text(point: Mapping[str, Any]) -> str:
    """Write a GeoJSON point as Collect writes one: latitude, longitude, altitude, accuracy.

    Returns
    -------
    str
        "" for another shape, and for a point without two coordinates.
    """
    place = point.get("coordinates")
    if point.get("type") != "Point" or not isinstance(place, list) or len(place) < 2:
        return ""
    lon, lat, altitude = [*place, None][:3]
    more = point.get("properties")
    accuracy = more.get("accuracy") if isinstance(more, Mapping) else None
    if accuracy is None:
        return f"{lat} {lon}"
    return f"{lat} {lon} {0 if altitude is None else altitude} {accuracy}"


def raw_rows(
    tables: Iterable[tuple[int | None, Mapping[str, object]]],
    given: Given,
    *,
    channel: str,
) -> list[RawRow]:
    """Give every flat row its identity.

    Parameters
    ----------
    tables : iterable of (row, values)
    given : Given
        The file they stand in; its photos are matched by name.
    channel : str
    """
    rows: list[RawRow] = []
    for row, values in tables:
        refuse_many(len(rows) + 1, given)
        rows.append(_raw_row(row, values, given, channel))
    return rows


def refuse_many(count: int, given: Given) -> None:
    """Refuse a file of more submissions than all teams of a province bring home in a year.

    Raises
    ------
    InputError
        ``returns.too_many_rows``.
    """
    if count > MOST_ROWS:
        raise InputError("returns.too_many_rows", file=given.name, limit=MOST_ROWS)


def _raw_row(row: int | None, values: Mapping[str, object], given: Given, channel: str) -> RawRow:
    short = identity.by_last_part(values)
    name = identity.submission_of(short)
    told = {**values, "submission": name} if name else dict(values)
    return RawRow(
        values=told,
        channel=channel,
        raw_sha256=given.sha256,
        row=row,
        edits=identity.edits_of(short),
        mark=identity.mark_of(short),
        media=_photos(values, given.photos),
        alias=identity.alias_of(short, channel=channel),
    )


def _photos(values: Mapping[str, object], photos: Mapping[str, Photo]) -> tuple[Photo, ...]:
    if not photos:
        return ()
    named = (str(v).replace("\\", "/").rsplit("/", 1)[-1] for v in values.values())
    return tuple(photos[name] for name in dict.fromkeys(named) if name in photos)
