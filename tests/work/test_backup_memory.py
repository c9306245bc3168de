"""A study with a gigabyte of inputs is kept and restored in under 300 MB of memory."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MEASURED = """
import sys
from pathlib import Path
from work.backup import backup, restore
study, kept, again = (Path(p) for p in sys.argv[1:4])
if sys.argv[4] == "backup":
    backup(study, kept, passphrase="kuda batu hujan pena")
else:
    restore(kept, again, passphrase="kuda batu hujan pena")
told = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(int(told["VmHWM"].split()[0]) // 1024)  # its own peak; ru_maxrss begins at its parent's
"""


@pytest.mark.slow
def test_a_gigabyte_takes_no_more_memory_than_a_megabyte(study, tmp_path):
    if not Path("/proc/self/status").exists():
        pytest.skip("measured on Linux only")
    with (study / "inputs" / "raster.tif").open("wb") as out:
        out.truncate(1_000_000_000)  # as long as it says, without the disk it would take
    for step in ("backup", "restore"):
        command = [sys.executable, "-c", MEASURED, study, tmp_path / "b", tmp_path / "r", step]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        assert int(done.stdout) < 300, (step, done.stdout)
        print(step, done.stdout.strip(), "MB")
    assert (tmp_path / "r" / "inputs" / "raster.tif").stat().st_size == 1_000_000_000
