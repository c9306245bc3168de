"""The map of the whole district with its proposed sites, numbered as in the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import words
from geo.figures import RIBBON_MM, Figure, MapOptions, draw_map
from reports.facts import ReportFacts, ReportSite
from reports.ground import map_ground
from reports.wording import cut, day_text

THEMES = ("lakes", "landslide", "water", "kecamatan", "boundary", "roads")
MAIN_ROADS = (
    *("motorway", "trunk", "primary", "secondary", "tertiary"),
    *("motorway_link", "trunk_link", "primary_link", "secondary_link", "tertiary_link"),
)
MOST_OTHERS = 40
"""More sites than these beside the proposed ones hide what the map is about."""
_SOURCES, _STEP = 320, 5_000
"""Letters about sources; scales are whole multiples of the step: the district fills the map."""


def district_map(
    facts: ReportFacts, sites: Sequence[ReportSite], *, width_mm: float, height_mm: float
) -> Figure | None:
    """Draw the district with the proposed sites, and the other ranked ones as dots.

    Parameters
    ----------
    sites : sequence of ReportSite
        Numbered from 1 in their order; those without a point are left out.
    width_mm, height_mm : float
        Of the map itself.

    Returns
    -------
    Figure or None
        None where neither an outline nor a point is known.
    """
    base = map_ground(replace(facts, layers=_layers(facts), excluded=()))
    above = RIBBON_MM if facts.synthetic else 0.0
    if base is None:
        return None
    window = base.window(width_mm, height_mm, above_mm=above, step=_STEP)
    if window is None:
        return None
    number = {site.id: str(k) for k, site in enumerate(sites, start=1)}
    others = [site.id for site in facts.sites if site.id not in number]
    shown = {*number, *(others if len(others) <= MOST_OTHERS else ())}
    frame = base.sites.loc[base.sites["id"].isin(shown)]
    frame = frame.assign(
        number=frame["id"].map(number).fillna(""), main=frame["id"].isin(set(number))
    )
    options = MapOptions(
        title=words.say("reports.summary.map", lang=facts.lang),
        themes=THEMES,
        lang=facts.lang,
        sources=cut(facts.attribution, _SOURCES),
        date=day_text(facts.made_on, lang=facts.lang),
        synthetic=facts.synthetic,
        origin=(*window.centre, words.say("reports.middle", lang=facts.lang)),
    )
    return draw_map(base.ground, window, frame, options=options)


def _layers(facts: ReportFacts) -> dict[str, object]:
    """Leave the small streets out: on a map of a district they hide everything."""
    layers = dict(facts.layers)
    if "roads" in layers:
        roads = layers["roads"]
        layers["roads"] = roads.loc[roads["highway"].isin(MAIN_ROADS)]
    return layers
