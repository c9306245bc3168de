"""Shapes packed for the map page: nothing moves further than said, borders stay shared."""

from __future__ import annotations

import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shared import shared

from geo.map_shapes import (
    coverage_simplified,
    label_point,
    packed_lines,
    packed_points,
    packed_polygons,
    packed_ring,
    thinned,
)

ROOT = Path(__file__).parents[2]


def unpacked(polygons):
    """Read packed polygons back the way the page does (even-odd is enough for valid ones)."""
    rings = [[np.cumsum(np.reshape(r, (-1, 2)), axis=0) * 1e-5 for r in p] for p in polygons]
    return shapely.make_valid(shapely.MultiPolygon([(p[0], p[1:]) for p in rings]))


coordinate = st.tuples(st.floats(95, 141), st.floats(-11, 6))


@given(st.lists(coordinate, min_size=2, max_size=30))
def test_a_packed_line_unpacks_to_within_half_a_step(points):
    packed = np.array(packed_ring(shapely.LineString(points))).reshape(-1, 2)
    unpacked = np.cumsum(packed, axis=0) * 1e-5
    assert np.abs(unpacked[0] - points[0]).max() <= 0.5e-5 + 1e-9
    assert np.abs(unpacked[-1] - points[-1]).max() <= 0.5e-5 + 1e-9


def test_simplified_neighbours_keep_their_shared_border_without_gap_or_overlap():
    wave = [(109.5 + 0.0002 * np.sin(k), -7.4 + 0.001 * k) for k in range(101)]
    left = shapely.Polygon([*wave, (109.4, -7.3), (109.4, -7.4)])
    right = shapely.Polygon([*wave, (109.6, -7.3), (109.6, -7.4)])
    a, b = coverage_simplified([left, right], tolerance_deg=2e-3)
    assert len(a.exterior.coords) < len(left.exterior.coords)
    assert shapely.area(shapely.intersection(a, b)) == 0
    assert shapely.area(shapely.union(a, b)) == pytest.approx(shapely.area(a) + shapely.area(b))
    assert a.area + b.area == pytest.approx(left.area + right.area, rel=1e-9)


def test_holes_and_several_parts_of_an_area_are_kept():
    ring = shapely.Polygon(
        shapely.box(0, 0, 1, 1).exterior, [shapely.box(0.4, 0.4, 0.6, 0.6).exterior]
    )
    packed = packed_polygons([shapely.MultiPolygon([ring, shapely.box(2, 2, 3, 3)])])
    assert [len(rings) for rings in packed] == [2, 1]


def test_empty_and_missing_shapes_are_left_out_and_collections_opened():
    point = shapely.Point(109.6, -7.3)
    mixed = shapely.GeometryCollection([point, shapely.box(0, 0, 1, 1)])
    assert packed_points([None, shapely.Point(), point]) == [10960000, -730000]
    assert len(packed_polygons([None, shapely.Polygon(), mixed])) == 1
    assert packed_lines([None, shapely.LineString([(0, 0), (1, 1)])]) == [[0, 0, 100000, 100000]]


def test_overlapping_polygons_are_turned_the_same_way_with_holes_the_other():
    holed = shapely.Polygon(shapely.box(0, 0, 3, 3).exterior, [shapely.box(1, 1, 2, 2).exterior])
    for shape in thinned([holed, shapely.box(2, 2, 5, 5)], tolerance_deg=1e-4):
        assert not shapely.is_ccw(shape.exterior)
        assert all(shapely.is_ccw(hole) for hole in shape.interiors)


def test_an_invalid_polygon_is_mended_before_it_is_packed():
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    assert unpacked(packed_polygons(thinned([bow], tolerance_deg=1e-4))).area == pytest.approx(0.5)


@pytest.fixture(scope="module")
def real_kecamatan():
    return gpd.read_file(shared("banjarnegara/kecamatan_20_hdx_sederhana.geojson"))


def test_twenty_real_kecamatan_keep_their_areas_and_carry_their_names_inside(real_kecamatan):
    shapes = coverage_simplified(real_kecamatan.geometry, tolerance_deg=1.5e-4)
    read_back = [unpacked(packed_polygons([shape])) for shape in shapes]
    kept = shapely.area(read_back) / shapely.area(real_kecamatan.geometry.to_numpy())
    assert np.abs(kept - 1).max() < 0.005
    overlap = shapely.area(read_back).sum() - shapely.union_all(read_back, grid_size=1e-5).area
    assert abs(overlap) < 1e-6  # square degrees: a hundredth of a square kilometre
    for area in real_kecamatan.geometry:
        assert area.contains(shapely.Point(label_point(area)))


@pytest.mark.usefixtures("real_kecamatan")
def test_four_thousand_real_hazard_polygons_are_packed_within_a_second():
    frame = gpd.read_file(shared("banjarnegara/bahaya_banjir_bandang.geojson"))
    started = time.perf_counter()
    packed = packed_polygons(thinned(frame.geometry, tolerance_deg=1.5e-4))
    assert time.perf_counter() - started < 1
    true = frame.geometry.to_crs(32749).area.sum()
    read_back = gpd.GeoSeries([unpacked(packed)], crs=4326).to_crs(32749).area.sum()
    assert read_back == pytest.approx(true, rel=0.03)
