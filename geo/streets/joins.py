"""Where a site meets the streets: the nearest edge, the walk to it, and the way on from there."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from geo.cores import in_parts
from geo.crs import points_xy
from geo.streets.graph import Streets
from geo.streets.profiles import ACCESS_WALK_KMH
from geo.touch import Places

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FARTHEST_M = 5_000.0
"""Farther than this from any street a site is not joined; see `geo.streets.straight_minutes`."""

_FRAGMENT_M = 1_000.0  # a fragment of streets is taken only when it is nearer by more than this
_SAME_M = 0.01  # closer is the same place

_KEPT = 6
_MANY = 2_000  # points: worth a thread


class Joins(NamedTuple):
    """How each point meets the network; a point that does not has edge −1 and infinite minutes."""

    xy: Floats
    edge: Ints
    chain_m: Floats  # place along the ways, as in Streets.chain_m
    walk_m: Floats  # straight to the edge; inf beyond reach; NaN where there is no point
    nodes: npt.NDArray[np.int32]  # (n, 2): tail and head of the edge, 0 where not joined
    leave_min: Floats  # (n, 2): from the point to the tail and to the head, the walk included
    arrive_min: Floats  # (n, 2): from the tail and from the head to the point

    @property
    def joined(self) -> npt.NDArray[np.bool_]:
        """Whether each point is on the network."""
        return self.edge >= 0

    def at(self, rows: slice) -> Joins:
        """Return some of the joins."""
        return Joins._make(field[rows] for field in self)

    @property
    def walk_min(self) -> Floats:
        """Minutes of the walk to the edge."""
        return np.asarray(self.walk_m * 0.06 / ACCESS_WALK_KMH, dtype=np.float64)


def join(streets: Streets, points: Places) -> Joins:
    """Join points to the nearest edge, at the nearest place on it.

    Parameters
    ----------
    streets : Streets
    points : GeoSeries or GeoDataFrame of points, length n
        In any stated CRS.

    Returns
    -------
    Joins

    Notes
    -----
    Edges of a component of decent size (see `Streets.decent`) come first; a smaller fragment, an
    islet or a stretch cut off by the extract's rim, is taken only where it is nearer by more than
    1 km. Whoever is on a fragment is told apart by infinite minutes. Nothing is joined over more
    than 5 km. From the place on the edge both ways are open as the edge's direction allows; at
    the very end of an edge its node is reached at once. The last few joins are kept: every
    criterion asks for the same places again.
    """
    xy = points_xy(points, crs=streets.crs)
    key = hashlib.blake2b(xy.tobytes(), digest_size=16).digest()
    found: Joins | None = streets.kept.pop(key, None)
    if found is None:
        found = _joined(streets, xy)
        for oldest in list(streets.kept)[: max(0, len(streets.kept) - _KEPT + 1)]:
            streets.kept.pop(oldest, None)
    streets.kept[key] = found  # the newest stands last
    return found


def _joined(streets: Streets, xy: Floats) -> Joins:
    edge, walk_m = _nearest(streets, xy)
    on = np.flatnonzero(edge >= 0)
    chain = np.full(len(xy), np.nan)
    nodes = np.zeros((len(xy), 2), dtype=np.int32)
    leave, arrive = np.full((len(xy), 2), np.inf), np.full((len(xy), 2), np.inf)
    edges, at = streets.edges, edge[on]
    located = shapely.line_locate_point(streets.lines[at], shapely.points(xy[on]))
    first, last = edges.first[at], edges.last[at]
    here = np.clip(streets.chain_m[first] + located, streets.chain_m[first], streets.chain_m[last])
    chain[on] = here
    nodes[on] = np.column_stack([edges.tail[at], edges.head[at]])
    ahead, back = minutes_at(streets, here)
    start = here - streets.chain_m[first] <= _SAME_M
    end = streets.chain_m[last] - here <= _SAME_M
    from_tail, to_tail = ahead - streets.forward_min[first], back - streets.backward_min[first]
    to_head, from_head = streets.forward_min[last] - ahead, streets.backward_min[last] - back
    shut, barred = ~edges.backward[at], ~edges.forward[at]
    walk = (walk_m[on] * 0.06 / ACCESS_WALK_KMH)[:, None]
    leave[on] = walk + np.column_stack([_open(to_tail, shut, start), _open(to_head, barred, end)])
    arrive[on] = walk + np.column_stack(
        [_open(from_tail, barred, start), _open(from_head, shut, end)]
    )
    return Joins(xy, edge, chain, walk_m, nodes, leave, arrive)


def minutes_at(streets: Streets, chain_m: Floats) -> tuple[Floats, Floats]:
    """Read the summed minutes, forward and backward, at places along the ways."""
    ahead = np.interp(chain_m, streets.chain_m, streets.forward_min)
    back = np.interp(chain_m, streets.chain_m, streets.backward_min)
    return ahead, back


def along_min(streets: Streets, start: Joins, i: Ints, end: Joins, j: Ints) -> Floats:
    """Minutes from points i to points j that share an edge, along it and never round.

    Both walks are counted; from a place to the very same place it takes nothing.

    Returns
    -------
    array of float64, one for each pair
    """
    edge = start.edge[i]
    one, other = start.chain_m[i], end.chain_m[j]
    (ahead, back), (ahead_j, back_j) = minutes_at(streets, one), minutes_at(streets, other)
    onward, gap = other >= one, np.abs(other - one)
    usable = np.where(onward, streets.edges.forward[edge], streets.edges.backward[edge])
    minutes = np.where(onward, ahead_j - ahead, back - back_j)
    minutes = np.where(usable | (gap <= _SAME_M), minutes, np.inf)
    by_road = minutes + start.walk_min[i] + end.walk_min[j]
    same = np.hypot(*(start.xy[i] - end.xy[j]).T) <= _SAME_M
    return np.where(same, 0.0, by_road)


def same_edge(start: Joins, end: Joins) -> tuple[Ints, Ints]:
    """Pairs (point of `start`, point of `end`) that are joined to the same edge."""
    order = np.argsort(end.edge, kind="stable")
    ranked = end.edge[order]
    on = np.flatnonzero(start.joined)
    low = np.searchsorted(ranked, start.edge[on], side="left")
    size = np.searchsorted(ranked, start.edge[on], side="right") - low
    within = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    return np.repeat(on, size), order[np.repeat(low, size) + within]


def _open(minutes: Floats, closed: npt.NDArray[np.bool_], there: npt.NDArray[np.bool_]) -> Floats:
    return np.where(there, 0.0, np.where(closed, np.inf, minutes))


def _nearest(streets: Streets, xy: Floats) -> tuple[Ints, Floats]:
    """Find the edge each point is joined to (−1 for none), and how far it is."""
    here = np.flatnonzero(np.isfinite(xy).all(axis=1))
    edge, away_m = np.full(len(xy), -1, dtype=np.int64), np.full(len(xy), np.nan)
    away_m[here] = np.inf
    at, which, far_m = _query(streets.decent_tree, xy[here])
    edge[here[at]], away_m[here[at]] = streets.decent[which], far_m
    if len(streets.decent) == len(streets.edges.tail):
        return edge, away_m
    doubtful = here[away_m[here] > _FRAGMENT_M]
    at, which, far_m = _query(streets.tree, xy[doubtful])
    nearer = far_m < away_m[doubtful[at]] - _FRAGMENT_M
    chosen = doubtful[at[nearer]]
    edge[chosen], away_m[chosen] = which[nearer], far_m[nearer]
    return edge, away_m


def _query(tree: shapely.STRtree, xy: Floats) -> tuple[Ints, Ints, Floats]:
    """Pair points with the nearest edge within reach, and how far it is."""
    if not (len(xy) and len(tree)):
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    points = np.asarray(shapely.points(xy))
    which, far_m = np.zeros(len(xy), np.int64), np.zeros(len(xy))

    def some(part: slice) -> None:
        # a limit given to the tree makes it ten times slower
        (at, edge), away_m = tree.query_nearest(
            points[part], return_distance=True, all_matches=False
        )
        which[part.start + at], far_m[part.start + at] = edge, away_m

    in_parts(some, len(xy), least=_MANY)
    near = np.flatnonzero(far_m <= FARTHEST_M)
    return near, which[near], far_m[near]
