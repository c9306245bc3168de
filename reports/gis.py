"""The sites of a run for a GIS: GeoPackage with styles, GeoJSON, KML; fields told in the file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import shapely

import words
from geo.geopackage import Table, clean, geopackage
from geo.map_types import SCORE_BREAKS_HUNDREDTHS, SCORE_COLOURS
from geo.qml import classed_points, outlines, plain_points
from reports.facts import ReportFacts, ReportSite
from reports.seal import MARK, TABLE, seal_of

PLACE = ("id", "name", "kind", "agency", "code", "address", "desa", "kecamatan")
STANDING = (
    *("rank", "rank_range", "score", "score_low", "score_high", "coverage", "readiness"),
    *("conditions", "ask_first", "state", "listed", "valid_until"),
)
PUBLIC = ("name", "kind", "kecamatan")
SQL = {"rank": "INTEGER", "listed": "BOOLEAN", "valid_until": "DATE"}
REAL = frozenset({"score", "score_low", "score_high", "coverage"})
PART = "c_"
"""Begins the name of a column with a criterion's contribution: ``c_landslide``."""
_DIGITS = 7
_EXCLUDED, _LISTED, _LINE = "#9aa1a6", "#0b6b5d", "#4a545b"


def gis_gpkg(facts: ReportFacts) -> bytes:
    """Write layers ``lokasi``, ``dikecualikan``, ``kecamatan``, each with a style for QGIS.

    Tables ``tapak_fields`` and ``tapak_run`` say what the columns mean and of which run they are.
    """
    fields = field_titles(facts)
    style = plain_points(_LISTED, fields)
    if not facts.public:
        breaks = [b / 100 for b in SCORE_BREAKS_HUNDREDTHS]
        style = classed_points("score", breaks, SCORE_COLOURS, fields)
    made = [_points("lokasi", facts, facts.sites, fields, style)]
    if not facts.public:
        own = excluded_titles(facts)
        look = plain_points(_EXCLUDED, own, shape="cross_fill")
        made.append(_points("dikecualikan", facts, facts.excluded, own, look))
    made.append(_areas(facts))
    told = fields | ({} if facts.public else excluded_titles(facts))
    columns = (("name", "TEXT"), ("about", "TEXT"))
    made.append(Table(name="tapak_fields", columns=columns, rows=list(told.items())))
    pairs = (("name", "TEXT"), ("value", "TEXT"))
    made.append(Table(name=TABLE, columns=pairs, rows=list(told_of_run(facts).items())))
    return geopackage(made)


def gis_geojson(facts: ReportFacts) -> bytes:
    """Write all sites as one GeoJSON (RFC 7946); a site without a point has null for a geometry.

    Members ``tapak`` and ``fields`` say of which run it is and what its properties mean.
    """
    own = excluded_titles(facts)
    features = [_feature(facts, site, field_titles(facts)) for site in facts.sites]
    features += [_feature(facts, site, own) for site in facts.excluded]
    about = field_titles(facts) | ({} if facts.public else own)
    made: dict[str, Any] = {"type": "FeatureCollection", MARK: told_of_run(facts), "fields": about}
    at = [f["geometry"]["coordinates"] for f in features if f["geometry"]]
    if at:
        lon, lat = zip(*at, strict=True)
        made["bbox"] = [min(lon), min(lat), max(lon), max(lat)]
    made["features"] = features
    text = json.dumps(made, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return f"{text}\n".encode()


def gis_kml(facts: ReportFacts) -> bytes:
    """Write all sites as KML: a folder of the ranked, one of the excluded, styled by score."""
    fields, own = field_titles(facts), excluded_titles(facts)
    data = "".join(
        f'<Data name="{MARK}:{name}"><value>{_xml(value)}</value></Data>'
        for name, value in told_of_run(facts).items()
    )
    folders = _folder(facts, "sites", facts.sites, fields)
    if not facts.public:
        folders += _folder(facts, "excluded", facts.excluded, own)
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<kml xmlns="http://www.opengis.net/kml/2.2">\n<Document>\n'
        f"<name>{_xml(facts.study_name)}</name>\n<ExtendedData>{data}</ExtendedData>\n"
        f"{_kml_styles()}{_schema('sites', fields)}{_schema('excluded', own)}"
        f"{folders}</Document>\n</kml>\n"
    )
    return text.encode()


def told_of_run(facts: ReportFacts) -> dict[str, str]:
    """Return the seal of the file and what a reader must know of it, as plain texts."""
    told = {name: str(value) for name, value in asdict(seal_of(facts, "gis")).items()}
    return told | {
        "study": clean(facts.study_name),
        "programme": facts.programme,
        "made_on": facts.made_on,
        "weights": "" if facts.public else clean(facts.weights_text),
        "synthetic": words.say("reports.frame.synthetic", lang=facts.lang)
        if facts.synthetic
        else "",
        "attribution": clean(facts.attribution),
    }


def field_titles(facts: ReportFacts) -> dict[str, str]:
    """Return what each column of a ranked site means, in the order of the columns."""
    if facts.public:
        return _titles(facts, PUBLIC)
    parts = {
        f"{PART}{c.key}": words.say("reports.field.part", lang=facts.lang, criterion=c.title)
        for c in facts.criteria
    }
    return _titles(facts, (*PLACE, *STANDING)) | parts


def excluded_titles(facts: ReportFacts) -> dict[str, str]:
    """Return what each column of an excluded site means."""
    return {} if facts.public else _titles(facts, (*PLACE, "reason"))


def _titles(facts: ReportFacts, names: Sequence[str]) -> dict[str, str]:
    return {name: words.say(f"reports.field.{name}", lang=facts.lang) for name in names}


def values(site: ReportSite) -> dict[str, Any]:
    """Return every column of a site; what is not known is None."""
    known = {name: getattr(site, name) or None for name in PLACE}
    told = known | {
        "rank": site.rank,
        "rank_range": site.rank_text,
        "score": site.score,
        "score_low": site.low,
        "score_high": site.high,
        "coverage": site.coverage_0_1,
        "readiness": site.readiness_text,
        "conditions": "; ".join(text for _, text in site.conditions) or None,
        "ask_first": site.ask_first or None,
        "state": site.state_text,
        "listed": site.listed,
        "valid_until": site.valid_until or None,
        "reason": site.reason or None,
    }
    return told | {f"{PART}{part.key}": part.contribution for part in site.parts}


def _point(site: ReportSite) -> list[float] | None:
    if site.lon is None or site.lat is None:
        return None
    return [round(site.lon, _DIGITS), round(site.lat, _DIGITS)]


def _sql(name: str) -> str:
    return "REAL" if name in REAL or name.startswith(PART) else SQL.get(name, "TEXT")


def _points(
    name: str,
    facts: ReportFacts,
    sites: Sequence[ReportSite],
    fields: Mapping[str, str],
    style: str,
) -> Table:
    rows = []
    for site in sites:
        told, at = values(site), _point(site)
        rows.append([None if at is None else shapely.Point(at), *(told.get(f) for f in fields)])
    about = words.say(f"reports.gis.{name}", lang=facts.lang)
    columns = [(field, _sql(field)) for field in fields]
    return Table(name=name, columns=columns, rows=rows, shape="POINT", about=about, style=style)


def _areas(facts: ReportFacts) -> Table:
    rows = [
        [shapely.MultiPolygon(_polygons(shape)), str(name)]
        for name, shape in zip(facts.kecamatan["name"], facts.kecamatan.geometry, strict=True)
    ]
    title = words.say("reports.field.kecamatan", lang=facts.lang)
    return Table(
        name="kecamatan",
        columns=[("name", "TEXT")],
        rows=rows,
        shape="MULTIPOLYGON",
        about=words.say("reports.gis.kecamatan", lang=facts.lang),
        style=outlines(_LINE, {"name": title}),
    )


def _polygons(shape: Any) -> list[Any]:
    parts = shapely.get_parts(shape).tolist()
    return [part for part in parts if part.geom_type == "Polygon"]


def _feature(facts: ReportFacts, site: ReportSite, fields: Mapping[str, str]) -> dict[str, Any]:
    at, told = _point(site), values(site)
    made: dict[str, Any] = {"type": "Feature"}
    if not facts.public:
        made["id"] = site.id
    made["geometry"] = None if at is None else {"type": "Point", "coordinates": at}
    made["properties"] = {
        name: clean(value) if isinstance(value, str) else value
        for name in fields
        for value in (told.get(name),)
    }
    return made


def _xml(text: object) -> str:
    return escape(clean(str(text)))


def _kml_styles() -> str:
    named = {"excluded": _EXCLUDED, "listed": _LISTED}
    named |= {f"score{k}": colour for k, colour in enumerate(SCORE_COLOURS)}
    return "".join(
        f'<Style id="{name}"><IconStyle><color>ff{c[5:7]}{c[3:5]}{c[1:3]}</color><scale>0.9</scale>'
        "</IconStyle></Style>\n"
        for name, c in named.items()
    )


def _schema(name: str, fields: Mapping[str, str]) -> str:
    if not fields:
        return ""
    kinds = {"REAL": "double", "INTEGER": "int", "BOOLEAN": "bool"}
    told = "".join(
        f'<SimpleField name="{field}" type="{kinds.get(_sql(field), "string")}">'
        f"<displayName>{_xml(title)}</displayName></SimpleField>"
        for field, title in fields.items()
    )
    return f'<Schema id="{name}" name="{name}">{told}</Schema>\n'


def _folder(
    facts: ReportFacts, name: str, sites: Sequence[ReportSite], fields: Mapping[str, str]
) -> str:
    title = {"sites": "lokasi", "excluded": "dikecualikan"}[name]
    inside = "".join(_placemark(facts, name, site, fields) for site in sites)
    told = words.say(f"reports.gis.{title}", lang=facts.lang)
    return f"<Folder><name>{_xml(told)}</name>\n{inside}</Folder>\n"


def _placemark(facts: ReportFacts, schema: str, site: ReportSite, fields: Mapping[str, str]) -> str:
    told, at = values(site), _point(site)
    style = "excluded"
    if schema == "sites":
        hundredths = int(site.score * 100 + 0.5 + 1e-9)
        level = sum(hundredths >= limit for limit in SCORE_BREAKS_HUNDREDTHS)
        style = "listed" if facts.public else f"score{level}"
    data = "".join(
        f"<SimpleData name={quoteattr(field)}>{_xml(_plain(told[field]))}</SimpleData>"
        for field in fields
        if told.get(field) is not None
    )
    point = f"<Point><coordinates>{at[0]},{at[1]}</coordinates></Point>" if at else ""
    return (
        f"<Placemark><name>{_xml(site.name)}</name><styleUrl>#{style}</styleUrl>"
        f'<ExtendedData><SchemaData schemaUrl="#{schema}">{data}</SchemaData></ExtendedData>'
        f"{point}</Placemark>\n"
    )


def _plain(value: object) -> object:
    return int(value) if isinstance(value, bool) else value
