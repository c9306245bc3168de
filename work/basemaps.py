"""What a pack's basemap is drawn from: a study's own layers, and the scenery of its OSM extract."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd

import words
from data.osm_scenery import Scenery, read_scenery
from data.records import FileRecord
from data.workspace import Study
from geo.files import written_whole
from geo.terrain import Raster
from geo.tiles import Basemap
from work.assemble import Assembled

CREDITED = ("osm", "streets", "roads", "boundary", "areas", "land-cover", "elevation", "places")
_PARTS = ("rivers", "cover", "buildings", "names")
_FORM = 1
"""Counted up when what is read of an extract, or the form it is kept in, changes."""


def basemap_of(study: Study, inputs: Assembled) -> Basemap:
    """Gather the layers of a basemap; a study without OSM has fewer of them."""
    scenery = [_scenery(study, record) for record in inputs.files if record.kind == "osm"]
    elevation = inputs.read["elevation"].data if "elevation" in inputs.read else None
    return Basemap(
        roads=_metric(inputs, "streets"),
        cover=_joined([*(s.cover for s in scenery), _read(inputs, "land-cover")]),
        rivers=_joined([s.rivers for s in scenery]),
        buildings=_joined([s.buildings for s in scenery]),
        areas=_read(inputs, "areas"),
        boundary=_read(inputs, "boundary"),
        places=_metric(inputs, "places"),
        names=_joined([s.names for s in scenery]),
        elevation=elevation if isinstance(elevation, Raster) else None,
        name=words.say("pack.map.name", study=study.settings.name),
        attribution=inputs.credit(CREDITED),
        watermark=words.say("pack.map.watermark") if inputs.synthetic else "",
    )


def water_of(study: Study, inputs: Assembled) -> dict[str, gpd.GeoDataFrame]:
    """Return a study's ``water`` (lines) and ``lakes`` (areas), EPSG:4326; none without OSM."""
    scenery = [_scenery(study, record) for record in inputs.files if record.kind == "osm"]
    lines = _joined([s.rivers for s in scenery])
    areas = _joined([s.cover.loc[s.cover["class_"] == "water"] for s in scenery])
    found = {"water": lines, "lakes": areas}
    return {kind: frame for kind, frame in found.items() if frame is not None}


def _metric(inputs: Assembled, kind: str) -> gpd.GeoDataFrame | None:
    return None if inputs.layers.get(kind) is None else inputs.layers.metric(kind)


def _read(inputs: Assembled, kind: str) -> gpd.GeoDataFrame | None:
    layer = inputs.read.get(kind)
    return layer.data if layer is not None and isinstance(layer.data, gpd.GeoDataFrame) else None


def _joined(frames: list[Any]) -> gpd.GeoDataFrame | None:
    known = [frame.to_crs("EPSG:4326") for frame in frames if frame is not None and len(frame)]
    return pd.concat(known, ignore_index=True) if known else None


def _scenery(study: Study, record: FileRecord) -> Scenery:
    """Read an extract's scenery, or what is kept of it; a damaged cache is read anew."""
    paths = {
        name: study.cache_path("osm", f"{record.sha256}-scenery{_FORM}-{name}", ".parquet")
        for name in _PARTS
    }
    if all(path.is_file() for path in paths.values()):
        try:
            return Scenery(**{name: gpd.read_parquet(path) for name, path in paths.items()})
        except (OSError, ValueError):
            pass
    made = read_scenery(study.input_path(record))
    for name, path in paths.items():
        with written_whole(path, overwrite=True) as temporary:
            getattr(made, name).to_parquet(temporary)
    return made
