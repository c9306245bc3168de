"""Files for a GIS: GDAL reads them whole, QGIS finds styles, and nothing in a name breaks them."""

import json
import os
import re
import sqlite3
import subprocess
from dataclasses import replace
from pathlib import Path

import needed
import pytest

from reports.gis import gis_geojson, gis_gpkg, gis_kml
from reports.seal import read_seal

ROOT = Path(__file__).parents[2]
WRITERS = {".gpkg": gis_gpkg, ".geojson": gis_geojson, ".kml": gis_kml}


@pytest.fixture
def facts(made):
    lost = made.site(3, lon=None, lat=None)
    out = replace(made.site(9), rank=0, reason="Pemilik menolak")
    return made.facts((made.site(1), made.site(2), lost), excluded=(out,))


def ogr(path):
    """Read a file with GDAL, an independent program."""
    needed.program("ogrinfo", package="gdal-bin")
    # GDAL_* is for the GDAL of our own process; Debian's ogrinfo is another version
    env = {name: value for name, value in os.environ.items() if not name.startswith("GDAL_")}
    told = subprocess.run(
        ["ogrinfo", "-ro", "-al", str(path)], capture_output=True, text=True, check=True, env=env
    )
    assert "ERROR" not in told.stderr
    assert "Warning" not in told.stderr
    return told.stdout


@pytest.mark.parametrize("suffix", WRITERS)
def test_gdal_reads_every_site_with_its_figures(suffix, facts, tmp_path):
    path = tmp_path / f"lokasi{suffix}"
    path.write_bytes(WRITERS[suffix](facts))
    told = ogr(path)
    for site in (*facts.sites, *facts.excluded):
        assert site.name in told
    assert [float(v) for v in re.findall(r" score \(Real\) = (\S+)", told)][:3] == [
        site.score for site in facts.sites
    ]
    assert "POINT (109.704 -7.31)" in told
    assert "Pemilik menolak" in told
    assert len(re.findall(r"POINT \(", told)) == 3


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("case", ["hostile", "unknown", "facts"])
def test_hostile_names_and_unknown_places_are_read_and_bytes_repeat(suffix, case, made, tmp_path):
    one = getattr(made, case)()
    raw = WRITERS[suffix](one)
    assert raw == WRITERS[suffix](one)
    path = tmp_path / f"x{suffix}"
    path.write_bytes(raw)
    told = ogr(path)
    if case == "hostile":
        assert "<script>alert(1)</script>" in told


@pytest.mark.parametrize("suffix", WRITERS)
def test_the_seal_is_read_back(suffix, facts, tmp_path):
    path = tmp_path / f"x{suffix}"
    path.write_bytes(WRITERS[suffix](replace(facts, on="2026-12-01")))
    seal = read_seal(path)
    assert (seal.run, seal.kind, seal.on) == (facts.run, "gis", "2026-12-01")


def test_a_geopackage_brings_styles_and_says_what_its_columns_mean(facts, tmp_path):
    path = tmp_path / "x.gpkg"
    path.write_bytes(gis_gpkg(facts))
    with sqlite3.connect(path) as base:
        styles = dict(base.execute("SELECT f_table_name, styleQML FROM layer_styles").fetchall())
        about = dict(base.execute("SELECT name, about FROM tapak_fields").fetchall())
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        columns = [row[1] for row in base.execute("PRAGMA table_info(lokasi)")]
    assert set(styles) == {"lokasi", "dikecualikan", "kecamatan"}
    assert styles["lokasi"].count("<range ") == 5
    assert 'attr="score"' in styles["lokasi"]
    assert set(columns) - {"fid", "geom"} <= set(about)
    assert about["c_landslide"] == "Sumbangan: landslide"


def test_the_geojson_follows_rfc_7946(facts):
    told = json.loads(gis_geojson(facts))
    assert "crs" not in told
    at = [f["geometry"]["coordinates"] for f in told["features"] if f["geometry"]]
    lon, lat = zip(*at, strict=True)
    assert told["bbox"] == [min(lon), min(lat), max(lon), max(lat)]
    assert [f["geometry"] is None for f in told["features"]] == [False, False, True, False]
    assert all(f["type"] == "Feature" and "properties" in f for f in told["features"])


@pytest.mark.parametrize("suffix", WRITERS)
def test_the_public_sees_name_kind_and_kecamatan_only(suffix, made):
    hidden = {"agency": "RAHASIA", "address": "RAHASIA", "agreement": "RAHASIA"}
    site = made.site(1, **hidden, score=0.123456)
    raw = WRITERS[suffix](made.facts((site,), public=True))
    assert b"RAHASIA" not in raw
    assert b"123456" not in raw
    assert b"Lokasi 1" in raw


def test_every_field_is_documented(facts):
    text = (ROOT / "docs" / "fields.md").read_text("utf-8")
    named = json.loads(gis_geojson(facts))["fields"]
    assert [name for name in named if not name.startswith("c_") and f"`{name}`" not in text] == []
