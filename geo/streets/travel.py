"""Travel over streets: the network of a way of travelling, minutes, cost matrices, a trip."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from geo import touch
from geo.crs import points_xy, require_metric
from geo.errors import InputError
from geo.raster import Raster
from geo.streets import joins as street_joins
from geo.streets import ways as street_ways
from geo.streets.costs import matrix, ranked, require_mode, spread, without_points
from geo.streets.graph import Streets, assemble
from geo.streets.joins import join
from geo.streets.path import Path, path
from geo.streets.profiles import Profile
from geo.streets.profiles import profile as profile_of
from geo.streets.reach import people_reached, reachable
from geo.streets.straight import flown_minutes
from geo.touch import Places

__all__ = [
    "Nearest", "Path", "Streets", "access_m", "build", "cost_minutes", "nearest_by_kind",
    "nearest_k", "nearest_minutes", "node_minutes", "path", "people_reached", "reachable",
    "straight_minutes",
]  # fmt: skip

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

STRAIGHT_SD_SHARE = 0.40
"""Standard deviation of `straight_minutes`, as a share of the minutes."""


class Nearest(NamedTuple):
    """The k nearest facilities of each point, in growing minutes."""

    minutes: Floats  # (n, k)
    which: Ints  # (n, k), position in the facilities; −1 where there are fewer


def build(
    streets: gpd.GeoDataFrame, *, profile: Profile | str, ground: Raster | None = None
) -> Streets:
    """Make the street network of one way of travelling.

    Parameters
    ----------
    streets : GeoDataFrame
        Lines in degrees or in a metric CRS, with ``highway`` and as many of the tags that
        `street_rules.rules` reads as there are. Ways that meet share a vertex exactly, as in
        OpenStreetMap; lines that merely cross (a bridge over a road) do not meet.
    profile : Profile or {"walk", "motorcycle", "car"}
        A name stands for the defaults of ``profiles.toml``. One network holds one profile: what
        may be used and which way differs between them, and so do the nodes.
    ground : Raster, optional
        Elevation in metres. Without it every street is taken as level.

    Returns
    -------
    Streets
        Measured in `streets`' CRS where that is metric, else in the UTM zone of its middle.

    Raises
    ------
    CrsError
        ``crs.missing``, ``crs.not_metric``.
    InputError
        ``streets.none`` when no street is open to the mode; ``profiles.mode``.

    Notes
    -----
    Left out: turn restrictions, traffic lights, barriers on a way (gates, bollards), hours in
    which a road is closed, waiting for a ferry. Lengths are horizontal. O(v log v) for v vertices.
    """
    chosen = profile_of(profile) if isinstance(profile, str) else profile
    ways, crs = street_ways.clean(streets, profile=chosen, ground=ground)
    return assemble(ways, profile=chosen, crs=crs)


def access_m(streets: Streets, points: Places) -> Floats:
    """Metres from each point straight to the street it is joined to.

    Returns
    -------
    array of float64, shape (n,)
        ``inf`` for a point over 5 km off: use `straight_minutes` there. NaN without a point.
    """
    return join(streets, points).walk_m


def node_minutes(
    streets: Streets,
    facilities: Mapping[str, Places],
    *,
    mode: str,
    limit_min: float = math.inf,
) -> dict[str, Floats]:
    """Minutes from every node to the nearest facility of each kind: one search a kind.

    Parameters
    ----------
    streets : Streets
    facilities : mapping of kind to GeoSeries or GeoDataFrame of points
    mode : {"walk", "motorcycle", "car"}
        Must be the network's.
    limit_min : float
        Longer trips are not searched for.

    Returns
    -------
    dict of kind to array of float64, shape (nodes,)
        ``inf`` where none can be reached.

    Notes
    -----
    The search starts at all facilities of the kind together and runs over the arcs turned round,
    so minutes are those of the trip *to* the facility. O(n log n) a kind, kinds in parallel.
    """
    require_mode(streets, mode)
    joined = [join(streets, places) for places in facilities.values()]
    return dict(zip(facilities, spread(streets, joined, limit_min=limit_min), strict=True))


def nearest_minutes(streets: Streets, points: Places, facilities: Places, mode: str) -> Floats:
    """Minutes from each point to the nearest facility.

    Parameters
    ----------
    streets : Streets
    points : GeoSeries or GeoDataFrame of points, length n
        In any stated CRS, as are `facilities`.
    facilities : GeoSeries or GeoDataFrame of points
    mode : {"walk", "motorcycle", "car"}
        Must be the network's.

    Returns
    -------
    array of float64, shape (n,)
        ``inf`` where none can be reached or a side is over 5 km off the streets (`access_m` tells
        which); NaN where there is no point.

    Raises
    ------
    InputError
        ``streets.mode`` when the network is another mode's; ``geometry.not_points``.

    See Also
    --------
    nearest_by_kind : many kinds at once, in parallel.
    nearest_k : the k nearest.
    """
    return nearest_by_kind(streets, points, {"": facilities}, mode)[""]


def nearest_by_kind(
    streets: Streets, points: Places, facilities: Mapping[str, Places], mode: str
) -> dict[str, Floats]:
    """Minutes from each point to the nearest facility of each kind; see `nearest_minutes`."""
    require_mode(streets, mode)
    start = join(streets, points)
    joined = [join(streets, places) for places in facilities.values()]
    nodes = spread(streets, joined, limit_min=math.inf)
    out = {}
    for kind, ends, spent in zip(facilities, joined, nodes, strict=True):
        minutes = (spent[start.nodes] + start.leave_min).min(axis=1)
        i, j = street_joins.same_edge(start, ends)
        np.minimum.at(minutes, i, street_joins.along_min(streets, start, i, ends, j))
        out[kind] = without_points(minutes, start)
    return out


def nearest_k(
    streets: Streets, points: Places, facilities: Places, mode: str, *, k: int
) -> Nearest:
    """Minutes from each point to its k nearest facilities, and which they are.

    Raises
    ------
    InputError
        ``streets.mode``; ``streets.count`` when k is below 1.

    Notes
    -----
    One search in which each node is settled by k facilities: O(k n log(k n)).
    """
    from geo.streets import search

    require_mode(streets, mode)
    if k < 1:
        raise InputError("streets.count", count=k)
    start, ends = join(streets, points), join(streets, facilities)
    spent, owner = search.k_from_seeds(
        streets.arcs_back,
        ends.nodes.ravel(),
        ends.arrive_min.ravel(),
        np.repeat(np.arange(len(ends.edge), dtype=np.int32), 2),
        k=k,
    )
    minutes = (spent[start.nodes] + start.leave_min[:, :, None]).reshape(len(start.edge), -1)
    which = owner[start.nodes].reshape(len(start.edge), -1).astype(np.int64)
    i, j = street_joins.same_edge(start, ends)
    found = np.flatnonzero(np.isfinite(minutes))
    row = np.concatenate([found // (2 * k), i])
    index = np.concatenate([which.ravel()[found], j])
    value = np.concatenate(
        [minutes.ravel()[found], street_joins.along_min(streets, start, i, ends, j)]
    )
    ordered, chosen = ranked(row, index, value, n=len(start.edge), k=k)
    ordered[np.isnan(start.walk_m)] = np.nan
    return Nearest(ordered, chosen)


def cost_minutes(
    streets: Streets,
    origins: Places,
    destinations: Places,
    mode: str,
    *,
    limit_min: float = math.inf,
) -> Floats:
    """Minutes from each origin to each destination.

    Parameters
    ----------
    streets : Streets
    origins, destinations : GeoSeries or GeoDataFrame of points, lengths n and m
    mode : {"walk", "motorcycle", "car"}
        Must be the network's.
    limit_min : float
        Longer trips are not searched for, and are ``inf``.

    Returns
    -------
    array of float64, shape (n, m)
        ``inf`` where there is no way or a side is over 5 km off the streets; NaN where there is no
        point.

    Raises
    ------
    InputError
        ``streets.mode``; ``geometry.not_points``.

    Notes
    -----
    One search for each point of the smaller side, ended when the other side is settled. Beside
    the result it takes some tens of bytes a node for each core.
    """
    require_mode(streets, mode)
    start, ends = join(streets, origins), join(streets, destinations)
    out = matrix(streets, start, ends, limit_min=limit_min)
    out[np.isnan(start.walk_m)] = np.nan
    out[:, np.isnan(ends.walk_m)] = np.nan
    return out


def straight_minutes(points: Places, targets: Places, mode: str) -> Floats:
    """Minutes as the crow flies, for where there are no streets, one target for each point.

    Parameters
    ----------
    points, targets : GeoSeries or GeoDataFrame of points, length n
        The same metric CRS.
    mode : {"walk", "motorcycle", "car"}

    Returns
    -------
    array of float64, shape (n,)
        Motorcycle and car 3 + 1.6 · km / 22 · 60; walking km / 4.5 · 60. The standard deviation
        is 40 % (`STRAIGHT_SD_SHARE`). NaN where either point is missing.

    Raises
    ------
    CrsError, InputError
        Without a metric CRS; ``nearby.length``; ``profiles.mode``.
    """
    crs = require_metric(points, what="points")
    one, other = points_xy(points, crs=crs), points_xy(targets, crs=crs)
    touch.check_length(other[:, 0], len(one))
    walk = profile_of(mode).mode == "walk"
    return flown_minutes(np.hypot(*(one - other).T), walk=walk)
