"""When a place can be visited: opening hours by kind, Friday's free hours, the rainy months."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from geo.errors import UsageError

FRIDAY = 5
WORKING_DAYS = range(1, 6)
Span = tuple[int, int]
"""Minutes since midnight: from, until."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Opening hours of some kinds of places, in minutes since midnight."""

    start_min: int
    until_min: int
    friday_min: int
    days: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The table ``opening.toml``, read.

    Parameters
    ----------
    version, source : str
    visit_min : int
        Minutes a visit takes.
    friday_free : (int, int)
        Minutes since midnight in which nobody visits or rides.
    rain_months : frozenset of int
        Months in which no class-3 hazard road is ridden after ``rain_after_min``.
    by_kind : Mapping[str, Hours]
        The key "" stands for every kind that is not named.
    """

    version: str
    source: str
    visit_min: int
    friday_free: Span
    rain_months: frozenset[int]
    rain_after_min: int
    by_kind: Mapping[str, Hours]

    def span(self, kind: str, date: dt.date) -> Span | None:
        """Return the opening hours of a kind on a date; None where it is closed."""
        hours = self.by_kind.get(kind, self.by_kind[""])
        day = date.isoweekday()
        if day not in hours.days:
            return None
        return hours.start_min, hours.friday_min if day == FRIDAY else hours.until_min

    def pause(self, date: dt.date) -> Span | None:
        """Return the free hours of a date, None where there are none."""
        return self.friday_free if date.isoweekday() == FRIDAY else None

    def rainy(self, date: dt.date) -> bool:
        """Tell whether a date falls in the rainy months."""
        return date.month in self.rain_months

    def with_rain(self, months: Sequence[int]) -> Opening:
        """Return the same table with other rainy months."""
        return replace(self, rain_months=frozenset(months))


def minutes_of(text: str) -> int:
    """Read ``07.30`` or ``7:30`` as minutes since midnight.

    Raises
    ------
    UsageError
        ``plan.clock``.
    """
    hour, _, minute = text.strip().replace(":", ".").partition(".")
    if not (hour.isdigit() and minute.isdigit() and int(hour) < 24 and int(minute) < 60):
        raise UsageError("plan.clock", given=text[:20])
    return int(hour) * 60 + int(minute)


def clock(minutes: int) -> str:
    """Write minutes since midnight as ``07.30``."""
    return f"{minutes // 60:02d}.{minutes % 60:02d}"


def working_days(first: dt.date, count: int) -> tuple[dt.date, ...]:
    """Return the first day as given, then the working days (Monday to Friday) after it."""
    found = [first]
    while len(found) < count:
        after = found[-1] + dt.timedelta(days=1)
        while after.isoweekday() not in WORKING_DAYS:
            after += dt.timedelta(days=1)
        found.append(after)
    return tuple(found)


@cache
def load_opening() -> Opening:
    """Read the table that comes with Tapak."""
    told = tomllib.loads(Path(__file__).with_name("opening.toml").read_text(encoding="utf-8"))
    by_kind = {kind: _hours(row) for row in told["hours"].values() for kind in row["kinds"]}
    free = told["friday_free"]
    return Opening(
        version=told["version"],
        source=told["source"],
        visit_min=int(told["visit_min"]),
        friday_free=(minutes_of(free["from"]), minutes_of(free["until"])),
        rain_months=frozenset(told["rain"]["months"]),
        rain_after_min=minutes_of(told["rain"]["after"]),
        by_kind=MappingProxyType(by_kind),
    )


def _hours(row: Mapping[str, Any]) -> Hours:
    until = minutes_of(row["until"])
    return Hours(
        start_min=minutes_of(row["from"]),
        until_min=until,
        friday_min=minutes_of(row["friday"]) if "friday" in row else until,
        days=frozenset(row["days"]),
    )
