"""Layers that every interactive map shows the same way: hazards by class, and hazard events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import words
from geo.map_types import EVENT_COLOUR, HAZARD_COLOURS, MapLayer

if TYPE_CHECKING:
    import geopandas as gpd

HAZARDS = ("landslide", "flood", "flash-flood", "earthquake")


def hazard_layer(
    kind: str, zones: gpd.GeoDataFrame, *, shown: bool = False, lang: str | None = None
) -> MapLayer:
    """Show a hazard's zones (EPSG:4326, ``class_`` 1-3) in their three colours."""
    return MapLayer(
        key=kind,
        title=words.say(f"layer.{kind}", lang=lang),
        frame=zones,
        style="hazard",
        class_column="class_",
        shown=shown,
        legend=tuple(
            (words.say(f"hazard.{k}", lang=lang), colour)
            for k, colour in enumerate(HAZARD_COLOURS, start=1)
        ),
    )


def event_layer(
    events: gpd.GeoDataFrame, *, shown: bool = False, lang: str | None = None
) -> MapLayer:
    """Show hazard events (points, EPSG:4326)."""
    title = words.say("layer.events", lang=lang)
    return MapLayer(
        key="events",
        title=title,
        frame=events,
        style="event",
        class_column="",
        shown=shown,
        legend=((title, EVENT_COLOUR),),
    )
