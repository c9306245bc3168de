"""The main roads of a study as lines for a small map: what people find their way by."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import shapely

from work.assemble import Assembled
from work.roles import require

WIDE = ("motorway", "trunk", "primary")
NARROW = ("secondary", "tertiary")
TOLERANCE_DEG = 0.0006
"""About 65 m: less than a line's own width on a screen that shows a whole regency."""
MOST_POINTS = 30_000
"""More would make a page heavy: the narrow roads are left out then."""


def main_roads(inputs: Assembled | None) -> dict[str, Any]:
    """Return the main roads as GeoJSON (EPSG:4326), each feature with ``wide``; none is empty.

    Pieces of one class are joined and simplified, so that a regency takes some thousand points.
    """
    require("view")
    features = []
    if inputs is not None and "osm" in inputs.read:
        streets = inputs.read["osm"].data.streets
        classes = streets["highway"].to_numpy(dtype=object)
        points = 0
        for wide, names in ((True, WIDE), (False, NARROW)):
            line = _joined(streets.geometry.to_numpy()[np.isin(classes, names)])
            points += shapely.get_num_coordinates(line)
            if points and points <= MOST_POINTS and not line.is_empty:
                shape = json.loads(shapely.to_geojson(line))
                told = {"type": "Feature", "properties": {"wide": wide}, "geometry": shape}
                features.append(told)
    return {"type": "FeatureCollection", "features": features}


def _joined(lines: Any) -> Any:
    merged = shapely.line_merge(shapely.union_all(lines))
    return shapely.set_precision(shapely.simplify(merged, TOLERANCE_DEG), 1e-5)
