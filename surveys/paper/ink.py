"""How much ink stands in each bubble of a flat page, and where no eye could tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from geo.errors import InputError
from surveys.paper.flat import PX_PER_MM, Floats, Grey
from surveys.paper.items import BUBBLE_MM, Box, Bubble
from surveys.paper.layout import EMPTY_MM, FULL_MM

_T = TypeVar("_T", np.uint8, np.float64)
_R = BUBBLE_MM / 2
_INNER_MM = _R * 0.72
_RING_MM = (_R * 1.25, _R * 1.55)
_SECTORS = 8
_LEAST_CONTRAST = 0.30
_LEAST_RIM, _HIDDEN = 0.08, 0.45
_STROKE = 0.22
"""Darkness of a stroke outside a circle over that of the page's full circles."""
_WRITTEN, _WRITTEN_DARK = 0.003, 0.12


@dataclass(frozen=True, slots=True)
class Marks:
    """What was measured of each bubble, in the order given.

    Parameters
    ----------
    filled : array
        Mean ink inside, 0 as in the page's printed empty circles, 1 as in its full ones.
    stroke : array
        The darkest tenth inside on the same scale: a thin tick is dark though it fills little.
    crossed : array of bool
        Ink runs out of the circle on opposite sides: it was crossed out.
    hidden : array of bool
        The printed circle itself cannot be seen: covered, glaring or out of focus.
    """

    filled: Floats
    stroke: Floats
    crossed: NDArray[np.bool_]
    hidden: NDArray[np.bool_]


def circles(bubbles: Sequence[Bubble]) -> tuple[Bubble, ...]:
    """Return every printed outline: bubbles and the empty circles at the corners."""
    return (*bubbles, *(Bubble(field="", choice="", x_mm=x, y_mm=y) for x, y in EMPTY_MM))


def measure(dark: Floats, bubbles: Sequence[Bubble]) -> Marks:
    """Measure bubbles against the page's own full and empty circles.

    Raises
    ------
    InputError
        ``surveys.paper.unclear`` when full and empty differ too little, or most circles are lost.
    """
    at = np.asarray([(b.x_mm, b.y_mm) for b in bubbles])
    mean, top = _inside(dark, at)
    empty_mean, empty_top = (float(np.median(v)) for v in _inside(dark, np.asarray(EMPTY_MM)))
    full_mean, full_top = (float(np.median(v)) for v in _inside(dark, np.asarray(FULL_MM)))
    rim = _around(dark, at, _R - 0.2, _R + 0.2).mean(axis=1) - _paper(dark, at)
    if full_mean - empty_mean < _LEAST_CONTRAST or float(np.median(rim)) < _LEAST_RIM:
        raise InputError("surveys.paper.unclear")
    return Marks(
        filled=np.asarray((mean - empty_mean) / (full_mean - empty_mean)),
        stroke=np.asarray((top - empty_top) / (full_top - empty_top)),
        crossed=_crossed(dark, at, least=_STROKE * full_top),
        hidden=np.asarray(rim < _HIDDEN * np.median(rim)),
    )


def _inside(dark: Floats, at: Floats) -> tuple[Floats, Floats]:
    """Return the mean and the darkest tenth inside circles, above the paper around each."""
    values = np.sort(_around(dark, at, 0, _INNER_MM), axis=1)
    tenth = values[:, -values.shape[1] // 10 :]
    paper = _paper(dark, at)
    return np.asarray(values.mean(axis=1) - paper), np.asarray(tenth.mean(axis=1) - paper)


def _paper(dark: Floats, at: Floats) -> Floats:
    return np.asarray(np.median(_around(dark, at, *_RING_MM), axis=1))


def _crossed(dark: Floats, at: Floats, *, least: float) -> NDArray[np.bool_]:
    """Look for ink just outside circles, in two eighths that face each other."""
    import cv2

    smooth = np.asarray(cv2.GaussianBlur(dark, (0, 0), 0.15 * PX_PER_MM), dtype=np.float64)
    spots = _offsets(*_RING_MM)
    sector = (np.arctan2(spots[:, 1], spots[:, 0]) / (2 * np.pi) * _SECTORS).astype(int) % _SECTORS
    values = _taken(smooth, at, spots)
    inked = np.stack(
        [np.quantile(values[:, sector == k], 0.9, axis=1) > least for k in range(_SECTORS)], axis=1
    )
    half = _SECTORS // 2
    facing = [inked & np.roll(inked, half + turn, axis=1) for turn in (-1, 0, 1)]
    return np.asarray(np.logical_or.reduce(facing).any(axis=1))


@cache
def _offsets(low_mm: float, high_mm: float) -> NDArray[np.int64]:
    """List the pixels (dx, dy) between two distances from a centre."""
    reach = int(high_mm * PX_PER_MM) + 1
    dy, dx = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    far = np.hypot(dx, dy) / PX_PER_MM
    kept = (far >= low_mm) & (far <= high_mm)
    return np.stack([dx[kept], dy[kept]], axis=1)


def _around(dark: Floats, at: Floats, low_mm: float, high_mm: float) -> Floats:
    return _taken(dark, at, _offsets(low_mm, high_mm))


def _taken(dark: Floats, at: Floats, spots: NDArray[np.int64]) -> Floats:
    where = np.round(at * PX_PER_MM).astype(np.int64)[:, None, :] + spots[None]
    taken: Floats = dark[where[..., 1], where[..., 0]]
    return taken


def is_written(dark: Floats, box: Box) -> bool:
    """Tell whether anything is drawn or written inside a box; a speck is nothing."""
    import cv2

    inside = cv2.GaussianBlur(cut(dark, box, edge_mm=-1.0), (0, 0), 0.25 * PX_PER_MM)
    return float((inside > _WRITTEN_DARK).mean()) > _WRITTEN


def cut(page: NDArray[_T], box: Box, *, edge_mm: float) -> NDArray[_T]:
    """Cut a box out of a flat page, with or (negative edge) without its border."""
    left, top = box.x_mm - edge_mm, box.y_mm - edge_mm
    right, bottom = box.x_mm + box.width_mm + edge_mm, box.y_mm + box.height_mm + edge_mm
    x0, y0, x1, y1 = (max(round(v * PX_PER_MM), 0) for v in (left, top, right, bottom))
    return page[y0:y1, x0:x1]


def picture(flat: Grey, box: Box) -> bytes:
    """Cut a box out as a PNG, with a millimetre of paper around it."""
    import cv2

    return bytes(cv2.imencode(".png", cut(flat, box, edge_mm=1.0))[1])


def around(bubbles: Sequence[Bubble]) -> Box:
    """Return the box that holds bubbles and the words beside them."""
    xs, ys = [b.x_mm for b in bubbles], [b.y_mm for b in bubbles]
    left, top = 11.0, max(min(ys) - 8, 0.0)
    right, bottom = max(max(xs) + 8, 198.0), max(ys) + 5
    return Box(
        field=bubbles[0].field, x_mm=left, y_mm=top, width_mm=right - left, height_mm=bottom - top
    )  # fmt: skip
