"""What reading a register takes and gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd

from data.files.reading import ReadReport
from geo.crs import INDONESIA

SITE_COLUMNS = (
    "id", "name", "kind", "kind_text", "code", "agency", "address", "desa", "kecamatan",
    "has_point", "row", "sheet", "geometry",
)  # fmt: skip
REGISTER_COLUMNS = ("candidate", "key", "value", "category", "unit", "year", "row")


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetOptions:
    """How a register is read.

    Parameters
    ----------
    columns : Mapping[str, str]
        Meaning to the file's own column name (``name = "Nama Gedung"``), above every rule.
    utm_zone : str
        Zone of UTM metres.
    bounds : (min lon, min lat, max lon, max lat)
        Degrees. What lies outside is rejected at once.
    file_sha256 : str
        Fingerprint of the file, for whoever stores what was read.
    boundary : shapely geometry, optional
        EPSG:4326; sharpens the repair of exchanged coordinates.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    utm_zone: str = "49S"
    bounds: tuple[float, float, float, float] = INDONESIA
    file_sha256: str = ""
    boundary: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetTable:
    """What a register holds.

    Parameters
    ----------
    sites : GeoDataFrame
        One row per place (`SITE_COLUMNS`), EPSG:4326; geometry a Point or None.
    register : DataFrame
        One row per thing the register says of a place (`REGISTER_COLUMNS`).
    report : ReadReport
        ``accepted`` counts the places; notes tell of every row that is not simply one.
    rows : DataFrame
        Every data row of the file in its order: ``sheet``, ``row``, ``status``, ``id`` (of the
        place it became, joined or repeats), ``notes`` (tuple of Note: reason and fix), ``cells``
        (its own cells as text, prices and persons' data empty).
    labels : Mapping[str, tuple of str]
        The column names of each sheet, as written.
    dropped : Mapping[str, tuple of int]
        The columns of each sheet whose cells are kept nowhere.
    """

    sites: gpd.GeoDataFrame
    register: pd.DataFrame
    report: ReadReport
    rows: pd.DataFrame
    labels: Mapping[str, tuple[str, ...]]
    dropped: Mapping[str, tuple[int, ...]]
