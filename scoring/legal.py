"""What the law allows on a day: hours of a sentence, hours a day, and where that is written."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from geo.errors import InputError

_FILE = Path(__file__).with_name("legal.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of a sentence by law.

    Parameters
    ----------
    programme : str
    since : datetime.date
        First day they apply.
    least_hours, most_hours : float
        Of one sentence.
    most_hours_day : float or None
        None where the law names none.
    within_months : float or None
        In which the hours are to be done; None where the law names none.
    source : str
    """

    programme: str
    since: dt.date
    least_hours: float
    most_hours: float
    most_hours_day: float | None
    within_months: float | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """What verdicts have ordered so far: practice, not law."""

    programme: str
    since: dt.date
    days: tuple[str, ...]
    days_a_week: float
    most_hours_day: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """A regulation that is known of but not read into the limits; ``since`` is None until then."""

    programme: str
    name: str
    since: dt.date | None
    source: str
    seen: dt.date


def limits(programme: str, *, on: dt.date) -> Limits:
    """Limits that apply to a programme on a day: the newest block that has begun.

    Raises
    ------
    InputError
        ``legal.none`` where no block had begun.
    """
    begun = [one for one in _read()[0] if one.programme == programme and one.since <= on]
    if not begun:
        raise InputError("legal.none", programme=programme, on=on.isoformat())
    return max(begun, key=lambda one: one.since)


def pattern(programme: str, *, on: dt.date) -> Pattern | None:
    """Return the recorded practice of a programme on a day, where there is one."""
    begun = [one for one in _read()[1] if one.programme == programme and one.since <= on]
    return max(begun, key=lambda one: one.since) if begun else None


def awaited(programme: str) -> tuple[Awaited, ...]:
    """Regulations of a programme that are not read into its limits yet."""
    return tuple(one for one in _read()[2] if one.programme == programme and one.since is None)


def legal_basis(programme: str, *, on: dt.date) -> tuple[tuple[str, str], ...]:
    """Name what the limits of a programme are taken from on a day, with the day it applies from.

    Empty where no limit had begun or the programme has none.
    """
    begun = [one for one in _read()[0] if one.programme == programme and one.since <= on]
    newest = [max(begun, key=lambda one: one.since)] if begun else []
    return tuple((one.source, one.since.isoformat()) for one in newest)


def most_hours_day(programme: str, *, on: dt.date) -> float:
    """Hours of one person on one day: the law's limit, else what verdicts have ordered.

    Raises
    ------
    InputError
        ``legal.none`` where neither is known.
    """
    by_law = limits(programme, on=on).most_hours_day
    practice = pattern(programme, on=on)
    most = [x for x in (by_law, practice.most_hours_day if practice else None) if x is not None]
    if not most:
        raise InputError("legal.none", programme=programme, on=on.isoformat())
    return min(most)


@cache
def _read() -> tuple[tuple[Limits, ...], tuple[Pattern, ...], tuple[Awaited, ...]]:
    """Read the dated configuration."""
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return (
        tuple(_limits(block) for block in table["limits"]),
        tuple(_pattern(block) for block in table["patterns"]),
        tuple(_awaited(block) for block in table["awaited"]),
    )


def _limits(block: Mapping[str, Any]) -> Limits:
    """One block of limits; hours must be in order."""
    day, months = block.get("most_hours_day"), block.get("within_months")
    if not 0 < block["least_hours"] <= block["most_hours"]:
        raise InputError("legal.faulty", programme=block["programme"], since=block["from"])
    return Limits(
        programme=block["programme"],
        since=dt.date.fromisoformat(block["from"]),
        least_hours=float(block["least_hours"]),
        most_hours=float(block["most_hours"]),
        most_hours_day=None if day is None else float(day),
        within_months=None if months is None else float(months),
        source=block["source"],
    )


def _pattern(block: Mapping[str, Any]) -> Pattern:
    """One block of recorded practice."""
    return Pattern(
        programme=block["programme"],
        since=dt.date.fromisoformat(block["from"]),
        days=tuple(block["days"]),
        days_a_week=float(block["days_a_week"]),
        most_hours_day=float(block["most_hours_day"]),
        source=block["source"],
    )


def _awaited(block: Mapping[str, Any]) -> Awaited:
    """One regulation to come; an empty date means it is not read in yet."""
    return Awaited(
        programme=block["programme"],
        name=block["name"],
        since=dt.date.fromisoformat(block["from"]) if block["from"] else None,
        source=block["source"],
        seen=dt.date.fromisoformat(block["seen"]),
    )
