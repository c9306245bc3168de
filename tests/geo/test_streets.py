"""Streets from small worlds whose minutes are known by arithmetic."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, Point

from geo import streets
from geo.errors import CrsError, InputError
from geo.streets.profiles import profile

UTM = "EPSG:32749"
E0, N0 = 600_000.0, 9_180_000.0
inf = np.inf


def ways(*rows, crs=UTM):
    """Ways as (tags, [(x, y), …]), metres from a corner in Central Java."""
    lines = [LineString([(E0 + x, N0 + y) for x, y in line]) for _, line in rows]
    tags = gpd.pd.DataFrame([{"highway": "tertiary", **tags} for tags, _ in rows]).fillna("")
    return gpd.GeoDataFrame(tags, geometry=lines, crs=crs)


def at(*places):
    return gpd.GeoSeries([Point(E0 + x, N0 + y) for x, y in places], crs=UTM)


def trip(frame, mode, start=(0, 0), end=(1_000, 0)):
    made = streets.build(frame, profile=mode)
    return streets.cost_minutes(made, at(start), at(end), mode)[0, 0]


def both(tags, mode="motorcycle"):
    """Speeds in km/h there and back along a kilometre with these tags; 0 where closed."""
    frame = ways((tags, [(0, 0), (400, 0), (1_000, 0)]))
    try:
        there = trip(frame, mode)
    except InputError:
        return 0.0, 0.0
    back = trip(frame, mode, (1_000, 0), (0, 0))
    return round(60 / there, 6), round(60 / back, 6)


@pytest.mark.parametrize(
    ("tags", "mode", "there", "back"),
    [
        ({}, "motorcycle", 32, 32),
        ({"oneway": "yes"}, "motorcycle", 32, 0),
        ({"oneway": "true"}, "car", 28, 0),
        ({"oneway": "1"}, "car", 28, 0),
        ({"oneway": "-1"}, "car", 0, 28),
        ({"oneway": "reverse"}, "car", 0, 28),
        ({"oneway": "no"}, "car", 28, 28),
        ({"oneway": "yes"}, "walk", 5.04, 5.04),
        ({"junction": "roundabout"}, "motorcycle", 32, 0),
        ({"junction": "roundabout", "oneway": "no"}, "motorcycle", 32, 32),
        ({"highway": "motorway"}, "car", 80, 0),
        ({"highway": "motorway"}, "motorcycle", 0, 0),
        ({"highway": "motorway", "access": "yes"}, "walk", 0, 0),
        ({"highway": "trunk", "motorroad": "yes"}, "motorcycle", 0, 0),
        ({"highway": "construction"}, "walk", 0, 0),
        ({"access": "private"}, "motorcycle", 0, 0),
        ({"access": "no", "foot": "yes"}, "walk", 5.04, 5.04),
        ({"access": "no", "foot": "yes"}, "car", 0, 0),
        ({"motor_vehicle": "no", "motorcycle": "yes"}, "motorcycle", 32, 32),
        ({"motor_vehicle": "no", "motorcycle": "yes"}, "car", 0, 0),
        ({"access": "private", "motor_vehicle": "destination"}, "car", 28, 28),
        ({"access": "who knows"}, "car", 28, 28),
        ({"foot": "no"}, "walk", 0, 0),
        ({"highway": "path"}, "walk", 4.5, 4.5),
        ({"highway": "steps"}, "walk", 2.5, 2.5),
        ({"highway": "steps", "motorcycle": "yes"}, "motorcycle", 0, 0),
        ({"highway": "path"}, "motorcycle", 0, 0),
        ({"highway": "path", "access": "yes"}, "motorcycle", 0, 0),
        ({"highway": "path", "motorcycle": "yes"}, "motorcycle", 10, 10),
        ({"highway": "footway"}, "car", 0, 0),
        ({"highway": "track"}, "motorcycle", 12, 12),
        ({"highway": "track", "surface": "unpaved"}, "motorcycle", 12, 12),
        ({"highway": "track", "surface": "concrete:lanes"}, "motorcycle", 12 / 0.65, 12 / 0.65),
        ({"highway": "track", "tracktype": "grade5"}, "motorcycle", 12 * 0.5 / 0.65, 12 * 0.5 / 0.65),
        ({"tracktype": "grade4", "surface": "asphalt"}, "motorcycle", 32, 32),
        ({"surface": "gravel"}, "motorcycle", 32 * 0.65, 32 * 0.65),
        ({"surface": "dirt;mud"}, "car", 14, 14),
        ({"maxspeed": "20"}, "motorcycle", 20, 20),
        ({"maxspeed": "10 mph"}, "car", 16.09344, 16.09344),
        ({"maxspeed": "80"}, "car", 28, 28),
        ({"maxspeed": "walk"}, "car", 28, 28),
        ({"highway": "", "route": "ferry"}, "motorcycle", 8, 8),
        ({"highway": "", "route": "ferry", "foot": "no"}, "walk", 0, 0),
    ],
)  # fmt: skip
def test_tags_decide_who_may_go_which_way_and_how_fast(tags, mode, there, back):
    assert both(tags, mode) == pytest.approx((there, back), abs=1e-5)


def test_a_site_walks_straight_to_the_nearest_edge_and_may_turn_either_way():
    frame = ways(({}, [(0, 0), (1_000, 0)]), ({}, [(1_000, 0), (1_000, 800)]))
    # 450 m on foot at 4.5 km/h is 6 minutes; then 300 m to one end, 700 m and 400 m to the other
    assert trip(frame, "motorcycle", (300, 450), (0, 0)) == pytest.approx(6 + 0.3 / 32 * 60)
    assert trip(frame, "motorcycle", (300, 450), (1_000, 400)) == pytest.approx(6 + 1.1 / 32 * 60)
    made = streets.build(frame, profile="motorcycle")
    assert streets.access_m(made, at((300, 450), (-30, 40)))[:2] == pytest.approx([450, 50])


def test_two_sites_on_one_edge_travel_along_it_and_not_by_its_ends():
    frame = ways(({}, [(0, 0), (500, 300), (1_000, 0), (1_000, 2_000)]))
    apart = np.hypot(250, 150) / 1_000
    assert trip(frame, "car", (250, 150), (500, 300)) == pytest.approx(apart / 28 * 60)
    oneway = frame.assign(oneway="yes")
    made = streets.build(oneway, profile="car")
    cost = streets.cost_minutes(made, at((250, 150), (500, 300)), at((250, 150), (500, 300)), "car")
    assert cost[0, 1] == pytest.approx(apart / 28 * 60)
    assert np.isinf(cost[1, 0])
    assert (cost.diagonal() == 0).all()


def test_a_one_way_edge_round_the_block_is_ridden_round():
    ring = ways(({"oneway": "yes"}, [(0, 0), (1_000, 0), (1_000, 1_000), (0, 1_000), (0, 0)]))
    assert trip(ring, "car", (200, 0), (600, 0)) == pytest.approx(0.4 / 28 * 60)
    assert trip(ring, "car", (600, 0), (200, 0)) == pytest.approx(3.6 / 28 * 60)


def test_lines_that_merely_cross_do_not_meet_and_shared_vertices_do():
    cross = ways(({}, [(0, 0), (1_000, 0)]), ({}, [(500, -500), (500, 500)]))
    assert np.isinf(trip(cross, "car", (0, 0), (500, 500)))
    met = ways(({}, [(0, 0), (500, 0), (1_000, 0)]), ({}, [(500, -500), (500, 0), (500, 500)]))
    assert trip(met, "car", (0, 0), (500, 500)) == pytest.approx(1 / 28 * 60)
    made = streets.build(met, profile="car")
    assert (len(made.nodes), len(made.edges.tail)) == (5, 4)


def test_beyond_five_kilometres_a_site_is_not_joined():
    made = streets.build(ways(({}, [(0, 0), (1_000, 0)])), profile="walk")
    near, far, none = (0, 4_999), (0, 5_001), None
    points = at(near, far)
    points[2] = none
    minutes = streets.nearest_minutes(made, points, at((1_000, 0)), "walk")
    assert minutes[0] == pytest.approx(4.999 / 4.5 * 60 + 1 / 5.04 * 60)
    assert np.isinf(minutes[1])
    assert np.isnan(minutes[2])
    assert np.isinf(streets.access_m(made, points)[1])
    assert np.isinf(streets.path(made, at(far), at((0, 0))).minutes)


def test_a_fragment_is_passed_over_unless_it_is_nearer_by_a_kilometre():
    big = [({}, [(100.0 * i, 0), (100.0 * i + 100, 0)]) for i in range(250)]
    fragment = ({}, [(5_000, 400), (5_010, 400)])
    islet = ({}, [(5_000, 3_000), (5_010, 3_000)])
    made = streets.build(ways(*big, fragment, islet), profile="walk")
    minutes = streets.nearest_minutes(made, at((5_000, 390), (5_000, 2_990)), at((0, 0)), "walk")
    assert minutes[0] == pytest.approx(0.39 / 4.5 * 60 + 5 / 5.04 * 60)
    assert np.isinf(minutes[1])  # told as unreachable, not walked across the water
    assert made.component_share_0_1.max() > 0.95
    # 1,200 m from the road and 800 m from the fragment: not nearer by a kilometre
    between = streets.nearest_minutes(made, at((5_000, 1_200)), at((0, 0)), "walk")
    assert between == pytest.approx(1.2 / 4.5 * 60 + 5 / 5.04 * 60)


def test_of_two_roads_between_the_same_corners_the_quicker_is_taken():
    slow = ({"highway": "track"}, [(0, 0), (1_000, 0)])
    quick = ({}, [(0, 0), (500, 300), (1_000, 0)])
    ends = [({}, [(-500, 0), (0, 0)]), ({}, [(1_000, 0), (1_500, 0)])]
    minutes = (1 + 2 * np.hypot(0.5, 0.3)) / 28 * 60
    for roads in ([slow, quick], [quick, slow]):
        there = trip(ways(*roads, *ends), "car", (-500, 0), (1_500, 0))
        assert there == pytest.approx(minutes)


def test_degrees_and_metres_give_the_same_minutes():
    frame = ways(({}, [(0, 0), (700, 100), (1_000, 0)]), ({}, [(1_000, 0), (1_000, 800)]))
    there = trip(frame, "car", (100, 0), (1_000, 500))
    assert trip(frame.to_crs(4326), "car", (100, 0), (1_000, 500)) == pytest.approx(there, rel=1e-5)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")  # shapely, of the NaN
def test_broken_lines_do_no_harm():
    frame = ways(({}, [(0, 0), (0, 0), (500, 0), (500, 0), (1_000, 0)]), ({}, [(0, 0), (9, 9)]))
    odd = [None, LineString(), Point(0, 0), LineString([(E0, N0), (E0, N0)]),
           LineString([(E0, N0), (np.nan, N0), (E0 + 5, N0)]),
           shapely.MultiLineString([[(E0 + 1_000, N0), (E0 + 2_000, N0)], [(E0, N0), (E0, N0)]])]  # fmt: skip
    more = gpd.GeoDataFrame({"highway": "tertiary"}, geometry=odd, index=range(6), crs=UTM)
    assert trip(gpd.pd.concat([frame, more]), "car", end=(2_000, 0)) == pytest.approx(2 / 28 * 60)


def test_what_cannot_be_used_is_refused():
    road = ways(({}, [(0, 0), (1_000, 0)]))
    with pytest.raises(CrsError):
        streets.build(road.set_crs(None, allow_override=True), profile="car")
    with pytest.raises(CrsError):
        streets.build(road.to_crs(3857), profile="car")
    for nothing in (road.iloc[:0].to_crs(4326), road.assign(access="private")):
        with pytest.raises(InputError) as fault:
            streets.build(nothing, profile="car")
        assert fault.value.code == "streets.none"
    made = streets.build(road, profile="car")
    for call in (
        lambda: streets.cost_minutes(made, at((0, 0)), at((1, 0)), "walk"),
        lambda: streets.nearest_minutes(made, at((0, 0)), at((1, 0)), "walk"),
        lambda: streets.node_minutes(made, {"x": at((0, 0))}, mode="walk"),
    ):
        with pytest.raises(InputError) as fault:
            call()
        assert fault.value.code == "streets.mode"
        assert "car" in fault.value.say(lang="en")
    with pytest.raises(InputError) as fault:
        streets.nearest_k(made, at((0, 0)), at((1, 0)), "car", k=0)
    assert fault.value.code == "streets.count"


def test_a_study_may_change_a_speed():
    fast = profile("car", {"speeds_kmh": {"tertiary": 56}})
    assert trip(ways(({}, [(0, 0), (1_000, 0)])), fast.mode) == pytest.approx(60 / 28)
    made = streets.build(ways(({}, [(0, 0), (1_000, 0)])), profile=fast)
    assert streets.cost_minutes(made, at((0, 0)), at((1_000, 0)), "car")[0, 0] == 60 / 56


def test_minutes_without_streets_are_the_stated_rule():
    near, far = at((0, 0), (0, 0)), at((0, 10_000), (3_000, 4_000))
    riding = streets.straight_minutes(near, far, "motorcycle")
    assert riding == pytest.approx([3 + 1.6 * 10 / 22 * 60, 3 + 1.6 * 5 / 22 * 60])
    assert streets.straight_minutes(near, far, "walk") == pytest.approx(
        [10 / 4.5 * 60, 5 / 4.5 * 60]
    )
    with pytest.raises(CrsError):
        streets.straight_minutes(near.to_crs(4326), far.to_crs(4326), "walk")
