"""What is made of fetched files: cut to the area, nothing shifted, nobody lost, credits kept."""

import hashlib
import io
import json
import zipfile
from dataclasses import replace

import geopandas as gpd
import numpy as np
import osmium
import pytest
import rasterio
import shapely
from hypothesis import given
from hypothesis import strategies as st
from loopback import RECORDED, Reply, serving
from sources_made import (
    cod_ab_zip,
    extract,
    geoboundaries,
    geotiff,
    glo30_tile,
    height,
    hgt_tile,
    people_grid,
)

from data.fetch import Fetcher, Manners
from data.fetch_area import around, bounds_of, box_of
from data.fetch_boundaries import fetch_boundaries
from data.fetch_elevation import fetch_elevation, names_of, tiles_of
from data.fetch_geofabrik import fetch_geofabrik
from data.fetch_population import fetch_population
from data.fetch_sources import sources
from data.layers import read_layer
from data.osm import read_osm
from geo.errors import InputError, UsageError

QUICK = Manners(connect_s=2, read_s=2, total_s=5, tries=2, pause_s=0)
AREA = shapely.box(109.66, -7.42, 109.72, -7.36)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def server():
    with serving() as loopback:
        yield loopback


@pytest.fixture
def tools(tmp_path):
    (tmp_path / "room").mkdir()
    fetcher = Fetcher(tmp_path / "download", manners=QUICK, sleep=lambda _: None)
    return {"fetcher": fetcher, "room": tmp_path / "room"}


def at(server, key, path, **more):
    return replace(sources()[key], url=f"{server.base}{path}", hosts=(), **more)


def code_of(function, *args, **told):
    with pytest.raises(InputError) as raised:
        function(*args, **told)
    assert "\n" not in raised.value.say(lang="id")
    return raised.value.code


# -- the area


@given(
    st.floats(95.5, 140.5), st.floats(-10.5, 5.5), st.floats(0.001, 0.5), st.floats(0, 30)
)  # fmt: skip
def test_a_widened_area_holds_the_margin_on_every_side(lon, lat, size, margin_km):
    from pyproj import Geod

    area = shapely.box(lon, lat, lon + size, lat + size)
    wide = around(area, margin_km)
    assert shapely.covers(wide, area)
    if margin_km > 0.1:
        corners = np.array(wide.exterior.coords)
        edges = shapely.segmentize(wide.exterior, size / 5)
        geod = Geod(ellps="WGS84")
        for x, y in np.array(edges.coords):
            near = shapely.get_coordinates(
                shapely.ops.nearest_points(area, shapely.Point(x, y))[0]
            )[0]
            distance_m = geod.inv(x, y, *near)[2]
            assert distance_m > 0.88 * margin_km * 1000
        assert len(corners) < 60


@pytest.mark.parametrize("text", ["Banjarnegara", "33.04", "1,2,3", "a,b,c,d"])
def test_what_is_no_box_is_a_name(text):
    assert box_of(text) is None


@pytest.mark.parametrize("text", ["110,-7,109,-6", "109,-7,110,-8", "0,0,1,1", "109,-7,190,-6"])
def test_a_box_turned_round_or_elsewhere_is_refused(text):
    with pytest.raises(UsageError):
        box_of(text)
    assert box_of(" 109.4, -7.6,110 ,-7.1 ") == (109.4, -7.6, 110.0, -7.1)


# -- elevation


def test_tiles_are_named_by_their_south_west_corner():
    assert tiles_of((109.4, -7.6, 110.1, -7.1)) == [(-8, 109), (-8, 110)]
    assert names_of(-8, 109) == {"lat": "S08", "lon": "E109"}
    assert tiles_of((100.2, -0.1, 100.3, 0.1)) == [(-1, 100), (0, 100)]
    assert names_of(0, 100) == {"lat": "N00", "lon": "E100"}


def test_heights_of_four_tiles_join_without_a_seam_or_a_shift(server, tools):
    for lat in (-8, -7):
        for lon in (109, 110):
            body = glo30_tile(lat, lon)
            names = names_of(lat, lon)
            etag = f'"{hashlib.md5(body).hexdigest()}"'
            server.on(f"/{names['lat']}_{names['lon']}.tif", Reply(body, etag=etag))
    source = at(server, "glo30", "/{lat}_{lon}.tif", margin_km=0.0)
    made = fetch_elevation(shapely.box(109.9, -7.1, 110.1, -6.9), source=source, **tools)
    raster = read_layer("elevation", made.path).data
    cells, shape = raster.read()
    rows, columns = np.indices(cells.shape)
    lon = shape.c + (columns + 0.5) * shape.a
    lat = shape.f + (rows + 0.5) * shape.e
    assert np.isfinite(cells).all()
    np.testing.assert_allclose(cells, height(lon, lat), atol=1e-3)
    assert 72 <= cells.shape[0] <= 74
    assert lon.min() <= 109.9 + 1e-9
    assert lon.max() >= 110.1 - 1e-9
    assert made.options["tiles"] == 4
    assert "DLR" in made.options["attribution"]
    assert made.options["date"] == "2021"


def test_where_the_source_has_no_tile_the_height_is_unknown_not_zero(server, tools):
    server.on("/S08_E109.tif", Reply(glo30_tile(-8, 109)))
    source = at(server, "glo30", "/{lat}_{lon}.tif", margin_km=0.0)
    made = fetch_elevation(shapely.box(109.9, -7.5, 110.1, -7.4), source=source, **tools)
    cells, _ = read_layer("elevation", made.path).data.read()
    assert np.isnan(cells[:, -30:]).all()
    assert np.isfinite(cells[:, :30]).all()
    assert made.options["missing_tiles"] == 1
    empty = at(server, "glo30", "/none_{lat}_{lon}.tif")
    assert code_of(fetch_elevation, AREA, source=empty, **tools) == "fetch.no_tiles"


def test_srtm_tiles_join_on_their_shared_rim(server, tools):
    for lon in (109, 110):
        server.on(f"/S08/S08E{lon}.hgt.gz", Reply(hgt_tile(-8, lon)))
    source = at(server, "srtm", "/{lat}/{lat}{lon}.hgt.gz", margin_km=0.0)
    made = fetch_elevation(shapely.box(109.45, -7.55, 110.05, -7.45), source=source, **tools)
    with rasterio.open(made.path) as raster:
        cells = raster.read(1, masked=True)
        assert cells.mask.sum() == 1  # the void
        x, y = raster.xy(10, 600)
        assert cells[10, 600] == pytest.approx(height(x, y), abs=0.51)


@pytest.mark.parametrize(
    "body",
    [
        b"<html>login</html>",
        b"",
        glo30_tile(-8, 109)[:5000],
        geotiff(np.ones((9, 9), np.float32), west=109, north=-7, step=0.1, crs="EPSG:32749"),
    ],
)
def test_a_tile_that_is_none_is_told(server, tools, body):
    server.on("/S08_E109.tif", Reply(body))
    source = at(server, "glo30", "/{lat}_{lon}.tif")
    assert code_of(fetch_elevation, AREA, source=source, **tools) == "fetch.damaged"
    server.on("/S08/S08E109.hgt.gz", Reply(body))
    source = at(server, "srtm", "/{lat}/{lat}{lon}.hgt.gz")
    assert code_of(fetch_elevation, AREA, source=source, **tools) == "fetch.damaged"


def test_a_whole_nation_of_tiles_is_refused_before_any_is_asked(server, tools):
    source = at(server, "glo30", "/{lat}_{lon}.tif")
    nation = shapely.box(95, -11, 141, 6)
    assert code_of(fetch_elevation, nation, source=source, **tools) == "fetch.area_too_big"
    assert server.asked == []


# -- population


def test_nobody_under_the_area_is_lost(server, tools):
    body, cells = people_grid()
    server.on("/people.tif", Reply(body, modified="Tue, 01 Dec 2020 00:00:00 GMT"))
    source = at(server, "worldpop", "/people.tif", margin_km=0.0)
    made = fetch_population(shapely.box(109.1, -7.2, 109.2, -7.1), source=source, **tools)
    points = read_layer("population", made.path).data
    expected = cells[120:240, 120:240]
    assert points["population"].sum() == pytest.approx(expected[expected > 0].sum(), rel=1e-6)
    assert len(points) == (expected > 0).sum()
    assert made.options["date"] == "2020"
    assert made.options["licence"] == "CC BY 4.0"
    row, column = np.argwhere(expected > 0)[0] + 120
    first = points.geometry.iloc[0]
    there = (109.0 + (column + 0.5) / 1200, -7.0 - (row + 0.5) / 1200)
    assert (first.x, first.y) == pytest.approx(there, abs=1e-6)


def test_where_nobody_lives_or_the_grid_ends_is_told(server, tools):
    body, _ = people_grid()
    server.on("/people.tif", Reply(body))
    source = at(server, "worldpop", "/people.tif", margin_km=0.0)
    far = shapely.box(120.1, -7.2, 120.2, -7.1)
    assert code_of(fetch_population, far, source=source, **tools) == "fetch.nobody"
    server.on("/people.tif", Reply(b"II*\0broken"))
    assert code_of(fetch_population, AREA, source=source, **tools) == "fetch.damaged"


# -- Geofabrik


@pytest.fixture
def geofabrik(server, tmp_path):
    body = extract(tmp_path / "java.osm.pbf")
    server.recorded("/index-v1.json", "geofabrik_index.json")
    server.on("/java-latest.osm.pbf", Reply(body, etag='"j"'))
    text = f"{hashlib.md5(body).hexdigest()}  java-latest.osm.pbf\n"
    server.on("/java-latest.osm.pbf.md5", Reply(text.encode()))
    return at(server, "geofabrik", "/index-v1.json", margin_km=0.0)


def test_the_smallest_extract_is_cut_with_whole_ways(server, geofabrik, tools):
    made = fetch_geofabrik(AREA, source=geofabrik, **tools)
    assert "/asia-latest.osm.pbf" not in server.paths()
    ways = {w.id: [n.ref for n in w.nodes] for w in osmium.FileProcessor(made.path, osmium.osm.WAY)}
    assert ways == {  # the school's far part came along, the border's far way did not
        1: [1, *range(5, 12), 40],
        3: [101, 102, 103, 104, 101],
        4: [121, 122, 123, 121],
    }
    nodes = {n.id for n in osmium.FileProcessor(made.path, osmium.osm.NODE)}
    assert {1, 40, 110} <= nodes  # far ends of the road that crosses the box came along
    assert not {20, 21, 22} & nodes
    found = read_osm(made.path)
    assert sorted(found.places["kind"]) == ["clinic", "school"]
    assert made.options["date"] == "2026-11-22"


def test_a_wrong_md5_beside_the_extract_is_told(server, geofabrik, tools):
    server.on("/java-latest.osm.pbf.md5", Reply(b"0" * 32 + b"  java-latest.osm.pbf\n"))
    assert code_of(fetch_geofabrik, AREA, source=geofabrik, **tools) == "fetch.checksum"


def test_no_extract_nothing_inside_and_no_pbf_are_told(server, geofabrik, tools):
    ocean = shapely.box(100, -30, 101, -29)
    assert code_of(fetch_geofabrik, ocean, source=geofabrik, **tools) == "fetch.no_extract"
    empty = shapely.box(106, -6.6, 106.1, -6.5)
    assert code_of(fetch_geofabrik, empty, source=geofabrik, **tools) == "fetch.osm_nothing"
    server.on("/java-latest.osm.pbf", Reply(b"<osm></osm>"))
    server.on("/java-latest.osm.pbf.md5", Reply(b"-"))
    assert code_of(fetch_geofabrik, AREA, source=geofabrik, **tools) == "fetch.damaged"


# -- boundaries


@pytest.fixture
def hdx(server, tmp_path):
    body = cod_ab_zip(tmp_path)
    text = (RECORDED / "hdx_package.json").read_text().replace("{base}", server.base)
    text = text.replace("{md5}", hashlib.md5(body).hexdigest())
    server.on("/package", Reply(text.encode()))
    server.on("/idn_admin_boundaries.shp.zip", Reply(body))
    return at(server, "hdx", "/package")


@pytest.mark.parametrize("name", ["Contoh", "Kabupaten Contoh", "33.04", "3304", "Kab. CONTOH"])
def test_a_regency_comes_with_its_kecamatan_and_desa(hdx, tools, name):
    made = fetch_boundaries(name=name, source=hdx, **tools)
    assert [m.kind for m in made] == ["boundary", "areas", "areas"]
    outline = read_layer("boundary", made[0].path).data
    assert outline["name"].iloc[0] == "Contoh"
    assert outline.geometry.iloc[0].area == pytest.approx(0.04)
    kecamatan, desa = (read_layer("areas", m.path).data for m in made[1:])
    assert list(kecamatan["level"].unique()) == ["kecamatan"]
    assert list(desa["level"].unique()) == ["desa"]
    assert sorted(desa["code_bps"]) == ["3304010001", "3304010002", "3304020001", "3304020002"]
    assert set(desa["kecamatan"]) == {"Kec 00", "Kec 01"}
    assert made[0].options["date"] == "2020-04-01"
    assert "Intergovernmental" in made[0].options["licence"]


def test_a_regency_is_found_by_where_the_study_lies(hdx, tools):
    made = fetch_boundaries(area=shapely.box(109.82, -7.48, 109.95, -7.35), source=hdx, **tools)
    assert read_layer("boundary", made[0].path).data["name"].iloc[0] == "Kota Contoh"
    nowhere = shapely.box(120, -3, 121, -2)
    found = code_of(fetch_boundaries, area=nowhere, source=hdx, **tools)
    assert found == "fetch.no_regency_here"


def test_a_name_nobody_bears_is_told_and_two_are_never_guessed_between(hdx, tools, server):
    assert code_of(fetch_boundaries, name="Wakanda", source=hdx, **tools) == "fetch.no_regency"
    twice = json.loads(geoboundaries("2"))
    twice["features"][1]["properties"]["shapeName"] = "Contoh"
    text = (RECORDED / "geoboundaries_level.json").read_text().replace("{base}", server.base)
    server.on("/gb/2", Reply(text.replace("{path}", "/2.geojson").encode()))
    server.on("/2.geojson", Reply(json.dumps(twice).encode()))
    source = at(server, "geoboundaries", "/gb/{level}", levels=("2",))
    assert code_of(fetch_boundaries, name="Contoh", source=source, **tools) == "fetch.several"


def test_geoboundaries_without_codes_gives_the_same_areas(server, tools):
    text = (RECORDED / "geoboundaries_level.json").read_text().replace("{base}", server.base)
    for level in "234":
        server.on(f"/gb/{level}", Reply(text.replace("{path}", f"/{level}.geojson").encode()))
        server.on(f"/{level}.geojson", Reply(geoboundaries(level)))
    source = at(server, "geoboundaries", "/gb/{level}", levels=("2", "3", "4"))
    made = fetch_boundaries(name="Contoh", source=source, **tools)
    desa = read_layer("areas", made[2].path).data
    assert sorted(desa["name"]) == ["Desa 000", "Desa 001", "Desa 010", "Desa 011"]
    assert set(desa["kecamatan"]) == {"Kec 00", "Kec 01"}
    assert made[0].options["date"] == "2020"


def test_a_zip_that_lacks_a_level_or_is_broken_is_told(server, hdx, tools, tmp_path):
    server.on("/package", Reply(
        (RECORDED / "hdx_package.json").read_text().replace("{base}", server.base).encode()
    ))  # fmt: skip
    (tmp_path / "two").mkdir()
    whole = cod_ab_zip(tmp_path / "two", levels=("2", "3"))
    for body in (whole, whole[:-200], b"PK\x03\x04", b"<html></html>"):
        server.on("/idn_admin_boundaries.shp.zip", Reply(body))
        found = code_of(fetch_boundaries, name="Contoh", source=hdx, **tools)
        assert found == "fetch.damaged"
    assert list(tools["room"].iterdir()) == []


def test_a_zip_that_unpacks_to_too_much_is_stopped(server, hdx, tools, monkeypatch):
    monkeypatch.setattr("data.fetch_levels._MOST_UNPACKED", 1000)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("idn_admin2.shp", b"\0" * 5_000_000)
    text = (RECORDED / "hdx_package.json").read_text().replace("{base}", server.base)
    server.on("/package", Reply(text.encode()))
    server.on("/idn_admin_boundaries.shp.zip", Reply(bomb.getvalue()))
    assert code_of(fetch_boundaries, name="Contoh", source=hdx, **tools) == "fetch.damaged"


def test_a_catalogue_of_another_form_is_told(server, hdx, tools):
    for body in (b"{}", b"[]", b'{"result": {"resources": [{"name": "x.pdf"}]}}'):
        server.on("/package", Reply(body))
        found = code_of(fetch_boundaries, name="Contoh", source=hdx, **tools)
        assert found == "fetch.not_understood"


def test_what_is_made_stands_in_degrees_inside_the_asked_box(hdx, tools):
    made = fetch_boundaries(name="Contoh", source=hdx, **tools)
    frame = gpd.read_file(made[2].path)
    west, south, east, north = bounds_of(shapely.union_all(frame.geometry.to_numpy()))
    assert (round(west, 6), round(south, 6), round(east, 6), round(north, 6)) == (
        109.6, -7.5, 109.8, -7.3,
    )  # fmt: skip
