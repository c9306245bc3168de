"""Photos and scans of paper sheets: each page one submission, what is doubtful told beside it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import words
from data.hashes import sha256_hex
from data.returns.types import Given, RawRow
from geo.errors import InputError, Note
from surveys.paper.read import PaperReading, read_sheet
from surveys.pictures import MOST_PX
from surveys.questions import label, spec

_LEAST_PX = 600
"""A picture in a PDF smaller than this is a logo, not a page."""
_DEEPEST = 4
_NO_SHEET = {"surveys.paper.no_sheet", "surveys.paper.no_picture"}
_NOTE = "note"


def read_photo(given: Given) -> list[RawRow]:
    """Read one photo of a sheet.

    Raises
    ------
    InputError
        ``returns.photo`` when no sheet is on it, else what `surveys.paper.read.read_sheet` raises.
    """
    try:
        return [_row(given.raw, given)]
    except InputError as fault:
        if fault.code in _NO_SHEET:
            raise InputError("returns.photo", file=given.name) from fault
        raise


def read_sheets(
    pictures: Mapping[str, bytes], given: Given, *, others: bool
) -> tuple[list[RawRow], list[Note]]:
    """Read every picture that may be a sheet.

    Parameters
    ----------
    pictures : mapping
        Name → bytes.
    given : Given
        The file they stand in.
    others : bool
        The file holds submissions besides: a picture without any sheet on it is no fault there.

    Returns
    -------
    rows, notes
        A picture that cannot be read is told and the others are read all the same.
    """
    rows: list[RawRow] = []
    notes: list[Note] = []
    for name, raw in sorted(pictures.items()):
        try:
            rows.append(_row(raw, given))
        except InputError as fault:
            if not (others and fault.code in _NO_SHEET):
                told = {"file": name, "why": fault.say()}
                notes.append(Note(row=None, code="returns.sheet_photo", fields=told))
    return rows, notes


def scanned(given: Given) -> dict[str, bytes]:
    """Take the largest picture off every page of a PDF.

    Raises
    ------
    InputError
        ``guard.truncated`` · ``guard.locked`` · ``returns.pdf_empty`` without any picture.
    """
    import pikepdf

    found: dict[str, bytes] = {}
    try:
        with pikepdf.open(io.BytesIO(given.raw)) as pdf:
            for number, page in enumerate(pdf.pages, start=1):
                images = [p for p in _images(page.obj) if _may_be_a_page(p)]
                if not images:
                    continue
                held = io.BytesIO()
                largest = max(images, key=lambda one: one.width * one.height)
                largest.as_pil_image().convert("L").save(held, format="png", compress_level=1)
                found[f"{given.name}: {number}"] = held.getvalue()
    except pikepdf.PasswordError:
        raise InputError("guard.locked", file=given.name) from None
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the library has no end of ways to say that a PDF is broken
        raise InputError("guard.truncated", file=given.name) from None
    if not found:
        raise InputError("returns.pdf_empty", file=given.name)
    return found


def _may_be_a_page(one: Any) -> bool:
    width, height = int(one.width), int(one.height)
    return min(width, height) >= _LEAST_PX and width * height <= MOST_PX


def _images(holder: Any, depth: int = 0) -> list[Any]:
    """Find the pictures of a page, also inside the frames some scanners put around them."""
    import pikepdf

    found = []
    for one in (holder.get("/Resources", {}).get("/XObject", {})).values():
        if one.get("/Subtype") == "/Image":
            found.append(pikepdf.PdfImage(one))
        elif one.get("/Subtype") == "/Form" and depth < _DEEPEST:
            found += _images(one, depth + 1)
    return found


def _row(raw: bytes, given: Given) -> RawRow:
    """Lay out a page.

    Its id is the sheet's own serial, so a second photo of it is never a second visit. How much
    was read stands as the number of edits: a clearer photo supersedes a worse one, the same
    answers again are the same submission, and photos that contradict each other go to a person.
    """
    reading = read_sheet(raw)
    serial = reading.serial
    values: dict[str, object] = {
        "submission": f"paper-{serial.pack}-{serial.site}-{serial.page}",
        "site": serial.site,
        "team": serial.team,
        "programme": reading.programme,
        "form_version": serial.form_version,
        "pack": serial.pack,
        **({"ended_at": reading.date} if reading.date else {}),
        **reading.answers,
    }
    pictures = {name: f"{sha256_hex(png)}.png" for name, png in reading.crops.items()}
    doubts = _doubts(reading, pictures)
    kept = {str(note.fields.get("picture")) for note in doubts}
    return RawRow(
        values=values,
        channel="paper",
        raw_sha256=given.sha256,
        edits=len(reading.answers) + bool(reading.date),
        doubts=doubts,
        crops={pictures[n]: png for n, png in reading.crops.items() if pictures[n] in kept},
    )


def _doubts(reading: PaperReading, pictures: Mapping[str, str]) -> tuple[Note, ...]:
    """Say of each doubtful answer and each written text where its picture is."""
    asked = {field.name: field for field in spec(reading.programme).fields}
    place: dict[str, object] = {"site": reading.serial.site, "page": reading.serial.page}
    found = []
    for code, names in (("marks", reading.doubtful), ("written", reading.written)):
        for name in names:
            if name not in asked and name != _NOTE:
                continue
            told = {
                **place,
                "question": asked[name].question if name in asked else 0,
                "label": label(asked[name]) if name in asked else words.say("surveys.paper.note"),
                "picture": pictures[name],
            }
            found.append(Note(row=None, code=f"surveys.paper.{code}", fields=told))
    if not reading.date:
        found.append(Note(row=None, code="surveys.paper.no_date", fields=place))
    return tuple(found)
