"""The interactive map inside the offline report: of all sites, or of the public's approved ones."""

from __future__ import annotations

import geopandas as gpd
import shapely

import words
from geo.map_layers import HAZARDS, event_layer, hazard_layer
from geo.map_types import SITE_COLUMNS, MapCriterion, MapLayer, SiteMap
from reports.facts import ReportFacts, ReportSite
from reports.wording import day_text

LISTED_COLOUR = "#0b6b5d"


def report_map(facts: ReportFacts) -> SiteMap:
    """Lay the map out; of public facts only numbers and names of approved sites are on it."""
    criteria = tuple(
        MapCriterion(
            key=c.key,
            title=c.title,
            group="benefit" if c.group == "benefit" else "safety",
            weight_0_1=c.weight_0_1,
        )
        for c in facts.criteria
    )
    public = [_public(facts)] if facts.public and facts.sites else []
    return SiteMap(
        title=facts.study_name,
        subtitle=facts.programme_text,
        sites=_none() if facts.public else _sites(facts),
        criteria=() if facts.public else criteria,
        kecamatan=facts.kecamatan if len(facts.kecamatan) else None,
        layers=tuple(public if facts.public else _layers(facts)),
        attribution=facts.attribution,
        synthetic=facts.synthetic,
        lang=facts.lang,
        run=f"{facts.hash8}, {day_text(facts.made_on, lang=facts.lang)}",
    )


def _none() -> gpd.GeoDataFrame:
    columns: dict[str, list[object]] = {name: [] for name in SITE_COLUMNS if name != "geometry"}
    return gpd.GeoDataFrame(columns, geometry=[], crs="EPSG:4326")


def _sites(facts: ReportFacts) -> gpd.GeoDataFrame:
    placed = {one["id"]: one.get("placed", "") for one in facts.told.get("sites", ())}
    every = (*facts.sites, *facts.excluded)
    if not every:
        return _none()
    rows = [_row(facts, site, placed.get(site.id, "")) for site in every]
    points = [
        None if site.lon is None or site.lat is None else shapely.Point(site.lon, site.lat)
        for site in every
    ]
    frame = {name: [row[name] for row in rows] for name in rows[0]}
    return gpd.GeoDataFrame(frame, geometry=points, crs="EPSG:4326")


def _row(facts: ReportFacts, site: ReportSite, placed: str) -> dict[str, object]:
    given = {part.key: part for part in site.parts}
    parts = [given.get(c.key) for c in facts.criteria]
    return {
        "id": site.id,
        "name": site.name,
        "kind": site.kind,
        "place": ", ".join(text for text in (site.desa, site.kecamatan) if text),
        "agency": site.agency,
        "rank": site.rank,
        "rank_text": site.rank_text,
        "score": site.score,
        "low": site.low,
        "high": site.high,
        "coverage": site.coverage_0_1,
        "band": site.band,
        "status": site.readiness if site.rank else "excluded",
        "approximate": placed not in {"", "point"},
        "conditions": "; ".join(text for _, text in site.conditions),
        "reason": site.reason,
        "contributions": [0.0 if part is None else part.contribution for part in parts],
        "unknown": [int(part is None or part.unknown) for part in parts],
    }


def _public(facts: ReportFacts) -> MapLayer:
    title = words.say("reports.public.listed", lang=facts.lang)
    told = [
        (str(k), site.name, shapely.Point(site.lon, site.lat))
        for k, site in enumerate(facts.sites, start=1)
        if site.lon is not None and site.lat is not None
    ]
    frame = gpd.GeoDataFrame(
        {"number": [one[0] for one in told], "text": [one[1] for one in told]},
        geometry=[one[2] for one in told],
        crs="EPSG:4326",
    )
    return MapLayer(
        key="listed",
        title=title,
        frame=frame,
        style="route",
        class_column="",
        shown=True,
        legend=((title, LISTED_COLOUR),),
    )


def _layers(facts: ReportFacts) -> list[MapLayer]:
    there, lang = facts.layers, facts.lang
    found = [hazard_layer(kind, there[kind], lang=lang) for kind in HAZARDS if kind in there]
    if "events" in there:
        found.append(event_layer(there["events"][["geometry"]], lang=lang))
    return found
