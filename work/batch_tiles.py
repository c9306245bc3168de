"""A study too large for one piece of work: its sites measured in tiles, then put together."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from data.workspace import Study
from work.kept import TILES, KeptMeasures


@dataclass(frozen=True, slots=True)
class JoinedTiles:
    """What was measured of all tiles, as one; what no tile holds is the study's own."""

    study: Study
    tiles: int

    def recall(self, key: str) -> pd.DataFrame | None:
        """Return the rows of every tile under a key, one a place."""
        all_of = KeptMeasures(self.study)
        own = (all_of.of_tile(tile, self.tiles) for tile in range(self.tiles))
        found = [rows for tile in own if (rows := tile.recall(key)) is not None]
        if not found:
            return all_of.recall(key)
        whole = pd.concat(found, ignore_index=True).drop_duplicates("place", ignore_index=True)
        self.keep(key, whole)
        return whole

    def keep(self, key: str, rows: pd.DataFrame) -> None:
        """Keep rows as the study's own."""
        KeptMeasures(self.study).keep(key, rows)

    def clear(self) -> None:
        """Take the tiles away: the study's own memory holds them now."""
        folder = self.study.folder / "cache" / TILES
        for path in folder.glob(f"*-{self.tiles}.parquet"):
            path.unlink(missing_ok=True)
