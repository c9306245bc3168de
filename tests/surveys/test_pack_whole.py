"""A pack that dies while it is written never stands at its name, whatever kills it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MADE = textwrap.dedent("""
    import sys
    from pathlib import Path
    from surveys.pack import write_pack
    from surveys.questions import spec
    from surveys.sites import PackInput, PackSite

    asked = spec("kerja-sosial")
    sites = tuple(
        PackSite(id=f"p-{n:08d}", name=f"Kantor {n}", kind="village_office", kind_text="Kantor",
                 agency="", address="", desa="", kecamatan="", lon=109.7, lat=-7.3, order=n, day=1)
        for n in range(1, 4)
    )
    pack = PackInput(study_name="Uji", programme="kerja-sosial", team="A", spec=asked,
                     sites=sites, route_lonlat={}, valid_until="2026-12-31",
                     form_version=asked.version, synthetic=True, emergency=(), pack_id="k-uji")
""")


def run(program, output, **more):
    return subprocess.Popen(
        [sys.executable, "-c", MADE + textwrap.dedent(program), str(output)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more,
    )  # fmt: skip


@pytest.mark.skipif(os.name != "posix", reason="limits and signals of POSIX")
@pytest.mark.parametrize("old", [False, True])
def test_a_disk_that_takes_no_more_leaves_nothing(tmp_path, old):
    """The system itself refuses to write past 100 kB, in the middle of the zip."""
    output = tmp_path / "paket.zip"
    if old:
        output.write_bytes(b"old")
    done = run(
        """
        import resource, signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        from geo.errors import StudyError
        from surveys.pack import pack_parts
        pack_parts(pack)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        try:
            write_pack(Path(sys.argv[1]), pack, overwrite=True)
        except StudyError as fault:
            print(fault.code)
        """,
        output,
    )
    said, wrong = done.communicate(timeout=120)
    assert said.strip() == "file.disk_full", wrong
    assert [p.name for p in tmp_path.iterdir()] == (["paket.zip"] if old else [])
    assert not old or output.read_bytes() == b"old"


@pytest.mark.skipif(os.name != "posix", reason="limits and signals of POSIX")
@pytest.mark.parametrize("step", ["written", "checked"])
def test_a_killed_process_leaves_no_pack_at_its_name(tmp_path, step):
    """SIGKILL while half the bytes lie on the disk, and while they are checked."""
    output = tmp_path / "paket.zip"
    output.write_bytes(b"old")
    hold = {
        "written": """
        def slow(path, data):
            with path.open("wb") as half:
                half.write(data[: len(data) // 2])
                half.flush()
                wait()
        Path.write_bytes = slow
        """,
        "checked": """
        import surveys.pack
        surveys.pack.check_pack = lambda *_: wait()
        """,
    }[step]
    running = run(
        "import time\n"
        "def wait():\n"
        "    print('now', flush=True)\n"
        "    time.sleep(600)\n"
        + textwrap.dedent(hold)
        + "write_pack(Path(sys.argv[1]), pack, overwrite=True)\n",
        output,
    )
    try:
        assert running.stdout.readline().strip() == "now"
        running.send_signal(signal.SIGKILL)
        running.wait(timeout=60)
    finally:
        running.kill()
        running.communicate()
    time.sleep(0.05)
    assert output.read_bytes() == b"old"
    left = [p.name for p in tmp_path.iterdir() if not p.name.startswith(".tapak-")]
    assert left == ["paket.zip"]
