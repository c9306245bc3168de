"""A study too large for one piece of work: its sites measured in tiles, then put together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from data.workspace import Study
from geo.files import written_whole
from work.kept import KeptMeasures

KIND = "tiles"


def _path(study: Study, key: str, tile: int, tiles: int) -> Path:
    return study.cache_path(KIND, f"{key}-{tile}-{tiles}", ".parquet")


@dataclass(frozen=True, slots=True, kw_only=True)
class TileMemory:
    """What was measured of one tile of a study's sites (`scoring.measure.Memory`)."""

    study: Study
    tile: int
    tiles: int

    def recall(self, key: str) -> pd.DataFrame | None:
        """Return what is kept under a key; a damaged file counts as not kept."""
        path = _path(self.study, key, self.tile, self.tiles)
        if not path.is_file():
            return None
        try:
            return pd.read_parquet(path)
        except (OSError, ValueError):
            return None

    def keep(self, key: str, rows: pd.DataFrame) -> None:
        """Keep rows under a key, whole or not at all."""
        path = _path(self.study, key, self.tile, self.tiles)
        with written_whole(path, overwrite=True) as temporary:
            rows.to_parquet(temporary)


@dataclass(frozen=True, slots=True)
class JoinedTiles:
    """What was measured of all tiles, as one; what no tile holds is the study's own."""

    study: Study
    tiles: int

    def recall(self, key: str) -> pd.DataFrame | None:
        """Return the rows of every tile under a key, one a place."""
        own = (TileMemory(study=self.study, tile=t, tiles=self.tiles) for t in range(self.tiles))
        found = [rows for tile in own if (rows := tile.recall(key)) is not None]
        if not found:
            return KeptMeasures(self.study).recall(key)
        whole = pd.concat(found, ignore_index=True).drop_duplicates("place", ignore_index=True)
        self.keep(key, whole)
        return whole

    def keep(self, key: str, rows: pd.DataFrame) -> None:
        """Keep rows as the study's own."""
        KeptMeasures(self.study).keep(key, rows)

    def clear(self) -> None:
        """Take the tiles away: the study's own memory holds them now."""
        folder = self.study.folder / "cache" / KIND
        for path in folder.glob(f"*-{self.tiles}.parquet"):
            path.unlink(missing_ok=True)
