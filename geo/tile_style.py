"""How the basemap looks: made to be read on a phone, in the sun, by people on mountain roads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Colour = tuple[int, int, int]
"""Red, green, blue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Road:
    """One class of road.

    Parameters
    ----------
    from_zoom : int
        Drawn from this level on.
    width_px : float
        At zoom 16; narrower by 22 % a level further out.
    fill, casing : Colour
        ``casing`` None draws no rim: a path.
    dash_px : (on, off)
        Of a path at zoom 16; (0, 0) is drawn through.
    """

    from_zoom: int
    width_px: float
    fill: Colour
    casing: Colour | None = None
    dash_px: tuple[float, float] = (0.0, 0.0)


def rgb(text: str) -> Colour:
    """Read ``#rrggbb``."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


_RIM, _PALE_RIM = rgb("#8a5a1c"), rgb("#8d8779")
_GREAT = Road(from_zoom=8, width_px=11.0, fill=rgb("#f08c2e"), casing=_RIM)
_MIDDLE = Road(from_zoom=9, width_px=10.0, fill=rgb("#ffc64d"), casing=_RIM)
_SMALL = Road(from_zoom=11, width_px=8.5, fill=rgb("#fff0a0"), casing=_PALE_RIM)
_LANE = Road(from_zoom=12, width_px=6.5, fill=rgb("#ffffff"), casing=_PALE_RIM)
_DRIVE = Road(from_zoom=15, width_px=3.6, fill=rgb("#ffffff"), casing=_PALE_RIM)
_TRACK = Road(from_zoom=13, width_px=2.8, fill=rgb("#8a4b12"), dash_px=(11.0, 4.0))
_PATH = Road(from_zoom=14, width_px=2.2, fill=rgb("#b3261e"), dash_px=(5.0, 3.5))
_STEPS = Road(from_zoom=15, width_px=3.6, fill=rgb("#b3261e"), dash_px=(1.6, 1.8))
_FERRY = Road(from_zoom=10, width_px=2.0, fill=rgb("#3b6ea5"), dash_px=(7.0, 6.0))

ROADS: Mapping[str, Road] = {
    "steps": _STEPS, "footway": _PATH, "pedestrian": _PATH, "path": _PATH, "bridleway": _PATH,
    "cycleway": _PATH, "ferry": _FERRY, "track": _TRACK, "service": _DRIVE,
    "living_street": _LANE, "residential": _LANE, "road": _LANE, "unclassified": _LANE,
    "tertiary_link": _SMALL, "tertiary": _SMALL, "secondary_link": _MIDDLE, "secondary": _MIDDLE,
    "primary_link": _GREAT, "primary": _GREAT, "trunk_link": _GREAT, "trunk": _GREAT,
    "motorway_link": _GREAT, "motorway": _GREAT,
}  # fmt: skip
"""By OSM class, the least important first: later ones are drawn over earlier ones."""

ROUGH = frozenset({
    "unpaved", "gravel", "fine_gravel", "dirt", "earth", "ground", "mud", "sand", "grass", "rock",
    "pebblestone", "compacted", "stone", "woodchips", "clay", "soil",
})  # fmt: skip
"""Surfaces that rain makes slow; such a road is drawn with brown dashes."""
ROUGH_DASH, ROUGH_DASH_PX = rgb("#9a5b1f"), (6.0, 5.0)

LAND = rgb("#f6f3ea")
WATER, WATER_RIM = rgb("#a9d3ee"), rgb("#3f86b8")
BUILDING, BUILDING_RIM = rgb("#cdbfae"), rgb("#9d8d79")
CONTOUR, CONTOUR_INDEX = rgb("#a9713a"), rgb("#8b5727")
DISTRICT, KECAMATAN, DESA = rgb("#7a2f8f"), rgb("#8d4fa0"), rgb("#9b7fa5")
COVER: Mapping[str, Colour] = {
    "forest": rgb("#c6dfb4"), "scrub": rgb("#d8e6c0"), "grass": rgb("#e0ecc8"),
    "paddy": rgb("#dcedd6"), "field": rgb("#eee9c6"), "orchard": rgb("#d5e8bd"),
    "built": rgb("#e9e1d8"), "bare": rgb("#e6dfd0"), "grave": rgb("#d3ddc6"), "water": WATER,
}  # fmt: skip
COVER_OF: Mapping[str, str] = {
    "forest": "forest", "wood": "forest", "hutan": "forest", "scrub": "scrub", "heath": "scrub",
    "semak": "scrub", "grassland": "grass", "grass": "grass", "meadow": "grass", "park": "grass",
    "paddy": "paddy", "sawah": "paddy", "farmland": "field", "farm": "field", "tegalan": "field",
    "ladang": "field", "orchard": "orchard", "plantation": "orchard", "kebun": "orchard",
    "vineyard": "orchard", "residential": "built", "commercial": "built", "industrial": "built",
    "retail": "built", "permukiman": "built", "bare_rock": "bare", "quarry": "bare",
    "sand": "bare", "scree": "bare", "cemetery": "grave", "danau": "water", "water": "water",
    "waduk": "water", "reservoir": "water", "basin": "water", "sungai": "water",
}  # fmt: skip
"""What OSM and Indonesian land-cover maps call what the map paints in one colour."""
RIVERS: Mapping[str, tuple[int, float]] = {
    "river": (9, 4.5), "canal": (12, 3.0), "stream": (13, 2.0), "drain": (15, 1.4),
    "ditch": (15, 1.4),
}  # fmt: skip
"""From which zoom, and how wide in pixels at zoom 16."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A kind of place: the zooms its dot and its name appear at, and the dot's colour."""

    dot_zoom: int
    name_zoom: int
    colour: Colour


_HEALTH, _LAW, _CIVIC = rgb("#c8102e"), rgb("#1d3f8f"), rgb("#6a2c91")
_LEARN, _FAITH, _TRADE = rgb("#2e7d32"), rgb("#00796b"), rgb("#b25d00")
SPOTS: Mapping[str, Spot] = {
    "hospital": Spot(dot_zoom=11, name_zoom=12, colour=_HEALTH),
    "puskesmas": Spot(dot_zoom=12, name_zoom=13, colour=_HEALTH),
    "health": Spot(dot_zoom=13, name_zoom=14, colour=_HEALTH),
    "clinic": Spot(dot_zoom=14, name_zoom=15, colour=_HEALTH),
    "doctors": Spot(dot_zoom=15, name_zoom=16, colour=_HEALTH),
    "pustu": Spot(dot_zoom=14, name_zoom=15, colour=_HEALTH),
    "police": Spot(dot_zoom=13, name_zoom=14, colour=_LAW),
    "fire_station": Spot(dot_zoom=14, name_zoom=15, colour=_LAW),
    "village_office": Spot(dot_zoom=14, name_zoom=15, colour=_CIVIC),
    "government_office": Spot(dot_zoom=15, name_zoom=16, colour=_CIVIC),
    "community_centre": Spot(dot_zoom=15, name_zoom=16, colour=_CIVIC),
    "bapas": Spot(dot_zoom=13, name_zoom=14, colour=_CIVIC),
    "market": Spot(dot_zoom=14, name_zoom=15, colour=_TRADE),
    "terminal": Spot(dot_zoom=14, name_zoom=15, colour=_TRADE),
    "train_station": Spot(dot_zoom=13, name_zoom=14, colour=_TRADE),
    "school": Spot(dot_zoom=15, name_zoom=16, colour=_LEARN),
    "kindergarten": Spot(dot_zoom=16, name_zoom=16, colour=_LEARN),
    "college": Spot(dot_zoom=15, name_zoom=15, colour=_LEARN),
    "university": Spot(dot_zoom=14, name_zoom=14, colour=_LEARN),
    "pesantren": Spot(dot_zoom=15, name_zoom=16, colour=_FAITH),
    "place_of_worship": Spot(dot_zoom=15, name_zoom=16, colour=_FAITH),
    "cemetery": Spot(dot_zoom=16, name_zoom=16, colour=_LEARN),
}  # fmt: skip
INK, HALO = rgb("#2b2620"), rgb("#fffdf6")
STREET_INK, WATER_INK, PEAK_INK = rgb("#4a4034"), rgb("#1f5f8f"), rgb("#6b3f14")
WATERMARK = rgb("#b9a9a0")


def width_px(at_16: float, zoom: int) -> float:
    """Width of a line on a level: narrower by 22 % for each level further out."""
    return at_16 * 0.78 ** (16 - zoom)


def fixed_colours() -> list[Colour]:
    """Every colour of the style, each once: the palette must hold them exactly."""
    roads = [c for road in ROADS.values() for c in (road.fill, road.casing) if c is not None]
    marks = [spot.colour for spot in SPOTS.values()]
    lines = [ROUGH_DASH, WATER_RIM, BUILDING, BUILDING_RIM, DISTRICT, KECAMATAN, DESA]
    inks = [INK, HALO, STREET_INK, WATER_INK, PEAK_INK]
    return list(dict.fromkeys([LAND, WATER, *roads, *marks, *lines, *inks, *COVER.values()]))
