"""What is made of fetched files: cut to the area, nothing shifted, nobody lost, credits kept."""

import hashlib
from dataclasses import replace

import numpy as np
import osmium
import pytest
import rasterio
import shapely
from loopback import Reply, serving
from shared import shared
from sources_made import (
    extract,
    geotiff,
    glo30_tile,
    height,
    hgt_tile,
    people_grid,
)

from data.fetch.elevation import fetch_elevation, names_of, tiles_of
from data.fetch.fetcher import Fetcher, Manners
from data.fetch.geofabrik import cut, fetch_geofabrik
from data.fetch.population import fetch_population
from data.fetch.sources import sources
from data.layers import read_layer
from data.osm import read_osm
from geo.errors import InputError

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
        assert (x * 1200, y * 1200) == pytest.approx((round(x * 1200), round(y * 1200)), abs=1e-3)
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


def test_a_real_extract_cut_to_a_box_holds_exactly_the_ways_that_touch_it(tmp_path):
    path, box = shared("porto-alegre/poa_osm.pbf"), (-51.20, -30.06, -51.18, -30.04)
    inside, ways = set(), {}
    for each in osmium.FileProcessor(path):
        if each.is_node():
            at = each.location
            if box[0] <= at.lon <= box[2] and box[1] <= at.lat <= box[3]:
                inside.add(each.id)
        elif each.is_way():
            ways[each.id] = [node.ref for node in each.nodes]
    touching = {way: nodes for way, nodes in ways.items() if inside & {*nodes}}
    cut(path, box, tmp_path / "cut.osm.pbf", source=sources()["geofabrik"])
    found = osmium.FileProcessor(tmp_path / "cut.osm.pbf", osmium.osm.WAY)
    kept = {way.id: [node.ref for node in way.nodes] for way in found}
    assert len(touching) > 500
    assert touching.items() <= kept.items()
    parts = {
        member.ref
        for relation in osmium.FileProcessor(tmp_path / "cut.osm.pbf", osmium.osm.RELATION)
        for member in relation.members
        if member.type == "w"
    }
    assert set(kept) - set(touching) <= parts


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
