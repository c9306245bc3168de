"""`tapak pack` on a study: the latest plan, or one team-day; remembered, and light enough."""

from __future__ import annotations

import datetime as dt
import json
import zipfile

import geopandas as gpd
import pytest
import shapely
from pyproj import CRS

from benchmarks.pack import packed
from data.workspace import open_study
from geo.errors import InputError, StudyError
from scoring.layers import Layer, Layers
from surveys.sites import PackSite
from work import packing as work_packing
from work.packing import _nearest_health, pack_team, routes
from work.planning import plan_visits
from work.studies import demo_study


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pack") / "demo"
    demo_study(folder, seed=1, scale=0.1)
    return folder


def test_without_a_plan_one_team_day_is_planned_and_packed(demo, tmp_path):
    made = pack_team(demo, tmp_path / "paket.zip")
    with open_study(demo) as study:
        plan = study.store.latest_plan()
    assert made["plan"] == plan.id
    assert made["sites"] == [stop["site"] for day in plan.days for stop in day["stops"]]
    assert len({day["team"] for day in plan.days}) == 1


def test_a_team_carries_its_own_sites_of_the_latest_plan(demo, tmp_path):
    plan = plan_visits(
        demo, teams=2, days=2, start_from="109.69,-7.39", first_day=dt.date(2027, 5, 19)
    )
    made = pack_team(demo, tmp_path / "b.zip", team="B")
    own = [s["site"] for d in plan["days"] if d["team"] == "B" for s in d["stops"]]
    assert made["plan"] == plan["id"]
    assert sorted(made["sites"]) == sorted(own)
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert {"files", "form_version", "valid_until"} <= set(manifest)
    with open_study(demo) as study:
        kept = study.store.packs()[-1]
    assert (kept.id, kept.team, kept.plan_id) == (made["pack"], "B", plan["id"])


def test_a_team_that_is_not_planned_is_refused_and_so_is_an_old_file(demo, tmp_path):
    with pytest.raises(InputError) as fault:
        pack_team(demo, tmp_path / "z.zip", team="Z")
    assert fault.value.code == "pack.no_team"
    assert not (tmp_path / "z.zip").exists()
    (tmp_path / "a.zip").write_bytes(b"old")
    with pytest.raises(StudyError):
        pack_team(demo, tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == b"old"


def test_a_stop_on_the_equator_stays_on_the_way():
    layers = Layers(crs=CRS.from_epsg(32749), by_kind={})
    stops = [
        PackSite(id=f"p-{n}", name="", kind="", kind_text="", agency="", address="", desa="",
                 kecamatan="", lon=109.3 + n / 100, lat=lat, day=1)
        for n, lat in enumerate((-0.01, 0.0, None))
    ]  # fmt: skip
    assert routes(layers, stops, mode="motorcycle") == {1: ((109.3, -0.01), (109.31, 0.0))}


def stop(number, lon, lat):
    return PackSite(id=f"p-{number}", name=f"Balai {number}", kind="", kind_text="", agency="",
                    address="", desa="", kecamatan="", lon=lon, lat=lat, day=1)  # fmt: skip


def test_the_health_places_nearest_to_the_sites_are_named_with_their_distance():
    told = [
        ("puskesmas", "Puskesmas Jauh", 109.95, -7.3),
        ("puskesmas", "Puskesmas Dekat", 109.7, -7.309),
        ("clinic", "Klinik", 109.72, -7.3),
        ("pustu", "Pustu", 109.73, -7.3),
        ("health", "Poskesdes", 109.74, -7.3),
        ("hospital", "RSUD", 109.9, -7.3),
        ("hospital", "RS Lebih Jauh", 110.2, -7.3),
        ("school", "SD", 109.7, -7.3),
        ("clinic", "", 109.7, -7.3),
    ]
    kinds, names, lons, lats = zip(*told, strict=True)
    frame = gpd.GeoDataFrame(
        {"kind": kinds, "name": names},
        geometry=[shapely.Point(xy) for xy in zip(lons, lats, strict=True)],
        crs="EPSG:4326",
    )
    layer = Layer(kind="places", hash="h", source="osm", data=frame)
    layers = Layers(crs=CRS.from_epsg(32749), by_kind={"places": layer})
    said = _nearest_health(layers, [stop(1, 109.7, -7.3), stop(2, None, None)])
    assert [line.split(" – ")[0] for line in said] == [
        *("Puskesmas Dekat", "Klinik", "Pustu", "Poskesdes", "RSUD")
    ]
    assert said[0] == "Puskesmas Dekat – 1,0 km (garis lurus) dari Balai 1"
    assert _nearest_health(layers, [stop(2, None, None)]) == []


def test_without_a_plan_the_study_is_ranked_once(demo, tmp_path, monkeypatch):
    ranked = []
    once = work_packing.compute
    monkeypatch.setattr(work_packing, "compute", lambda *a, **k: ranked.append(1) or once(*a, **k))
    monkeypatch.setattr("work.planning.compute", lambda *_, **__: pytest.fail("ranked again"))
    pack_team(demo, tmp_path / "a.zip", programme="pelayanan-masyarakat")
    assert ranked == [1]


def test_a_pack_carries_the_studys_own_map(demo, tmp_path):
    made = pack_team(demo, tmp_path / "peta.zip", channels=["tiles", "osmand"])
    counts = {part["path"]: part["count"] for part in made["files"]}
    assert counts["lanjutan/peta/tapak.mbtiles"] > 100
    assert made["bytes"] < 40 * 2**20
    with zipfile.ZipFile(tmp_path / "peta.zip") as archive:
        text = archive.read("BACA-DULU.txt").decode()
    assert "OpenStreetMap" in text
    assert "peta-tapak.sqlitedb" in text


@pytest.mark.slow
def test_sixty_sites_with_every_channel_stay_within_the_bars(tmp_path):
    told = packed(tmp_path)
    assert told["sites"] == 60
    assert told["cpu_s"] < 60  # of two cores; wall time is the machine's business
    assert told["mb"] < 40
