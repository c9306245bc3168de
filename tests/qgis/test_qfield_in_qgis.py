"""QGIS itself opens the project, finds every widget and limit, and fills it in (`make test-qgis`)."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
import qfield_made as made
from PIL import Image
from visits_made import GOOD

from data.returns import read_returns
from surveys.marks import day_colour
from surveys.qfield import qfield_files
from surveys.qfield_columns import LAYER_IDS
from surveys.questions import FieldType, spec
from surveys.responses import read_response

QGIS = os.environ.get("TAPAK_QGIS", "")
pytestmark = pytest.mark.skipif(not QGIS, reason="make test-qgis names a Python with PyQGIS")
SCRIPT = Path(__file__).with_name("fill_project.py")
VISITS, SITES = LAYER_IDS["kunjungan_survei"], LAYER_IDS["lokasi_survei"]
HOSTILE = "SD 'Negeri' \"1\" <b>&amp;</b> {{7*7}} [% 1+1 %] \x07"
ANSWERS = GOOD | {"q03_depan": "p-0001_q03_depan_1.jpg"}
BAD = {
    "many_hours": {"q06": 401},
    "nothing_and_something": {"q19": '{"tidak_ada","judi"}'},
    "identity_number": {"note": "NIK 3304012345678901"},
    "no_surveyor": {"surveyor": None},
    "no_answer_to_2": {"q02": None},
    "no_site": {"site": None},
}
REFUSED = {
    "many_hours": "q06", "nothing_and_something": "q19", "identity_number": "note",
    "no_surveyor": "surveyor", "no_answer_to_2": "q02", "no_site": "site", "coarse": "q01_accuracy",
}  # fmt: skip


def typed(answers, form):
    """Numbers as numbers, as a widget gives them to QGIS."""
    numbers = {FieldType.INTEGER: int, FieldType.DECIMAL: float}
    plain = made.as_qfield(answers, form=form)
    return {n: numbers.get(form.field(n).type, str)(v) for n, v in plain.items()}


def run(folder, pack, visits, *, edit=None, basemap=""):
    for name, data in qfield_files(pack, basemap=basemap, lang="id").items():
        (folder / name).write_bytes(data)
    west, south = 12_211_000.0, -815_600.0
    task = {
        "layer": VISITS,
        "visits": visits,
        "edit": edit or {},
        "extent": [west, south, west + 2500, south + 2500],
    }
    (folder / "task.json").write_text(json.dumps(task), encoding="utf-8")
    names = [str(folder / n) for n in ("tapak.qgz", "task.json", "report.json")]
    env = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_RUNTIME_DIR": str(folder),
        "TZ": "Asia/Jakarta",
    }
    env.pop("PYTHONPATH", None)
    ended = subprocess.run(
        [QGIS, str(SCRIPT), *names],
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("qgis")
    base = {"site": "p-0001", "surveyor": "S-1"} | typed(ANSWERS, made.KERJA)
    there = {"point": [109.694512, -7.397123], "accuracy": 6.2}
    visits = {
        "good": there | {"values": base},
        "coarse": there | {"accuracy": 77.0, "values": base},
    }
    visits |= {name: there | {"values": base | wrong} for name, wrong in BAD.items()}
    pack = made.pack(
        made.site(1, name=HOSTILE), made.site(2, day=2), made.site(3, lon=None), team="A 'dan' \\B"
    )
    return folder, run(folder, pack, visits)


def test_every_layer_is_valid_and_has_a_coordinate_system(filled):
    _, told = filled
    assert (told["read"], told["error"], told["crs"], told["crs_valid"]) == (
        True,
        "",
        "EPSG:3857",
        True,
    )
    assert set(told["layers"]) == set(LAYER_IDS.values())
    for name, layer in told["layers"].items():
        assert layer["valid"], name
        assert (layer["crs"], layer["crs_valid"], layer["srsid"]) == ("EPSG:4326", True, 3452), name
        assert len(name) > 10
    assert told["layers"][SITES]["count"] == 3
    assert told["pixels"] == 1280


def test_every_question_has_the_widget_of_its_type_and_a_name_in_indonesian(filled):
    _, told = filled
    fields = told["layers"][VISITS]["fields"]
    wanted = {
        FieldType.CHOICE: "ValueMap", FieldType.MANY: "ValueRelation", FieldType.INTEGER: "Range",
        FieldType.DECIMAL: "Range", FieldType.PHOTO: "ExternalResource", FieldType.TEXT: "TextEdit",
    }  # fmt: skip
    for field in made.KERJA.fields:
        if field.type is not FieldType.POINT:
            assert fields[field.name]["widget"] == wanted[field.type], field.name
            assert fields[field.name]["alias"]
    assert fields["started_at"]["widget"] == "DateTime"
    assert fields["q06"]["alias"] == "Jam tambahan per minggu"
    assert [next(iter(o.values())) for o in fields["q02"]["config"]["map"]] == list(
        made.KERJA.field("q02").choices
    )
    assert fields["q07"]["config"]["AllowMulti"] is True
    assert (fields["q06"]["config"]["Min"], fields["q06"]["config"]["Max"]) == (0, 400)
    assert fields["q03_depan"]["config"]["RelativeStorage"] == 1
    assert fields["submission"]["hard"] == ["filled", "unique"]
    assert fields["q06"]["hard"] == ["expression"]
    assert fields["revision"]["renewed"]
    assert not fields["q01_accuracy"]["editable"]


def test_the_form_has_a_tab_a_section_and_asks_what_follows_only_then(filled):
    _, told = filled
    tabs = told["layers"][VISITS]["form"]
    assert [t["box"] for t in tabs][:3] == ["Kunjungan", "Tempat", "Kesediaan dan pekerjaan"]
    assert tabs[2]["shown"] == "\"q02\" IN ('sesuai', 'berbeda')"
    assert "kunjungan_per_lokasi" in told["layers"][SITES]["form"]
    boxes = {}

    def walk(node, shown):
        for child in node["children"]:
            if isinstance(child, dict):
                walk(child, [*shown, child["shown"]])
            else:
                boxes[child] = [s for s in shown if s]

    for tab in tabs:
        walk(tab, [tab["shown"]])
    assert boxes["q05_syarat"] == ["\"q02\" IN ('sesuai', 'berbeda')", "\"q05\" IN ('bersyarat')"]
    asked = {f.name for f in made.KERJA.fields if f.type is not FieldType.POINT}
    assert asked <= set(boxes)


def test_sites_lead_to_their_visits_and_days_have_their_themes_and_colours(filled):
    _, told = filled
    relation = told["relations"]["kunjungan_per_lokasi"]
    assert relation == {"valid": True, "pairs": {"site": "site"}, "from": VISITS, "to": SITES}
    assert set(told["themes"]) == {"Semua hari", "Hari 1", "Hari 2"}
    assert told["themes"]["Hari 2"][SITES] == ["{lokasi_survei-2}"]
    for day in (1, 2):
        assert told["colours"].get(f"#{day_colour(day)}", 0) > 20, day


def test_what_must_not_be_is_refused_and_only_that(filled):
    _, told = filled
    assert told["refused"]["good"] == []
    assert {n: [w["field"] for w in why] for n, why in told["refused"].items() if why} == {
        n: [field] for n, field in REFUSED.items()
    }
    said = told["refused"]["many_hours"][0]["why"][0]
    assert "angka dari 0 sampai 400" in said
    assert told["kept"] == 1


def test_what_qgis_saved_is_read_as_it_was_answered(filled):
    folder, _ = filled
    (row,) = read_returns(folder / "tapak.gpkg").rows
    response, notes = read_response(
        row.values, spec=made.KERJA, channel=row.channel, raw_sha256="00"
    )
    assert notes == ()
    expected, _ = read_response(
        {"submission": "x", "site": "p-0001"} | ANSWERS,
        spec=made.KERJA,
        channel="odk",
        raw_sha256="00",
    )
    assert response.answers == expected.answers
    assert (response.candidate, response.surveyor, response.team) == (
        "p-0001",
        "S-1",
        "A 'dan' \\B",
    )
    assert (response.accuracy_m, response.answers["q01"]["source"]) == (6.2, "gps")
    assert response.started_at.endswith("+00:00")
    assert response.form_version == made.KERJA.version


def test_a_point_placed_by_hand_has_no_accuracy_and_an_edit_counts(tmp_path):
    values = {"site": "p-0001", "surveyor": "S-1", "q02": "sesuai"}
    told = run(
        tmp_path,
        made.pack(),
        {"hand": {"point": [109.7, -7.3], "accuracy": None, "values": values}},
        edit={"q04": "staf"},
    )
    assert told["refused"] == {"hand": []}
    (row,) = read_returns(tmp_path / "tapak.gpkg").rows
    assert (row.values["q01"]["source"], row.values["q01"]["accuracy_m"], row.edits) == (
        "map",
        None,
        1,
    )
    assert row.values["q04"] == "staf"


@pytest.mark.parametrize("programme", ["pelayanan-masyarakat", "pos-bapas"])
def test_the_other_programmes_open_too(tmp_path, programme):
    asked = spec(programme)
    told = run(tmp_path, made.pack(programme=programme), {})
    fields = told["layers"][VISITS]["fields"]
    assert all(layer["valid"] for layer in told["layers"].values())
    assert {f.name for f in asked.fields if f.type is not FieldType.POINT} <= set(fields)


def a_map(path):
    """One grey tile of the whole world, as MBTiles."""
    picture = io.BytesIO()
    Image.new("RGB", (256, 256), (200, 210, 190)).save(picture, "PNG")
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as base:
        base.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        base.execute(
            "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)"
        )
        told = {
            "name": "peta",
            "format": "png",
            "minzoom": "0",
            "maxzoom": "0",
            "bounds": "-180,-85,180,85",
        }
        base.executemany("INSERT INTO metadata VALUES (?, ?)", told.items())
        base.execute("INSERT INTO tiles VALUES (0, 0, 0, ?)", (picture.getvalue(),))
        base.commit()


def test_the_pack_s_own_map_lies_beneath_without_a_network(tmp_path):
    a_map(tmp_path / "peta" / "tapak.mbtiles")
    (tmp_path / "qfield").mkdir()
    told = run(tmp_path / "qfield", made.pack(), {}, basemap="../peta/tapak.mbtiles")
    layer = told["layers"]["peta_dasar_tapak"]
    assert (layer["valid"], layer["crs"]) == (True, "EPSG:3857")
    assert max(told["colours"], key=told["colours"].get) == "#c8d2be"
    assert "peta_dasar_tapak" in told["themes"]["Hari 1"]


def test_a_visit_asked_again_is_there_to_be_corrected(tmp_path):
    answers = {
        "q02": "sesuai",
        "q06": 9,
        "q07": ("taman", "dapur"),
        "q01": {"lon": 109.7, "lat": -7.3, "accuracy_m": 5.0, "source": "gps"},
    }
    visit = {
        "submission": "lama",
        "site": "p-0001",
        "surveyor": "S-1",
        "team": "A",
        "started_at": "2026-11-24T09:00:00+07:00",
        "revision": 1,
        "answers": answers,
    }
    told = run(tmp_path, made.pack(earlier=(visit,)), {}, edit={"q06": 12})
    assert told["kept"] == 1
    (row,) = read_returns(tmp_path / "tapak.gpkg").rows
    assert (row.values["submission"], row.values["q06"], row.edits) == ("lama", 12, 2)
    assert row.values["q01"] == answers["q01"]
