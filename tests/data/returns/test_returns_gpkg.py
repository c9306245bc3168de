"""GeoPackages back from QField: quirks, drifted schemas, journals, and the pack's own base."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import zipfile

import geopandas as gpd
import pytest
import qfield_made as made
import shapely

from data.returns import read_returns
from data.returns.gpkg import BASE, MERGED
from geo.errors import InputError
from surveys.responses import read_response


def returned(folder, *visits, raw=None, name="tapak.gpkg", run=()):
    return made.write(folder / name, raw or made.geopackage(), *visits, run=run)


def gone_out(folder, *visits, pack="k-uji"):
    """Keep a pack as it went out, these visits in it, and return the folder of packs."""
    kept = folder / "packs" / pack
    kept.mkdir(parents=True)
    made.write(kept / BASE, made.geopackage(), *visits)
    return folder / "packs"


def zipped(path, parts):
    with zipfile.ZipFile(path, "w") as into:
        for name, raw in parts.items():
            into.writestr(name, raw)
    return path


def test_what_qfield_leaves_unanswered_is_no_answer_and_the_rest_is_read(tmp_path):
    row = made.visit(
        "a",
        q07="{}",
        q05_syarat="NULL",
        q12="{2839923C-8B7D-419E-B84B-CA2FE9B80EC7}",
        note="",
        q06=16,
        q11='{"sabtu_pagi"}',
        q19="{tidak_ada}",
    )
    row["geom"] = made.blob((109.694512, -7.397123), z=812.5)
    (raw,) = read_returns(returned(tmp_path, row)).rows
    assert not {"q07", "q05_syarat", "q12", "note", "fid", "started_ms"} & set(raw.values)
    assert raw.values["q01"] == {
        "lon": 109.694512,
        "lat": -7.397123,
        "accuracy_m": 6.2,
        "source": "gps",
    }
    assert raw.values["started_at"] == "2026-11-24T02:00:00+00:00"
    response, notes = read_response(raw.values, spec=made.KERJA, channel="qfield", raw_sha256="00")
    assert notes == ()
    assert response.answers["q11"] == ("sabtu_pagi",)
    assert response.answers["q19"] == ("tidak_ada",)
    assert response.answers["q06"] == 16


def test_a_project_nobody_here_wrote_is_read_by_what_its_columns_mean(tmp_path):
    frame = gpd.GeoDataFrame(
        {
            "UUID": ["{a1}", "{b2}"], "situs": ["p-1", "p-2"], "Petugas": ["ani", None],
            "q05": ["Bersedia", "menolak"], "q06": [8, None], "acc_m": [77.0, 3.5],
            "date": ["2026-11-24", "2026-11-25"], "photo": ["DCIM/x.jpg", None],
        },
        geometry=[shapely.Point(402_000, 9_182_000, 900), shapely.Point()], crs=32749,
    )  # fmt: skip
    frame.to_file(tmp_path / "data.gpkg", layer="survei_a1b2c3d4_e5f6")
    one, two = read_returns(tmp_path / "data.gpkg", packs=tmp_path / "none").rows
    assert (one.values["submission"], two.values["submission"]) == ("{a1}", "{b2}")
    assert one.values["q01"]["accuracy_m"] == 77
    assert one.values["q01"]["lat"] == pytest.approx(-7.4, abs=0.1)
    assert "q01" not in two.values
    response, _ = read_response(one.values, spec=made.KERJA, channel="qfield", raw_sha256="00")
    assert (response.candidate, response.answers["q05"], response.accuracy_m) == (
        "p-1",
        "bersedia",
        77,
    )


def test_new_visits_are_new_whatever_numbers_the_phone_gave_them(tmp_path):
    packs = gone_out(tmp_path)
    row = made.visit("a") | {"fid": 900}
    reading = read_returns(returned(tmp_path, row, made.visit("b", "p-0002")), packs=packs)
    assert [r.values["submission"] for r in reading.rows] == ["a", "b"]
    assert (reading.remarks, reading.merged) == ((), {})


def test_without_its_base_a_file_is_read_as_it_is_and_that_is_said(tmp_path):
    packs = gone_out(tmp_path, pack="k-lain")
    reading = read_returns(returned(tmp_path, made.visit("a")), packs=packs)
    assert len(reading.rows) == 1
    (told,) = reading.remarks
    assert told.code == "returns.no_base"
    assert "k-uji" in told.reason()


@pytest.mark.parametrize("pack", ["../../rahasia", "k-uji/..", "", "a" * 300])
def test_a_pack_s_name_from_outside_leads_nowhere_else(tmp_path, pack):
    packs = gone_out(tmp_path)
    run = [
        f"UPDATE tapak_pack SET nilai = '{pack}' WHERE nama = 'pack'",
        "UPDATE kunjungan_survei SET pack = NULL",
    ]
    assert len(read_returns(returned(tmp_path, made.visit("a"), run=run), packs=packs).rows) == 1


def test_the_pack_is_known_by_its_visits_when_an_export_lost_its_table(tmp_path):
    packs = gone_out(tmp_path, made.visit("old"))
    run = ["DROP TABLE tapak_pack", "DELETE FROM gpkg_contents WHERE table_name = 'tapak_pack'"]
    reading = read_returns(
        returned(tmp_path, made.visit("old"), made.visit("a"), run=run), packs=packs
    )
    assert [r.values["submission"] for r in reading.rows] == ["a"]


def test_what_went_out_and_came_back_the_same_is_not_new(tmp_path):
    packs = gone_out(tmp_path, made.visit("old", q06=4))
    run = ["UPDATE lokasi_survei SET nama = 'Lain' WHERE site = 'p-0001'"]
    reading = read_returns(returned(tmp_path, made.visit("old", q06=4), run=run), packs=packs)
    assert reading.rows == ()
    assert {n.code for n in reading.remarks} == {"returns.nothing_new", "returns.site_changed"}


def test_what_was_changed_supersedes_and_what_was_taken_away_is_told(tmp_path):
    packs = gone_out(tmp_path, made.visit("old", q06=4, revision=2), made.visit("gone"))
    reading = read_returns(returned(tmp_path, made.visit("old", q06=9)), packs=packs)
    changed, gone = reading.rows
    assert (changed.values["submission"], changed.values["q06"], changed.edits) == ("old", 9, 3)
    assert (gone.values["submission"], gone.mark) == ("gone", "deleted")


def other_phone(folder, packs, *visits):
    """Take back one phone's file and keep what is known since."""
    reading = read_returns(returned(folder, *visits, name="lain.gpkg"), packs=packs)
    for pack, raw in reading.merged.items():
        (packs / pack / MERGED).write_bytes(raw)
    return reading


def test_two_phones_that_changed_different_answers_are_merged(tmp_path):
    packs = gone_out(tmp_path, made.visit("v", q06=4, q04="staf"))
    (one,) = other_phone(tmp_path, packs, made.visit("v", q06=9, q04="staf", revision=1)).rows
    (two,) = read_returns(
        returned(tmp_path, made.visit("v", q06=4, q04="warga", revision=1)), packs=packs
    ).rows
    assert (one.values["q06"], one.values["q04"], one.edits) == (9, "staf", 1)
    assert (two.values["q06"], two.values["q04"], two.edits) == (9, "warga", 2)


def test_two_phones_in_one_zip_keep_their_journals_apart_and_are_merged(tmp_path):
    packs = gone_out(tmp_path, made.visit("v", q06=4, q04="staf"))
    raw, wal = an_open_copy(tmp_path)
    one = returned(tmp_path, made.visit("v", q06=9, q04="staf"), name="1.gpkg").read_bytes()
    two = returned(tmp_path, made.visit("v", q06=4, q04="warga"), name="2.gpkg").read_bytes()
    parts = {"A/tapak.gpkg": one, "B/tapak.gpkg": two, "C/tapak.gpkg": raw, "C/tapak.gpkg-wal": wal}
    reading = read_returns(zipped(tmp_path / "dua.zip", parts), packs=packs)
    changed = [r for r in reading.rows if r.values["submission"] == "v" and not r.mark]
    assert [(r.values["q06"], r.values["q04"], r.edits) for r in changed] == [
        (9, "staf", 1),
        (9, "warga", 2),
    ]
    assert {r.values["submission"] for r in reading.rows} == {"v", "a", "b"}
    assert reading.notes == ()


def test_a_clash_is_shown_and_overwrites_nothing(tmp_path):
    packs = gone_out(tmp_path, made.visit("v", q06=4, q04="staf"))
    other_phone(tmp_path, packs, made.visit("v", q06=9, q04="staf", revision=1))
    reading = read_returns(
        returned(tmp_path, made.visit("v", q06=12, q04="warga", revision=1)), packs=packs
    )
    (row,) = reading.rows
    assert (row.values["q06"], row.edits) == (12, 1)  # as many edits as what stands: it waits
    (told,) = reading.remarks
    assert told.code == "returns.clash"
    assert "Jam tambahan" in told.reason()
    kept = (
        json.loads(reading.merged["k-uji"])["v"]
        if reading.merged
        else json.loads((packs / "k-uji" / MERGED).read_text())["v"]
    )
    assert kept["q06"] == 9


def test_a_row_one_phone_changed_and_the_other_took_away_stays_and_is_told(tmp_path):
    packs = gone_out(tmp_path, made.visit("v", q06=4), made.visit("w"))
    other_phone(tmp_path, packs, made.visit("v", q06=9), made.visit("w"))
    reading = read_returns(returned(tmp_path, made.visit("w", q06=1)), packs=packs)
    assert {r.values["submission"]: r.mark for r in reading.rows} == {"w": "", "v": "deleted"}
    assert [n.code for n in reading.remarks] == ["returns.clash"]
    assert json.loads(reading.merged["k-uji"])["v"]["q06"] == 9


def test_a_site_changed_on_the_phone_is_told_and_not_taken(tmp_path):
    packs = gone_out(tmp_path)
    run = ["UPDATE lokasi_survei SET nama = 'Balai Desa' WHERE site = 'p-0002'"]
    reading = read_returns(returned(tmp_path, made.visit("a"), run=run), packs=packs)
    (told,) = reading.remarks
    assert (told.code, told.fields["site"]) == ("returns.site_changed", "p-0002")


def test_a_pack_made_anew_is_not_what_an_older_file_went_out_as(tmp_path):
    packs = gone_out(tmp_path)
    newer = made.geopackage(made.pack(made.site(1, name="Nama baru")))
    reading = read_returns(returned(tmp_path, made.visit("a"), raw=newer), packs=packs)
    assert [n.code for n in reading.remarks] == ["returns.no_base"]


def test_a_drifted_schema_still_merges(tmp_path):
    packs = gone_out(tmp_path, made.visit("v", q06=4))
    add = "ALTER TABLE kunjungan_survei ADD COLUMN"
    run = ["ALTER TABLE kunjungan_survei DROP COLUMN q05_syarat", f"{add} cuaca TEXT", f"{add} gambar BLOB",
           f"{add} tanggal DATE", f"{add} hadir BOOLEAN",
           "UPDATE kunjungan_survei SET cuaca = 'hujan', q06 = 8, gambar = x'00ff', tanggal = '2026-11-24', hadir = 1"]  # fmt: skip
    (row,) = read_returns(returned(tmp_path, made.visit("v", q06=4), run=run), packs=packs).rows
    assert (row.values["q06"], row.values["cuaca"], row.values["hadir"]) == (8, "hujan", True)
    assert row.values["tanggal"].startswith("2026-11-24")
    assert "gambar" not in row.values


def test_a_copied_row_is_read_twice_and_told(tmp_path):
    packs = gone_out(tmp_path)
    reading = read_returns(returned(tmp_path, made.visit("a"), made.visit("a", q06=3)), packs=packs)
    assert len(reading.rows) == 2
    assert [n.code for n in reading.remarks] == ["returns.many_visits"]


def an_open_copy(folder):
    """Copy a GeoPackage while QField has it open: the last visit is in the journal alone."""
    path = returned(folder, made.visit("a"), name="buka.gpkg")
    base = sqlite3.connect(path)
    base.execute("PRAGMA journal_mode = WAL")
    base.execute("PRAGMA wal_autocheckpoint = 0")
    row = made.visit("b", "p-0002")
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    base.execute(f"INSERT INTO kunjungan_survei ({names}) VALUES ({marks})", list(row.values()))
    base.commit()
    raw, wal = path.read_bytes(), (folder / "buka.gpkg-wal").read_bytes()
    base.close()
    return raw, wal


def test_a_whole_folder_brings_its_journal_and_photos_and_the_rest_is_passed_over(tmp_path):
    raw, wal = an_open_copy(tmp_path)
    picture = io.BytesIO()
    from PIL import Image

    Image.new("RGB", (8, 8)).save(picture, "JPEG")
    parts = {
        "qfield/tapak.gpkg": raw, "qfield/tapak.gpkg-wal": wal, "qfield/tapak.gpkg-shm": b"\0" * 64,
        "qfield/tapak.qgz": b"PK\3\4", "qfield/CARA-QFIELD.txt": b"cara", "qfield/DCIM/x.jpg": picture.getvalue(),
    }  # fmt: skip
    reading = read_returns(zipped(tmp_path / "kiriman.zip", parts))
    assert sorted(r.values["submission"] for r in reading.rows) == ["a", "b"]
    assert (reading.notes, [n.code for n in reading.remarks]) == ((), [])


def test_a_copy_of_an_open_project_without_its_journal_is_told(tmp_path):
    raw, _ = an_open_copy(tmp_path)
    (tmp_path / "sendiri.gpkg").write_bytes(raw)
    reading = read_returns(tmp_path / "sendiri.gpkg")
    assert [r.values["submission"] for r in reading.rows] == ["a"]
    assert [n.code for n in reading.remarks] == ["returns.wal"]


def test_a_photo_is_matched_through_its_folder(tmp_path):
    path = returned(tmp_path, made.visit("a", q03_depan="DCIM/p-0001_q03_depan_1.jpg"))
    parts = {"tapak.gpkg": path.read_bytes(), "DCIM/p-0001_q03_depan_1.jpg": b"\xff\xd8\xff rusak"}
    (row,) = read_returns(zipped(tmp_path / "z.zip", parts)).rows
    assert [p.name for p in row.media] == ["p-0001_q03_depan_1.jpg"]


@pytest.mark.parametrize(
    "spoil", [lambda raw: raw[:20_000], lambda raw: raw[:100] + b"\xff" * 8000 + raw[8100:]]
)
def test_a_broken_geopackage_is_one_plain_sentence(tmp_path, spoil):
    raw = returned(tmp_path, made.visit("a")).read_bytes()
    (tmp_path / "rusak.gpkg").write_bytes(spoil(raw))
    with pytest.raises(InputError) as fault:
        read_returns(tmp_path / "rusak.gpkg")
    assert fault.value.say(lang="id")
    shutil.rmtree(tmp_path / "none", ignore_errors=True)
