"""Streets, places and houses of the bench regency: the demo district's, with its hamlets."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from data.demo.facts import STREET_NAMES
from data.demo.ground import Floats, Ground, Ints
from data.demo.land import Land
from data.demo.places import Places, make_houses, make_places, roadside
from data.demo.streets import Streets, make_streets

HAMLETS = 1390
"""Five a desa, as is usual in Central Java."""
CROSSINGS = 8
"""Streets each way of a hamlet's grid."""
HOUSES, PLACES = 290_000, 10_000

_KINDS = (
    ({"amenity": "place_of_worship", "religion": "muslim"}, "Musala {}", 0.50),
    ({"amenity": "school"}, "SD Negeri {}", 0.20),
    ({"amenity": "kindergarten"}, "PAUD {}", 0.12),
    ({"amenity": "clinic"}, "Klinik {}", 0.03),
    ({"amenity": "pharmacy"}, "Apotek {}", 0.03),
    ({"amenity": "community_centre"}, "Balai {}", 0.04),
    ({"amenity": "marketplace"}, "Pasar {}", 0.02),
    ({"amenity": "bar"}, "Bar {}", 0.01),
    ({"amenity": "police"}, "Pos Polisi {}", 0.01),
    ({"landuse": "cemetery"}, "TPU {}", 0.02),
    ({"leisure": "park"}, "Taman {}", 0.02),
)
_SURFACES = ("asphalt", "concrete", "paving_stones", "unpaved")
_CLASSES = ("residential", "living_street", "path", "service")


def make_network(
    rng: np.random.Generator, *, land: Land, ground: Ground, density: float
) -> Streets:
    """Extend the demo's network by hamlets: about 350,000 nodes at density 1.

    A hamlet is a turned grid of crooked lanes, tied to the nearest older street by a winding road;
    one in forty is tied to nothing, as scraps in OpenStreetMap are.
    """
    streets = make_streets(rng, land=land, ground=ground)
    old = streets.xy
    tree = cKDTree(old)
    cells = np.flatnonzero(land.labels.ravel() >= 0)
    count = max(1, round(HAMLETS * density))
    picked = rng.choice(cells, count, replace=False)
    east, north = ground.grid.centres()
    for cell in picked.tolist():
        middle = np.array([east.flat[cell], north.flat[cell]])
        desa = int(land.labels.flat[cell])
        edge = _hamlet(rng, streets, middle, desa)
        if rng.random() < 0.975:
            _, near = tree.query(streets.chunks[-1][0])
            _road(rng, streets, int(near), edge, desa, old[near])
    return streets


def _crooked(rng: np.random.Generator, start: Floats, end: Floats, bends: int) -> Floats:
    """Points between pairs of points (n × 2 each): n × bends × 2, a little off the line."""
    t = np.arange(1, bends + 1) / (bends + 1)
    along = end - start
    out = start[:, None] + t[None, :, None] * along[:, None]
    out += rng.normal(0.0, 0.08, (len(start), bends, 1)) * along[:, None, ::-1]
    return np.asarray(out)


def _hamlet(rng: np.random.Generator, streets: Streets, middle: Floats, desa: int) -> int:
    """Add a hamlet's lanes; return the number of its first crossing."""
    k, bends = CROSSINGS, int(rng.integers(1, 3))
    turn, step = rng.uniform(0.0, np.pi / 2), rng.uniform(45.0, 85.0)
    axis = (np.arange(k) - (k - 1) / 2) * step
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    grid += rng.normal(0.0, 0.08 * step, grid.shape)
    cos, sin = np.cos(turn), np.sin(turn)
    xy = grid @ np.array([[cos, sin], [-sin, cos]]) + middle
    number = np.arange(k * k).reshape(k, k)
    start = np.concatenate([number[:, :-1], number[:-1, :].T])  # 2k lanes of k − 1 stretches
    end = np.concatenate([number[:, 1:], number[1:, :].T])
    between = _crooked(rng, xy[start.ravel()], xy[end.ravel()], bends)
    first = streets.count
    streets.add(np.concatenate([xy, between.reshape(-1, 2)]))
    inner = first + k * k + np.arange(between.shape[0] * bends).reshape(*start.shape, bends)
    stretch = np.concatenate([(first + start)[..., None], inner], axis=-1)
    for lane in range(2 * k):
        ids = np.append(stretch[lane].ravel(), first + end[lane, -1])
        cut = int(rng.integers(1, k - 1)) * (bends + 1)
        for part in (ids[: cut + 1], ids[cut:]):
            streets.ways.append((part, _lane_tags(rng)))
        streets.plots += [(a, b, desa) for a, b in pairwise(ids.tolist())]
    return first


def _lane_tags(rng: np.random.Generator) -> dict[str, str]:
    road = _CLASSES[int(np.searchsorted((0.8, 0.9, 0.96), rng.random()))]
    tags = {
        "highway": road,
        "name": f"Gang {STREET_NAMES[rng.integers(len(STREET_NAMES))]}",
        "surface": _SURFACES[rng.integers(len(_SURFACES))],
    }
    chance = rng.random()
    if chance < 0.02:
        tags["oneway"] = "yes"
    elif chance < 0.03:
        tags["motor_vehicle"] = "no"
    elif chance < 0.035:
        tags["access"] = "private"
    return tags


def _road(
    rng: np.random.Generator, streets: Streets, old: int, new: int, desa: int, old_xy: Floats
) -> None:
    """Tie a hamlet to an older street."""
    new_xy = streets.chunks[-1][0]
    bends = max(1, int(np.hypot(*(new_xy - old_xy)) // 60.0))
    ids = streets.add(_crooked(rng, old_xy[None], new_xy[None], bends)[0])
    road = np.concatenate([[old], ids, [new]])
    tags = {"highway": "unclassified", "name": "Jalan dusun", "surface": "asphalt"}
    streets.ways.append((road, tags))
    streets.plots += [(a, b, desa) for a, b in pairwise(road.tolist())]


def add_ferry(streets: Streets, by_m: Floats) -> None:
    """Let a boat cross the reservoir; last, for the demo's own parts know only highways."""
    middle = np.array([350_200.0, 9_181_900.0]) + by_m
    _, ends = cKDTree(streets.xy).query(middle + np.array([[0.0, 900.0], [0.0, -900.0]]))
    streets.ways.append((np.asarray(ends), {"route": "ferry", "name": "Perahu waduk"}))


def make_all_places(
    rng: np.random.Generator, *, land: Land, streets: Streets, density: float
) -> Places:
    """Invent the demo's places and fill up to 10,000 (at density 1) along the streets."""
    few = make_places(rng, land=land, streets=streets)
    useful = sum("place" not in tags and "shop" not in tags for tags in few.tags)
    more = max(0, round(PLACES * density) - useful)
    which = rng.choice(len(_KINDS), more, p=[odds for *_, odds in _KINDS])
    desa = rng.integers(0, len(land.centre_m), more)
    xy = roadside(rng, streets, desa, away_m=(15.0, 40.0))
    tags = tuple(
        _KINDS[k][0] | {"name": _KINDS[k][1].format(i)} for i, k in enumerate(which.tolist())
    )
    drawn = np.concatenate([few.drawn, (which == 1) & (rng.random(more) < 0.4)])
    return Places(np.concatenate([few.xy, xy]), few.tags + tags, drawn)


def make_all_houses(
    rng: np.random.Generator, *, streets: Streets, people: Ints, density: float
) -> Floats:
    """Outlines of 290,000 houses at density 1."""
    count = max(1, round(HOUSES * density))
    return make_houses(rng, streets=streets, people=people, count=count)


def moved(land: Land, tile: int, by_m: Floats) -> Land:
    """Put the land elsewhere, under its own codes and kecamatan names."""
    if not tile:
        return land
    areas = land.areas.assign(
        kode_kemendagri=[code.replace("33.", f"{33 + tile}.", 1) for code in land.areas.iloc[:, 0]],
        kecamatan=land.areas["kecamatan"] + f" {tile + 1}",
        geometry=land.areas.geometry.translate(*by_m),
    )
    return replace(land, areas=areas, centre_m=land.centre_m + by_m)


def shifted(streets: Streets, by_m: Floats) -> Streets:
    """Return the same network elsewhere."""
    moved = [chunk + by_m for chunk in streets.chunks]
    return Streets(moved, streets.ways, streets.plots, streets.centres, streets.count)


def merged(parts: list[Streets], towns: list[int]) -> Streets:
    """Put networks side by side into one, each tied to the one before by a trunk road."""
    whole = Streets()
    before = -1
    for part, town in zip(parts, towns, strict=True):
        first = whole.count
        whole.add(part.xy)
        whole.ways += [(ids + first, tags) for ids, tags in part.ways]
        if before >= 0:
            road: npt.NDArray[np.int64] = np.array([before, first + town])
            whole.ways.append((road, {"highway": "trunk", "name": "Jalan penghubung"}))
        before = first + town
    return whole
