"""The compiled loop of `scoring.nation_office`; imported only when offices are looked for.

Its plain numpy twin stands in ``tests/scoring/test_nation_office.py``.
"""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

_compiled: Any = numba.njit(cache=True, nogil=True)


def _gains(
    home: Any, reach: Any, spread2: Any, now: Any, weight: Any, place: Any, told: Any, out: Any
) -> None:
    """Add what each place saves: ``Σ_i w_i max(0, now_i − t_ij)``.

    Homes are sorted by their first coordinate. ``reach`` is the squared chord within which anything
    is saved at all; ``told`` holds the Earth's radius (km), minutes for a straight kilometre, and
    the longest of these chords: no home further off along the first coordinate is looked at.
    """
    radius, per_km, widest = told[0], told[1], told[2]
    for j in range(place.shape[0]):
        x, y, z = place[j, 0], place[j, 1], place[j, 2]
        total = 0.0
        begin = np.searchsorted(home[:, 0], x - widest)
        for i in range(begin, home.shape[0]):
            if home[i, 0] > x + widest:
                break
            a, b, c = home[i, 0] - x, home[i, 1] - y, home[i, 2] - z
            chord2 = a * a + b * b + c * c
            if chord2 <= reach[i]:
                arc = 2.0 * radius * math.asin(min(1.0, 0.5 * math.sqrt(chord2)))
                saved = now[i] - per_km * math.sqrt(arc * arc + spread2[i])
                if saved > 0.0:
                    total += weight[i] * saved
        out[j] += total


gains = _compiled(_gains)
