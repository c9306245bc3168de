"""OpenStreetMap extracts (PBF or XML): places a criterion asks for, buildings, and streets."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from data.files import guard
from data.osm_kinds import kinds_of
from data.osm_tables import STREET_COLUMNS, OsmTables, through_gdal
from geo.errors import InputError

Floats = npt.NDArray[np.float64]
_FAST_BYTES = range(1_500_000, 128 << 20)
"""Below, GDAL is done before compiled code has loaded; above, it needs less memory."""


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
    kind = guard.check_file(path)
    if kind not in {guard.FileType.OSM_PBF, guard.FileType.OSM_XML}:
        raise InputError("osm.not_osm", file=path.name)
    bounds = None if area is None else tuple(float(edge) for edge in shapely.bounds(area))
    with warnings.catch_warnings(), _collection_paused():
        warnings.simplefilter("ignore")  # remarks on rings that a clipped extract leaves open
        tables = _read(path, kind, bounds)
    extract = OsmExtract(
        places=_touching(_places(tables), area),
        streets=_touching(_streets(tables.streets), area),
        buildings=_touching(_buildings(tables.buildings), area),
    )
    if not (len(extract.places) or len(extract.streets) or len(extract.buildings)):
        raise InputError("osm.nothing", file=path.name)
    return extract


@contextmanager
def _collection_paused() -> Iterator[None]:
    """Let no search for circles of objects run while very many points and lines are made.

    They hold no other objects, yet each search would walk over all of them: half the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(path: Path, kind: guard.FileType, bounds: tuple[float, ...] | None) -> OsmTables:
    """Read with our own decoder where it pays, and with GDAL whatever that does not know."""
    if kind is guard.FileType.OSM_PBF and path.stat().st_size in _FAST_BYTES:
        from data.osm_fast import read_tables
        from data.osm_pbf import UnusualFormError

        with suppress(UnusualFormError):
            return read_tables(path)
    return through_gdal(path, bounds)


def _frame(columns: dict[str, Any], shapes: np.ndarray) -> gpd.GeoDataFrame:
    rows = np.arange(1, len(shapes) + 1)
    return gpd.GeoDataFrame({**columns, "row": rows}, geometry=shapes, crs="EPSG:4326")


def _text(column: pd.Series) -> np.ndarray:
    return column.astype(object).where(column.notna(), "").to_numpy(dtype=object)


def _places(tables: OsmTables) -> gpd.GeoDataFrame:
    """Put places mapped as points and as areas into one frame."""
    both = pd.concat([tables.nodes, tables.areas], ignore_index=True)
    kind = kinds_of(both)
    both = both.assign(kind=kind)[kind != ""].reset_index(drop=True)
    located = both["shape"].to_numpy().copy()
    areas = shapely.get_dimensions(located) == 2
    located[areas] = shapely.point_on_surface(located[areas])
    columns = {"kind": both["kind"], "name": _text(both["name"]), "osm_id": both["osm_id"]}
    return _frame(columns, located)


def _streets(ways: pd.DataFrame) -> gpd.GeoDataFrame:
    columns = {name: _text(ways[name]) for name in STREET_COLUMNS}
    columns["highway"] = np.where(columns["highway"] == "", "ferry", columns["highway"])
    return _frame({**columns, "osm_id": ways["osm_id"]}, ways["shape"].to_numpy())


def _buildings(built: pd.DataFrame) -> gpd.GeoDataFrame:
    centres = built["centre"].to_numpy()
    area_m2 = built["size"].to_numpy() * square_degree_m2(shapely.get_y(centres))
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
