"""What a basemap shows of an OSM extract beside its streets: water, land, houses, names."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from data.files import guard
from geo.errors import InputError

_CONFIG = Path(__file__).with_name("osm_scenery.ini")
_RIVERS = "waterway IN ('river', 'canal', 'stream', 'drain', 'ditch')"
_NAMED = "name IS NOT NULL AND (place IS NOT NULL OR \"natural\" IN ('peak', 'volcano'))"
_AREAS = (
    "building IS NOT NULL OR landuse IS NOT NULL OR leisure = 'park' OR waterway = 'riverbank'"
    " OR \"natural\" IN ('water', 'wood', 'scrub', 'heath', 'grassland', 'bare_rock', 'sand',"
    " 'scree')"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenery:
    """What is drawn of an extract; all frames are EPSG:4326.

    Parameters
    ----------
    rivers : GeoDataFrame of lines
        ``waterway`` · ``name``.
    cover : GeoDataFrame of areas
        ``class_``: the value of landuse, natural or leisure; "water" for all that is under water.
    buildings : GeoDataFrame of areas
    names : GeoDataFrame of points
        ``kind`` (OSM's place, or "peak") · ``name``.
    """

    rivers: gpd.GeoDataFrame
    cover: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    names: gpd.GeoDataFrame


def read_scenery(path: Path) -> Scenery:
    """Read an extract's scenery through GDAL, a layer at a time.

    Parameters
    ----------
    path : Path
        ``.osm.pbf`` or ``.osm``.

    Raises
    ------
    InputError
        Those of `guard.check_file`; ``osm.not_osm``, ``osm.damaged``.
    """
    if guard.check_file(path) not in {guard.FileType.OSM_PBF, guard.FileType.OSM_XML}:
        raise InputError("osm.not_osm", file=path.name)
    points = _read(path, "points", _NAMED)
    lines = _read(path, "lines", _RIVERS)
    areas = _read(path, "multipolygons", _AREAS)
    built = areas["building"].notna() & (areas["building"] != "no")
    open_land = areas[~built]
    wet = (open_land["natural"] == "water") | (open_land["waterway"] == "riverbank")
    said = open_land["landuse"].fillna(open_land["natural"]).fillna(open_land["leisure"])
    peak = points["natural"].isin(["peak", "volcano"])
    return Scenery(
        rivers=lines[["waterway", "name", "geometry"]],
        cover=_frame({"class_": said.mask(wet, "water").fillna("")}, open_land),
        buildings=areas.loc[built, ["geometry"]].reset_index(drop=True),
        names=_frame({"kind": points["place"].mask(peak, "peak"), "name": points["name"]}, points),
    )


def _frame(columns: dict[str, Any], like: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    made = gpd.GeoDataFrame(columns, geometry=like.geometry.to_numpy(), crs="EPSG:4326")
    return made.reset_index(drop=True)


def _read(path: Path, layer: str, where: str) -> gpd.GeoDataFrame:
    """Read one of the driver's layers at once; what GDAL could not close into a shape is left out.

    An arrow stream ends without a word at a damaged block, but no study holds an extract that
    `data.osm.read_osm` has not read whole.
    """
    import pyogrio

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # remarks on rings that a clipped extract leaves open
        try:
            told, table = pyogrio.raw.read_arrow(
                str(path.absolute()),
                sql=f"SELECT * FROM {layer} WHERE {where}",  # noqa: S608 - our own constants
                CONFIG_FILE=str(_CONFIG),
            )
        except (RuntimeError, ValueError, OSError, MemoryError):
            raise InputError("osm.damaged", file=path.name) from None
    wkb = table[told["geometry_name"] or "wkb_geometry"].to_numpy()
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    usable = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    columns = {name: table[name].to_pandas()[usable] for name in told["fields"]}
    made = gpd.GeoDataFrame(columns, geometry=shapes[usable], crs="EPSG:4326")
    return made.reset_index(drop=True)
