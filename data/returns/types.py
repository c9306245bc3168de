"""A file being read, and a row of it as its channel gave it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from geo.errors import Note
from surveys.review import Photo


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    """One submission, still in its channel's own words.

    Parameters
    ----------
    values : mapping
        Flat: column or path to value. ``submission`` holds the stable id when one was found.
    channel : {"odk", "kobo", "qfield", "web", "paper", "form"}
    raw_sha256 : str
        Of the file that was given, kept under ``inputs/returns/``.
    row : int, optional
        The file's own 1-based row.
    edits : int
        How often the channel says it was edited; 0 when it never was.
    mark : {"", "deleted", "rejected"}
        What the channel's own office did with it.
    media : tuple of Photo
    """

    values: Mapping[str, object]
    channel: str
    raw_sha256: str
    row: int | None = None
    edits: int = 0
    mark: str = ""
    media: tuple[Photo, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All rows of one file, and every part of it that could not be read."""

    rows: tuple[RawRow, ...]
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One file being read: its bytes or its place, by what name it goes, whose hash it has."""

    name: str
    raw: bytes
    sha256: str
    photos: Mapping[str, Photo] = field(default_factory=dict)
