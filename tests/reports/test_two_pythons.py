"""The same study gives the same bytes on one Python, and the same figures on another.

The second Python is named by TAPAK_OTHER_PYTHON (`make test-two-pythons` builds one).
"""

import html
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

from data.workspace import open_study
from work import living
from work.ranking import rank_study

SCRIPT = Path(__file__).parents[1] / "support" / "every_kind.py"
OTHER = os.environ.get("TAPAK_OTHER_PYTHON", "")
APPROVED = {"agreement": "PKS 7/2026", "agreement_until": "2031-01-01"}
COLD, WARM = ("1", "UTC", "C.UTF-8"), ("31337", "Asia/Jayapura", "C")
"""What may not matter: seed of hashes, time zone, language of the machine."""


@pytest.fixture(scope="module")
def ranked(small_demo, tmp_path_factory):
    """A study with a recorded run of each programme, approved sites, and visits with photos."""
    folder = tmp_path_factory.mktemp("dua") / "studi"
    shutil.copytree(small_demo, folder)
    rank_study(folder, programme="pos-bapas")
    told = rank_study(folder)
    for site in told["sites"][:3]:
        living.take_step(folder, site["id"], "bersedia")
        living.take_step(folder, site["id"], "approved", **APPROVED)
    living.take_step(folder, told["sites"][2]["id"], "ditangguhkan", why="izin ditarik")
    return folder


def written(python, ranked, room, *, machine):
    """Write everything in a process of its own, in a folder and on a machine of its own."""
    seed, zone, lang = machine
    study = room / f"studi di {zone.replace('/', ' ')}"
    shutil.copytree(ranked, study)
    with open_study(study) as opened:
        shutil.rmtree(opened.cache_path("proposal", "x", ".json").parents[1], ignore_errors=True)
    given = {"PYTHONHASHSEED": seed, "TZ": zone, "LANG": lang, "LC_ALL": lang}
    unset = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "GDAL_", "TAPAK_")
    done = subprocess.run(
        [python, str(SCRIPT), str(study), str(room / "hasil")],
        cwd=room,
        env={k: v for k, v in os.environ.items() if not k.startswith(unset)} | given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def first(ranked, tmp_path_factory):
    room = tmp_path_factory.mktemp("satu")
    return room / "hasil", written(sys.executable, ranked, room, machine=COLD)


@pytest.mark.slow
def test_two_processes_write_the_same_bytes_whatever_the_machine(first, ranked, tmp_path):
    _, once = first
    again = written(sys.executable, ranked, tmp_path, machine=WARM)
    assert len(once) == 1 + 11 + 6 + 2
    assert [name for name in once if once[name] != again[name]] == []


@pytest.mark.slow
@pytest.mark.skipif(not OTHER, reason="TAPAK_OTHER_PYTHON names no second Python")
def test_another_python_gives_the_same_figures(first, ranked, tmp_path, pdf):
    room, once = first
    again = written(OTHER, ranked, tmp_path, machine=WARM)
    assert set(again) == set(once)
    version = subprocess.run([OTHER, "--version"], capture_output=True, text=True, check=True)
    assert version.stdout.split()[1] != sys.version.split()[0]
    for name in once:
        mine, theirs = room / name, tmp_path / "hasil" / name
        assert content(mine, pdf) == content(theirs, pdf), name
        assert theirs.stat().st_size == pytest.approx(mine.stat().st_size, rel=0.01), name
    same = sum(once[name] == again[name] for name in once)
    print(f"{version.stdout.strip()}: {same} of {len(once)} files are the same to the byte")


def content(path, pdf):
    """Read back everything a file says."""
    return READERS[path.suffix](path, pdf)


def _pdf(path, pdf):
    return pdf.pages(path.read_bytes())


def _xlsx(path, _):
    book = openpyxl.load_workbook(path)
    return {s.title: [[c.value for c in row] for row in s.iter_rows()] for s in book}


def _gpkg(path, _):
    with closing(sqlite3.connect(path)) as base:
        names = [n for (n,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {n: base.execute(f'SELECT * FROM "{n}"').fetchall() for n in sorted(names)}


def _html(path, _):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", path.read_text("utf-8"))))


def _json(path, _):
    return json.loads(path.read_text("utf-8"))


def _text(path, _):
    return path.read_text("utf-8")


READERS = {
    ".pdf": _pdf,
    ".xlsx": _xlsx,
    ".gpkg": _gpkg,
    ".html": _html,
    ".json": _json,
    ".geojson": _json,
    ".kml": _text,
}
