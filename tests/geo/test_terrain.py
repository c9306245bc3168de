"""Slope against GDAL's gdaldem, and statistics over polygons."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon, box
from shared import shared

from geo.errors import CrsError, InputError
from geo.terrain import Raster, sample, slope_at, slope_degrees, slope_of, zonal

POA = "porto-alegre/poa_elevation.tif"
nan = math.nan

HILL = [  # metres; what follows was printed for it by gdaldem 3.6.2: slope -alg Horn
    [309.0, 320.3, 322.0, 321.9, 311.8, 301.2, 300.1],
    [306.0, 313.0, 320.4, 316.0, 311.6, 301.7, 296.2],
    [298.5, 306.3, 309.3, 310.6, 301.9, 297.8, 293.0],
    [292.2, 305.6, 309.4, 306.4, 303.3, 294.9, 295.8],
    [300.6, 309.8, 319.2, 316.9, 309.6, nan, 303.5],
    [306.7, 321.6, 326.7, 330.1, 323.5, 316.4, 318.8],
]
GDALDEM_30_M = [
    [17.0064, 12.2429, 13.4256, 16.4887, 13.2795],
    [15.4473, 9.6768, 11.4532, 14.279, 10.9442],
    [15.5025, 7.6718, 9.9281, nan, nan],
    [22.2137, 17.9886, 20.463, nan, nan],
]
GDALDEM_26_79_BY_30_79_M = [
    [17.8289, 12.0346, 13.8348, 17.8397, 14.4969],
    [16.4751, 9.5684, 11.7987, 15.3609, 11.8806],
    [17.0936, 7.6665, 10.3864, nan, nan],
    [23.4186, 17.7941, 20.2761, nan, nan],
]


def write(path, cells, *, crs, transform, nodata=None, dtype="float32"):
    cells = np.asarray(cells, dtype)
    with rasterio.open(
        path, "w", driver="GTiff", height=cells.shape[0], width=cells.shape[1], count=1,
        dtype=dtype, crs=crs, transform=transform, nodata=nodata,
    ) as out:  # fmt: skip
        out.write(cells, 1)
    return Raster.open(path)


@pytest.mark.parametrize(
    ("size", "truth"),
    [
        (30, GDALDEM_30_M),
        ((30.0, 30.0), GDALDEM_30_M),
        ((26.79, 30.79), GDALDEM_26_79_BY_30_79_M),
        ((np.full(6, 26.79), 30.79), GDALDEM_26_79_BY_30_79_M),
    ],
)
def test_slope_equals_what_gdaldem_printed_with_its_unknown_cells(size, truth):
    slope = slope_degrees(HILL, cell_size_m=size)
    np.testing.assert_allclose(slope[1:-1, 1:-1], truth, atol=2e-4)  # gdaldem computes in float32
    assert np.isnan(slope[[0, -1]]).all()
    assert np.isnan(slope[:, [0, -1]]).all()


@settings(deadline=None)  # other work may hold the core up
@given(st.floats(-2, 2), st.floats(-2, 2), st.floats(0.5, 90), st.floats(0.5, 90))
def test_the_slope_of_a_plane_is_the_planes(gx, gy, dx, dy):
    rows, columns = np.mgrid[0:5, 0:6]
    slope = slope_degrees(gx * dx * columns + gy * dy * rows + 100, cell_size_m=(dx, dy))
    np.testing.assert_allclose(
        slope[1:-1, 1:-1], math.degrees(math.atan(math.hypot(gx, gy))), atol=1e-6
    )


@pytest.mark.parametrize("unknown", [nan, math.inf, -math.inf])
def test_an_unknown_cell_makes_itself_and_its_eight_neighbours_unknown(unknown):
    dem = np.zeros((7, 7))
    dem[3, 3] = unknown
    slope = slope_degrees(dem, cell_size_m=10)
    assert np.isnan(slope[2:5, 2:5]).all()
    assert np.isfinite(slope[1:-1, 1:-1]).sum() == 25 - 9
    assert np.isinf(dem).sum() + np.isnan(dem).sum() == 1  # the caller's own array is as it was


def test_masked_whole_and_tiny_grids():
    masked = np.ma.masked_equal(np.array([[1, 2, 3], [4, -9, 6], [7, 8, 9]]), -9)
    assert np.isnan(slope_degrees(masked, cell_size_m=1)).all()
    assert slope_degrees(np.full((3, 3), 7, np.uint8), cell_size_m=1)[1, 1] == 0
    for shape in ((2, 9), (1, 1), (0, 0)):
        assert np.isnan(slope_degrees(np.zeros(shape), cell_size_m=1)).all()


@pytest.mark.parametrize("size", [0, -30, nan, (30, 0), (30,), (30, 30, 30)])
def test_a_cell_size_that_is_no_length_is_refused(size):
    with pytest.raises(InputError) as fault:
        slope_degrees(np.zeros((4, 4)), cell_size_m=size)
    assert fault.value.code == "terrain.cell_size"


def test_a_grid_must_have_two_dimensions():
    with pytest.raises(InputError):
        slope_degrees(np.zeros(9), cell_size_m=1)


@pytest.mark.parametrize("lat", [-7.4, -30.05, 46.0])
def test_a_tilted_plane_in_degrees_has_the_slope_it_has_in_metres(tmp_path, lat):
    """The heights are a plane in UTM; its k is within 0.04 % there, so 0.01° is kept."""
    grid = Affine(1 / 3600, 0, 109.0, 0, -1 / 3600, lat)
    columns, rows = np.meshgrid(np.arange(80) + 0.5, np.arange(60) + 0.5)
    lonlat = gpd.GeoSeries(
        gpd.points_from_xy(grid.c + grid.a * columns.ravel(), grid.f + grid.e * rows.ravel()),
        crs=4326,
    )
    metric = lonlat.to_crs(32749 if lat < 0 else 32649)
    height = (0.3 * metric.x - 0.4 * metric.y).to_numpy().reshape(60, 80)
    raster = write(
        tmp_path / "d.tif", height - height.min(), crs=4326, transform=grid, dtype="float64"
    )
    slope, transform = slope_of(raster)
    assert transform == grid
    np.testing.assert_allclose(slope[1:-1, 1:-1], math.degrees(math.atan(0.5)), atol=0.01)


def test_slope_at_points_is_the_whole_rasters_slope_to_the_bit(tmp_path):
    grid = Affine(1 / 1200, 0, 109.4, 0, -1 / 1200, -7.1)
    rng = np.random.default_rng(7)
    heights = np.cumsum(rng.normal(0, 4, (700, 1100)), axis=0)  # more than one tile each way
    heights[100:110, 300:320] = -9999
    raster = write(tmp_path / "d.tif", heights, crs=4326, transform=grid, nodata=-9999)
    xy = rng.uniform((109.39, -7.70), (110.34, -7.09), (3000, 2))
    points = gpd.GeoSeries([*gpd.points_from_xy(*xy.T), None], crs=4326)
    whole = slope_of(raster)[0]
    columns, rows = np.floor((xy - (109.4, -7.1)) * (1200, -1200)).astype(int).T
    inside = (rows >= 0) & (rows < 700) & (columns >= 0) & (columns < 1100)
    truth = np.where(inside, whole[rows.clip(0, 699), columns.clip(0, 1099)], nan)
    np.testing.assert_array_equal(slope_at(raster, points), [*truth, nan])
    heights_there = np.where(
        inside, raster.read()[0][rows.clip(0, 699), columns.clip(0, 1099)], nan
    )
    np.testing.assert_array_equal(sample(raster, points), [*heights_there, nan])
    part, at = slope_of(raster, bounds=(109.6, -7.3, 109.7, -7.2))
    column, row = round((at.c - 109.4) * 1200), round((-7.1 - at.f) * 1200)
    inner = whole[row : row + part.shape[0], column : column + part.shape[1]][1:-1, 1:-1]
    np.testing.assert_array_equal(part[1:-1, 1:-1], inner)


def test_slope_of_a_real_dem_agrees_with_gdaldem_within_a_hundredth_of_a_degree(gdal, tmp_path):
    utm, theirs = tmp_path / "utm.tif", tmp_path / "slope.tif"
    gdal("gdalwarp", "-t_srs", "EPSG:32722", "-tr", 30, 30, "-r", "bilinear", "-ot", "Float32",
         "-dstnodata", -9999, shared(POA), utm)  # fmt: skip
    gdal("gdaldem", "slope", "-alg", "Horn", utm, theirs)
    ours, truth = slope_of(Raster.open(utm))[0], Raster.open(theirs).read()[0]
    np.testing.assert_array_equal(np.isnan(ours), np.isnan(truth))
    assert np.nanmax(truth) > 30
    assert np.nanmax(np.abs(ours - truth)) < 1e-3


def test_slope_of_a_real_dem_in_degrees_agrees_with_gdaldem_on_the_same_cells_in_metres(
    gdal, tmp_path
):
    """gdaldem knows one cell size; it is given the middle row's, so rows far from it differ a little."""
    raster = Raster.open(shared(POA))
    dx, dy = raster.cell_size_m
    flat, theirs = tmp_path / "flat.tif", tmp_path / "slope.tif"
    write(flat, raster.read()[0], crs=32722, transform=Affine(dx, 0, 0, 0, -dy, 0))
    gdal("gdaldem", "slope", "-alg", "Horn", flat, theirs)
    ours, truth = slope_of(raster)[0], Raster.open(theirs).read()[0]
    assert np.nanmax(np.abs(ours - truth)) < 0.03
    middle = slice(raster.height // 2 - 50, raster.height // 2 + 50)
    assert np.nanmax(np.abs(ours[middle] - truth[middle])) < 0.01


def test_zonal_weights_each_cell_by_its_covered_part(tmp_path):
    cells = [[10, 20, 30], [40, 255, 60], [70, 80, 90]]
    raster = write(tmp_path / "r.tif", cells, crs=32749, nodata=255, dtype="uint8",
                   transform=Affine(10, 0, 300000, 0, -10, 9200030))  # fmt: skip
    quarter = box(300005, 9200015, 300015, 9200025)  # a quarter of each of 10, 20, 40 and nodata
    beside = box(299990, 9200020, 300010, 9200030)  # half of it off the raster
    shapes = gpd.GeoSeries([quarter, beside, None, Polygon()], crs=32749, index=list("abcd"))
    stats = ["mean", "max", "valid_share_0_1", "quantile(q=0.5)", "count", "sum", "max"]
    found = zonal(raster, shapes, stats=stats)
    assert list(found.columns) == stats
    assert found.loc["a"].tolist()[:3] == pytest.approx([70 / 3, 40, 0.75])
    assert found.loc["a"].tolist()[4:] == pytest.approx([0.75, 17.5, 40])
    assert found.loc["b"].tolist() == pytest.approx([10, 10, 0.5, 10, 1, 10, 10])
    assert found.loc[["c", "d"]].isna().to_numpy().all()
    scaled = zonal(Raster.open(raster.path, scale=0.01), shapes, stats=["mean"])
    assert scaled.loc["a", "mean"] == pytest.approx(0.7 / 3)


def test_zonal_refuses_what_it_cannot_answer(tmp_path):
    raster = write(
        tmp_path / "r.tif", np.zeros((3, 3)), crs=32749, transform=Affine(1, 0, 0, 0, -1, 3)
    )
    square = gpd.GeoSeries([box(0, 0, 1, 1)], crs=32749)
    for stat in ("variance of it", "quantile(q=1.5)", "quantile", "values"):
        with pytest.raises(InputError, match="tidak dikenal"):
            zonal(raster, square, stats=[stat])
    with pytest.raises(InputError, match="poligon"):
        zonal(raster, gpd.GeoSeries([Point(0, 0)], crs=32749))
    with pytest.raises(CrsError):
        zonal(raster, gpd.GeoSeries([box(0, 0, 1, 1)]))
