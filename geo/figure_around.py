"""What stands around a printed map: degrees, scale bar, north, key, sources and date."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from pyproj import CRS

import words
from geo.crs import LONLAT, transformer
from geo.figure_ground import Window
from geo.figure_text import FAINT, INK, width_mm, wrapped, written

_STEPS_MIN = (0.25, 0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120)
_BARS_M = (20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000)
SMALL_MM, KEY_MM = 2.05, 2.3
LEFT_MM, ROW_MM = 3.4, 3.7
SCALES = (
    *(5_000, 7_500, 10_000, 12_500, 15_000, 20_000, 25_000, 30_000, 40_000, 50_000, 60_000),
    *(75_000, 100_000, 125_000, 150_000, 175_000, 200_000, 225_000, 250_000, 300_000, 350_000),
    *(400_000, 450_000, 500_000, 550_000, 600_000, 650_000, 700_000, 750_000, 800_000, 850_000),
    *(900_000, 1_000_000, 1_250_000, 1_500_000, 2_000_000, 3_000_000, 4_000_000, 5_000_000),
    *(10_000_000, 20_000_000, 50_000_000),
)
"""Round scales, so that a ruler laid on the paper tells a distance."""


def scale_for(wide_m: float, tall_m: float, width_mm: float, height_mm: float) -> int:
    """Choose the largest round scale at which an extent fits a map."""
    need = max(wide_m / width_mm, tall_m / height_mm) * 1000
    return next((scale for scale in SCALES if scale >= need), SCALES[-1])


def degrees(value: float, axis: str, step_min: float, *, lang: str | None = None) -> str:
    """Write a longitude (``axis="x"``) or latitude: *109°40′ BT*, *7°25′ LS*."""
    side = words.say(f"figure.{axis}.{'plus' if value >= 0 else 'minus'}", lang=lang)
    seconds = round(abs(value) * 3600)
    told = f"{seconds // 3600}°{seconds // 60 % 60:02d}′"
    return f"{told}{seconds % 60:02d}″ {side}" if step_min < 1 else f"{told} {side}"


def graticule(window: Window, crs: CRS, *, lang: str | None = None) -> tuple[str, str]:
    """Draw lines of longitude and latitude; and, apart, what is written around the map."""
    left, bottom, right, top = window.bounds
    to = transformer(crs, LONLAT)
    west, south, east, north = to.transform_bounds(left, bottom, right, top, densify_pts=5)
    back = transformer(LONLAT, crs)
    lines, texts = [], []
    for axis, low, high, side in (("x", west, east, "width"), ("y", south, north, "height")):
        long_mm = window.width_mm if side == "width" else window.height_mm
        step = _step(high - low, long_mm)
        for k in range(math.ceil(low / step * 60), math.floor(high / step * 60) + 1):
            at = k * step / 60
            other = np.linspace(south, north, 9) if axis == "x" else np.linspace(west, east, 9)
            fixed = np.full(9, at)
            lon, lat = (fixed, other) if axis == "x" else (other, fixed)
            mm = window.on_paper(np.column_stack(back.transform(lon, lat)))
            lines.append("M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in mm))
            texts.append(_tick(window, mm, axis, degrees(at, axis, step, lang=lang)))
    drawn = (
        f'<path d="{"".join(lines)}" fill="none" stroke="#44525f" stroke-width=".1" opacity=".55"/>'
    )
    return drawn, "".join(texts)


def _step(span_deg: float, long_mm: float) -> float:
    """Minutes between two lines: at least two of them, at least 24 mm apart."""
    most = max(long_mm / 24, 1.0)
    return next((m for m in _STEPS_MIN if span_deg * 60 / m <= most), _STEPS_MIN[-1])


def _tick(window: Window, mm: np.ndarray, axis: str, said: str) -> str:
    half = width_mm(said, SMALL_MM) / 2
    if axis == "x":
        x = float(np.interp(window.height_mm, np.sort(mm[:, 1]), mm[np.argsort(mm[:, 1]), 0]))
        if not half < x < window.width_mm - half:
            return ""
        return written(
            said, x, window.height_mm + 2.7, size_mm=SMALL_MM, ink=FAINT, anchor="middle"
        )
    y = float(np.interp(0.0, mm[:, 0], mm[:, 1]))
    if not half < y < window.height_mm - half:
        return ""
    return written(said, -0.9, y, size_mm=SMALL_MM, ink=FAINT, anchor="middle", turn_deg=-90)


def scale_bar(window: Window, y_mm: float, *, lang: str | None = None) -> tuple[str, float]:
    """Draw a scale bar of four fields and the scale in figures; and how wide it is (mm)."""
    most = min(window.width_mm * 0.38, 60)
    long_m = max([_BARS_M[0], *(m for m in _BARS_M if m * 1000 / window.scale <= most)])
    long_mm = long_m * 1000 / window.scale
    field = long_mm / 4
    parts = [
        f'<rect x="{k * field:.2f}" y="{y_mm:.2f}" width="{field:.2f}" height="1.1"'
        f' fill="{INK if k % 2 == 0 else "#ffffff"}" stroke="{INK}" stroke-width=".15"/>'
        for k in range(4)
    ]
    unit, per = ("km", 1000) if long_m >= 1000 else ("m", 1)
    below = y_mm + 3.4
    half = long_m / 2 / per
    ends = ((0.0, "0", "start"), (long_mm / 2, _short(half, lang), "middle"))
    parts += [written(t, x, below, size_mm=SMALL_MM, anchor=a) for x, t, a in ends]
    last = f"{_short(long_m / per, lang)} {unit}"
    parts.append(written(last, long_mm, below, size_mm=SMALL_MM, anchor="middle"))
    told = words.say("figure.scale", lang=lang, n=words.number(window.scale, lang=lang))
    x = long_mm + width_mm(last, SMALL_MM) / 2 + 3
    parts.append(written(told, x, y_mm + 1.6, size_mm=KEY_MM, bold=True))
    return "".join(parts), x + width_mm(told, KEY_MM, bold=True)


def _short(value: float, lang: str | None) -> str:
    digits = 0 if value == int(value) else 1 if value * 10 == int(value * 10) else 2
    return words.number(value, digits, lang=lang)


def north_arrow(
    window: Window, crs: CRS, x_mm: float, y_mm: float, *, lang: str | None = None
) -> str:
    """Draw an arrow to true north, which is not quite up on the paper."""
    to, back = transformer(crs, LONLAT), transformer(LONLAT, crs)
    lon, lat = to.transform(*window.centre)
    ex, ey = back.transform([lon, lon], [lat - 0.01, lat + 0.01])
    turn = math.degrees(math.atan2(ex[1] - ex[0], ey[1] - ey[0]))
    letter = words.say("figure.north", lang=lang)
    return (
        f'<g transform="rotate({turn:.3f} {x_mm:.2f} {y_mm + 2:.2f})">'
        f'<path d="M{x_mm:.2f} {y_mm - 0.8:.2f}l1.5 4.6l-1.5 -1.1z" fill="{INK}"/>'
        f'<path d="M{x_mm:.2f} {y_mm - 0.8:.2f}l-1.5 4.6l1.5 -1.1z" fill="#fff" stroke="{INK}"'
        ' stroke-width=".15"/></g>'
        + written(letter, x_mm + 2.2, y_mm + 3.2, size_mm=KEY_MM, bold=True)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyItem:
    """One line of a key: a drawing around (0, 0), 5 mm wide, and its words."""

    drawn: str
    said: str
    heads: bool = False

    @property
    def wide_mm(self) -> float:
        """How much of a row it takes."""
        long = width_mm(self.said, KEY_MM, bold=self.heads)
        return long + 2.2 if self.heads else long + 9.6


def key(items: Sequence[KeyItem], y_mm: float, wide_mm: float) -> tuple[str, float]:
    """Set a key in rows, a heading never apart from what it heads; returns it and where it ends."""
    x, y = 0.0, y_mm
    out = []
    for k, item in enumerate(items):
        text_at, long = (0.0 if item.heads else 6.0), item.wide_mm
        need = _group_mm(items, k) if item.heads else long - 3
        if x and (x + need > wide_mm):
            x, y = 0.0, y + ROW_MM
        if item.drawn:
            out.append(f'<g transform="translate({x + 2.6:.2f} {y + 1.6:.2f})">{item.drawn}</g>')
        out.append(written(item.said, x + text_at, y + 2.4, size_mm=KEY_MM, bold=item.heads))
        x += long
    return "".join(out), (y + ROW_MM if items else y_mm)


def _group_mm(items: Sequence[KeyItem], first: int) -> float:
    """Width of a heading with all it heads."""
    end = next((k for k in range(first + 1, len(items)) if items[k].heads), len(items))
    return sum(item.wide_mm for item in items[first:end]) - 3


def lines(texts: Sequence[str], y_mm: float, wide_mm: float) -> tuple[str, float]:
    """Set small lines of text under a map; returns them and where they end."""
    out, y = [], y_mm
    for text in texts:
        for line in wrapped(text, SMALL_MM, wide_mm):
            y += 2.8
            out.append(written(line, 0, y, size_mm=SMALL_MM, ink=FAINT))
    return "".join(out), y + (0.6 if out else 0)
