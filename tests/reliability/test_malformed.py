"""Malformed files at every door: one plain sentence in both languages, soon, the study as it was."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import time
import zlib
from contextlib import closing, suppress
from pathlib import Path

import malformed
import malformed_maps
import malformed_osm
import malformed_returns
import malformed_tables
import pytest

from data.files import child
from data.files.guard import check_file
from data.osm_fast import read_tables
from data.osm_pbf import UnusualFormError
from data.workspace import open_study
from geo.errors import InputError, TapakError
from work.add import add_files
from work.collecting import collect

DOORS = {
    "geojson": "areas", "gpkg": "areas", "kml": "areas", "kmz": "areas", "shp.zip": "areas",
    "tif": "landslide", "csv": "assets", "xlsx": "assets", "ods": "assets", "osm.pbf": "osm",
    "osm": "osm",
}  # fmt: skip
"""Files of every other sort come home from the field."""
SEEDS = 8
DAMAGED = {
    f"damaged {name} {seed}": (
        DOORS.get(name, "collect"),
        f".{name}",
        lambda name=name, seed=seed: malformed.damaged(malformed.sound(name), zlib.crc32(name.encode()) // 8 * 8 + seed),
    )
    for name in malformed.SOUND
    for seed in range(SEEDS)
}  # fmt: skip
CASES = (
    DAMAGED
    | malformed_maps.CASES
    | malformed_osm.CASES
    | malformed_tables.CASES
    | malformed_returns.CASES
)
MOST_S, MOST_MB = 10.0, 1024.0


def test_there_are_300_inputs_and_more():
    assert len(CASES) >= 300


@pytest.fixture(scope="module")
def kept(small_demo, tmp_path_factory):
    return Path(shutil.copytree(small_demo, tmp_path_factory.mktemp("cacat") / "studi"))


def fingerprint(folder):
    """What a study holds: every row of its store, its settings, and its files as given."""
    held = hashlib.sha256()
    with closing(sqlite3.connect(folder / "tapak.sqlite")) as base:
        for line in base.iterdump():
            held.update(line.encode())
    for path in sorted([folder / "study.toml", *(folder / "inputs").rglob("*")]):
        if path.is_file():
            held.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return held.hexdigest()


def give(folder, door, path):
    """Bring a file through one of a study's doors."""
    if door == "collect":
        collect(folder, str(path))
    elif door == "settings":
        good = folder / "study.toml"
        before = good.read_bytes()
        try:
            good.write_bytes(path.read_bytes())
            open_study(folder).close()
        finally:
            good.write_bytes(before)
    else:
        add_files(folder, [path], kind=door)


@pytest.mark.parametrize("name", sorted(malformed.SOUND.keys() - {"jpg", "png", "webp", "pdf"}))
def test_what_the_damage_is_done_to_is_sound(kept, tmp_path, name):
    """Else everything would be refused for another reason; pictures and a PDF show no sheet."""
    path = tmp_path / f"berkas.{name}"
    path.write_bytes(malformed.sound(name))
    give(kept, DOORS.get(name, "collect"), path)


@pytest.mark.parametrize("name", CASES)
def test_a_malformed_file_is_read_or_refused_in_one_sentence(kept, tmp_path, name, monkeypatch):
    door, end, made = CASES[name]
    raw = made()
    path = tmp_path / f"berkas{end}"
    path.write_bytes(raw.encode() if isinstance(raw, str) else raw)
    asked = []
    ask = child.ask
    monkeypatch.setattr(child, "ask", lambda *a, **k: asked.append(ask(*a, **k)) or asked[-1])
    before, start = fingerprint(kept), time.process_time()
    try:
        give(kept, door, path)
        fault = None
    except TapakError as told:
        fault = told
    took_s = time.process_time() - start + sum(a.processor_s for a in asked)
    assert all(a.state in {"done", "fault", "heavy"} for a in asked), asked[-1].trace or "it died"
    assert took_s < MOST_S, took_s
    assert max((a.peak_mb for a in asked), default=0) < MOST_MB
    if fault is not None:
        assert fingerprint(kept) == before
        for lang in ("id", "en"):
            said = fault.say(lang=lang)
            assert said != fault.code
            assert "\n" not in said.strip()


FAST = {f"damaged {seed}": lambda seed=seed: malformed.damaged(malformed.sound("osm.pbf"), seed) for seed in range(40)}  # fmt: skip


@pytest.mark.parametrize("name", [*FAST, *sorted(malformed_osm.PBFS.keys() - {"bomb"})])
def test_our_own_decoder_of_large_extracts_says_what_is_wrong_too(tmp_path, name):
    """Files so small go to GDAL; here they are given to the decoder of those above 1.5 MB."""
    path = tmp_path / "a.osm.pbf"
    path.write_bytes((FAST | malformed_osm.PBFS)[name]())
    with suppress(UnusualFormError, InputError):  # GDAL looks at the first, people at the second
        check_file(path)
        read_tables(path)
