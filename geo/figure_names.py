"""Names on a printed map: kecamatan, desa, roads and rivers, each where it fits or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import shapely

from geo.figure_board import Board, Box, centred
from geo.figure_ground import PATH, Ground, Theme, Window, cut
from geo.figure_text import shortened, width_mm, written

_LONGEST_MM, _MOST_ALONG = 30.0, 10


class _Kind(NamedTuple):
    theme: str
    size_mm: float
    ink: str
    bold: bool
    upper: bool
    least_scale: int
    most_scale: int


AREAS = (
    _Kind("kecamatan", 2.6, "#5c4470", True, True, 40_001, 10**9),
    _Kind("desa", 2.15, "#6d5d7a", False, False, 0, 110_000),
)


def names(ground: Ground, window: Window, board: Board, *, small: bool = False) -> str:
    """Write the names of a window; ``small`` for maps of a hand's breadth."""
    out = []
    for kind in AREAS:
        theme = ground.theme(kind.theme)
        if theme is not None and kind.least_scale <= window.scale <= kind.most_scale:
            size = kind.size_mm * (0.72 if small else 1.0)
            out += _areas(theme, window, board, kind, size)
    if window.scale <= 60_000:
        out += _along(ground.theme("roads"), window, board, "#4a4034", 2.0)
        out += _along(ground.theme("water"), window, board, "#1f5f8f", 2.0)
    return "".join(out)


def _areas(theme: Theme, window: Window, board: Board, kind: _Kind, size: float) -> list[str]:
    parts, rows = cut(theme, theme.near(window), window)
    inside = shapely.clip_by_rect(parts, *window.bounds) if len(parts) else parts
    area = shapely.area(inside) if len(parts) else np.empty(0)
    out, done = [], set()
    for i in np.argsort(-area, kind="stable"):
        name = theme.names[rows[i]]
        if not name or name in done or area[i] <= 0:
            continue
        text = shortened(name.upper() if kind.upper else name, size, _LONGEST_MM, bold=kind.bold)
        wide = width_mm(text, size, bold=kind.bold)
        places = list(_inside(inside[i], window))
        number = board.offer(_box(x, y, wide, size) for x, y in places)
        if number is not None:
            done.add(name)
            x, y = places[number]
            out.append(
                written(
                    text, x, y + size * 0.36, size_mm=size, ink=kind.ink, bold=kind.bold,
                    anchor="middle", halo=True,
                )
            )  # fmt: skip
    return out


def _box(x: float, y: float, wide: float, size: float) -> Box:
    return centred(x, y, wide + 0.4, size * 1.15)


def _inside(area: Any, window: Window) -> Iterator[tuple[float, float]]:
    """Yield places inside an area, its widest first, then a net over it from its middle out."""
    circle = shapely.maximum_inscribed_circle(area, tolerance=window.scale / 1000)
    middle = window.on_paper(shapely.get_coordinates(circle)[:1])[0]
    yield float(middle[0]), float(middle[1])
    left, bottom, right, top = shapely.bounds(area)
    net = np.array(
        [
            (left + (right - left) * u, bottom + (top - bottom) * v)
            for u in np.linspace(0.15, 0.85, 6)
            for v in np.linspace(0.12, 0.88, 8)
        ]
    )
    kept = window.on_paper(net[shapely.contains_xy(area, net)])
    away = np.hypot(*(kept - middle).T) if len(kept) else np.empty(0)
    for x, y in kept[np.argsort(away, kind="stable")]:
        yield float(x), float(y)


def _along(theme: Theme | None, window: Window, board: Board, ink: str, size: float) -> list[str]:
    """Write the name of a line level beside its longest piece, once for each name."""
    if theme is None:
        return []
    near = theme.near(window)
    near = near[(theme.names[near] != "") & (theme.classes[near] < PATH)]
    if not len(near):
        return []
    parts, rows = cut(theme, near, window)
    out: list[str] = []
    done: set[str] = set()
    for i in np.lexsort((-shapely.length(parts), theme.classes[rows])):
        name = theme.names[rows[i]]
        if len(done) == _MOST_ALONG:
            break
        if name in done or shapely.length(parts[i]) < 6 * window.scale / 1000:
            continue
        text = shortened(name, size, _LONGEST_MM)
        wide = width_mm(text, size)
        spots = shapely.line_interpolate_point(parts[i], [0.5, 0.3, 0.7], normalized=True)
        at = window.on_paper(shapely.get_coordinates(spots))
        places = [(x, y + side) for x, y in at.tolist() for side in (-size * 0.85, size * 0.95)]
        number = board.offer(_box(x, y, wide, size) for x, y in places)
        if number is not None:
            done.add(name)
            x, y = places[number]
            out.append(
                written(text, x, y + size * 0.36, size_mm=size, ink=ink, anchor="middle", halo=True)
            )
    return out
