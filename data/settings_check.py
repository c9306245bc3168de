"""The door of study.toml: takes each setting out by type and gathers every fault with its line."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import words
from geo.errors import InputError

_TABLE = re.compile(r"^\s*\[\[?\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(
    r"""^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
_DAY = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-\d\d)?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with study.toml: on which line (None when unknown), and what."""

    line: int | None
    code: str
    fields: Mapping[str, object] = field(default_factory=dict)

    def say(self, *, lang: str | None = None) -> str:
        """Say what is wrong and what to write instead."""
        text = words.say(self.code, lang=lang, **self.fields)
        if self.line is None:
            return text
        return words.say("settings.at_line", lang=lang, line=self.line, text=text)


class SettingsError(InputError):
    """study.toml cannot be used as it is; ``faults`` holds everything that is wrong with it."""

    def __init__(self, faults: Sequence[Fault], *, file: str) -> None:
        super().__init__("settings.faulty", file=file, count=len(faults))
        self.faults = tuple(faults)

    def say(self, *, lang: str | None = None) -> str:
        """List every fault in one sentence."""
        told = " · ".join(fault.say(lang=lang) for fault in self.faults)
        return words.say(self.code, lang=lang, **self.fields, faults=told)


def lines_of(text: str) -> dict[tuple[str, ...], int]:
    """Find the 1-based line of every table and key of a TOML text."""
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _TABLE.match(line):
            table = _parts(header.group(1))
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault(table + _parts(key.group(1)), number)
    return found


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


class Door:
    """Takes settings out of a parsed study.toml, one `Table` at a time.

    Parameters
    ----------
    text : str
        The file's text, to tell on which line a fault is.
    """

    def __init__(self, text: str) -> None:
        self._lines = lines_of(text)
        self.faults: list[Fault] = []

    def fault(self, path: tuple[str, ...], code: str, /, **fields: object) -> None:
        """Note a fault of the setting at `path`; its nearest written parent gives the line."""
        known = (self._lines[path[:k]] for k in range(len(path), 0, -1) if path[:k] in self._lines)
        told = {"key": ".".join(path), **fields}
        self.faults.append(Fault(line=next(known, None), code=code, fields=told))

    def near(self, path: tuple[str, ...], known: Collection[str]) -> None:
        """Note that the last part of `path` is not known, with the nearest one that is."""
        near = difflib.get_close_matches(path[-1], list(known), n=1, cutoff=0.5)
        if near:
            self.fault(path, "settings.unknown_key_near", near=near[0])
        else:
            self.fault(path, "settings.unknown_key", known=", ".join(known))


class Table:
    """One table of study.toml; every getter returns its default when it noted a fault."""

    def __init__(self, door: Door, data: object, path: tuple[str, ...] = ()) -> None:
        self.door = door
        self.path = path
        self.data: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
        if not isinstance(data, Mapping):
            door.fault(path, "settings.needs_table")

    def fault(self, key: str, code: str, /, **fields: object) -> None:
        """Note a fault of one of this table's settings."""
        self.door.fault((*self.path, key), code, **fields)

    def known(self, keys: Collection[str]) -> None:
        """Refuse every key that is not one of `keys`."""
        for key in self.data:
            if key not in keys:
                self.door.near((*self.path, key), keys)

    def inside(self, key: str) -> Table:
        """Return a table inside this one; an empty one when it is not written."""
        return Table(self.door, self.data.get(key, {}), (*self.path, key))

    def text(self, key: str, default: str = "") -> str:
        """Take a text out."""
        value = self.data.get(key, default)
        if isinstance(value, str):
            return value.strip()
        self.fault(key, "settings.needs_text", given=str(value))
        return default

    def choice(self, key: str, choices: Sequence[str], default: str) -> str:
        """Take out a text that is one of `choices`."""
        value = self.text(key, default)
        if value in choices or value == default:
            return value
        self.fault(key, "settings.not_one_of", given=value, known=", ".join(choices))
        return default

    def flag(self, key: str) -> bool | None:
        """Take out true or false; None when not written."""
        value = self.data.get(key)
        if value is None or isinstance(value, bool):
            return value
        self.fault(key, "settings.needs_flag", given=str(value))
        return None

    def number(
        self, key: str, default: float | None, *, low: float = -math.inf, high: float = math.inf
    ) -> float | None:
        """Take out a finite number between `low` and `high`."""
        value = self.data.get(key, default)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.fault(key, "settings.needs_number", given=str(value))
            return default
        if not (math.isfinite(value) and low <= value <= high):
            limits = {"low": f"{low:g}", "high": f"{high:g}"}
            self.fault(key, "settings.out_of_range", given=f"{value:g}", **limits)
            return default
        return float(value)

    def day(self, key: str) -> str:
        """Take out a date: a year, a year and month, or a day; as ISO text."""
        value = self.data.get(key, "")
        if isinstance(value, date):
            return value.isoformat()[:10]
        written = str(value).strip()
        if written and not _is_day(written):
            self.fault(key, "settings.needs_date", given=written)
            return ""
        return written

    def texts(self) -> dict[str, str]:
        """Take out every setting of this table as text."""
        return {key: self.text(key) for key in self.data}


def _is_day(written: str) -> bool:
    if not _DAY.fullmatch(written):
        return False
    try:
        date.fromisoformat((written + "-01-01")[:10])
    except ValueError:
        return False
    return True
