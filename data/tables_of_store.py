"""Frames to rows and back: how candidates and register values enter and leave the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from data.records import CandidateRecord
from data.schema import Candidate, Evidence, File
from geo.errors import CrsError

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

TEXTS = ("name", "kind", "kind_text", "code", "agency", "address", "desa", "kecamatan", "sheet")
SIDES = ("minx", "miny", "maxx", "maxy")
VALUES = (
    *("candidate", "key", "value", "category", "unit", "year", "row"),
    *("file_name", "file_sha256"),
)
LINK = "fuse"  # a register's word is weighed together with a visit's, never instead of it
REGISTER = "register"


def _texts(column: pd.Series[Any]) -> list[str]:
    return ["" if missing else str(v) for v, missing in zip(column, column.isna(), strict=True)]


def _numbers(column: pd.Series[Any]) -> list[float | None]:
    values = column.to_numpy(dtype=float, na_value=float("nan")).tolist()
    return [None if value != value else value for value in values]  # noqa: PLR0124 - NaN differs from itself


def _rows(columns: dict[str, Sequence[object]]) -> list[dict[str, Any]]:
    names = list(columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def candidate_rows(sites: gpd.GeoDataFrame, *, file_id: int) -> list[dict[str, Any]]:
    """Turn the reader's `sites` frame (EPSG:4326) into rows of the candidate table.

    Raises
    ------
    CrsError
        ``store.not_lonlat`` when the frame is not in degrees: metres kept as degrees would put
        every candidate outside the world.
    """
    import numpy as np
    import shapely

    if sites.crs is None or sites.crs.to_epsg() != 4326:
        raise CrsError("store.not_lonlat", crs=str(sites.crs))
    points = np.asarray(sites.geometry.array, dtype=object)
    nowhere = shapely.is_missing(points) | shapely.is_empty(points)
    points[nowhere] = None
    bounds = shapely.bounds(points).astype(object)
    bounds[nowhere] = None
    columns: dict[str, Sequence[object]] = {name: _texts(sites[name]) for name in TEXTS}
    columns |= {
        "id": _texts(sites["id"]),
        "row": [int(row) for row in sites["row"]],
        "has_point": [bool(known) for known in sites["has_point"]],
        "geom": points.tolist(),
        "file_id": [file_id] * len(sites),
        "version": [1] * len(sites),
    }
    columns |= {side: bounds[:, k].tolist() for k, side in enumerate(SIDES)}
    return _rows(columns)


def register_rows(register: pd.DataFrame, *, file_id: int, sha256: str) -> list[dict[str, Any]]:
    """Turn the reader's `register` frame into rows of the evidence table."""
    count = len(register)
    years = _numbers(register["year"])
    return _rows(
        {
            "candidate": _texts(register["candidate"]),
            "criterion": _texts(register["key"]),
            "value": _numbers(register["value"]),
            "category": _texts(register["category"]),
            "sd": [None] * count,
            "unit": _texts(register["unit"]),
            "link": [LINK] * count,
            "source": [REGISTER] * count,
            "layer": [sha256] * count,
            "taken_at": ["" if year is None else f"{year:04.0f}" for year in years],
            "by": [""] * count,
            "row": [int(row) for row in register["row"]],
            "file_id": [file_id] * count,
        }
    )


def read_sites(connection: sa.Connection) -> gpd.GeoDataFrame:
    """Read every candidate, ordered by id, as the reader's `sites` frame plus ``file_sha256``."""
    import geopandas as gpd

    named = (Candidate.id, *(getattr(Candidate, name) for name in TEXTS[:-1]))
    rest = (Candidate.has_point, Candidate.row, Candidate.sheet)
    query = sa.select(*named, *rest, Candidate.geom, File.sha256).join(File).order_by(Candidate.id)
    rows = connection.execute(query).all()
    names = ["id", *TEXTS[:-1], "has_point", "row", "sheet", "geometry", "file_sha256"]
    columns = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {}
    return gpd.GeoDataFrame(
        {name: list(columns.get(name, ())) for name in names}, geometry="geometry", crs=4326
    ).astype({"has_point": bool, "row": int})


def read_register(connection: sa.Connection) -> pd.DataFrame:
    """Read every register value, in the order it came, with its file's name and sha256."""
    import pandas as pd

    told = (Evidence.candidate, Evidence.criterion, Evidence.value, Evidence.category)
    query = (
        sa.select(*told, Evidence.unit, Evidence.taken_at, Evidence.row, File.name, File.sha256)
        .join(File, File.id == Evidence.file_id)
        .where(Evidence.source == REGISTER)
        .order_by(Evidence.id)
    )
    frame = pd.DataFrame([tuple(row) for row in connection.execute(query)], columns=list(VALUES))
    frame["year"] = pd.to_numeric(frame["year"], errors="coerce")
    return frame.astype({"value": float, "year": float, "row": int})


def candidate_record(found: Candidate) -> CandidateRecord:
    """Return one candidate as a plain record."""
    return CandidateRecord(
        id=found.id,
        **{name: getattr(found, name) for name in TEXTS[:-1]},
        lon=found.minx,
        lat=found.miny,
        version=found.version,
    )


def candidate_entity(record: CandidateRecord) -> Candidate:
    """Return a record as the row to be saved; ``version`` is the one that was read."""
    import shapely

    x, y = record.lon, record.lat
    point = None if x is None or y is None else shapely.Point(x, y)
    return Candidate(
        id=record.id,
        **{name: getattr(record, name) for name in TEXTS[:-1]},
        has_point=point is not None,
        geom=point,
        minx=x,
        miny=y,
        maxx=x,
        maxy=y,
        version=record.version,
    )
