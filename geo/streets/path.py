"""The quickest trip between two places: its minutes, its length, and its line on a map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from geo.crs import LONLAT, transformer
from geo.errors import InputError
from geo.streets.graph import Streets
from geo.streets.joins import Joins, along_min, join
from geo.streets.lines import stretches
from geo.touch import Places

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Piece: TypeAlias = tuple[int, float, float]  # an edge, and two places on it along the ways


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """One trip.

    Parameters
    ----------
    minutes : float
        ``inf`` when there is no way, or a side is over 5 km off the streets.
    km : float
        Along the streets, the walks to and from them included; NaN when there is no way.
    line : shapely LineString or None
        EPSG:4326, from the origin to the destination.
    """

    minutes: float
    km: float
    line: shapely.LineString | None


def path(streets: Streets, origin: Places, destination: Places) -> Path:
    """Find the quickest trip from one point to another, by the network's mode.

    Parameters
    ----------
    streets : Streets
    origin, destination : GeoSeries or GeoDataFrame of one point each
        In any stated CRS.

    Returns
    -------
    Path
        Its minutes are those of `geo.streets.cost_minutes`.

    Raises
    ------
    InputError
        ``streets.one_point`` when either is not exactly one point.
    """
    start, end = join(streets, origin), join(streets, destination)
    for side in (start, end):
        if len(side.edge) != 1 or np.isnan(side.walk_m[0]):
            raise InputError("streets.one_point", found=len(side.edge))
    if not (start.joined[0] and end.joined[0]):
        return Path(minutes=np.inf, km=np.nan, line=None)
    minutes, pieces = _by_nodes(streets, start, end)
    if start.edge[0] == end.edge[0]:
        zero = np.zeros(1, dtype=np.int64)
        along = float(along_min(streets, start, zero, end, zero)[0])
        if along <= minutes:
            here, there = float(start.chain_m[0]), float(end.chain_m[0])
            minutes, pieces = along, [(int(start.edge[0]), here, there)] if along > 0 else []
    return _drawn(streets, start, end, minutes, pieces)


def _by_nodes(streets: Streets, start: Joins, end: Joins) -> tuple[float, list[Piece]]:
    """Minutes and stretches of the quickest trip that passes at least one node."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    arcs, n = streets.arcs, len(streets.nodes)
    graph = csr_matrix((arcs.minutes, arcs.heads, arcs.indptr), shape=(n, n))
    spent, before = dijkstra(graph, indices=start.nodes[0], return_predecessors=True)
    total = start.leave_min[0][:, None] + spent[:, end.nodes[0]] + end.arrive_min[0]
    by, to = np.unravel_index(int(np.argmin(total)), (2, 2))
    if not np.isfinite(total[by, to]):
        return np.inf, []
    nodes = [int(end.nodes[0, to])]
    while nodes[-1] != start.nodes[0, by]:
        nodes.append(int(before[by, nodes[-1]]))
    nodes.reverse()
    edges = streets.edges
    ends_m = np.column_stack([streets.chain_m[edges.first], streets.chain_m[edges.last]])
    e, f = int(start.edge[0]), int(end.edge[0])
    pieces = [(e, float(start.chain_m[0]), float(ends_m[e, by]))]
    for edge, onward in zip(*_edges_between(streets, np.array(nodes)), strict=True):
        low, high = ends_m[edge]
        pieces.append((int(edge), *((low, high) if onward else (high, low))))
    pieces.append((f, float(ends_m[f, to]), float(end.chain_m[0])))
    return float(total[by, to]), pieces


def _edges_between(streets: Streets, nodes: Ints) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Find the edge from each node to the next, and whether it is taken from tail to head."""
    arcs, n = streets.arcs, len(streets.nodes)
    tails = np.repeat(np.arange(n), np.diff(arcs.indptr))
    pair = tails * n + arcs.heads  # grows: arcs stand by tail, then head
    at = np.searchsorted(pair, nodes[:-1] * n + nodes[1:])
    edge = arcs.edge[at].astype(np.int64)
    return edge, streets.edges.tail[edge] == nodes[:-1]


def _drawn(streets: Streets, start: Joins, end: Joins, minutes: float, pieces: list[Piece]) -> Path:
    """Put the walks and the stretches of a trip together."""
    if not np.isfinite(minutes):
        return Path(minutes=np.inf, km=np.nan, line=None)
    low, high = (np.array([side(a, b) for _, a, b in pieces]) for side in (min, max))
    lines = [shapely.get_coordinates(line) for line in stretches(streets, low, high)]
    turned = [line if a <= b else line[::-1] for line, (_, a, b) in zip(lines, pieces, strict=True)]
    xy = np.concatenate([start.xy[:1], *turned, end.xy[:1]])
    xy = xy[np.append(True, np.hypot(*np.diff(xy, axis=0).T) > 1e-3)]
    xy = xy if len(xy) > 1 else np.repeat(xy, 2, axis=0)
    km = float(np.hypot(*np.diff(xy, axis=0).T).sum()) / 1_000
    lon, lat = transformer(streets.crs, LONLAT).transform(*xy.T)
    line = shapely.LineString(np.round(np.column_stack([lon, lat]), 7))
    return Path(minutes=minutes, km=km, line=line)
