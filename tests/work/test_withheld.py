"""Scenario 8 of the criteria: a cell of 3 is nowhere, not in the store, not in inputs."""

import json

from work.add import add_files
from work.studies import new_study


def test_a_small_cell_is_kept_nowhere_and_told_without_its_number(tmp_path):
    folder = tmp_path / "studi"
    new_study(folder, name="uji")
    demand = tmp_path / "putusan.csv"
    demand.write_text(
        "kode,kecamatan,putusan_per_tahun,jam_rata_rata\n"
        "33.04.01,Susukan,37771,80\n33.04.02,Purwareja Klampok,3,80\n33.04.03,Mandiraja,37772,81\n",
        encoding="utf-8",
    )
    report = add_files(folder, [demand], kind="demand")
    assert report["accepted"] == 3
    assert any("Purwareja Klampok" in note["reason"] for note in report["warned"])
    assert " 3" not in json.dumps(report["warned"]).replace('"row": 3', "")
    kept = [p for p in folder.rglob("*") if p.is_file() and p.parent.name == "inputs"]
    text = "".join(p.read_text(encoding="utf-8") for p in kept)
    assert "Purwareja Klampok,33.04.02,,," in text
    assert "37772" in text
    assert "37771" not in text  # the smallest other count would give the hidden one back


def test_a_file_without_small_cells_is_kept_as_its_counts(tmp_path):
    folder = tmp_path / "studi"
    new_study(folder, name="uji")
    demand = tmp_path / "putusan.csv"
    demand.write_text("kecamatan,putusan_per_tahun\nSusukan,30\nMandiraja,41\n", encoding="utf-8")
    add_files(folder, [demand], kind="demand")
    kept = next((folder / "inputs").iterdir())
    assert kept.read_text(encoding="utf-8").splitlines()[1:] == ["Susukan,,30,,", "Mandiraja,,41,,"]
