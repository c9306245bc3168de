"""Which sites, which day: what a plan of visits holds, and how it is made from plain arrays."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from surveys.opening import Opening, working_days
from surveys.routes import PRIORITY, Job, solve
from surveys.timetable import NO_WAY, Day, Timetable, timetable

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

DOUBLE_SHARE = 0.15
"""Of the sites, how many two teams visit: 10 to 20 %, so that a surveyor's bias can be told."""
MOST_DOUBLE_SHARE = 0.2
LEAST_FOR_DOUBLE = 5
BACK_CHECK_SHARE = 0.2
_FIRST, _OTHERS = 70, (20, 5)  # priorities: a site in front weighs more than three others


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the teams have: how many, how long, from when till when (minutes since midnight)."""

    teams: int
    first_day: dt.date
    days: int
    hours: float = 7.0
    start_min: int = 450
    end_min: int = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The n sites that may be visited, and the way between them.

    Parameters
    ----------
    ids, kinds : tuple of str
    value : ndarray, shape (n,)
        Worth of a visit (`scoring.visits`).
    first : ndarray of bool, shape (n,)
        Sites in front: of the shortlist, and ``survei_dulu``.
    minutes : ndarray, shape (n + 1, n + 1)
        From place to place; 0 is where every day starts and ends, site i is i + 1; infinite or NaN
        where there is no way.
    dry_minutes : ndarray, shape (n + 1, n + 1)
        The same without class-3 hazard roads; infinite where there is no way without them.
    """

    ids: tuple[str, ...]
    kinds: tuple[str, ...]
    value: Floats
    first: Mask
    minutes: Floats
    dry_minutes: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamDay:
    """One team's day; ``team`` and ``day`` count from 0."""

    team: int
    day: int
    date: dt.date
    table: Timetable


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan of visits.

    Parameters
    ----------
    days : tuple of TeamDay
        By day, then team; only those with a visit.
    double_visits, back_checks : tuple of int
        Sites that a second team visits, or that are asked again by photo or telephone.
    not_fitting : tuple of (int, str)
        Sites left out, with the code of the reason: ``plan.no_way``, ``plan.closed``,
        ``plan.rain``, ``plan.too_far``, ``plan.no_time``.
    """

    days: tuple[TeamDay, ...]
    double_visits: tuple[int, ...]
    back_checks: tuple[int, ...]
    not_fitting: tuple[tuple[int, str], ...]


Routes = list[tuple[int, int, list[int]]]


def make_plan(places: Places, terms: Terms, opening: Opening) -> Plan:
    """Choose and route the visits.

    Sites in front come before all others; among the others the worth gathered within the hours is
    the most, which is worth per minute of travel and work. Then `DOUBLE_SHARE` of the sites chosen
    are given to a second team, where that costs the least way; with one team one in five is
    listed for a back-check.
    """
    dates = working_days(terms.first_day, terms.days)
    days = [day_of(places, terms, opening, date) for date in dates]
    reasons = {
        i: _reason(places, terms, opening, dates, i)
        for i in range(len(places.ids))
        if all(timetable(day, [i]) is None for day in days)
    }
    open_sites = [i for i in range(len(places.ids)) if i not in reasons]
    routes = _chosen(places, days, open_sites, terms.teams)
    doubles: list[int] = []
    if terms.teams > 1:
        routes, doubles = _doubled(places, days, routes, terms.teams)
    routes = _best_first(places, days, routes)
    told = [
        TeamDay(team=team, day=d, date=dates[d], table=table)
        for team, d, order in sorted(routes, key=lambda r: (r[1], r[0]))
        if (table := timetable(days[d], order)) is not None and table.stops
    ]
    seen = {stop.site for one in told for stop in one.table.stops}
    left = {i: "plan.no_time" for i in open_sites if i not in seen} | reasons
    return Plan(
        days=tuple(told),
        double_visits=tuple(doubles),
        back_checks=() if doubles else _back_checks(places, sorted(seen), terms.first_day),
        not_fitting=tuple(sorted(left.items())),
    )


def day_of(places: Places, terms: Terms, opening: Opening, date: dt.date) -> Day:
    """Say what one date allows: hours, opening, Friday's free hours, and the roads after noon.

    In the rainy months a site that cannot be reached without a class-3 hazard road is visited and
    left for good before noon; between all others only the other roads are ridden, all day.
    """
    until = min(terms.end_min, terms.start_min + round(terms.hours * 60))
    window = (terms.start_min, until)
    minutes, behind = places.minutes, np.zeros(len(places.ids), dtype=bool)
    rainy = opening.rainy(date)
    if rainy:
        minutes, behind = _rainy_minutes(places)
    whole = np.where(np.isfinite(minutes), np.ceil(np.nan_to_num(minutes, posinf=0.0)), NO_WAY)
    whole = np.minimum(whole, NO_WAY).astype(np.int64)
    np.fill_diagonal(whole, 0)
    arrivals: list[tuple[int, int] | None] = []
    for i, kind in enumerate(places.kinds):
        span = opening.span(kind, date)
        if span is None:
            arrivals.append(None)
            continue
        last = min(span[1], until) - opening.visit_min
        if behind[i]:
            home = int(whole[i + 1, 0])
            last = min(last, opening.rain_after_min - opening.visit_min - home)
        begin = max(span[0], window[0])
        arrivals.append((begin, last) if last >= begin else None)
    return Day(
        window=window,
        pause=opening.pause(date),
        minutes=whole,
        arrivals=arrivals,
        visit_min=opening.visit_min,
    )


def _rainy_minutes(places: Places) -> tuple[Floats, Mask]:
    full, dry = places.minutes, places.dry_minutes
    stuck = ~(np.isfinite(dry[0]) & np.isfinite(dry[:, 0]))
    stuck[0] = False
    either = stuck[:, None] | stuck[None, :]
    minutes = np.where(either, full, dry)
    # from such a site a team rides on only where that is no longer than home, so before noon
    onward = stuck[:, None] & (full > full[:, [0]])
    return np.where(onward, np.inf, minutes), stuck[1:]


def _reason(
    places: Places, terms: Terms, opening: Opening, dates: Sequence[dt.date], i: int
) -> str:
    if not (np.isfinite(places.minutes[0, i + 1]) and np.isfinite(places.minutes[i + 1, 0])):
        return "plan.no_way"
    if all(opening.span(places.kinds[i], date) is None for date in dates):
        return "plan.closed"
    dry = opening.with_rain(())
    if any(timetable(day_of(places, terms, dry, date), [i]) is not None for date in dates):
        return "plan.rain"
    return "plan.too_far"


def _jobs(places: Places, sites: Sequence[int], *, others: int) -> list[Job]:
    most = max(float(places.value[list(sites)].max(initial=0.0)), 1e-12)
    share = places.value / most
    return [
        Job(
            site=i,
            priority=round(_FIRST + (PRIORITY - _FIRST) * share[i])
            if places.first[i]
            else max(1, round(others * share[i])),
        )
        for i in sites
    ]


def _sites(jobs: Sequence[Job], routes: Routes) -> Routes:
    return [(team, day, [jobs[j].site for j in order]) for team, day, order in routes]


def _in_front(places: Places, routes: Routes) -> int:
    return int(places.first[sorted({i for _, _, order in routes for i in order})].sum())


def _chosen(places: Places, days: Sequence[Day], sites: list[int], teams: int) -> Routes:
    """Route everything, and never fewer sites in front than can be visited alone."""
    front = _jobs(places, [i for i in sites if places.first[i]], others=0)
    alone = _sites(front, solve(front, days, teams=teams))
    for others in _OTHERS:
        jobs = _jobs(places, sites, others=others)
        routes = _sites(jobs, solve(jobs, days, teams=teams))
        if _in_front(places, routes) >= _in_front(places, alone):
            return routes
    return alone


def _doubled(
    places: Places, days: Sequence[Day], routes: Routes, teams: int
) -> tuple[Routes, list[int]]:
    """Give some sites to a second team as well; the least of the others make room for it."""
    team_of = {i: team for team, _, order in routes for i in order}
    count = round(DOUBLE_SHARE * len(team_of)) or 1
    while count and len(team_of) >= LEAST_FOR_DOUBLE:
        twins = _near_another_team(places, team_of, count)
        jobs = [
            Job(site=job.site, priority=job.priority, team=team_of[job.site])
            for job in _jobs(places, sorted(team_of), others=_OTHERS[0])
        ]
        jobs = [
            Job(site=j.site, priority=PRIORITY, team=j.team) if j.site in twins else j for j in jobs
        ]
        jobs += [Job(site=i, priority=PRIORITY, not_team=team_of[i]) for i in twins]
        found = _sites(jobs, solve(jobs, days, teams=teams))
        visits = [i for _, _, order in found for i in order]
        doubles = [i for i in twins if visits.count(i) == 2]
        share = len(doubles) / max(len(set(visits)), 1)
        if len(doubles) == count and share <= MOST_DOUBLE_SHARE:
            return found, doubles
        count -= 1
    return routes, []


def _near_another_team(places: Places, team_of: dict[int, int], count: int) -> list[int]:
    sites = sorted(team_of)
    at = np.asarray(sites) + 1
    team = np.asarray([team_of[i] for i in sites])
    way = np.where(team[:, None] == team[None, :], np.inf, places.minutes[np.ix_(at, at)])
    nearest = np.where(np.isfinite(way), way, NO_WAY).min(axis=1)
    order = np.lexsort((np.asarray(places.ids)[at - 1], nearest))
    return [sites[k] for k in order[:count]]


def _best_first(places: Places, days: Sequence[Day], routes: Routes) -> Routes:
    """Let each team ride its weightiest day first, where that day's hours allow it."""
    done: Routes = []
    for team in sorted({team for team, _, _ in routes}):
        own = [(day, order) for t, day, order in routes if t == team]
        left = sorted(own, key=lambda r: (-places.first[r[1]].sum(), -places.value[r[1]].sum()))
        placed: Routes = []
        for d, day in enumerate(days):
            fit = next((r for r in left if timetable(day, r[1]) is not None), None)
            if fit is not None:
                left.remove(fit)
                placed.append((team, d, fit[1]))
        done += [(team, day, order) for day, order in own] if left else placed
    return done


def _back_checks(places: Places, sites: list[int], date: dt.date) -> tuple[int, ...]:
    """Draw one site in five by a digest of its id and the date: nobody chooses, all can check."""

    def lot(i: int) -> str:
        return hashlib.sha256(f"{places.ids[i]}|{date.isoformat()}".encode()).hexdigest()

    return tuple(sorted(sorted(sites, key=lot)[: math.ceil(BACK_CHECK_SHARE * len(sites))]))
