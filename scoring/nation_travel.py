"""How far the demand of a nation travels: hours, those beyond an hour or two, and inequality."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scoring.nation import gini

Floats = npt.NDArray[np.float64]

_BEYOND = (60, 120)


def travel_told(
    minutes: Floats, amount: Floats, people: Floats, *, trips_each: float
) -> dict[str, float | None]:
    """Say how far demand travels: mean, hours, shares beyond an hour and two, Gini of minutes.

    Parameters
    ----------
    minutes, amount, people : ndarray, shape (n,)
        Of each kecamatan; `amount` is the demand, `people` weigh the Gini coefficient.
    trips_each : float
        One-way trips of one client a year.

    Returns
    -------
    dict
        ``{mean_min, hours_year, hours_each, beyond_60_0_1, beyond_120_0_1, gini}``
    """
    whole = float(amount.sum())
    if not whole > 0:
        names = ("mean_min", "hours_year", "hours_each", "beyond_60_0_1", "beyond_120_0_1", "gini")
        return dict.fromkeys(names)
    mean = float(amount @ minutes) / whole
    uneven = gini(minutes * people, people) if (people > 0).all() else float("nan")
    return {
        "mean_min": round(mean, 3),
        "hours_year": round(mean * whole * trips_each / 60.0, 1),
        "hours_each": round(mean * trips_each / 60.0, 3),
        **{
            f"beyond_{limit}_0_1": round(float(amount[minutes > limit].sum()) / whole, 6)
            for limit in _BEYOND
        },
        "gini": None if np.isnan(uneven) else round(uneven, 6),
    }
