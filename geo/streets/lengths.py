"""How long quickest trips are: kilometres from many places to a few."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo.streets.graph import Streets
from geo.streets.joins import Joins, along_min, join, same_edge
from geo.touch import Places

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def quickest_km(streets: Streets, origins: Places, destinations: Places) -> Floats:
    """Kilometres of the quickest trip from each origin to each destination.

    The lengths are those of `geo.streets.path`, without drawing any line.

    Parameters
    ----------
    streets : Streets
    origins, destinations : GeoSeries or GeoDataFrame of points, lengths n and m
        In any stated CRS.

    Returns
    -------
    array of float64, shape (n, m)
        Along the streets, the walks to and from them included; NaN where there is no way, a side
        is over 5 km off the streets, or there is no point.

    Notes
    -----
    One search of the whole network for each destination, over the arcs turned round: meant for a
    few destinations, such as the offices to be compared.
    """
    start, ends = join(streets, origins), join(streets, destinations)
    out = np.full((len(start.edge), len(ends.edge)), np.nan)
    for j in np.flatnonzero(ends.joined):
        minutes, out[:, j] = _by_nodes(streets, start, ends.at(slice(j, j + 1)))
        i, which = same_edge(start, ends.at(slice(j, j + 1)))
        along = along_min(streets, start, i, ends, which + j)
        near = along <= minutes[i]
        out[i[near], j] = _along_km(start, i[near], ends, int(j))
    return out


def _by_nodes(streets: Streets, start: Joins, end: Joins) -> tuple[Floats, Floats]:
    """Minutes and kilometres from every start to one end by trips that pass a node."""
    spent, tree_m = _tree(streets, end.nodes[0])
    # (starts, start's node, end's node)
    total = (
        start.leave_min[:, :, None]
        + spent.T[start.nodes]
        + np.asarray(end.arrive_min[0])[None, None, :]
    ).reshape(len(start.edge), 4)
    first, there = _to_nodes_m(streets, start), _to_nodes_m(streets, end)
    length_m = (first[:, :, None] + tree_m.T[start.nodes] + there[0][None, None, :]).reshape(-1, 4)
    best = np.argmin(total, axis=1)
    rows = np.arange(len(best))
    minutes = total[rows, best]
    walks_m = start.walk_m + end.walk_m[0]
    with np.errstate(invalid="ignore"):
        km = (length_m[rows, best] + walks_m) / 1_000
    return minutes, np.where(np.isfinite(minutes), km, np.nan)


def _to_nodes_m(streets: Streets, places: Joins) -> Floats:
    """Metres along its edge from where each place is joined to the tail and to the head."""
    edges, edge = streets.edges, np.maximum(places.edge, 0)
    ends_m = np.column_stack(
        [streets.chain_m[edges.first[edge]], streets.chain_m[edges.last[edge]]]
    )
    return np.abs(ends_m - places.chain_m[:, None])


def _tree(streets: Streets, roots: npt.NDArray[np.int32]) -> tuple[Floats, Floats]:
    """Minutes and metres of the quickest way from every node to each root; (roots, nodes)."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    arcs, n = streets.arcs_back, len(streets.nodes)
    graph = csr_matrix((arcs.minutes, arcs.heads, arcs.indptr), shape=(n, n))
    spent, onward = dijkstra(graph, indices=roots, return_predecessors=True)
    tails = np.repeat(np.arange(n), np.diff(arcs.indptr))
    pair = tails * n + arcs.heads  # grows: arcs stand by tail, then head
    metres = np.zeros(spent.shape)
    for row, following in enumerate(onward):
        led = np.flatnonzero(following >= 0)
        at = np.searchsorted(pair, following[led].astype(np.int64) * n + led)
        step = np.zeros(n)
        step[led] = streets.length_m[arcs.edge[at]]
        ahead = np.arange(n)
        ahead[led] = following[led]
        metres[row] = _summed_to_root(step, ahead)
    return spent, metres


def _summed_to_root(step: Floats, ahead: Ints) -> Floats:
    """Sum the steps from each node to its root, in as many rounds as the log of the longest way.

    `ahead` is the next node on the way, the node itself at a root, whose step is 0.
    """
    while (ahead[ahead] != ahead).any():
        step, ahead = step + step[ahead], ahead[ahead]
    return step


def _along_km(start: Joins, i: Ints, ends: Joins, j: int) -> Floats:
    """Kilometres along an edge from places that share it with place j; 0 to the very same place."""
    by_road = np.abs(start.chain_m[i] - ends.chain_m[j]) + start.walk_m[i] + ends.walk_m[j]
    same = np.hypot(*(start.xy[i] - ends.xy[j]).T) <= 0.01
    return np.asarray(np.where(same, 0.0, by_road) / 1_000)
