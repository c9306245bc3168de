"""The close map of one site: what is around it, how it is reached, and who its neighbours are."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

import words
from geo.directions import bearings_deg, distance_text, place_text, wind
from geo.figure_around import scale_for
from geo.figure_ground import PATH, Window
from geo.figures import Figure, MapOptions, draw_map, middle_of
from reports.facts import ReportFacts, ReportSite
from reports.ground import MapGround
from reports.wording import day_text

WIDTH_MM, HEIGHT_MM = 168.0, 62.0
SCALE = 25_000
MOST_NEAR = 4
_NEAR_EVENT_M = 500.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """Numbered sites on a close map: number, name, where; ``where`` is the site's own place."""

    rows: tuple[tuple[str, str, str], ...]
    more: int
    where: str


def site_map(
    facts: ReportFacts, base: MapGround, site: ReportSite
) -> tuple[Figure, Neighbours] | None:
    """Draw the close map of a site, 1 : 25,000 around its point, else the desa it lies in.

    Returns
    -------
    Figure, Neighbours
        None where neither point nor desa is known.
    """
    window = _window(base, site)
    if window is None:
        return None
    sites = base.sites
    own = sites["id"] == site.id
    shown = gpd.GeoDataFrame(sites.assign(main=own), geometry=sites.geometry, crs=sites.crs)
    if not own.any():
        shown = gpd.pd.concat([_hollow(base, site, window), shown], ignore_index=True)
    of = words.say("reports.site.here", lang=facts.lang)
    options = MapOptions(
        title=words.say("reports.site.map", lang=facts.lang, site=site.name, id=site.id),
        lang=facts.lang,
        sources=facts.attribution,
        date=day_text(facts.made_on, lang=facts.lang),
        synthetic=facts.synthetic,
        origin=(*window.centre, of),
        short_key=True,
        about=_about(facts, base, site),
    )
    figure = draw_map(base.ground, window, shown, options=options)
    return figure, _neighbours(facts, base, site, figure)


def _window(base: MapGround, site: ReportSite) -> Window | None:
    at = base.xy.get(site.id)
    if at is not None:
        return Window(at, WIDTH_MM, HEIGHT_MM, SCALE)
    box = base.desa_box(site)
    if box is None:
        return None
    left, bottom, right, top = box
    scale = scale_for((right - left) * 1.15, (top - bottom) * 1.15, WIDTH_MM, HEIGHT_MM)
    return Window(((left + right) / 2, (bottom + top) / 2), WIDTH_MM, HEIGHT_MM, scale)


def _hollow(base: MapGround, site: ReportSite, window: Window) -> gpd.GeoDataFrame:
    """Lay out a site of which only the desa is known: a hollow mark in its middle."""
    return gpd.GeoDataFrame(
        {
            "id": [site.id],
            "number": [str(site.rank)],
            "name": [site.name],
            "score": [site.score],
            "status": [site.readiness],
            "approximate": [True],
            "main": [True],
        },
        geometry=gpd.points_from_xy([window.centre[0]], [window.centre[1]], crs=base.ground.crs),
    ).to_crs("EPSG:4326")


def _neighbours(
    facts: ReportFacts, base: MapGround, site: ReportSite, figure: Figure
) -> Neighbours:
    """Tell the other numbered sites, the nearest first, and where the site itself lies."""
    others = figure.placed[figure.placed["id"] != site.id].sort_values("distance_m", kind="stable")
    rows = tuple(
        (str(number), str(name), _way(facts, float(distance), float(bearing)))
        for number, name, distance, bearing in zip(
            others["number"],
            others["name"],
            others["distance_m"],
            others["bearing_deg"],
            strict=True,
        )
    )
    return Neighbours(
        rows=rows[:MOST_NEAR], more=max(len(rows) - MOST_NEAR, 0), where=_where(facts, base, site)
    )


def _way(facts: ReportFacts, distance_m: float, bearing_deg: float) -> str:
    return words.say(
        "reports.way",
        lang=facts.lang,
        distance=distance_text(distance_m, lang=facts.lang),
        direction=words.say(f"figure.wind.{wind(bearing_deg)}", lang=facts.lang),
    )


def _where(facts: ReportFacts, base: MapGround, site: ReportSite) -> str:
    at, middle = base.xy.get(site.id), middle_of(base.ground)
    if at is None or not np.isfinite(middle[0]):
        return words.say("reports.way.unknown", lang=facts.lang)
    xy = np.array([at])
    distance = float(np.hypot(xy[0, 0] - middle[0], xy[0, 1] - middle[1]))
    bearing = float(bearings_deg(xy, middle)[0])
    of = words.say("reports.middle", lang=facts.lang)
    return place_text(distance, bearing, of, lang=facts.lang)


def _about(facts: ReportFacts, base: MapGround, site: ReportSite) -> str:
    """Say what the map shows to whoever does not see it: road, hazards, events."""
    lang = facts.lang
    at = base.xy.get(site.id)
    if at is None:
        return words.say("reports.site.about.desa", lang=lang, desa=site.desa or "–")
    point = shapely.Point(at)
    told = [*site.hazards[:3]]
    roads = base.ground.theme("roads")
    if roads is not None:
        row = int(roads.tree.nearest(point))
        far = distance_text(float(shapely.distance(roads.shapes[row], point)), lang=lang)
        kind = ("main", "middle", "street", "path")[min(int(roads.classes[row]), PATH)]
        road = words.say(f"figure.key.road-{kind}", lang=lang)
        told.append(words.say("reports.site.about.road", lang=lang, distance=far, road=road))
    events = base.ground.theme("events")
    if events is not None:
        count = len(events.tree.query(point, predicate="dwithin", distance=_NEAR_EVENT_M))
        told.append(words.say("reports.site.about.events", lang=lang, n=count))
    return ". ".join(text.rstrip(".") for text in told) + "." if told else ""
