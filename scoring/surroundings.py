"""What stands around a place: people, neighbours, roads, events, and the area it lies in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.nearby import count_within, nearest_m
from scoring.candidates import Candidates
from scoring.hazards import DISTANCE_SD_M
from scoring.kinds import UNKNOWN
from scoring.layers import Layers
from scoring.measured import Floats, Measured, from_layer, unknown, with_position
from scoring.people import people_near

ROAD_CLASSES = ("trunk", "primary", "secondary", "tertiary", "desa")
"""Busiest first; every other street a car may use counts as a village road (desa)."""
_CAR_ROADS = {
    "motorway": "trunk",
    "trunk": "trunk",
    "primary": "primary",
    "secondary": "secondary",
    "tertiary": "tertiary",
    "unclassified": "desa",
    "residential": "desa",
    "living_street": "desa",
    "service": "desa",
    "track": "desa",
    "road": "desa",
}


def kind(candidates: Candidates, layers: Layers, p: Mapping[str, Any]) -> Measured:  # noqa: ARG001 - every measure has the same signature
    """Return the kind the register gives; an unknown kind stays unknown."""
    kinds = candidates.frame["kind"].to_numpy(dtype=object)
    return Measured(
        value=np.full(len(candidates), np.nan),
        category=np.where(kinds == UNKNOWN, "", kinds).astype(object),
        sd=np.zeros(len(candidates)),
        source="register",
        layer="",
    )


def population_within(candidates: Candidates, layers: Layers, p: Mapping[str, Any]) -> Measured:
    """People within 2 km; a puskesmas serves its kecamatan, a regional hospital the regency.

    Desa totals are spread as `scoring.people` says (sd 15-35 %); with only the desa known the sd
    grows by position over radius, in quadrature.
    """
    layer = layers.get("people")
    if layer is None:
        return unknown(candidates)
    people = layers.metric("people")
    near, relative_sd = _people_near(candidates, layers, radius_m=p["radius_m"])
    kinds = candidates.frame["kind"]
    by_kecamatan = people.groupby(_kecamatan_key(people))["population"].sum(min_count=1)
    whole = by_kecamatan.reindex(_kecamatan_key(candidates.frame)).to_numpy(dtype=float)
    served_whole = kinds.isin(p["whole_kecamatan"]).to_numpy() & ~np.isnan(whole)
    regency = kinds.isin(p["whole_regency"]).to_numpy()
    value = np.where(served_whole, whole, np.where(regency, people["population"].sum(), near))
    position = candidates.frame["positional_sd_m"].fillna(np.inf).to_numpy(dtype=float)
    relative = np.where(
        served_whole | regency, 0.10, np.hypot(relative_sd, position / p["radius_m"])
    )
    return from_layer(layer, value, relative * value)


def _people_near(
    candidates: Candidates, layers: Layers, *, radius_m: float
) -> tuple[Floats, float]:
    placed = np.flatnonzero((candidates.frame["placed"] != "unplaced").to_numpy(dtype=bool))
    value, relative_sd = np.full(len(candidates), np.nan), 0.0
    if len(placed):
        points = candidates.points.iloc[placed]
        value[placed], relative_sd = people_near(layers, points, radius_m=radius_m)
    return value, relative_sd


def _kecamatan_key(frame: pd.DataFrame) -> pd.Series:
    if "kecamatan" not in frame.columns:
        return pd.Series([""] * len(frame), index=frame.index)
    return frame["kecamatan"].fillna("").astype(str).str.casefold().str.strip()


def indicator(candidates: Candidates, layers: Layers, p: Mapping[str, Any]) -> Measured:
    """Return the status of the desa a place lies in (Indeks Desa); a kelurahan has none."""
    layer = layers.get("indicators")
    if layer is None:
        return unknown(candidates)
    table = layer.data.drop_duplicates("code").set_index("code")[p["column"]]
    status = table.reindex(candidates.frame["desa_code"]).fillna("").astype(str)
    return Measured(
        value=np.full(len(candidates), np.nan),
        category=status.str.strip().str.casefold().str.replace(" ", "_").to_numpy(dtype=object),
        sd=np.zeros(len(candidates)),
        source=layer.source,
        layer=layer.hash,
    )


def _of_kinds(layers: Layers, kinds: list[str]) -> gpd.GeoSeries:
    places = layers.metric("places")
    return places.geometry[places["kind"].isin(kinds)]


def distance(candidates: Candidates, layers: Layers, p: Mapping[str, Any]) -> Measured:
    """Metres to the nearest place of some kinds, capped; sd 10 m and the position's own."""
    layer = layers.get("places")
    if layer is None:
        return unknown(candidates)
    near, _ = nearest_m(candidates.points, _of_kinds(layers, p["kinds"]))
    placed = (candidates.frame["placed"] != "unplaced").to_numpy(dtype=bool)
    value = np.where(placed, np.minimum(near, p["limit_m"]), np.nan)
    return from_layer(layer, value, with_position(np.full(len(value), DISTANCE_SD_M), candidates))


def count_kinds(candidates: Candidates, layers: Layers, p: Mapping[str, Any]) -> Measured:
    """Return how many places of some kinds stand within a radius."""
    layer = layers.get("places")
    if layer is None:
        return unknown(candidates)
    targets = _of_kinds(layers, p["kinds"])
    return from_layer(layer, _counts(candidates, targets, radius_m=p["radius_m"]))


def events_within(candidates: Candidates, layers: Layers, p: Mapping[str, Any]) -> Measured:
    """Return how many recorded events lie within a radius."""
    layer = layers.get(p["layer"])
    if layer is None:
        return unknown(candidates)
    targets = layers.metric(p["layer"]).geometry
    return from_layer(layer, _counts(candidates, targets, radius_m=p["radius_m"]))


def _counts(candidates: Candidates, targets: gpd.GeoSeries, *, radius_m: float) -> Floats:
    value = np.full(len(candidates), np.nan)
    at = np.flatnonzero(candidates.has_point)
    if len(at):
        points = candidates.frame.geometry.iloc[at]
        value[at] = count_within(points, targets, radius_m=radius_m)
    return value


def road_class(candidates: Candidates, layers: Layers, p: Mapping[str, Any]) -> Measured:
    """Class of the busiest road within 50 m; a village road where only farther ones are.

    Unknown where no street at all is mapped within 500 m: an empty map is not a quiet place.
    """
    layer = layers.get("streets")
    if layer is None:
        return unknown(candidates)
    streets = layers.metric("streets")
    road = streets["highway"].astype(str).str.removesuffix("_link").map(_CAR_ROADS)
    n = len(candidates)
    category = np.full(n, "", dtype=object)
    points = candidates.points
    for name in reversed(ROAD_CLASSES):
        lines = streets.geometry[(road == name).to_numpy()]
        category[count_within(points, lines, radius_m=p["radius_m"]) > 0] = name
    quiet = np.flatnonzero((category == "") & candidates.has_point)
    if len(quiet):
        every = streets.geometry[road.notna().to_numpy()]
        some = count_within(points.iloc[quiet], every, radius_m=p["known_within_m"]) > 0
        category[quiet[some]] = "desa"
    category[~candidates.has_point] = ""
    return Measured(
        value=np.full(n, np.nan), category=category, source=layer.source, layer=layer.hash
    )
