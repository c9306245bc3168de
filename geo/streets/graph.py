"""A street network as a graph: nodes only where streets meet or end, with the geometry kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from geo.streets.profiles import Profile
from geo.streets.ways import Ways

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Ints32 = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

_DECENT_SHARE = 0.01  # a component with fewer nodes is a fragment, unless none is larger


class Arcs(NamedTuple):
    """A directed graph, row by row (CSR): node i's arcs are ``indptr[i]:indptr[i + 1]``."""

    indptr: Ints
    heads: Ints32
    minutes: Floats
    edge: Ints32  # the edge each arc runs along


class Edges(NamedTuple):
    """Stretches between two nodes; vertices ``first`` to ``last`` of the network are their line."""

    tail: Ints32
    head: Ints32
    first: Ints
    last: Ints
    forward: Mask  # open from tail to head
    backward: Mask
    way: Ints  # position in the streets that the network was built from


@dataclass(frozen=True, kw_only=True, eq=False)
class Streets:
    """A street network for one way of travelling.

    Parameters
    ----------
    profile : Profile
    crs : pyproj.CRS
        Metric; of every coordinate here.
    nodes : array of float64, shape (n, 2)
        In Z-order, so that what is near on the ground is near in memory.
    edges : Edges
    vertices : array of float64, shape (v, 2)
    chain_m, forward_min, backward_min : arrays of float64, shape (v,)
        Distance along the way, and minutes along it in either direction, summed from vertex to
        vertex; only differences between two vertices of one edge mean anything.
    arcs, arcs_back : Arcs
        The graph, and the graph with every arc turned round.
    component : array of int32, shape (n,)
        Strongly connected component: from each of its nodes every other can be reached.
    slope_known_share_0_1 : float
        Share of the length whose slope is known; the rest is taken as level.
    kept : dict
        The last joins of points to edges (`geo.streets.joins.join`), by the points' coordinates.
    """

    profile: Profile
    crs: CRS
    nodes: Floats
    edges: Edges
    vertices: Floats
    chain_m: Floats
    forward_min: Floats
    backward_min: Floats
    arcs: Arcs
    arcs_back: Arcs
    component: Ints32
    slope_known_share_0_1: float
    kept: dict[bytes, Any] = field(default_factory=dict, repr=False)

    @property
    def mode(self) -> str:
        """The way of travelling."""
        return self.profile.mode

    @property
    def length_m(self) -> Floats:
        """Length of each edge."""
        return self.chain_m[self.edges.last] - self.chain_m[self.edges.first]

    @cached_property
    def component_share_0_1(self) -> Floats:
        """Share of all nodes in each component."""
        return np.bincount(self.component) / len(self.component)

    @cached_property
    def lines(self) -> npt.NDArray[np.object_]:
        """Each edge as a line from tail to head."""
        edges = self.edges
        size = edges.last - edges.first + 1
        owner = np.repeat(np.arange(len(size)), size)
        within = np.arange(len(owner)) - np.repeat(np.cumsum(size) - size, size)
        at = np.repeat(edges.first, size) + within
        made: npt.NDArray[np.object_] = shapely.linestrings(self.vertices[at], indices=owner)
        return made

    @cached_property
    def decent(self) -> Ints:
        """Edges inside a component of decent size: 1 % of the nodes, or the largest."""
        share = self.component_share_0_1
        least = min(_DECENT_SHARE, float(share.max()))
        tail, head = self.component[self.edges.tail], self.component[self.edges.head]
        return np.flatnonzero((tail == head) & (share[tail] >= least)).astype(np.int64)

    @cached_property
    def decent_tree(self) -> shapely.STRtree:
        """Index over the edges in `decent`, in their order."""
        return shapely.STRtree(self.lines[self.decent])

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Index over all edges."""
        return shapely.STRtree(self.lines)


def assemble(ways: Ways, *, profile: Profile, crs: CRS) -> Streets:
    """Make the graph from cleaned ways."""
    count = np.bincount(ways.vertex, minlength=len(ways.xy))
    meets = count >= 2
    meets[ways.vertex[ways.starts]] = True
    meets[ways.vertex[ways.ends]] = True
    node_of, nodes = _numbered(ways.xy, meets)
    edges = _edges(ways, node_of, meets)
    length = np.diff(ways.chain_m, append=ways.chain_m[-1])
    inside = np.ones(len(length), dtype=bool)
    inside[ways.ends] = False
    known = inside & np.isfinite(ways.slope)
    slope = np.where(known, ways.slope, 0.0)
    level_min = np.where(inside, length * 0.06 / ways.kmh, 0.0)
    forward_min = _summed(level_min / profile.slope_share(slope))
    backward_min = _summed(level_min / profile.slope_share(-slope))
    arcs = _arcs(
        edges,
        forward_min[edges.last] - forward_min[edges.first],
        backward_min[edges.last] - backward_min[edges.first],
        n=len(nodes),
    )
    return Streets(
        profile=profile,
        crs=crs,
        nodes=nodes,
        edges=edges,
        vertices=ways.vertex_xy,
        chain_m=ways.chain_m,
        forward_min=forward_min,
        backward_min=backward_min,
        arcs=_rows(*arcs, n=len(nodes)),
        arcs_back=_rows(arcs[1], arcs[0], *arcs[2:], n=len(nodes)),
        component=_components(arcs[0], arcs[1], n=len(nodes)),
        slope_known_share_0_1=float(length[known].sum() / max(length[inside].sum(), 1e-9)),
    )


def _summed(steps: Floats) -> Floats:
    """Sum before each vertex: the step from a vertex to the next counts from the next one on."""
    return np.concatenate([[0.0], np.cumsum(steps[:-1])])


def _numbered(xy: Floats, meets: Mask) -> tuple[Ints32, Floats]:
    """Give numbers to the places where ways meet, along a Z-shaped curve (Morton 1966)."""
    chosen = np.flatnonzero(meets)
    at = xy[chosen]
    low = at.min(axis=0)
    step = max(float((at.max(axis=0) - low).max()) / 65_535, 1e-9)
    cell = ((at - low) / step).astype(np.uint32)
    curve = _spread_bits(cell[:, 0]) | (_spread_bits(cell[:, 1]) << np.uint32(1))
    order = order_by(curve, at[:, 0], at[:, 1])
    node_of = np.full(len(xy), -1, dtype=np.int32)
    node_of[chosen[order]] = np.arange(len(chosen), dtype=np.int32)
    return node_of, at[order]


def order_by(key: npt.NDArray[Any], *ties: npt.NDArray[Any]) -> Ints:
    """Give the order of ``lexsort((*reversed(ties), key))``, where few keys are the same.

    One key is sorted by the processor's own wide instructions; only equal keys look at the rest.
    """
    order = np.argsort(key)
    same = np.flatnonzero(np.diff(key[order]) == 0)
    if len(same):
        tied = np.unique(np.concatenate([same, same + 1]))  # their places in the order
        which = np.sort(order[tied])  # lexsort is stable: what is the same in all stays as it was
        order[tied] = which[np.lexsort([part[which] for part in (*ties[::-1], key)])]
    return order


def _spread_bits(values: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """Put a zero between the 16 low bits of each value."""
    bits = values
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        bits = (bits | (bits << np.uint32(shift))) & np.uint32(mask)
    return bits


def _edges(ways: Ways, node_of: Ints32, meets: Mask) -> Edges:
    at = np.flatnonzero(meets[ways.vertex])
    way = np.repeat(np.arange(len(ways.starts)), ways.ends - ways.starts + 1)
    follows = way[at[1:]] == way[at[:-1]]
    first, last = at[:-1][follows], at[1:][follows]
    of = way[first]
    return Edges(
        tail=node_of[ways.vertex[first]],
        head=node_of[ways.vertex[last]],
        first=first.astype(np.int64),
        last=last.astype(np.int64),
        forward=ways.forward[of],
        backward=ways.backward[of],
        way=ways.row[of],
    )


def _arcs(
    edges: Edges, forward_min: Floats, backward_min: Floats, *, n: int
) -> tuple[Ints32, Ints32, Floats, Ints32]:
    """Tails, heads, minutes and edges of the arcs; of two between the same nodes the quicker."""
    ahead, back = np.flatnonzero(edges.forward), np.flatnonzero(edges.backward)
    tail = np.concatenate([edges.tail[ahead], edges.head[back]])
    head = np.concatenate([edges.head[ahead], edges.tail[back]])
    minutes = np.concatenate([forward_min[ahead], backward_min[back]])
    edge = np.concatenate([ahead, back]).astype(np.int32)
    pair = tail.astype(np.int64) * n + head
    order = order_by(pair, minutes)
    pair = pair[order]
    kept = order[(np.diff(pair, prepend=-1) != 0) & (tail[order] != head[order])]
    return tail[kept], head[kept], minutes[kept], edge[kept]


def _rows(tail: Ints32, head: Ints32, minutes: Floats, edge: Ints32, *, n: int) -> Arcs:
    order = np.argsort(tail, kind="stable")
    indptr = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=n))]).astype(np.int64)
    return Arcs(indptr, head[order], minutes[order], edge[order])


def _components(tail: Ints32, head: Ints32, *, n: int) -> Ints32:
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    graph = coo_matrix((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(n, n))
    _, label = connected_components(graph.tocsr(), directed=True, connection="strong")
    return np.asarray(label, dtype=np.int32)
