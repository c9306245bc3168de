"""The GPX of a pack, read by GDAL, which is not ours, and by the reader of what comes home."""

from __future__ import annotations

import pyogrio
import pytest
from defusedxml import ElementTree

from data.returns.types import Given
from data.returns.waypoints import read_waypoints
from surveys.gpx import gpx_bytes
from surveys.marks import DAY_COLOURS

HOSTILE = '</name><wpt lat="0" lon="0"/> & <img src=x onerror=alert(1)> \x00\ud800'
WAY = ((109.69, -7.39), (109.695, -7.392), (109.70, -7.395))
OSMAND = "{https://osmand.net}"


@pytest.fixture
def layer(tmp_path):
    def read(raw, name):
        path = tmp_path / "rute.gpx"
        path.write_bytes(raw)
        return pyogrio.read_dataframe(path, layer=name)

    return read


def test_gdal_finds_every_site_and_every_day(forms, layer):
    sites = [forms.site(i) for i in range(1, 9)]
    raw = gpx_bytes(forms.pack(sites, route_lonlat={2: WAY, 1: WAY[:2], 3: ()}))
    points, ways = layer(raw, "waypoints"), layer(raw, "tracks")
    assert list(points["name"]) == [f"{site.order}. {site.name}" for site in sites]
    assert list(points["cmt"]) == [site.id for site in sites]
    assert list(points.geometry.x) == pytest.approx([site.lon for site in sites], abs=1e-7)
    assert list(points.geometry.y) == pytest.approx([site.lat for site in sites], abs=1e-7)
    assert list(ways["name"]) == ["Rute hari 1", "Rute hari 2"]
    assert list(ways.geometry[1].geoms[0].coords) == list(WAY)


def test_a_day_has_one_colour_for_its_sites_and_its_way(forms):
    raw = gpx_bytes(forms.pack([forms.site(1), forms.site(7)], route_lonlat={1: WAY, 2: WAY}))
    root = ElementTree.fromstring(raw)
    colours = [
        [e.findtext(f".//{OSMAND}color") for e in root.iterfind(f".//{{*}}{tag}")]
        for tag in ("wpt", "trk")
    ]
    assert colours == [[f"#{DAY_COLOURS[1]}", f"#{DAY_COLOURS[2]}"]] * 2


def test_a_hostile_name_stays_text_and_no_description_holds_a_tag(forms, layer):
    sites = [forms.site(1, name=HOSTILE, address=HOSTILE, id="<S>")]
    raw = gpx_bytes(forms.pack(sites, team=HOSTILE, study_name=HOSTILE, route_lonlat={1: WAY}))
    points = layer(raw, "waypoints")
    assert list(points["name"]) == [f"1. {HOSTILE}".replace("\x00", "").replace("\ud800", "?")]
    assert not set("<>") & set(points["desc"][0])


def test_a_site_without_a_point_is_told_and_never_stands_at_zero(forms):
    sites = [forms.site(1), forms.site(2, lon=None, lat=None)]
    raw = gpx_bytes(forms.pack(sites, synthetic=True))
    root = ElementTree.fromstring(raw)
    assert len(root.findall("{*}wpt")) == 1
    told = root.findtext("{*}metadata/{*}desc")
    assert "2. SD Negeri 2 Contoh: Cari titik" in told
    assert "DATA CONTOH" in told


def test_the_same_pack_gives_the_same_bytes_and_reads_as_waypoints(forms):
    pack = forms.pack([forms.site(1), forms.site(2)], route_lonlat={1: WAY})
    raw = gpx_bytes(pack)
    assert raw == gpx_bytes(pack)
    rows = read_waypoints(Given(name="rute.gpx", raw=raw, sha256="0" * 64))
    assert [row.values["site"] for row in rows] == [
        "1. SD Negeri 1 Contoh",
        "2. SD Negeri 2 Contoh",
    ]
