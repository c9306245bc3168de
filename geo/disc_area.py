"""Exact area of a circle inside polygons, by sweeping the polygons' edges over the circle."""

from __future__ import annotations

import math
import sys
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.cores import in_parts
from geo.outlines import Outlines

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_FEW_EDGES = 20_000  # below this plain Python is done before numba has loaded
_LEAST_A_CORE = 5_000  # pairs


def disc_areas(shapes: Outlines, xy: Floats, *, at: Ints, which: Ints, radius_m: float) -> Floats:
    """Area that the circle around a point has in common with a polygon, for many pairs.

    An edge that goes down takes what lies on its right inside the circle, one that goes up gives it
    back. With the circle's half width w(y) = √(r² − y²), and the edge at x(y)::

        area = Σ_edges ± ∫ (w − min(max(x, −w), w)) dy        F(y) = ∫ 2w dy = y w + r² asin(y / r)

    so an edge left of the circle is worth a difference of F, one on its right nothing, and a piece
    inside half of that difference less its trapezium.

    Parameters
    ----------
    shapes : Outlines
        In metres (made with the identity as transform).
    xy : array of float64, shape (n, 2)
        Metres, finite.
    at, which : arrays of int64, shape (k,)
        Point and polygon of each pair.
    radius_m : float

    Returns
    -------
    array of float64, shape (k,)
        Square metres, 0 to πr².

    Notes
    -----
    The cost is the edges of each pair's polygon; most of them lie above, below or on the right of
    the circle and cost one comparison. Plain Python and compiled code give the same bits.
    """
    out = np.zeros(len(at))
    edges = np.diff(shapes.ring_starts[shapes.rings])[which].sum()
    loop = _disc_areas
    if edges > _FEW_EDGES or "numba" in sys.modules:
        loop = _compiled()

    def work(part: slice) -> None:
        loop(shapes, xy, at[part], which[part], radius_m, out[part])

    in_parts(work, len(at), least=_LEAST_A_CORE)
    return np.clip(out, 0.0, math.pi * radius_m**2)


@cache
def _compiled() -> Any:
    import numba
    from numba.extending import register_jitable

    register_jitable(_left_of)
    register_jitable(_beside)
    register_jitable(_edge_area)
    return numba.njit(nogil=True, cache=True)(_disc_areas)


def _left_of(y: float, radius: float) -> float:
    """F(y): area of the circle above y, less that of its upper half."""
    if y >= radius:
        return 0.5 * math.pi * radius * radius
    if y <= -radius:
        return -0.5 * math.pi * radius * radius
    half = math.sqrt((radius - y) * (radius + y))
    # the arcsine of y / r, without losing half of the digits near the circle's top
    return y * half + radius * radius * math.atan2(y, half)


def _beside(x0: float, y0: float, lean: float, ya: float, yb: float, radius: float) -> float:
    """Do the same on the right of a piece, ya to yb, of an edge that runs outside the circle."""
    ya, yb = min(max(ya, -radius), radius), min(max(yb, -radius), radius)
    if ya == yb or x0 + (0.5 * (ya + yb) - y0) * lean >= 0.0:
        return 0.0
    return _left_of(yb, radius) - _left_of(ya, radius)


def _edge_area(x0: float, y0: float, x1: float, y1: float, radius: float) -> float:
    """Area of the circle on the right of one edge, negative when the edge goes up."""
    dx, dy = x1 - x0, y1 - y0
    lean, square = dx / dy, dx * dx + dy * dy
    cross = x0 * dy - y0 * dx
    apart = radius * radius * square - cross * cross
    if apart <= 0.0:  # the line passes the circle by
        return _beside(x0, y0, lean, y0, y1, radius)
    middle, half = -(x0 * dx + y0 * dy) / square, math.sqrt(apart) / square
    enter = min(max(middle - half, 0.0), 1.0)
    leave = min(max(middle + half, 0.0), 1.0)
    xa, ya = x0 + enter * dx, y0 + enter * dy
    xb, yb = x0 + leave * dx, y0 + leave * dy
    total = _beside(x0, y0, lean, y0, ya, radius) + _beside(x0, y0, lean, yb, y1, radius)
    if leave > enter:
        half_strip = 0.5 * (_left_of(yb, radius) - _left_of(ya, radius))
        total += half_strip - 0.5 * (xa + xb) * (yb - ya)
    return total


def _disc_areas(
    shapes: Outlines, xy: Floats, at: Ints, which: Ints, radius: float, out: Floats
) -> None:
    corners, starts = shapes.xy, shapes.ring_starts
    for k in range(len(at)):
        x, y = xy[at[k], 0], xy[at[k], 1]
        total = 0.0
        for ring in range(shapes.rings[which[k]], shapes.rings[which[k] + 1]):
            part = 0.0
            for i in range(starts[ring], starts[ring + 1] - 1):
                y0, y1 = corners[i, 1] - y, corners[i + 1, 1] - y
                if (y0 >= radius and y1 >= radius) or (y0 <= -radius and y1 <= -radius):
                    continue
                x0, x1 = corners[i, 0] - x, corners[i + 1, 0] - x
                if y0 == y1 or (x0 >= radius and x1 >= radius):
                    continue
                if x0 <= -radius and x1 <= -radius:
                    part += _left_of(y1, radius) - _left_of(y0, radius)
                else:
                    part += _edge_area(x0, y0, x1, y1, radius)
            total += shapes.ring_signs[ring] * part
        out[k] = total
