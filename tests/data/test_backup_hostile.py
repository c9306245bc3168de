"""Backups that somebody made to do harm: nothing is written outside, nothing grows without end."""

import hashlib
import json
import tarfile

import pytest
from backups_made import archive, member

from data.backup import Nowhere, read_backup
from data.backup_unpack import unpacked
from geo.errors import InputError

SECRET = "kuda batu hujan pena"
ABOUT = member("tapak.json", json.dumps({"format": 1, "schema": "0001"}).encode())
TOML = member("study.toml", b'name = "x"\n')


def refused(tmp_path, *entries):
    path = archive(tmp_path / "a.tapak", entries, SECRET)
    before = sorted(p for p in tmp_path.rglob("*"))
    with pytest.raises(InputError) as fault, unpacked(path, tmp_path / "pulih", SECRET):
        pass
    assert sorted(p for p in tmp_path.rglob("*")) == before
    return fault.value.code


@pytest.mark.parametrize(
    "name",
    [
        "../luar", "inputs/../../luar", "/etc/passwd", "inputs//x", "inputs/./x", "inputs/x/",
        "inputs\\..\\x", "C:/x", "inputs/C:x", "inputs/con", "inputs/NUL.txt", "inputs/x. ",
        "rahasia/secrets.toml", "cache/x", "tapak.sqlite", "store/file.jsonl", "store/../x-000001.jsonl",
        "inputs/" + "a" * 300, "inputs/" + "/".join("abcdefghijklmnop"), "out/a\nb", "out", "inputs/",
        "STUDY.TOML", "manifest.json/x", "Inputs/x",
    ],
)  # fmt: skip
def test_names_that_lead_elsewhere(tmp_path, name):
    assert refused(tmp_path, ABOUT, TOML, member(name, b"x")) == "private.hostile"


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE,
     tarfile.DIRTYPE, tarfile.CONTTYPE],
)  # fmt: skip
def test_links_devices_and_folders(tmp_path, kind):
    code = refused(tmp_path, ABOUT, member("inputs/x", type=kind, linkname="/etc/passwd"))
    assert code == "private.hostile"


def test_a_name_twice_also_in_other_letters(tmp_path):
    assert refused(tmp_path, ABOUT, TOML, TOML) == "private.hostile"
    twice = (member("inputs/a", b"1"), member("inputs/A", b"2"))
    assert refused(tmp_path, ABOUT, TOML, *twice) == "private.hostile"


def test_what_comes_first_and_last(tmp_path):
    manifest = member("manifest.json", json.dumps({"members": []}).encode())
    assert refused(tmp_path, TOML) == "private.hostile"  # of which schema is not told
    assert refused(tmp_path, ABOUT, TOML) == "private.broken"  # no manifest
    assert refused(tmp_path) == "private.broken"
    assert refused(tmp_path, ABOUT, TOML, manifest) == "private.broken"  # not what it says
    assert refused(tmp_path, ABOUT, manifest, TOML) == "private.hostile"  # more after the end


@pytest.mark.parametrize(
    "lines",
    [b"{", b"[1]", b'{"x": 1}\n', b'{"id": {}}\n', b'{"id": 1}\n', b"\xff\n", b'{"id": "a"}\n' * 2],
)
def test_rows_that_are_none_of_ours(tmp_path, lines):
    code = refused(tmp_path, ABOUT, TOML, member("store/file-000001.jsonl", lines))
    assert code == "private.broken"
    code = refused(tmp_path, ABOUT, TOML, member("store/sqlite_master-000001.jsonl", b'{"a":1}\n'))
    assert code == "private.broken"


def test_a_member_that_was_exchanged_is_seen_by_its_hash(tmp_path):
    members = [
        {"name": e.name, "bytes": e.size, "sha256": hashlib.sha256(b).hexdigest()}
        for e, b in (ABOUT, TOML)
    ]
    whole = member("manifest.json", json.dumps({"members": members, "rows": {}}).encode())
    path = archive(tmp_path / "a.tapak", (ABOUT, TOML, whole), SECRET)
    assert read_backup(path, SECRET, Nowhere())["rows"] == {}
    for other in (member("study.toml", b'name = "y"\n'), member("inputs/x", b"x")):
        path = archive(tmp_path / "b.tapak", (ABOUT, other, whole), SECRET)
        with pytest.raises(InputError) as fault:
            read_backup(path, SECRET, Nowhere())
        assert fault.value.code == "private.broken"


@pytest.mark.parametrize("about", [b"{", b"[]", b"{}", b'{"format": 2, "schema": "0001"}'])
def test_another_format_is_told(tmp_path, about):
    code = refused(tmp_path, member("tapak.json", about), TOML)
    assert code in {"private.newer_backup", "private.broken"}


def test_a_header_without_end_and_a_size_that_is_not_there(tmp_path):
    entry, _ = member("inputs/x")
    entry.size = 1 << 40
    with (tmp_path / "a.tapak").open("wb") as raw:
        from data.backup_age import Sealed

        sealed = Sealed(raw, SECRET, work=4)
        for known, body in (ABOUT,):
            sealed.write(known.tobuf(tarfile.PAX_FORMAT) + body + bytes(-len(body) % 512))
        sealed.write(entry.tobuf(tarfile.PAX_FORMAT) + bytes(512))
        sealed.close()
    with pytest.raises(InputError) as fault:
        read_backup(tmp_path / "a.tapak", SECRET, Nowhere())
    assert fault.value.code == "private.broken"
    long = ABOUT, member("x", b"9" * 100_000, type=tarfile.XHDTYPE), TOML
    assert refused(tmp_path, *long) == "private.broken"
