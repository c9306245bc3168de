"""Small pieces of a QGIS project: options, symbols, coordinate systems, layers' settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement

from geo.geopackage import clean
from surveys.qfield_columns import Column

_NOT_NULL, _UNIQUE, _EXPRESSION = 1, 2, 4
_HARD = "1"
"""Strength of a constraint that refuses to save; 2 would only warn."""
_SYSTEMS = {
    4326: ("3452", "WGS 84", "longlat", "+proj=longlat +datum=WGS84 +no_defs", "true"),
    3857: (
        "3857",
        "WGS 84 / Pseudo-Mercator",
        "merc",
        "+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +no_defs",
        "false",
    ),
}
"""By EPSG number: QGIS's own number of it (srsid), its name, projection, proj text, in degrees."""


def child(parent: Element, tag: str, text: str = "", /, **told: object) -> Element:
    """Add an element; what XML cannot carry is dropped from its text and attributes."""
    made = SubElement(parent, tag, {name: clean(str(value)) for name, value in told.items()})
    made.text = clean(text) or None
    return made


def option(parent: Element, value: object, *, name: str = "") -> None:
    """Write a value as QGIS writes its variants: map, list, text, number or truth."""
    told = {"name": clean(name)} if name else {}
    if isinstance(value, Mapping):
        held = SubElement(parent, "Option", {"type": "Map", **told})
        for key, inside in value.items():
            option(held, inside, name=str(key))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        held = SubElement(parent, "Option", {"type": "List", **told})
        for inside in value:
            option(held, inside)
    else:
        kinds = {bool: "bool", int: "int", float: "double"}
        kind = kinds.get(type(value), "QString")
        text = str(value).lower() if isinstance(value, bool) else str(value)
        SubElement(parent, "Option", {"type": kind, "value": clean(text), **told})


def system(parent: Element, tag: str, epsg: int) -> None:
    """Write a coordinate system with its ``srsid``, without which QField shows nothing."""
    srsid, name, projection, proj, degrees = _SYSTEMS[epsg]
    told = child(child(parent, tag), "spatialrefsys")
    parts = {
        "proj4": proj,
        "srsid": srsid,
        "srid": str(epsg),
        "authid": f"EPSG:{epsg}",
        "description": name,
        "projectionacronym": projection,
        "ellipsoidacronym": "EPSG:7030",
        "geographicflag": degrees,
    }
    for part, value in parts.items():
        child(told, part, value)


def renderer(parent: Element, shape: str, rules: Sequence[tuple[str, str, str, str]]) -> None:
    """Draw by rules of (key, filter, label, colour RRGGBB); the keys name them in map themes."""
    held = child(parent, "renderer-v2", type="RuleRenderer", symbollevels="0", forceraster="0")
    listed = child(held, "rules", key=f"{{tapak-{shape}}}")
    for n, (key, where, label, _) in enumerate(rules):
        child(listed, "rule", key=key, filter=where, label=label, symbol=n)
    symbols = child(held, "symbols")
    for n, (_, _, _, colour) in enumerate(rules):
        symbol = child(symbols, "symbol", name=n, type=shape, alpha="1")
        if shape == "line":
            _drawn(symbol, "SimpleLine", {"line_color": colour, "line_width": "1"})
        else:
            mark = {"name": "circle", "size": "4", "outline_color": "ffffff", "color": colour}
            _drawn(symbol, "SimpleMarker", mark)


def _drawn(symbol: Element, kind: str, told: Mapping[str, str]) -> None:
    layer = child(symbol, "layer", enabled="1", locked="0")
    layer.set("class", kind)
    shown = {name: _rgba(text) if "color" in name else text for name, text in told.items()}
    option(layer, shown)


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (0, 2, 4)) + ",255"


def column_settings(layer: Element, columns: Iterable[Column]) -> None:
    """Write widgets, names, defaults and constraints of a layer's columns."""
    widgets, aliases = child(layer, "fieldConfiguration"), child(layer, "aliases")
    defaults, limits = child(layer, "defaults"), child(layer, "constraints")
    checks, editable = child(layer, "constraintExpressions"), child(layer, "editable")
    _widget(widgets, "fid", "Hidden", {})
    for column in columns:
        _widget(widgets, column.name, *column.widget)
        child(aliases, "alias", field=column.name, name=column.alias)
        child(editable, "field", name=column.name, editable=int(column.editable))
        child(
            defaults,
            "default",
            field=column.name,
            expression=column.default,
            applyOnUpdate=int(column.renewed),
        )
        bits = column.required * _NOT_NULL + column.unique * _UNIQUE
        bits += bool(column.check) * _EXPRESSION
        child(
            limits,
            "constraint",
            field=column.name,
            constraints=bits,
            notnull_strength=_HARD if column.required else "0",
            unique_strength=_HARD if column.unique else "0",
            exp_strength=_HARD if column.check else "0",
        )
        child(checks, "constraint", field=column.name, exp=column.check, desc=column.says)


def _widget(parent: Element, name: str, kind: str, config: Mapping[str, object]) -> None:
    field = child(parent, "field", name=name, configurationFlags="None")
    option(child(child(field, "editWidget", type=kind), "config"), config)
