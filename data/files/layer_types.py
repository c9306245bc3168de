"""What a layer reader is told and what it hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from data.files.reading import ReadReport

Values = Literal["index", "class", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerOptions:
    """What a study states about one layer; everything may be left out.

    Parameters
    ----------
    crs : str, optional
        CRS of a file that states none. For a table: the CRS of its x and y columns.
    full_cover : bool
        The layer covers the whole area: outside its polygons is class 0, not unknown. Readers
        carry it along; measuring decides with it.
    columns : mapping of field to column
        Wins over the names that are known.
    values : {"index", "class"}, optional
        What a hazard raster holds; inferred when left out.
    scale : float, optional
        Multiplies a raster's values: 0.01 turns an index stored as 0–100 into 0–1.
    nodata : float, optional
        The raster value that means *unknown*, where the file does not say it or says it wrongly.
    layer : str, optional
        Which layer of a GeoPackage or zip.
    utm_zone : str
        Zone of UTM coordinates in tables.
    bounds : (min lon, min lat, max lon, max lat), optional
        Of the study: points outside that would fit when swapped are offered the swap.
    """

    crs: str | None = None
    full_cover: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Literal["index", "class"] | None = None
    scale: float | None = None
    nodata: float | None = None
    layer: str | None = None
    utm_zone: str = "49S"
    bounds: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerReading:
    """One layer as read.

    Parameters
    ----------
    kind : str
    data : GeoDataFrame, DataFrame, Raster or OsmExtract
        The canonical frame of its kind, EPSG:4326, with ``row``.
    report : ReadReport
    values : {"index", "class", ""}
        What a hazard layer holds.
    """

    kind: str
    data: Any
    report: ReadReport
    values: Values = ""
