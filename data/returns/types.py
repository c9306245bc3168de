"""A file being read, and a row of it as its channel gave it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

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
    mark : {"", "deleted", "rejected", "issues"}
        What the channel's own office did with it.
    media : tuple of Photo
    alias : str
        Another name by which its server knows it for good; "" without.
    doubts : tuple of Note
        What the reader of its channel could not be sure of and left out.
    crops : mapping
        File name → picture of what stands in doubt, for a person to read.
    """

    values: Mapping[str, object]
    channel: str
    raw_sha256: str
    row: int | None = None
    edits: int = 0
    mark: str = ""
    media: tuple[Photo, ...] = ()
    alias: str = ""
    doubts: tuple[Note, ...] = ()
    crops: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All rows of one file, and what is to be said of it.

    ``notes`` name the parts that could not be read, ``remarks`` what was read and should be known.
    ``merged`` is what is known of each pack's visits once these rows are stored, by pack id.
    """

    rows: tuple[RawRow, ...]
    notes: tuple[Note, ...] = ()
    remarks: tuple[Note, ...] = ()
    merged: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One file being read: its bytes or its place, by what name it goes, whose hash it has.

    ``wal`` is the journal that lay beside it in its zip; ``packs`` is where the study keeps the
    packs that went out, a folder each, and ``known`` what other files of the zip added to them.
    """

    name: str
    raw: bytes
    sha256: str
    photos: Mapping[str, Photo] = field(default_factory=dict)
    wal: bytes | None = None
    packs: Path | None = None
    known: Mapping[str, bytes] = field(default_factory=dict)
