import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from geo.terrain import Raster
from geo.zones import class_polygons


@pytest.fixture
def raster(tmp_path):
    """Four columns of 100 m: unknown, low, middle, high (index stored as 0-100)."""
    cells = np.tile(np.array([255, 20, 50, 90], dtype="uint8"), (4, 1))
    path = tmp_path / "indeks.tif"
    told = {"driver": "GTiff", "width": 4, "height": 4, "count": 1, "dtype": "uint8"}
    grid = from_origin(360_000, 9_190_000, 100, 100)
    with rasterio.open(path, "w", crs="EPSG:32749", transform=grid, nodata=255, **told) as out:
        out.write(cells, 1)
    return Raster.open(path, scale=0.01)


def test_each_class_covers_its_column_and_unknown_is_not_drawn(raster):
    zones = class_polygons(raster, (1e-9, 0.33, 0.66)).to_crs(32749)
    assert zones["class_"].tolist() == [1, 2, 3]
    assert zones.area.to_numpy() == pytest.approx([40_000] * 3, rel=1e-3)
    assert zones.total_bounds[0] == pytest.approx(360_100, abs=0.1)


def test_a_coarse_drawing_keeps_the_highest_zone(raster):
    zones = class_polygons(raster, (1e-9, 0.33, 0.66), most_cells=2)
    assert zones["class_"].tolist() == [1, 3]
