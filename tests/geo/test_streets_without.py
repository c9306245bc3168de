"""Closing streets: the way round is taken, and where there is none there is no way."""

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import LineString, Point

from geo import streets
from geo.streets.without import joined_to, without

UTM = "EPSG:32749"
E0, N0 = 600_000.0, 9_180_000.0
SHORT = [(0, 0), (2000, 0)]
ROUND = [[(0, 0), (1000, 2000)], [(1000, 2000), (2000, 0)]]
STUB = [(1000, 2000), (1000, 2500)]
START = [(-1000, 0), (0, 0)]
END = [(2000, 0), (3000, 0)]


@pytest.fixture
def town():
    lines = [
        LineString([(E0 + x, N0 + y) for x, y in line])
        for line in (SHORT, *ROUND, STUB, START, END)
    ]
    frame = gpd.GeoDataFrame({"highway": ["tertiary"] * len(lines)}, geometry=lines, crs=UTM)
    return streets.build(frame, profile="motorcycle")


def at(*xy):
    return gpd.GeoSeries([Point(E0 + x, N0 + y) for x, y in xy], crs=UTM)


def closed(town, line):
    middle = LineString([(E0 + x, N0 + y) for x, y in line]).centroid
    return np.array([edge.distance(middle) < 1 for edge in town.lines])


def test_a_closed_street_is_gone_round(town):
    ends = at((-1000, 0), (3000, 0))
    before = streets.cost_minutes(town, ends, ends, "motorcycle")
    after = streets.cost_minutes(without(town, closed(town, SHORT)), ends, ends, "motorcycle")
    speed = before[0, 1] / 4000
    assert after[0, 1] == pytest.approx(speed * (2 * np.hypot(1000, 2000) + 2000), rel=1e-6)
    assert streets.cost_minutes(town, ends, ends, "motorcycle") == pytest.approx(before)


def test_where_every_way_is_closed_there_is_none(town):
    ends = at((-1000, 0), (3000, 0))
    shut = closed(town, END)
    assert shut.sum() == 1
    here = at((-1000, 0), (2000, 0), (3000, 0))
    after = streets.cost_minutes(without(town, closed(town, SHORT)), here, here, "motorcycle")
    assert np.isfinite(after).all()
    shut_both = without(town, shut | closed(town, SHORT) | closed(town, ROUND[0]))
    assert np.isinf(streets.cost_minutes(shut_both, ends, ends, "motorcycle")[0, 1])
    assert joined_to(town, at((2500, 10), (500, 10)), shut).tolist() == [True, False]
