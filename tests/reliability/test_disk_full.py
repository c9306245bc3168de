"""A disk that fills up: one plain sentence, the study as it was, and the command works again after."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from full_disk import plain
from killed import content, difference, names
from needed import absent
from whole import sound

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="small disks are Linux's")
SCRIPT = Path(__file__).parents[1] / "support" / "full_disk.py"
LIGHT = {"add": 3, "collect": 2, "report": 2}
SOAK = {"add": 30, "layer": 15, "collect": 15, "pack": 15, "report": 10, "page": 5, "migrate": 10}


def shares(name, count):
    """Draw how much of the room that a command needs there is; none, a little, nearly enough."""
    draw = random.Random(f"penuh-{name}")
    return [0.0, *(draw.uniform(0.02, 1.1) for _ in range(count - 1))]


@pytest.fixture
def small_disk(laid_out, tmp_path):
    """Run commands on a small disk; skipped where none can be mounted, failed under CI."""
    probe = ["unshare", "-rm", "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(tmp_path)]
    if shutil.which("unshare") is None or subprocess.run(probe, check=False).returncode:
        why = "no disk can be mounted here (unshare -rm mount)"
        absent(why)
    study, files = laid_out
    room = tmp_path / "cakram"
    room.mkdir()

    def run(counts):
        job = tmp_path / "job.json"
        commands = {name: shares(name, count) for name, count in counts.items()}
        job.write_text(json.dumps({"study": str(study), "files": str(files), "commands": commands}))
        line = ["unshare", "-rm", sys.executable, str(SCRIPT), str(room), str(job)]
        done = subprocess.run(line, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-4000:]
        return [json.loads(row) for row in done.stdout.splitlines()]

    return run


def test_a_disk_that_fills_up_leaves_the_study_as_it_was(small_disk):
    told = small_disk(LIGHT)
    assert {row["command"] for row in told} == set(LIGHT)
    assert all(row["full"] > 0 for row in told)


@pytest.mark.soak
def test_a_hundred_full_disks(small_disk, capsys):
    told = small_disk(SOAK)
    assert sum(row["full"] + row["enough"] for row in told) == sum(SOAK.values()) == 100
    with capsys.disabled():
        print("", *told, sep="\n")


@pytest.mark.parametrize("name", ["add", "collect"])
def test_a_file_that_cannot_grow_is_a_full_disk_too(trials, name):
    """Where no disk can be mounted: the system refuses every byte over a limit in any one file."""
    told = trials(name)
    for file_bytes in (4096, 60_000, 300_000):
        study = told.fresh("batas")
        there = names(study)
        end = told.mortal.run(study, [told.command(study)], file_bytes=file_bytes)
        assert end["codes"] in ([0], [1]), end["said"][-2000:]
        sound(study)
        if end["codes"] == [1]:
            said = end["said"].split("\nACK")[0].strip().splitlines()
            assert len(said) == 1
            assert plain(said[0]), said
            assert content(study) == told.before
            assert names(study) == there
        again = told.mortal.run(study, [told.command(study)])
        assert again["codes"] == [0], again["said"]
        found = content(study)
        assert found == told.after, difference(found, told.after)
