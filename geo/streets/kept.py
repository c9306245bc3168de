"""A built network as plain arrays, to be kept in a file, and back: the same bits either way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from pyproj import CRS

from geo.streets.graph import Arcs, Edges, Streets
from geo.streets.profiles import Profile

_PLAIN = ("nodes", "vertices", "chain_m", "forward_min", "backward_min", "component")


def to_arrays(streets: Streets) -> dict[str, npt.NDArray[Any]]:
    """Return everything of a network but its profile and CRS as arrays by name."""
    found = {name: getattr(streets, name) for name in _PLAIN}
    for name in ("edges", "arcs", "arcs_back"):
        part = getattr(streets, name)
        found |= {f"{name}.{column}": values for column, values in part._asdict().items()}
    return found | {"slope_known_share_0_1": np.array(streets.slope_known_share_0_1)}


def from_arrays(arrays: Mapping[str, npt.NDArray[Any]], *, profile: Profile, crs: CRS) -> Streets:
    """Return the network that `to_arrays` took apart; ``KeyError`` when an array is missing."""
    return Streets(
        profile=profile,
        crs=crs,
        edges=Edges(*(arrays[f"edges.{column}"] for column in Edges._fields)),
        arcs=Arcs(*(arrays[f"arcs.{column}"] for column in Arcs._fields)),
        arcs_back=Arcs(*(arrays[f"arcs_back.{column}"] for column in Arcs._fields)),
        slope_known_share_0_1=float(arrays["slope_known_share_0_1"]),
        nodes=arrays["nodes"],
        vertices=arrays["vertices"],
        chain_m=arrays["chain_m"],
        forward_min=arrays["forward_min"],
        backward_min=arrays["backward_min"],
        component=arrays["component"],
    )
