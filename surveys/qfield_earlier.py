"""A visit made before, as a row of the GeoPackage: for the team to look at again and correct."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

import shapely

from surveys.qfield_columns import PHOTO_FOLDER
from surveys.questions import HEADER, Field, FieldType
from surveys.responses import moment
from surveys.sites import PackInput


def visit_row(pack: PackInput, visit: Mapping[str, Any], names: Sequence[str]) -> list[object]:
    """Write a visit as QField would have saved it.

    Parameters
    ----------
    pack : PackInput
    visit : mapping
        One of ``pack.earlier``.
    names : sequence of str
        The columns of the layer.

    Returns
    -------
    list
        Its point (EPSG:4326) or None, then a value a column.
    """
    answers = visit["answers"]
    told: dict[str, object] = {name: visit[name] for name in HEADER if visit.get(name)}
    told |= {"pack": pack.pack_id, "revision": int(visit.get("revision", 0))}
    for named in ("started", "ended"):
        told |= _clock(named, str(visit.get(f"{named}_at", "")))
    there = None
    for field in pack.spec.fields:
        value = answers.get(field.name)
        if field.type is FieldType.POINT and isinstance(value, Mapping):
            there = shapely.Point(value["lon"], value["lat"])
            told[f"{field.name}_accuracy"] = value.get("accuracy_m")
            told[f"{field.name}_source"] = value.get("source")
        elif value is not None:
            told[field.name] = _stored(field, value)
    return [there, *(told.get(name) for name in names)]


def _stored(field: Field, value: Any) -> object:
    if field.type is FieldType.MANY:
        return "{" + ",".join(json.dumps(one) for one in value) + "}"
    return f"{PHOTO_FOLDER}/{value}" if field.type is FieldType.PHOTO else value


def _clock(named: str, told: str) -> dict[str, object]:
    """Write a time twice, as `surveys.qfield_visits` has it; nothing where it cannot be read."""
    utc = moment(told)
    if not utc:
        return {f"{named}_at": None}
    at = dt.datetime.fromisoformat(utc)
    return {f"{named}_at": utc.replace("Z", ".000Z"), f"{named}_ms": int(at.timestamp()) * 1000}
