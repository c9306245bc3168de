"""The cells around a point, in true metres whatever the raster's CRS."""

from __future__ import annotations

import math
import time

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import rasterio
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point
from shared import shared

from geo import discs
from geo.errors import CrsError, InputError
from geo.terrain import Raster, disc_quantile

LANDSLIDE = "banjarnegara/longsor_indeks_x100_30m_epsg3395.tif"
nan = math.nan


def write(path, cells, *, crs, transform, nodata=-9999.0):
    cells = np.where(np.isnan(cells), nodata, cells).astype(np.float64)
    with rasterio.open(
        path, "w", driver="GTiff", height=cells.shape[0], width=cells.shape[1], count=1,
        dtype="float64", crs=crs, transform=transform, nodata=nodata,
    ) as out:  # fmt: skip
        out.write(cells, 1)
    return Raster.open(path)


def by_hand(raster, points, *, radius_m, q):
    """Every cell of the raster moved to the points' CRS, one point after the other."""
    cells, grid = raster.read()
    rows, columns = np.indices(cells.shape)
    move = pyproj.Transformer.from_crs(raster.crs, points.crs, always_xy=True).transform
    x, y = move(grid.c + grid.a * (columns + 0.5), grid.f + grid.e * (rows + 0.5))
    value, share = [], []
    for point in points:
        near = np.hypot(x - point.x, y - point.y)
        disc = cells[near <= radius_m] if (near <= radius_m).any() else cells[near == near.min()]
        known = disc[~np.isnan(disc)]
        value.append(np.quantile(known, q) if len(known) else nan)
        share.append(len(known) / len(disc))
    return value, share


@pytest.fixture(params=["EPSG:32749", "EPSG:3395", "EPSG:4326"])
def patchy(request, tmp_path):
    """A raster around 109.7 E 7.4 S with a fifth of its cells unknown, in one of three CRSs."""
    x, y = pyproj.Transformer.from_crs(4326, request.param, always_xy=True).transform(109.7, -7.4)
    step = 1 / 3600 if request.param == "EPSG:4326" else 30.0
    rng = np.random.default_rng(11)
    cells = np.where(rng.random((120, 90)) < 0.2, nan, rng.random((120, 90)))
    return write(
        tmp_path / "r.tif", cells, crs=request.param, transform=Affine(step, 0, x, 0, -step, y)
    )


@pytest.mark.parametrize("radius_m", [0.0, 8.0, 50.0, 333.0])
@pytest.mark.parametrize("q", [0.0, 0.9, 1.0])
def test_the_disc_is_what_measuring_every_cell_by_hand_gives(patchy, radius_m, q):
    centre = gpd.GeoSeries([Point(109.7, -7.4)], crs=4326).to_crs(32749).iloc[0]
    rng = np.random.default_rng(5)
    xy = rng.uniform((centre.x + 400, centre.y - 3100), (centre.x + 2200, centre.y - 400), (40, 2))
    points = gpd.GeoSeries(gpd.points_from_xy(*xy.T), crs=32749)
    value, share = disc_quantile(patchy, points, radius_m=radius_m, q=q)
    true_value, true_share = by_hand(patchy, points, radius_m=radius_m, q=q)
    np.testing.assert_allclose(value, true_value, atol=1e-12)
    np.testing.assert_allclose(share, true_share)


def test_metres_are_true_metres_not_the_rasters_stretched_ones(tmp_path):
    """At 60° N a World Mercator cell of 30 is 15 m wide: 100 m reaches 6 cells, not 3."""
    x, y = pyproj.Transformer.from_crs(4326, 3395, always_xy=True).transform(9.0, 60.0)
    cells = np.zeros((41, 41))
    cells[20, 26] = 1.0  # six cells, 90 true metres, 180 raster units away
    raster = write(
        tmp_path / "m.tif", cells, crs=3395, transform=Affine(30, 0, x - 615, 0, -30, y + 615)
    )
    here = gpd.GeoSeries([Point(9.0, 60.0)], crs=4326).to_crs(32632)
    assert disc_quantile(raster, here, radius_m=100, q=1)[0] == [1.0]
    assert disc_quantile(raster, here, radius_m=85, q=1)[0] == [0.0]


def test_a_disc_over_the_edge_is_partly_unknown_and_one_outside_wholly(tmp_path):
    raster = write(tmp_path / "r.tif", np.ones((20, 20)), crs=32749,
                   transform=Affine(10, 0, 300000, 0, -10, 9200200))  # fmt: skip
    points = gpd.GeoSeries(
        [Point(300000, 9200100), Point(300100, 9200100), Point(900000, 9900000), None], crs=32749
    )
    value, share = disc_quantile(raster, points, radius_m=45, q=0.5)
    np.testing.assert_array_equal(value, [1, 1, nan, nan])
    np.testing.assert_array_equal(share, [0.5, 1, 0, nan])


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(12)), st.integers(1, 200))
def test_a_value_depends_on_nothing_but_its_own_point(tmp_path_factory, order, at_once):
    path = tmp_path_factory.mktemp("r") / "r.tif"
    rng = np.random.default_rng(2)
    raster = write(path, rng.random((600, 600)), crs=3395,
                   transform=Affine(30, 0, 12205000, 0, -30, -815000))  # fmt: skip
    lonlat = pyproj.Transformer.from_crs(3395, 32749, always_xy=True)
    x, y = lonlat.transform(*rng.uniform((12205000, -833000), (12223000, -815000), (12, 2)).T)
    points = gpd.GeoSeries(gpd.points_from_xy(x, y), crs=32749)
    whole = disc_quantile(raster, points, radius_m=70, q=0.9)[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(discs, "_CELLS_AT_ONCE", at_once)
        mixed = disc_quantile(raster, points.iloc[list(order)], radius_m=70, q=0.9)[0]
    np.testing.assert_array_equal(mixed, whole[list(order)])


def test_degrees_and_senseless_discs_are_refused(patchy):
    with pytest.raises(CrsError) as fault:
        disc_quantile(patchy, gpd.GeoSeries([Point(109.7, -7.4)], crs=4326), radius_m=50, q=0.9)
    assert fault.value.code == "crs.not_metric"
    here = gpd.GeoSeries([Point(300000, 9200000)], crs=32749)
    for radius_m, q in ((-1, 0.9), (nan, 0.9), (math.inf, 0.9), (50, 1.1), (50, nan)):
        with pytest.raises(InputError):
            disc_quantile(patchy, here, radius_m=radius_m, q=q)
    assert len(disc_quantile(patchy, here[:0], radius_m=50, q=0.9)[0]) == 0


def test_fifty_thousand_discs_on_the_real_landslide_raster_are_cheap_and_right():
    raster = Raster.open(shared(LANDSLIDE), scale=0.01)
    assert raster.cell_size_m == pytest.approx((29.755, 29.755), abs=1e-3)  # 30 · cos(7.35°)
    rng = np.random.default_rng(1)
    xy = rng.uniform((319000, 9163000), (380000, 9207000), (50_000, 2))
    points = gpd.GeoSeries(gpd.points_from_xy(*xy.T), crs=32749)
    start = time.perf_counter()
    value, share = disc_quantile(raster, points, radius_m=50, q=0.9)
    assert time.perf_counter() - start < 8  # measured 0.42 s; the margin is for a busy machine
    true_value, true_share = by_hand(raster, points[:6], radius_m=50, q=0.9)
    np.testing.assert_allclose(value[:6], true_value, atol=1e-12)
    np.testing.assert_allclose(share[:6], true_share)
    assert 0 <= np.nanmin(value) <= np.nanmax(value) <= 1
