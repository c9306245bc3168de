"""Minutes as the crow flies, for where there are no streets."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def flown_minutes(distance_m: Floats, *, walk: bool) -> Floats:
    """Turn straight metres into minutes: ``3 + 1.6·km / 22 · 60``, on foot ``km / 4.5 · 60``."""
    km = np.asarray(distance_m, dtype=np.float64) / 1_000
    return np.asarray(km / 4.5 * 60 if walk else 3 + 1.6 * km / 22 * 60)
