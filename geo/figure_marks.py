"""The sites of a printed map: shape says how ready, colour how good, a number which."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from geo.figure_board import Board, around, centred, crosses
from geo.figure_text import INK, width_mm, written
from geo.map_types import SCORE_COLOURS

if TYPE_CHECKING:
    import geopandas as gpd

EXCLUDED, NO_SCORE = "#6b7379", "#d4d8dd"
DARK_FROM = 3
"""From this class of the ramp on, a number is written in white."""
BADGE_MM, DOT_MM, SMALL_DOT_MM, TEXT_MM = 2.1, 0.85, 0.62, 2.35
MANY = 120
"""From so many sites on, dots are smaller."""


class Marks(NamedTuple):
    """Sites as SVG; ``crowded`` are the numbers that found no place beside their point."""

    svg: str
    crowded: tuple[str, ...]
    classes: frozenset[int]
    statuses: frozenset[str]


def class_of(score_0_1: float, breaks: tuple[float, ...]) -> int:
    """Class of a score: how many of the breaks (hundredths) it reaches; -1 when unknown."""
    if not np.isfinite(score_0_1):
        return -1
    return int(np.searchsorted(np.asarray(breaks) / 100, score_0_1 + 1e-12, side="right"))


def shape(status: str, x: float, y: float, r: float) -> str:
    """Trace a status around a point: circle, square, diamond, or a cross for the excluded."""
    if status == "bersyarat":
        s = r * 0.88
        return f"M{x - s:.2f} {y - s:.2f}h{2 * s:.2f}v{2 * s:.2f}h{-2 * s:.2f}z"
    if status == "survei_dulu":
        d = r * 1.22
        return f"M{x:.2f} {y - d:.2f}l{d:.2f} {d:.2f}l{-d:.2f} {d:.2f}l{-d:.2f} {-d:.2f}z"
    if status == "excluded":
        d = r * 0.72
        return (
            f"M{x - d:.2f} {y - d:.2f}l{2 * d:.2f} {2 * d:.2f}"
            f"M{x + d:.2f} {y - d:.2f}l{-2 * d:.2f} {2 * d:.2f}"
        )
    return f"M{x - r:.2f} {y:.2f}a{r:g} {r:g} 0 1 0 {2 * r:.2f} 0a{r:g} {r:g} 0 1 0 {-2 * r:.2f} 0z"


def mark(
    status: str, score_class: int, x: float, y: float, r: float, *, hollow: bool = False
) -> str:
    """Draw a site's mark; a hollow one stands where only the desa is known."""
    traced = shape(status, x, y, r)
    if status == "excluded":
        return (
            f'<path d="{traced}" stroke="#fff" stroke-width="1" fill="none"/>'
            f'<path d="{traced}" stroke="{EXCLUDED}" stroke-width=".45" fill="none"/>'
        )
    fill = SCORE_COLOURS[score_class] if score_class >= 0 else NO_SCORE
    rim = max(min(r * 0.14, 0.28), 0.08)
    out = f'<path d="{traced}" fill="{fill}" stroke="{INK}" stroke-width="{rim:.2f}"/>'
    if hollow:
        hole = shape(status, x, y, r * 0.45)
        out += f'<path d="{hole}" fill="#fff" stroke="{INK}" stroke-width="{rim * 0.8:.2f}"/>'
    return out


def marks(
    sites: gpd.GeoDataFrame,
    at: np.ndarray,
    board: Board,
    *,
    breaks: tuple[float, ...],
    dot_mm: float = DOT_MM,
) -> Marks:
    """Draw the sites of a window.

    Parameters
    ----------
    sites : GeoDataFrame
        ``number`` ("" for a dot), ``score`` (0-1, NaN unknown), ``status``, ``approximate``,
        ``main`` (drawn with a ring, over all others); the first come first.
    at : array, shape (n, 2)
        Millimetres on the map.
    board : Board
        Badges are put on it; what it holds already stays free.
    """
    classes = [class_of(s, breaks) for s in sites["score"].to_numpy(dtype=float)]
    numbered = (sites["number"] != "").to_numpy()
    dots, badges, leaders, crowded = [], [], [], []
    dot = dot_mm if len(sites) <= MANY else dot_mm * 0.75
    for i in np.flatnonzero(~numbered)[::-1]:
        x, y = at[i]
        row = sites.iloc[i]
        dots.append(mark(row["status"], classes[i], x, y, dot, hollow=bool(row["approximate"])))
    order = np.flatnonzero(numbered)
    for i in sorted(order, key=lambda i: not bool(sites["main"].iloc[i])):
        row = sites.iloc[i]
        others = at[[j for j in order if j != i]]
        put = _place(board, at[i], others, row["number"])
        x, y = at[i]
        if put is None:
            crowded.append(str(row["number"]))
            dots.append(mark(row["status"], classes[i], x, y, DOT_MM * 1.2))
            continue
        if put != (x, y):
            leaders.append(_leader((x, y), put))
            dots.append(mark(row["status"], classes[i], x, y, DOT_MM * 0.8))
        badges.append(_badge(row, classes[i], put))
    for x, y in at[~numbered]:
        board.take(centred(x, y, 0.9, 0.9))  # a name may not hide a dot; a number may
    statuses = frozenset(sites["status"].astype(str))
    svg = "".join((*dots, *leaders, *reversed(badges)))
    return Marks(svg, tuple(crowded), frozenset(classes), statuses)


def _place(
    board: Board, at: np.ndarray, others: np.ndarray, number: str
) -> tuple[float, float] | None:
    x, y = float(at[0]), float(at[1])
    size = 2 * _radius(number)
    for px, py in around(x, y, size / 2):
        box = centred(px, py, size, size)
        if not board.free(box, pad_mm=0.2):
            continue
        if len(others):
            away = np.hypot(others[:, 0] - px, others[:, 1] - py)
            if away.min() < size / 2 + 0.5:
                continue
        if (px, py) != (x, y) and crosses((x, y), (px, py), board.boxes):
            continue
        board.take(box)
        return px, py
    return None


def _radius(number: str) -> float:
    return max(BADGE_MM, width_mm(number, TEXT_MM, bold=True) / 2 + 0.55)


def _leader(start: tuple[float, float], end: tuple[float, float]) -> str:
    line = f'd="M{start[0]:.2f} {start[1]:.2f}L{end[0]:.2f} {end[1]:.2f}" fill="none"'
    return (
        f'<path {line} stroke="#fff" stroke-width=".7"/>'
        f'<path {line} stroke="{INK}" stroke-width=".25"/>'
    )


def _badge(row: pd.Series, score_class: int, at: tuple[float, float]) -> str:
    x, y = at
    r = _radius(str(row["number"]))
    out = ""
    if row["main"]:
        ring = shape(str(row["status"]), x, y, r + 0.9)
        out = f'<path d="{ring}" fill="#fff" stroke="#b3261e" stroke-width=".6"/>'
    if row["status"] == "excluded":
        disc = shape("siap", x, y, r)
        out += f'<path d="{disc}" fill="#fff" stroke="{EXCLUDED}" stroke-width=".3"/>'
        ink = EXCLUDED
    else:
        out += mark(str(row["status"]), score_class, x, y, r)
        ink = "#ffffff" if score_class >= DARK_FROM else INK
    return out + written(
        str(row["number"]),
        x,
        y + TEXT_MM * 0.36,
        size_mm=TEXT_MM,
        ink=ink,
        bold=True,
        anchor="middle",
    )
