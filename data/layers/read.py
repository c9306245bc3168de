"""The layers of a study: one reader for every kind of file an office has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from data import osm
from data.files.layer_types import LayerOptions, LayerReading
from data.files.reading import ReadReport
from data.layers import boundaries, demand, hazards, indicators, networks, places, population
from geo.errors import InputError, UsageError

__all__ = ["HAZARDS", "KINDS", "READER_VERSION", "LayerOptions", "LayerReading", "read_layer"]

READER_VERSION = 2
"""Goes into every layer's hash: raised when a reader starts to read the same file otherwise."""

HAZARDS = ("landslide", "flood", "flash-flood", "earthquake")
KINDS = (
    "boundary", "areas", "population", "facilities", "indicators", "osm", "roads", "coverage",
    "elevation", *HAZARDS, "events", "land-cover", "demand", "offices",
)  # fmt: skip
"""What `read_layer` takes; candidates (``assets``) are read by `data.assets`."""

Reader = Callable[[Path, LayerOptions], tuple[Any, ReadReport]]
_READERS: Mapping[str, Reader] = {
    "boundary": boundaries.read_boundary,
    "areas": boundaries.read_areas,
    "population": population.read_population,
    "facilities": places.read_facilities,
    "indicators": indicators.read_indicators,
    "roads": networks.read_roads,
    "coverage": networks.read_coverage,
    "elevation": hazards.read_elevation,
    "events": places.read_events,
    "land-cover": hazards.read_cover,
    "demand": demand.read_demand,
    "offices": places.read_offices,
}


def read_layer(kind: str, path: Path, *, options: LayerOptions | None = None) -> LayerReading:
    """Read one file as one kind of layer.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    path : Path
    options : LayerOptions, optional
        What the study states about the layer.

    Returns
    -------
    LayerReading
        The canonical frame or handle, and the account of every row mended, doubted or refused.

    Raises
    ------
    UsageError
        ``layers.unknown_kind``.
    InputError, CrsError
        One plain sentence when the file cannot be used at all.
    """
    options = options or LayerOptions()
    path = Path(path)
    if kind in HAZARDS:
        data, report, values = hazards.read_hazard(kind, path, options)
        return LayerReading(kind=kind, data=data, report=report, values=values)
    if kind == "osm":
        return _read_osm(path)
    if kind not in _READERS:
        raise UsageError("layers.unknown_kind", kind=kind, kinds=", ".join(KINDS))
    data, report = _READERS[kind](path, options)
    if not report.accepted:
        raise InputError("layers.nothing_usable", file=path.name)
    return LayerReading(kind=kind, data=data, report=report)


def _read_osm(path: Path) -> LayerReading:
    extract = osm.read_osm(path)
    count = len(extract.places) + len(extract.streets) + len(extract.buildings)
    return LayerReading(kind="osm", data=extract, report=ReadReport(kind="osm", accepted=count))
