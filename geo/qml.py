"""Styles of layers as QGIS reads them (QML): classes of a number, one symbol, field names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from xml.sax.saxutils import quoteattr

from geo.geopackage import clean

_HEAD = (
    "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
    '<qgis version="3.22.0" styleCategories="Symbology|Labeling|Fields">'
)


def classed_points(
    column: str, breaks: Sequence[float], colours: Sequence[str], fields: Mapping[str, str]
) -> str:
    """Style points by a number: ``breaks`` lie between classes, from 0 to 1.

    Parameters
    ----------
    fields : mapping
        What each column is called for a person.
    """
    ends = (0.0, *breaks, 1.0)
    ranges = "".join(
        f'<range lower="{low:.6f}" upper="{high:.6f}" symbol="{k}" render="true" '
        f'label="{low:.2f} – {high:.2f}"/>'
        for k, (low, high) in enumerate(pairwise(ends))
    )
    symbols = "".join(_marker(str(k), colour) for k, colour in enumerate(colours))
    return (
        f'{_HEAD}{_aliases(fields)}<renderer-v2 type="graduatedSymbol" attr={quoteattr(column)} '
        f'graduatedMethod="GraduatedColor" symbollevels="0" enableorderby="0">'
        f"<ranges>{ranges}</ranges><symbols>{symbols}</symbols></renderer-v2></qgis>"
    )


def plain_points(colour: str, fields: Mapping[str, str], *, shape: str = "circle") -> str:
    """Style points with one symbol."""
    return _single(_marker("0", colour, shape=shape), fields)


def outlines(colour: str, fields: Mapping[str, str]) -> str:
    """Style areas by their outline alone."""
    told = {
        "style": "no",
        "outline_style": "solid",
        "outline_color": _rgb(colour),
        "outline_width": "0.4",
        "outline_width_unit": "MM",
    }
    symbol = f'<symbol name="0" type="fill" alpha="1">{_layer("SimpleFill", told)}</symbol>'
    return _single(symbol, fields)


def _single(symbol: str, fields: Mapping[str, str]) -> str:
    return (
        f'{_HEAD}{_aliases(fields)}<renderer-v2 type="singleSymbol" symbollevels="0" '
        f'enableorderby="0"><symbols>{symbol}</symbols></renderer-v2></qgis>'
    )


def _aliases(fields: Mapping[str, str]) -> str:
    told = "".join(
        f'<alias field="{name}" index="{k}" name={quoteattr(clean(title))}/>'
        for k, (name, title) in enumerate(fields.items(), start=1)
    )
    return f"<aliases>{told}</aliases>"


def _marker(name: str, colour: str, *, shape: str = "circle") -> str:
    told = {
        "name": shape,
        "color": _rgb(colour),
        "outline_color": "30,40,45,255",
        "outline_width": "0.2",
        "size": "2.8",
        "size_unit": "MM",
    }
    return f'<symbol name="{name}" type="marker" alpha="1">{_layer("SimpleMarker", told)}</symbol>'


def _layer(kind: str, told: Mapping[str, str]) -> str:
    options = "".join(f'<Option name="{k}" type="QString" value="{v}"/>' for k, v in told.items())
    return (
        f'<layer class="{kind}" enabled="1" pass="0"><Option type="Map">{options}</Option></layer>'
    )


def _rgb(colour: str) -> str:
    return ",".join(str(int(colour[k : k + 2], 16)) for k in (1, 3, 5)) + ",255"
