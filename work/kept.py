"""What was measured and read before, in ``cache/`` by content hash; deleting it loses nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from data.osm import OsmExtract, read_osm
from data.workspace import Study
from geo.files import written_whole

OSM_PARTS = ("places", "streets", "buildings")


@dataclass(frozen=True, slots=True)
class KeptMeasures:
    """A study's measures as parquet files (`scoring.measure.Memory`)."""

    study: Study

    def recall(self, key: str) -> pd.DataFrame | None:
        """Return what is kept under a key; a damaged file counts as not kept."""
        path = self.study.cache_path("measure", key, ".parquet")
        if not path.is_file():
            return None
        try:
            return pd.read_parquet(path)
        except (OSError, ValueError):
            return None

    def keep(self, key: str, rows: pd.DataFrame) -> None:
        """Keep rows under a key, whole or not at all."""
        path = self.study.cache_path("measure", key, ".parquet")
        with written_whole(path, overwrite=True) as temporary:
            rows.to_parquet(temporary)


def kept_osm(study: Study, key: str, path: Path) -> OsmExtract:
    """Read an OSM extract, or take it from the cache: a regency is slow to parse, quick to load."""
    parts = {n: study.cache_path("osm", f"{key}-{n}", ".parquet") for n in OSM_PARTS}
    if all(p.is_file() for p in parts.values()):
        try:
            return OsmExtract(**{name: gpd.read_parquet(p) for name, p in parts.items()})
        except (OSError, ValueError):
            pass  # a damaged cache is read anew and replaced
    extract = read_osm(path)
    for name, kept in parts.items():
        with written_whole(kept, overwrite=True) as temporary:
            getattr(extract, name).to_parquet(temporary)
    return extract
