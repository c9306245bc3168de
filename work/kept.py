"""What was measured and read before, in ``cache/`` by content hash; deleting it loses nothing."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from data.workspace import Study
from geo.files import written_whole


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
