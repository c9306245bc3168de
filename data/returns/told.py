"""JSON that came home: OData, API v2, GeoJSON, and the offline form's own file."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from data.returns import identity
from data.returns.door import read_json
from data.returns.photos import photo_fact
from data.returns.qr import read_qr
from data.returns.rows import flat, point_text, raw_rows, refuse_many
from data.returns.types import Given, RawRow, Reading
from geo.errors import InputError, Note
from surveys.review import Photo

_LISTS = ("value", "results", "features", "data")
_HEAD = ("form_version", "programme", "pack", "team")


def read_told(given: Given) -> Reading:
    """Tell OData, API v2, GeoJSON and the web form apart by what they hold.

    Raises
    ------
    InputError
        ``guard.truncated`` · ``returns.no_rows``.
    """
    told = read_json(given.name, given.raw)
    if isinstance(told, Mapping) and "tapak" in told:
        return _read_web(told, given)
    numbered = list(enumerate(_listed(told, given), start=1))
    refuse_many(len(numbered), given)
    rows = [(at, flat(_laid_out(one))) for at, one in numbered if isinstance(one, Mapping)]
    rows = [(at, row) for at, row in rows if not identity.belongs_to_another(row)]
    lost = [at for at, one in numbered if not isinstance(one, Mapping)]
    return Reading(
        rows=tuple(raw_rows(rows, given, channel=_channel(rows))),
        notes=tuple(Note(row=at, code="returns.not_a_row", fields={}) for at in lost),
    )


def _channel(rows: list[tuple[int, dict[str, object]]]) -> str:
    """Tell whose rows these are by all their names: the first one may be encrypted."""
    return identity.channel_of({name for _, row in rows[:200] for name in row})


def _listed(told: object, given: Given) -> Iterator[object]:
    """Find the rows; a list of feature collections holds theirs."""
    if isinstance(told, Mapping):
        told = next((told[k] for k in _LISTS if isinstance(told.get(k), list)), [told])
    if not isinstance(told, list):
        raise InputError("returns.no_rows", file=given.name)
    for one in told:
        if isinstance(one, Mapping) and isinstance(one.get("features"), list):
            yield from one["features"]
        else:
            yield one


def _laid_out(one: Mapping[str, Any]) -> Mapping[str, Any]:
    """Lay out a GeoJSON feature: its properties, its id, its point as the answer to question 1."""
    if one.get("type") != "Feature" or not isinstance(one.get("properties"), Mapping):
        return one
    row = dict(one["properties"])
    if isinstance(one.get("id"), str):
        row.setdefault("__id", one["id"])
    if any(identity.last_part(name).startswith("q01") for name in row):
        return row
    place = point_text(one["geometry"]) if isinstance(one.get("geometry"), Mapping) else ""
    return row | ({"q01": place} if place else {})


def _read_web(told: Mapping[str, object], given: Given) -> Reading:
    """Read the offline form's own file; its head speaks for every submission."""
    head = {name: told[name] for name in _HEAD if name in told}
    listed, drafts = told.get("submissions"), told.get("drafts")
    found = listed if isinstance(listed, list) else []
    rows = raw_rows(
        enumerate((web_values(head, one) for one in found), start=1), given, channel="web"
    )
    media = [_told_photos(one, row) for one, row in zip(found, rows, strict=True)]
    count = len(drafts) if isinstance(drafts, list) else 0
    note = Note(row=None, code="returns.drafts", fields={"count": count, "file": given.name})
    return Reading(
        rows=tuple(replace(row, media=photos) for row, photos in zip(rows, media, strict=True)),
        notes=(note,) if count and not rows else (),
        remarks=(note,) if count and rows else (),
    )


def web_values(head: Mapping[str, object], submission: object) -> dict[str, object]:
    """Lay out one submission of the web form: its head, and its answers beside it."""
    if not isinstance(submission, Mapping):
        return dict(head)
    answers = submission.get("answers")
    beside = {"answers", "photos", "photo_facts"}
    rest = {name: value for name, value in submission.items() if name not in beside}
    return {**head, **flat(rest), **(flat(answers) if isinstance(answers, Mapping) else {})}


def _told_photos(submission: object, row: RawRow) -> tuple[Photo, ...]:
    """Read the photos in a file of the web form.

    It shrinks pictures, which takes their EXIF out, and tells what that said beside them.
    """
    if not isinstance(submission, Mapping):
        return row.media
    pictures, facts = submission.get("photos"), submission.get("photo_facts")
    pictures = pictures if isinstance(pictures, Mapping) else {}
    facts = facts if isinstance(facts, Mapping) else {}
    found = {photo.name: photo for photo in row.media}
    for name in sorted({*pictures, *facts}):
        raw = _picture(pictures.get(name))
        photo = photo_fact(str(name), raw) if raw else Photo(name=str(name), sha256="")
        found[str(name)] = _with_facts(found.get(str(name), photo), facts.get(name))
    return tuple(found.values())


def _picture(url: object) -> bytes:
    """Read a data URL; b"" where it is none."""
    head, comma, body = str(url or "").partition(",")
    if not comma or not head.startswith("data:image/") or not head.endswith(";base64"):
        return b""
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _with_facts(photo: Photo, told: object) -> Photo:
    """Fill in what the form read before it shrank the picture; nonsense says nothing."""
    if not isinstance(told, Mapping):
        return photo
    lon, lat = (_number(told.get(name)) for name in ("lon", "lat"))
    if photo.lon is None and lon is not None and lat is not None and abs(lat) <= 90:
        photo = replace(photo, lon=lon, lat=lat)
    when = told.get("taken_at")
    return replace(photo, taken_at=when[:40]) if isinstance(when, str) and when else photo


def _number(value: object) -> float | None:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return float(str(value)) if plain and abs(float(str(value))) <= 180 else None


def read_code(given: Given) -> list[RawRow]:
    """Read the text of QR codes, a submission each."""
    rows = [web_values({}, one) for one in read_qr(given.name, given.raw)]
    return raw_rows(enumerate(rows, start=1), given, channel="web")
