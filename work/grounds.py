"""What choosing a set or an office stands on: desa, their demand, and minutes to every place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import InputError
from scoring.demand import middles
from scoring.hours import spread_demand
from scoring.layers import Layers
from scoring.study import StudyResult
from scoring.trips import between
from work.assemble import Assembled

Floats = npt.NDArray[np.float64]
MODE = "motorcycle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """Desa (m,) with their demand, ranked places (n,) with a position, and the way between.

    ``demand`` is `scoring.hours.spread_demand`'s frame (*perkiraan*); ``rows`` are the places'
    positions in the candidates' frame, best first; ``counted`` says whether anybody counted.
    """

    desa: gpd.GeoDataFrame
    points: gpd.GeoSeries
    demand: pd.DataFrame
    rows: npt.NDArray[np.int64]
    places: gpd.GeoSeries
    counted: bool
    layers: Layers


def grounds(result: StudyResult, inputs: Assembled) -> Grounds:
    """Lay out a study for choosing.

    Raises
    ------
    InputError
        ``choose.no_people`` without population per desa, ``choose.no_places`` without a ranked
        place whose position is known.
    """
    layers = inputs.layers
    people = layers.metric("people") if layers.get("people") else None
    if people is None or not len(people) or (people.geom_type == "Point").all():
        raise InputError("choose.no_people")
    placed = (result.candidates.frame["placed"] != "unplaced").to_numpy()
    rows = result.ranking.order[placed[result.ranking.order]]
    if not len(rows):
        raise InputError("choose.no_places")
    desa = people.assign(id=_names(people), kecamatan=people["kecamatan"].fillna("").astype(str))
    counts = _counts(layers, desa)
    return Grounds(
        desa=desa,
        points=middles(layers, people),
        demand=spread_demand(counts, desa[["id", "kecamatan", "population"]]),
        rows=rows,
        places=result.candidates.points.iloc[rows].reset_index(drop=True),
        counted=bool(counts["sentences_per_year"].notna().any()),
        layers=layers,
    )


def minutes_to(found: Grounds, places: gpd.GeoSeries, *, limit_min: float = np.inf) -> Floats:
    """Minutes by motorcycle from every desa to each place, (m, n); infinite beyond the limit."""
    network = found.layers.network(MODE)
    return between(found.points, places, network, mode=MODE, limit_min=limit_min)


def _names(people: gpd.GeoDataFrame) -> list[str]:
    codes = people["code"].astype(str) if "code" in people else [""] * len(people)
    named = zip(codes, people["name"], people["kecamatan"], strict=True)
    return [code or f"{name}, {kecamatan}" for code, name, kecamatan in named]


def _counts(layers: Layers, desa: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return counts per kecamatan, the kecamatan written as the desa write it."""
    empty: dict[str, Any] = {"kecamatan": [], "sentences_per_year": [], "mean_hours": []}
    demand = layers.get("demand")
    if demand is None:
        return pd.DataFrame(empty).astype({"sentences_per_year": float, "mean_hours": float})
    written = {k.casefold().strip(): k for k in desa["kecamatan"]}
    table = demand.data.assign(
        kecamatan=demand.data["kecamatan"].astype(str).str.casefold().str.strip().map(written)
    )
    table = table.loc[table["kecamatan"].notna()].drop_duplicates("kecamatan")
    count = table["sentences_per_year"].fillna(table["clients"])
    kept = ["kecamatan", "sentences_per_year", "mean_hours"]
    counts: pd.DataFrame = table.assign(sentences_per_year=count)[kept]
    return counts
