"""The raster handle: what it refuses, what it reads, and how large its cells truly are."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import numpy as np
import pyproj
import pytest
import rasterio
from affine import Affine
from rasterio.enums import ColorInterp

from geo.errors import CrsError, InputError
from geo.raster import TILE, Raster, tiles

GRID = Affine(30, 0, 300000, 0, -30, 9200000)


def write(path, cells, *, crs="EPSG:32749", transform=GRID, nodata=None, **profile):
    cells = np.atleast_3d(np.asarray(cells)) if np.ndim(cells) < 3 else np.asarray(cells)
    bands = np.moveaxis(cells, -1, 0)
    with rasterio.open(
        path, "w", driver="GTiff", height=bands.shape[1], width=bands.shape[2],
        count=len(bands), dtype=bands.dtype, crs=crs, transform=transform, nodata=nodata, **profile,
    ) as out:  # fmt: skip
        out.write(bands)
    return path


def refusal(path, **options):
    with pytest.raises((InputError, CrsError)) as fault:
        Raster.open(path, **options)
    return fault.value.code


def test_cells_come_scaled_as_float64_with_nan_for_nodata(tmp_path):
    path = write(tmp_path / "index.tif", np.array([[0, 33], [255, 100]], np.uint8), nodata=255)
    raster = Raster.open(path, scale=0.01)
    cells, transform = raster.read()
    assert cells.dtype == np.float64
    np.testing.assert_allclose(cells, [[0, 0.33], [math.nan, 1]])
    assert transform == raster.transform == GRID
    assert (raster.width, raster.height, raster.nodata) == (2, 2, 255)
    assert raster.bounds == (300000, 9199940, 300060, 9200000)
    with pytest.raises(dataclasses.FrozenInstanceError):
        raster.scale = 2


def test_the_files_own_scale_offset_and_mask_are_honoured(tmp_path):
    path = write(tmp_path / "t.tif", np.array([[10, 20, 30]], np.int16))
    with rasterio.open(path, "r+") as out:
        out.scales, out.offsets = (0.5,), (100.0,)
        out.write_mask(np.array([[255, 0, 255]], np.uint8))
    np.testing.assert_allclose(Raster.open(path).read()[0], [[105, math.nan, 115]])
    np.testing.assert_allclose(Raster.open(path, scale=2).read()[0], [[210, math.nan, 230]])


def test_infinite_cells_are_unknown(tmp_path):
    path = write(tmp_path / "t.tif", np.array([[1, math.inf, -math.inf, math.nan]], np.float32))
    np.testing.assert_array_equal(Raster.open(path).read()[0], [[1, *[math.nan] * 3]])


def test_a_window_holds_the_cells_that_touch_the_box_and_no_more(tmp_path):
    cells = np.arange(100 * 80, dtype=np.int32).reshape(100, 80)
    raster = Raster.open(write(tmp_path / "t.tif", cells))
    window, at = raster.read((300030, 9199880, 300091, 9199940))
    np.testing.assert_array_equal(window, cells[2:4, 1:4])
    assert (at.c, at.f) == (300030, 9199940)
    over_the_edge, at = raster.read((299000, 9199950, 300045, 9300000))
    np.testing.assert_array_equal(over_the_edge, cells[:2, :2])
    assert (at.c, at.f) == (GRID.c, GRID.f)
    with pytest.raises(InputError) as fault:
        raster.read((200000, 9199880, 210000, 9199940))
    assert fault.value.code == "raster.no_overlap"


def test_a_missing_crs_is_refused_unless_stated_and_a_stated_one_is_only_a_stopgap(tmp_path):
    bare = write(tmp_path / "bare.tif", np.zeros((2, 2), np.uint8), crs=None)
    assert refusal(bare) == "crs.missing"
    assert Raster.open(bare, crs="EPSG:32749").crs == pyproj.CRS.from_epsg(32749)
    assert refusal(bare, crs="UTM selatan") == "crs.unreadable"
    known = write(tmp_path / "known.tif", np.zeros((2, 2), np.uint8))
    assert Raster.open(known, crs="EPSG:4326").crs == pyproj.CRS.from_epsg(32749)


@pytest.mark.parametrize("content", [b"", b"II*\x00", b"halo\x00", b"<VRTDataset/>"])
def test_what_is_no_geotiff_gets_one_plain_sentence(tmp_path, content):
    path = tmp_path / "dem.tif"
    path.write_bytes(content)
    assert refusal(path) == "raster.unreadable"
    assert refusal(tmp_path / "nowhere.tif") == "raster.unreadable"


def test_a_vrt_under_a_tif_name_is_not_followed(tmp_path):
    real = write(tmp_path / "real.tif", np.zeros((2, 2), np.uint8))
    trick = tmp_path / "trick.tif"
    trick.write_text(
        f'<VRTDataset rasterXSize="2" rasterYSize="2"><VRTRasterBand dataType="Byte" band="1">'
        f"<SimpleSource><SourceFilename>{real}</SourceFilename></SimpleSource>"
        "</VRTRasterBand></VRTDataset>"
    )
    assert refusal(trick) == "raster.unreadable"


def test_a_truncated_file_opens_but_reading_it_gets_one_plain_sentence(tmp_path):
    rng = np.random.default_rng(1)
    path = write(
        tmp_path / "dem.tif", rng.integers(0, 99, (400, 400), np.uint8), compress="deflate"
    )
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(InputError) as fault:
        Raster.open(path).read()
    assert fault.value.code == "raster.unreadable"
    assert str(tmp_path) not in str(fault.value)


def test_pictures_turned_grids_and_senseless_scales_are_refused(tmp_path):
    picture = write(tmp_path / "rgb.tif", np.zeros((4, 4, 3), np.uint8))
    assert refusal(picture) == "raster.bands"
    complex_cells = write(tmp_path / "c.tif", np.zeros((4, 4), np.complex64))
    assert refusal(complex_cells) == "raster.bands"
    turned = write(
        tmp_path / "r.tif",
        np.zeros((4, 4), np.uint8),
        transform=Affine(29.9, 2.6, 0, 2.6, -29.9, 0),
    )
    assert refusal(turned) == "raster.rotated"
    south_up = write(
        tmp_path / "s.tif", np.zeros((4, 4), np.uint8), transform=Affine(30, 0, 0, 0, 30, 0)
    )
    assert refusal(south_up) == "raster.rotated"
    plain = write(tmp_path / "p.tif", np.zeros((4, 4), np.uint8))
    for scale in (0, -1, math.nan):
        assert refusal(plain, scale=scale) == "raster.scale"


def test_an_alpha_band_is_a_mask_not_a_second_layer(tmp_path):
    cells = np.array([[[7, 255], [8, 0]]], np.uint8)
    path = write(tmp_path / "a.tif", cells)
    with rasterio.open(path, "r+") as out:
        out.colorinterp = (ColorInterp.gray, ColorInterp.alpha)
    np.testing.assert_array_equal(Raster.open(path).read()[0], [[7, math.nan]])


@pytest.mark.parametrize("lat", [0.0, -7.4, -30.0, 60.0])
def test_cells_are_measured_on_the_ground_in_degrees_and_in_mercator(tmp_path, lat):
    """Radii of curvature of WGS 84: N = a/√(1−e² sin²φ), M = a(1−e²)/(1−e² sin²φ)^1.5."""
    a, e2, phi, step = 6378137.0, 0.00669437999014, math.radians(lat), 1 / 3600
    w = 1 - e2 * math.sin(phi) ** 2
    true_dx = a / math.sqrt(w) * math.cos(phi) * math.radians(step)
    true_dy = a * (1 - e2) / w**1.5 * math.radians(step)
    grid = Affine(step, 0, 109, 0, -step, lat + step / 2)
    cells = np.zeros((1, 5), np.uint8)
    degrees = Raster.open(write(tmp_path / "d.tif", cells, crs="EPSG:4326", transform=grid))
    assert degrees.cell_size_m == pytest.approx((true_dx, true_dy), rel=1e-7)
    x, y = pyproj.Transformer.from_crs(4326, 3395, always_xy=True).transform(109, lat)
    grid = Affine(30, 0, x, 0, -30, y + 15)
    world = Raster.open(write(tmp_path / "w.tif", cells, crs="EPSG:3395", transform=grid))
    shrunk = 30 * math.cos(phi) / math.sqrt(w)
    assert world.cell_size_m == pytest.approx((shrunk, shrunk), rel=1e-6)


def test_in_a_true_grid_the_cell_is_the_grids_own_step(tmp_path):
    raster = Raster.open(write(tmp_path / "u.tif", np.zeros((3, 3), np.uint8)))
    assert raster.cell_size_m == (30, 30)


def test_tiles_hold_every_cell_once_and_none_is_wider_than_a_tile():
    rng = np.random.default_rng(3)
    rows, columns = rng.integers(-600, 3000, (2, 5000))
    groups = list(tiles(rows, columns))
    assert sorted(np.concatenate(groups)) == list(range(5000))
    assert max(np.ptp(rows[g]) for g in groups) < TILE
    assert max(np.ptp(columns[g]) for g in groups) < TILE
    assert list(tiles(rows[:0], columns[:0])) == []


def test_path_may_be_text(tmp_path):
    path = write(tmp_path / "t.tif", np.zeros((2, 2), np.uint8))
    assert Raster.open(str(path)).path == Path(path)
