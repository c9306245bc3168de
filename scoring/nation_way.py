"""Minutes between places of a nation: as the crow flies, by factors that its studies tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scoring.trips import DETOUR

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

EARTH_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""
SPEED_KMH = 22.0
"""Where no study tells: the speed of `geo.streets.straight`, with its detour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How straight kilometres become minutes: ``60 · detour · √(D² + s²) / speed``.

    D is the great circle from the middle of a kecamatan's people, s the root mean square distance
    of its people to that middle: √(D² + s²) is the root mean square distance of its people to the
    place, exact in the plane and not under their mean.

    Parameters
    ----------
    detour : float
        Kilometres on the way a straight one.
    speed_kmh : float
    rows : int
        Kecamatan it was fitted on; 0: assumed, not fitted.
    error_share : float
        Mean of |reckoned − known| minutes of these, as a share of the known mean; NaN without.
    """

    detour: float
    speed_kmh: float
    rows: int
    error_share: float

    @property
    def min_per_km(self) -> float:
        """Minutes for a straight kilometre."""
        return 60.0 * self.detour / self.speed_kmh


def fit_way(*, minutes: Floats, km: Floats, flown_km: Floats, people: Floats) -> Way:
    """Fit detour and speed to trips that studies know over their streets.

    Ratios of totals, so that all people together travel as far and as long as the studies say::

        detour = Σ p km / Σ p flown      speed = 60 Σ p km / Σ p minutes

    Parameters
    ----------
    minutes, km, flown_km : ndarray, shape (n,)
        Means a kecamatan, over streets; rows with NaN are passed over.
    people : ndarray, shape (n,)
    """
    known = np.isfinite(minutes) & np.isfinite(km) & np.isfinite(flown_km) & (people > 0)
    order = np.lexsort([x[known] for x in (people, flown_km, km, minutes)])
    t, far, flown, p = (x[known][order] for x in (minutes, km, flown_km, people))
    time, way, straight = float(p @ t), float(p @ far), float(p @ flown)
    if not (time > 0 and way > 0 and straight > 0):
        return Way(detour=DETOUR, speed_kmh=SPEED_KMH, rows=0, error_share=float("nan"))
    error = float(p @ np.abs(time / straight * flown - t)) / time
    return Way(detour=way / straight, speed_kmh=60.0 * way / time, rows=len(t), error_share=error)


def on_sphere(lon: Floats, lat: Floats) -> Floats:
    """Place points on a sphere of radius 1, (n, 3), in degrees: nearness without a projection."""
    east, north = np.radians(lon), np.radians(lat)
    flat = np.cos(north)
    return np.ascontiguousarray(
        np.column_stack([flat * np.cos(east), flat * np.sin(east), np.sin(north)])
    )


def arc_km(chord: Floats) -> Floats:
    """Turn chords of a sphere of radius 1 into kilometres along the great circle."""
    return np.asarray(2.0 * EARTH_KM * np.arcsin(np.minimum(chord / 2.0, 1.0)))


def chord_of(km: Floats) -> Floats:
    """Turn kilometres along the great circle into chords of a sphere of radius 1."""
    return np.asarray(2.0 * np.sin(np.minimum(km / (2.0 * EARTH_KM), np.pi / 2.0)))


def minutes_to_nearest(places: Floats, spread_km: Floats, offices: Floats, way: Way) -> Floats:
    """Reckon minutes to the nearest of some offices; NaN where there is no office at all.

    Parameters
    ----------
    places, offices : ndarray, shapes (n, 3) and (m, 3)
        `on_sphere`.
    spread_km : ndarray, shape (n,)
    """
    if not len(offices):
        return np.full(len(places), np.nan)
    from scipy.spatial import cKDTree

    far = arc_km(cKDTree(offices).query(places)[0])
    return np.asarray(way.min_per_km * np.hypot(far, spread_km))
