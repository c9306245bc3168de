"""Maps in a PDF know where on the ground they lie: GDAL, QGIS and phone apps can place them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from geo.figure_types import Figure, corners_lonlat
from reports.typeset import printable

_CORNERS = (0, 0, 0, 1, 1, 1, 1, 0)
"""Of the map in its own square: lower left, upper left, upper right, lower right."""


def georeferenced(pdf: bytes, figures: Sequence[Figure]) -> bytes:
    """Stamp every map of a tagged PDF with its place on the ground (ISO 32000-2, 12.10).

    A map is found by its alternative text; where on its page it stands is read from the box that
    its tag carries, so no template needs to say it twice.

    Parameters
    ----------
    pdf : bytes
        As `reports.typeset.typeset` makes it.
    figures : sequence of Figure
        Its maps, in their order in the document where two have the same alternative text.

    Returns
    -------
    bytes
        The same document; each page with maps has a viewport for each of them. The same bytes
        for the same input.
    """
    import pikepdf  # only when there is a map

    waiting: dict[str, list[Figure]] = {}
    for figure in figures:
        waiting.setdefault(printable(figure.alt), []).append(figure)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for tag, alt in _tags(document):
            own = waiting.get(alt)
            if own:
                _stamp(document, tag, own.pop(0))
        out = io.BytesIO()
        document.save(
            out,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,  # tags take a third of the room
        )
    return out.getvalue()


def _tags(document: Any) -> Iterator[tuple[Any, str]]:
    """Yield the tags of pictures that have an alternative text and a box, in reading order."""
    root = document.Root.get("/StructTreeRoot")
    waiting = [root] if root is not None else []
    while waiting:
        tag = waiting.pop()
        if str(tag.get("/S", "")) == "/Figure" and "/Alt" in tag and "/Pg" in tag:
            yield tag, str(tag.Alt)
        inner = tag.get("/K")
        kids = list(inner) if _is_array(inner) else [inner]
        waiting += [kid for kid in reversed(kids) if _is_tag(kid)]


def _is_array(value: Any) -> bool:
    import pikepdf

    return isinstance(value, pikepdf.Array)


def _is_tag(value: Any) -> bool:
    import pikepdf

    return isinstance(value, pikepdf.Dictionary) and ("/S" in value or "/K" in value)


def _box(tag: Any) -> list[float] | None:
    """Box of a picture on its page, in points from the lower left corner."""
    given = tag.get("/A")
    for one in given if _is_array(given) else [given]:
        if one is not None and "/BBox" in one:
            return [float(side) for side in one.BBox]
    return None


def _stamp(document: Any, tag: Any, figure: Figure) -> None:
    from pikepdf import Array, Dictionary, Name, String

    box = _box(tag)
    if box is None:
        return
    left, bottom, right, top = box
    per_mm = (right - left) / figure.width_mm, (top - bottom) / figure.height_mm
    x, y, wide, tall = figure.frame_mm
    frame = (
        left + x * per_mm[0],
        top - (y + tall) * per_mm[1],
        left + (x + wide) * per_mm[0],
        top - y * per_mm[1],
    )
    corners = [round(v, 9) for lon, lat in corners_lonlat(figure) for v in (lat, lon)]
    measure = Dictionary(
        Type=Name.Measure,
        Subtype=Name.GEO,
        Bounds=Array(_CORNERS),
        LPTS=Array(_CORNERS),
        GPTS=Array(corners),
        GCS=Dictionary(
            Type=Name.PROJCS,
            EPSG=figure.crs.to_epsg() or 0,
            WKT=String(figure.crs.to_wkt("WKT1_ESRI")),
        ),
    )
    view = Dictionary(
        Type=Name.Viewport,
        BBox=Array([round(side, 4) for side in frame]),
        Name=String("Tapak"),
        Measure=document.make_indirect(measure),
    )
    page = tag.Pg
    if "/VP" not in page:
        page.VP = Array()
    page.VP.append(view)
