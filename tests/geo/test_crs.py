"""What may be measured in, and what comes back in degrees."""

from __future__ import annotations

import doctest

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon

import geo.coordinates
import geo.crs
import geo.slope
from geo.crs import (
    INDONESIA,
    LONLAT,
    measures_true,
    points_xy,
    read_crs,
    require_metric,
    to_lonlat,
    to_metric,
    utm_crs,
)
from geo.errors import CrsError, InputError

UTM49S = pyproj.CRS.from_epsg(32749)


@pytest.mark.parametrize("module", [geo.crs, geo.coordinates, geo.slope])
def test_examples_in_the_docstrings_are_true(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


@given(st.floats(INDONESIA[0], INDONESIA[2]), st.floats(INDONESIA[1], INDONESIA[3]))
def test_the_utm_zone_is_the_one_whose_official_extent_holds_the_point(lon, lat):
    extent = utm_crs(Point(lon, lat)).area_of_use
    assert extent.west <= lon <= extent.east
    assert extent.south <= lat <= extent.north


def test_utm_zones_at_the_edges_and_for_areas():
    assert utm_crs(shapely.box(109.3, -7.6, 110.0, -7.1)).to_epsg() == 32749
    assert utm_crs(Point(180, 1)).to_epsg() == 32660
    assert utm_crs(Point(-180, -1)).to_epsg() == 32701
    for bad in (Polygon(), Point(356159, 9188674)):
        with pytest.raises(CrsError) as fault:
            utm_crs(bad)
        assert fault.value.code == "crs.not_degrees"


@pytest.mark.parametrize("epsg", [32749, 32650, 23834])
def test_utm_and_the_national_tm3_grid_measure_true(epsg):
    crs = pyproj.CRS.from_epsg(epsg)
    assert measures_true(crs)
    assert require_metric(gpd.GeoSeries([Point(0, 0)], crs=crs), what="x") == crs


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", "EPSG:3395", "EPSG:2263", "EPSG:4978"])
def test_degrees_feet_and_world_mercators_are_refused_by_name(crs):
    frame = gpd.GeoSeries([Point(0, 0)], crs=crs)
    with pytest.raises(CrsError) as fault:
        require_metric(frame, what="lapisan uji")
    assert fault.value.code == "crs.not_metric"
    assert crs in str(fault.value)
    with pytest.raises(CrsError):
        to_metric(frame, crs=pyproj.CRS.from_user_input(crs))


@pytest.mark.parametrize(
    "move",
    [
        lambda frame: require_metric(frame, what="x"),
        lambda frame: to_metric(frame, crs=UTM49S),
        to_lonlat,
        lambda frame: points_xy(frame, crs=UTM49S),
    ],
)
def test_a_frame_without_a_crs_is_refused_everywhere(move):
    with pytest.raises(CrsError) as fault:
        move(gpd.GeoSeries([Point(109.7, -7.4)]))
    assert fault.value.code == "crs.missing"


def test_there_and_back_keeps_a_centimetre_and_changes_nothing_of_the_callers():
    frame = gpd.GeoDataFrame(
        {"name": ["a", "b", "c"]},
        geometry=[Point(109.70123456, -7.40123456), None, Point()],
        crs=4326,
    )
    before = frame.copy(deep=True)
    back = to_lonlat(to_metric(frame, crs=UTM49S))
    assert list(frame.geometry.to_wkb()) == list(before.geometry.to_wkb())
    assert frame.crs == before.crs
    assert back.crs == LONLAT
    assert (back.geometry.iloc[0].x, back.geometry.iloc[0].y) == (109.7012346, -7.4012346)
    assert back.geometry.iloc[1] is None
    assert back.geometry.iloc[2].is_empty
    assert isinstance(to_lonlat(frame.geometry), gpd.GeoSeries)


def test_rounding_never_leaves_a_broken_polygon():
    spike = 4e-8  # a spike thinner than the rounding step folds onto itself
    sliver = Polygon([(109, -7), (109.1, -7), (109.05, -7 + spike), (109.05, -6.9)])
    assert sliver.is_valid
    assert not shapely.transform(sliver, lambda xy: np.round(xy, 7)).is_valid
    made = to_lonlat(gpd.GeoSeries([sliver], crs=4326)).iloc[0]
    assert made.is_valid
    assert made.area == pytest.approx(sliver.area, abs=1e-8)


def test_a_coordinate_without_an_image_is_refused_not_passed_on_as_infinity():
    with pytest.raises(CrsError) as fault:
        to_metric(gpd.GeoSeries([Point(109.7, -99)], crs=4326), crs=UTM49S)
    assert fault.value.code == "crs.not_finite"
    with pytest.raises(CrsError):
        to_lonlat(gpd.GeoSeries([Point(1e30, 1e30)], crs=32749))


def test_points_are_read_in_the_crs_asked_for_and_nothing_but_points():
    frame = gpd.GeoSeries([Point(109.7, -7.4), None, Point()], crs=4326)
    xy = points_xy(frame, crs=UTM49S)
    truth = pyproj.Transformer.from_crs(4326, 32749, always_xy=True).transform(109.7, -7.4)
    assert xy[0] == pytest.approx(truth, abs=1e-6)
    assert np.isnan(xy[1:]).all()
    with pytest.raises(InputError) as fault:
        points_xy(gpd.GeoSeries([shapely.box(0, 0, 1, 1)], crs=4326), crs=UTM49S)
    assert fault.value.code == "geometry.not_points"


def test_a_stated_crs_is_understood_or_named_in_the_refusal():
    assert read_crs("EPSG:32749", what="dem.tif") == UTM49S
    with pytest.raises(CrsError, match=r"UTM selatan"):
        read_crs("UTM selatan", what="dem.tif")
