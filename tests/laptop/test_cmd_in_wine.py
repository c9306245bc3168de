"""Tapak.cmd run by Wine's command interpreter, with a small program standing in for Python.

Needs Debian's wine64 and gcc-mingw-w64-x86-64; neither is asked for in CI. It is not Windows: what
Windows' own interpreter does with the same lines could not be run here.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMPILER = "x86_64-w64-mingw32-gcc"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    for program in ("wine", COMPILER):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not on PATH")
    folder = tmp_path_factory.mktemp("windows")
    source = Path(__file__).with_name("stub.c")
    line = [COMPILER, "-municode", "-Os", "-s", str(source), "-o", str(folder / "stub.exe")]
    subprocess.run(line, check=True, capture_output=True)
    own = {"WINEPREFIX": str(folder / "wine"), "WINEDEBUG": "-all", "LC_ALL": "C.UTF-8"}
    made = subprocess.run(
        ["wineboot", "-i"], env={**os.environ, **own}, check=False, capture_output=True, timeout=180
    )
    if made.returncode != 0:
        pytest.skip("wine does not start here")
    return folder, own


@pytest.fixture
def run(machine, tmp_path):
    folder, own = machine
    tapak = tmp_path / "Kantor Ünit (2026)" / "tapak"
    tapak.mkdir(parents=True)
    shutil.copy(ROOT / "Tapak.cmd", tapak)
    path, log = tmp_path / "bin", tmp_path / "asked"
    path.mkdir()

    def windows(at):
        return "Z:" + str(at).replace("/", "\\")

    def start(*words, bundled=False, programs=(), has=""):
        if bundled:
            (tapak / "python").mkdir()
            shutil.copy(folder / "stub.exe", tapak / "python" / "python.exe")
        for program in programs:
            shutil.copy(folder / "stub.exe", path / f"{program}.exe")
        more = {"STUB_LOG": windows(log), "STUB_HAS": has, "WINEPATH": windows(path)}
        done = subprocess.run(
            ["wine", "cmd", "/c", "call", windows(tapak / "Tapak.cmd"), *words],
            env={**os.environ, **own, **more},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=120,
        )
        asked = log.read_text(encoding="utf-8-sig").splitlines() if log.exists() else []
        return done, asked, windows(tapak / "tools" / "laptop.py")

    return start


STUDY = "Z:\\Data Bapas 2026\\Studi Ünïcode (baru)"


def test_the_python_in_the_folder_is_taken_first_and_gets_every_word_whole(run):
    done, asked, script = run(
        STUDY, "why", "SD & SMP (1)", bundled=True, programs=("py",), has="-3.11"
    )
    assert asked == [f"[{script}][{STUDY}][why][SD & SMP (1)][UTF8=1]"]
    assert done.returncode != 0  # what Python said is passed on
    assert b"Press any key" in done.stdout  # and the window stays open


def test_without_it_the_launcher_is_asked_for_each_version(run):
    _, asked, script = run("rank", STUDY, programs=("py",), has="-3.13")
    assert asked == [
        "[-3.11][-c][import sys][UTF8=1]",
        "[-3.13][-c][import sys][UTF8=1]",
        f"[-3.13][{script}][rank][{STUDY}][UTF8=1]",
    ]


def test_without_a_launcher_any_python_that_is_new_enough(run):
    _, asked, script = run(programs=("python",))
    assert asked[-1] == f"[{script}][UTF8=1]"


@pytest.mark.parametrize("programs", [(), ("py", "python")])
def test_no_python_is_told_in_plain_words(run, programs):
    done, asked, script = run(programs=programs, has="old")
    assert done.returncode == 1
    assert b"Python 3.11 atau lebih baru tidak ditemukan" in done.stdout
    assert b"administrator" in done.stdout
    assert all(script not in line for line in asked)
