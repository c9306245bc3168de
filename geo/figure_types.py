"""What a printed map is made of, and what it comes out as."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd
from pyproj import CRS

from geo.crs import LONLAT, transformer
from geo.map_types import SCORE_BREAKS_HUNDREDTHS

THEMES = (
    *("lakes", "landslide", "flood", "flash-flood", "water", "desa", "kecamatan", "boundary"),
    *("roads", "events"),
)
SITE_COLUMNS = ("id", "number", "name", "score", "status", "approximate", "main")
RIBBON_MM = 4.4
"""Of the ribbon across a map of invented data."""
Extent = tuple[float, float, float, float]
"""Left, bottom, right, top in metres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapOptions:
    """How a map is drawn.

    Parameters
    ----------
    title : str
        Of the picture itself; the page has its own heading.
    themes : tuple of str
        Layers to draw, of `THEMES`.
    hatched : tuple of str
        Kecamatan under the hatching of the unknown.
    lang : {"id", "en"}, optional
    sources, date : str
        Where the layers come from, and the ISO day they were looked at.
    synthetic : bool
        Invented data: a ribbon across the map says so.
    breaks : tuple of float
        Four class breaks in hundredths; `ramp_title` names what is classed.
    legend, named : bool
        Whether there is a key, and whether areas and roads are named.
    short_key, shapes : bool
        Of the ramp, only the classes on the map; whether the key explains the shapes of sites.
    small : bool
        A map of a hand's breadth: smaller names.
    origin : (x, y, text), optional
        Metres; what distances and directions are told from.
    about : str
        What a person who does not see the map should know first.
    """

    title: str
    themes: tuple[str, ...] = THEMES
    hatched: tuple[str, ...] = ()
    lang: str | None = None
    sources: str = ""
    date: str = ""
    synthetic: bool = False
    breaks: tuple[float, ...] = SCORE_BREAKS_HUNDREDTHS
    ramp_title: str = ""
    legend: bool = True
    named: bool = True
    short_key: bool = False
    shapes: bool = True
    small: bool = False
    origin: tuple[float, float, str] | None = None
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key apart from its maps, as SVG: the colours that several of them share."""

    svg: bytes
    width_mm: float
    height_mm: float
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Figure:
    """A map as a picture, with what places it on the ground and what tells it in words.

    Parameters
    ----------
    svg : bytes
    width_mm, height_mm : float
        Of the whole picture at its true scale.
    frame_mm : (left, top, width, height)
        The map itself inside the picture, from its upper left corner.
    extent : (left, bottom, right, top)
        Of the map, in `crs`.
    crs : pyproj.CRS
    scale : int
        1 : ``scale`` on paper.
    alt : str
    placed : DataFrame
        ``number, id, name, distance_m, bearing_deg, where, crowded`` of every numbered site on the
        map; ``where`` is the sentence, ``crowded`` tells that only its dot found a place.
    """

    svg: bytes
    width_mm: float
    height_mm: float
    frame_mm: tuple[float, float, float, float]
    extent: Extent
    crs: CRS
    scale: int
    alt: str
    placed: pd.DataFrame = field(repr=False)


def corners_lonlat(figure: Figure) -> list[tuple[float, float]]:
    """Longitude and latitude of a map's corners, from the lower left one clockwise."""
    left, bottom, right, top = figure.extent
    xs, ys = transformer(figure.crs, LONLAT).transform(
        [left, left, right, right], [bottom, top, top, bottom]
    )
    return [(float(x), float(y)) for x, y in zip(xs, ys, strict=True)]
