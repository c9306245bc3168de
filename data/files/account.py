"""A reader's account as plain JSON and back: what a child process may tell of a file it read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import words
from data.files.reading import LISTS, ReadReport
from geo.errors import InputError, Note

_PLAIN = (bool, int, float, str)


def notes_told(notes: Iterable[Note]) -> list[list[object]]:
    """Write notes as lists of JSON values; numbers of numpy become Python's own."""
    return [[note.row, note.code, _fields(note.fields)] for note in notes]


def _fields(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: _plain(value) for name, value in fields.items()}


def _plain(value: object) -> object:
    if value is None or isinstance(value, _PLAIN):
        return value
    own = getattr(value, "item", None)
    return _plain(own()) if callable(own) else str(value)


def notes_of(told: Iterable[Any]) -> tuple[Note, ...]:
    """Read notes back, and refuse what is none: a code must be one that has a sentence.

    Raises
    ------
    InputError
        ``guard.crashed`` without a file: a child that says such things was not itself any more.
    """
    return tuple(_note(*one) for one in told)


def _note(row: Any, code: Any, fields: Any) -> Note:
    sound = (
        (row is None or isinstance(row, int))
        and isinstance(code, str)
        and words.knows(code)
        and isinstance(fields, dict)
        and all(value is None or isinstance(value, _PLAIN) for value in fields.values())
    )
    if not sound:
        raise InputError("guard.crashed", file=str(code)[:40])
    return Note(row=row, code=code, fields=fields)


def report_told(report: ReadReport) -> dict[str, object]:
    """Write an account as JSON values."""
    lists = {name: notes_told(getattr(report, name)) for name in LISTS}
    return {"kind": report.kind, "accepted": int(report.accepted), **lists}


def report_of(told: Mapping[str, Any]) -> ReadReport:
    """Read an account back."""
    lists = {name: notes_of(told[name]) for name in LISTS}
    return ReadReport(kind=str(told["kind"]), accepted=int(told["accepted"]), **lists)
