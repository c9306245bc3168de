"""OpenStreetMap extracts (PBF or XML): places a criterion asks for, buildings, and streets."""

from __future__ import annotations

import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from data import osm_gdal
from data.files import guard
from data.osm_kinds import TAGS, kinds_of
from geo.errors import InputError

Floats = npt.NDArray[np.float64]
_TAG_COLUMNS = ("name", "social_facility_for", *TAGS)
_STREET_COLUMNS = (
    "highway", "name", "surface", "oneway", "bridge", "tunnel", "access", "maxspeed", "junction",
    "motor_vehicle", "motorcycle", "foot", "tracktype",
)  # fmt: skip
_STREETS = "highway IS NOT NULL OR route = 'ferry'"
_ANY_TAG = " OR ".join(f"{key} IS NOT NULL" for key in TAGS)


@dataclass(frozen=True, slots=True, kw_only=True)
class OsmExtract:
    """What is used of an OpenStreetMap extract; all frames are EPSG:4326.

    Parameters
    ----------
    places : GeoDataFrame
        ``kind`` (see `data.osm_kinds.KINDS`) · ``name`` · ``osm_id`` (n, w or r and the number) ·
        ``row`` · ``geometry`` (point; inside the area where the place is mapped as one).
    streets : GeoDataFrame
        ``highway`` · ``name`` · ``surface`` · ``oneway`` · ``bridge`` · ``tunnel`` · ``access`` ·
        ``maxspeed`` · ``junction`` · ``motor_vehicle`` · ``motorcycle`` · ``foot`` · ``tracktype``
        (text, "" where untagged; a ferry's way has ``highway`` "ferry") · ``osm_id`` · ``row`` ·
        line.
    buildings : GeoDataFrame
        ``area_m2`` · ``row`` · ``geometry`` (centroid).
    """

    places: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame


def read_osm(path: Path, *, area: Any | None = None) -> OsmExtract:
    """Read an OSM extract, whole or only what touches an area.

    Ways cut at the extract's edge keep the nodes that are there; relations whose members are
    missing give the parts that close. Both are usual in clipped extracts and no fault.

    Parameters
    ----------
    path : Path
        ``.osm.pbf`` or ``.osm``.
    area : shapely geometry in EPSG:4326, optional
        Keep what intersects it.

    Raises
    ------
    InputError
        Those of `guard.check_file`; ``osm.not_osm`` · ``osm.damaged`` · ``osm.nothing``.
    """
    path = Path(path)
    if guard.check_file(path) not in {guard.FileType.OSM_PBF, guard.FileType.OSM_XML}:
        raise InputError("osm.not_osm", file=path.name)
    bounds = None if area is None else tuple(float(edge) for edge in shapely.bounds(area))
    with warnings.catch_warnings():  # remarks on rings that a clipped extract leaves open
        warnings.simplefilter("ignore")
        places, streets, buildings = _read(path, bounds)
    extract = OsmExtract(
        places=_touching(places, area),
        streets=_touching(streets, area),
        buildings=_touching(buildings, area),
    )
    if not (len(extract.places) or len(extract.streets) or len(extract.buildings)):
        raise InputError("osm.nothing", file=path.name)
    return extract


def _read(
    path: Path, bounds: osm_gdal.Bounds
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Read places, streets and buildings, on two cores: GDAL frees the interpreter as it reads.

    Nodes come first and alone: a damaged file is told before a thread starts that would print.
    Areas are sorted out behind the reader, batch by batch: outlines of a regency's buildings
    would fill the memory, so none is kept beyond its batch.
    """
    nodes = osm_gdal.by_feature(path, "points", _TAG_COLUMNS, where=_ANY_TAG, bounds=bounds)
    lines = (*_STREET_COLUMNS, "route")
    areas = ("osm_way_id", "building", *_TAG_COLUMNS)
    with ThreadPoolExecutor(1) as second, ThreadPoolExecutor(1) as behind:
        ways = second.submit(
            osm_gdal.whole, path, "lines", lines, where=_STREETS, bounds=bounds
        )  # fmt: skip
        read = osm_gdal.batches(path, "multipolygons", areas, bounds=bounds)
        sorted_out = [behind.submit(_named_and_built, batch) for batch in read]
        named, built = zip(*(each.result() for each in sorted_out), strict=True)
        return (
            _places(nodes, pd.concat(named, ignore_index=True)),
            _streets(ways.result()),
            _buildings(pd.concat(built, ignore_index=True)),
        )


def _named_and_built(batch: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Take areas with a place's tag whole from a batch, and buildings as size and centre."""
    tagged = np.zeros(len(batch), dtype=bool)
    for key in TAGS:
        tagged |= batch.column(key).is_valid().to_numpy(zero_copy_only=False)
    named = osm_gdal.framed(batch.filter(tagged), ("osm_id", "osm_way_id", *_TAG_COLUMNS))
    building = batch.column("building").to_pandas()
    is_built = (building.notna() & (building != "no")).to_numpy(dtype=bool)
    built = osm_gdal.framed(batch.filter(is_built), ("osm_id", "osm_way_id"))
    shapes = built.pop("shape").to_numpy()
    return named, built.assign(centre=shapely.centroid(shapes), size=shapely.area(shapes))


def _frame(columns: dict[str, Any], shapes: np.ndarray) -> gpd.GeoDataFrame:
    rows = np.arange(1, len(shapes) + 1)
    return gpd.GeoDataFrame({**columns, "row": rows}, geometry=shapes, crs="EPSG:4326")


def _text(column: pd.Series) -> np.ndarray:
    return column.astype(object).where(column.notna(), "").to_numpy(dtype=object)


def _places(nodes: pd.DataFrame, shapes: pd.DataFrame) -> gpd.GeoDataFrame:
    """Put places mapped as points and as areas into one frame, each object once."""
    of_way = shapes["osm_id"].isna() | (shapes["osm_id"] == "")
    ids = np.where(
        of_way, "w" + shapes["osm_way_id"].astype(str), "r" + shapes["osm_id"].astype(str)
    )
    both = pd.concat(
        [nodes.assign(osm_id="n" + nodes["osm_id"].astype(str)), shapes.assign(osm_id=ids)],
        ignore_index=True,
    )
    kind = kinds_of(both)
    both = both.assign(kind=kind)[kind != ""].drop_duplicates("osm_id").reset_index(drop=True)
    located = both["shape"].to_numpy().copy()
    areas = shapely.get_dimensions(located) == 2
    located[areas] = shapely.point_on_surface(located[areas])
    columns = {"kind": both["kind"], "name": _text(both["name"]), "osm_id": both["osm_id"]}
    return _frame(columns, located)


def _streets(ways: pd.DataFrame) -> gpd.GeoDataFrame:
    once = ways.drop_duplicates("osm_id").reset_index(drop=True)
    columns = {name: _text(once[name]) for name in _STREET_COLUMNS}
    columns["highway"] = np.where(columns["highway"] == "", "ferry", columns["highway"])
    return _frame({**columns, "osm_id": "w" + once["osm_id"].astype(str)}, once["shape"].to_numpy())


def _buildings(built: pd.DataFrame) -> gpd.GeoDataFrame:
    once = built.drop_duplicates(["osm_id", "osm_way_id"])
    once = once[once["size"] > 0]  # a clipped relation may leave only a line
    centres = once["centre"].to_numpy()
    area_m2 = once["size"].to_numpy() * square_degree_m2(shapely.get_y(centres))
    return _frame({"area_m2": np.round(area_m2, 1)}, centres)


def square_degree_m2(lat: Floats) -> Floats:
    """Size of a square degree at a latitude, for shapes as small as a building.

    M · N cos φ · (π/180)², with the WGS 84 radii of curvature M = a(1 − e²)/(1 − e² sin² φ)^1.5
    (meridian) and N = a/√(1 − e² sin² φ) (prime vertical); a = 6378137 m, e² = 0.00669437999.
    Source: Snyder (1987), Map Projections: A Working Manual, eqs 4-18 to 4-20.
    """
    phi = np.radians(lat)
    a, e2 = 6_378_137.0, 0.006_694_379_990_14
    bend = 1 - e2 * np.sin(phi) ** 2
    meridian, vertical = a * (1 - e2) / bend**1.5, a / np.sqrt(bend)
    size: Floats = meridian * vertical * np.cos(phi) * np.radians(1) ** 2
    return size


def _touching(frame: gpd.GeoDataFrame, area: Any | None) -> gpd.GeoDataFrame:
    if area is None:
        return frame
    shapely.prepare(area)
    inside = shapely.intersects(area, frame.geometry.to_numpy())
    kept = frame[inside].reset_index(drop=True)
    return kept.assign(row=np.arange(1, len(kept) + 1))
