"""Read a file that came home from the field, whatever it is called, to rows in one form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from data.hashes import sha256_hex
from data.returns import identity
from data.returns.door import MAX_BYTES, Returned, kind_of, opened_zip, read_json
from data.returns.photos import is_photo, photo_fact
from data.returns.qr import read_qr
from data.returns.rows import flat, raw_rows
from data.returns.sheets import read_book, read_table
from data.returns.types import Given, RawRow, Reading
from data.returns.visits import read_visits
from data.returns.waypoints import read_waypoints
from geo.errors import InputError, Note, TapakError


def read_returns(path: Path) -> Reading:
    """Read every submission in a file, told by its content.

    Parameters
    ----------
    path : Path
        A CSV or workbook of ODK Central or Kobo, their JSON (OData, API v2), a zip of these with
        photos, a GeoPackage from QField, a file or QR text of the web form, or KML/GPX waypoints.

    Returns
    -------
    Reading
        Rows in the file's order. Nothing is judged here: a row without a site is a row all the
        same.

    Raises
    ------
    InputError
        ``study.input_missing`` · ``guard.*`` · ``tables.*`` · ``returns.no_rows`` ·
        ``returns.photo`` (a picture alone).
    """
    if not path.is_file():
        raise InputError("study.input_missing", file=path.name)
    if path.stat().st_size > MAX_BYTES:
        size, limit = path.stat().st_size >> 20, MAX_BYTES >> 20
        raise InputError("guard.too_big", file=path.name, size_mb=size, limit_mb=limit)
    raw = path.read_bytes()
    given = Given(name=path.name, raw=raw, sha256=sha256_hex(raw))
    kind = kind_of(given.name, raw)
    reading = _read_zip(given) if kind is Returned.ZIP else Reading(rows=tuple(_READ[kind](given)))
    if not reading.rows:
        raise InputError("returns.no_rows", file=path.name)
    return reading


def _read_zip(given: Given) -> Reading:
    """Read every table inside; pictures become facts, and a part that cannot be read is told."""
    parts = opened_zip(given.name, given.raw)
    photos = {
        PurePosixPath(name).name: photo_fact(PurePosixPath(name).name, raw)
        for name, raw in parts.items()
        if is_photo(raw)
    }
    rows: list[RawRow] = []
    notes: list[Note] = []
    for name, raw in sorted(parts.items()):
        if is_photo(raw):
            continue
        inside = replace(given, name=PurePosixPath(name).name, raw=raw, photos=photos)
        try:
            kind = kind_of(inside.name, raw)
            if kind is Returned.ZIP:
                raise InputError("guard.wrong_type", file=inside.name)
            rows += _READ[kind](inside)
        except TapakError as fault:
            notes.append(
                Note(row=None, code="returns.part", fields={"file": name, "why": fault.say()})
            )
    return Reading(rows=tuple(rows), notes=tuple(notes))


def _read_json(given: Given) -> list[RawRow]:
    """Tell OData, API v2 and the web form apart by what they hold."""
    told = read_json(given.name, given.raw)
    if isinstance(told, Mapping) and "tapak" in told:
        return _read_web(told, given)
    listed = told
    if isinstance(told, Mapping):
        listed = next((told[k] for k in ("value", "results") if k in told), [told])
    if not isinstance(listed, list):
        raise InputError("returns.no_rows", file=given.name)
    rows = [flat(one) for one in listed if isinstance(one, Mapping)]
    channel = identity.channel_of(rows[0]) if rows else "form"
    return raw_rows(enumerate(rows, start=1), given, channel=channel)


def _read_web(told: Mapping[str, object], given: Given) -> list[RawRow]:
    """Read the offline form's own file; its head speaks for every submission."""
    head = {n: told[n] for n in ("form_version", "programme", "pack", "team") if n in told}
    listed = told.get("submissions")
    rows = [web_values(head, s) for s in listed] if isinstance(listed, list) else []
    return raw_rows(enumerate(rows, start=1), given, channel="web")


def web_values(head: Mapping[str, object], submission: object) -> dict[str, object]:
    """Lay out one submission of the web form: its head, and its answers beside it."""
    if not isinstance(submission, Mapping):
        return dict(head)
    answers = submission.get("answers")
    rest = {name: value for name, value in submission.items() if name != "answers"}
    return {**head, **flat(rest), **(flat(answers) if isinstance(answers, Mapping) else {})}


def _read_qr(given: Given) -> list[RawRow]:
    rows = [web_values({}, one) for one in read_qr(given.name, given.raw)]
    return raw_rows(enumerate(rows, start=1), given, channel="web")


def _refuse_photo(given: Given) -> list[RawRow]:
    raise InputError("returns.photo", file=given.name)


_READ: dict[Returned, Callable[[Given], list[RawRow]]] = {
    Returned.TABLE: read_table,
    Returned.BOOK: read_book,
    Returned.JSON: _read_json,
    Returned.GPKG: read_visits,
    Returned.QR: _read_qr,
    Returned.PHOTO: _refuse_photo,
    Returned.KML: read_waypoints,
    Returned.GPX: read_waypoints,
}
