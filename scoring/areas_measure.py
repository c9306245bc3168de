"""Measuring areas: what hosts, young people, roads, neighbours and hazards say of a desa."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.nearby import class_at, nearest_m
from geo.raster import Raster
from geo.terrain import sample
from scoring.areas_catalogue import AreaCatalogue
from scoring.areas_settlement import Settlement, settlement_of
from scoring.candidates import Candidates
from scoring.hazards import as_class
from scoring.layers import Layer, Layers
from scoring.people import people_near
from scoring.travel import STRAIGHT, served_places
from scoring.trips import NETWORK_SD, STRAIGHT_SD, between, nearest, straight

Floats = npt.NDArray[np.float64]
HOSTS_AT_ONCE = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the measures of areas stand on; ``squares`` is the settlement, gathered."""

    layers: Layers
    hosts: Candidates
    settlement: Settlement
    squares: Settlement
    rules: AreaCatalogue

    @property
    def basis_sd(self) -> Floats:
        """What a share of each area's settlement is uncertain by, shape (n,)."""
        table = self.rules.settlement.share_sd
        return np.array([table[basis] for basis in self.settlement.basis], dtype=float)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Values and sd (n,) in the criterion's unit, NaN where unknown, and where they come from."""

    value: Floats
    sd: Floats
    source: str
    layer: str


def lay_out(
    areas: Candidates, layers: Layers, hosts: Candidates, *, rules: AreaCatalogue
) -> Ground:
    """Lay out the settlement of the areas; ``hosts`` are the places that may be chosen."""
    people = np.full(len(areas), np.nan)
    if layers.get("people") is not None and "code" in layers.metric("people"):
        table = layers.metric("people").drop_duplicates("code").set_index("code")["population"]
        people = table.reindex(areas.frame["desa_code"]).to_numpy(dtype=float)
    settlement = settlement_of(layers, areas.frame.geometry, people, rules.settlement)
    return Ground(
        layers=layers,
        hosts=hosts,
        settlement=settlement,
        squares=settlement.gathered(rules.settlement.square_m),
        rules=rules,
    )


def hosts(ground: Ground, p: Mapping[str, Any]) -> Found | None:
    """Mean number of eligible hosts that the settlement reaches within the limit.

    Where the streets known lead to no host at all the number is unknown, not zero; an area tells
    where at least half of its settlement does. The sd is half of what the number moves when every
    trip takes an sd more or less; a host of which only the desa is known adds half of itself.
    """
    frame = ground.hosts.frame
    if not len(frame):
        return None  # nobody has listed any host: unknown, not zero
    placed = np.flatnonzero((frame["placed"] != "unplaced").to_numpy())
    network, limit = ground.layers.network(p["mode"]), float(p["limit_min"])
    limits = _limits(limit, NETWORK_SD), _limits(limit, STRAIGHT_SD)
    count, vague = np.zeros((3, len(ground.squares.area))), np.zeros(len(ground.squares.area))
    for start in range(0, len(placed), HOSTS_AT_ONCE):
        at = placed[start : start + HOSTS_AT_ONCE]
        points = ground.hosts.points.iloc[at]
        minutes, flown = _to_hosts(ground, points, mode=p["mode"], limit_min=max(map(max, limits)))
        count += [
            (minutes <= np.where(flown, straightly, by_street)).sum(axis=1)
            for by_street, straightly in zip(*limits, strict=True)
        ]
        only_desa = ground.hosts.only_desa[at]
        vague += (minutes[:, only_desa] <= limit).sum(axis=1)
    trips = nearest(
        ground.squares.points, ground.hosts.points.iloc[placed], network, mode=p["mode"]
    )
    lost = np.isnan(trips.minutes) & (count[2] == 0)
    means = [ground.squares.mean(np.where(lost, np.nan, row)) for row in (*count, vague)]
    (low, value, high, unsure), known = [mean for mean, _ in means], means[0][1]
    value = np.where(known >= 0.5, value, np.nan)
    sd = np.hypot((high - low) / 2, 0.5 * unsure)
    name = ", ".join(dict.fromkeys(frame["source"]))
    streets = ground.layers.get("streets")
    how = STRAIGHT if network is None or streets is None else streets.source
    return Found(value=value, sd=np.maximum(sd, 0.5), source=f"{name} ({how})", layer="")


def _limits(limit_min: float, sd: tuple[float, float]) -> tuple[float, float, float]:
    """Return the limit for trips that take an sd more than reckoned, as reckoned, and less."""
    relative, more = sd
    return (limit_min - more) / (1 + relative), limit_min, (limit_min + more) / (1 - relative)


def _to_hosts(
    ground: Ground, hosts: gpd.GeoSeries, *, mode: str, limit_min: float
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Minutes from every square to each host, (s, h), and where they are as the crow flies.

    Two places nearer to each other than either is to a street that is mapped: people walk straight.
    """
    squares, network = ground.squares.points, ground.layers.network(mode)
    minutes = between(squares, hosts, network, mode=mode, limit_min=limit_min)
    if network is None:
        return minutes, np.ones(minutes.shape, dtype=bool)
    from geo.streets import access_m

    off = access_m(network, squares)[:, None], access_m(network, hosts)[None, :]
    one, other = (shapely.get_coordinates(x.to_numpy()) for x in (squares, hosts))
    apart = np.hypot(*(one[:, None] - other[None]).transpose(2, 0, 1))
    beside = straight(apart, mode=mode)
    direct = (apart <= np.minimum(*off)) & (beside < minutes)
    return np.where(direct, beside, minutes), direct | np.isinf(np.maximum(*off))


def youth(ground: Ground, p: Mapping[str, Any]) -> Found | None:
    """Young people within 2 km of the settlement: people near, times a stated share of them."""
    layer, told = ground.layers.get("people"), ground.rules.youth
    if layer is None or not len(ground.layers.metric("people")):
        return None
    near, relative = people_near(
        ground.layers, ground.squares.points, radius_m=float(p["radius_m"])
    )
    value = told.share * ground.squares.mean(near)[0]
    sd = value * np.hypot(relative, told.share_sd / told.share)
    return Found(value=value, sd=sd, source=f"{layer.source}: {told.source}", layer=layer.hash)


def served(ground: Ground, p: Mapping[str, Any]) -> Found | None:
    """Mean minutes on foot to a stop or a served road; a far corner counts at most an hour."""
    targets = served_places(ground.layers, stops=p["stops"], roads=p["roads"])
    if targets is None or not len(targets):
        return None
    network = ground.layers.network(p["mode"])
    trips = nearest(ground.squares.points, targets, network, mode=p["mode"])
    value, known = ground.squares.mean(np.minimum(trips.minutes, p["most_min"]))
    sd = ground.squares.mean(np.minimum(trips.sd_min, p["most_min"]))[0]
    layer = ground.layers.get("streets") or ground.layers.by_kind["places"]
    source = f"{layer.source} ({STRAIGHT})" if trips.straight.all() else layer.source
    value = np.where(known >= 0.5, value, np.nan)
    return Found(value=value, sd=sd, source=source, layer=layer.hash)


def clear(ground: Ground, p: Mapping[str, Any]) -> Found | None:
    """Share of the settlement at least 300 m from every harmful place that is mapped.

    Where none is mapped in the whole study the share is 1 with the sd of anything between 0 and 1.
    """
    layer = ground.layers.get("places")
    if layer is None:
        return None
    places = ground.layers.metric("places")
    harmful = places.geometry[places["kind"].isin(p["kinds"])]
    away = nearest_m(ground.settlement.points, harmful)[0]
    limits = p["least_m"] + p["doubt_m"] * np.array([-1.0, 0.0, 1.0])
    high, value, low = (ground.settlement.mean(away >= least)[0] for least in limits)
    # how the settlement is laid out matters only where some of it is near
    basis = np.where(low < 1, ground.basis_sd, p["least_sd"])
    # where no such place is mapped at all, nobody may have mapped them
    sd = np.hypot((high - low) / 2, basis if len(harmful) else p["unmapped_sd"])
    return Found(value=value, sd=sd, source=layer.source, layer=layer.hash)


def hazard(ground: Ground, p: Mapping[str, Any]) -> Found | None:
    """Share of the settlement in hazard class 3 of the worst hazard.

    A layer tells of an area where at least half of its settlement is mapped; the share is of what
    is mapped, and the sd grows with what is not. What any layer puts in class 3 counts at least.
    """
    told = [layer for kind in p["layers"] if (layer := ground.layers.get(kind)) is not None]
    if not told:
        return None
    n = len(ground.settlement.basis)
    worst, sd = np.full(n, np.nan), np.full(n, np.nan)
    surely = np.zeros(len(ground.settlement.area), dtype=bool)
    for layer in told:
        classes = _classes(ground, layer)
        high = classes >= p["least_class"]
        share, known = ground.settlement.mean(np.where(np.isnan(classes), np.nan, high))
        worse = (known >= p["least_share_known"]) & ~(share <= worst)
        worst = np.where(worse, share, worst)
        sd = np.where(worse, np.hypot(ground.basis_sd, 0.5 * (1 - known)), sd)
        surely |= high
    at_least = ground.settlement.mean(surely)[0]
    value = np.where(np.isnan(worst), np.nan, np.fmax(worst, at_least))
    source = ", ".join(layer.source for layer in told)
    return Found(value=value, sd=sd, source=source, layer=told[0].hash)


def _classes(ground: Ground, layer: Layer) -> Floats:
    """Hazard class at each point of the settlement, NaN where the map is silent."""
    points = ground.settlement.points
    if isinstance(layer.data, Raster):
        value = sample(layer.data, points)
        found = as_class(value) if layer.values == "index" else value
    else:
        frame = ground.layers.metric(layer.kind)
        found = class_at(points, frame.geometry, frame["class_"].to_numpy(dtype=float))
    return np.where(np.isnan(found) & layer.full_cover, 0.0, found)


MEASURES: Mapping[str, Callable[[Ground, Mapping[str, Any]], Found | None]] = {
    "hosts": hosts,
    "youth": youth,
    "served": served,
    "clear": clear,
    "hazard": hazard,
}
