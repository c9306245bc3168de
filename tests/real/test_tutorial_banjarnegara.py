"""The tutorial's script on the first user's real layers."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from shared import shared

from work.add import add_files
from work.studies import new_study

ROOT = Path(__file__).parents[2]
LAYERS = (
    ("boundary", "kabupaten_hdx.geojson"),
    ("areas", "desa_278_hdx.geojson"),
    ("landslide", "longsor_indeks_x100_30m_epsg3395.tif"),
    ("assets", "daftar_aset_contoh.xlsx"),
)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bjn-putaran") / "studi"
    new_study(folder, name="Kabupaten Banjarnegara")
    for kind, name in LAYERS:
        add_files(folder, [shared(f"banjarnegara/{name}")], kind=kind)
    return folder


def test_the_loop_goes_round_and_says_because_of_whose_visit(study):
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs/tutorial/field_loop.py"), str(study)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "TAPAK_LANG": "id"},
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert set(told["teams"]) == {"A", "B"}
    for team in told["teams"].values():
        assert team["accepted"] == team["twice"] > 0
        assert team["conflicts"] == team["superseded"] == 0
    because = {cause["team"] for move in told["moved"] for cause in move["because"]}
    assert because == {"A", "B"}
