"""What came home, read apart: its rows carried over from the child process as plain JSON."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from data.files import child
from data.files.account import notes_of, notes_told
from data.returns.door import check_size
from data.returns.read import read_returns
from data.returns.types import RawRow, Reading
from geo.errors import InputError
from surveys.review import Photo

_TASK = "data.returns.across:read_told"


def read_returned(path: Path, *, packs: Path | None = None) -> Reading:
    """Read a file as `data.returns.read_returns` does, in a child within limits.

    Raises
    ------
    TapakError
        What `read_returns` raises, and ``guard.too_heavy`` · ``guard.crashed``.
    """
    check_size(path)
    whole = path.absolute()
    limits = child.limits_for(whole.stat().st_size)
    given = {"path": str(whole), "packs": None if packs is None else str(packs.absolute())}
    told = child.in_child(_TASK, given, file=path.name, limits=limits)
    try:
        return Reading(
            rows=tuple(_row_of(row) for row in told["rows"]),
            notes=notes_of(told["notes"]),
            remarks=notes_of(told["remarks"]),
            merged={str(name): _raw(one) for name, one in told["merged"].items()},
        )
    except (KeyError, TypeError, AttributeError):
        raise InputError("guard.crashed", file=path.name) from None


def read_told(*, path: str, packs: str | None) -> dict[str, object]:
    """Read a file in the child and tell everything as JSON values."""
    reading = read_returns(Path(path), packs=None if packs is None else Path(packs))
    return {
        "rows": [_row_told(row) for row in reading.rows],
        "notes": notes_told(reading.notes),
        "remarks": notes_told(reading.remarks),
        "merged": {name: _text(raw) for name, raw in reading.merged.items()},
    }


def _row_told(row: RawRow) -> dict[str, object]:
    return {
        "values": {str(name): _told(value) for name, value in row.values.items()},
        "doubts": notes_told(row.doubts),
        "crops": {name: _text(png) for name, png in row.crops.items()},
        "media": [asdict(photo) for photo in row.media],
        **{name: getattr(row, name) for name in _PLAIN_FIELDS},
    }


_PLAIN_FIELDS = ("channel", "raw_sha256", "row", "edits", "mark", "alias")


def _row_of(told: Mapping[str, Any]) -> RawRow:
    return RawRow(
        values={str(name): _value(value) for name, value in told["values"].items()},
        doubts=notes_of(told["doubts"]),
        crops={str(name): _raw(png) for name, png in told["crops"].items()},
        media=tuple(Photo(**photo) for photo in told["media"]),
        **{name: told[name] for name in _PLAIN_FIELDS},
    )


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _raw(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _told(value: object) -> object:
    """Write a cell: plain values as they are, all else as ``[what it is, itself]``."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return ["map", {str(name): _told(one) for name, one in value.items()}]
    if isinstance(value, list | tuple):
        kind = "tuple" if isinstance(value, tuple) else "list"
        return [kind, [_told(one) for one in value]]
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return [next(n for n, k in _TIMES.items() if isinstance(value, k)), value.isoformat()]
    if isinstance(value, dt.timedelta):
        return ["timedelta", value.total_seconds()]
    own = getattr(value, "item", None)
    return _told(own()) if callable(own) else str(value)


_TIMES: Mapping[str, Any] = {"datetime": dt.datetime, "date": dt.date, "time": dt.time}


def _value(told: Any) -> object:
    if not isinstance(told, list):
        return told
    name, held = told
    if name == "map":
        return {str(key): _value(one) for key, one in held.items()}
    if name in {"list", "tuple"}:
        values = [_value(one) for one in held]
        return tuple(values) if name == "tuple" else values
    if name == "timedelta":
        return dt.timedelta(seconds=float(held))
    return _TIMES[name].fromisoformat(held)
