"""One team's day as a timetable: when it leaves, arrives, rests, and is back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from surveys.opening import Span

Ints = npt.NDArray[np.int64]

NO_WAY = 100_000
"""Minutes that stand for "there is no way"; longer than any day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One visit: the site's position in the list, and minutes since midnight."""

    site: int
    arrive_min: int
    leave_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """A day that holds: when the team leaves and is back, minutes since midnight."""

    depart_min: int
    back_min: int
    stops: tuple[Stop, ...]

    @property
    def minutes(self) -> int:
        """Minutes from leaving to being back, everything counted."""
        return self.back_min - self.depart_min


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What a day allows.

    Parameters
    ----------
    window : (int, int)
        The team leaves not before, and is back not after.
    pause : (int, int) or None
        Nobody visits or rides.
    minutes : ndarray of int, shape (n + 1, n + 1)
        Whole minutes from place to place; 0 is where the day starts and ends, site i is i + 1.
    arrivals : sequence of (int, int) or None, length n
        A visit to a site begins in this span; None where it is closed.
    visit_min : int
    """

    window: Span
    pause: Span | None
    minutes: Ints
    arrivals: Sequence[Span | None]
    visit_min: int


def timetable(day: Day, order: Sequence[int]) -> Timetable | None:
    """Lay out a day as early as it can be, then leave as late as that allows.

    Returns
    -------
    Timetable or None
        None where the order cannot be kept within the day.
    """
    found = _from(day, order, day.window[0])
    if found is None or not order:
        return found
    low, high = day.window[0], day.window[1]
    while high - low > 1:  # leaving later never brings a team back earlier
        middle = (low + high) // 2
        later = _from(day, order, middle)
        if later is not None and later.back_min <= found.back_min:
            low, found = middle, later
        else:
            high = middle
    return found


def _from(day: Day, order: Sequence[int], depart: int) -> Timetable | None:
    now, at, stops = depart, 0, []
    for site in order:
        arrivals = day.arrivals[site]
        if arrivals is None:
            return None
        now = _ridden(day, now, int(day.minutes[at, site + 1]))
        begin = _after_pause(day, max(now, arrivals[0]), day.visit_min)
        if begin > arrivals[1]:
            return None
        now, at = begin + day.visit_min, site + 1
        stops.append(Stop(site=site, arrive_min=begin, leave_min=now))
    back = _ridden(day, now, int(day.minutes[at, 0]))
    if back > day.window[1]:
        return None
    return Timetable(depart_min=depart, back_min=back, stops=tuple(stops))


def _ridden(day: Day, now: int, minutes: int) -> int:
    """Arrive after a ride that rests through the pause."""
    if day.pause is None or minutes == 0 or now + minutes <= day.pause[0] or now >= day.pause[1]:
        return now + minutes
    done = max(day.pause[0] - now, 0)
    return day.pause[1] + minutes - done


def _after_pause(day: Day, begin: int, visit_min: int) -> int:
    """Begin a visit so that none of it falls into the pause."""
    if day.pause and begin < day.pause[1] and begin + visit_min > day.pause[0]:
        return day.pause[1]
    return begin
