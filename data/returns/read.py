"""Read a file that came home from the field, whatever it is called, to rows in one form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from data.hashes import sha256_hex
from data.returns.door import Returned, check_size, kind_of, opened_zip
from data.returns.gpkg import read_geopackage
from data.returns.paper import read_photo, read_sheets, scanned
from data.returns.photos import is_photo, photo_fact
from data.returns.sheets import read_book, read_table
from data.returns.told import read_code, read_told
from data.returns.types import Given, RawRow, Reading
from data.returns.visits import WAL
from data.returns.waypoints import read_waypoints
from geo.errors import InputError, Note, TapakError
from surveys.qfield import README as HOW_TO
from surveys.review import Photo

_BESIDE = (
    WAL,
    "-shm",
    "-journal",
    ".qgz",
    ".qgs",
    ".qgd",
    ".qgs~",
    ".qgz~",
    ".mbtiles",
    ".pmtiles",
    HOW_TO.casefold(),
)
"""What a folder of QField holds beside its GeoPackage, and tells nothing of a visit."""


def read_returns(path: Path, *, packs: Path | None = None) -> Reading:
    """Read every submission in a file, told by its content.

    Parameters
    ----------
    path : Path
        A CSV or workbook of ODK Central or Kobo, their JSON (OData, API v2), a zip of these with
        photos, a GeoPackage from QField, a file or QR text of the web form, KML/GPX waypoints, or
        photos and scans of paper sheets.
    packs : Path, optional
        Where the study keeps the packs that went out, with which a GeoPackage is merged.

    Returns
    -------
    Reading
        Rows in the file's order. Nothing is judged here: a row without a site is a row all the
        same.

    Raises
    ------
    InputError
        ``study.input_missing`` · ``guard.*`` · ``tables.*`` · ``returns.no_rows`` ·
        ``returns.photo`` (a picture of no sheet) · ``surveys.paper.*`` (of one that is not clear).
    """
    check_size(path)
    raw = path.read_bytes()
    given = Given(name=path.name, raw=raw, sha256=sha256_hex(raw), packs=packs)
    kind = kind_of(given.name, raw)
    reading = _read_zip(given) if kind is Returned.ZIP else _read_one(given, kind)
    if not (reading.rows or reading.notes or reading.remarks):
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
    found, notes = _read_parts(given, parts, photos)
    rows = [row for one in found for row in one.rows]
    named = {photo.name for row in rows for photo in row.media}
    free = {
        name: raw
        for name, raw in parts.items()
        if is_photo(raw) and PurePosixPath(name).name not in named
    }
    pages, unread = read_sheets(free, given, others=bool(rows))
    scans = [note for one in found for note in one.notes]
    return Reading(
        rows=(*rows, *pages),
        notes=(*notes, *scans, *unread),
        remarks=tuple(note for one in found for note in one.remarks),
        merged={pack: kept for one in found for pack, kept in one.merged.items()},
    )


def _read_parts(
    given: Given, parts: Mapping[str, bytes], photos: Mapping[str, Photo]
) -> tuple[list[Reading], list[Note]]:
    """Read what is no picture, one after the other: each may know what those before it told."""
    found: list[Reading] = []
    notes: list[Note] = []
    for name, raw in sorted(parts.items()):
        if is_photo(raw) or name.casefold().endswith(_BESIDE):
            continue
        inside = replace(
            given,
            name=PurePosixPath(name).name,
            raw=raw,
            photos=photos,
            wal=parts.get(f"{name}{WAL}"),
            known={pack: kept for one in found for pack, kept in one.merged.items()},
        )
        try:
            kind = kind_of(inside.name, raw)
            if kind is Returned.ZIP:
                raise InputError("guard.wrong_type", file=inside.name)
            found.append(_read_one(inside, kind))
        except TapakError as fault:
            notes.append(
                Note(row=None, code="returns.part", fields={"file": name, "why": fault.say()})
            )
    return found, notes


def _read_one(given: Given, kind: Returned) -> Reading:
    if kind in _WHOLE:
        return _WHOLE[kind](given)
    if kind is Returned.SCAN:
        rows, notes = read_sheets(scanned(given), given, others=False)
        return Reading(rows=tuple(rows), notes=tuple(notes))
    return Reading(rows=tuple(_READ[kind](given)))


_READ: dict[Returned, Callable[[Given], list[RawRow]]] = {
    Returned.TABLE: read_table,
    Returned.BOOK: read_book,
    Returned.QR: read_code,
    Returned.PHOTO: read_photo,
    Returned.KML: read_waypoints,
    Returned.GPX: read_waypoints,
}
_WHOLE: dict[Returned, Callable[[Given], Reading]] = {
    Returned.GPKG: read_geopackage,
    Returned.JSON: read_told,
}
"""Readers that have more to say than rows."""
