"""Roads through class-3 hazard, and the minutes between places without them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.nearby import class_at
from geo.raster import Raster
from geo.streets.graph import Streets
from geo.terrain import sample
from scoring.exclusions import HAZARDS
from scoring.hazards import as_class
from scoring.layers import Layers
from scoring.trips import between

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

WORST = 3
STEP_M = 30.0
"""A road is looked at this often along its way, about once a cell of a landslide map."""


def worst_edges(streets: Streets, layers: Layers) -> Mask:
    """Tell which stretches between two junctions touch class 3 of any hazard, shape (e,)."""
    lines = shapely.segmentize(streets.lines, STEP_M)
    xy, edge = shapely.get_coordinates(lines, return_index=True)
    points = gpd.GeoSeries(shapely.points(xy), crs=streets.crs)
    found = np.zeros(len(lines), dtype=bool)
    found[edge[in_worst(points, layers)]] = True
    return found


def in_worst(points: gpd.GeoSeries, layers: Layers) -> Mask:
    """Tell which points lie in class 3 of any mapped hazard, shape (n,)."""
    worst = np.zeros(len(points), dtype=bool)
    for kind in HAZARDS:
        layer = layers.get(kind)
        if layer is None:
            continue
        if isinstance(layer.data, Raster):
            value = sample(layer.data, points)
            value = as_class(value) if layer.values == "index" else value
        else:
            frame = layers.metric(kind)
            high = frame.loc[frame["class_"] >= WORST]
            value = class_at(points, high.geometry, high["class_"].to_numpy(dtype=float))
        worst |= np.nan_to_num(value, nan=0.0) >= WORST
    return worst


def dry_minutes(
    places: gpd.GeoSeries, minutes: Floats, network: Streets | None, layers: Layers, *, mode: str
) -> Floats:
    """Minutes between places without class-3 hazard roads, (n, n); infinite where none leads there.

    A place that stands on such a road has no way without it. As the crow flies the roads are not
    known: a place that lies in class 3 itself is taken as one on such a road.
    """
    if network is None:
        shut = in_worst(places, layers)
        return _closed(minutes, shut)
    from geo.streets.without import joined_to, without

    worst = worst_edges(network, layers)
    if not worst.any():
        return minutes
    dry = between(places, places, without(network, worst), mode=mode, limit_min=np.inf)
    return _closed(dry, joined_to(network, places, worst))


def _closed(minutes: Floats, shut: Mask) -> Floats:
    return np.where(shut[:, None] | shut[None, :], np.inf, minutes)
