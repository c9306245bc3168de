"""Whether a study is whole: its store, its chain, and every file that stands at a final name."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

HEX = re.compile(r"[0-9a-f]{64}")
KEPT = re.compile(r"([0-9a-f]{8,64})-.+")
PASSPHRASE = "sandi cadangan yang panjang"


def there(study: Path):
    """Tell whether a study stands at its name; anything else there would be half of one."""
    if not study.exists():
        return False
    assert (study / "study.toml").is_file(), f"half a study at {study}"
    return True


def sha(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def opens(path):
    """Open a file to its last byte; raises when half of it is missing."""
    suffix = path.suffix.lower()
    if suffix in {".zip", ".xlsx", ".kmz", ".qgz", ".docx"}:
        with zipfile.ZipFile(path) as bundle:
            assert bundle.testzip() is None, path
    elif suffix in {".gpkg", ".mbtiles", ".sqlite"}:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as held:
            assert held.execute("PRAGMA integrity_check").fetchone() == ("ok",), path
    elif suffix == ".pdf":
        import pikepdf

        with pikepdf.open(path) as document:
            assert len(document.pages) > 0
            assert not document.check()
    elif suffix == ".tapak":
        from data.backup import Nowhere, read_backup

        read_backup(path, PASSPHRASE, Nowhere())
    elif suffix == ".html":
        assert path.read_text(encoding="utf-8").rstrip().endswith("</html>"), path
    elif suffix in {".json", ".geojson"}:
        json.loads(path.read_text(encoding="utf-8"))
    elif suffix == ".parquet":
        import pyarrow.parquet as pq

        pq.read_table(path)
    elif suffix == ".npz":
        import numpy as np

        with np.load(path, allow_pickle=False) as arrays:
            assert all(arrays[name].size >= 0 for name in arrays.files)
    else:
        assert path.stat().st_size > 0, path


def final_files(folder):
    """Every file at a name that somebody may open: none of a hidden working folder.

    What SQLite keeps beside a database while it is open belongs to that database.
    """
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        hidden = any(part.startswith(".tapak-") for part in inner.parts)
        beside = inner.name.startswith("tapak.") or inner.name.endswith(("-wal", "-shm"))
        if path.is_file() and not hidden and not beside:
            yield path


def whole_files(folder):
    for path in final_files(folder):
        opens(path)
        if HEX.fullmatch(path.name):
            assert sha(path) == path.name, path
        elif path.parent.name == "inputs" and (kept := KEPT.fullmatch(path.name)):
            assert sha(path).startswith(kept.group(1)), path


def sound(study):
    """Assert that a study is whole: store, keys, chain, and every file that stands at a name."""
    from data.store_life import broken_link
    from data.workspace import open_study

    if not there(study):
        return
    whole_files(study)
    local = study / "tapak.sqlite"
    if local.exists():
        with closing(sqlite3.connect(local)) as store:
            assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert store.execute("PRAGMA foreign_key_check").fetchall() == []
    with open_study(study) as opened:
        assert broken_link(opened.store.events()) is None
        for file in opened.store.files(current_only=False):
            kept = opened.input_path(file)
            assert kept.is_file(), f"the store names {kept.name}, which is not there"
            assert (sha(kept), kept.stat().st_size) == (file.sha256, file.bytes)
