"""`tapak pack` on a study: the latest plan, or one team-day; remembered, and light enough."""

from __future__ import annotations

import datetime as dt
import json
import zipfile

import pytest
from pyproj import CRS

from data.workspace import open_study
from geo.errors import InputError, StudyError
from scoring.layers import Layers
from surveys.sites import PackSite
from work.packing import _routes, pack_team
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
    assert _routes(layers, stops, mode="motorcycle") == {1: ((109.3, -0.01), (109.31, 0.0))}
