"""Which names stand on a level of the map, and where: none over another, the same in every tile."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.tile_board import Board, Placed
from geo.tile_grid import SIZE, Coverage, Floats
from geo.tile_scene import Basemap, Scene, Shapes, on_world, texts
from geo.tile_style import (
    DISTRICT,
    INK,
    KECAMATAN,
    PEAK_INK,
    RIVERS,
    ROADS,
    SPOTS,
    STREET_INK,
    WATER_INK,
    WATERMARK,
)
from geo.tile_text import dot, length_px, tidied, wrapped, written

_STREET_ZOOM, _RIVER_ZOOM, _DESA_ZOOM = 14, 13, 11
_STREET_EVERY_PX, _STEP_PX, _STRAIGHT = 420.0, 6.0, 0.985
_WATERMARK_EVERY_PX = 700
_SETTLEMENTS = {
    "city": (9, 17), "town": (10, 15), "suburb": (12, 13), "village": (13, 13),
    "quarter": (14, 12), "neighbourhood": (15, 12), "hamlet": (14, 12),
    "isolated_dwelling": (15, 12), "locality": (15, 11), "peak": (12, 12),
}  # fmt: skip
"""From which zoom a named place is written, and how large."""


class Labels:
    """The names of a basemap; `at` places those of one level."""

    def __init__(self, basemap: Basemap, scene: Scene) -> None:
        self._scene = scene
        self._watermark = basemap.watermark
        self._kecamatan, self._desa = _areas(basemap)
        self._spots = _points(basemap.places)
        self._names = _points(basemap.names)
        self._peaks = self._names[0] == "peak"
        self._streets = _named(scene.roads, reversed(list(ROADS)))
        self._rivers = _named(scene.rivers, RIVERS)

    def at(self, zoom: int, coverage: Coverage) -> list[Placed]:
        """Place the names of a level, the most telling first."""
        board, shown = Board(), _Shown(coverage, zoom)
        if self._watermark:
            self._write_watermark(board, shown)
        if 9 <= zoom <= 13:
            size = 13 if zoom > 10 else 11
            _areas_on(board, shown, self._kecamatan, size, KECAMATAN, weight=800, upper=True)
        self._settlements(board, shown, zoom)
        if zoom >= _DESA_ZOOM:
            size = 11 if zoom == _DESA_ZOOM else 13
            _areas_on(board, shown, self._desa, size, DISTRICT, weight=700, upper=False)
        self._dots(board, shown, zoom)
        if zoom >= _RIVER_ZOOM:
            _along(board, shown, self._rivers, 12, WATER_INK)
        if zoom >= _STREET_ZOOM:
            _along(board, shown, self._streets, 11, STREET_INK)
        return board.placed

    def _write_watermark(self, board: Board, shown: _Shown) -> None:
        mark = written(self._watermark, 13, WATERMARK, weight=700, rim=False)
        step = _WATERMARK_EVERY_PX
        columns, rows = shown.extent(step)
        for x in columns:
            for y in rows:
                if shown.near((x + 0.5) * step, (y + 0.5) * step):
                    board.offer(mark, (x + 0.5) * step, (y + 0.5) * step)

    def _settlements(self, board: Board, shown: _Shown, zoom: int) -> None:
        kinds, names, at = self._names
        for kind, (first, size) in _SETTLEMENTS.items():
            if zoom < first:
                continue
            for i in np.flatnonzero(kinds == kind):
                x, y = at[i] * shown.scale
                if not (names[i] and shown.near(x, y)):
                    continue
                if kind == "peak":
                    mark = written(wrapped(names[i]), size, PEAK_INK, weight=700)
                    if board.offer(dot(PEAK_INK, 9, triangle=True), x, y):
                        board.offer(mark, x, y + 8 + mark.size[1] / 2)
                elif board.offer(written(wrapped(names[i]), size, INK, weight=700), x, y):
                    board.say(names[i], x, y)

    def _dots(self, board: Board, shown: _Shown, zoom: int) -> None:
        kinds, names, at = self._spots
        waiting = []
        for kind, spot in SPOTS.items():
            if zoom < spot.dot_zoom:
                continue
            for i in np.flatnonzero(kinds == kind):
                x, y = at[i] * shown.scale
                if shown.near(x, y) and board.offer(dot(spot.colour), x, y):
                    waiting.append((spot, names[i], x, y))
        for spot, name, x, y in waiting:
            if name and zoom >= spot.name_zoom:
                mark = written(wrapped(name), 11, spot.colour)
                below, beside = 6 + mark.size[1] / 2, 7 + mark.size[0] / 2
                for dx, dy in ((0, below), (beside, 0), (-beside, 0), (0, -below)):
                    if board.offer(mark, x + dx, y + dy):
                        break


class _Shown:
    """Which pixels of a level are drawn, give or take a tile."""

    def __init__(self, coverage: Coverage, zoom: int) -> None:
        self.scale = float(SIZE * 2**zoom)
        self._tiles = coverage.tiles[zoom]
        around = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        self._near = {(x + i, y + j) for x, y in self._tiles for i, j in around}
        self.codes = np.array([x << 32 | y for x, y in sorted(self._near)], dtype=np.int64)

    def near(self, x: float, y: float) -> bool:
        return (math.floor(x / SIZE), math.floor(y / SIZE)) in self._near

    def extent(self, step: int) -> tuple[range, range]:
        sides = []
        for axis in (0, 1):
            ends = [tile[axis] for tile in self._tiles]
            sides.append(range(min(ends) * SIZE // step, (max(ends) + 1) * SIZE // step + 1))
        return sides[0], sides[1]


_Points = tuple[Any, Any, Floats]


def _points(frame: Any) -> _Points:
    """Kinds, names and places of a frame of points, those with a point."""
    if frame is None or not len(frame):
        return np.empty(0, dtype=object), np.empty(0, dtype=object), np.empty((0, 2))
    kept = frame[frame.geometry.notna() & ~frame.geometry.is_empty]
    return texts(kept, "kind"), _said(kept), shapely.get_coordinates(on_world(kept))


def _said(frame: Any) -> Any:
    return np.array([tidied(name) for name in texts(frame, "name")], dtype=object)


def _areas(basemap: Basemap) -> tuple[list[tuple[str, Floats]], list[tuple[str, Floats]]]:
    """Names and middles of kecamatan and of desa."""
    if basemap.areas is None or not len(basemap.areas):
        return [], []
    frame = basemap.areas
    desa = frame[frame["level"] == "desa"]
    kecamatan = frame[frame["level"] == "kecamatan"]
    if not len(kecamatan) and len(desa):
        kecamatan = desa.dissolve("kecamatan").drop(columns="name").reset_index()
        kecamatan = kecamatan.rename(columns={"kecamatan": "name"})
    return _middles(kecamatan), _middles(desa)


def _middles(frame: Any) -> list[tuple[str, Floats]]:
    if not len(frame):
        return []
    shapes = on_world(frame)
    middles = shapely.centroid(shapes)
    outside = ~shapely.contains(shapes, middles)
    middles[outside] = shapely.point_on_surface(shapes[outside])
    return list(zip(_said(frame), shapely.get_coordinates(middles), strict=True))


def _areas_on(
    board: Board,
    shown: _Shown,
    areas: Iterable[tuple[str, Floats]],
    size: int,
    ink: tuple[int, int, int],
    *,
    weight: int,
    upper: bool,
) -> None:
    for name, at in areas:
        x, y = at * shown.scale
        if name and shown.near(x, y) and (upper or not board.said(name, x, y)):
            text = wrapped(name.upper() if upper else name)
            board.offer(written(text, size, ink, weight=weight), x, y)


@dataclass(frozen=True, slots=True)
class _Ways:
    """Named lines on the square world, the greatest first: name, and where its points begin."""

    names: list[str]
    coords: Floats
    starts: npt.NDArray[np.int64]

    def shown(self, shown: _Shown) -> Iterator[tuple[str, Floats]]:
        """Yield those with a point among the tiles that are drawn, or a tile beside, in pixels."""
        if not self.names:
            return
        at = np.floor(self.coords * (shown.scale / SIZE)).astype(np.int64)
        drawn = np.isin(at[:, 0] << 32 | at[:, 1], shown.codes)
        some = np.logical_or.reduceat(drawn, self.starts[:-1])
        for i in np.flatnonzero(some).tolist():
            part = slice(self.starts[i], self.starts[i + 1])
            yield self.names[i], self.coords[part] * shown.scale


def _named(shapes: Shapes, order: Iterable[str]) -> _Ways:
    """Join the lines of one name, so that a name is written along all of them.

    ``order`` names the kinds, the greatest first: its names are placed before the others'.
    """
    names, lines = [], []
    said = np.array([tidied(name) for name in shapes.name], dtype=object)
    for kind in order:
        here = np.flatnonzero((shapes.kind == kind) & (said != ""))
        here = here[np.argsort(said[here].astype(str), kind="stable")]
        if not len(here):
            continue
        firsts = np.flatnonzero(np.r_[True, said[here][1:] != said[here][:-1]])
        for first, end in zip(firsts, [*firsts[1:], len(here)], strict=True):
            whole = shapely.multilinestrings(shapes.whole[here[first:end]])
            for part in shapely.get_parts(shapely.line_merge(whole)):
                names.append(str(said[here[first]]))
                lines.append(shapely.get_coordinates(part))
    starts = np.cumsum([0, *map(len, lines)])
    return _Ways(names, np.concatenate(lines) if lines else np.empty((0, 2)), starts)


def _along(board: Board, shown: _Shown, ways: _Ways, size: int, ink: tuple[int, int, int]) -> None:
    """Write names along lines, on their straightest stretches, once in 420 pixels."""
    every = round(_STREET_EVERY_PX / _STEP_PX)
    for name, line in ways.shown(shown):
        along = np.r_[0.0, np.cumsum(np.hypot(*np.diff(line, axis=0).T))]
        need = length_px(name, size) + 10
        if along[-1] < need:
            continue
        at = np.arange(0.0, along[-1], _STEP_PX)
        path = np.column_stack([np.interp(at, along, line[:, k]) for k in (0, 1)])
        span = max(round(need / _STEP_PX), 1)
        for start in range(0, max(len(path) - span, 1), every):
            _write_along(board, shown, path[start : start + span + every], span, name, size, ink)


def _write_along(
    board: Board,
    shown: _Shown,
    path: Floats,
    span: int,
    name: str,
    size: int,
    ink: tuple[int, int, int],
) -> None:
    if len(path) <= span or not any(shown.near(x, y) for x, y in path[:: max(span // 2, 1)]):
        return
    chord = path[span:] - path[:-span]
    straight = np.hypot(*chord.T) / (span * _STEP_PX)
    best = int(np.argmax(straight))
    if straight[best] < _STRAIGHT:
        return
    x, y = (path[best] + path[best + span]) / 2
    turn = -math.degrees(math.atan2(chord[best, 1], chord[best, 0]))
    turn = (turn + 90) % 180 - 90  # never upside down
    core = abs(chord[best]) / 2 * 0.8  # what a written name surely takes: asked before writing it
    box = (round(x - core[0]), round(y - core[1]), round(x + core[0]) + 1, round(y + core[1]) + 1)
    if shown.near(x, y) and board.free(box):
        board.offer(written(name, size, ink, turn_deg=round(turn / 3) * 3.0), x, y)
