"""The same streets with some of them closed."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from geo.streets.graph import Arcs, Streets
from geo.streets.joins import join

Mask = npt.NDArray[np.bool_]


def without(streets: Streets, closed: Mask) -> Streets:
    """Return the network with edges closed to both directions; points still join all of them.

    Parameters
    ----------
    streets : Streets
    closed : ndarray of bool, shape (e,)
        By edge.

    Notes
    -----
    Of two edges between the same two nodes only the quicker is in the graph, so where that one is
    closed the other is not found either: minutes may be too long, never too short.
    """
    return dataclasses.replace(
        streets,
        arcs=_open(streets.arcs, closed),
        arcs_back=_open(streets.arcs_back, closed),
        kept={},
    )


def joined_to(streets: Streets, points: gpd.GeoSeries, edges: Mask) -> Mask:
    """Tell which points are joined to one of some edges, shape (n,)."""
    edge = join(streets, points).edge
    return np.asarray((edge >= 0) & edges[np.maximum(edge, 0)], dtype=bool)


def _open(arcs: Arcs, closed: Mask) -> Arcs:
    kept = ~closed[arcs.edge]
    before = np.concatenate([[0], np.cumsum(kept)])
    return Arcs(before[arcs.indptr], arcs.heads[kept], arcs.minutes[kept], arcs.edge[kept])
