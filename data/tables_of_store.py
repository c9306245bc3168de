"""Frames to rows and back: how candidates and register values enter and leave the store."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
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


def _cells(column: pd.Series[Any]) -> list[Any]:
    # a column of arrow text hands out its cells one by one very slowly, as an array at once
    return list(column.to_numpy(dtype=object).tolist())


def _texts(column: pd.Series[Any]) -> list[str]:
    missing = column.isna().to_numpy()
    if not missing.any():
        texts = list(map(str, _cells(column)))
    else:
        texts = ["" if gone else str(v) for v, gone in zip(_cells(column), missing, strict=True)]
    if any("\0" in text for text in texts):  # see data.schema_types.Words
        texts = [text.replace("\0", "") for text in texts]
    return texts


def _numbers(column: pd.Series[Any]) -> list[float | None]:
    values = (column.to_numpy(dtype=float, na_value=float("nan")) + 0.0).tolist()  # no -0.0
    return [None if value != value else value for value in values]  # noqa: PLR0124 - NaN differs from itself


def candidate_columns(sites: gpd.GeoDataFrame, *, file_id: int) -> dict[str, Sequence[object]]:
    """Turn the reader's `sites` frame (EPSG:4326) into columns of the candidate table.

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
    points = shapely.force_2d(np.array(sites.geometry.array, dtype=object))
    nowhere = shapely.is_missing(points) | shapely.is_empty(points)
    points[nowhere] = None
    bounds = shapely.bounds(points).astype(object)
    bounds[nowhere] = None
    columns: dict[str, Sequence[object]] = {name: _texts(sites[name]) for name in TEXTS}
    columns |= {
        "id": _texts(sites["id"]),
        "row": list(map(int, _cells(sites["row"]))),
        "has_point": list(map(bool, _cells(sites["has_point"]))),
        "geom": points.tolist(),
        "file_id": [file_id] * len(sites),
        "version": [1] * len(sites),
    }
    return columns | {side: bounds[:, k].tolist() for k, side in enumerate(SIDES)}


def register_columns(
    register: pd.DataFrame, *, file_id: int, sha256: str
) -> dict[str, Sequence[object]]:
    """Turn the reader's `register` frame into columns of the evidence table."""
    count = len(register)
    years = _numbers(register["year"])
    return {
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
        "row": list(map(int, _cells(register["row"]))),
        "file_id": [file_id] * count,
    }


def _columns(
    connection: sa.Connection, query: sa.Select[*tuple[Any, ...]], names: Sequence[str]
) -> dict[str, list[Any]]:
    """Read a query column by column; frames made of rows look at every cell for its type."""
    rows = connection.execute(query).all()
    columns = zip(*rows, strict=True) if rows else repeat(())
    return {name: list(column) for name, column in zip(names, columns, strict=False)}


def read_sites(connection: sa.Connection) -> gpd.GeoDataFrame:
    """Read every candidate, ordered by id, as the reader's `sites` frame plus ``file_sha256``."""
    import geopandas as gpd
    import numpy as np
    import pandas as pd
    import shapely
    from geopandas.array import GeometryArray

    named = (Candidate.id, *(getattr(Candidate, name) for name in TEXTS[:-1]))
    rest = (Candidate.has_point, Candidate.row, Candidate.sheet)
    # as the database keeps them, to be read all in one call
    points = sa.type_coerce(Candidate.geom, sa.types.NullType())
    query = sa.select(*named, *rest, points, File.sha256).join(File).order_by(Candidate.id)
    names = ["id", *TEXTS[:-1], "has_point", "row", "sheet", "geometry", "file_sha256"]
    columns = _columns(connection, query, names)
    kept = np.array(columns.pop("geometry"), dtype=object)
    frame = pd.DataFrame(columns, columns=names)
    points_read = shapely.set_srid(shapely.from_wkb(kept), 0)  # as SQLite has them
    frame["geometry"] = GeometryArray(points_read, crs=4326)
    return gpd.GeoDataFrame(frame, geometry="geometry").astype({"has_point": bool, "row": int})


def read_register(connection: sa.Connection) -> pd.DataFrame:
    """Read every register value, in the order it came, with its file's name and sha256."""
    import pandas as pd

    told = (Evidence.candidate, Evidence.criterion, Evidence.value, Evidence.category)
    query = (
        sa.select(*told, Evidence.unit, Evidence.taken_at, Evidence.row, Evidence.file_id)
        .where(Evidence.source == REGISTER, Evidence.file_id.is_not(None))
        .order_by(Evidence.id)
    )
    columns = _columns(connection, query, (*VALUES[:-2], "file"))
    of_file = columns.pop("file")
    # a few files stand behind very many values: their names are looked up here, not in every row
    for name, column in (("file_name", File.name), ("file_sha256", File.sha256)):
        known = {row[0]: row[1] for row in connection.execute(sa.select(File.id, column))}
        columns[name] = [known[file] for file in of_file]
    frame = pd.DataFrame(columns, dtype=None if of_file else object)
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
