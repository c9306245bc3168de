"""The folder of wheels: what Windows needs is followed to its end, and what is missing is said."""

import json
import subprocess
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from tool import tool

wheelhouse = tool("wheelhouse")


def made(folder, file, *needs):
    name, version = file.split("-")[:2]
    told = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    told += "".join(f"Requires-Dist: {need}\n" for need in needs)
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / file, "w") as packed:
        packed.writestr(f"{name}-{version}.dist-info/METADATA", told)
    return folder / file


@pytest.mark.parametrize(
    ("file", "windows", "linux"),
    [
        ("a-1-py3-none-any.whl", True, True),
        ("a-1-cp311-cp311-win_amd64.whl", True, False),
        ("a-1-cp39-abi3-win_amd64.whl", True, False),
        ("a-1-cp312-abi3-win_amd64.whl", False, False),
        ("a-1-cp312-cp312-win_amd64.whl", False, False),
        ("a-1-cp311-cp311-win32.whl", False, False),
        ("a-1-cp311-cp311-manylinux_2_28_x86_64.whl", False, True),
        ("a-1-cp311-cp311-macosx_11_0_arm64.whl", False, False),
        ("a-1-py2.py3-none-any.whl", True, True),
    ],
)
def test_a_wheel_fits_where_it_runs(file, windows, linux):
    assert wheelhouse.fits(Path(file), "3.11", "win_amd64") is windows
    assert wheelhouse.fits(Path(file), "3.11", "linux_x86_64") is linux


def test_markers_are_read_as_windows_reads_them():
    where = wheelhouse.markers("3.11", "win_amd64")
    for line, counts in (
        ("tzdata; sys_platform == 'win32'", True),
        ("colorama; platform_system == 'Windows'", True),
        ("uvloop; sys_platform != 'win32'", False),
        ("tomli; python_version < '3.11'", False),
        ("x; extra == 'auth'", False),
    ):
        assert wheelhouse.wanted(Requirement(line), extras=set(), where=where) is counts, line
    assert wheelhouse.wanted(Requirement("x; extra == 'auth'"), extras={"auth"}, where=where)


@pytest.fixture
def registry(tmp_path, monkeypatch):
    """A registry of three packages in a folder, and a project that asks for one of them."""
    import shutil

    shelf = tmp_path / "shelf"
    made(shelf, "satu-1-py3-none-any.whl", "dua[lebih]>=1", "unix; sys_platform != 'win32'")
    made(
        shelf, "dua-2-cp311-cp311-win_amd64.whl", "tiga; extra == 'lebih'", "warna; os_name == 'nt'"
    )
    made(shelf, "tiga-3-py3-none-any.whl", "satu")
    made(shelf, "pip-26-py3-none-any.whl")
    held = {"satu": "1", "dua": "2", "tiga": "3", "pip": "26"}

    def download(names, into, **_where):
        for line in names:
            found = list(shelf.glob(f"{line.split('==')[0]}-*.whl"))
            if not found:
                return "ERROR: No matching distribution"
            shutil.copy(found[0], into)
        return ""

    monkeypatch.setattr(wheelhouse, "download", download)
    monkeypatch.setattr(wheelhouse, "run_time", lambda _extras=(): [Requirement("satu")])
    monkeypatch.setattr(wheelhouse, "pins", lambda: dict(held))
    (tmp_path / "wheels").mkdir()
    return held, tmp_path / "wheels"


WHERE = {"python": "3.11", "platform": "win_amd64"}


def test_what_windows_alone_needs_and_nobody_pinned_is_named(registry):
    _, into = registry
    found = wheelhouse.gather(into, **WHERE)
    assert set(found.wheels) == {"satu", "dua", "tiga", "pip"}
    assert set(found.missing) == {"warna"}


def test_the_folder_holds_hashes_and_nothing_else(registry, monkeypatch):
    held, into = registry
    made(into, "lama-1-py3-none-any.whl")
    made(into.parent / "shelf", "warna-4-py3-none-any.whl")
    held["warna"] = "4"
    monkeypatch.setattr(wheelhouse, "pins", lambda: dict(held))
    found = wheelhouse.gather(into, **WHERE)
    told = wheelhouse.write_list(into, found, **WHERE)
    assert told["missing"] == {}
    lines = (into / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert [line.split("==")[0] for line in lines] == ["dua", "satu", "tiga", "warna"]
    assert all(len(line.split("sha256:")[1]) == 64 for line in lines)
    assert not (into / "lama-1-py3-none-any.whl").exists()
    assert json.loads((into / "wheelhouse.json").read_text("utf-8"))["platform"] == "win_amd64"


def test_a_package_without_a_wheel_for_windows_is_missing_and_the_exit_code_says_so(
    registry, monkeypatch, capsys
):
    held, into = registry
    held["warna"] = "4"
    monkeypatch.setattr(wheelhouse, "pins", lambda: dict(held))
    monkeypatch.setattr(
        wheelhouse, "pip", lambda *_words: subprocess.CompletedProcess([], 1, "", "")
    )
    assert wheelhouse.main([str(into)]) == 1
    assert "MISSING warna" in capsys.readouterr().err


def test_every_pin_of_the_run_time_is_held_for_windows_too():
    """colorama is asked for on Windows only, so an environment here does not show it missing."""
    assert {"colorama", "tzdata", "psycopg-binary"} <= set(wheelhouse.pins())
    assert {r.name for r in wheelhouse.run_time()} >= {"geopandas", "streamlit"}
