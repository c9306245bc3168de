"""Trips, areas and people over small networks; what holds whatever the network."""

from __future__ import annotations

import math
import pickle

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point

from geo import streets
from geo.errors import InputError
from geo.raster import Raster
from geo.streets import joins, search
from geo.streets.profiles import profile

UTM = "EPSG:32749"
E0, N0 = 600_000.0, 9_180_000.0
FEW = settings(max_examples=40, deadline=None)
WORLDS = st.integers(0, 100_000)


def ways(rows):
    lines = [LineString([(E0 + x, N0 + y) for x, y in line]) for _, line in rows]
    tags = gpd.pd.DataFrame([{"highway": "tertiary", **tags} for tags, _ in rows]).fillna("")
    return gpd.GeoDataFrame(tags, geometry=lines, crs=UTM)


def at(*places):
    return gpd.GeoSeries([Point(E0 + x, N0 + y) for x, y in places], crs=UTM)


def world(seed, *, oneway=0.0):
    """Pieces of a crooked 6 × 6 grid, and 8 places about it."""
    rng = np.random.default_rng(seed)
    xy = 400.0 * np.indices((6, 6)).reshape(2, 36).T + rng.integers(-90, 90, (36, 2))
    rows = []
    for i in range(36):
        for j in (i + 1, i + 6):
            if j < 36 and (j % 6 or j == i + 6) and rng.random() < 0.75:
                bend = (xy[i] + xy[j]) // 2 + rng.integers(-60, 60, 2)
                kind = rng.choice(["tertiary", "residential", "track"])
                drawn = rng.choice(["yes", "-1"]) if rng.random() < oneway else ""
                rows.append(({"highway": kind, "oneway": drawn}, [xy[i], bend, xy[j]]))
    places = at(*rng.uniform(-300, 2_400, (8, 2)))
    return rows, places, xy, rng


@given(WORLDS)
@FEW
def test_without_one_way_streets_and_slopes_a_trip_back_takes_as_long(seed):
    rows, places, *_ = world(seed)
    cost = streets.cost_minutes(streets.build(ways(rows), profile="car"), places, places, "car")
    np.testing.assert_allclose(cost, cost.T, rtol=1e-9)


@given(WORLDS)
@FEW
def test_a_detour_is_never_quicker(seed):
    rows, places, *_ = world(seed, oneway=0.3)
    cost = streets.cost_minutes(streets.build(ways(rows), profile="car"), places, places, "car")
    by_way_of = (cost[:, :, None] + cost[None, :, :]).min(axis=1)
    assert (cost <= by_way_of + 1e-9).all()
    assert (cost.diagonal() == 0).all()


def between_crossroads(made, xy):
    """Minutes between all nodes, by their place; a site beside them might join another street."""
    every = [(np.array([k], np.int32), np.zeros(1)) for k in range(len(made.nodes))]
    minutes = search.from_seeds(made.arcs, every)
    place = {tuple(np.round(node).astype(int)): k for k, node in enumerate(made.nodes - [E0, N0])}
    return minutes[np.ix_(*[[place[tuple(at)] for at in xy]] * 2)]


@given(WORLDS)
@FEW
def test_a_new_road_never_lengthens_a_trip_between_crossroads(seed):
    rows, _, xy, rng = world(seed, oneway=0.3)
    used = np.unique([line[k] for _, line in rows for k in (0, -1)], axis=0)
    i, j = rng.choice(36, 2, replace=False)
    before = streets.build(ways(rows), profile="car")
    after = streets.build(ways([*rows, ({}, [xy[i], xy[j]])]), profile="car")
    one, two = between_crossroads(before, used), between_crossroads(after, used)
    assert (two <= one + 1e-9).all()


@given(WORLDS)
@FEW
def test_the_order_of_the_ways_does_not_matter(seed):
    rows, places, _, rng = world(seed, oneway=0.3)
    one = streets.build(ways(rows), profile="motorcycle")
    two = streets.build(ways([rows[k] for k in rng.permutation(len(rows))]), profile="motorcycle")
    assert (one.nodes == two.nodes).all()
    costs = [streets.cost_minutes(made, places, places, "motorcycle") for made in (one, two)]
    np.testing.assert_allclose(*costs, rtol=1e-9)


@given(WORLDS)
@FEW
def test_every_way_of_asking_gives_the_same_minutes(seed):
    rows, places, _, rng = world(seed, oneway=0.3)
    made = streets.build(ways(rows), profile="car")
    targets = at(*rng.uniform(-300, 2_400, (5, 2)))
    cost = streets.cost_minutes(made, places, targets, "car")
    nearest = streets.nearest_minutes(made, places, targets, "car")
    np.testing.assert_allclose(nearest, cost.min(axis=1), rtol=1e-9)
    ranked = streets.nearest_k(made, places, targets, "car", k=3)
    np.testing.assert_allclose(ranked.minutes, np.sort(cost)[:, :3], rtol=1e-9)
    found = ranked.which >= 0
    rows_of = np.nonzero(found)[0]
    np.testing.assert_allclose(cost[rows_of, ranked.which[found]], ranked.minutes[found])
    back = streets.cost_minutes(made, targets, places, "car")  # searched from the other side
    few = streets.cost_minutes(made, targets[:2], places, "car")
    np.testing.assert_allclose(back[:2], few, rtol=1e-9)
    weights = rng.uniform(0, 9, 5)
    reached = streets.people_reached(made, places, targets, weights, minutes=4, mode="car")
    np.testing.assert_allclose(reached, (cost <= 4) @ weights)
    inward = streets.people_reached(
        made, places, targets, weights, minutes=4, mode="car", inward=True
    )
    np.testing.assert_allclose(inward, (back <= 4).T @ weights)
    trip = streets.path(made, places[:1], targets[:1])
    assert trip.minutes == pytest.approx(cost[0, 0])


def test_a_trip_has_minutes_kilometres_and_a_line():
    made = streets.build(
        ways([({}, [(0, 0), (600, 0)]), ({}, [(600, 0), (600, 500), (900, 900)])]), profile="car"
    )
    trip = streets.path(made, at((100, 90)), at((650, 500)))
    # off the road 90 m; on to the corner, up to the bend, then the foot of (650, 500) on the slope
    up = 50 * 0.6
    aside = 50 * 0.8
    assert trip.km == pytest.approx((90 + 500 + 500 + up + aside) / 1_000, rel=1e-5)
    minutes = (90 + aside) * 0.06 / 4.5 + (1_000 + up) * 0.06 / 28
    assert trip.minutes == pytest.approx(minutes, rel=1e-5)
    ends = gpd.GeoSeries([Point(trip.line.coords[0]), Point(trip.line.coords[-1])], crs=4326)
    moved = ends.to_crs(UTM)
    assert moved.distance(at((100, 90), (650, 500))).max() < 0.05
    assert len(trip.line.coords) == 6
    still = streets.path(made, at((100, 90)), at((100, 90)))
    assert (still.minutes, still.km) == (0, 0)
    with pytest.raises(InputError) as fault:
        streets.path(made, at((0, 0), (1, 1)), at((0, 0)))
    assert fault.value.code == "streets.one_point"


def test_a_trip_follows_roads_drawn_against_it_and_kept_apart_from_each_other():
    far = ({}, [(5_000, 5_000), (9_000, 9_000)])
    rows = [({}, [(2_000, 0), (3_000, 0)]), far, ({}, [(1_000, 0), (500, 200), (0, 0)]), far,
            ({}, [(2_000, 0), (1_500, 300), (1_000, 0)]), far]  # fmt: skip
    made = streets.build(ways(rows), profile="car")
    trip = streets.path(made, at((0, 0)), at((3_000, 0)))
    line = gpd.GeoSeries([trip.line], crs=4326).to_crs(UTM)
    plain = LineString([(E0 + x, N0 + y) for x, y in (
        (0, 0), (500, 200), (1_000, 0), (1_500, 300), (2_000, 0), (3_000, 0))])  # fmt: skip
    assert line.hausdorff_distance(plain)[0] < 0.05
    assert trip.km == pytest.approx(plain.length / 1_000, rel=1e-5)
    (area,) = streets.reachable(made, at((0, 0)), 60.0).to_crs(UTM).geometry
    widened = plain.buffer(100, quad_segs=2)  # corners fall a little differently
    assert area.symmetric_difference(widened).area < 1e-3 * widened.area


def test_the_area_reached_is_the_street_reached_widened():
    made = streets.build(
        ways([({}, [(-9_000, 0), (0, 0)]), ({}, [(0, 0), (9_000, 0)])]), profile="car"
    )
    inside = streets.reachable(made, at((500, 0), (0, 7_000)), 10.0)
    (area, none) = inside.to_crs(UTM).geometry
    assert none is None
    far = 28 / 6 * 1_000  # ten minutes at 28 km/h, to either side
    xmin, ymin, xmax, ymax = area.bounds
    assert (xmin - E0, xmax - E0) == pytest.approx((500 - far - 100, 500 + far + 100), abs=1)
    assert (ymin - N0, ymax - N0) == pytest.approx((-100, 100), abs=1)
    assert area.area == pytest.approx(2 * far * 200 + math.pi * 100**2, rel=0.01)
    oneway = streets.build(ways([({"oneway": "yes"}, [(-9_000, 0), (9_000, 0)])]), profile="car")
    (area,) = streets.reachable(oneway, at((500, 0)), 10.0).to_crs(UTM).geometry
    assert (area.bounds[0] - E0, area.bounds[2] - E0) == pytest.approx((400, 600 + far), abs=1)
    with pytest.raises(InputError):
        streets.reachable(made, at((0, 0)), -1)


def test_people_of_unknown_number_make_the_sum_unknown_only_within_reach():
    made = streets.build(ways([({}, [(0, 0), (9_000, 0)])]), profile="car")
    people, weights = at((1_000, 0), (8_000, 0), (0, 9_000)), [10, np.nan, 5]
    asked = at((0, 0), (7_000, 0), (0, 9_000))
    reached = streets.people_reached(made, asked, people, weights, minutes=10, mode="car")
    assert reached[0] == 10
    assert np.isnan(reached[1:]).all()
    with pytest.raises(InputError):
        streets.people_reached(made, asked, people, [1, 2, -3], minutes=10, mode="car")


def plane(tmp_path, *, rise):
    """Ground that rises to the east by `rise` a metre, cells of 10 m."""
    columns = np.tile((np.arange(400) + 0.5) * 10 * rise, (100, 1))
    path = tmp_path / "ground.tif"
    with rasterio.open(
        path, "w", driver="GTiff", height=100, width=400, count=1, dtype="float64", crs=UTM,
        transform=Affine(10, 0, E0 - 500, 0, -10, N0 + 500), nodata=-9999.0,
    ) as out:  # fmt: skip
        out.write(columns, 1)
    return Raster.open(path)


@pytest.mark.parametrize("rise", [0.05, 0.12, -0.2])
@pytest.mark.parametrize("mode", ["walk", "motorcycle", "car"])
def test_on_a_slope_each_direction_has_its_own_speed(tmp_path, rise, mode):
    frame = ways([({}, [(5 + 10 * k, 0) for k in range(101)])])  # vertices at the cells' centres
    made = streets.build(frame, profile=mode, ground=plane(tmp_path, rise=rise))
    ends = at((5, 0), (1_005, 0))
    cost = streets.cost_minutes(made, ends, ends, mode)
    level = profile(mode).speeds_kmh["tertiary"]
    there, back = (level * profile(mode).slope_share(s) for s in (rise, -rise))
    assert (cost[0, 1], cost[1, 0]) == pytest.approx((60 / there, 60 / back), rel=1e-6)
    assert made.slope_known_share_0_1 == 1
    if mode == "walk":
        assert there == pytest.approx(6 * math.exp(-3.5 * abs(rise + 0.05)), rel=1e-3)


def test_a_bridge_is_level_between_its_ends_and_unknown_ground_is_told(tmp_path):
    ground = plane(tmp_path, rise=0.0)
    with rasterio.open(ground.path, "r+") as out:
        valley = out.read(1)
        valley[:, 80:120] = -40  # x from 300 to 700: a valley 40 m deep
        out.write(valley, 1)
    line = [(x, 0) for x in range(0, 1_001, 50)]
    road, bridge = (
        streets.build(ways([(tags, line)]), profile="car", ground=Raster.open(ground.path))
        for tags in ({}, {"bridge": "viaduct"})
    )
    ends = at((0, 0)), at((1_000, 0))
    assert streets.cost_minutes(bridge, *ends, "car")[0, 0] == pytest.approx(60 / 28)
    assert streets.cost_minutes(road, *ends, "car")[0, 0] > 60 / 28
    beyond = ways([({}, [(0, 0), (3_400, 0)]), ({}, [(9_000, 0), (12_400, 0)])])
    made = streets.build(beyond, profile="car", ground=ground)
    assert made.slope_known_share_0_1 == pytest.approx(0.5)


def test_a_network_survives_pickling():
    rows, places, *_ = world(7)
    made = streets.build(ways(rows), profile="car")
    before = streets.cost_minutes(made, places, places, "car")
    again = pickle.loads(pickle.dumps(made))
    assert (streets.cost_minutes(again, places, places, "car") == before).all()


def test_joins_shared_out_over_the_cores_are_those_made_alone(monkeypatch):
    built = streets.build(ways(world(3)[0]), profile="walk")
    xy = np.random.default_rng(3).uniform(-5_000, 7_000, (9_000, 2)) + np.array([E0, N0])
    shared = joins._joined(built, xy)
    monkeypatch.setattr(joins, "_MANY", 10_000)
    for one, other in zip(shared, joins._joined(built, xy), strict=True):
        np.testing.assert_array_equal(one, other)
    assert 0 < shared.joined.sum() < len(xy)
