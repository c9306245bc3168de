"""How steep a street is, along each stretch between two of its vertices."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from pyproj import CRS

from geo.crs import transformer
from geo.raster import Raster
from geo.terrain import sample_xy

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_SPAN_CELLS = 3.0  # a slope is read over three cells: over less it is the raster's stairs


def slopes(
    xy: Floats, chain_m: Floats, starts: Ints, ends: Ints, *, ground: Raster, level: Mask, crs: CRS
) -> Floats:
    """Slope of each step from one vertex to the next, in the direction the way is drawn.

    Parameters
    ----------
    xy : array of float64, shape (v, 2)
        Vertices of all ways, one way after the other, in `crs`.
    chain_m : array of float64, shape (v,)
        Distance along the ways, growing over all of them, with a gap between two ways.
    starts, ends : arrays of int64, shape (ways,)
        First and last vertex of each way.
    ground : Raster
        Elevation in metres.
    level : array of bool, shape (ways,)
        Bridges, tunnels and ferries: taken as straight from one end to the other.
    crs : pyproj.CRS
        Metric.

    Returns
    -------
    array of float64, shape (v,)
        Rise over run of the step that begins at each vertex; NaN where the ground is unknown.
        The value at a way's last vertex means nothing.

    Notes
    -----
    Elevations are read at the vertices (`terrain.sample`) and joined by straight lines along the
    way; the slope of a step is the rise over a stretch of three cells around its middle, cut
    at the way's ends. A way shorter than one cell has its rise divided by a whole cell, since
    less than that the raster cannot show.
    """
    cell_m = float(np.mean(ground.cell_size_m))
    there = xy
    if crs != ground.crs:
        there = np.column_stack(transformer(crs, ground.crs).transform(*xy.T))
        there = np.where(np.isfinite(there).all(axis=1, keepdims=True), there, np.nan)
    height = sample_xy(ground, there)
    way = np.repeat(np.arange(len(starts)), ends - starts + 1)
    low, high = chain_m[starts][way], chain_m[ends][way]
    middle = chain_m + 0.5 * np.diff(chain_m, append=chain_m[-1])
    half = np.where(level[way], np.inf, 0.5 * _SPAN_CELLS * cell_m)
    before, after = np.maximum(middle - half, low), np.minimum(middle + half, high)
    rise = np.interp(after, chain_m, height) - np.interp(before, chain_m, height)
    return np.asarray(rise / np.maximum(after - before, cell_m), dtype=np.float64)
