"""Points as PMTiles: nothing lost at any zoom, read by GDAL, the same bytes for the same points."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyogrio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tile_maps import points

from geo.pmtiles import _LEAF, tile_id
from geo.point_tiles import CELLS, FAR, NEAR, point_tiles
from geo.vector_tile import EXTENT, tile_steps, varint

STEP_M = 40_075_016.7 / (EXTENT << NEAR)


def written(folder, frame, **told):
    path = folder / "titik.pmtiles"
    path.write_bytes(point_tiles(frame, **({"top": 10} | told)))
    return path


def counted(path, zoom):
    """What GDAL's own reader finds at a zoom: marks, sites they stand for, first ones among them."""
    marks = pyogrio.read_dataframe(path, ZOOM_LEVEL=zoom)
    for name in ("n", "t"):
        if name not in marks:
            marks[name] = np.nan
    first = marks["t"].where(marks["n"].notna(), marks["r"] <= 10).astype(float)
    return len(marks), int(marks["n"].fillna(1).sum()), int(first.sum())


def test_gdal_finds_every_site_at_every_zoom_and_the_first_ones_among_them(tmp_path):
    frame = points(4000)
    path = written(tmp_path, frame)
    found = {zoom: counted(path, zoom) for zoom in range(FAR, NEAR + 1)}
    assert {sites for _, sites, _ in found.values()} == {4000}
    assert {first for _, _, first in found.values()} == {10}
    marks = [found[zoom][0] for zoom in sorted(found)]
    assert marks == sorted(marks)
    assert marks[0] < 40
    assert marks[-1] == 4000
    x, y = tile_steps(frame["lon"].to_numpy(), frame["lat"].to_numpy(), zoom=5)
    cells = {*zip((x * CELLS // EXTENT).tolist(), (y * CELLS // EXTENT).tolist(), strict=True)}
    assert found[5][0] == len(cells)


def test_at_the_nearest_zoom_every_site_stands_where_it_is_with_what_is_known_of_it(tmp_path):
    frame = points(3000)
    read = pyogrio.read_dataframe(written(tmp_path, frame)).to_crs(4326).set_index("i")
    want = frame.set_index("id").loc[read.index]
    assert sorted(read.index) == sorted(frame["id"])
    assert np.abs(read.geometry.x - want["lon"]).max() * 111_320 < STEP_M
    assert np.abs(read.geometry.y - want["lat"]).max() * 111_320 < STEP_M
    assert (read["r"] == want["rank"]).all()
    assert (read["m"] == want["name"]).all()
    assert (read["c"] == np.floor(want["score"] * 100 + 0.5)).all()
    assert (read["h"].isna() == want["high"].isna()).all()  # unknown is not zero
    assert set(read["v"]) == {72}


def test_a_site_on_the_line_between_tiles_stands_in_one_of_them(tmp_path):
    frame = points(6).assign(lon=[112.5, 112.5, 0.0, 90.0, 112.5, 112.5], lat=[0, 0, 0, 0, 5, -5])
    path = written(tmp_path, frame)
    assert {counted(path, zoom)[1] for zoom in range(FAR, NEAR + 1)} == {6}
    assert counted(path, NEAR)[0] == 6  # two on one spot stay two


def test_the_same_points_give_the_same_bytes_in_any_order():
    frame = points(800)
    assert point_tiles(frame, top=5) == point_tiles(frame.sample(frac=1, random_state=3), top=5)
    assert point_tiles(frame, top=5) != point_tiles(frame.assign(score=0.1), top=5)


def test_more_tiles_than_one_directory_holds_are_all_found(tmp_path, monkeypatch):
    monkeypatch.setattr("geo.pmtiles._ROOT_MOST", 1000)
    rng = np.random.default_rng(4)
    n = 3000
    frame = points(n).assign(lon=rng.uniform(95, 141, n), lat=rng.uniform(-11, 6, n))
    path = written(tmp_path, frame)
    raw = path.read_bytes()
    leaves = int.from_bytes(raw[48:56], "little")
    assert int.from_bytes(raw[72:80], "little") > _LEAF
    assert leaves > 0
    assert {counted(path, zoom)[1] for zoom in (FAR, 6, NEAR)} == {n}


def test_names_of_any_kind_come_back_as_they_were(tmp_path):
    names = ['<img src=x onerror="a()">', "{{7*7}}", "a\u2028b", "\U0001f3eb ꦗꦮ", ""]
    frame = points(len(names)).assign(name=names)
    read = pyogrio.read_dataframe(written(tmp_path, frame)).sort_values("r")
    assert read["m"].tolist() == names


@pytest.mark.parametrize(
    ("tile", "number"),
    [((0, 0, 0), 0), ((1, 0, 0), 1), ((1, 0, 1), 2), ((1, 1, 1), 3), ((1, 1, 0), 4)],
)
def test_tiles_are_numbered_as_the_specification_says(tile, number):
    assert tile_id(*tile) == number


def test_neighbours_along_the_curve_touch():
    at = {tile_id(6, x, y): (x, y) for x in range(64) for y in range(64)}
    order = [at[k] for k in sorted(at)]
    assert sorted(at) == list(range((4**6 - 1) // 3, (4**7 - 1) // 3))
    steps = {abs(a - c) + abs(b - d) for (a, b), (c, d) in pairwise(order)}
    assert steps == {1}


@given(st.integers(0, 2**40))
def test_a_varint_is_read_back(value):
    raw = varint(value)
    assert sum((byte & 0x7F) << 7 * k for k, byte in enumerate(raw)) == value
    assert all(byte > 0x7F for byte in raw[:-1])
    assert raw[-1] <= 0x7F


@settings(max_examples=25)
@given(st.integers(1, 60), st.integers(0, 10**6), st.floats(0.001, 20))
def test_no_site_is_lost_at_any_zoom_however_they_lie(tmp_path_factory, n, seed, spread):
    frame = points(n, seed=seed, spread=spread)
    path = written(tmp_path_factory.mktemp("u"), frame)
    assert {counted(path, zoom)[1:] for zoom in range(FAR, NEAR + 1)} == {(n, min(n, 10))}
