"""The demo district's OSM extract: real PBF, connected streets, places, houses."""

from __future__ import annotations

from collections import Counter

import numpy as np
import osmium
import pyogrio
import pytest
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from data.demo import write_district


@pytest.fixture(scope="module")
def extract(tmp_path_factory):
    """The extract at scale 0.2, and the district's outline."""
    files = write_district(tmp_path_factory.mktemp("demo"), seed=1, scale=0.2)
    outline = pyogrio.read_dataframe(files[0].path).geometry[0]
    return next(f.path for f in files if f.kind == "osm"), outline


def ways_of(path):
    """Node ids and tags of every street, straight from the file."""
    return [
        ([node.ref for node in way.nodes], dict(way.tags))
        for way in osmium.FileProcessor(str(path), osmium.osm.WAY)
        if "highway" in way.tags
    ]


def largest_share(ways, *, directed):
    """Share of street nodes in the largest component (strong when `directed`)."""
    start, end = [], []
    for nodes, tags in ways:
        way = tags.get("oneway", "no") if directed else "no"
        if way != "-1":
            start += nodes[:-1]
            end += nodes[1:]
        if way != "yes":
            start += nodes[1:]
            end += nodes[:-1]
    ids, flat = np.unique([*start, *end], return_inverse=True)
    a, b = flat[: len(start)], flat[len(start) :]
    graph = coo_array((np.ones(len(a)), (a, b)), shape=(len(ids), len(ids)))
    _, label = connected_components(graph, directed=directed, connection="strong")
    return np.bincount(label).max() / len(ids), np.bincount(label).size


def test_streets_form_one_network_but_for_a_few_scraps(extract):
    ways = ways_of(extract[0])
    share, parts = largest_share(ways, directed=False)
    assert share >= 0.95
    assert parts == 6
    strong, _ = largest_share(ways, directed=True)
    assert strong >= 0.95


def test_streets_have_every_class_surfaces_bridges_and_one_way_streets(extract):
    ways = ways_of(extract[0])
    classes = Counter(tags["highway"] for _, tags in ways)
    wanted = {"trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "track"}
    assert set(classes) == wanted
    assert all("surface" in tags for _, tags in ways)
    unpaved = {"ground", "unpaved", "gravel"}
    assert {t["surface"] for _, t in ways if t["highway"] == "track"} <= unpaved
    assert {t["surface"] for _, t in ways if t["highway"] == "trunk"} == {"asphalt"}
    assert sum(t.get("bridge") == "yes" for _, t in ways) >= 4
    oneway = Counter(t["oneway"] for _, t in ways if "oneway" in t)
    assert set(oneway) == {"yes", "-1"}


def test_gdal_reads_points_lines_and_outlines_inside_the_district(extract):
    path, outline = extract
    lines = pyogrio.read_dataframe(path, layer="lines")
    assert len(lines) == len(ways_of(path))
    near = shapely.buffer(outline, 0.02)
    shapely.prepare(near)
    assert shapely.contains(near, np.asarray(lines.geometry)).all()
    metric = lines.to_crs("EPSG:32749")
    assert 1500 < metric.length.sum() / 1000 < 4000
    outlines = pyogrio.read_dataframe(path, layer="multipolygons")
    houses = outlines[outlines.building == "house"]
    assert len(houses) == 1200
    area = houses.to_crs("EPSG:32749").area
    assert area.between(40, 112).all()
    away = shapely.STRtree(np.asarray(metric.geometry)).query_nearest(
        np.asarray(houses.to_crs("EPSG:32749").centroid), return_distance=True, all_matches=False
    )[1]
    assert away.max() < 60
    assert len(outlines[outlines.amenity == "school"]) > 50


def test_every_kind_of_place_that_a_criterion_asks_for_is_there(extract):
    points = pyogrio.read_dataframe(extract[0], layer="points")
    tags = points.other_tags.fillna("")
    for amenity, fewest in {
        "school": 200, "kindergarten": 100, "place_of_worship": 278, "clinic": 20, "hospital": 1,
        "police": 21, "courthouse": 1, "prison": 1, "bar": 2, "nightclub": 1, "bus_station": 5,
        "townhall": 298, "marketplace": 20,
    }.items():  # fmt: skip
        assert tags.str.contains(f'"amenity"=>"{amenity}"').sum() >= fewest, amenity
    assert tags.str.contains('"government"=>"prosecutor"').sum() == 1
    assert (points.highway == "bus_stop").sum() > 50
    assert set(points.place.dropna()) == {"village"}


@pytest.mark.slow
def test_ten_times_the_scale_is_ten_times_the_houses_on_the_same_streets(extract, tmp_path):
    files = write_district(tmp_path, seed=1, scale=2.0)
    path = next(f.path for f in files if f.kind == "osm")
    assert ways_of(path) == ways_of(extract[0])
    outlines = pyogrio.read_dataframe(path, layer="multipolygons", columns=["building"])
    assert (outlines.building == "house").sum() == 12_000
    metric = np.asarray(outlines.to_crs("EPSG:32749").geometry)
    hits = shapely.STRtree(metric).query(metric, predicate="overlaps")
    assert hits.shape[1] / 2 < 0.05 * len(metric)
