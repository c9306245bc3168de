"""What a printed map draws under its sites: land, water, hazards, borders, roads, events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from geo.figure_ground import UNITS_PER_MM, Ground, Window, cut, paths
from geo.map_types import EVENT_COLOUR, HAZARD_COLOURS

HAZARDS = ("landslide", "flood", "flash-flood")
"""Filled, and two hatchings of the same hue: what lies over another stays readable."""
OPACITY = 0.6
_HATCHED_TO = 200_000
OUTSIDE, LAND = "#e9e6df", "#fbfaf6"
WATER, LAKE = "#4f93bf", "#b5d8ec"
BORDER, BORDER_DESA = "#6f5a7e", "#9d8fa8"
HATCH_DEG = {"flood": 45.0, "flash-flood": -45.0}


class RoadStyle(NamedTuple):
    """One class of road: width and casing in millimetres, and up to which scale it is drawn."""

    key: str
    width_mm: float
    casing_mm: float
    fill: str
    most_scale: int
    dash: str


ROADS = (
    RoadStyle("main", 0.9, 1.25, "#f2a23c", 10**9, ""),
    RoadStyle("middle", 0.65, 0.95, "#ffd773", 600_000, ""),
    RoadStyle("street", 0.4, 0.62, "#ffffff", 80_000, ""),
    RoadStyle("path", 0.22, 0.0, "#8a6d4b", 40_000, "45 25"),
)
ROAD_RIM = "#7d7466"


def _path(data: str, **style: str | float) -> str:
    said = "".join(f' {k.replace("_", "-")}="{v}"' for k, v in style.items())
    return f'<path d="{data}"{said}/>' if data else ""


def _wide(mm: float) -> str:
    return f"{mm * UNITS_PER_MM:g}"


def patterns(prefix: str, *, per_mm: float = 1.0) -> str:
    """Define the hatchings: one for each class of flood and flash flood, and of the unknown.

    Parameters
    ----------
    prefix : str
        Of their ids.
    per_mm : float
        Units to a millimetre where they are used: `UNITS_PER_MM` for paths.
    """
    made = []
    for kind, turn in HATCH_DEG.items():
        for number, colour in enumerate(HAZARD_COLOURS, start=1):
            gap, wide = (1.9, 1.5, 1.1)[number - 1] * per_mm, (0.16 + 0.09 * number) * per_mm
            made.append(_hatch(f"{prefix}-{kind}-{number}", turn, gap, wide, colour))
    made.append(_hatch(f"{prefix}-unknown", 45.0, 1.2 * per_mm, 0.16 * per_mm, "#8b95a1"))
    return "".join(made)


def _hatch(name: str, turn: float, gap_mm: float, line_mm: float, colour: str) -> str:
    return (
        f'<pattern id="{name}" width="{gap_mm}" height="{gap_mm}" patternUnits="userSpaceOnUse"'
        f' patternTransform="rotate({turn:g})"><rect width="{line_mm:.2f}" height="{gap_mm}"'
        f' fill="{colour}"/></pattern>'
    )


def solid(window: Window) -> bool:
    """Tell whether a map is too small for hatchings: every hazard is filled then."""
    return window.scale > _HATCHED_TO


class Drawn(NamedTuple):
    """A map's land as SVG, below and above its names, and which things are really on it."""

    svg: str
    shown: frozenset[str]


def land(
    ground: Ground,
    window: Window,
    *,
    themes: Sequence[str],
    prefix: str,
    hatched: Sequence[str] = (),
) -> Drawn:
    """Draw the land of a window.

    Parameters
    ----------
    themes : sequence of str
        Which layers to draw, of those there are.
    prefix : str
        Of the ids of the hatchings (`patterns`, in units of paths).
    hatched : sequence of str
        Names of kecamatan under the hatching of the unknown.

    Returns
    -------
    Drawn
        ``shown`` names layers, ``landslide-2`` for a class of hazard, ``road-main`` for a road.
    """
    shown: set[str] = set()
    parts = [_floor(ground, window)]
    if "lakes" in themes:
        parts.append(_areas(ground, window, "lakes", LAKE, shown))
    mapped = [kind for kind in HAZARDS if kind in themes]
    parts += [_hazard(ground, window, kind, prefix, shown) for kind in mapped]
    if hatched:
        parts.append(_unknown(ground, window, hatched, prefix, shown))
    if "water" in themes:
        wide = 0.28 if window.scale <= 80_000 else 0.16
        parts.append(_lines(ground, window, "water", WATER, wide, shown))
    if "desa" in themes:
        parts.append(_lines(ground, window, "desa", BORDER_DESA, 0.14, shown, dash="40 25"))
    if "kecamatan" in themes:
        parts.append(_lines(ground, window, "kecamatan", BORDER, 0.26, shown, dash="110 40 20 40"))
    if "boundary" in themes:
        parts.append(_lines(ground, window, "boundary", "#463a52", 0.4, shown))
    if "roads" in themes:
        parts.append(_roads(ground, window, shown))
    if "events" in themes:
        parts.append(_events(ground, window, shown))
    return Drawn("".join(parts), frozenset(shown))


def _in_units(inner: str, **style: str | float) -> str:
    said = "".join(f' {k.replace("_", "-")}="{v}"' for k, v in style.items())
    scale = 1 / UNITS_PER_MM
    return f'<g transform="scale({scale:g})"{said}>{inner}</g>' if inner else ""


def _floor(ground: Ground, window: Window) -> str:
    over = f'<rect width="{window.width_mm:g}" height="{window.height_mm:g}"'
    name = next((n for n in ("boundary", "kecamatan", "desa") if ground.theme(n)), "")
    theme = ground.theme(name)
    if theme is None:
        return f'{over} fill="{LAND}"/>'
    parts, _ = cut(theme, theme.near(window), window)
    inner = _path(paths(parts, window), fill=LAND)
    return f'{over} fill="{OUTSIDE}"/>' + _in_units(inner)


def _areas(ground: Ground, window: Window, name: str, fill: str, shown: set[str]) -> str:
    theme = ground.theme(name)
    if theme is None:
        return ""
    parts, _ = cut(theme, theme.near(window), window)
    data = paths(parts, window)
    if data:
        shown.add(name)
    return _in_units(_path(data, fill=fill))


def _hazard(ground: Ground, window: Window, kind: str, prefix: str, shown: set[str]) -> str:
    theme = ground.theme(kind)
    if theme is None:
        return ""
    parts, rows = cut(theme, theme.near(window), window)
    classes = theme.classes[rows]
    out = []
    for number, colour in enumerate(HAZARD_COLOURS, start=1):
        data = paths(parts[classes == number], window)
        if not data:
            continue
        shown.add(f"{kind}-{number}")
        if kind == "landslide" or solid(window):
            out.append(_in_units(_path(data, fill=colour, fill_opacity=OPACITY)))
        else:
            fill = f"url(#{prefix}-{kind}-{number})"
            out.append(_in_units(_path(data, fill=fill)))
    return "".join(out)


def _unknown(
    ground: Ground, window: Window, names: Sequence[str], prefix: str, shown: set[str]
) -> str:
    theme = ground.theme("kecamatan")
    if theme is None:
        return ""
    rows = theme.near(window)
    parts, _ = cut(theme, rows[np.isin(theme.names[rows], list(names))], window)
    data = paths(parts, window)
    if data:
        shown.add("unknown")
    return _in_units(_path(data, fill=f"url(#{prefix}-unknown)"))


def _lines(
    ground: Ground,
    window: Window,
    name: str,
    colour: str,
    wide_mm: float,
    shown: set[str],
    *,
    dash: str = "",
) -> str:
    theme = ground.theme(name)
    if theme is None:
        return ""
    parts, _ = cut(theme, theme.near(window), window)
    data = paths(parts, window)
    if data:
        shown.add(name)
    style: Mapping[str, str | float] = {"stroke_dasharray": dash} if dash else {}
    return _in_units(
        _path(data, fill="none", stroke=colour, stroke_width=_wide(wide_mm), **style),
        stroke_linejoin="round",
    )


def _roads(ground: Ground, window: Window, shown: set[str]) -> str:
    theme = ground.theme("roads")
    if theme is None:
        return ""
    near = theme.near(window)
    thin = 1.0 if window.scale <= 80_000 else 0.6
    casings, fills = [], []
    for number in range(len(ROADS) - 1, -1, -1):
        road = ROADS[number]
        if window.scale > road.most_scale:
            continue
        parts, _ = cut(theme, near[theme.classes[near] == number], window)
        data = paths(parts, window)
        if not data:
            continue
        shown.add(f"road-{road.key}")
        if road.casing_mm:
            casings.append(_path(data, stroke=ROAD_RIM, stroke_width=_wide(road.casing_mm * thin)))
        dash = {"stroke_dasharray": road.dash} if road.dash else {}
        fills.append(
            _path(data, stroke=road.fill, stroke_width=_wide(road.width_mm * thin), **dash)
        )
    return _in_units(
        "".join((*casings, *fills)), fill="none", stroke_linecap="round", stroke_linejoin="round"
    )


def _events(ground: Ground, window: Window, shown: set[str]) -> str:
    theme = ground.theme("events")
    if theme is None:
        return ""
    import shapely

    xy = shapely.get_coordinates(theme.shapes[theme.near(window)])
    at = window.on_paper(xy)
    inside = (at >= 0).all(axis=1) & (at[:, 0] <= window.width_mm) & (at[:, 1] <= window.height_mm)
    if not inside.any():
        return ""
    shown.add("events")
    size = 1.0 if window.scale <= 80_000 else 0.6
    return "".join(event(x, y, size) for x, y in sorted(map(tuple, at[inside].tolist())))


def event(x_mm: float, y_mm: float, size_mm: float) -> str:
    """Draw an event: a triangle standing on its tip."""
    s = size_mm
    return (
        f'<path d="M{x_mm - s:.2f} {y_mm - s * 0.8:.2f}h{2 * s:.2f}l{-s:.2f} {1.7 * s:.2f}z"'
        f' fill="{EVENT_COLOUR}" stroke="#fff" stroke-width=".2"/>'
    )
