"""Hazard zones of a window: its own cells at their own grain, nothing of the rest."""

import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.transform import from_origin

from geo.terrain import Raster
from geo.zones import class_polygons

BREAKS = (1e-9, 0.33, 0.66)
LEFT, TOP, CELL, SIDE = 360_000, 9_190_000, 100, 40


@pytest.fixture(scope="module")
def raster(tmp_path_factory):
    """Forty by forty cells of 100 m, any index, some unknown."""
    cells = np.random.default_rng(4).integers(0, 101, (SIDE, SIDE)).astype("uint8")
    cells[::7, ::5] = 255
    path = tmp_path_factory.mktemp("zona") / "indeks.tif"
    told = {"driver": "GTiff", "width": SIDE, "height": SIDE, "count": 1, "dtype": "uint8"}
    grid = from_origin(LEFT, TOP, CELL, CELL)
    with rasterio.open(path, "w", crs="EPSG:32749", transform=grid, nodata=255, **told) as out:
        out.write(cells, 1)
    return Raster.open(path, scale=0.01), cells


@settings(max_examples=25, deadline=None)
@given(column=st.integers(0, SIDE - 1), row=st.integers(0, SIDE - 1), reach=st.integers(1, 6))
def test_every_cell_of_the_window_keeps_its_own_class(raster, column, row, reach):
    handle, cells = raster
    x, y = LEFT + CELL * (column + 0.5), TOP - CELL * (row + 0.5)
    half = reach * CELL
    bounds = (x - half, y - half, x + half, y + half)
    zones = class_polygons(handle, BREAKS, within=bounds).to_crs(32749)
    at = zones[zones.covers(shapely.Point(x, y))]["class_"].tolist()
    value = cells[row, column]
    known = value not in {0, 255}
    assert at == ([int(np.searchsorted(BREAKS, value / 100, side="right"))] if known else [])
    if len(zones):
        box = shapely.box(*bounds).buffer(CELL + 1)
        assert zones.geometry.within(box).all()


def test_a_whole_map_would_have_merged_what_a_window_tells_apart(raster):
    handle, _ = raster
    whole = class_polygons(handle, BREAKS, most_cells=8)
    near = class_polygons(handle, BREAKS, most_cells=8, within=(LEFT, TOP - 800, LEFT + 800, TOP))
    assert set(near["class_"]) == {1, 2, 3}
    assert set(whole["class_"]) == {3}


def test_a_window_off_the_raster_is_empty(raster):
    zones = class_polygons(raster[0], BREAKS, within=(LEFT - 900, TOP, LEFT - 500, TOP + 500))
    assert len(zones) == 0
    assert zones.crs.to_epsg() == 4326
