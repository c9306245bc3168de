"""The study folder: made whole or not at all, one writer at a time, inputs kept as given."""

import hashlib
import os
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest

from data import workspace
from data.inputs import safe_name
from data.settings_check import SettingsError
from data.workspace import create_study, open_study
from geo.errors import InputError, StudyError

REPO = Path(__file__).parents[2]
MADE = {"study.toml", "tapak.sqlite", "inputs", "cache", "out"}


@pytest.fixture
def study(tmp_path):
    with create_study(tmp_path / "Studi Uji é", name="Banjarnegara 2026") as made:
        yield made


def _there(folder):
    return {path.name for path in folder.iterdir() if not path.name.endswith(("-wal", "-shm"))}


def test_a_new_study_is_a_folder_that_can_be_opened_again(tmp_path):
    folder = tmp_path / "kabupaten" / "Studi – é"
    create_study(folder, name="Banjarnegara", utm_zone="49S").close()
    assert _there(folder) == MADE
    assert _there(folder.parent) == {"Studi – é"}
    with open_study(folder) as study:
        assert study.settings.name == "Banjarnegara"
        assert study.store.files() == ()


def test_an_empty_folder_is_filled_and_a_full_one_is_refused(tmp_path):
    (tmp_path / "kosong").mkdir()
    create_study(tmp_path / "kosong", name="A").close()
    (tmp_path / "penuh").mkdir()
    (tmp_path / "penuh" / "surat.txt").write_text("penting")
    for overwrite in (False, True):
        with pytest.raises(StudyError, match="sudah berisi"):
            create_study(tmp_path / "penuh", name="A", overwrite=overwrite)
    assert (tmp_path / "penuh" / "surat.txt").read_text() == "penting"
    with pytest.raises(StudyError, match="bukan folder"):
        create_study(tmp_path / "penuh" / "surat.txt", name="A")


def test_a_study_is_replaced_only_when_asked(study):
    (study.folder / "out" / "peta.html").write_text("lama")
    study.close()
    with pytest.raises(StudyError, match="--overwrite"):
        create_study(study.folder, name="Baru")
    assert (study.folder / "out" / "peta.html").exists()
    create_study(study.folder, name="Baru", overwrite=True).close()
    assert not (study.folder / "out" / "peta.html").exists()
    assert _there(study.folder.parent) == {study.folder.name}


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_study_that_cannot_be_finished_leaves_nothing_behind(tmp_path, monkeypatch, fault):
    def break_off(*_):
        raise fault

    monkeypatch.setattr(workspace, "_put_in_place", break_off)
    with pytest.raises(StudyError if isinstance(fault, OSError) else KeyboardInterrupt):
        create_study(tmp_path / "studi", name="A")
    assert list(tmp_path.iterdir()) == []


def test_a_bad_name_or_zone_is_told_and_leaves_nothing_behind(tmp_path):
    with pytest.raises(SettingsError, match="49X"):
        create_study(tmp_path / "studi", name="A", utm_zone="49X")
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_study_is_told_in_one_sentence(tmp_path):
    for folder in (tmp_path, tmp_path / "tidak ada"):
        with pytest.raises(StudyError, match=r"study\.toml") as caught:
            open_study(folder)
        assert folder.name in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_broken_study_toml_is_told_with_its_setting(study):
    (study.folder / "study.toml").write_text('name = "A"\nlanguge = "id"\n')
    with pytest.raises(SettingsError, match="baris 2, languge tidak dikenal"):
        open_study(study.folder)


def test_a_study_from_git_without_its_empty_folders_and_store_opens(study):
    study.close()
    for name in ("inputs", "cache", "out"):
        (study.folder / name).rmdir()
    (study.folder / "tapak.sqlite").unlink()
    with open_study(study.folder) as again:
        assert again.store.files() == ()
    assert _there(study.folder) == MADE


def test_a_second_holder_of_the_lock_is_told_to_wait(study):
    with study.locked(), pytest.raises(StudyError, match="sedang dipakai"), study.locked():
        pass
    with study.locked():
        pass


def test_the_lock_holds_between_threads_and_can_be_waited_for(study):
    order = []

    def second():
        with study.locked(wait_s=10):
            order.append("kedua")

    with study.locked():
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(timeout=0.2)
        order.append("pertama")
    thread.join(timeout=10)
    assert order == ["pertama", "kedua"]


def test_a_lock_held_by_a_process_that_died_is_free(study):
    code = (
        "import sys, time; from pathlib import Path; from data.study_lock import locked\n"
        "with locked(Path(sys.argv[1])): print('siap', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(study.folder)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=REPO, text=True)
    assert child.stdout.readline() == "siap\n"
    with pytest.raises(StudyError, match="sedang dipakai"), study.locked():
        pass
    child.kill()
    child.communicate()
    with study.locked():
        pass


def test_an_input_is_kept_byte_for_byte_under_a_safe_name_of_its_own(study, tmp_path):
    raw = os.urandom(3_000_000)
    given = tmp_path / "Daftar aset (é) & 'baru'.xlsx"
    given.write_bytes(raw)
    file = study.keep_input(given, "assets", options={"utm_zone": "49S"}, source="BPKAD")
    assert file.sha256 == hashlib.sha256(raw).hexdigest()
    assert (file.name, file.bytes) == (given.name, len(raw))
    assert file.path == f"{file.sha256[:8]}-Daftar_aset_é_baru.xlsx"
    assert study.input_path(file).read_bytes() == raw == given.read_bytes()
    assert study.store.put_file(file) == study.store.files()[0]


def test_the_same_bytes_are_not_copied_twice_and_other_bytes_never_overwrite(study, tmp_path):
    given = tmp_path / "a.csv"
    given.write_text("1")
    first = study.keep_input(given, "areas")
    assert study.keep_input(given, "areas") == first
    assert _there(study.folder / "inputs") == {first.path}
    study.input_path(first).write_text("diubah orang")
    second = study.keep_input(given, "areas")
    assert second.path.startswith(first.sha256[:16])
    assert study.input_path(second).read_text() == "1"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (str, "study.input_missing"),
        (Path.mkdir, "study.input_missing"),
        (lambda path: path.write_bytes(b""), "study.input_empty"),
    ],
)
def test_an_input_that_is_not_there_is_told_plainly(study, tmp_path, make, code):
    make(tmp_path / "berkas.csv")
    with pytest.raises(InputError) as caught:
        study.keep_input(tmp_path / "berkas.csv", "areas")
    assert caught.value.code == code
    assert "berkas.csv" in str(caught.value)
    assert _there(study.folder / "inputs") == set()


def test_an_input_that_changes_while_it_is_copied_is_refused(study, tmp_path, monkeypatch):
    given = tmp_path / "a.csv"
    given.write_text("1")
    monkeypatch.setattr("data.inputs.sha256_of", lambda _: "0" * 64)
    with pytest.raises(InputError, match="berubah"):
        study.keep_input(given, "areas")
    assert _there(study.folder / "inputs") == set()


def test_a_file_that_cannot_be_read_leaves_the_study_as_it_was(study, tmp_path):
    given = tmp_path / "a.csv"
    given.write_text("bukan daftar aset")

    def add():
        with study.adding(given, "assets") as file, study.store.transaction():
            study.store.put_file(file)
            raise InputError("study.input_empty", file="a.csv")

    with pytest.raises(InputError):
        add()
    assert (study.store.files(), _there(study.folder / "inputs")) == ((), set())
    with study.adding(given, "areas") as file:
        study.store.put_file(file)
    with pytest.raises(InputError):
        add()
    assert _there(study.folder / "inputs") == {file.path}


def test_a_shapefile_is_kept_with_its_parts_as_one_file_that_is_always_the_same(study, tmp_path):
    desa = gpd.GeoDataFrame({"nama": ["é"]}, geometry=gpd.points_from_xy([1], [2]), crs=4326)
    desa.to_file(tmp_path / "Batas desa.shp")
    (tmp_path / "Batas desa.txt").write_text("catatan")
    first = study.keep_input(tmp_path / "Batas desa.shp", "areas")
    os.utime(tmp_path / "Batas desa.dbf", (1, 1))
    assert study.keep_input(tmp_path / "Batas desa.shp", "areas") == first
    assert first.name == "Batas desa.shp"
    kept = study.input_path(first)
    suffixes = {Path(name).suffix for name in zipfile.ZipFile(kept).namelist()}
    assert suffixes == {".shp", ".shx", ".dbf", ".prj", ".cpg"}
    assert gpd.read_file(kept)["nama"].tolist() == ["é"]
    (tmp_path / "Batas desa.dbf").unlink()
    with pytest.raises(InputError, match=r"Batas desa\.dbf"):
        study.keep_input(tmp_path / "Batas desa.shp", "areas")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "etc_passwd"),
        ("a:b*c?.tif", "a_b_c.tif"),
        ("...", "berkas"),
        ("Peta  Longsor.tar.gz", "Peta_Longsor.tar.gz"),
        ("desa\n.geojson", "desa.geojson"),
        ("é" * 200 + ".gpkg", "é" * 47 + ".gpkg"),
    ],
)
def test_a_name_is_made_safe_for_every_system(name, safe):
    assert safe_name(name) == safe


def test_cache_and_output_paths_stay_inside_the_study(study):
    assert study.cache_path("layer", "ab12", ".parquet").parent.is_dir()
    for path in (
        study.cache_path("../x", "../../y", ".parquet"),
        study.out_path("../../peta.html"),
    ):
        assert path.resolve().is_relative_to(study.folder.resolve())
