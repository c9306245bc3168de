"""The GeoPackage a team carries: sites, routes, choices, and a layer of visits to fill in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import shapely

from geo.geopackage import Table, clean, geopackage
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
_MARK = 16
_CHOICES = (("daftar", "TEXT"), ("urutan", "MEDIUMINT"), ("kunci", "TEXT"), ("label", "TEXT"))
_ROUTES = (("hari", "MEDIUMINT"),)
_META = (("nama", "TEXT"), ("nilai", "TEXT"))


def pack_geopackage(pack: PackInput, *, lang: str | None = None) -> bytes:
    """Write a pack's GeoPackage in memory: the same bytes for the same pack.

    Points and lines are in EPSG:4326. A site without a point has none here either. There is no
    spatial index: a team's sites are few, and without its triggers any SQLite can open the file.
    """
    sites, choices = _sites(pack, lang), many_lists(pack.spec, lang)
    names = [column.name for column in visit_columns(pack, lang)]
    earlier = [visit_row(pack, visit, names) for visit in pack.earlier]
    made = hashlib.sha256(repr((sites, choices, earlier)).encode()).hexdigest()[:_MARK]
    points = {"shape": "POINT"}
    return geopackage(
        (
            Table(name=SITES, columns=_plain(site_columns(lang)), rows=sites, **points),
            Table(name=VISITS, columns=_plain(visit_columns(pack, lang)), rows=earlier, **points),
            Table(name=ROUTES, columns=_ROUTES, rows=_routes(pack), shape="LINESTRING"),
            Table(name=CHOICES, columns=_CHOICES, rows=choices),
            Table(name=META, columns=_META, rows=_told(pack, made)),
        )
    )


def _plain(columns: Iterable[Column]) -> list[tuple[str, str]]:
    return [(column.name, column.sql) for column in columns]


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
