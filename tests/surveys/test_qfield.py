"""The QField project, read without QGIS: every site, every question, the same bytes, nothing run."""

from __future__ import annotations

import io
import posixpath
import sqlite3
import zipfile
from contextlib import closing

import pyogrio
import pytest
import qfield_made as made
from defusedxml import ElementTree
from visits_made import GOOD, HEADER

from data.returns import read_returns
from geo.errors import StudyError
from scoring.criteria import load_catalogue
from surveys import pack as packing
from surveys.answers import evidence, positions
from surveys.pack import write_pack
from surveys.pack_check import MBTILES
from surveys.qfield import (
    GEOPACKAGE,
    PROJECT,
    README,
    project_opens,
    qfield_files,
    sites_inside,
    write_qfield,
)
from surveys.qfield_columns import LAYER_IDS, text
from surveys.questions import FieldType, spec
from surveys.responses import read_response

HOSTILE = '\'); DROP TABLE lokasi_survei; -- <b>"&amp;" ${1+1} \x07\ud800'


def project(files):
    with zipfile.ZipFile(io.BytesIO(files[PROJECT])) as archive:
        assert archive.namelist() == ["tapak.qgs"]
        return ElementTree.fromstring(archive.read("tapak.qgs").partition(b"\n")[2])


def test_the_same_pack_is_the_same_bytes_and_another_is_not():
    one = qfield_files(made.pack(), lang="id")
    assert one == qfield_files(made.pack(), lang="id")
    assert list(one) == [GEOPACKAGE, PROJECT, README]
    other = qfield_files(made.pack(made.site(1, name="Lain")), lang="id")
    assert one[GEOPACKAGE] != other[GEOPACKAGE]


def test_gdal_reads_every_layer_and_a_site_without_a_point_has_none(tmp_path):
    path = made.write(tmp_path / "tapak.gpkg", made.geopackage())
    layers = dict(pyogrio.list_layers(path).tolist())
    assert layers == {
        "lokasi_survei": "Point", "kunjungan_survei": "Point", "rute_survei": "LineString",
        "pilihan_survei": None, "tapak_pack": None,
    }  # fmt: skip
    sites = pyogrio.read_dataframe(path, layer="lokasi_survei")
    assert sites["site"].tolist() == ["p-0001", "p-0002", "p-0003"]
    assert sites.geometry.isna().tolist() == [False, False, True]
    assert (sites.geometry[0].x, sites.geometry[0].y) == (109.7, -7.301)
    assert sites.crs.to_epsg() == 4326
    assert sites["judul"][0] == "1. Kantor Desa 1"
    assert "Bahaya longsor: kelas 3" in sites["info"][0]
    assert sites_inside(path.read_bytes()) == 3


@pytest.mark.parametrize("programme", ["kerja-sosial", "pelayanan-masyarakat", "pos-bapas"])
def test_a_visit_has_a_column_for_every_field_and_a_row_for_every_choice(programme):
    pack = made.pack(programme=programme)
    with closing(sqlite3.connect(":memory:")) as base:
        base.deserialize(made.geopackage(pack))
        columns = {row[1]: row[2] for row in base.execute("PRAGMA table_info(kunjungan_survei)")}
        listed = base.execute("SELECT daftar, kunci FROM pilihan_survei ORDER BY fid").fetchall()
    asked = spec(programme)
    assert {f.name for f in asked.fields if f.type is not FieldType.POINT} <= set(columns)
    assert listed == [
        (f.name, c) for f in asked.fields if f.type is FieldType.MANY for c in f.choices
    ]
    header = {"submission", "site", "surveyor", "team", "programme", "form_version", "note", "pack"}
    assert header <= set(columns)
    assert columns["started_at"] == "DATETIME"


def test_a_hostile_name_is_text_in_both_files():
    files = qfield_files(made.pack(made.site(1, name=HOSTILE), team=HOSTILE), lang="id")
    assert sites_inside(files[GEOPACKAGE]) == 1
    root = project(files)
    shown = HOSTILE.replace("\x07", "").replace("\ud800", "?")
    assert root.find("title").text == f"Kabupaten Uji · {shown}"
    default = root.find(
        f".//maplayer[id='{LAYER_IDS['kunjungan_survei']}']/defaults/default[@field='team']"
    )
    assert default.get("expression") == text(shown)
    assert text("a'b\\c") == "'a\\'b\\\\c'"


def test_layers_have_long_ids_and_a_numbered_system_and_stay_beside_their_file():
    root = project(qfield_files(made.pack(), lang="en"))
    layers = root.findall("projectlayers/maplayer")
    assert len(layers) == 4
    for layer in layers:
        assert len(layer.find("id").text) > 10
        assert layer.find("srs/spatialrefsys/srsid").text == "3452"
        assert layer.find("datasource").text.startswith("./tapak.gpkg|layername=")


def test_an_empty_pack_is_refused_and_files_are_written_whole(tmp_path):
    with pytest.raises(StudyError) as fault:
        qfield_files(made.pack(sites=()))
    assert fault.value.code == "pack.no_sites"
    paths = write_qfield(made.pack(), tmp_path / "qfield")
    assert sorted(p.name for p in (tmp_path / "qfield").iterdir()) == sorted(p.name for p in paths)
    with pytest.raises(StudyError):
        write_qfield(made.pack(), tmp_path / "qfield")


def test_the_pack_carries_it_counted(tmp_path):
    told = write_pack(tmp_path / "paket.zip", made.pack(), channels=["qfield"])
    counts = {f["path"]: f["count"] for f in told["files"] if f["path"].startswith("lanjutan/")}
    assert counts == {
        f"lanjutan/qfield/{GEOPACKAGE}": 3,
        f"lanjutan/qfield/{PROJECT}": 0,
        f"lanjutan/qfield/{README}": 0,
    }


def test_the_pack_s_map_lies_where_the_project_looks_for_it():
    parts = {p.path: p.data for p in packing._channel(made.pack(), "qfield", "id", mapped=True)}
    root = project({PROJECT: parts[f"lanjutan/qfield/{PROJECT}"]})
    source = root.find("projectlayers/maplayer[@type='raster']/datasource").text
    assert posixpath.normpath(f"lanjutan/qfield/{source}") == MBTILES


def test_a_broken_part_is_noticed():
    files = qfield_files(made.pack(), lang="id")
    assert sites_inside(files[GEOPACKAGE][:9000]) == -1
    assert project_opens(files[PROJECT])
    assert not project_opens(files[PROJECT][:-40])


def test_the_same_answers_by_web_form_and_by_qfield_are_the_same_evidence(tmp_path):
    answers = GOOD | {"q05": "bersyarat", "q05_syarat": "pagi saja", "q03_depan": "depan.jpg"}
    by_web, _ = read_response(HEADER | answers, spec=made.KERJA, channel="web", raw_sha256="00")
    row = made.visit(HEADER["submission"].removeprefix("uuid:"), HEADER["site"], answers=answers)
    path = made.write(tmp_path / "tapak.gpkg", made.geopackage(), row)
    (raw,) = read_returns(path).rows
    by_qfield, notes = read_response(
        raw.values, spec=made.KERJA, channel=raw.channel, raw_sha256="00"
    )
    assert (notes, by_qfield.channel) == ((), "qfield")
    assert by_qfield.answers == by_web.answers
    catalogue = load_catalogue()
    tables = []
    for one in (by_web, by_qfield):
        rows = evidence([one], catalogue=catalogue, letter="K")
        assert len(rows) > 20
        rows["source"] = rows["submission"] = rows["submission"].str.removeprefix("uuid:")
        tables.append(rows)
    assert tables[0].equals(tables[1])
    assert (
        positions([by_web])
        .drop(columns="submission")
        .equals(positions([by_qfield]).drop(columns="submission"))
    )
