"""The demo district's street network: through roads, towns on a grid, hamlets, tracks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Any

import numpy as np
import shapely

from data.demo.facts import KECAMATAN, ROADS, STREET_NAMES
from data.demo.ground import Floats, Ground, Ints, Mask, to_m
from data.demo.land import TOWN, Land

CLASSES = ("residential", "unclassified", "tertiary", "secondary", "primary", "trunk")
SPEEDS = {"trunk": "80", "primary": "60", "secondary": "50"}
BLOCK_M = 110.0


@dataclass(slots=True)
class Streets:
    """The network, growing: nodes are numbered in the order they were added.

    Parameters
    ----------
    chunks : list of arrays (n × 2, metres)
    ways : list of (node numbers, tags)
    plots : list of (from node, to node, desa)
        Stretches along which houses stand.
    centres : int array
        The desa where each kecamatan has its centre.
    """

    chunks: list[Floats] = field(default_factory=list)
    ways: list[tuple[Ints, dict[str, str]]] = field(default_factory=list)
    plots: list[tuple[int, int, int]] = field(default_factory=list)
    centres: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    count: int = 0

    def add(self, xy: Floats) -> Ints:
        """Add nodes; return their numbers."""
        self.chunks.append(xy)
        self.count += len(xy)
        return np.arange(self.count - len(xy), self.count)

    @property
    def xy(self) -> Floats:
        """Every node, in order (n × 2, metres)."""
        return np.concatenate(self.chunks)


@dataclass(frozen=True, slots=True)
class Patch:
    """A settlement's grid: node numbers (k × k), and the class of each row and column stretch."""

    ids: Ints
    along: Ints
    across: Ints

    @property
    def middle(self) -> tuple[int, int]:
        """Row and column of the node that stands for the settlement."""
        return len(self.ids) // 2, len(self.ids) // 2


def _skeleton(land: Land, ground: Ground) -> tuple[Ints, Floats]:
    """Possible links between desa: Delaunay edges that stay inside, with their cost in metres."""
    from scipy.spatial import Delaunay

    triangles = Delaunay(land.centre_m).simplices
    pairs = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    edges = np.unique(np.sort(pairs, axis=1), axis=0)
    ends = land.centre_m[edges]
    t = np.linspace(0.0, 1.0, 25)
    samples = ends[:, 0, None] + t[:, None] * (ends[:, 1] - ends[:, 0])[:, None, :]
    row, column = ground.grid.cells(samples.reshape(-1, 2))
    inside = (land.labels[row, column] >= 0).reshape(len(edges), -1).mean(axis=1)
    steep = ground.slope_deg[row, column].reshape(len(edges), -1).mean(axis=1)
    crossing = shapely.crosses(shapely.linestrings(ends), ground.river)
    length = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    cost = length * (1.0 + 0.05 * steep) + 2500.0 * crossing
    cost[inside < 0.9] *= 4.0  # a last resort, so that every desa stays reachable
    return edges, cost


def _ranked(land: Land, edges: Ints, cost: Floats) -> tuple[Ints, Ints]:
    """Say which class each link has (position in `CLASSES`, 0 = no road); also the centres."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree

    desa = len(land.centre_m)
    middles = to_m(tuple((k.x_km, k.y_km) for k in KECAMATAN))
    away = np.hypot(*(land.centre_m - middles[land.kecamatan_of]).T)
    centres = np.array([
        np.flatnonzero(land.kecamatan_of == i)[away[land.kecamatan_of == i].argmin()]
        for i in range(len(KECAMATAN))
    ])  # fmt: skip
    graph = csr_array((cost, (edges[:, 0], edges[:, 1])), shape=(desa, desa))
    place = {tuple(edge): i for i, edge in enumerate(edges.tolist())}
    rank = np.zeros(len(edges), dtype=np.int64)
    _, before = dijkstra(graph, directed=False, indices=centres, return_predecessors=True)
    name_to = {k.name: i for i, k in enumerate(KECAMATAN)}
    for road, stops in ROADS:
        for start, end in pairwise(stops):
            here = int(centres[name_to[end]])
            while (there := int(before[name_to[start], here])) >= 0:
                link = place[min(here, there), max(here, there)]
                rank[link] = max(rank[link], CLASSES.index(road))
                here = there
    tree = minimum_spanning_tree(graph).tocoo()
    for a, b in zip(tree.row.tolist(), tree.col.tolist(), strict=True):
        rank[place[min(a, b), max(a, b)]] = max(rank[place[min(a, b), max(a, b)]], 2)
    nearest = np.full(desa, np.inf)
    np.minimum.at(nearest, edges.ravel(), np.repeat(cost, 2))
    detour = cost / nearest[edges].mean(axis=1)  # so that sparse hills get their loops too
    rank[(rank == 0) & (detour <= np.quantile(detour[rank == 0], 0.4))] = 1
    return rank, centres


def _patches(rng: np.random.Generator, land: Land, centres: Ints, streets: Streets) -> list[Patch]:
    """Lay a jittered grid of blocks over every settlement's middle."""
    sizes = rng.integers(3, 6, len(land.centre_m))
    sizes[land.kecamatan_of == TOWN] = 6
    sizes[centres] = rng.integers(7, 9, len(centres))
    sizes[centres[TOWN]] = 13
    patches = []
    for (x, y), size in zip(land.centre_m, sizes, strict=True):
        turn, block = rng.uniform(0.0, np.pi / 2), BLOCK_M * rng.uniform(0.85, 1.2)
        steps = (np.arange(size) - size // 2) * block
        u, v = (part.ravel() for part in np.meshgrid(steps, steps))
        xy = np.column_stack(
            [u * np.cos(turn) - v * np.sin(turn), u * np.sin(turn) + v * np.cos(turn)]
        )
        xy += rng.uniform(-0.12, 0.12, xy.shape) * block
        xy[(size // 2) * size + size // 2] = 0.0
        ids = streets.add(xy + np.array([x, y])).reshape(size, size)
        across = np.where(rng.random((size - 1, size)) < 0.25, -1, 0)
        across[:, [0, -1]] = 0  # whole rows tied by two whole columns: always one piece
        patches.append(Patch(ids, np.zeros((size, size - 1), dtype=np.int64), across))
    return patches


def _port(patch: Patch, streets_xy: Floats, towards: Floats, *, rank: int) -> int:
    """Find the rim node facing a neighbour and raise the class of the streets leading to it."""
    size = len(patch.ids)
    i, j = np.divmod(np.arange(size * size), size)
    rim = (i % (size - 1) == 0) | (j % (size - 1) == 0)
    mi, mj = patch.middle
    gap = streets_xy[patch.ids.ravel()] - streets_xy[patch.ids[mi, mj]]
    facing = (gap @ towards) / np.maximum(np.hypot(*gap.T), 1.0)
    node = int(np.where(rim, facing, -np.inf).argmax())
    row, column = divmod(node, size)
    low, high = sorted((mj, column))
    patch.along[mi, low:high] = np.maximum(patch.along[mi, low:high], rank)
    low, high = sorted((mi, row))
    patch.across[low:high, column] = np.maximum(patch.across[low:high, column], rank)
    return int(patch.ids[row, column])


def _bends(rng: np.random.Generator, start: Floats, end: Floats) -> Floats:
    """Inner vertices of a winding road, about 160 m apart."""
    gap = end - start
    length = float(np.hypot(*gap))
    t = np.linspace(0.0, 1.0, max(2, round(length / 160.0) + 1))[1:-1]
    waves = np.arange(1, 5)
    size = rng.normal(0.0, 0.035 * length, 4) / waves**1.1
    side = (np.sin(np.pi * waves * t[:, None]) * size).sum(axis=1)
    normal = np.array([-gap[1], gap[0]]) / max(length, 1.0)
    return np.asarray(start + t[:, None] * gap + side[:, None] * normal)


def _surface(rng: np.random.Generator, road: str) -> str:
    if road in {"trunk", "primary", "secondary"}:
        return "asphalt"
    choices, odds = {
        "tertiary": (("asphalt", "concrete"), (0.85, 0.15)),
        "track": (("ground", "unpaved", "gravel"), (0.6, 0.25, 0.15)),
    }.get(road, (("asphalt", "concrete", "paving_stones", "unpaved"), (0.4, 0.3, 0.15, 0.15)))
    return str(rng.choice(choices, p=odds))


def _tags(rng: np.random.Generator, road: str, name: str) -> dict[str, str]:
    tags = {"highway": road, "name": name, "surface": _surface(rng, road)}
    return tags | ({"maxspeed": SPEEDS[road]} if road in SPEEDS else {})


def _with_bridges(
    ids: Ints, wet: Mask, tags: Mapping[str, str]
) -> Iterator[tuple[Ints, dict[str, str]]]:
    """Cut a road where it crosses the river: those stretches become bridges."""
    start = 0
    for bridge, run in groupby(wet.tolist()):
        end = start + len(list(run))
        yield ids[start : end + 1], dict(tags) | ({"bridge": "yes"} if bridge else {})
        start = end


def _hamlets(rng: np.random.Generator, road: Ints, xy: Floats, desa: int, streets: Streets) -> None:
    """Hang a loop and a dead end on a road, about every 700 m."""
    for at in range(2, len(road) - 2):
        if rng.random() > 0.22:
            continue
        step = xy[at + 1] - xy[at]
        side = np.array([-step[1], step[0]]) / max(float(np.hypot(*step)), 1.0)
        side *= rng.choice([-1.0, 1.0])
        deep, far = rng.uniform(90.0, 190.0), rng.uniform(80.0, 260.0)
        new = streets.add(
            np.array([xy[at] + side * deep, xy[at + 1] + side * deep, xy[at] - side * far])
        )
        loop = np.array([road[at], new[0], new[1], road[at + 1]])
        street = f"Gang {rng.choice(STREET_NAMES)}"
        streets.ways.append((loop, _tags(rng, "residential", street)))
        streets.ways.append((np.array([road[at], new[2]]), _tags(rng, "residential", street)))
        chain = [(int(a), int(b), desa) for a, b in pairwise(loop)]
        streets.plots += [*chain, (int(road[at]), int(new[2]), desa)]


def _through_roads(
    rng: np.random.Generator, links: list[tuple[int, int, int]], land: Land, patches: list[Patch],
    streets: Streets, river: Any,
) -> None:  # fmt: skip
    """Draw the roads between settlements, with bridges and hamlets."""
    names = land.areas["desa"].to_list()
    grid_xy = streets.xy
    for a, b, rank in links:
        gap = land.centre_m[b] - land.centre_m[a]
        ports = [
            _port(patches[a], grid_xy, gap, rank=rank),
            _port(patches[b], grid_xy, -gap, rank=rank),
        ]
        bends = _bends(rng, grid_xy[ports[0]], grid_xy[ports[1]])
        ids = np.concatenate([ports[:1], streets.add(bends), ports[1:]])
        xy = np.concatenate([grid_xy[ports[:1]], bends, grid_xy[ports[1:]]])
        wet = shapely.intersects(shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1)), river)
        tags = _tags(rng, CLASSES[rank], f"Jalan {names[a]}–{names[b]}")
        streets.ways += list(_with_bridges(ids, wet, tags))
        if rank <= CLASSES.index("secondary"):
            _hamlets(rng, ids, xy, a, streets)


def _grid_streets(
    rng: np.random.Generator, patch: Patch, desa: int, streets: Streets, *, oneway: bool
) -> None:
    """Turn a settlement's grid into streets, cut where the class changes."""
    lines = [(patch.ids[i], patch.along[i]) for i in range(len(patch.ids))]
    lines += [(patch.ids[:, j], patch.across[:, j]) for j in range(len(patch.ids))]
    for number, (ids, ranks) in enumerate(lines):
        start = 0
        for rank, run in groupby(ranks.tolist()):
            end = start + len(list(run))
            stretch, start = ids[start : end + 1], end
            if rank < 0:
                continue
            tags = _tags(rng, CLASSES[rank], f"Jalan {rng.choice(STREET_NAMES)}")
            if oneway and rank == 0 and 1 < number < len(patch.ids) - 2:
                tags["oneway"] = ("yes", "-1", "yes")[number % 3]
            streets.ways.append((stretch, tags))
            streets.plots += [(int(a), int(b), desa) for a, b in pairwise(stretch)]


def _tracks(
    rng: np.random.Generator, land: Land, patches: list[Patch], streets: Streets, grid_xy: Floats
) -> None:
    """Unpaved dead ends into the fields, and a few scraps that nobody tied to the network."""
    for desa in np.flatnonzero(rng.random(len(patches)) < 0.4).tolist():
        corner = int(patches[desa].ids[0, 0])
        out = grid_xy[corner] - land.centre_m[desa]
        far = grid_xy[corner] + out / np.hypot(*out) * rng.uniform(400.0, 900.0)
        bends = np.concatenate([_bends(rng, grid_xy[corner], far), far[None]])
        ids = np.concatenate([[corner], streets.add(bends)])
        streets.ways.append((ids, _tags(rng, "track", "Jalan tani")))
    for desa in rng.choice(len(patches), 5, replace=False):
        scrap = land.centre_m[desa] + [[700.0, 0.0], [760.0, 40.0], [800.0, 110.0]]
        streets.ways.append((streets.add(scrap), _tags(rng, "residential", "Gang Buntu")))


def make_streets(rng: np.random.Generator, *, land: Land, ground: Ground) -> Streets:
    """Invent a connected street network for the district.

    Desa are linked along Delaunay edges: shortest paths between kecamatan centres become trunk,
    primary and secondary roads, a minimum spanning tree adds tertiary ones, cheap spare edges
    close loops. The result does not depend on the demo's scale.
    """
    edges, cost = _skeleton(land, ground)
    rank, centres = _ranked(land, edges, cost)
    streets = Streets(centres=centres)
    patches = _patches(rng, land, centres, streets)
    grid_xy = streets.xy
    links = [(int(a), int(b), int(r)) for (a, b), r in zip(edges, rank, strict=True) if r > 0]
    _through_roads(rng, links, land, patches, streets, ground.river)
    for desa, patch in enumerate(patches):
        _grid_streets(rng, patch, desa, streets, oneway=desa == centres[TOWN])
    _tracks(rng, land, patches, streets, grid_xy)
    return streets
