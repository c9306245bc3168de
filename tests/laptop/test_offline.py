"""tapak.sh from a folder of wheels on a machine without any network: set up, ranked, opened.

``make test-laptop`` makes the wheels (from the registry) and names their folder in TAPAK_WHEELS.
"""

import json
import os
import shutil
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = (
    *("app.py", "cli.py", "words.py", "pyproject.toml", "constraints.txt", "tapak.sh", "Tapak.cmd"),
    *("geo", "scoring", "data", "surveys", "reports", "ui", "work", "locale", "static", "tools"),
    ".streamlit",
)
WHEELS = os.environ.get("TAPAK_WHEELS", "")
CUT_OFF = ("unshare", "--net", "--map-root-user")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not WHEELS, reason="TAPAK_WHEELS is not set: make test-laptop"),
]


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A folder as it is handed to an office, a person's home, and the environment of both."""
    there = tmp_path_factory.mktemp("kantor") / "Komputer Kantor Ünit"
    tapak, home = there / "Tapak 2026", there / "rumah"
    tapak.mkdir(parents=True)
    home.mkdir()
    for name in PARTS:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        more = (
            {"ignore": shutil.ignore_patterns("__pycache__", "*.mo")}
            if copy is shutil.copytree
            else {}
        )
        copy(ROOT / name, tapak / name, **more)
    shutil.copytree(WHEELS, tapak / "wheels")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "PYTHON", "VIRTUAL"))}
    return tapak, kept | {"HOME": str(home), "PATH": os.environ["PATH"]}


@pytest.fixture(scope="module")
def cut_off():
    done = subprocess.run([*CUT_OFF, "true"], check=False, capture_output=True)
    if done.returncode != 0:
        pytest.skip("this machine does not let a test cut itself off (unshare)")
    return CUT_OFF


def test_without_any_network_it_sets_itself_up_and_ranks(office, cut_off):
    tapak, own = office
    study = tapak.parent / "Data Bapas 2026" / "Studi Ünïcode"
    line = [*cut_off, "sh", str(tapak / "tapak.sh")]
    first = subprocess.run(
        [*line, "demo", str(study), "--scale", "0.1"],
        env=own,
        check=False,
        capture_output=True,
        encoding="utf-8",
        timeout=900,
    )
    assert first.returncode == 0, first.stdout + first.stderr
    assert first.stdout.startswith("Menyiapkan Tapak untuk pertama kali")
    began = time.monotonic()
    again = subprocess.run(
        [*line, "rank", str(study), "--top", "3", "--json"],
        env=own,
        check=False,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert again.returncode == 0, again.stderr
    assert len(json.loads(again.stdout)["sites"]) == 3
    assert time.monotonic() - began < 120
    assert sorted((tapak / "locale").rglob("*.mo"))


def test_enter_opens_the_demo_in_the_browser(office, tmp_path):
    tapak, own = office
    opened = tmp_path / "opened"
    script = tmp_path / "browser.sh"
    script.write_text(f'#!/bin/sh\necho "$1" > "{opened}"\n', encoding="utf-8")
    script.chmod(0o755)
    made = Path(own["HOME"]) / "Tapak" / "contoh"
    study = tapak.parent / "Data Bapas 2026" / "Studi Ünïcode"
    if study.is_dir() and not made.exists():  # the small one of the test before is quicker
        shutil.copytree(study, made)
    log = tmp_path / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            ["sh", str(tapak / "tapak.sh")],
            env=own | {"BROWSER": str(script)},
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=out,
        )
    try:
        process.stdin.write(b"\n")
        process.stdin.close()
        until = time.monotonic() + 240
        while not (opened.exists() and opened.read_text().strip()):
            assert process.poll() is None, log.read_text(errors="replace")
            assert time.monotonic() < until, log.read_text(errors="replace")
            time.sleep(0.3)
        url = opened.read_text(encoding="utf-8").strip()
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=10) as answer:
            assert answer.status == 200
    finally:
        end_with_children(process)
    assert "Biarkan jendela ini terbuka" in log.read_text(encoding="utf-8")


def end_with_children(process):
    """End the launcher and what it started, each by its own number."""
    import psutil

    family = [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]
    for one in family:
        one.terminate()
    psutil.wait_procs(family, timeout=20)
    process.wait(timeout=20)
