"""What is doubtful about a visit: where, when, how fast, by which form; nothing is thrown away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from surveys.questions import spec
from surveys.responses import Response, moment

STOP, WARN, INFO = "stop", "warn", "info"
GONE = frozenset({"deleted", "rejected"})
"""Marks of a channel's own office that take a submission away."""
COMPARED = frozenset({"review.photo_twice", "review.twin", "review.two_places"})
"""Findings between visits: they depend on what else stands, and are told anew each time."""
ACCURACY_LIMIT_M = 20.0
"""Question 1 asks for a point no worse than this; an unknown accuracy counts as this."""
FAR_M, TOO_FAR_M = 250.0, 5000.0
PHOTO_FAR_M = 500.0
FASTEST_MIN = 10.0
CLOCK_SLACK_S = 3 * 3600
"""A phone in the east that states no offset is read as up to two hours late."""
PHOTO_SLACK_S = 2 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing found; ``fields`` fill the sentence of ``code``."""

    code: str
    severity: str
    fields: Mapping[str, object] = field(default_factory=dict)


CONFLICT = Finding(code="review.conflict", severity=STOP)
"""Two versions that were edited equally often say different things."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """What a photo says of itself: degrees (EPSG:4326), local time as ISO text, or None.

    ``sha256`` tells that one picture stands for two visits; "" where the picture did not come.
    """

    name: str
    sha256: str
    lon: float | None = None
    lat: float | None = None
    taken_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One submission with its photos.

    ``mark`` is what its channel's own office did with it: deleted, rejected, issues or "".
    """

    response: Response
    photos: tuple[Photo, ...] = ()
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a study knows, to judge visits by.

    Parameters
    ----------
    sites : mapping
        Id → (lon, lat) as listed (EPSG:4326), or None where no point is known.
    bounds : (min lon, min lat, max lon, max lat)
    now : str
        This machine's clock, as `surveys.responses.moment` writes it.
    forms : mapping
        Form version → when it was first handed out, as `moment` writes it.
    """

    sites: Mapping[str, tuple[float, float] | None]
    bounds: tuple[float, float, float, float]
    now: str
    forms: Mapping[str, str]


def review(arrivals: Sequence[Arrival], ground: Ground) -> list[tuple[Finding, ...]]:
    """Judge visits in order, each by itself and by the study, never by what else arrived."""
    return [(*_place(a, ground), *_clock(a, ground), *_form(a, ground)) for a in arrivals]


def compare(arrivals: Sequence[Arrival]) -> list[tuple[Finding, ...]]:
    """Compare visits with each other: one picture for two, one surveyor in two places at once.

    Parameters
    ----------
    arrivals : sequence of Arrival
        All that stand; what is found of each does not depend on their order.

    Returns
    -------
    list of tuple of Finding
        For each arrival, in order; they only warn.
    """
    found: list[list[Finding]] = [[] for _ in arrivals]
    for at, finding in (*_photos_twice(arrivals), *_between(arrivals)):
        found[at].append(finding)
    return [tuple(sorted(one, key=lambda f: (f.code, str(f.fields)))) for one in found]


def _place(arrival: Arrival, ground: Ground) -> list[Finding]:
    one, found = arrival.response, []
    if one.candidate not in ground.sites:
        found.append(Finding(code="review.site_unknown", severity=STOP))
    if arrival.mark:
        severity = STOP if arrival.mark in GONE else WARN
        found.append(Finding(code=f"review.{arrival.mark}_there", severity=severity))
    if one.position is None:
        return found
    west, south, east, north = ground.bounds
    lon, lat = one.position
    if not (west <= lon <= east and south <= lat <= north):
        told = {"lon": round(lon, 5), "lat": round(lat, 5)}
        return [*found, Finding(code="review.outside", severity=STOP, fields=told)]
    return [*found, *_distance(one, ground.sites.get(one.candidate)), *_photos_away(arrival)]


def _distance(one: Response, listed: tuple[float, float] | None) -> list[Finding]:
    found = []
    accuracy = one.accuracy_m or ACCURACY_LIMIT_M
    told: dict[str, object] = {"accuracy": round(accuracy)}
    if one.accuracy_m == 0:
        found.append(Finding(code="review.placed_by_hand", severity=INFO))
    elif accuracy > ACCURACY_LIMIT_M:
        found.append(Finding(code="review.accuracy", severity=WARN, fields=told))
    if listed is not None and one.position is not None:
        away = away_m(one.position, listed)
        if away - 2 * accuracy > FAR_M:
            severity = STOP if away - 2 * accuracy > TOO_FAR_M else WARN
            told = {"m": round(away), **told}
            found.append(Finding(code="review.far", severity=severity, fields=told))
    return found


def away_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Measure between two places (lon, lat) along the WGS84 ellipsoid, metres."""
    return float(_geod().inv(*one, *other)[2])


@cache
def _geod() -> Any:
    from pyproj import Geod

    return Geod(ellps="WGS84")


def _photos_away(arrival: Arrival) -> list[Finding]:
    """Compare photos with the point; one that says nothing of its place is not suspicious."""
    one = arrival.response
    found = []
    for photo in arrival.photos:
        if photo.lon is not None and photo.lat is not None and one.position is not None:
            away = away_m((photo.lon, photo.lat), one.position)
            if away > PHOTO_FAR_M + (one.accuracy_m or ACCURACY_LIMIT_M):
                told = {"photo": photo.name, "m": round(away)}
                found.append(Finding(code="review.photo_far", severity=WARN, fields=told))
    return found


def _seconds(text: str) -> float | None:
    told = moment(text)
    return dt.datetime.fromisoformat(told).timestamp() if told else None


def _clock(arrival: Arrival, ground: Ground) -> list[Finding]:
    one = arrival.response
    start, end = _seconds(one.started_at), _seconds(one.ended_at)
    found = []
    for text, read in ((one.started_at, start), (one.ended_at, end)):
        if text and read is None:
            told: dict[str, object] = {"time": text[:40]}
            found.append(Finding(code="review.time_unreadable", severity=WARN, fields=told))
    known = [t for t in (start, end) if t is not None]
    now = _seconds(ground.now) or 0.0
    if known and max(known) > now + CLOCK_SLACK_S:
        told = {"time": one.ended_at or one.started_at}
        found.append(Finding(code="review.future", severity=STOP, fields=told))
    made = _seconds(ground.forms.get(one.form_version, ""))
    if known and made is not None and max(known) < made - CLOCK_SLACK_S:
        told = {"time": one.ended_at or one.started_at}
        found.append(Finding(code="review.before_form", severity=WARN, fields=told))
    if start is not None and end is not None:
        found += _length(one, (end - start) / 60)
    return [*found, *_photo_times(arrival)]


def _length(one: Response, minutes: float) -> list[Finding]:
    if minutes < 0:
        told: dict[str, object] = {"start": one.started_at, "end": one.ended_at}
        return [Finding(code="review.ends_first", severity=WARN, fields=told)]
    if minutes < FASTEST_MIN and len(one.answers) > 1:  # a bare point takes no time
        told = {"minutes": round(minutes)}
        return [Finding(code="review.fast", severity=WARN, fields=told)]
    return []


def _photo_times(arrival: Arrival) -> list[Finding]:
    """Compare local times: a photo states no offset, but both clocks are the same phone's."""
    one = arrival.response
    try:
        start, end = (
            dt.datetime.fromisoformat(t).replace(tzinfo=None)
            for t in (one.started_at, one.ended_at)
        )
        taken = [
            (p, dt.datetime.fromisoformat(p.taken_at).replace(tzinfo=None))
            for p in arrival.photos
            if p.taken_at
        ]
    except ValueError:
        return []
    slack = dt.timedelta(seconds=PHOTO_SLACK_S)
    return [
        Finding(
            code="review.photo_time",
            severity=WARN,
            fields={"photo": p.name, "time": f"{when:%Y-%m-%d %H:%M}"},
        )
        for p, when in taken
        if not start - slack <= when <= end + slack
    ]


def _form(arrival: Arrival, ground: Ground) -> list[Finding]:
    one = arrival.response
    if not one.answers:
        return [Finding(code="review.nothing_read", severity=WARN)]
    if one.form_version in {"", spec(one.programme).version}:
        return []
    severity = INFO if one.form_version in ground.forms else WARN
    told = {"version": one.form_version[:40]}
    return [Finding(code="review.form_version", severity=severity, fields=told)]


def _photos_twice(arrivals: Sequence[Arrival]) -> list[tuple[int, Finding]]:
    owners: dict[str, dict[str, str]] = {}
    for arrival in arrivals:
        for photo in arrival.photos:
            if photo.sha256:
                told = owners.setdefault(photo.sha256, {})
                told[arrival.response.id] = arrival.response.candidate
    found = []
    for at, arrival in enumerate(arrivals):
        for photo in arrival.photos:
            others = sorted(set(owners.get(photo.sha256, {})) - {arrival.response.id})
            if others:
                site = owners[photo.sha256][others[0]]
                told = {"photo": photo.name, "other": others[0], "site": site}
                found.append((at, Finding(code="review.photo_twice", severity=WARN, fields=told)))
    return found


def _between(arrivals: Sequence[Arrival]) -> list[tuple[int, Finding]]:
    """Find one surveyor in two places at once, and one visit told under two ids."""
    spans = [
        (who, start, end, at, a.response)
        for at, a in enumerate(arrivals)
        if (who := a.response.surveyor)
        and (start := _seconds(a.response.started_at)) is not None
        and (end := _seconds(a.response.ended_at)) is not None
        and end > start
    ]
    spans.sort(key=lambda s: (*s[:3], s[4].id))
    found = []
    last: Any = None
    for span in spans:
        if last is not None and last[0] == span[0] and span[1] < last[2]:
            found += _clash(last, span)
        if last is None or last[0] != span[0] or span[2] >= last[2]:
            last = span
    return found


def _clash(one: Any, other: Any) -> list[tuple[int, Finding]]:
    told = []
    for here, there in ((one, other), (other, one)):
        same = here[4].candidate == there[4].candidate
        if here[4].id == there[4].id or (same and here[1] != there[1]):
            continue
        code = "review.twin" if same else "review.two_places"
        fields = {"other": there[4].id, "site": there[4].candidate}
        told.append((here[3], Finding(code=code, severity=WARN, fields=fields)))
    return told
