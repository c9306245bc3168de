"""A pack for QField goes out, comes home, is asked again and corrected: nothing lost, nothing twice."""

from __future__ import annotations

import zipfile

import pytest
import qfield_made as made

from data.returns.gpkg import BASE, MERGED
from data.workspace import open_study
from work.collecting import collect, collected_lines
from work.judging import judge_response
from work.packing import pack_team
from work.studies import demo_study


@pytest.fixture
def demo(tmp_path):
    folder = tmp_path / "demo"
    demo_study(folder, seed=1, scale=0.1)
    return folder


def packed(demo, path):
    told = pack_team(demo, path, channels=["qfield"], overwrite=True)
    with zipfile.ZipFile(path) as archive:
        return told, archive.read("lanjutan/qfield/tapak.gpkg")


def own(told, **changes):
    """Columns that a visit of this pack carries instead of the made ones."""
    return {"pack": told["pack"], "form_version": told["form_version"], "surveyor": "S-7"} | changes


def test_a_pack_goes_out_comes_home_and_is_corrected(demo, tmp_path):
    told, data = packed(demo, tmp_path / "paket.zip")
    base = demo / "inputs" / "packs" / told["pack"] / BASE
    assert base.read_bytes() == data
    with open_study(demo) as study:
        sites = study.store.candidates().set_index("id").geometry
    site = told["sites"][0]
    there = (sites[site].x, sites[site].y)
    answers = {"q02": "sesuai", "q04": "staf", "q06": 8}
    first = made.visit("k1", site, answers=answers, lonlat=there, **own(told))
    one = made.write(tmp_path / "satu.gpkg", data, first)
    taken = collect(demo, str(one))
    assert (taken["accepted"], taken["rejected"], taken["remarks"]) == (1, [], [])
    assert collect(demo, str(one))["duplicates"] == 1

    judge_response(demo, "ask", "k1", why="Jam terlalu sedikit?", by="uji")
    (base.parent / MERGED).write_text("{}", encoding="utf-8")
    packed(demo, tmp_path / "paket2.zip")
    again, data = packed(demo, tmp_path / "paket2.zip")
    assert again["pack"] == told["pack"]
    assert not (base.parent / MERGED).exists()  # another base: what was known since begins anew
    left = collect(demo, str(made.write(tmp_path / "sama.gpkg", data)))
    assert (left["accepted"], left["duplicates"], left["rejected"]) == (0, 0, [])
    assert "Tidak ada kunjungan baru" in left["remarks"][0]["reason"]
    run = ["UPDATE kunjungan_survei SET q06 = 12, revision = 1 WHERE submission = 'k1'"]
    taken = collect(demo, str(made.write(tmp_path / "dua.gpkg", data, run=run)))
    assert (taken["accepted"], taken["superseded"], taken["conflicts"]) == (1, 1, 0)

    run = ["UPDATE kunjungan_survei SET q06 = 16, revision = 1 WHERE submission = 'k1'"]
    taken = collect(demo, str(made.write(tmp_path / "tiga.gpkg", data, run=run)))
    assert (taken["accepted"], taken["conflicts"]) == (0, 1)
    assert "diubah di dua ponsel" in "\n".join(collected_lines(taken))
    assert (base.parent / MERGED).is_file()
    with open_study(demo) as study:
        standing = [r for r in study.store.responses() if r.status == "accepted"]
        waiting = {r.answers["q06"] for r in study.store.responses() if r.status == "conflict"}
    assert [(r.id, r.answers["q06"], r.edits) for r in standing] == [("k1", 8, 0)]
    assert waiting == {12, 16}


def test_another_team_never_sees_what_was_answered(demo, tmp_path):
    told, data = packed(demo, tmp_path / "paket.zip")
    with open_study(demo) as study:
        sites = study.store.candidates().set_index("id").geometry
    site = told["sites"][0]
    there = (sites[site].x, sites[site].y)
    row = made.visit("k1", site, lonlat=there, **own(told, team="B"))
    collect(demo, str(made.write(tmp_path / "b.gpkg", data, row)))
    judge_response(demo, "ask", "k1", by="uji")
    _, again = packed(demo, tmp_path / "paket2.zip")
    assert again == data
