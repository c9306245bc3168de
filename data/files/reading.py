"""What a reader tells: how much was taken in, and every row it mended, doubted or refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from geo.errors import Note

LISTS = ("repaired", "warned", "rejected", "duplicates")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadReport:
    """The account of one file read.

    Parameters
    ----------
    kind : str
        What the file was read as (``areas``, ``landslide`` …).
    accepted : int
        Rows, features or, for a raster, layers that were taken in.
    repaired, warned, rejected, duplicates : tuple of Note
        One note per row (or one for the whole file, with ``row`` None), in the file's order.
    """

    kind: str
    accepted: int
    repaired: tuple[Note, ...] = ()
    warned: tuple[Note, ...] = ()
    rejected: tuple[Note, ...] = ()
    duplicates: tuple[Note, ...] = ()

    def as_json(self, lang: str | None = None) -> dict[str, object]:
        """Return the object ``tapak add --json`` promises, sentences made in `lang`."""
        lists = {name: [note.as_json(lang=lang) for note in getattr(self, name)] for name in LISTS}
        return {"kind": self.kind, "accepted": self.accepted, **lists}


def in_file_order(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Sort notes by row; notes on the whole file come first; equal rows keep their order."""
    return tuple(sorted(notes, key=lambda note: note.row or 0))


@dataclass(slots=True)
class Tally:
    """Notes gathered while a file is read, each in its list; `report` closes the account."""

    repaired: list[Note] = field(default_factory=list)
    warned: list[Note] = field(default_factory=list)
    rejected: list[Note] = field(default_factory=list)
    duplicates: list[Note] = field(default_factory=list)

    def report(self, kind: str, *, accepted: int) -> ReadReport:
        """Freeze the account of one file, each list in the file's order."""
        return ReadReport(
            kind=kind,
            accepted=accepted,
            repaired=in_file_order(self.repaired),
            warned=in_file_order(self.warned),
            rejected=in_file_order(self.rejected),
            duplicates=in_file_order(self.duplicates),
        )
