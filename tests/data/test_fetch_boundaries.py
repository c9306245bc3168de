"""Boundaries: the regency that is meant, its kecamatan and desa, codes and names kept."""

import hashlib
import json
import zipfile
from dataclasses import replace

import geopandas as gpd
import pytest
import shapely
from loopback import RECORDED, Reply, serving
from sources_made import (
    cod_ab_zip,
    geoboundaries,
)

from data.fetch.area import bounds_of
from data.fetch.boundaries import fetch_boundaries
from data.fetch.fetcher import Fetcher, Manners
from data.fetch.levels import unpack_level
from data.fetch.sources import sources
from data.layers import read_layer
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


def test_a_zip_that_unpacks_to_too_much_is_stopped_midway(tmp_path, monkeypatch):
    monkeypatch.setattr("data.fetch.levels._MOST_UNPACKED", 1000)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("idn_admin2.shp", b"\0" * 5_000_000)
    (tmp_path / "room").mkdir()
    told = (tmp_path / "bomb.zip", "2", tmp_path / "room", sources()["hdx"])
    assert code_of(unpack_level, *told) == "fetch.damaged"
    assert sum(p.stat().st_size for p in (tmp_path / "room").iterdir()) <= 1 << 20


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
