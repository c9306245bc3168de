"""The basemap's painter: ground, water, buildings, borders, roads and names, square by square."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.tile_board import Placed
from geo.tile_grid import SIZE, Coverage, Floats
from geo.tile_ground import Ground, window
from geo.tile_labels import Labels
from geo.tile_scene import BUILDINGS_FROM, Scene, Shapes
from geo.tile_style import (
    BUILDING,
    BUILDING_RIM,
    CONTOUR,
    CONTOUR_INDEX,
    COVER,
    COVER_OF,
    DESA,
    DISTRICT,
    KECAMATAN,
    LAND,
    RIVERS,
    ROADS,
    ROUGH_DASH,
    ROUGH_DASH_PX,
    WATER_RIM,
    Colour,
    width_px,
)
from geo.tile_text import stamp

Picture = npt.NDArray[np.uint8]
_FINE = 2
"""Lines are drawn twice as fine and averaged: half pixels of width, smooth edges."""
_SHIFT = 4  # sixteenths of a pixel, which the drawing library takes as whole numbers
_DEEPEST, _SHADOW, _SUN = 0.62, 0.52, 0.22
_RIM_PX = 1.0
_MARGIN = 4
"""Drawn around the tiles and cut off: at a picture's very edge lines are smoothed otherwise."""
_DESA_FROM, _KECAMATAN_FROM, _ROUGH_FROM = 13, 9, 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """What one zoom shows: shapes no finer than its pixels, and where its names stand."""

    zoom: int
    scene: Scene
    names: Sequence[Placed]
    ground: Ground | None


def level_of(
    scene: Scene, labels: Labels, ground: Ground | None, coverage: Coverage, zoom: int
) -> Level:
    """Get one zoom ready to be painted."""
    roads = np.array([ROADS[kind].from_zoom <= zoom for kind in scene.roads.kind], dtype=bool)
    rivers = np.array([RIVERS[kind][0] <= zoom for kind in scene.rivers.kind], dtype=bool)

    def shown(shapes: Shapes, first: int) -> Shapes:
        return shapes.only(np.full(len(shapes.kind), zoom >= first), zoom=zoom)

    drawn = Scene(
        roads=scene.roads.only(roads, zoom=zoom),
        cover=shown(scene.cover, 0),
        rivers=scene.rivers.only(rivers, zoom=zoom),
        buildings=shown(scene.buildings, BUILDINGS_FROM),
        desa=shown(scene.desa, _DESA_FROM),
        kecamatan=shown(scene.kecamatan, _KECAMATAN_FROM),
        boundary=shown(scene.boundary, 0),
    )
    return Level(zoom=zoom, scene=drawn, names=labels.at(zoom, coverage), ground=ground)


def paint(level: Level, tiles: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Picture]:
    """Paint some tiles that lie side by side.

    Parameters
    ----------
    level : Level
    tiles : sequence of (column, row)

    Returns
    -------
    dict of pictures by tile, shape (256, 256, 3)
    """
    import cv2

    columns, rows = zip(*tiles, strict=True)
    corner = np.array([min(columns), min(rows)]) * SIZE - _MARGIN
    wide, high = ((max(side) - min(side) + 1) * SIZE + 2 * _MARGIN for side in (columns, rows))
    scale = float(SIZE * 2**level.zoom)
    rim = 16 / scale
    left, top = corner / scale
    box = (left - rim, top - rim, left + wide / scale + rim, top + high / scale + rim)
    sheet = _Sheet(level, box=box, corner=corner.astype(float), size=(wide, high))
    picture = sheet.land()
    canvas: Any = cv2.resize(picture, (wide * _FINE, high * _FINE), interpolation=cv2.INTER_NEAREST)
    sheet.lines(canvas)
    picture = cv2.resize(canvas, (wide, high), interpolation=cv2.INTER_AREA).astype(np.uint8)
    for one in level.names:
        stamp(picture, one.mark, one.x - int(corner[0]), one.y - int(corner[1]))
    return {
        (x, y): picture[
            y * SIZE - corner[1] : (y + 1) * SIZE - corner[1],
            x * SIZE - corner[0] : (x + 1) * SIZE - corner[0],
        ]
        for x, y in tiles
    }


class _Sheet:
    """One picture being drawn: where it lies, and the pens."""

    def __init__(self, level: Level, *, box: Any, corner: Floats, size: tuple[int, int]) -> None:
        self.level, self.zoom, self.box, self.corner = level, level.zoom, box, corner
        self.scale, self.size = float(SIZE * 2**level.zoom), size
        at = (float(corner[0]), float(corner[1]))
        self.window = None if level.ground is None else window(level.ground, at, size, level.zoom)

    def land(self) -> Picture:
        """Paint what lies flat: land, its cover, the light on it, and water over both."""
        picture = np.empty((self.size[1], self.size[0], 3), dtype=np.uint8)
        picture[:] = LAND
        cover = self.level.scene.cover
        near = cover.near(self.box)
        colours = np.array([COVER_OF[kind] for kind in cover.kind[near]], dtype=object)
        for name, colour in COVER.items():
            if name != "water":
                self._areas(picture, cover, near[colours == name], colour)
        if self.window is not None:
            picture = _lit(picture, self.window.light())
        self._areas(picture, cover, near[colours == "water"], COVER["water"], rim=WATER_RIM)
        return picture

    def lines(self, canvas: Picture) -> None:
        """Draw what is thin, twice as fine."""
        self._contours(canvas)
        scene, zoom = self.level.scene, self.zoom
        rivers = scene.rivers.near(self.box)
        for kind, (_, width) in RIVERS.items():
            which = rivers[scene.rivers.kind[rivers] == kind]
            self._strokes(canvas, scene.rivers, which, WATER_RIM, width_px(width, zoom))
        near = scene.buildings.near(self.box)
        self._areas(canvas, scene.buildings, near, BUILDING, rim=BUILDING_RIM, fine=_FINE)
        for borders, colour, width, dash in (
            (scene.desa, DESA, 1.2, (3.0, 4.0)),
            (scene.kecamatan, KECAMATAN, 2.0, (9.0, 5.0)),
            (scene.boundary, DISTRICT, 2.8, (14.0, 5.0)),
        ):
            self._strokes(canvas, borders, borders.near(self.box), colour, width, dash)
        self._roads(canvas)

    def _roads(self, canvas: Picture) -> None:
        roads = self.level.scene.roads
        near = roads.near(self.box)
        kinds = roads.kind[near]
        shown = [(road, near[kinds == kind]) for kind, road in ROADS.items()]
        for road, which in shown:
            if road.casing is not None and len(which):
                width = width_px(road.width_px, self.zoom) + 2 * _RIM_PX
                self._strokes(canvas, roads, which, road.casing, width)
        for road, which in shown:
            if not len(which):
                continue
            width = width_px(road.width_px, self.zoom)
            factor = max(width_px(1.0, self.zoom), 0.6)
            dash = (road.dash_px[0] * factor, road.dash_px[1] * factor)
            self._strokes(canvas, roads, which, road.fill, max(width, 1.0), dash)
            if road.casing is not None and self.zoom >= _ROUGH_FROM:
                rough = which[roads.rough[which]]
                self._strokes(canvas, roads, rough, ROUGH_DASH, width * 0.55, ROUGH_DASH_PX)

    def _contours(self, canvas: Picture) -> None:
        found = self.window.contours() if self.window is not None else None
        if found is None:
            return
        for on, colour, share in ((found[0], CONTOUR, 0.45), (found[1], CONTOUR_INDEX, 0.8)):
            under = canvas[on].astype(np.float32)  # pairs of rows and columns
            canvas[on] = np.rint(under + (np.asarray(colour) - under) * share).astype(np.uint8)

    def _areas(
        self,
        picture: Picture,
        shapes: Shapes,
        which: Any,
        colour: Colour,
        *,
        rim: Colour | None = None,
        fine: int = 1,
    ) -> None:
        import cv2

        for k in which.tolist():
            rings = self._whole(shapes.pieces(np.array([k]), **self._frame(fine)))
            cv2.fillPoly(picture, rings, colour, cv2.LINE_AA, _SHIFT)
            if rim is not None:
                cv2.polylines(picture, rings, True, rim, 1, cv2.LINE_AA, _SHIFT)

    def _strokes(
        self,
        canvas: Picture,
        shapes: Shapes,
        which: Any,
        colour: Colour,
        width: float,
        dash: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        import cv2

        lines = shapes.pieces(which, **self._frame(_FINE))
        if dash[0] > 0:
            bounds = (canvas.shape[1], canvas.shape[0])
            lines = [p for line in lines for p in _dashes(line, dash, bounds)]
        if lines:
            thickness = max(round(width * _FINE), 1)
            cv2.polylines(canvas, self._whole(lines), False, colour, thickness, cv2.LINE_AA, _SHIFT)

    def _frame(self, fine: int) -> dict[str, Any]:
        return {"scale": self.scale * fine, "origin": self.corner * fine}

    @staticmethod
    def _whole(lines: Sequence[Floats]) -> list[npt.NDArray[np.int32]]:
        """Return lines as the drawing library takes them: a pixel's middle is its whole number."""
        return [np.rint((line - 0.5) * 2**_SHIFT).astype(np.int32) for line in lines]


def _lit(picture: Picture, light: npt.NDArray[np.float32]) -> Picture:
    """Darken slopes away from the light and pale those that face it; level ground stays."""
    off = light - 1
    dark = np.clip(1 + _SHADOW * off, _DEEPEST, 1)
    pale = np.clip(2 * _SUN * off, 0, 1)
    factor, lift = (dark * (1 - pale))[..., None], (255 * pale)[..., None]
    lit: Picture = (picture * factor + lift + np.float32(0.5)).astype(np.uint8)
    return lit


def _dashes(line: Floats, dash: tuple[float, float], bounds: tuple[int, int]) -> list[Floats]:
    """Cut a line into dashes, counted from its beginning, so that they meet between tiles.

    Parameters
    ----------
    line : array of float64, shape (n, 2)
        In pixels of the finer picture.
    dash : (on, off)
        In pixels of the picture.
    bounds : (width, height)
        Dashes wholly outside are left out.
    """
    on, off = (part * _FINE for part in dash)
    along = np.r_[0.0, np.cumsum(np.hypot(*np.diff(line, axis=0).T))]
    first = np.arange(0.0, along[-1], on + off)
    at = np.minimum(first[:, None] + np.array([0.0, on / 2, on]), along[-1])
    cut = np.stack([np.interp(at, along, line[:, k]) for k in (0, 1)], axis=-1)
    inside = ((cut >= -on) & (cut <= np.asarray(bounds) + on)).all(axis=(1, 2))
    return list(cut[inside])
