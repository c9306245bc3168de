"""The QGIS project that QField opens: layers, relation, colours of the days, settings of QField."""

from __future__ import annotations

import json
from xml.etree.ElementTree import Element, tostring

import shapely
from pyproj import Transformer

import words
from geo.geopackage import clean
from surveys.marks import day_colour
from surveys.qfield_columns import (
    CHOICES,
    LAYER_IDS,
    PHOTO_FOLDER,
    ROUTES,
    SITES,
    VISITS,
    Column,
    site_columns,
)
from surveys.qfield_form import RELATION, site_form, visit_form
from surveys.qfield_visits import visit_columns
from surveys.qfield_xml import child, column_settings, option, renderer, system
from surveys.questions import FieldType
from surveys.sites import PackInput

MAP_ID = "peta_dasar_tapak"
PHOTO_PIXELS = 1280
"""The longer side of a photo as QField keeps it."""
_BUTTONS = 6
"""Up to so many choices are shown as buttons to tap, more as a list."""
_MARGIN_M = 500.0
_SHAPES = {SITES: "Point", VISITS: "Point", ROUTES: "Line", CHOICES: "No geometry"}
_DONE_COLOUR, _UNPLANNED = "1a202c", "718096"


def project_xml(
    pack: PackInput, geopackage: str, *, basemap: str = "", lang: str | None = None
) -> bytes:
    """Write the project of a pack whose GeoPackage lies beside it.

    Parameters
    ----------
    pack : PackInput
    geopackage : str
        Its file name.
    basemap : str
        Where tiles (MBTiles) lie as seen from the project; "" for none.
    lang : {"id", "en"}, optional
    """
    root = Element("qgis", {"projectname": clean(_title(pack)), "version": "3.22.16-Białowieża"})
    child(root, "homePath", path="")
    child(root, "title", _title(pack))
    system(root, "projectCrs", 3857)
    tree, layers = child(root, "layer-tree-group"), Element("projectlayers")
    for table in (VISITS, SITES, ROUTES, CHOICES):
        child(
            tree,
            "layer-tree-layer",
            id=LAYER_IDS[table],
            name=words.say(f"surveys.qfield.layer.{table}", lang=lang),
            source=_source(geopackage, table),
            providerKey="ogr",
            checked="Qt::Unchecked" if table == CHOICES else "Qt::Checked",
            expanded="0",
        )
    if basemap:
        _basemap(tree, layers, basemap, lang)
    _relation(root, lang)
    _canvas(root, pack)
    _themes(root, pack, lang, mapped=bool(basemap))
    root.append(layers)
    for table in (VISITS, SITES, ROUTES, CHOICES):
        _layer(layers, pack, table, _source(geopackage, table), lang)
    _properties(root)
    head = b"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
    return head + bytes(tostring(root, encoding="utf-8"))


def _title(pack: PackInput) -> str:
    return f"{pack.study_name} · {pack.team}"


def _source(geopackage: str, table: str) -> str:
    return f"./{geopackage}|layername={table}"


def _relation(root: Element, lang: str | None) -> None:
    relation = child(
        child(root, "relations"),
        "relation",
        id=RELATION,
        name=words.say("surveys.qfield.visits", lang=lang),
        referencingLayer=LAYER_IDS[VISITS],
        referencedLayer=LAYER_IDS[SITES],
        strength="Association",
    )
    child(relation, "fieldRef", referencedField="site", referencingField="site")


def _canvas(root: Element, pack: PackInput) -> None:
    """Open on the team's sites; a pack without a single point opens on the whole world."""
    points = [
        shapely.Point(s.lon, s.lat) for s in pack.sites if s.lon is not None and s.lat is not None
    ]
    lonlat = shapely.total_bounds(points) if points else (-180.0, -85.0, 180.0, 85.0)
    project = Transformer.from_crs(4326, 3857, always_xy=True)
    west, south = project.transform(lonlat[0], lonlat[1])
    east, north = project.transform(lonlat[2], lonlat[3])
    canvas = child(root, "mapcanvas", name="theMapCanvas", annotationsVisible="1")
    child(canvas, "units", "meters")
    extent = child(canvas, "extent")
    sides = {"xmin": west - _MARGIN_M, "ymin": south - _MARGIN_M}
    sides |= {"xmax": east + _MARGIN_M, "ymax": north + _MARGIN_M}
    for side, metres in sides.items():
        child(extent, side, f"{metres:.1f}")
    child(canvas, "rotation", "0")
    system(canvas, "destinationsrs", 3857)


def _days(pack: PackInput) -> list[int]:
    return sorted({site.day or 0 for site in pack.sites} | set(pack.route_lonlat))


def _rule(table: str, day: int, lang: str | None) -> tuple[str, str, str, str]:
    said = words.say("surveys.map.day", lang=lang, day=day) if day else ""
    label = said or words.say("surveys.web.no_day", lang=lang)
    where = f'"hari" = {day}' if day else '"hari" IS NULL'
    return f"{{{table}-{day}}}", where, label, day_colour(day) if day else _UNPLANNED


def _themes(root: Element, pack: PackInput, lang: str | None, *, mapped: bool) -> None:
    """Let the team choose one day, or all: each theme ticks that day's sites and way."""
    days = _days(pack)
    listed = child(root, "visibility-presets")
    every = words.say("surveys.qfield.all_days", lang=lang)
    named = [(every, days), *((_rule(SITES, day, lang)[2], [day]) for day in days)]
    for title, wanted in named:
        theme = child(listed, "visibility-preset", name=title)
        theme.set("has-expanded-info", "0")
        shown = [LAYER_IDS[table] for table in (VISITS, SITES, ROUTES)]
        for layer in [*shown, *([MAP_ID] if mapped else [])]:
            child(theme, "layer", id=layer, visible="1", style="default")
        for table in (SITES, ROUTES):
            ticked = child(theme, "checked-legend-nodes", id=LAYER_IDS[table])
            for day in wanted:
                child(ticked, "checked-legend-node", id=_rule(table, day, lang)[0])


def _layer(parent: Element, pack: PackInput, table: str, source: str, lang: str | None) -> None:
    layer = child(parent, "maplayer", type="vector", geometry=_SHAPES[table])
    layer.set("readOnly", "1" if table in {ROUTES, CHOICES} else "0")
    layer.set("labelsEnabled", "1" if table == SITES else "0")
    child(layer, "id", LAYER_IDS[table])
    child(layer, "datasource", source)
    child(layer, "layername", words.say(f"surveys.qfield.layer.{table}", lang=lang))
    system(layer, "srs", 4326)
    child(layer, "provider", "ogr", encoding="UTF-8")
    manager = child(layer, "map-layer-style-manager", current="default")
    child(manager, "map-layer-style", name="default")
    option(child(layer, "customproperties"), _custom(pack, table))
    columns: tuple[Column, ...] = ()
    if table == SITES:
        columns = site_columns(lang)
        renderer(layer, "marker", [_rule(SITES, day, lang) for day in _days(pack)])
        _labels(layer)
        child(layer, "previewExpression", '"judul"')
        site_form(layer, tuple(c.name for c in columns if c.name != "judul"), lang)
    elif table == VISITS:
        columns = visit_columns(pack, lang)
        done = words.say("surveys.qfield.layer.kunjungan_survei", lang=lang)
        renderer(layer, "marker", [(f"{{{VISITS}}}", "", done, _DONE_COLOUR)])
        shown = 'represent_value("site") || \' · \' || "surveyor"'
        child(layer, "previewExpression", shown)
        visit_form(layer, pack, lang)
    elif table == ROUTES:
        renderer(layer, "line", [_rule(ROUTES, day, lang) for day in _days(pack)])
    column_settings(layer, columns)
    if columns:
        child(layer, "editorlayout", "tablayout")


def _basemap(tree: Element, layers: Element, path: str, lang: str | None) -> None:
    """Lay the pack's own map beneath everything: no network is asked for it."""
    told = words.say("surveys.qfield.layer.map", lang=lang)
    child(
        tree,
        "layer-tree-layer",
        id=MAP_ID,
        name=told,
        source=path,
        providerKey="gdal",
        checked="Qt::Checked",
        expanded="0",
    )
    layer = child(layers, "maplayer", type="raster")
    child(layer, "id", MAP_ID)
    child(layer, "datasource", path)
    child(layer, "layername", told)
    system(layer, "srs", 3857)
    child(layer, "provider", "gdal")


def _labels(layer: Element) -> None:
    settings = child(child(layer, "labeling", type="simple"), "settings", calloutType="simple")
    style = child(settings, "text-style", fieldName="judul", isExpression="0")
    for key, value in {
        "fontSize": "9",
        "textColor": "26,32,44,255",
        "fontSizeUnit": "Point",
    }.items():
        style.set(key, value)
    child(style, "text-buffer", bufferDraw="1", bufferSize="1", bufferColor="255,255,255,255")
    child(settings, "placement", placement="6", dist="2", distUnits="MM")


def _custom(pack: PackInput, table: str) -> dict[str, object]:
    """Tell QField what may be changed, and how photos are named: by site, question and moment."""
    told: dict[str, object] = {
        "QFieldSync/action": "copy",
        "QFieldSync/cloud_action": "offline" if table in {SITES, VISITS} else "no_action",
    }
    if table == SITES:
        locks = ("geometry", "feature_addition", "feature_deletion")
        told |= {f"QFieldSync/is_{lock}_locked": True for lock in locks}
    if table == VISITS:
        photos = [f.name for f in pack.spec.fields if f.type is FieldType.PHOTO]
        told |= {
            "QFieldSync/attachment_naming": _naming(photos, ".{extension}"),
            "QFieldSync/photo_naming": _naming(photos, ".jpg"),
            "QFieldSync/value_map_button_interface_threshold": _BUTTONS,
        }
    return told


def _naming(photos: list[str], suffix: str) -> str:
    return json.dumps(
        {
            name: f"'{PHOTO_FOLDER}/' || coalesce(\"site\", 'tanpa') || '_{name}_' || "
            f"format_date(now(), 'yyyyMMddhhmmsszzz') || '{suffix}'"
            for name in photos
        }
    )


def _properties(root: Element) -> None:
    properties = child(root, "properties")
    child(child(properties, "SpatialRefSys"), "ProjectionsEnabled", "1", type="int")
    child(child(properties, "Paths"), "Absolute", "false", type="bool")
    sync = child(properties, "qfieldsync")
    child(sync, "maximumImageWidthHeight", str(PHOTO_PIXELS), type="int")
    child(sync, "initialMapMode", "browse", type="QString")
    folders = child(sync, "attachmentDirs", type="QStringList")
    child(folders, "value", PHOTO_FOLDER)
