import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.errors import CrsError
from geo.overlap import class_over

AREA = gpd.GeoSeries([shapely.box(0, 0, 10, 10), shapely.box(100, 0, 110, 10)], crs=32749)
ZONES = gpd.GeoSeries([shapely.box(0, 0, 5, 10), shapely.box(5, 0, 10, 5)], crs=32749)


def test_mean_spread_and_cover_by_hand():
    mean, sd, share = class_over(AREA, ZONES, [3, 1])
    assert mean[0] == pytest.approx((50 * 3 + 25 * 1) / 75)
    assert sd[0] == pytest.approx(np.sqrt((50 * (3 - 7 / 3) ** 2 + 25 * (1 - 7 / 3) ** 2) / 75))
    assert share == pytest.approx([0.75, 0.0])
    assert np.isnan(mean[1])
    assert np.isnan(sd[1])


def test_degrees_are_refused():
    with pytest.raises(CrsError):
        class_over(AREA.to_crs(4326), ZONES, [3, 1])
