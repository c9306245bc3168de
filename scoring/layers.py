"""What measuring needs to know of the world: layers with their hash, in one metric CRS."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Protocol

import geopandas as gpd
import numpy.typing as npt
from pyproj import CRS

from geo.crs import to_metric
from geo.errors import InputError
from geo.streets.graph import Streets
from geo.streets.profiles import Profile, profile

# of the module: layers may be sent to another process
_PROJECTING = threading.RLock()
_MAKING: defaultdict[str, threading.RLock] = defaultdict(threading.RLock)
_FORM = 1
"""Counted up when what is derived from layers, or the form it is kept in, changes."""
Arrays = dict[str, npt.NDArray[Any]]


class Store(Protocol):
    """Keeps arrays under a name, together with a key made of everything they come from."""

    def recall(self, name: str, key: str) -> Arrays | None:
        """Return the arrays of a name, or None when they are not of this key."""

    def keep(self, name: str, key: str, arrays: Arrays) -> None:
        """Keep arrays, instead of what was kept under the name before."""


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
    ``store`` keeps networks and where people live from one run to the next.
    """

    crs: CRS
    by_kind: Mapping[str, Layer]
    speeds: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    store: Store | None = field(default=None, repr=False, compare=False)
    _metric: dict[str, gpd.GeoDataFrame] = field(default_factory=dict, repr=False, compare=False)
    _networks: dict[str, Streets | None] = field(default_factory=dict, repr=False, compare=False)
    _derived: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def get(self, kind: str) -> Layer | None:
        """Return a layer, or None when the study does not have it."""
        return self.by_kind.get(kind)

    def metric(self, kind: str) -> gpd.GeoDataFrame:
        """Return a vector layer in the metric CRS; projected once and kept."""
        with _PROJECTING:  # two measures at a time may ask for the same layer
            if kind not in self._metric:
                data = self.by_kind[kind].data
                frame = to_metric(data() if callable(data) else data, crs=self.crs)
                usable = frame.geometry.notna() & ~frame.geometry.is_empty
                self._metric[kind] = frame.loc[usable].reset_index(drop=True)
            return self._metric[kind]

    def forget(self) -> None:
        """Let go of what was projected, built or derived; it is made anew when asked for."""
        for made in (self._metric, self._networks, self._derived):
            made.clear()

    def arrays(
        self, name: str, kinds: Sequence[str], make: Callable[[], Arrays], *, told: str = ""
    ) -> Arrays:
        """Return arrays that come from some layers alone (and from what is ``told``): kept or made.

        The key is sha256(form, what is told, hashes of the layers, metric CRS).
        """
        if self.store is None:
            return make()
        used = [layer.hash if (layer := self.get(kind)) else "" for kind in kinds]
        text = json.dumps([_FORM, told, used, self.crs.to_wkt()])
        key = hashlib.sha256(text.encode()).hexdigest()
        found = self.store.recall(name, key)
        if found is None:
            found = make()
            self.store.keep(name, key, found)
        return found

    def derived(self, name: str, make: Callable[[], Any]) -> Any:
        """Return what is derived from these layers alone; made once and kept."""
        with _MAKING[name]:  # whoever asks while another thread makes it waits for it
            if name not in self._derived:
                self._derived[name] = make()
            return self._derived[name]

    def network(self, mode: str) -> Streets | None:
        """Return the street network of a mode, built once; None where no street is open to it."""
        with _MAKING[f"network {mode}"]:
            if mode not in self._networks:
                self._networks[mode] = self._built(mode) if "streets" in self.by_kind else None
            return self._networks[mode]

    def _built(self, mode: str) -> Streets | None:
        from geo.streets.kept import from_arrays

        chosen = profile(mode, self.speeds.get(mode))
        try:
            found = self.arrays(
                f"streets-{mode}",
                ("streets", "elevation"),
                lambda: self._network_arrays(chosen),
                told=_profile_text(chosen),
            )
        except InputError as fault:
            if fault.code != "streets.none":
                raise
            return None
        return from_arrays(found, profile=chosen, crs=self.crs)

    def _network_arrays(self, chosen: Profile) -> Arrays:
        from geo.streets import build  # compiled searches load only when a trip is asked for
        from geo.streets.kept import to_arrays

        ground = self.get("elevation")
        streets = self.metric("streets")
        return to_arrays(build(streets, profile=chosen, ground=ground.data if ground else None))


def _profile_text(chosen: Profile) -> str:
    """Write a profile down in one order, whatever order its sets and tables have in memory."""
    told = {f.name: getattr(chosen, f.name) for f in fields(chosen)}
    return json.dumps(
        told,
        sort_keys=True,
        default=lambda part: dict(part) if isinstance(part, Mapping) else sorted(part),
    )
