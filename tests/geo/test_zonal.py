"""Statistics under polygons against a plain numpy and GEOS twin, and against exactextract."""

from __future__ import annotations

import math
import tracemalloc
from contextlib import contextmanager

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, Polygon, box
from shared import shared

from geo import cover_kernel
from geo.coverage import covered_cells, covered_stats, covered_sums
from geo.outlines import outlines, sound_polygons
from geo.raster import TILE
from geo.terrain import Raster, slope_of, zonal, zonal_slope

POA = "porto-alegre/poa_elevation.tif"
OWN = ["count", "mean", "stdev", "sum", "min", "max"]
nan = math.nan


def write(path, cells, *, transform, crs=32749, nodata=nan):
    with rasterio.open(path, "w", driver="GTiff", height=cells.shape[0], width=cells.shape[1],
                       count=1, dtype=str(cells.dtype), crs=crs, nodata=nodata,
                       transform=transform) as out:  # fmt: skip
        out.write(cells, 1)
    return Raster.open(path)


def hills(seed, rows, columns):
    rng = np.random.default_rng(seed)
    cells = (
        20 + rng.normal(0, 1, (rows, columns)).cumsum(axis=0) + rng.normal(0, 9, (rows, columns))
    )
    cells[rng.random((rows, columns)) < 0.03] = nan
    return cells


def parcels(seed, n, *, low, high, radius):
    """Star-shaped outlines, so always valid, some with a hole."""
    rng = np.random.default_rng(seed)
    angle = (np.arange(9) + rng.uniform(0, 0.9, (n, 9))) * (2 * np.pi / 9)
    reach = rng.uniform(*radius, (n, 1)) * rng.uniform(0.6, 1.4, (n, 9))
    star = np.stack([reach * np.cos(angle), reach * np.sin(angle)], axis=-1)
    centre = rng.uniform(low, high, (n, 1, 2))
    shapes = shapely.polygons(centre + star)
    holed = [Polygon(s.exterior, [shapely.get_coordinates(h)]) for s, h in
             zip(shapes, shapely.polygons(centre + star * 0.4), strict=True)]  # fmt: skip
    return gpd.GeoSeries(np.where(rng.random(n) < 0.3, holed, shapes), crs=32749)


def twin(cells, grid, shapes):
    """The same figures from the area of every cell cut with the polygon: plain, and slow."""
    out = []
    rows, columns = cells.shape
    x, y = grid.c + grid.a * np.arange(columns), grid.f + grid.e * np.arange(rows)
    squares = shapely.box(x, y[:, None] + grid.e, x + grid.a, y[:, None])
    for shape in shapes:
        w = shapely.area(shapely.intersection(squares, shape)) / -(grid.a * grid.e)
        at = (w > 0) & np.isfinite(cells)
        w, v = w[at], cells[at]
        if not w.sum() > 0:
            out.append([0, nan, nan, 0, nan, nan])
            continue
        mean = (w * v).sum() / w.sum()
        stdev = math.sqrt((w * (v - mean) ** 2).sum() / w.sum())
        out.append([w.sum(), mean, stdev, (w * v).sum(), v.min(), v.max()])
    return np.array(out)


def agrees(found, truth, *, atol=1e-9):
    np.testing.assert_allclose(found, truth, rtol=1e-9, atol=atol)


def test_every_figure_equals_the_plain_twin_with_holes_parts_and_unknown_cells(tmp_path):
    grid, cells = Affine(10, 0, 300_000, 0, -12, 9_200_000), hills(1, 40, 50)
    raster = write(tmp_path / "r.tif", cells, transform=grid)
    low, high = (299_950, 9_199_500), (300_550, 9_200_050)  # some reach off the raster
    shapes = parcels(2, 120, low=low, high=high, radius=(3, 90)).to_list()
    apart = MultiPolygon([box(300_003, 9_199_777, 300_049, 9_199_801), *shapes[7:8]])
    flipped = shapely.reverse(shapes[5])
    on_the_lines = box(300_100, 9_199_880, 300_130, 9_199_904)
    shapes += [sound_polygons(np.array([apart]))[0], flipped, on_the_lines, box(0, 0, 9, 9)]
    found = zonal(raster, gpd.GeoSeries(shapes, crs=32749), stats=OWN).to_numpy()
    agrees(found, twin(cells, grid, shapes))
    assert found[-2, 0] == pytest.approx(np.isfinite(cells[8:10, 10:13]).sum(), abs=1e-12)


@settings(deadline=None, max_examples=80)
@given(st.integers(0, 2**31), st.floats(0.01, 40), st.floats(0.3, 30))
def test_the_parts_of_the_cells_add_up_to_the_polygon(seed, radius, step):
    shapes = parcels(seed, 3, low=(-50, -50), high=(150, 150), radius=(radius, radius))
    grid = Affine(step, 0, -300, 0, -step, 300)
    which, row, column, share = covered_cells(
        outlines(shapes.to_numpy(), transform=grid), width=2100, height=2100
    )
    assert (share > 0).all()
    assert (share <= 1).all()
    areas = np.bincount(which, share, 3) * step**2
    np.testing.assert_allclose(areas, shapes.area, rtol=1e-9)
    x = np.bincount(which, share * (-300 + step * (column + 0.5)), 3) * step**2 / areas
    y = np.bincount(which, share * (300 - step * (row + 0.5)), 3) * step**2 / areas
    np.testing.assert_allclose(x, shapes.centroid.x, atol=step / 2)
    np.testing.assert_allclose(y, shapes.centroid.y, atol=step / 2)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**31), st.floats(0.5, 900))
def test_running_sums_equal_the_cell_by_cell_ones_whatever_the_outline(seed, radius):
    """Outlines with holes and dents, over the edges of tiles and of the grid."""
    rng = np.random.default_rng(seed)
    grid, cells = Affine(1, 0, 0, 0, -1, 1200), rng.uniform(0, 50, (1200, 1100))
    cells[rng.random(cells.shape) < 0.1] = nan

    @contextmanager
    def opened():
        yield lambda top, left, rows, columns: cells[top : top + rows, left : left + columns]

    shapes = parcels(seed, 4, low=(-50, -50), high=(1150, 1250), radius=(radius / 3, radius))
    flat = outlines(shapes.to_numpy(), transform=grid)
    slow = covered_stats(flat, opened, width=1100, height=1200)
    quick = covered_sums(flat, opened, width=1100, height=1200)
    np.testing.assert_allclose(quick[:, 0], slow[:, 0], rtol=1e-9, atol=1e-9)
    total = np.where(slow[:, 0] > 0, slow[:, 0] * slow[:, 1], 0.0)
    np.testing.assert_allclose(quick[:, 1], total, rtol=1e-9, atol=1e-7)


def test_plain_python_and_compiled_loops_give_the_same_bits():
    shapes = parcels(3, 30, low=(0, 0), high=(100, 100), radius=(1, 30))
    flat = outlines(shapes.to_numpy(), transform=Affine(1, 0, -40, 0, -1, 140))
    rng, which = np.random.default_rng(3), np.arange(30)
    boxes = np.clip(flat.boxes, 0, 180)
    cells = rng.normal(0, 9, (180, 180))
    running = rng.normal(0, 9, (180, 181, 2))
    for name, more in (("stats", (cells, 0, 0)), ("sums", (running, 0, 0)), ("listed", ())):
        one = cover_kernel._LOOPS[name](flat, which, boxes, *more)
        other = cover_kernel._compiled(name)(flat, which, boxes, *more)
        np.testing.assert_array_equal(np.vstack(one), np.vstack(other))


def test_two_thousand_parcels_equal_exactextract_run_plainly(tmp_path):
    exactextract = pytest.importorskip("exactextract")
    grid, cells = Affine(30, 0, 300_000, 0, -30, 9_200_000), 1 + np.abs(hills(4, 1100, 700))
    raster = write(tmp_path / "r.tif", cells, transform=grid)  # three tiles by two
    shapes = parcels(5, 2_500, low=(300_000, 9_167_000), high=(321_000, 9_200_000), radius=(9, 700))
    truth = exactextract.exact_extract(
        str(raster.path), gpd.GeoDataFrame({"at": range(len(shapes))}, geometry=shapes),
        OWN, include_cols=["at"], output="pandas", strategy="raster-sequential",
    ).astype({"at": int}).set_index("at").loc[range(len(shapes)), OWN].to_numpy(float)  # fmt: skip
    found = zonal(raster, shapes, stats=OWN).to_numpy()
    np.testing.assert_allclose(found, truth, rtol=1e-6, atol=1e-6)  # it counts in single precision


def test_zonal_means_of_a_real_dem_agree_with_an_independent_computation():
    raster = Raster.open(shared(POA))
    cells, grid = raster.read()
    x0, y0, x1, y1 = raster.bounds
    rng = np.random.default_rng(1)
    at = rng.uniform((x0, y0), (x1, y1), (60, 2))
    shapes = shapely.buffer(shapely.points(at), rng.uniform(0.0005, 0.004, 60), quad_segs=5)
    found = zonal(raster, gpd.GeoSeries(shapes, crs=raster.crs), stats=OWN).to_numpy()
    for k, shape in enumerate(shapes):
        c0 = max(int((shape.bounds[0] - grid.c) / grid.a) - 1, 0)
        r0 = max(int((shape.bounds[3] - grid.f) / grid.e) - 1, 0)
        part = cells[r0 : r0 + 40, c0 : c0 + 40]
        here = Affine(grid.a, 0, grid.c + grid.a * c0, 0, grid.e, grid.f + grid.e * r0)
        agrees(found[k], twin(part, here, [shape])[0], atol=1e-6)


def test_a_parcels_figures_depend_on_no_other_parcel_to_the_bit(tmp_path):
    raster = write(tmp_path / "r.tif", hills(6, 1100, 700),
                   transform=Affine(30, 0, 300_000, 0, -30, 9_200_000))  # fmt: skip
    shapes = parcels(7, 5_000, low=(300_000, 9_167_000), high=(321_000, 9_200_000), radius=(9, 900))
    whole = zonal(raster, shapes, stats=OWN)
    crossing = [k for k in range(5_000) if len(np.unique(np.floor(
        (9_200_000 - shapes.bounds.loc[k, ["miny", "maxy"]]) / 30 / TILE))) > 1]  # fmt: skip
    some = [*crossing[:20], *range(0, 5_000, 97)]
    for k in some:
        pd.testing.assert_frame_equal(
            zonal(raster, shapes.iloc[[k]], stats=OWN), whole.iloc[[k]], check_exact=True
        )
    assert len(crossing) > 20


def test_an_outline_that_crosses_itself_counts_the_ground_it_encloses(tmp_path):
    grid = Affine(1, 0, 0, 0, -1, 100)
    raster = write(tmp_path / "r.tif", np.ones((100, 100)), transform=grid)
    bow_tie = Polygon([(10, 10), (30, 30), (30, 10), (10, 30)])
    sliver = Polygon([(5, 5), (9, 9), (5, 5), (5, 5)])
    found = zonal(raster, gpd.GeoSeries([bow_tie, sliver], crs=32749),
                  stats=["count", "valid_share_0_1", "mean"])  # fmt: skip
    assert found.iloc[0].tolist() == pytest.approx([200, 1, 1])
    assert math.isnan(found.loc[1, "mean"])


def test_medians_and_quantiles_stand_beside_the_others_in_the_order_asked(tmp_path):
    cells = np.arange(16.0).reshape(4, 4)
    raster = write(tmp_path / "r.tif", cells, transform=Affine(1, 0, 0, 0, -1, 4))
    asked = ["median", "mean", "quantile(q=0.5)", "max", "mode", "mean"]
    found = zonal(raster, gpd.GeoSeries([box(0, 0, 3, 4)], crs=32749), stats=asked)
    assert list(found.columns) == asked
    row = found.iloc[0].tolist()
    assert row[1] == row[5] == pytest.approx(cells[:, :3].mean())
    assert row[0] == row[2] == pytest.approx(np.median(cells[:, :3]), abs=1)
    assert row[3] == 14


def test_slope_under_polygons_is_the_slope_rasters_own(tmp_path):
    heights = np.random.default_rng(8).normal(0, 5, (600, 560)).cumsum(axis=1)
    heights[300:305, 100:110] = nan
    dem = write(tmp_path / "d.tif", heights, transform=Affine(30, 0, 300_000, 0, -30, 9_200_000))
    slope, grid = slope_of(dem)
    written = write(tmp_path / "s.tif", slope, transform=grid)
    shapes = parcels(9, 300, low=(300_000, 9_182_000), high=(316_000, 9_200_000), radius=(20, 800))
    asked = [*OWN, "valid_share_0_1", "median"]
    pd.testing.assert_frame_equal(
        zonal_slope(dem, shapes, stats=asked), zonal(written, shapes, stats=asked)
    )


def test_a_national_raster_is_read_only_where_polygons_are(tmp_path):
    """100,000 × 50,000 cells: 20 GB if it were read whole."""
    path = tmp_path / "nation.tif"
    with rasterio.open(path, "w", driver="GTiff", height=50_000, width=100_000, count=1,
                       dtype="float32", crs=32749, tiled=True, sparse_ok=True,
                       transform=Affine(30, 0, 0, 0, -30, 9_900_000)) as out:  # fmt: skip
        window = rasterio.windows.Window(70_000, 30_000, 256, 256)
        out.write(np.full((256, 256), 7, "float32"), 1, window=window)
    assert path.stat().st_size < 20e6
    raster = Raster.open(path)
    inside = Point(30 * 70_128, 9_900_000 - 30 * 30_128).buffer(3_000)
    corners = [box(-500, 9_899_000, 700, 9_900_100), Point(2_999_900, 8_400_100).buffer(400)]
    wide = box(30 * 60_000, 9_900_000 - 30 * 31_000, 30 * 64_000, 9_900_000 - 30 * 30_000)
    shapes = gpd.GeoSeries([inside, *corners, wide], crs=32749)
    tracemalloc.start()
    found = zonal(raster, shapes, stats=["mean", "count", "valid_share_0_1"])
    slopes = zonal_slope(raster, shapes, stats=["mean"])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60e6
    assert found["mean"].tolist() == pytest.approx([7, 0, 0, 0])
    assert found.loc[3, "count"] == pytest.approx(4_000 * 1_000)
    assert 0 < found.loc[1, "valid_share_0_1"] < 1
    assert slopes["mean"].tolist() == pytest.approx([0, 0, 0, 0])
