"""A printed map in words: notes under it, its sites as a table, its alternative text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import words
from geo.directions import bearings_deg, place_text
from geo.figure_ground import Ground, Window
from geo.figure_marks import Marks
from geo.figure_text import one_line
from geo.figure_types import MapOptions

if TYPE_CHECKING:
    import geopandas as gpd

_IN_ALT = 6


def notes(ground: Ground, options: MapOptions, drawn: Marks, shown: frozenset[str]) -> list[str]:
    """Return the sentences under a map: what is crowded, what no colour means, sources, date."""
    lang = options.lang
    told = []
    if drawn.crowded:
        told.append(words.say("figure.crowded", lang=lang, numbers=", ".join(drawn.crowded)))
    if options.legend and any(one.startswith("landslide") for one in shown):
        told.append(words.say("figure.blank", lang=lang))
    if options.sources:
        told.append(words.say("figure.sources", lang=lang, sources=options.sources))
    epsg = ground.crs.to_epsg() or 0
    if options.date:
        told.append(
            words.say("figure.date", lang=lang, date=options.date, crs=ground.crs.name, epsg=epsg)
        )
    return told


def placed_table(
    shown: gpd.GeoDataFrame, xy: np.ndarray, crowded: tuple[str, ...], options: MapOptions
) -> pd.DataFrame:
    """Tell the numbered sites of a map: number, id, name, distance, bearing, where, crowded."""
    numbered = (shown["number"] != "").to_numpy()
    own, at = shown[numbered], xy[numbered]
    if options.origin is None:
        distance = bearing = np.full(len(own), np.nan)
        where = [""] * len(own)
    else:
        x, y, of = options.origin[0], options.origin[1], one_line(options.origin[2])
        distance = np.hypot(at[:, 0] - x, at[:, 1] - y)
        bearing = bearings_deg(at, (x, y))
        where = [
            place_text(float(d), float(b), of, lang=options.lang)
            for d, b in zip(distance, bearing, strict=True)
        ]
    return pd.DataFrame(
        {
            "number": own["number"].to_numpy(),
            "id": own["id"].to_numpy(),
            "name": own["name"].to_numpy(),
            "distance_m": distance,
            "bearing_deg": bearing,
            "where": where,
            "crowded": own["number"].isin(list(crowded)).to_numpy(),
        }
    )


def alt_text(window: Window, options: MapOptions, placed: pd.DataFrame, count: int) -> str:
    """Describe a map for whoever does not see it: what, how large, which sites and where."""
    lang = options.lang
    told = [
        words.say(
            "figure.alt", lang=lang, title=one_line(options.title).rstrip("."),
            scale=words.number(window.scale, lang=lang), n=count,
        )
    ]  # fmt: skip
    if options.about:
        told.append(one_line(options.about))
    first = placed.head(_IN_ALT)
    for number, name, where in zip(first["number"], first["name"], first["where"], strict=True):
        told.append(f"{number}. {one_line(str(name))[:60]}{f': {where}' if where else ''}.")
    if len(placed) > _IN_ALT:
        told.append(words.say("figure.alt_more", lang=lang, n=len(placed) - _IN_ALT))
    if options.synthetic:
        told.append(words.say("figure.synthetic", lang=lang))
    return " ".join(told)
