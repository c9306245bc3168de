"""The command line as its contract says: one JSON object, one plain line, the right exit code."""

import hashlib
import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
VRT = '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
POINT = '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"nama":"caf\u00e9"},"geometry":{"type":"Point","coordinates":[109.7,-7.4]}}]}'


def tapak(*words, env=None):
    """Run a command in a process of its own."""
    return subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **(env or {})},
        timeout=120,
    )


def fingerprint(folder):
    """Every file of a study but its lock and its journals, by content."""
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and "lock" not in p.name and not p.name.endswith(("-wal", "-shm"))
    }


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cli") / "contoh dengan spasi"
    done = tapak("demo", folder, "--scale", "0.1", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["folder"] == str(folder)
    return folder


def test_json_is_one_object_and_nothing_else(demo):
    done = tapak("rank", demo, "--programme", "kerja-sosial", "--top", "3", "--json")
    assert done.returncode == 0
    assert done.stderr == ""
    told = json.loads(done.stdout)
    assert set(told) >= {"programme", "run", "sites", "survey_first", "excluded", "weights_set_by"}
    wanted = {
        "id",
        "name",
        "kind",
        "lon",
        "lat",
        "desa",
        "kecamatan",
        "rank",
        "score",
        "low",
        "high",
    }
    wanted |= {"coverage", "readiness", "conditions", "contributions"}
    assert set(told["sites"][0]) >= wanted
    gone = {"id", "name", "kind", "lon", "lat", "row", "reason", "text", "basis", "layer", "value"}
    assert set(told["excluded"][0]) >= gone
    assert set(told["survey_first"][0]) >= {"id", "gate", "question"}


def test_why_names_evidence_and_what_is_unknown(demo):
    first = json.loads(tapak("rank", demo, "--json").stdout)["sites"][0]
    told = json.loads(tapak("why", demo, first["id"], "--json").stdout)
    assert set(told) >= {"site", "contributions", "evidence", "unknown"}
    assert told["contributions"] == first["contributions"]
    assert all(row["sd"] is not None and "layer" in row for row in told["evidence"])


def test_a_person_reads_indonesian_first_and_english_when_asked(demo):
    assert "lokasi diperingkat" in tapak("rank", demo).stdout
    assert "sites ranked" in tapak("rank", demo, env={"TAPAK_LANG": "en"}).stdout
    assert "DATA SINTETIS" in tapak("rank", demo).stdout


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("rank",), 2),
        (("add", "{study}", "{study}/study.toml", "--as", "nonsense"), 2),
        (("rank", "{study}", "--programme", "nonsense"), 1),
        (("rank", "{study}/tidak-ada"), 1),
        (("why", "{study}", "Tidak Ada"), 1),
        (("new", "{study}", "--name", "x"), 1),
        (("add", "{study}", "{study}/tidak-ada.xlsx", "--as", "assets"), 1),
        (("template", "nonsense", "-o", "{study}/x.xlsx"), 2),
    ],
)
def test_misuse_is_2_and_failure_is_1_with_one_plain_line(demo, words, code):
    done = tapak(*(w.format(study=demo) for w in words))
    assert done.returncode == code
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    if code == 1:
        assert len(done.stderr.strip().splitlines()) == 1


def test_an_output_that_exists_is_kept_unless_overwrite_is_given(demo, tmp_path):
    out = tmp_path / "peta.html"
    out.write_text("punya orang", encoding="utf-8")
    refused = tapak("map", demo, "-o", out)
    assert refused.returncode == 1
    assert out.read_text(encoding="utf-8") == "punya orang"
    assert tapak("map", demo, "-o", out, "--overwrite").returncode == 0
    assert "punya orang" not in out.read_text(encoding="utf-8")


def test_the_form_reads_back_as_a_register(demo, tmp_path):
    import openpyxl

    form = tmp_path / "usulan.xlsx"
    assert tapak("template", "usulan", "-o", form, "--study", demo).returncode == 0
    sheet = openpyxl.load_workbook(form).worksheets[0]
    widest = max(
        len([c for c in row if c is not None]) for row in sheet.iter_rows(values_only=True)
    )
    assert widest <= 14


def bad_files(folder):
    """Files as the worst day brings them: name, bytes, and what they claim to be."""
    folder.mkdir(exist_ok=True)
    bomb = folder / "bom.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", "<Types/>")
        z.writestr("xl/workbook.xml", "<workbook/>")
        z.writestr("xl/worksheets/sheet1.xml", b"\0" * (400 << 20))
    given = {
        "kosong.xlsx": (b"", "assets"),
        "kosong.geojson": (b"", "boundary"),
        "salah.xlsx": (b"halo", "assets"),
        "salah.tif": (b"halo", "landslide"),
        "terpotong.geojson": (POINT.encode()[:-30], "events"),
        "nul.csv": (b"nama,lat,lon\nA\0B,-7.4,109.7\n", "assets"),
        "vrt.geojson": (VRT.encode(), "boundary"),
        "terpotong.xlsx": (b"PK\x03\x04" + b"x" * 50, "assets"),
        "bukan.osm.pbf": (b"\x00\x00\x00\x0dOSMHeader", "osm"),
        "dalam.geojson": (b'{"type":"FeatureCollection","features":' + b"[" * 20000, "areas"),
        "entitas.kml": (
            b'<?xml version="1.0"?><!DOCTYPE k [<!ENTITY x SYSTEM "file:///etc/hostname">]><kml>&x;</kml>',
            "assets",
        ),
    }
    for name, (raw, _) in given.items():
        (folder / name).write_bytes(raw)
    return [(folder / name, kind) for name, (_, kind) in given.items()] + [(bomb, "assets")]


def test_bad_files_get_one_plain_line_each_quickly_and_leave_the_study_as_it_was(demo, tmp_path):
    before = fingerprint(demo)
    for path, kind in bad_files(tmp_path / "rusak"):
        start = time.monotonic()
        done = tapak("add", demo, path, "--as", kind)
        took = time.monotonic() - start
        assert done.returncode == 1, (path.name, done.stdout, done.stderr)
        assert len(done.stderr.strip().splitlines()) == 1, (path.name, done.stderr)
        assert "tidak terduga" not in done.stderr, (path.name, done.stderr)
        assert took < 10, (path.name, took)
        assert f"-{path.name}" not in done.stderr, (
            "the name it is kept under means nothing to a person"
        )
        assert fingerprint(demo) == before, path.name


def test_latin_1_is_read_as_it_was_meant(demo, tmp_path):
    import shutil

    copy = tmp_path / "studi"
    shutil.copytree(demo, copy)
    path = tmp_path / "latin.csv"
    rows = "nama;jenis;lintang;bujur\nBalai Latihan Kerja Caf\u00e9;BLK;-7,4000;109,7000\n"
    path.write_bytes(rows.encode("latin-1"))
    done = tapak("add", copy, path, "--as", "assets", "--json")
    assert done.returncode == 0, done.stderr
    names = {s["name"] for s in json.loads(tapak("rank", copy, "--json").stdout)["sites"]}
    assert "Balai Latihan Kerja Caf\u00e9" in names


def test_demo_and_ranking_need_no_network_no_java_no_home(tmp_path):
    """A socket that answers only to this machine, and a PATH with nothing on it."""
    fence = tmp_path / "sitecustomize.py"
    fence.write_text(
        "import socket\n_c = socket.socket.connect\n"
        "def connect(self, to):\n"
        "    if self.family in (socket.AF_INET, socket.AF_INET6) and to[0] not in ('127.0.0.1', '::1'):\n"
        "        raise OSError('network asked for: %r' % (to,))\n"
        "    return _c(self, to)\n"
        "socket.socket.connect = connect\n"
        "def _no(*a, **k): raise OSError('name lookup asked for: %r' % (a,))\n"
        "socket.getaddrinfo = _no\n",
        encoding="utf-8",
    )
    bare = {"PYTHONPATH": str(tmp_path), "PATH": "/nonexistent", "HOME": str(tmp_path / "rumah")}
    done = tapak("demo", tmp_path / "d", "--scale", "0.05", env=bare)
    assert done.returncode == 0, done.stderr
    assert tapak("rank", tmp_path / "d", env=bare).returncode == 0
    assert tapak("map", tmp_path / "d", "-o", tmp_path / "p.html", env=bare).returncode == 0
