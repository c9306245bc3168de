"""Where something lies, in words: how far, and in which of eight directions."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

import words

WINDS = ("n", "ne", "e", "se", "s", "sw", "w", "nw")
_HERE_M = 25.0
"""Nearer than this, a direction would only be the noise of two receivers."""


def bearings_deg(
    xy: npt.NDArray[np.float64], origin: tuple[float, float]
) -> npt.NDArray[np.float64]:
    """Bearing of points (n, 2) from an origin in the same metric CRS: 0 north, 90 east."""
    dx, dy = xy[:, 0] - origin[0], xy[:, 1] - origin[1]
    found: npt.NDArray[np.float64] = np.degrees(np.arctan2(dx, dy)) % 360.0
    return found


def wind(bearing_deg: float) -> str:
    """Name the nearest of eight directions: ``"ne"`` for 22.5 up to 67.5 degrees."""
    return WINDS[int(((bearing_deg + 22.5) % 360.0) // 45.0)]


def distance_text(distance_m: float, *, lang: str | None = None) -> str:
    """Say a distance as far as it is known on a map: tens of metres, then tenths of kilometres."""
    if distance_m < 995:
        return words.say("figure.metres", lang=lang, n=round(distance_m / 10) * 10)
    digits = 1 if distance_m < 99_500 else 0
    return words.say(
        "figure.kilometres", lang=lang, n=words.number(distance_m / 1000, digits, lang=lang)
    )


def place_text(distance_m: float, bearing_deg: float, of: str, *, lang: str | None = None) -> str:
    """Say where a place lies from another: *1,2 km di timur laut Balai Desa*.

    Parameters
    ----------
    distance_m, bearing_deg : float
        NaN for a place without a point.
    of : str
        What it is measured from, as it stands in the sentence.
    """
    if not (math.isfinite(distance_m) and math.isfinite(bearing_deg)):
        return words.say("figure.no_point", lang=lang)
    if distance_m < _HERE_M:
        return words.say("figure.here", lang=lang, of=of)
    return words.say(
        "figure.from",
        lang=lang,
        distance=distance_text(distance_m, lang=lang),
        wind=words.say(f"figure.wind.{wind(bearing_deg)}", lang=lang),
        of=of,
    )
