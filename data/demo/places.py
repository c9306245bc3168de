"""The demo district's places and houses, standing along its streets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.demo.facts import KECAMATAN, STREET_NAMES
from data.demo.ground import Floats, Ints
from data.demo.land import TOWN, Land
from data.demo.streets import Streets

PER_DESA = (
    ("Kantor {}", {"amenity": "townhall"}, 1.0),
    ("Masjid Al-{street} {}", {"amenity": "place_of_worship", "religion": "muslim"}, 1.0),
    ("SD Negeri 1 {}", {"amenity": "school"}, 1.0),
    ("SD Negeri 2 {}", {"amenity": "school"}, 0.7),
    ("SMP Negeri {}", {"amenity": "school"}, 0.25),
    ("PAUD {street} {}", {"amenity": "kindergarten"}, 0.6),
    ("Warung {}", {"shop": "convenience"}, 0.4),
)
PER_KECAMATAN = (
    ("Kantor Kecamatan {}", {"amenity": "townhall"}),
    ("Puskesmas {}", {"amenity": "clinic", "healthcare": "centre"}),
    ("Polsek {}", {"amenity": "police"}),
    ("Pasar {}", {"amenity": "marketplace"}),
    ("Terminal {}", {"amenity": "bus_station"}),
)
IN_TOWN = (
    ("RSUD {}", {"amenity": "hospital"}),
    ("Polres {}", {"amenity": "police"}),
    ("Pengadilan Negeri {}", {"amenity": "courthouse"}),
    ("Kejaksaan Negeri {}", {"office": "government", "government": "prosecutor"}),
    ("Rutan {}", {"amenity": "prison"}),
    ("Perpustakaan Daerah {}", {"amenity": "library"}),
    ("Gereja {}", {"amenity": "place_of_worship", "religion": "christian"}),
    ("Karaoke {street}", {"amenity": "nightclub"}),
    ("Bar {street}", {"amenity": "bar"}),
    ("Bar {street}", {"amenity": "bar"}),
)
SIDES = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
DOOR_M, ROW_M = 12.0, 16.0


@dataclass(frozen=True, slots=True)
class Places:
    """Named places.

    Parameters
    ----------
    xy : array (n × 2), metres
    tags : tuple of OSM tags, one dict a place
    drawn : bool array
        The place is drawn as a building outline instead of a point.
    """

    xy: Floats
    tags: tuple[dict[str, str], ...]
    drawn: np.ndarray[tuple[int], np.dtype[np.bool_]]


def roadside(
    rng: np.random.Generator, streets: Streets, desa: Ints, *, away_m: tuple[float, float]
) -> Floats:
    """Pick a random spot beside a street of each desa given, within `away_m` of its middle line."""
    plots = np.array(sorted(streets.plots, key=lambda plot: plot[2]))
    first = np.searchsorted(plots[:, 2], desa)
    many = np.searchsorted(plots[:, 2], desa, side="right") - first
    chosen = plots[first + np.floor(rng.random(len(desa)) * many).astype(np.int64)]
    start, end = streets.xy[chosen[:, 0]], streets.xy[chosen[:, 1]]
    along = end - start
    across = np.column_stack([-along[:, 1], along[:, 0]]) / np.hypot(*along.T)[:, None]
    side = rng.choice([-1.0, 1.0], len(desa)) * rng.uniform(*away_m, len(desa))
    return np.asarray(
        start + rng.uniform(0.1, 0.9, (len(desa), 1)) * along + side[:, None] * across
    )


def _bus_stops(streets: Streets) -> tuple[Floats, list[dict[str, str]]]:
    served = [
        ids for ids, tags in streets.ways if tags["highway"] in {"trunk", "primary", "secondary"}
    ]
    nodes = np.unique(np.concatenate(served))[::9]
    return streets.xy[nodes], [
        {"highway": "bus_stop", "name": f"Halte {i}"} for i in range(len(nodes))
    ]


def make_places(rng: np.random.Generator, *, land: Land, streets: Streets) -> Places:
    """Invent offices, schools, mosques, clinics, police, courts, bars and bus stops."""
    desa: list[int] = []
    tags: list[dict[str, str]] = []
    names = land.areas["desa"].to_list()
    kinds = land.areas["jenis"].to_list()

    def put(where: int, pattern: str, more: dict[str, str], name: str) -> None:
        desa.append(where)
        street = str(rng.choice(STREET_NAMES))
        tags.append(more | {"name": pattern.format(name, street=street)})

    for where, name in enumerate(names):
        for pattern, more, odds in PER_DESA:
            if rng.random() < odds:
                office = f"{kinds[where].capitalize()} {name}"
                put(where, pattern, more, office if pattern.startswith("Kantor") else name)
    for i, k in enumerate(KECAMATAN):
        for pattern, more in PER_KECAMATAN if i % 3 == 2 else PER_KECAMATAN[:-1]:
            put(int(streets.centres[i]), pattern, more, k.name)
    for pattern, more in IN_TOWN:
        put(int(streets.centres[TOWN]), pattern, more, KECAMATAN[TOWN].name)
    spots = roadside(rng, streets, np.array(desa), away_m=(22.0, 45.0))
    villages = [{"place": "village", "name": name} for name in names]
    stops_xy, stops = _bus_stops(streets)
    every = (*tags, *villages, *stops)
    school = np.array([tag.get("amenity") == "school" for tag in every])
    drawn = school & (rng.random(len(every)) < 0.4)
    return Places(np.concatenate([spots, land.centre_m, stops_xy]), every, drawn)


def outlines(xy: Floats, size_m: Floats, turn: Floats) -> Floats:
    """Corners (n × 4 × 2) of squares around `xy`, turned by `turn` radians."""
    corners = SIDES[None] * size_m[:, None, None] / 2.0
    cos, sin = np.cos(turn)[:, None], np.sin(turn)[:, None]
    east = corners[..., 0] * cos - corners[..., 1] * sin
    north = corners[..., 0] * sin + corners[..., 1] * cos
    return np.asarray(xy[:, None, :] + np.stack([east, north], axis=-1))


def make_houses(rng: np.random.Generator, *, streets: Streets, people: Ints, count: int) -> Floats:
    """Outlines (n × 4 × 2, metres) of houses, as many per desa as its share of people.

    Every stretch of street offers places on both sides, row behind row; `count` of them are taken
    without overlap on one stretch (weighted sampling without replacement by exponential keys,
    Efraimidis & Spirakis 2006).
    """
    plots = np.array(streets.plots)
    start, end = streets.xy[plots[:, 0]], streets.xy[plots[:, 1]]
    length = np.hypot(*(end - start).T)
    doors = np.maximum((length - 16.0) // DOOR_M, 1).astype(np.int64)
    rows = max(2, int(np.ceil(1.5 * count / (2 * doors.sum()))))
    spaces = doors * 2 * rows
    plot = np.repeat(np.arange(len(plots)), spaces)
    serial = np.arange(len(plot)) - np.repeat(np.cumsum(spaces) - spaces, spaces)
    per_desa = np.bincount(plots[plot, 2], minlength=len(people))
    weight = (people / np.maximum(per_desa, 1))[plots[plot, 2]]
    keys = rng.exponential(size=len(plot)) / np.maximum(weight, 1e-9)
    taken = np.sort(np.argsort(keys, kind="stable")[:count])
    plot, serial = plot[taken], serial[taken]
    door, side, row = serial // (2 * rows), serial % 2, serial // 2 % rows
    along = (end - start)[plot] / length[plot, None]
    across = np.column_stack([-along[:, 1], along[:, 0]]) * np.where(side, 1.0, -1.0)[:, None]
    step = (8.0 + (door + 0.5) * DOOR_M)[:, None] * along
    xy = start[plot] + step + (13.0 + row * ROW_M)[:, None] * across
    return outlines(xy, rng.uniform(6.5, 10.5, len(xy)), np.arctan2(along[:, 1], along[:, 0]))
