"""A GeoPackage in memory: plain tables and layers in EPSG:4326, same bytes for same rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import shapely

_APPLICATION, _VERSION = 0x47504B47, 10300
_NO_TIME = "2000-01-01T00:00:00.000Z"
_WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,'
    'AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,'
    'AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],'
    'AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]'
)
_SYSTEMS = (
    ("Undefined cartesian SRS", -1, "NONE", -1, "undefined", ""),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined", ""),
    ("WGS 84 geodetic", 4326, "EPSG", 4326, _WGS84, ""),
)
_TABLES = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY,
 organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL,
 description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,
 identifier TEXT UNIQUE, description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT
 (strftime('%Y-%m-%dT%H:%M:%fZ','now')), min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
 srs_id INTEGER, CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id)
 REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
 geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
 CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name
 UNIQUE (table_name), CONSTRAINT fk_gc_tn FOREIGN KEY (table_name)
 REFERENCES gpkg_contents(table_name), CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id)
 REFERENCES gpkg_spatial_ref_sys (srs_id));
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table: a layer when it has a ``shape``, whose rows then begin with their geometry.

    ``columns`` are (name, SQL type); names are ours, never a user's. ``style`` is a QML that QGIS
    takes as the layer's own.
    """

    name: str
    columns: Sequence[tuple[str, str]]
    rows: Iterable[Sequence[object]]
    shape: str = ""
    about: str = ""
    style: str = ""


def geopackage(tables: Sequence[Table]) -> bytes:
    """Write tables as a GeoPackage 1.3.

    There is no spatial index: without its triggers any SQLite can open the file, and what is
    written this way is small. Styles stand in ``layer_styles``, where QGIS looks for them.
    """
    with closing(sqlite3.connect(":memory:")) as base:
        base.execute(f"PRAGMA application_id = {_APPLICATION}")
        base.execute(f"PRAGMA user_version = {_VERSION}")
        base.executescript(_TABLES)
        base.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", _SYSTEMS)
        for table in (*tables, *_styles(tables)):
            _write(base, table)
        base.commit()
        return base.serialize()


def clean(value: str) -> str:
    """Drop what neither XML nor SQLite's UTF-8 can carry."""
    kept = "".join(c for c in value if (c >= " " or c in "\t\n") and c not in "\ufffe\uffff")
    return kept.encode("utf-8", "replace").decode()


def _write(base: sqlite3.Connection, table: Table) -> None:
    heads = [("geom", table.shape), *table.columns] if table.shape else list(table.columns)
    key = "id" if table.name == "layer_styles" else "fid"
    told = ", ".join(f'"{name}" {kind}' for name, kind in heads)
    base.execute(f'CREATE TABLE "{table.name}" ({key} INTEGER PRIMARY KEY AUTOINCREMENT, {told})')
    kept = [[clean(v) if isinstance(v, str) else v for v in row] for row in table.rows]
    box: list[float | None] = [None] * 4
    if table.shape:
        shapes: list[Any] = [row[0] for row in kept if row[0] is not None]
        box = list(shapely.total_bounds(shapes)) if shapes else box
        kept = [[_blob(row[0]), *row[1:]] for row in kept]
    marks = ", ".join("?" * len(heads))
    names = ", ".join(f'"{name}"' for name, _ in heads)
    base.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', kept)  # noqa: S608 - our own names
    base.execute(
        "INSERT INTO gpkg_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(table.name, "features" if table.shape else "attributes", table.name, table.about),
            *(_NO_TIME, *box, 4326 if table.shape else None),
        ),
    )
    if table.shape:
        base.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, 4326, 0, 0)",
            (table.name, table.shape),
        )


def _styles(tables: Sequence[Table]) -> list[Table]:
    texts = ("f_table_catalog", "f_table_schema", "f_table_name", "f_geometry_column", "styleName")
    more = (("styleQML", "TEXT"), ("styleSLD", "TEXT"), ("useAsDefault", "BOOLEAN"))
    last = (("description", "TEXT"), ("owner", "TEXT"), ("ui", "TEXT"), ("update_time", "DATETIME"))
    rows = [
        ("", "", one.name, "geom", one.name, one.style, "", True, one.about, "", None, _NO_TIME)
        for one in tables
        if one.style
    ]
    columns = (*((name, "TEXT") for name in texts), *more, *last)
    return [Table(name="layer_styles", columns=columns, rows=rows)] if rows else []


def _blob(shape: Any) -> bytes | None:
    """Write a geometry as a GeoPackage does: eight bytes of head, then little-endian WKB."""
    if shape is None:
        return None
    head = b"GP\0\1" + (4326).to_bytes(4, "little")
    return head + bytes(shapely.to_wkb(shape, byte_order=1))
