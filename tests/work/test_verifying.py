"""A recorded run, and documents of it, checked again: one changed byte anywhere is found."""

import datetime as dt
import json
import shutil
import sqlite3
import zlib

import pytest
from approved import kinds, ranked_study

from data.workspace import DATABASE, open_study
from geo.errors import InputError, NotAllowedError, StudyError
from work import living
from work.differing import differences
from work.ranking import rank_study
from work.reporting import make_report
from work.roles import Actor, Role, acting_as
from work.verify_file import verify_file
from work.verifying import verify_run


@pytest.fixture(scope="module")
def ranked(small_demo, tmp_path_factory):
    """A study with two approved sites and one recorded run."""
    return ranked_study(small_demo, tmp_path_factory.mktemp("periksa") / "studi")


@pytest.fixture
def copied(ranked, tmp_path):
    folder = tmp_path / "studi"
    shutil.copytree(ranked[0], folder)
    return folder, ranked[1]


def in_store(folder, statement, *values):
    base = sqlite3.connect(folder / DATABASE)
    with base:
        base.execute(statement, values)
    base.close()


def test_an_untouched_study_gives_the_same_and_says_so(ranked):
    folder, told = ranked
    found = verify_run(folder, told["run"])
    assert (found["same"], found["within_1e-9"], found["differs"]) == (True, True, [])
    assert found["software"] == []
    assert verify_run(folder, told["run"][:8])["run"] == told["run"]


def test_one_changed_byte_in_an_input_is_found_and_named(copied):
    folder, told = copied
    with open_study(folder) as study:
        file = next(f for f in study.store.files() if f.kind == "assets")
        path = study.input_path(file)
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    found = verify_run(folder, told["run"])
    assert not found["same"]
    assert [one["name"] for one in found["differs"] if one["what"] == "input"] == [file.name]
    path.unlink()
    gone = verify_run(folder, told["run"])
    assert "tidak ada lagi" in next(o["text"] for o in gone["differs"] if o["what"] == "input")


def test_a_changed_weight_is_found_and_so_are_the_figures_it_moves(copied):
    folder, told = copied
    path = folder / "study.toml"
    text = path.read_text("utf-8")
    changed = text.replace("# benefit = 55\n# safety = 45", "benefit = 61\nsafety = 39", 1)
    assert changed != text
    path.write_text(changed, "utf-8")
    found = verify_run(folder, told["run"])
    assert {"weight", "result"} <= kinds(found)
    assert (found["same"], found["within_1e-9"]) == (False, False)
    weight = next(one for one in found["differs"] if one["what"] == "weight")
    assert weight["recorded"] != weight["found"]


def test_one_changed_figure_or_byte_in_the_stored_result_is_found(copied):
    folder, told = copied
    with open_study(folder) as study:
        text = study.store.run(told["run"]).result
    score = f"{told['sites'][0]['score']:.9f}"
    changed = text.replace(score, score[:-1] + ("1" if score[-1] != "1" else "2"), 1)
    assert changed != text
    in_store(folder, "UPDATE run SET result = ?", zlib.compress(changed.encode(), level=1))
    assert kinds(verify_run(folder, told["run"])) == {"stored"}
    packed = bytearray(zlib.compress(text.encode(), level=1))
    packed[len(packed) // 2] ^= 1
    in_store(folder, "UPDATE run SET result = ?", bytes(packed))
    assert kinds(verify_run(folder, told["run"])) == {"stored"}


def test_a_changed_record_and_a_broken_chain_are_found(copied):
    folder, told = copied
    rank_study(folder)
    with open_study(folder) as study:
        second = study.store.runs()[-1].id
    assert verify_run(folder, second)["same"]
    in_store(folder, "UPDATE run SET created_at = '2020-01-01' WHERE id = ?", told["run"])
    assert kinds(verify_run(folder, second)) == {"record"}
    in_store(folder, "DELETE FROM run WHERE id = ?", told["run"])
    assert kinds(verify_run(folder, second)) == {"chain"}


def test_a_document_is_superseded_when_a_site_has_left_the_list(copied, tmp_path):
    folder, told = copied
    path = tmp_path / "d.pdf"
    make_report(folder, path, kind="daftar")
    first = told["sites"][0]
    living.take_step(folder, first["id"], "ditangguhkan", why="izin ditarik")
    found = verify_file(folder, path)
    assert (found["state"], found["same"]) == ("superseded", False)
    assert [(s["id"], s["state"], s["why"]) for s in found["left"]] == [
        (first["id"], "ditangguhkan", "izin ditarik")
    ]
    assert first["name"] in found["differs"][-1]["text"]
    make_report(folder, tmp_path / "baru.pdf", kind="daftar")
    assert verify_file(folder, tmp_path / "baru.pdf")["state"] == "same"


def test_a_document_is_superseded_the_day_after_an_agreement_lapses(copied, tmp_path):
    folder, told = copied
    path = tmp_path / "d.xlsx"
    make_report(folder, path, kind="daftar")
    found = verify_file(folder, path, on=dt.date(2031, 1, 2))
    assert found["state"] == "superseded"
    assert {s["id"] for s in found["left"]} == {s["id"] for s in told["sites"][:2]}
    assert {s["state"] for s in found["left"]} == {"kedaluwarsa"}


def test_a_file_without_a_seal_or_of_another_study_is_refused(copied, tmp_path, support):
    folder, _ = copied
    for name, raw in (("a.txt", b"x"), ("a.geojson", b"{}"), ("a.pdf", b"%PDF-"), ("a.gpkg", b"")):
        path = tmp_path / name
        path.write_bytes(raw)
        with pytest.raises(InputError) as fault:
            verify_file(folder, path)
        assert fault.value.code in {"reports.seal.none", "reports.seal.file"}
    from reports.gis import gis_geojson

    (tmp_path / "b.geojson").write_bytes(gis_geojson(support("report_facts").facts()))
    with pytest.raises(InputError) as fault:
        verify_file(folder, tmp_path / "b.geojson")
    assert fault.value.code == "reports.seal.run"


def test_a_run_there_is_not_is_told_and_who_may_not_look_is_refused(ranked):
    folder, told = ranked
    with pytest.raises(StudyError):
        verify_run(folder, "0000")
    with acting_as(Actor(name="x", role=Role.AGENCY)), pytest.raises(NotAllowedError):
        verify_run(folder, told["run"])


def test_figures_in_workbook_and_geojson_are_those_of_rank_json(ranked, tmp_path):
    import openpyxl

    folder, told = ranked
    make_report(folder, tmp_path / "b.xlsx", kind="buku-kerja")
    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx")["Lokasi"]
    heads = [cell.value for cell in sheet[1]]
    rows = [dict(zip(heads, r, strict=True)) for r in sheet.iter_rows(2, values_only=True)]
    make_report(folder, tmp_path / "g.geojson", kind="gis")
    features = json.loads((tmp_path / "g.geojson").read_text())["features"]
    for site, row, feature in zip(told["sites"], rows, features, strict=False):
        own = feature["properties"]
        assert (row["Kode lokasi"], own["id"]) == (site["id"], site["id"])
        assert own["score"] == site["score"]
        assert row["Nilai"] == pytest.approx(site["score"], abs=1e-15)  # 16 digits in a cell
        assert (row["Peringkat"], own["rank"]) == (site["rank"], site["rank"])
        assert {k[2:]: v for k, v in own.items() if k.startswith("c_")} == site["contributions"]
    assert len(rows) == len(told["sites"])
    assert len(features) == len(told["sites"]) + len(told["excluded"])


def test_numbers_within_a_billionth_are_near_and_others_are_not():
    old = {"sites": [{"id": "a", "score": 0.5, "placed": True}]}
    near = {"sites": [{"id": "a", "score": 0.500000001, "placed": True}]}
    far = {"sites": [{"id": "a", "score": 0.500000003, "placed": False}, {"id": "b"}]}
    assert [d.near for d in differences(old, near)] == [True]
    assert [(d.site, d.name, d.near) for d in differences(old, far)] == [
        ("a", "placed", False),
        ("a", "score", False),
        ("b", "", False),
    ]
    assert differences(old, old) == []
