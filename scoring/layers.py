"""What measuring needs to know of the world: layers with their hash, in one metric CRS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
from pyproj import CRS

from geo.crs import to_metric
from geo.errors import InputError
from geo.streets.graph import Streets
from geo.streets.profiles import profile


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
    data : GeoDataFrame | DataFrame | Raster | callable
        Vectors in any CRS (projected once, on use), or what loads them when they are needed.
    values : {"index", "class", ""}
        What a hazard layer holds.
    full_cover : bool
        The owner declares that outside the polygons there is no hazard.
    settle_nodata : bool
        The study settles unknown landslide cells by the rule of CRITERIA §3.
    licence, date, attribution : str
        Shown wherever the layer is; the attribution in the words its owner asks for.
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
    attribution: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """The layers of a study, by kind, and the metric CRS everything is measured in.

    ``speeds`` holds what the study changes in the speed tables of `geo.streets.profiles`, by mode.
    """

    crs: CRS
    by_kind: Mapping[str, Layer]
    speeds: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    _metric: dict[str, gpd.GeoDataFrame] = field(default_factory=dict, repr=False, compare=False)
    _networks: dict[str, Streets | None] = field(default_factory=dict, repr=False, compare=False)
    _derived: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def get(self, kind: str) -> Layer | None:
        """Return a layer, or None when the study does not have it."""
        return self.by_kind.get(kind)

    def metric(self, kind: str) -> gpd.GeoDataFrame:
        """Return a vector layer in the metric CRS; projected once and kept."""
        if kind not in self._metric:
            data = self.by_kind[kind].data
            frame = to_metric(data() if callable(data) else data, crs=self.crs)
            usable = frame.geometry.notna() & ~frame.geometry.is_empty
            self._metric[kind] = frame.loc[usable].reset_index(drop=True)
        return self._metric[kind]

    def derived(self, name: str, make: Callable[[], Any]) -> Any:
        """Return what is derived from these layers alone; made once and kept."""
        if name not in self._derived:
            self._derived[name] = make()
        return self._derived[name]

    def network(self, mode: str) -> Streets | None:
        """Return the street network of a mode, built once; None where no street is open to it."""
        if mode not in self._networks:
            self._networks[mode] = self._built(mode) if "streets" in self.by_kind else None
        return self._networks[mode]

    def _built(self, mode: str) -> Streets | None:
        from geo.streets import build  # compiled searches load only when a trip is asked for

        ground = self.get("elevation")
        chosen = profile(mode, self.speeds.get(mode))
        try:
            return build(
                self.metric("streets"), profile=chosen, ground=ground.data if ground else None
            )
        except InputError as fault:
            if fault.code != "streets.none":
                raise
            return None
