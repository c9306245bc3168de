"""Nearest, counts, people and classes around sites, against brute force and plain geometry."""

from __future__ import annotations

import math
import time

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box
from shared import shared

from geo import dense
from geo.errors import CrsError, InputError
from geo.nearby import (
    class_at,
    count_within,
    nearest_m,
    people_points_within,
    people_within,
    share_covered,
    share_within_m,
)

UTM = "EPSG:32749"
nan = math.nan


def at(*xy, crs=UTM):
    return gpd.GeoSeries([None if p is None else Point(p) for p in xy], crs=crs)


def shapes(*geometry):
    return gpd.GeoSeries(list(geometry), crs=UTM)


def scattered(n, seed, size=10_000):
    return np.random.default_rng(seed).uniform(0, size, (n, 2))


def test_the_nearest_of_points_lines_and_polygons():
    points = at((0, 0), (100, 0), None, (55, 5))
    kinds = shapes(None, Point(0, 30), LineString([(90, -10), (90, 10)]), box(50, 0, 60, 10))
    distance_m, index = nearest_m(points, kinds)
    np.testing.assert_array_equal(distance_m, [30, 10, nan, 0])
    np.testing.assert_array_equal(index, [1, 2, -1, 3])
    only_points = shapes(Point(0, 30), None, Point(), Point(100, 7))
    np.testing.assert_array_equal(nearest_m(points, only_points)[0][:2], [30, 7])
    np.testing.assert_array_equal(nearest_m(points, only_points)[1], [0, 3, -1, 3])


def test_no_target_is_infinitely_far_and_no_point_is_unknown():
    for targets in (shapes(), shapes(None, Polygon())):
        distance_m, index = nearest_m(at((0, 0), None), targets)
        np.testing.assert_array_equal(distance_m, [math.inf, nan])
        np.testing.assert_array_equal(index, [-1, -1])
    assert len(nearest_m(at(), at((0, 0)))[0]) == 0
    assert len(nearest_m(at(), shapes(box(0, 0, 1, 1)))[0]) == 0


def test_nearest_and_counts_equal_brute_force():
    here, there = scattered(300, 1), scattered(500, 2)
    far = np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1))
    distance_m, index = nearest_m(at(*here), at(*there))
    np.testing.assert_allclose(distance_m, far.min(axis=1))
    np.testing.assert_array_equal(index, far.argmin(axis=1))
    count = count_within(at(*here), at(*there), radius_m=700)
    np.testing.assert_array_equal(count, (far <= 700).sum(axis=1))
    as_lines = shapes(*(LineString([p, p + 1e-9]) for p in there))
    np.testing.assert_array_equal(count_within(at(*here), as_lines, radius_m=700), count)


def test_the_rim_of_the_circle_counts_and_what_is_not_there_does_not():
    targets = at((500, 0), (501, 0), None)
    np.testing.assert_array_equal(count_within(at((0, 0), None), targets, radius_m=500), [1, 0])
    assert count_within(at((0, 0)), at(), radius_m=500).tolist() == [0]
    road = shapes(LineString([(-1000, 500), (1000, 500)]), box(0, 600, 1, 601))
    np.testing.assert_array_equal(count_within(at((0, 0)), road, radius_m=500), [1])


def test_the_share_near_enough():
    homes, bars = at((0, 0), (0, 250), (0, 9000), None), at((0, 100))
    assert share_within_m(homes, bars, radius_m=300) == pytest.approx(2 / 3)
    assert share_within_m(homes, bars, radius_m=300, weights=[10, 10, 80, 5]) == pytest.approx(0.2)
    assert share_within_m(homes, at(), radius_m=300) == 0
    assert math.isnan(share_within_m(at(), bars, radius_m=300))
    assert math.isnan(share_within_m(homes, bars, radius_m=300, weights=[1, nan, 1, 1]))


def test_people_of_a_half_covered_area_are_half_its_people():
    areas = shapes(box(0, -5000, 5000, 5000), box(-5000, -5000, 0, 5000))
    circle = math.pi * 1000**2
    one, both = people_within(at((3000, 0), (0, 0)), areas, [5e7, 1e7], radius_m=1000)
    assert one == pytest.approx(circle, rel=1e-9)  # one person a square metre, circle inside
    assert both == pytest.approx(0.5 * circle * 1.2, rel=1e-9)


def test_the_circle_is_a_circle_and_holes_and_parts_are_kept_apart():
    ring = Polygon(box(-4000, -4000, 4000, 4000).exterior, [box(-500, -500, 500, 500).exterior])
    inside_the_hole = box(-500, -500, 500, 500)
    parts = MultiPolygon([inside_the_hole, box(9000, 9000, 10000, 10000)])
    people = people_within(at((0, 0)), shapes(ring, parts), [ring.area, parts.area], radius_m=800)
    assert people == pytest.approx(math.pi * 800**2, rel=1e-3)  # rim over corners: 64 sides show
    exact = Point(300, 1500).buffer(2000, quad_segs=2000).intersection(ring).area
    assert people_within(at((300, 1500)), shapes(ring), [ring.area], radius_m=2000)[0] == (
        pytest.approx(exact, rel=1e-3)
    )


def coverage(seed, n=25):
    """A patchwork without gaps or overlaps: Voronoi cells cut to a square of ten kilometres."""
    frame = box(0, 0, 10_000, 10_000)
    cells = shapely.voronoi_polygons(shapely.MultiPoint(scattered(n, seed)), extend_to=frame)
    return shapes(*(cell.intersection(frame) for cell in cells.geoms))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.floats(0, 1e6), min_size=25, max_size=25))
def test_people_are_conserved(seed, population):
    areas, total = coverage(seed), sum(population)
    sites = at(*scattered(6, seed + 1))
    np.testing.assert_allclose(people_within(sites, areas, population, radius_m=15_000), total)
    near, far = (people_within(sites, areas, population, radius_m=r) for r in (900, 2500))
    assert (near >= 0).all()
    assert (near <= far + 1e-6).all()
    assert (far <= total).all()
    whole = shapes(box(0, 0, 10_000, 10_000))  # evenly spread, the patchwork does not matter
    even = people_within(sites, areas, areas.area, radius_m=2500)
    np.testing.assert_allclose(even, people_within(sites, whole, [1e8], radius_m=2500), rtol=1e-9)
    np.testing.assert_allclose(
        even, share_covered(sites, areas, radius_m=2500) * math.pi * 2500**2, rtol=1e-9
    )


def test_unknown_people_make_only_the_circles_that_reach_them_unknown():
    areas = shapes(box(0, 0, 1000, 1000), box(1000, 0, 2000, 1000), None)
    found = people_within(at((200, 500), (900, 500), None), areas, [100, nan, nan], radius_m=150)
    np.testing.assert_array_equal(np.isnan(found), [False, True, True])
    assert people_within(at((9000, 9000)), areas, [100, nan, 5], radius_m=150).tolist() == [0.0]
    past_the_corner = people_within(at((895, 1105)), areas.iloc[[1]], [nan], radius_m=145)
    assert past_the_corner.tolist() == [0.0]  # its box reaches the area, the circle does not


def test_a_site_on_the_border_knows_how_much_of_its_circle_is_known():
    area = shapes(box(0, -5000, 5000, 5000))
    share = share_covered(at((0, 0), (2500, 0), (-9000, 0), None), area, radius_m=1000)
    np.testing.assert_allclose(share, [0.5, 1, 0, nan], atol=1e-9)


def test_an_invalid_area_is_mended_before_it_is_cut():
    bow_tie = Polygon([(0, 0), (1000, 1000), (1000, 0), (0, 1000)])
    people = people_within(at((500, 500)), shapes(bow_tie), [100], radius_m=5000)
    assert people.tolist() == pytest.approx([100])


def test_people_at_points_are_summed_exactly_and_unknown_spreads():
    targets = at((0, 0), (300, 400), (301, 400), None)
    found = people_points_within(at((0, 0), None), targets, [5, 7, 100, 9], radius_m=500)
    np.testing.assert_array_equal(found, [12, nan])
    assert np.isnan(people_points_within(at((0, 0)), targets, [5, nan, 1, 1], radius_m=500))
    assert people_points_within(at((0, 0)), at(), [], radius_m=500).tolist() == [0]


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10_000),
    st.integers(1, 60),
    st.floats(0, 20_000),
    st.sampled_from([1e-6, 1, 1e4]),
)
def test_the_dense_kernel_equals_its_numpy_twin(seed, n, radius_m, width):
    here, there = scattered(40, seed), scattered(n, seed + 1) * (1, width / 1e4)
    weights = np.random.default_rng(seed).uniform(0, 9, n)
    twin = dense.weighted_within_numpy(here, there, weights, radius_m=radius_m)
    fast = dense.weighted_within_grid(here, there, weights, radius_m=radius_m)
    np.testing.assert_allclose(fast, twin, rtol=1e-12)


def test_many_points_take_the_dense_way_and_agree(monkeypatch):
    here, there, weights = scattered(5000, 1), scattered(8000, 2), np.arange(8000.0)
    dense_way = people_points_within(at(*here), at(*there), weights, radius_m=400)
    monkeypatch.setattr(dense, "_FEW_PAIRS", 10**12)
    plain_way = people_points_within(at(*here), at(*there), weights, radius_m=400)
    np.testing.assert_allclose(dense_way, plain_way, rtol=1e-12)


def test_the_worst_class_touched():
    zones = shapes(box(0, 0, 10, 10), box(5, 0, 20, 10), None, box(100, 0, 110, 10))
    classes = [1, 3, 2, nan]
    here = at((2, 5), (7, 5), (10, 5), (50, 5), (105, 5), None)
    np.testing.assert_array_equal(class_at(here, zones, classes), [1, 3, 3, nan, nan, nan])
    near = class_at(here, zones, classes, radius_m=30)
    np.testing.assert_array_equal(near, [3, 3, 3, 3, nan, nan])
    assert np.isnan(class_at(at((0, 0)), shapes(), [])).all()


@pytest.mark.parametrize(
    "call",
    [
        nearest_m,
        lambda a, b: count_within(a, b, radius_m=5),
        lambda a, b: share_within_m(a, b, radius_m=5),
        lambda a, b: people_within(a, b, np.ones(len(b)), radius_m=5),
        lambda a, b: share_covered(a, b, radius_m=5),
        lambda a, b: people_points_within(a, b, np.ones(len(b)), radius_m=5),
        lambda a, b: class_at(a, b, np.ones(len(b))),
    ],
)
def test_degrees_no_crs_and_two_crss_are_refused(call):
    good = at((1, 1))
    for one, other in (
        (good, at((1, 1), crs=4326)),
        (at((1, 1), crs=3857), good),
        (good, at((1, 1), crs=None)),
    ):
        with pytest.raises(CrsError):
            call(one, other)
    with pytest.raises(CrsError) as fault:
        call(good, at((1, 1), crs=32750))
    assert fault.value.code == "crs.differs"


def test_senseless_radii_lengths_and_people_are_refused():
    area, site = shapes(box(0, 0, 9, 9)), at((1, 1))
    for radius_m in (-1, nan, math.inf):
        with pytest.raises(InputError):
            count_within(site, site, radius_m=radius_m)
    for code, population, radius_m in (
        ("radius", [1], 0),
        ("length", [1, 2], 5),
        ("negative", [-1], 5),
    ):
        with pytest.raises(InputError) as fault:
            people_within(site, area, population, radius_m=radius_m)
        assert fault.value.code == f"nearby.{code}"


def test_five_thousand_sites_over_the_278_desa_are_quick_and_agree_with_finer_circles():
    desa = gpd.read_file(shared("banjarnegara/desa_278_hdx.geojson")).to_crs(UTM)
    x0, y0, x1, y1 = desa.total_bounds
    xy = np.random.default_rng(1).uniform((x0, y0), (x1, y1), (5000, 2))
    population = np.random.default_rng(2).integers(800, 9000, len(desa))
    start = time.perf_counter()
    people = people_within(at(*xy), desa, population, radius_m=2000)
    assert time.perf_counter() - start < 10  # measured 0.9 s; the margin is for a busy machine
    fine = shapely.buffer(shapely.points(xy[:40]), 2000, quad_segs=500)
    share = (
        shapely.area(shapely.intersection(fine[:, None], desa.geometry.to_numpy()))
        / desa.area.to_numpy()
    )
    np.testing.assert_allclose(people[:40], share @ population, rtol=2e-3, atol=1)
