"""Printed maps: frames in, one SVG out, with scale, north, degrees, key, sources and date."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import shapely

import words
from geo.crs import points_xy
from geo.errors import InputError
from geo.figure_around import (
    KEY_MM,
    LEFT_MM,
    KeyItem,
    graticule,
    key,
    lines,
    north_arrow,
    scale_bar,
)
from geo.figure_board import Board
from geo.figure_ground import UNITS_PER_MM, Ground, Window
from geo.figure_key import land_items, site_items
from geo.figure_land import land, patterns, solid
from geo.figure_marks import DOT_MM, SMALL_DOT_MM, Marks, marks
from geo.figure_names import names
from geo.figure_text import FONT, INK, in_xml, one_line, width_mm, written
from geo.figure_told import alt_text, notes, placed_table
from geo.figure_types import RIBBON_MM, SITE_COLUMNS, Figure, Key, MapOptions
from geo.map_types import STATUSES

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["RIBBON_MM", "Figure", "Key", "MapOptions", "draw_key", "draw_map", "middle_of"]
_TICKS_MM = 3.6


def draw_map(
    ground: Ground, window: Window, sites: gpd.GeoDataFrame, *, options: MapOptions
) -> Figure:
    """Draw a map.

    Parameters
    ----------
    ground : Ground
        Layers made ready by `geo.figure_ground.ready`.
    window : Window
        What is shown, in the metric CRS of ``ground``.
    sites : GeoDataFrame
        Points with `SITE_COLUMNS`, in any CRS, the most important first; those outside the window
        are left out.
    options : MapOptions

    Returns
    -------
    Figure
        The same input gives the same bytes.

    Raises
    ------
    InputError
        ``figure.columns`` · ``figure.status``.
    """
    shown, at, xy = _within(ground, window, sites)
    prefix = f"m{zlib.crc32(repr((options, window)).encode()):08x}"
    board = Board(window.width_mm, window.height_mm)
    if options.synthetic:
        board.take((0, 0, window.width_mm, RIBBON_MM))
    ground_drawn = land(
        ground, window, themes=options.themes, prefix=prefix, hatched=options.hatched
    )
    drawn = marks(
        shown, at, board, breaks=options.breaks, dot_mm=SMALL_DOT_MM if options.small else DOT_MM
    )
    written_names = names(ground, window, board, small=options.small) if options.named else ""
    net, ticks = graticule(window, ground.crs, lang=options.lang)
    under, height = _under(ground, window, options, drawn, ground_drawn.shown, prefix)
    ribbon = _ribbon(window, options.lang) if options.synthetic else ""
    inside = (ground_drawn.svg, net, written_names, drawn.svg, ribbon)
    placed = placed_table(shown, xy, drawn.crowded, options)
    alt = alt_text(window, options, placed, len(shown))
    width = window.width_mm + LEFT_MM + 0.3
    body = _sheet(window, width, height, prefix, inside, ticks + under, options.title)
    return Figure(
        svg=body.encode("utf-8"),
        width_mm=width,
        height_mm=height,
        frame_mm=(LEFT_MM, 0.2, window.width_mm, window.height_mm),
        extent=window.bounds,
        crs=ground.crs,
        scale=window.scale,
        alt=alt,
        placed=placed,
    )


def _within(
    ground: Ground, window: Window, sites: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, np.ndarray, np.ndarray]:
    missing = [name for name in SITE_COLUMNS if name not in sites.columns]
    if missing:
        raise InputError("figure.columns", columns=", ".join(missing))
    wrong = sorted(set(sites["status"].astype(str)) - set(STATUSES))
    if wrong:
        raise InputError("figure.status", status=", ".join(wrong)[:60])
    xy = points_xy(sites, crs=ground.crs) if len(sites) else np.empty((0, 2))
    left, bottom, right, top = window.bounds
    inside = (xy[:, 0] >= left) & (xy[:, 0] <= right) & (xy[:, 1] >= bottom) & (xy[:, 1] <= top)
    return sites[inside], window.on_paper(xy[inside]), xy[inside]


def _under(
    ground: Ground,
    window: Window,
    options: MapOptions,
    drawn: Marks,
    shown: frozenset[str],
    prefix: str,
) -> tuple[str, float]:
    """Set what stands under the map; returns it and the height of the whole."""
    y = window.height_mm + _TICKS_MM + 0.8
    bar, end = scale_bar(window, y, lang=options.lang)
    out = [bar, north_arrow(window, ground.crs, end + 5, y - 0.4, lang=options.lang)]
    y += 5.0
    if options.legend:
        title = options.ramp_title or words.say("figure.score", lang=options.lang)
        items = site_items(
            drawn,
            options.breaks,
            title,
            short=options.short_key,
            shapes=options.shapes,
            lang=options.lang,
        )
        items += land_items(shown, prefix, solid=solid(window), lang=options.lang)
        drawn_key, y = key(items, y, window.width_mm)
        out.append(drawn_key)
    told, y = lines([" ".join(notes(ground, options, drawn, shown))], y - 0.8, window.width_mm)
    return "".join([*out, told]), math.ceil(y * 10 + 5) / 10


def _ribbon(window: Window, lang: str | None) -> str:
    said = words.say("figure.synthetic", lang=lang)
    size = min(KEY_MM, (window.width_mm - 4) / max(width_mm(said, 1.0, bold=True), 1.0))
    return (
        f'<rect width="{window.width_mm:g}" height="{RIBBON_MM}" fill="#ffe08a" opacity=".94"/>'
        f'<path d="M0 {RIBBON_MM}h{window.width_mm:g}" stroke="#9a6700" stroke-width=".2"/>'
        + written(
            said, window.width_mm / 2, 3.0, size_mm=size, ink="#5c3d00", bold=True, anchor="middle"
        )
    )


def _sheet(
    window: Window,
    width: float,
    height: float,
    prefix: str,
    inside: tuple[str, ...],
    around: str,
    title: str,
) -> str:
    box = f'width="{window.width_mm:g}" height="{window.height_mm:g}"'
    in_paths = patterns(prefix, per_mm=UNITS_PER_MM)
    in_key = _key_patterns(prefix) if "-k)" in around else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.1f}mm" height="{height:.1f}mm"'
        f' viewBox="0 0 {width:.1f} {height:.1f}" font-family="{FONT}" role="img">'
        f"<title>{in_xml(title)}</title><defs>"
        f'<clipPath id="{prefix}-c"><rect {box}/></clipPath>{in_paths}{in_key}</defs>'
        f'<g transform="translate({LEFT_MM} .2)"><g clip-path="url(#{prefix}-c)">'
        f'{"".join(inside)}</g><rect {box} fill="none" stroke="{INK}" stroke-width=".3"/>'
        f"{around}</g></svg>\n"
    )


def draw_key(items: Sequence[KeyItem], *, title: str, wide_mm: float, prefix: str = "key") -> Key:
    """Draw a key of its own for several maps."""
    drawn, height = key(items, 0.6, wide_mm)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide_mm:g}mm" height="{height:.1f}mm"'
        f' viewBox="0 0 {wide_mm:g} {height:.1f}" font-family="{FONT}" role="img">'
        f"<title>{in_xml(title)}</title><defs>{_key_patterns(prefix)}</defs>{drawn}</svg>\n"
    )
    said = ", ".join(item.said for item in items if not item.heads)
    return Key(
        svg=svg.encode("utf-8"),
        width_mm=wide_mm,
        height_mm=height,
        alt=f"{one_line(title)}: {said}",
    )


def _key_patterns(prefix: str) -> str:
    return patterns(prefix).replace('" width=', '-k" width=')


def middle_of(ground: Ground) -> tuple[float, float]:
    """Middle of a study's land in metres: of its boundary, else of what areas there are."""
    for name in ("boundary", "kecamatan", "desa"):
        theme = ground.theme(name)
        if theme is not None:
            left, bottom, right, top = shapely.total_bounds(theme.shapes)
            return (float(left + right) / 2, float(bottom + top) / 2)
    return (math.nan, math.nan)
