"""Light on the ground against GDAL's gdaldem, and against what a lamp does to a plane."""

from __future__ import annotations

import math

import numpy as np
import pytest
import rasterio
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from shared import shared

from geo.errors import InputError
from geo.terrain import Raster, hillshade, hillshade_of

POA = "porto-alegre/poa_elevation.tif"


@pytest.mark.parametrize(("azimuth", "altitude", "factor"), [(315, 45, 1), (120, 20, 3)])
def test_hillshade_of_a_real_dem_agrees_with_gdaldem_within_one_level(
    gdal, tmp_path, azimuth, altitude, factor
):
    utm, theirs = tmp_path / "utm.tif", tmp_path / "shade.tif"
    gdal("gdalwarp", "-t_srs", "EPSG:32722", "-tr", 30, 30, "-r", "bilinear", "-ot", "Float32",
         "-dstnodata", -9999, shared(POA), utm)  # fmt: skip
    gdal("gdaldem", "hillshade", "-alg", "Horn", "-az", azimuth, "-alt", altitude, "-z", factor,
         utm, theirs)  # fmt: skip
    ours, grid = hillshade_of(
        Raster.open(utm), azimuth_deg=azimuth, altitude_deg=altitude, exaggeration=factor
    )
    with rasterio.open(theirs) as source:
        truth = source.read(1).astype(float)
        assert source.transform == grid
    np.testing.assert_array_equal(np.isnan(ours), truth == 0)  # 0 is gdaldem's unknown
    known = truth > 0
    assert np.ptp(truth[known]) > 150
    assert np.abs(ours - truth)[known].max() <= 1


@settings(deadline=None)
@given(st.floats(-2, 2), st.floats(-2, 2), st.floats(0, 360), st.floats(0, 90), st.floats(0.2, 5))
def test_a_plane_is_lit_by_the_angle_between_its_normal_and_the_light(gx, gy, azimuth, height, z):
    rows, columns = np.mgrid[0:4, 0:5]
    dem = 40 * gx * columns - 25 * gy * rows  # rises gx to the east and gy to the north
    level = hillshade(dem, cell_size_m=(40, 25), azimuth_deg=azimuth, altitude_deg=height,
                      exaggeration=z)  # fmt: skip
    a, b = math.radians(azimuth), math.radians(height)
    light = np.array([math.sin(a) * math.cos(b), math.cos(a) * math.cos(b), math.sin(b)])
    normal = np.array([-z * gx, -z * gy, 1])
    cosine = max(light @ normal / np.linalg.norm(normal), 0)
    np.testing.assert_allclose(level[1:-1, 1:-1], 1 + 254 * cosine, atol=1e-6)
    assert np.isnan(level[0]).all()


def test_unknown_cells_stay_unknown_and_flat_ground_is_evenly_lit():
    dem = np.zeros((9, 9))
    dem[4, 4] = np.nan
    level = hillshade(dem, cell_size_m=30)
    assert np.isnan(level[3:6, 3:6]).all()
    assert np.nanmin(level) == np.nanmax(level) == pytest.approx(1 + 254 * math.sin(math.pi / 4))


def test_a_dem_in_degrees_is_lit_as_the_same_cells_in_metres(tmp_path):
    heights = np.random.default_rng(2).normal(0, 20, (50, 60)).cumsum(axis=0)
    path = tmp_path / "d.tif"
    with rasterio.open(path, "w", driver="GTiff", height=50, width=60, count=1, dtype="float64",
                       crs=4326, transform=Affine(0.001, 0, 109.5, 0, -0.001, -7.3)) as out:  # fmt: skip
        out.write(heights, 1)
    raster = Raster.open(path)
    flat = hillshade(heights, cell_size_m=raster.cell_size_m)
    np.testing.assert_allclose(hillshade_of(raster)[0], flat, atol=0.1)


@pytest.mark.parametrize("wrong", [{"altitude_deg": 91}, {"altitude_deg": -1},
                                   {"azimuth_deg": math.nan}, {"exaggeration": 0}])  # fmt: skip
def test_a_light_that_cannot_be_is_refused(wrong):
    with pytest.raises(InputError) as fault:
        hillshade(np.zeros((4, 4)), cell_size_m=30, **wrong)
    assert fault.value.code == "terrain.light"
    assert fault.value.say(lang="id")
