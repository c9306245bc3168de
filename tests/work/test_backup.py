"""A study as one encrypted file: the same after as before, whole or not at all, while in use."""

import io
import json
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest
from backups_made import remade
from returned import good, submission, web_file

from data.backup import MANIFEST, Nowhere, files_of, read_backup
from data.backup_age import Opened, PassphraseError
from data.backup_unpack import _own_store
from data.returns.gpkg import PACKS
from data.schema import HEAD
from data.workspace import open_study
from geo.errors import InputError, NotAllowedError, StudyError
from work import backup as keeping
from work.audit import history, verify_history
from work.collecting import collect
from work.ranking import rank_study
from work.roles import Actor, Role, acting_as

ROOT = Path(__file__).parents[2]
SECRET = "kuda batu hujan pena"


def rows_of(folder):
    with open_study(folder) as study, study.store.all_rows() as rows:
        found = {}
        for table, _, lines in rows:
            found.setdefault(table, []).extend(json.loads(line) for line in lines.splitlines())
    return found


def inside(path):
    with path.open("rb") as raw:
        plain = io.BytesIO(Opened(raw, SECRET, name=path.name).read())
    with tarfile.open(fileobj=plain) as archive:
        return {m.name: archive.extractfile(m).read() for m in archive}


@pytest.fixture
def used(study, tmp_path):
    """a study with visits, a run, a pack's own copy, a secret and odd file names."""
    with open_study(study) as opened:
        sites = list(opened.store.candidates()["id"].head(3))
    told = [submission(f"u-{n}", s, answers=good(q06=n)) for n, s in enumerate(sites)]
    collect(study, web_file(tmp_path / "a.json", *told))
    (study / "inputs" / "packs" / "k-1").mkdir(parents=True, exist_ok=True)
    (study / "inputs" / "packs" / "k-1" / "merged.gpkg").write_bytes(b"gpkg")
    (study / "out" / "peta é 1.html").write_bytes(b"<html>")
    (study / "out" / "lama.tapak").write_bytes(b"an older backup")
    (study / "out" / ".tapak-x").mkdir()
    (study / "out" / ".tapak-x" / "half").write_bytes(b"half")
    (study / "rahasia").mkdir()
    (study / "rahasia" / "secrets.toml").write_text("cookie_secret = 'x'")
    rank_study(study)
    return study


@pytest.fixture
def kept(used, tmp_path):
    path = tmp_path / "studi.tapak"
    keeping.backup(used, path, passphrase=SECRET)
    return path


def test_what_is_restored_is_what_was_kept(used, kept, tmp_path):
    told = keeping.restore(kept, tmp_path / "pulih", passphrase=SECRET)
    old, new = rows_of(used), rows_of(tmp_path / "pulih")
    assert (old["event"][-1]["action"], new["event"][-1]["action"]) == ("backup", "restore")
    assert old.pop("event")[:-1] == new.pop("event")[:-1]
    assert [a["what"] for a in old.pop("access")] == ["backup"]  # recorded when it was finished
    assert old == new
    assert told["rows"]["response"] == 3
    assert verify_history(tmp_path / "pulih")["broken"] is None
    before, after = rank_study(used), rank_study(tmp_path / "pulih")
    assert after | {"run": before["run"]} == before  # a run's name holds its time
    files = {name: path.read_bytes() for name, path in files_of(used, leave=kept)}
    again = {n: p.read_bytes() for n, p in files_of(tmp_path / "pulih", leave=kept)}
    assert files == again
    assert {"inputs/packs/k-1/merged.gpkg", "out/peta é 1.html"} <= files.keys()
    assert (tmp_path / "pulih" / "study.toml").read_bytes() == (used / "study.toml").read_bytes()


def test_secrets_cache_and_halves_stay_out_and_the_manifest_comes_last(used, kept):
    assert any((used / "cache").rglob("*"))
    names = list(inside(kept))
    assert (names[0], names[-1]) == ("tapak.json", MANIFEST)
    assert f"inputs/{PACKS}/" == keeping.PACKS
    assert [n for n in names if "rahasia" in n or "cache" in n or ".tapak" in n] == []
    told = history(used)["events"][0]
    assert (told["action"], told["subject"]) == ("backup", "studi.tapak")


def test_a_wrong_passphrase_leaves_nothing(kept, tmp_path):
    with pytest.raises(PassphraseError):
        keeping.restore(kept, tmp_path / "pulih", passphrase=f"{SECRET}!")
    assert not (tmp_path / "pulih").exists()
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_an_aborted_backup_is_told_and_leaves_nothing(kept, tmp_path):
    raw = kept.read_bytes()
    cut = tmp_path / "putus.tapak"
    for share in (0.0, 0.0001, 0.1, 0.5, 0.9, 0.999, 0.999999):
        cut.write_bytes(raw[: int(len(raw) * share)])
        with pytest.raises(InputError) as fault:
            keeping.restore(cut, tmp_path / "pulih", passphrase=SECRET)
        assert fault.value.code in {"private.broken", "private.not_a_backup"}
        assert not (tmp_path / "pulih").exists()
    changed = bytearray(raw)
    changed[len(raw) // 2] ^= 1
    cut.write_bytes(changed)
    with pytest.raises(InputError, match="tidak utuh"):
        keeping.restore(cut, tmp_path / "pulih", passphrase=SECRET)
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_nothing_stands_at_the_name_when_the_disk_fails(used, tmp_path, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("data.backup.Writing.finish", full)
    with pytest.raises((OSError, StudyError)):  # the house says a full disk in its own words
        keeping.backup(used, tmp_path / "b.tapak", passphrase=SECRET)
    assert not (tmp_path / "b.tapak").exists()
    monkeypatch.undo()
    monkeypatch.setattr("work.backup.read_backup", lambda *_: {})
    with pytest.raises(StudyError):
        keeping.backup(used, tmp_path / "b.tapak", passphrase=SECRET)
    assert not (tmp_path / "b.tapak").exists()


def test_nothing_that_is_there_is_replaced(used, kept, tmp_path):
    with pytest.raises(StudyError) as fault:
        keeping.backup(used, kept, passphrase=SECRET)
    assert fault.value.code == "file.exists"
    for folder, code in ((used, "study.exists"), (tmp_path, "study.folder_not_empty")):
        with pytest.raises(StudyError) as fault:
            keeping.restore(kept, folder, passphrase=SECRET)
        assert fault.value.code == code
    (tmp_path / "kosong").mkdir()
    keeping.restore(kept, tmp_path / "kosong", passphrase=SECRET)
    with pytest.raises(InputError) as fault:
        keeping.backup(used, tmp_path / "c.tapak", passphrase="pendek")
    assert fault.value.code == "private.passphrase_short"


def test_an_older_store_is_brought_up(kept, tmp_path):
    """A backup as the schema before photos wrote it: without the columns that came later."""

    def older(name, raw):
        if name == "tapak.json":
            return raw.replace(f'"{HEAD}"'.encode(), b'"0004"')
        if name.startswith("store/response-"):
            rows = [json.loads(line) for line in raw.splitlines()]
            rows = [{k: v for k, v in r.items() if k not in {"photos", "alias"}} for r in rows]
            return b"".join(json.dumps(r).encode() + b"\n" for r in rows)
        if name.startswith("store/event-"):
            rows = [json.loads(line) for line in raw.splitlines()]
            rows = [{k: v for k, v in r.items() if k not in {"salts", "sealed"}} for r in rows]
            return b"".join(json.dumps(r).encode() + b"\n" for r in rows)
        return raw

    members = {n: r for n, r in inside(kept).items() if not n.startswith("store/study_key")}
    path = remade(tmp_path / "lama.tapak", members, SECRET, change=older)
    keeping.restore(path, tmp_path / "pulih", passphrase=SECRET)
    with open_study(tmp_path / "pulih") as study:
        assert [r.photos for r in study.store.responses()] == [(), (), ()]
    path = remade(
        tmp_path / "baru.tapak", members, SECRET,
        change=lambda _name, raw: raw.replace(f'"{HEAD}"'.encode(), b'"9999"'),
    )  # fmt: skip
    with pytest.raises(InputError, match="lebih baru"):
        keeping.restore(path, tmp_path / "pulih2", passphrase=SECRET)


def test_a_shared_database_is_not_opened_by_the_copy():
    """The restored study stands on its own rows; every other line stays as it was."""
    head = 'name = "a"\n[area]\nutm_zone = "49S" # x\n'
    told = _own_store(f'{head}\n[store]\nurl = "postgresql://h/d"\nschema = "s"\n'.encode())
    assert told.decode().strip() == head.strip()
    assert _own_store(head.encode()) == head.encode()


WRITER = """
import sys
from pathlib import Path
from data.records import FileRecord
from data.store_life import CommentRecord
from data.workspace import open_study
with open_study(Path(sys.argv[1])) as study:
    print("ready", flush=True)
    for n in range(100000):
        with study.store.transaction():
            study.store.add_comment(CommentRecord(candidate="p-1", by=str(n), said="a"))
            study.store.add_comment(CommentRecord(candidate="p-2", by=str(n), said="b"))
"""


def test_a_backup_while_another_process_writes_is_of_one_moment(used, tmp_path):
    command = [sys.executable, "-c", WRITER, str(used)]
    writer = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    try:
        assert writer.stdout.readline() == b"ready\n"
        counts = []
        for n in range(3):
            time.sleep(0.2)
            path = tmp_path / f"{n}.tapak"
            keeping.backup(used, path, passphrase=SECRET)
            keeping.restore(path, tmp_path / f"pulih{n}", passphrase=SECRET)
            rows = rows_of(tmp_path / f"pulih{n}")["comment"]
            by = {s: [r["by"] for r in rows if r["candidate"] == s] for s in ("p-1", "p-2")}
            assert by["p-1"] == by["p-2"] == [str(k) for k in range(len(by["p-1"]))]
            counts.append(len(rows))
        assert writer.poll() is None  # it went on all the while
        assert counts[0] < counts[1] < counts[2]
    finally:
        writer.kill()
        writer.wait()


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.ADMIN])
def test_only_an_admin_keeps_and_restores(role, used, kept, tmp_path):
    with acting_as(Actor(name="x", role=role)):
        with pytest.raises(NotAllowedError):
            keeping.backup(used, tmp_path / "x.tapak", passphrase=SECRET)
        with pytest.raises(NotAllowedError):
            keeping.restore(kept, tmp_path / "x", passphrase=SECRET)


def test_checking_reads_all_of_it_and_keeps_nothing(kept, tmp_path):
    before = sorted(p.name for p in tmp_path.iterdir())
    assert len(read_backup(kept, SECRET, Nowhere())["members"]) > 10
    assert sorted(p.name for p in tmp_path.iterdir()) == before
