"""A pack for QField, and visits written into its GeoPackage as QField writes them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import shapely

from surveys.qfield import GEOPACKAGE, qfield_files
from surveys.questions import FieldType, spec
from surveys.sites import PackInput, PackSite

KERJA = spec("kerja-sosial")
VISITS = "kunjungan_survei"
BEGAN_MS = 1_795_485_600_000
"""2026-11-24T09:00:00+07:00."""


def site(number, *, day=1, lon=109.7, **told):
    given = {
        "id": f"p-{number:04d}", "name": f"Kantor Desa {number}", "kind": "village_office",
        "kind_text": "Kantor desa", "agency": "Desa", "address": "Jl. Raya 1", "desa": "Kalibening",
        "kecamatan": "Kalibening", "lon": lon, "lat": -7.3 - number / 1000, "order": number,
        "day": day, "arrive": "08:05", "leave": "08:50", "must_answer": (9, 12),
        "hazards": ("Bahaya longsor: kelas 3",),
    }  # fmt: skip
    return PackSite(**(given | told))


def pack(*sites, programme="kerja-sosial", **told):
    asked = spec(programme)
    given = {
        "study_name": "Kabupaten Uji", "programme": programme, "team": "A", "spec": asked,
        "sites": tuple(sites) or (site(1), site(2, day=2), site(3, lon=None)),
        "route_lonlat": {1: ((109.7, -7.301), (109.71, -7.31))}, "valid_until": "2026-12-31",
        "form_version": asked.version, "synthetic": True, "emergency": (("Darurat", "112"),),
        "pack_id": "k-uji",
    }  # fmt: skip
    return PackInput(**(given | told))


def geopackage(made=None):
    return qfield_files(made or pack(), lang="id")[GEOPACKAGE]


def as_qfield(answers, *, form=KERJA):
    """Return answers as QField's widgets store them: many in braces, a point apart."""
    told = {}
    for name, value in answers.items():
        field = form.field(name)
        if field.type is FieldType.MANY:
            told[name] = "{" + ",".join(f'"{one}"' for one in value.split()) + "}"
        elif field.type is FieldType.PHOTO:
            told[name] = f"DCIM/{value}"
        elif field.type is not FieldType.POINT:
            told[name] = value
    return told


def visit(submission, site="p-0001", *, answers=None, lonlat=(109.694512, -7.397123), **told):
    """Return one row of the visits, filled as the project's defaults fill it."""
    row = {
        "submission": submission, "site": site, "surveyor": "S-1", "team": "A",
        "programme": "kerja-sosial", "form_version": KERJA.version, "pack": "k-uji",
        "started_at": "2026-11-24T09:00:00.000Z", "started_ms": BEGAN_MS,
        "ended_at": "2026-11-24T09:45:00.000Z", "ended_ms": BEGAN_MS + 45 * 60_000,
        "q01_accuracy": 6.2, "q01_source": "gps", "revision": 0, "geom": blob(lonlat),
    }  # fmt: skip
    return row | as_qfield(answers or {"q02": "sesuai"}) | told


def blob(lonlat, *, z=None):
    if lonlat is None:
        return None
    point = shapely.Point(*lonlat) if z is None else shapely.Point(*lonlat, z)
    head = b"GP\0\1" + (4326).to_bytes(4, "little")
    return head + shapely.to_wkb(point, byte_order=1, flavor="iso", output_dimension=3 if z else 2)


def write(path: Path, raw: bytes, *visits, run=()):
    """Write a GeoPackage with these visits added, and statements run; return its path."""
    path.write_bytes(raw)
    with closing(sqlite3.connect(path)) as base:
        for row in visits:
            names = ", ".join(f'"{name}"' for name in row)
            marks = ", ".join("?" * len(row))
            base.execute(f"INSERT INTO {VISITS} ({names}) VALUES ({marks})", list(row.values()))
        for statement in run:
            base.execute(statement)
        base.commit()
    return path
