"""Where a site lies, in words: how far and in which direction from a place everybody knows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import words
from geo.directions import distance_text, wind
from reports.facts import ReportFacts, ReportSite


@cache
def _earth() -> Any:
    from pyproj import Geod

    return Geod(ellps="WGS84")


def middle(facts: ReportFacts) -> tuple[float, float] | None:
    """Return the middle of the study (EPSG:4326): of its outline, else of its sites."""
    outline = facts.layers.get("boundary", facts.kecamatan)
    if len(outline):
        # the middle of the box, not of the area: it needs no projection and does not move
        west, south, east, north = outline.total_bounds
        return (float(west + east) / 2, float(south + north) / 2)
    placed = [(s.lon, s.lat) for s in facts.sites if s.lon is not None and s.lat is not None]
    if not placed:
        return None
    lons, lats = zip(*placed, strict=True)
    return (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2


def way_text(start: Sequence[float], end: Sequence[float], *, lang: str | None = None) -> str:
    """Say how far and in which of eight directions one point lies from another (EPSG:4326)."""
    azimuth, _, distance_m = _earth().inv(start[0], start[1], end[0], end[1])
    return words.say(
        "reports.way",
        lang=lang,
        distance=distance_text(float(distance_m), lang=lang),
        direction=words.say(f"figure.wind.{wind(float(azimuth) % 360.0)}", lang=lang),
    )


def where_text(facts: ReportFacts, site: ReportSite) -> str:
    """Say where a site lies from the middle of the study; that it is not known where it is not."""
    start = middle(facts)
    if start is None or site.lon is None or site.lat is None:
        return words.say("reports.way.unknown", lang=facts.lang)
    return way_text(start, (site.lon, site.lat), lang=facts.lang)
