"""What a register's reader has to say of each row, and what became of the row."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.files.reading import ReadReport
from geo.errors import Note

ACCEPTED, WARNED, REPAIRED, JOINED, DUPLICATE, REJECTED = (
    "accepted",
    "warned",
    "repaired",
    "joined",
    "duplicate",
    "rejected",
)
_GRAVITY = {ACCEPTED: 0, WARNED: 1, REPAIRED: 2, JOINED: 3, DUPLICATE: 4, REJECTED: 5}


class Remarks:
    """Notes and statuses of the rows of one register, collected while it is read.

    Parameters
    ----------
    frame : DataFrame
        The register's rows with their ``sheet`` and ``row``. Positions below are its ``iloc``.
        In a file of several sheets every note says its sheet, for row numbers repeat there.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self._sheets = frame["sheet"].astype(str).to_numpy()
        self._rows = frame["row"].to_numpy()
        self._several = len(set(self._sheets)) > 1
        self._said: dict[int, list[tuple[str, Note]]] = {}
        self.status: npt.NDArray[np.object_] = np.full(len(frame), ACCEPTED, dtype=object)
        self.file_notes: list[tuple[str, Note]] = []

    def add(self, at: int, status: str, code: str, **fields: object) -> None:
        """Say something of a row; its status becomes the gravest of all that was said."""
        sheet = f"{self._sheets[at]}: " if self._several else ""
        note = Note(row=int(self._rows[at]), code=code, fields={"at": sheet, **fields})
        self._said.setdefault(at, []).append((status, note))
        if _GRAVITY[status] > _GRAVITY[self.status[at]]:
            self.status[at] = status

    def add_file(self, status: str, notes: Iterable[Note]) -> None:
        """Say something of the whole file."""
        self.file_notes.extend((status, note) for note in notes)

    def where(self, at: int) -> str:
        """Name a row for another row's note: its number, with its sheet where there are several."""
        return f"{self._sheets[at]}: {self._rows[at]}" if self._several else f"{self._rows[at]}"

    def notes(self, at: int) -> tuple[Note, ...]:
        """Return what was said of one row, in the order it was said."""
        return tuple(note for _, note in self._said.get(at, ()))

    def report(self, *, accepted: int) -> ReadReport:
        """Gather everything said, in the file's order."""
        lists: dict[str, list[Note]] = {WARNED: [], REPAIRED: [], DUPLICATE: [], REJECTED: []}
        said = [*self.file_notes, *(pair for at in sorted(self._said) for pair in self._said[at])]
        for status, note in said:
            if status in lists:
                lists[status].append(note)
        return ReadReport(
            kind="assets",
            accepted=accepted,
            repaired=tuple(lists[REPAIRED]),
            warned=tuple(lists[WARNED]),
            rejected=tuple(lists[REJECTED]),
            duplicates=tuple(lists[DUPLICATE]),
        )
