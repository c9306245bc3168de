"""The health of a study: each fault is one line and an exit code, and looking changes nothing."""

import hashlib
import json
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from geo.errors import UsageError
from work.health import study_health

ROOT = Path(__file__).parents[2]


def states(told):
    return {c["check"]: c["state"] for c in told["checks"]}


def store(study, statement, *given):
    with closing(sqlite3.connect(study / "tapak.sqlite")) as connection, connection:
        connection.execute(statement, given)


def test_a_study_in_order_is_well_and_looking_changes_nothing(study):
    study_health(study)  # the journal is folded in by the first to close
    before = hashlib.sha256((study / "tapak.sqlite").read_bytes()).hexdigest()
    there = sorted(p.name for p in study.iterdir())
    told = study_health(study)
    assert told["state"] == "ok"
    assert states(told) == dict.fromkeys(
        ("settings", "disk", "folder", "store", "write", "record"), "ok"
    )
    assert hashlib.sha256((study / "tapak.sqlite").read_bytes()).hexdigest() == before
    assert sorted(p.name for p in study.iterdir()) == there


def test_a_full_disk_is_a_fault(study):
    told = study_health(study, min_free_mb=10**9)
    assert told["state"] == "fail"
    assert states(told)["disk"] == "fail"
    assert states(told)["store"] == "ok"


def test_a_store_of_another_schema_is_told_and_not_brought_to_ours(study):
    store(study, "UPDATE alembic_version SET version_num = '0004'")
    told = study_health(study)
    assert states(told)["store"] == "fail"
    assert "write" not in states(told)
    with closing(sqlite3.connect(study / "tapak.sqlite")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0004",)


def test_a_store_that_is_gone_is_not_made_anew(study):
    (study / "tapak.sqlite").unlink()
    told = study_health(study)
    assert states(told)["store"] == "fail"
    assert not (study / "tapak.sqlite").exists()


def test_a_store_that_is_none_and_settings_with_a_fault(study):
    for part in ("", "-wal", "-shm"):
        (study / f"tapak.sqlite{part}").unlink(missing_ok=True)
    (study / "tapak.sqlite").write_bytes(b"no database" * 100)
    (study / "study.toml").write_text("name = ", encoding="utf-8")
    told = study_health(study)
    assert states(told)["settings"] == "fail"
    assert states(told)["store"] == "fail"
    assert all(str(study) not in c["text"] for c in told["checks"])


def test_somebody_who_writes_just_now_is_no_fault(study, monkeypatch):
    monkeypatch.setattr("work.health._WAIT_S", 0.1)
    with closing(sqlite3.connect(study / "tapak.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        told = study_health(study)
        other.execute("ROLLBACK")
    assert states(told)["write"] == "warn"
    assert told["state"] == "warn"


def test_a_record_changed_at_its_end_is_found(study):
    told = study_health(study)
    assert states(told)["record"] == "ok"
    for trigger in triggers(study):
        store(study, f"DROP TRIGGER {trigger}")
    store(study, "UPDATE event SET subject = 'x' WHERE number = (SELECT max(number) FROM event)")
    told = study_health(study)
    assert states(told)["record"] == "fail"


def triggers(study):
    with closing(sqlite3.connect(study / "tapak.sqlite")) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return [name for (name,) in found]


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/_stcore/health" else 404)
        self.end_headers()

    def log_message(self, *_given):
        pass


def test_the_app_is_asked_too(study):
    server = HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    try:
        assert states(study_health(study, url=url))["app"] == "ok"
        assert states(study_health(study, url=f"{url}/lain"))["app"] == "fail"
    finally:
        server.shutdown()
        server.server_close()
    assert states(study_health(study, url=url))["app"] == "fail"
    with pytest.raises(UsageError):
        study_health(study, url="file:///etc/passwd")


def test_the_command_says_json_and_its_exit_code_tells(study):
    line = [sys.executable, str(ROOT / "cli.py"), "health", str(study)]
    done = subprocess.run([*line, "--json"], capture_output=True, check=False)
    assert done.returncode == 0
    assert json.loads(done.stdout)["state"] == "ok"
    (study / "tapak.sqlite").unlink()
    done = subprocess.run(line, capture_output=True, check=False)
    assert done.returncode == 1
    assert "pulihkan dari cadangan" in done.stdout.decode("utf-8")
