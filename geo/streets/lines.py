"""Parts of a network's edges as lines."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from geo.streets.graph import Streets

Floats = npt.NDArray[np.float64]


def stretches(streets: Streets, low_m: Floats, high_m: Floats) -> npt.NDArray[np.object_]:
    """Lines between two places of one edge each, in the edge's own direction.

    Parameters
    ----------
    streets : Streets
    low_m, high_m : arrays of float64, shape (n,)
        Places along the ways, as in `Streets.chain_m`; low ≤ high.

    Returns
    -------
    array of LineString, shape (n,)
        In the network's CRS.
    """
    chain = streets.chain_m
    first = np.searchsorted(chain, low_m, side="right")
    size = np.maximum(np.searchsorted(chain, high_m, side="left") - first, 0) + 2
    owner = np.repeat(np.arange(len(size)), size)
    begin = np.cumsum(size) - size
    inner = np.arange(len(owner)) - begin[owner] - 1
    at = chain[np.clip(first[owner] + inner, 0, len(chain) - 1)]
    at[begin], at[begin + size - 1] = low_m, high_m
    xy = np.column_stack([np.interp(at, chain, axis) for axis in streets.vertices.T])
    made: npt.NDArray[np.object_] = np.asarray(shapely.linestrings(xy, indices=owner), dtype=object)
    return made
