"""The places that may be chosen, as a checked frame in the study's metric CRS."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.crs import require_metric
from geo.errors import InputError

COLUMNS = (
    "id",
    "name",
    "kind",
    "agency",
    "desa",
    "desa_code",
    "kecamatan",
    "kecamatan_code",
    "placed",
    "positional_sd_m",
    "out_of_area",
    "lon",
    "lat",
    "row",
    "source",
)
PLACED = ("point", "desa", "unplaced")


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """Places that may be chosen.

    Parameters
    ----------
    frame : GeoDataFrame
        Columns `COLUMNS` and geometry in a metric CRS: a point (``placed == "point"``), the
        polygon of its desa (``"desa"``), or nothing (``"unplaced"``). ``lon``/``lat`` are EPSG:4326
        degrees and NaN where only the desa is known. ``positional_sd_m`` is in metres.

    Raises
    ------
    InputError
        With every fault at once: missing columns, a repeated id, an unknown way of being placed.
    CrsError
        When the CRS is missing or in degrees.
    """

    frame: gpd.GeoDataFrame

    def __post_init__(self) -> None:
        faults = [f"{name}?" for name in COLUMNS if name not in self.frame.columns]
        if not faults:
            if self.frame["id"].duplicated().any():
                faults.append(
                    "id ×2: " + str(self.frame.loc[self.frame["id"].duplicated(), "id"].iloc[0])
                )
            if not self.frame["placed"].isin(PLACED).all():
                faults.append("placed")
        if faults:
            raise InputError("candidates.faulty", faults="; ".join(faults))
        require_metric(self.frame, what="candidates")

    def __len__(self) -> int:
        return len(self.frame)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Ids in the order of the frame."""
        return tuple(self.frame["id"].tolist())

    @cached_property
    def index(self) -> pd.Index[Any]:
        """Ids as an index, to look places up by."""
        return pd.Index(self.ids)

    @cached_property
    def has_point(self) -> npt.NDArray[np.bool_]:
        """Where a point stands, shape (n,)."""
        return np.asarray(self.frame["placed"] == "point", dtype=bool)

    @property
    def only_desa(self) -> npt.NDArray[np.bool_]:
        """Where only the polygon of the desa is known, shape (n,)."""
        return np.asarray(self.frame["placed"] == "desa", dtype=bool)

    @cached_property
    def points(self) -> gpd.GeoSeries:
        """A representative point of every place, metric CRS; None where it is unplaced."""
        return self.frame.geometry.representative_point()

    def part(self, which: npt.NDArray[np.int64]) -> Candidates:
        """Return the candidates at these positions, in this order."""
        return Candidates(frame=self.frame.iloc[which].reset_index(drop=True))
