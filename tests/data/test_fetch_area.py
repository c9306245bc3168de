"""The ground that is fetched: a box as it is written, an outline with its margin."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from data.fetch.area import around, box_of
from geo.errors import UsageError


@given(
    st.floats(95.5, 140.5), st.floats(-10.5, 5.5), st.floats(0.001, 0.5), st.floats(0, 30)
)  # fmt: skip
def test_a_widened_area_holds_the_margin_on_every_side(lon, lat, size, margin_km):
    from pyproj import Geod

    area = shapely.box(lon, lat, lon + size, lat + size)
    wide = around(area, margin_km)
    assert shapely.covers(wide, area)
    if margin_km > 0.1:
        corners = np.array(wide.exterior.coords)
        edges = shapely.segmentize(wide.exterior, size / 5)
        geod = Geod(ellps="WGS84")
        for x, y in np.array(edges.coords):
            near = shapely.get_coordinates(
                shapely.ops.nearest_points(area, shapely.Point(x, y))[0]
            )[0]
            distance_m = geod.inv(x, y, *near)[2]
            assert distance_m > 0.88 * margin_km * 1000
        assert len(corners) < 60


@pytest.mark.parametrize("text", ["Banjarnegara", "33.04", "1,2,3", "a,b,c,d"])
def test_what_is_no_box_is_a_name(text):
    assert box_of(text) is None


@pytest.mark.parametrize("text", ["110,-7,109,-6", "109,-7,110,-8", "0,0,1,1", "109,-7,190,-6"])
def test_a_box_turned_round_or_elsewhere_is_refused(text):
    with pytest.raises(UsageError):
        box_of(text)
    assert box_of(" 109.4, -7.6,110 ,-7.1 ") == (109.4, -7.6, 110.0, -7.1)
