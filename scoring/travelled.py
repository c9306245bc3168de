"""How far demand travels: its mean and its 90th percentile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Travel:
    """Travel of the demand: weighted means and 90th percentile, and the share that is compared.

    Minutes and kilometres one way; ``mean_km`` is NaN where kilometres are not given.
    """

    mean_min: float
    p90_min: float
    known_share: float
    mean_km: float = float("nan")


def weighted_quantile(values: npt.ArrayLike, weights: npt.ArrayLike, q: float) -> float:
    """Return the smallest value such that at least the share q of the weight lies at or under it.

    Parameters
    ----------
    values, weights : array_like, shape (n,)
        Infinite values are allowed; weights are not negative and not all 0.
    q : float
        0-1.
    """
    v, w = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    order = np.argsort(v, kind="stable")
    reached = np.cumsum(w[order])
    place = int(np.searchsorted(reached, q * reached[-1] * (1 - 1e-12)))
    return float(v[order][place])


def travel(minutes: Floats, demand: Floats, km: Floats | None = None) -> Travel:
    """Weigh travel by demand; desa whose time is unknown (NaN) are left out and told as a share."""
    known = ~np.isnan(minutes) & (demand > 0)
    share = float(demand[known].sum() / demand.sum())
    if not share:
        return Travel(mean_min=float("nan"), p90_min=float("nan"), known_share=0.0)
    mean = float((minutes[known] * demand[known]).sum() / demand[known].sum())
    p90 = weighted_quantile(minutes[known], demand[known], 0.9)
    mean_km = float("nan")
    if km is not None and (measured := known & ~np.isnan(km)).any():
        mean_km = float((km[measured] * demand[measured]).sum() / demand[measured].sum())
    return Travel(mean_min=mean, p90_min=p90, known_share=share, mean_km=mean_km)
