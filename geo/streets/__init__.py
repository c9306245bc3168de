"""Streets: the network of a way of travelling, minutes over it, and where they lead."""

from geo.streets.travel import (
    Nearest,
    Path,
    Streets,
    access_m,
    build,
    cost_minutes,
    nearest_by_kind,
    nearest_k,
    nearest_minutes,
    node_minutes,
    path,
    people_reached,
    reachable,
    straight_minutes,
)

__all__ = [
    "Nearest",
    "Path",
    "Streets",
    "access_m",
    "build",
    "cost_minutes",
    "nearest_by_kind",
    "nearest_k",
    "nearest_minutes",
    "node_minutes",
    "path",
    "people_reached",
    "reachable",
    "straight_minutes",
]
