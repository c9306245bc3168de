"""The commands for backups and personal data: exit codes, where a passphrase may come from, JSON."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECRET = "kuda batu hujan pena"


def tapak(*arguments, secret=None, **told):
    environment = {k: v for k, v in os.environ.items() if k != "TAPAK_PASSPHRASE"}
    if secret is not None:
        environment["TAPAK_PASSPHRASE"] = secret
    command = [sys.executable, str(ROOT / "cli.py"), *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, env=environment, stdin=subprocess.DEVNULL,
        check=False, **told,
    )  # fmt: skip


def test_a_backup_by_commands(study, tmp_path):
    kept, secret = tmp_path / "a b.tapak", tmp_path / "kata"
    secret.write_text(f"\ufeff{SECRET}\r\nbaris lain\n", encoding="utf-8")
    done = tapak("backup", study, "-o", kept, "--passphrase-file", secret, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["bytes"], told["rows"]["file"] > 5) == (kept.stat().st_size, True)
    wrong = tapak("restore", kept, "-o", tmp_path / "pulih", secret="kuda batu hujan penA")
    assert (wrong.returncode, wrong.stdout) == (3, "")
    assert len(wrong.stderr.strip().splitlines()) == 1
    done = tapak("restore", kept, "-o", tmp_path / "pulih", "--json", secret=SECRET)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows"] == told["rows"]
    listed = tapak("audit", "list", study, "--access", "--json")
    assert [a["what"] for a in json.loads(listed.stdout)["accesses"]] == ["backup"]


@pytest.mark.parametrize("secret", [None, ""])
def test_without_a_passphrase_nothing_is_asked_of_a_script(study, tmp_path, secret):
    done = tapak("backup", study, "-o", tmp_path / "a.tapak", secret=secret)
    assert done.returncode == 2
    assert "passphrase-file" in done.stderr
    assert not (tmp_path / "a.tapak").exists()


def test_a_file_cut_off_is_one_plain_line(study, tmp_path):
    kept = tmp_path / "a.tapak"
    assert tapak("backup", study, "-o", kept, secret=SECRET).returncode == 0
    kept.write_bytes(kept.read_bytes()[:-1000])
    done = tapak("restore", kept, "-o", tmp_path / "pulih", secret=SECRET)
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (1, 1)
    assert "tidak utuh" in done.stderr


def test_retention_and_forget_by_commands(study):
    told = json.loads(tapak("retention", study, "--json").stdout)
    assert (told["applied"], set(told["due"].values())) == (False, {0})
    assert "Belum ada yang diambil" in tapak("retention", study).stdout
    done = tapak("forget", study, "--person", "Sri Wahyuni")
    assert "petugas-" in done.stdout
    assert tapak("forget", study, "--person", "x").returncode == 1
