"""Minutes of a trip, over the streets where there are any and as the crow flies elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.nearby import nearest_m
from geo.streets.graph import Streets
from geo.streets.straight import flown_minutes

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

DETOUR = 1.6
"""Way over straight distance where no streets are known; see `geo.streets.straight`."""

NETWORK_SD = (0.15, 1.0)
STRAIGHT_SD = (0.40, 3.0)
"""Share of the minutes and minutes that make the sd (DESIGN §6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trips:
    """Minutes (n,), NaN where unknown or unreachable, and where they are as the crow flies."""

    minutes: Floats
    straight: Mask

    @property
    def sd_min(self) -> Floats:
        """Default uncertainty: 15 % + 1 over streets, 40 % + 3 as the crow flies."""
        share = np.where(self.straight, STRAIGHT_SD[0], NETWORK_SD[0])
        return np.asarray(
            share * self.minutes + np.where(self.straight, STRAIGHT_SD[1], NETWORK_SD[1])
        )


def straight(distance_m: Floats, *, mode: str) -> Floats:
    """Minutes for a straight distance, by mode; see `geo.streets.straight`."""
    return flown_minutes(distance_m, walk=mode == "walk")


def position_min(position_sd_m: Floats, *, mode: str) -> Floats:
    """Turn a positional sd (metres) into minutes of travel."""
    walk = mode == "walk"
    return flown_minutes(position_sd_m, walk=walk) - flown_minutes(np.zeros(1), walk=walk)


def off_streets(network: Streets | None, places: gpd.GeoSeries) -> Mask:
    """Where a place lies over 5 km off the streets, or there are none; shape (n,)."""
    if network is None:
        return np.ones(len(places), dtype=bool)
    from geo.streets import access_m

    return np.isinf(access_m(network, places))


def nearest(
    points: gpd.GeoSeries, targets: gpd.GeoSeries, network: Streets | None, *, mode: str
) -> Trips:
    """Minutes from each point to the nearest target.

    Over the streets where both lie within 5 km of them. A point off the streets goes straight to
    the nearest target; a target off the streets (today's office in another town) is reached
    straight from everywhere. Unreachable over the streets is unknown, not far.
    """
    n = len(points)
    minutes, is_straight = np.full(n, np.inf), np.zeros(n, dtype=bool)
    if not len(targets):
        return Trips(minutes=np.full(n, np.nan), straight=is_straight)
    off_point, off_target = off_streets(network, points), off_streets(network, targets)
    if network is not None and not off_target.all():
        from geo.streets import nearest_minutes

        minutes = nearest_minutes(network, points, targets[~off_target], mode)
    for which, to in ((off_point, targets), (np.ones(n, dtype=bool), targets[off_target])):
        if len(to) and which.any():
            flown = straight(nearest_m(points, to)[0], mode=mode)
            shorter = which & (flown < np.nan_to_num(minutes, nan=np.inf))
            minutes, is_straight = np.where(shorter, flown, minutes), is_straight | shorter
    missing = np.asarray(points.isna() | points.is_empty)
    unknown = ~np.isfinite(minutes) | missing
    return Trips(minutes=np.where(unknown, np.nan, minutes), straight=is_straight & ~unknown)


def between(
    origins: gpd.GeoSeries,
    destinations: gpd.GeoSeries,
    network: Streets | None,
    *,
    mode: str,
    limit_min: float,
) -> Floats:
    """Minutes from each origin to each destination, (n, m); ``inf`` beyond the limit."""
    off_from, off_to = off_streets(network, origins), off_streets(network, destinations)
    if network is None:
        cost = np.full((len(origins), len(destinations)), np.inf)
    else:
        from geo.streets import cost_minutes

        cost = cost_minutes(network, origins, destinations, mode, limit_min=limit_min)
    rows, columns = np.flatnonzero(off_from), np.flatnonzero(off_to)
    one, other = _xy(origins), _xy(destinations)
    cost[rows] = straight(_apart_m(one[rows], other), mode=mode)
    cost[:, columns] = straight(_apart_m(one, other[columns]), mode=mode)
    return cost


def kilometres(
    origins: gpd.GeoSeries, destinations: gpd.GeoSeries, network: Streets | None
) -> Floats:
    """Kilometres of the quickest trip from each origin to a few destinations, (n, m).

    Over the streets where both lie within 5 km of them, else 1.6 × the straight distance, the
    detour that the minutes of `straight` reckon with. NaN where the streets lead nowhere.
    """
    straight_km = DETOUR * _apart_m(_xy(origins), _xy(destinations)) / 1_000
    if network is None:
        return straight_km
    from geo.streets.lengths import quickest_km

    off = off_streets(network, origins)[:, None] | off_streets(network, destinations)[None, :]
    return np.where(off, straight_km, quickest_km(network, origins, destinations))


def _xy(places: gpd.GeoSeries) -> Floats:
    shapes = places.to_numpy()
    return np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)])


def _apart_m(one: Floats, other: Floats) -> Floats:
    return np.asarray(
        np.hypot(one[:, None, 0] - other[None, :, 0], one[:, None, 1] - other[None, :, 1])
    )
