"""The GeoPackage a team carries: sites, routes, choices, and a layer of visits to fill in."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from typing import Any

import shapely

from surveys.marks import numbered, site_lines
from surveys.qfield_columns import (
    CHOICES,
    PHOTO_FOLDER,
    ROUTES,
    SITES,
    VISITS,
    Column,
    site_columns,
)
from surveys.qfield_earlier import visit_row
from surveys.qfield_visits import many_lists, visit_columns
from surveys.sites import PackInput, PackSite

META = "tapak_pack"
"""Table of what pack this is, so that what comes home finds the pack it left with."""
_APPLICATION, _VERSION = 0x47504B47, 10300
_NO_TIME = "2000-01-01T00:00:00.000Z"
_WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,'
    'AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,'
    'AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],'
    'AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]'
)
_MARK = 16
_CHOICES = (("daftar", "TEXT"), ("urutan", "MEDIUMINT"), ("kunci", "TEXT"), ("label", "TEXT"))
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
Columns = Sequence[tuple[str, str]]
Values = Iterable[Sequence[object]]


def geopackage(pack: PackInput, *, lang: str | None = None) -> bytes:
    """Write a pack's GeoPackage in memory: the same bytes for the same pack.

    Points and lines are in EPSG:4326. A site without a point has none here either. There is no
    spatial index: a team's sites are few, and without its triggers any SQLite can open the file.
    """
    sites, choices = _sites(pack, lang), many_lists(pack.spec, lang)
    names = [column.name for column in visit_columns(pack, lang)]
    earlier = [visit_row(pack, visit, names) for visit in pack.earlier]
    made = hashlib.sha256(repr((sites, choices, earlier)).encode()).hexdigest()[:_MARK]
    with closing(sqlite3.connect(":memory:")) as base:
        base.execute(f"PRAGMA application_id = {_APPLICATION}")
        base.execute(f"PRAGMA user_version = {_VERSION}")
        base.executescript(_TABLES)
        base.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", _systems())
        _layer(base, SITES, "POINT", _plain(site_columns(lang)), sites)
        _layer(base, VISITS, "POINT", _plain(visit_columns(pack, lang)), earlier)
        _layer(base, ROUTES, "LINESTRING", (("hari", "MEDIUMINT"),), _routes(pack))
        _layer(base, CHOICES, "", _CHOICES, choices)
        _layer(base, META, "", (("nama", "TEXT"), ("nilai", "TEXT")), _told(pack, made))
        base.commit()
        return base.serialize()


def _systems() -> list[tuple[object, ...]]:
    return [
        ("Undefined cartesian SRS", -1, "NONE", -1, "undefined", ""),
        ("Undefined geographic SRS", 0, "NONE", 0, "undefined", ""),
        ("WGS 84 geodetic", 4326, "EPSG", 4326, _WGS84, ""),
    ]


def _plain(columns: Iterable[Column]) -> Columns:
    return [(column.name, column.sql) for column in columns]


def _layer(
    base: sqlite3.Connection, table: str, shape: str, columns: Columns, rows: Values
) -> None:
    """Make one layer; with a shape the first value of every row is its geometry."""
    heads = [("geom", shape), *columns] if shape else list(columns)
    told = ", ".join(f'"{name}" {kind}' for name, kind in heads)
    base.execute(f'CREATE TABLE "{table}" (fid INTEGER PRIMARY KEY AUTOINCREMENT, {told})')
    kept = [list(row) for row in rows]
    box: list[float | None] = [None] * 4
    if shape:
        shapes: list[Any] = [row[0] for row in kept if row[0] is not None]
        box = list(shapely.total_bounds(shapes)) if shapes else box
        kept = [[_blob(row[0]), *row[1:]] for row in kept]
    marks = ", ".join("?" * len(heads))
    names = ", ".join(f'"{name}"' for name, _ in heads)
    base.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', kept)  # noqa: S608 - our own names
    kind = "features" if shape else "attributes"
    base.execute(
        "INSERT INTO gpkg_contents VALUES (?, ?, ?, '', ?, ?, ?, ?, ?, ?)",
        (table, kind, table, _NO_TIME, *box, 4326 if shape else None),
    )
    if shape:
        base.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, 4326, 0, 0)", (table, shape)
        )


def _blob(shape: Any) -> bytes | None:
    """Write a geometry as a GeoPackage does: eight bytes of head, then little-endian WKB."""
    if shape is None:
        return None
    head = b"GP\0\1" + (4326).to_bytes(4, "little")
    return head + bytes(shapely.to_wkb(shape, byte_order=1))


def clean(value: str) -> str:
    """Drop what neither XML nor SQLite's UTF-8 can carry."""
    kept = "".join(c for c in value if (c >= " " or c in "\t\n") and c not in "\ufffe\uffff")
    return kept.encode("utf-8", "replace").decode()


def _sites(pack: PackInput, lang: str | None) -> list[list[object]]:
    return [_site(site, lang) for site in pack.sites]


def _site(site: PackSite, lang: str | None) -> list[object]:
    there = None
    if site.lon is not None and site.lat is not None:
        there = shapely.Point(site.lon, site.lat)
    return [
        there,
        site.id,
        clean(numbered(site)),
        site.day,
        site.order,
        clean(site.name),
        clean(site.kind_text),
        clean("\n".join(site_lines(site, lang))),
        ", ".join(map(str, site.must_answer)),
        clean("\n".join(site.reasons)),
    ]


def _routes(pack: PackInput) -> list[list[object]]:
    ways = sorted(pack.route_lonlat.items())
    return [[shapely.LineString(way), day] for day, way in ways if len(way) > 1]


def _told(pack: PackInput, made: str) -> list[tuple[str, str]]:
    told = {
        "made": made,
        "pack": pack.pack_id,
        "study": clean(pack.study_name),
        "programme": pack.programme,
        "team": clean(pack.team),
        "form_version": pack.form_version,
        "valid_until": pack.valid_until,
        "photos": PHOTO_FOLDER,
        "synthetic": "ya" if pack.synthetic else "tidak",
    }
    return list(told.items())
