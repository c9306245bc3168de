"""What was measured and read before, in ``cache/`` by content hash; deleting it loses nothing."""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from data.files.first import read_apart
from data.osm import OsmExtract, read_osm
from data.workspace import Study
from geo.files import written_whole

TILES = "tiles"
"""Folder of ``cache`` with what was measured of parts of a study's sites."""
OSM_PARTS = ("places", "streets", "buildings")


@dataclass(frozen=True, slots=True)
class KeptMeasures:
    """A study's measures as parquet files (`scoring.measure.Memory`)."""

    study: Study
    kind: str = "measure"
    mark: str = ""

    def of_tile(self, tile: int, tiles: int) -> KeptMeasures:
        """Return the memory of one tile of the study's sites."""
        return KeptMeasures(self.study, TILES, f"-{tile}-{tiles}")

    def _path(self, key: str) -> Path:
        return self.study.cache_path(self.kind, key + self.mark, ".parquet")

    def recall(self, key: str) -> pd.DataFrame | None:
        """Return what is kept under a key; a damaged file counts as not kept."""
        path = self._path(key)
        if not path.is_file():
            return None
        try:
            return pd.read_parquet(path)
        except (OSError, ValueError):
            return None

    def keep(self, key: str, rows: pd.DataFrame) -> None:
        """Keep rows under a key, whole or not at all."""
        path = self._path(key)
        with written_whole(path, overwrite=True) as temporary:
            rows.to_parquet(temporary)


@dataclass(frozen=True, slots=True)
class KeptArrays:
    """Networks and where people live as files of arrays (`scoring.layers.Store`).

    One file a name, so that a network that changes replaces the one before.
    """

    study: Study

    def recall(self, name: str, key: str) -> dict[str, npt.NDArray[Any]] | None:
        """Return what is kept under a name and key; a damaged file counts as not kept."""
        path = self.study.cache_path("arrays", name, ".npz")
        if not path.is_file():
            return None
        try:
            with np.load(path, allow_pickle=False) as kept:
                if kept["key"].item() != key:
                    return None
                return {part: kept[part] for part in kept.files if part != "key"}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None

    def keep(self, name: str, key: str, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Keep arrays under a name, whole or not at all."""
        path = self.study.cache_path("arrays", name, ".npz")
        with written_whole(path, overwrite=True) as temporary, temporary.open("wb") as file:
            np.savez(file, key=np.array(key), **arrays)  # type: ignore[arg-type]


class KeptOsm:
    """An OSM extract in the cache; each part is loaded when it is asked for.

    Streets and buildings are handed out, not held: who projects them holds them once. A warm
    ranking asks for the places only: streets and a regency's buildings stay on disk.
    """

    def __init__(self, study: Study, key: str, path: Path) -> None:
        self._path = path
        self._reading = threading.RLock()
        self._parsed: dict[str, gpd.GeoDataFrame] = {}
        self._parts = {n: study.cache_path("osm", f"{key}-{n}", ".parquet") for n in OSM_PARTS}

    @cached_property
    def places(self) -> gpd.GeoDataFrame:
        """Places of every kind that a criterion needs."""
        return self._part("places")

    @property
    def streets(self) -> gpd.GeoDataFrame:
        """Streets as a table."""
        return self._part("streets")

    @property
    def buildings(self) -> gpd.GeoDataFrame:
        """Centroids of buildings."""
        return self._part("buildings")

    def _part(self, name: str) -> gpd.GeoDataFrame:
        with self._reading:  # two measures at a time may ask for parts of the same extract
            if name in self._parsed:
                return self._parsed.pop(name)
            if all(path.is_file() for path in self._parts.values()):
                try:
                    return gpd.read_parquet(self._parts[name])
                except (OSError, ValueError):
                    pass  # a damaged cache is read anew and replaced
            self.parse()
            return self._parsed.pop(name)

    def parse(self) -> None:
        """Read the extract itself and keep its parts."""
        extract = kept_parts(self._path, self._parts)
        self._parsed.update({name: getattr(extract, name) for name in OSM_PARTS})

    def parse_apart(self) -> int:
        """Read an extract that came from outside in a child; return how many things it holds."""
        parts = {name: str(kept.absolute()) for name, kept in self._parts.items()}
        told = read_apart("work.kept:parse_extract", self._path, {"parts": parts}, extract=True)
        return int(told)


def kept_parts(path: Path, parts: Mapping[str, Path]) -> OsmExtract:
    """Read an extract and keep each part of it whole, as parquet."""
    extract = read_osm(path)
    for name, kept in parts.items():
        with written_whole(kept, overwrite=True) as temporary:
            getattr(extract, name).to_parquet(temporary)
    return extract


def parse_extract(*, path: str, parts: Mapping[str, str]) -> int:
    """Keep the parts of an extract, in the child, and tell how many things they hold."""
    extract = kept_parts(Path(path), {name: Path(kept) for name, kept in parts.items()})
    return sum(len(getattr(extract, name)) for name in parts)
