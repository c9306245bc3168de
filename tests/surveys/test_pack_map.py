"""The basemap of a pack: it covers every site and the road to it, or the pack does not leave."""

from __future__ import annotations

import dataclasses
import json
import zipfile

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.errors import StudyError
from geo.tile_files import in_mbtiles, in_pmtiles, in_sqlitedb
from geo.tile_grid import MAX_ZOOM, tiles_of
from geo.tiles import Basemap
from surveys import pack as packing
from surveys import pack_map
from surveys.pack_check import (
    MBTILES,
    OSMAND_MAP,
    PMTILES,
    README,
    ground_to_cover,
    uncovered,
)
from surveys.questions import spec
from surveys.sites import PackInput, PackSite

LON, LAT = 109.7, -7.3


def site(number, *, lon=LON, lat=LAT):
    return PackSite(
        id=f"p-{number:08d}", name=f"Balai {number}", kind="village_office", kind_text="Balai",
        agency="", address="", desa="", kecamatan="", lon=lon, lat=lat, order=number, day=1,
    )  # fmt: skip


def made(*sites, way=()):
    asked = spec("kerja-sosial")
    return PackInput(
        study_name="Kabupaten Uji", programme="kerja-sosial", team="A", spec=asked,
        sites=sites, route_lonlat={1: tuple(way)}, valid_until="2026-12-31",
        form_version=asked.version, synthetic=False, emergency=(("Darurat", "112"),),
        pack_id="k-uji",
    )  # fmt: skip


def basemap():
    way = shapely.LineString([(LON - 0.02, LAT - 0.01), (LON, LAT), (LON + 0.05, LAT + 0.03)])
    roads = gpd.GeoDataFrame(
        {"highway": ["primary"], "name": ["Jalan Raya"], "surface": ["asphalt"]},
        geometry=[way],
        crs="EPSG:4326",
    )
    return Basemap(roads=roads, name="Peta", attribution="© kontributor OpenStreetMap, ODbL")


PACK = made(
    site(1),
    site(2, lon=LON + 0.05, lat=LAT + 0.03),
    site(3, lon=None, lat=None),
    way=[(LON, LAT), (LON + 0.02, LAT + 0.02), (LON + 0.05, LAT + 0.03)],
)


def test_the_map_travels_in_each_form_an_app_opens(tmp_path):
    output = tmp_path / "paket.zip"
    told = packing.write_pack(output, PACK, channels=["tiles", "osmand"], basemap=basemap())
    counts = {part["path"]: part["count"] for part in told["files"]}
    with zipfile.ZipFile(output) as archive:
        maps = [
            read(archive.read(path))
            for path, read in (
                (MBTILES, in_mbtiles),
                (PMTILES, in_pmtiles),
                (OSMAND_MAP, in_sqlitedb),
            )
        ]
        text = archive.read(README).decode()
    assert maps[0] == maps[1] == maps[2]
    assert counts[MBTILES] == counts[PMTILES] == counts[OSMAND_MAP] == len(maps[0])
    assert not uncovered(PACK, maps[0])
    for said in ("tapak.mbtiles", "peta-tapak.sqlitedb", "lokasi.gpx", "OpenStreetMap"):
        assert said in text
    assert "kobo" not in text
    assert max(map(len, text.splitlines())) < 180


def test_without_osmand_no_map_for_it_is_carried(tmp_path):
    told = packing.write_pack(
        tmp_path / "p.zip", PACK, channels=["tiles"], basemap=basemap(), lang="en"
    )
    assert {p["path"] for p in told["files"] if "lanjutan" in p["path"]} == {MBTILES, PMTILES}


def test_the_same_map_is_the_same_bytes(tmp_path):
    for name in ("a.zip", "b.zip"):
        packing.write_pack(tmp_path / name, PACK, channels=["tiles"], basemap=basemap())
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_the_last_kilometre_must_be_covered_and_no_more():
    ground = ground_to_cover(PACK)
    away = np.min(
        [
            np.hypot((ground[:, 0] - lon) * 111_320 * np.cos(np.radians(lat)),
                     (ground[:, 1] - lat) * 111_320)
            for lon, lat in ((LON, LAT), (LON + 0.05, LAT + 0.03))
        ],
        axis=0,
    )  # fmt: skip
    assert away.max() == pytest.approx(1000, abs=60)
    steps = np.sort(away[away > 0])
    assert np.diff(steps).max() < 60


@pytest.mark.parametrize("what", ["site", "road"])
def test_a_map_that_leaves_out_a_site_or_its_road_is_refused(tmp_path, monkeypatch, what):
    ground = ground_to_cover(PACK)
    furthest = np.argmax(np.where(ground[:, 0] < LON + 0.02, ground[:, 0], 0))
    at = [(LON, LAT)] if what == "site" else ground[[furthest]]
    lost = {(MAX_ZOOM, int(x), int(y)) for x, y in tiles_of(at, MAX_ZOOM)}
    assert what == "site" or lost.isdisjoint(
        {(MAX_ZOOM, *map(int, t)) for t in tiles_of([(s.lon, s.lat) for s in PACK.sites[:2]], 16)}
    )
    whole = pack_map.drawn_map

    def with_a_hole(*given):
        drawn = whole(*given)
        return dataclasses.replace(
            drawn, tiles={t: d for t, d in drawn.tiles.items() if t not in lost}
        )

    monkeypatch.setattr(packing, "drawn_map", with_a_hole)
    with pytest.raises(StudyError) as fault:
        packing.write_pack(tmp_path / "p.zip", PACK, channels=["tiles"], basemap=basemap())
    assert fault.value.code == "pack.broken"
    assert MBTILES in fault.value.say(lang="id")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", [MBTILES, PMTILES, OSMAND_MAP])
def test_a_map_that_cannot_be_read_is_refused(tmp_path, monkeypatch, path):
    whole = packing.pack_parts

    def damaged(*given, **told):
        return tuple(
            dataclasses.replace(part, data=part.data[: len(part.data) // 2])
            if part.path == path
            else part
            for part in whole(*given, **told)
        )

    monkeypatch.setattr(packing, "pack_parts", damaged)
    with pytest.raises(StudyError) as fault:
        packing.write_pack(
            tmp_path / "p.zip", PACK, channels=["tiles", "osmand"], basemap=basemap()
        )
    assert fault.value.code == "pack.broken"
    assert fault.value.fields["file"] == path


def test_a_heavy_map_shows_less_around_the_sites_and_still_every_site(monkeypatch):
    heavy = pack_map.drawn_map(PACK, basemap())
    monkeypatch.setattr(pack_map, "MOST_BYTES", heavy.bytes // 2)
    light = pack_map.drawn_map(PACK, basemap())
    assert set(light.tiles) < set(heavy.tiles)
    assert not uncovered(PACK, set(light.tiles))


def test_nothing_to_draw_is_said_in_words():
    for pack, given in ((made(site(1, lon=None, lat=None)), Basemap()), (PACK, None)):
        with pytest.raises(StudyError) as fault:
            packing.pack_parts(pack, channels=["tiles"], basemap=given)
        assert fault.value.code == "pack.no_map"
        assert "tim A" in fault.value.say(lang="id")


def test_the_manifest_can_be_read_beside_the_map(tmp_path):
    packing.write_pack(tmp_path / "p.zip", PACK, channels=["tiles"], basemap=basemap())
    with zipfile.ZipFile(tmp_path / "p.zip") as archive:
        told = json.loads(archive.read("manifest.json"))
    assert sum(part["bytes"] for part in told["files"]) < told["size_budget_bytes"]
