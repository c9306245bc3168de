"""What minutes say of a place: who reaches it, who can help, how far a served road is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from scoring.candidates import Candidates
from scoring.criteria import load_catalogue
from scoring.demand import demand_points
from scoring.layers import Layer, Layers
from scoring.measured import Floats, Measured, unknown
from scoring.trips import NETWORK_SD, Trips, between, nearest, off_streets, position_min

STRAIGHT = "straight-line"
LEAST_SHARE_SD = 0.02
_AT_ONCE = 1_024  # places


def nearest_minutes(candidates: Candidates, layers: Layers, p: Mapping[str, Any]) -> Measured:
    """Minutes to the nearest place of some kinds."""
    places = _places(layers, p["kinds"])
    if places is None:
        return unknown(candidates)
    trips = nearest(candidates.points, places, layers.network(p["mode"]), mode=p["mode"])
    return _told(candidates, layers, trips, mode=p["mode"], kind="places")


def partner_minutes(candidates: Candidates, layers: Layers, p: Mapping[str, Any]) -> Measured:
    """Mean minutes to the nearest of each mapped kind: court, prosecutor, police, prison."""
    network, mode = layers.network(p["mode"]), p["mode"]
    every = [
        nearest(candidates.points, places, network, mode=mode)
        for kind in p["kinds"]
        if (places := _places(layers, [kind])) is not None and len(places)
    ]
    if not every:
        return unknown(candidates)
    minutes = np.mean([one.minutes for one in every], axis=0)
    flown = np.any([one.straight for one in every], axis=0)
    trips = Trips(minutes=minutes, straight=flown)
    return _told(candidates, layers, trips, mode=mode, kind="places")


def officer_minutes(candidates: Candidates, layers: Layers, p: Mapping[str, Any]) -> Measured:
    """Minutes from the nearest *active* Bapas or Pos Bapas."""
    if layers.get("offices") is None:
        return unknown(candidates)
    offices = layers.metric("offices")
    active = offices.geometry[offices["active"].to_numpy(dtype=bool)]
    trips = nearest(candidates.points, active, layers.network(p["mode"]), mode=p["mode"])
    return _told(candidates, layers, trips, mode=p["mode"], kind="offices")


def served_minutes(candidates: Candidates, layers: Layers, p: Mapping[str, Any]) -> Measured:
    """Minutes on foot to a stop, or to a road that public transport serves."""
    served = served_places(layers, stops=p["stops"], roads=p["roads"])
    if served is None or not len(served):
        return unknown(candidates)
    trips = nearest(candidates.points, served, layers.network("walk"), mode="walk")
    return _told(candidates, layers, trips, mode="walk", kind="streets")


def demand_access(candidates: Candidates, layers: Layers, p: Mapping[str, Any]) -> Measured:
    """Share of demand within a limit, or mean minutes of all demand where there is no limit.

    ``share_i = Σ_j d_j [t_ji ≤ limit]`` with t_ji the minutes from where people live to the place;
    with ``served_min``, also those who live and arrive that near (on foot) to a served road. The sd
    is half of what the share moves when every trip takes an sd more or less.
    """
    demand = demand_points(layers)
    if demand is None:
        return unknown(candidates)
    mode, limit = p["mode"], float(p["limit_min"])
    longest = _longest(limit) if limit else np.inf
    network = layers.network(mode)
    placed = (candidates.frame["placed"] != "unplaced").to_numpy(dtype=bool)
    points = candidates.points[placed]
    minutes = between(demand.points, points, network, mode=mode, limit_min=longest)
    if not limit:
        value, sd = _mean_minutes(minutes, demand.share)
    else:
        value, sd = _share_within(minutes, demand.share, limit)
        if p["served_min"]:
            near = _both_served(demand.points, points, layers, float(p["served_min"]))
            served = demand.share @ (near | (minutes <= limit))
            value, sd = served, np.maximum(sd, LEAST_SHARE_SD)
    whole, spread = np.full(len(placed), np.nan), np.full(len(placed), np.nan)
    whole[placed], spread[placed] = value, sd
    source = _sources(layers, "people", off_streets(network, candidates.points))
    return Measured(value=whole, sd=spread, source=source, layer=layers.by_kind["people"].hash)


def served_places(
    layers: Layers, *, stops: Sequence[str], roads: Sequence[str]
) -> gpd.GeoSeries | None:
    """Return stops and the vertices of roads that public transport serves; metric CRS."""
    found = []
    if layers.get("places") is not None:
        places = layers.metric("places")
        found.append(places.geometry[places["kind"].isin(stops)])
    if layers.get("streets") is not None:
        streets = layers.metric("streets")
        road = streets["highway"].astype(str).str.removesuffix("_link").isin(roads)
        xy = shapely.get_coordinates(streets.geometry[road].to_numpy())
        found.append(gpd.GeoSeries(shapely.points(xy), crs=layers.crs))
    return gpd.GeoSeries(pd.concat(found, ignore_index=True), crs=layers.crs) if found else None


def _longest(limit: float) -> float:
    """Minutes of a trip that may still be within the limit when it is an sd shorter."""
    return (limit + NETWORK_SD[1]) / (1 - NETWORK_SD[0])


def _share_within(minutes: Floats, share: Floats, limit: float) -> tuple[Floats, Floats]:
    least = (limit - NETWORK_SD[1]) / (1 + NETWORK_SD[0])
    low, high = _within(minutes, share, least), _within(minutes, share, _longest(limit))
    return _within(minutes, share, limit), np.maximum((high - low) / 2, LEAST_SHARE_SD)


def _within(minutes: Floats, share: Floats, limit: float) -> Floats:
    """Share of the demand within a limit of each place; some places at a time stay in the cache."""
    out = np.empty(minutes.shape[1])
    for start in range(0, len(out), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        out[some] = share @ (minutes[:, some] <= limit)
    return out


def _mean_minutes(minutes: Floats, share: Floats) -> tuple[Floats, Floats]:
    """Mean over those who can reach the place; unknown where fewer than nine in ten can."""
    reached = np.isfinite(minutes)
    part = share @ reached
    total = share @ np.where(reached, minutes, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(part >= 0.9, total / part, np.nan)
    return mean, NETWORK_SD[0] * mean + NETWORK_SD[1]


def _both_served(
    homes: gpd.GeoSeries, points: gpd.GeoSeries, layers: Layers, within_min: float
) -> npt.NDArray[np.bool_]:
    served_by = load_catalogue().criteria["public_transport"].parameters["J"]
    served = served_places(layers, stops=served_by["stops"], roads=served_by["roads"])
    if served is None or not len(served):
        return np.zeros((len(homes), len(points)), dtype=bool)
    network = layers.network("walk")
    here, there = (
        nearest(side, served, network, mode="walk").minutes <= within_min
        for side in (homes, points)
    )
    return here[:, None] & there[None, :]


def _places(layers: Layers, kinds: Sequence[str]) -> gpd.GeoSeries | None:
    if layers.get("places") is None:
        return None
    places = layers.metric("places")
    return places.geometry[places["kind"].isin(kinds)]


def _told(
    candidates: Candidates, layers: Layers, trips: Trips, *, mode: str, kind: str
) -> Measured:
    position = candidates.frame["positional_sd_m"].fillna(0.0).to_numpy(dtype=float)
    sd = np.hypot(trips.sd_min, position_min(position, mode=mode))
    layer: Layer = layers.by_kind[kind]
    source = _sources(layers, kind, trips.straight)
    return Measured(value=trips.minutes, sd=sd, source=source, layer=layer.hash)


def _sources(layers: Layers, kind: str, flown: npt.NDArray[np.bool_]) -> npt.NDArray[np.object_]:
    """Name the layer, and say where the minutes are as the crow flies."""
    name = layers.by_kind[kind].source
    return np.where(flown, f"{name} ({STRAIGHT})", name).astype(object)
