"""How far people get from a place within some minutes: as an area, and as people."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo import touch
from geo.crs import to_lonlat
from geo.errors import InputError
from geo.streets.costs import matrix, require_minutes, require_mode
from geo.streets.graph import Streets
from geo.streets.joins import Joins, join, minutes_at
from geo.streets.lines import stretches
from geo.touch import Places

Floats = npt.NDArray[np.float64]

_CELLS_AT_ONCE = 4_000_000  # of a cost matrix: 32 MB
_EDGES_AT_ONCE = 50  # near each other, thanks to the nodes' order: cheap to draw round together
_CORNERS = 2  # in a quarter circle


def reachable(
    streets: Streets, points: Places, minutes: float, *, width_m: float = 100.0
) -> gpd.GeoDataFrame:
    """Draw the area within some minutes of each point.

    Parameters
    ----------
    streets : Streets
    points : GeoSeries or GeoDataFrame of points, length n
    minutes : float
        Not negative; of the trip from the point.
    width_m : float
        How far from the streets still counts as reached.

    Returns
    -------
    GeoDataFrame, length n, EPSG:4326
        ``minutes`` and ``geometry``: the union of all stretches of street reached in time, the
        last of them cut where the time runs out, widened by `width_m` to each side (less the
        corners: a quarter circle is two chords). None where the point is missing or over 5 km off
        the streets. The index is that of `points`.

    Raises
    ------
    InputError
        ``streets.minutes``.
    """
    from geo.streets import search

    require_minutes(minutes)
    start = join(streets, points)
    seeds = list(zip(start.nodes, start.leave_min, strict=True))
    shapes = np.full(len(seeds), None, dtype=object)
    for i in np.flatnonzero(start.joined):  # one search at a time: a row of nodes is the memory
        spent = search.from_seeds(streets.arcs, [seeds[i]], limit_min=minutes)[0]
        low, high = _reached(streets, spent, minutes)
        own = _own_edge(streets, start, int(i), minutes)
        lines = stretches(streets, np.append(low, own[0]), np.append(high, own[1]))
        shapes[i] = _widened(lines, width_m)
    frame = gpd.GeoDataFrame(
        {"minutes": np.full(len(seeds), float(minutes))},
        geometry=gpd.GeoSeries(shapes, crs=streets.crs, index=points.index),
        index=points.index,
    )
    return to_lonlat(frame)


def people_reached(
    streets: Streets,
    points: Places,
    people: Places,
    weights: npt.ArrayLike,
    *,
    minutes: float,
    mode: str,
    inward: bool = False,
) -> Floats:
    """Sum the people who can be reached from each point within some minutes.

    Parameters
    ----------
    streets : Streets
    points : GeoSeries or GeoDataFrame of points, length n
    people : GeoSeries or GeoDataFrame of points, length m
        Where people live: buildings, grid cells, desa centres.
    weights : array of float, shape (m,)
        People at each. NaN is unknown.
    minutes : float
        Not negative.
    mode : {"walk", "motorcycle", "car"}
    inward : bool
        Count those who reach the point, rather than those reached from it.

    Returns
    -------
    array of float64, shape (n,)
        NaN where someone of unknown number is within reach, where there is no point, and where a
        point is over 5 km off the streets. People over 5 km off the streets are reached by no one.

    Raises
    ------
    InputError
        ``streets.mode``, ``streets.minutes``, ``nearby.length``, ``nearby.negative``.
    """
    require_mode(streets, mode)
    require_minutes(minutes)
    weight = np.asarray(weights, dtype=np.float64)
    touch.check_length(weight, len(people))
    if (weight < 0).any():
        raise InputError("nearby.negative")
    start, ends = join(streets, points), join(streets, people)
    out = np.full(len(start.edge), np.nan)
    known, unknown = np.nan_to_num(weight), np.isnan(weight)
    for rows in _blocks(len(start.edge), len(ends.edge)):
        part = start.at(rows)
        one, other = (ends, part) if inward else (part, ends)
        cost = matrix(streets, one, other, limit_min=minutes)
        near = (cost.T if inward else cost) <= minutes
        out[rows] = np.where((near & unknown).any(axis=1), np.nan, near @ known)
    return np.where(start.joined, out, np.nan)


def _reached(streets: Streets, spent: Floats, minutes: float) -> tuple[Floats, Floats]:
    """Stretches that are reached from their edge's nodes in time, as places along the ways."""
    edges, chain = streets.edges, streets.chain_m
    near = np.minimum(spent[edges.tail], spent[edges.head]) < minutes
    at = np.flatnonzero(near & (edges.forward | edges.backward))
    first, last = edges.first[at], edges.last[at]
    left = np.where(edges.forward[at], np.maximum(minutes - spent[edges.tail[at]], 0.0), 0.0)
    ahead = np.interp(streets.forward_min[first] + left, streets.forward_min, chain)
    left = np.where(edges.backward[at], np.maximum(minutes - spent[edges.head[at]], 0.0), 0.0)
    back = np.interp(streets.backward_min[last] - left, streets.backward_min, chain)
    whole = ahead >= back  # the two meet, or one comes to the other end
    ahead, back = np.minimum(ahead, chain[last]), np.maximum(back, chain[first])
    low = np.concatenate([chain[first[whole]], chain[first[~whole]], back[~whole]])
    high = np.concatenate([chain[last[whole]], ahead[~whole], chain[last[~whole]]])
    some = high > low
    return low[some], high[some]


def _own_edge(streets: Streets, start: Joins, i: int, minutes: float) -> tuple[float, float]:
    """Find the stretch of its own edge that a point reaches without passing a node."""
    edge, here = int(start.edge[i]), float(start.chain_m[i])
    left = minutes - float(start.walk_min[i])
    if left <= 0:
        return here, here
    chain, edges = streets.chain_m, streets.edges
    (ahead,), (back,) = minutes_at(streets, np.array([here]))
    low = high = here
    if edges.forward[edge]:
        high = min(np.interp(ahead + left, streets.forward_min, chain), chain[edges.last[edge]])
    if edges.backward[edge]:
        low = max(np.interp(back - left, streets.backward_min, chain), chain[edges.first[edge]])
    return float(low), float(high)


def _widened(lines: npt.NDArray[np.object_], width_m: float) -> shapely.Geometry:
    """Union of the lines' surroundings, drawn first in groups of neighbours."""
    groups = [
        shapely.buffer(shapely.multilinestrings(part), width_m, quad_segs=_CORNERS)
        for part in np.array_split(lines, len(lines) // _EDGES_AT_ONCE + 1)
    ]
    return shapely.union_all(np.array(groups, dtype=object))


def _blocks(rows: int, columns: int) -> Iterator[slice]:
    step = max(1, _CELLS_AT_ONCE // max(columns, 1))
    return (slice(first, first + step) for first in range(0, rows, step))
