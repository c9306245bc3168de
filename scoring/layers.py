"""What measuring needs to know of the world: layers with their hash, in one metric CRS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
from pyproj import CRS

from geo.crs import to_metric


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer as a reader returned it.

    Parameters
    ----------
    kind : str
        ``landslide``, ``events``, ``people``, ``places``, ``streets`` …
    hash : str
        sha256 of the canonical JSON of kind, file, reader version and settings.
    source : str
        The file's name, as a person knows it.
    data : GeoDataFrame | DataFrame | Raster
        Vectors in any CRS (projected once, on use).
    values : {"index", "class", ""}
        What a hazard layer holds.
    full_cover : bool
        The owner declares that outside the polygons there is no hazard.
    settle_nodata : bool
        The study settles unknown landslide cells by the rule of CRITERIA §3.
    licence, date : str
        Shown wherever the layer is.
    """

    kind: str
    hash: str
    source: str
    data: Any
    values: str = ""
    full_cover: bool = False
    settle_nodata: bool = False
    licence: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """The layers of a study, by kind, and the metric CRS everything is measured in."""

    crs: CRS
    by_kind: Mapping[str, Layer]
    _metric: dict[str, gpd.GeoDataFrame] = field(default_factory=dict, repr=False, compare=False)

    def get(self, kind: str) -> Layer | None:
        """Return a layer, or None when the study does not have it."""
        return self.by_kind.get(kind)

    def metric(self, kind: str) -> gpd.GeoDataFrame:
        """Return a vector layer in the metric CRS; projected once and kept."""
        if kind not in self._metric:
            frame = to_metric(self.by_kind[kind].data, crs=self.crs)
            usable = frame.geometry.notna() & ~frame.geometry.is_empty
            self._metric[kind] = frame.loc[usable].reset_index(drop=True)
        return self._metric[kind]
