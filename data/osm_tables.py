"""What every reader of an OpenStreetMap extract hands over, and the reader of all forms: GDAL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import shapely

from data import osm_gdal
from data.osm_kinds import TAGS

TAG_COLUMNS = ("name", "social_facility_for", *TAGS)
STREET_COLUMNS = (
    "highway", "name", "surface", "oneway", "bridge", "tunnel", "access", "maxspeed", "junction",
    "motor_vehicle", "motorcycle", "foot", "tracktype",
)  # fmt: skip
_STREETS = "highway IS NOT NULL OR route = 'ferry'"
_ANY_TAG = " OR ".join(f"{key} IS NOT NULL" for key in TAGS)


@dataclass(frozen=True, slots=True, kw_only=True)
class OsmTables:
    """Objects of an extract as they are mapped, each once.

    Parameters
    ----------
    nodes, areas : DataFrame
        Those with any of `TAGS`: ``osm_id`` (n, w or r and the number), `TAG_COLUMNS`, ``shape``.
    streets : DataFrame
        Streets and ferries: ``osm_id``, `STREET_COLUMNS` (missing or "" where untagged),
        ``shape``.
    buildings : DataFrame
        ``size`` in square degrees, above 0, and ``centre``.
    """

    nodes: pd.DataFrame
    areas: pd.DataFrame
    streets: pd.DataFrame
    buildings: pd.DataFrame


def through_gdal(path: Path, bounds: osm_gdal.Bounds) -> OsmTables:
    """Read an extract of any form, on two cores: GDAL frees the interpreter as it reads.

    Nodes come first and alone: a damaged file is told before a thread starts that would print.

    Raises
    ------
    InputError
        ``osm.damaged``.
    """
    nodes = osm_gdal.by_feature(path, "points", TAG_COLUMNS, where=_ANY_TAG, bounds=bounds)
    lines = (*STREET_COLUMNS, "route")
    with ThreadPoolExecutor(1) as second:
        ways = second.submit(
            osm_gdal.whole, path, "lines", lines, where=_STREETS, bounds=bounds
        )  # fmt: skip
        areas, buildings = areas_through_gdal(path, bounds)
        streets = ways.result()
    return OsmTables(
        nodes=_named(nodes, "n" + nodes["osm_id"].astype(str)),
        areas=areas,
        streets=_named(streets, "w" + streets["osm_id"].astype(str)),
        buildings=buildings,
    )


def areas_through_gdal(
    path: Path, bounds: osm_gdal.Bounds = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read areas and buildings (see `OsmTables`); areas come from relations first.

    They are sorted out behind the reader, batch by batch: outlines of a regency's buildings would
    fill the memory, so none is kept beyond its batch.
    """
    columns = ("osm_way_id", "building", *TAG_COLUMNS)
    with ThreadPoolExecutor(1) as behind:
        read = osm_gdal.batches(path, "multipolygons", columns, bounds=bounds)
        sorted_out = [behind.submit(_sorted_out, batch) for batch in read]
        parts = [each.result() for each in sorted_out]
    tagged, built = (pd.concat(part, ignore_index=True) for part in zip(*parts, strict=True))
    of_way = tagged["osm_id"].isna() | (tagged["osm_id"] == "")
    ids = ("r" + tagged["osm_id"].astype(str)).mask(of_way, "w" + tagged["osm_way_id"].astype(str))
    once = built.drop_duplicates(["osm_id", "osm_way_id"])
    once = once[once["size"] > 0]  # a clipped relation may leave only a line
    return _named(tagged, ids), once[["size", "centre"]].reset_index(drop=True)


def _sorted_out(batch: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Take areas with a place's tag whole from a batch, and buildings as size and centre."""
    tagged = batch.column(next(iter(TAGS))).is_valid().to_numpy(zero_copy_only=False)
    for key in TAGS:
        tagged = tagged | batch.column(key).is_valid().to_numpy(zero_copy_only=False)
    named = osm_gdal.framed(batch.filter(tagged), ("osm_id", "osm_way_id", *TAG_COLUMNS))
    building = batch.column("building").to_pandas()
    is_built = (building.notna() & (building != "no")).to_numpy(dtype=bool)
    built = osm_gdal.framed(batch.filter(is_built), ("osm_id", "osm_way_id"))
    shapes = built.pop("shape").to_numpy()
    return named, built.assign(centre=shapely.centroid(shapes), size=shapely.area(shapes))


def _named(objects: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    return objects.assign(osm_id=ids).drop_duplicates("osm_id").reset_index(drop=True)
