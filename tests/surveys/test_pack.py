"""A pack is whole, counted and the same each time; a broken one never stands at its name."""

from __future__ import annotations

import hashlib
import io
import json
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from defusedxml import ElementTree

from geo.errors import StudyError
from surveys import pack as packing
from surveys.kmz import kmz_bytes
from surveys.pack import FORM, MAP, README, SHEETS, write_pack
from surveys.questions import spec
from surveys.sheets import sheets_pdf
from surveys.sites import PackInput, PackSite

HOSTILE = "<b>${1+1}</b> {{7*7}} & ]]> \x07 #let x = 1 \\ `id`"


def site(number, *, day=1, lon=109.7, name=None):
    return PackSite(
        id=f"p-{number:08d}", name=name or f"Kantor Desa {number}", kind="village_office",
        kind_text="Kantor desa", agency="Desa", address="Jl. Raya 1", desa="Kalibening",
        kecamatan="Kalibening", lon=lon, lat=-7.3, order=number, day=day, arrive="08:05",
        leave="08:50", must_answer=(9, 12), hazards=("Bahaya longsor: kelas 3",),
    )  # fmt: skip


def made(sites, **told):
    asked = spec("kerja-sosial")
    first = PackInput(
        study_name="Kabupaten Uji", programme="kerja-sosial", team="A", spec=asked,
        sites=tuple(sites), route_lonlat={1: ((109.7, -7.3), (109.71, -7.31))},
        valid_until="2026-12-31", form_version=asked.version, synthetic=True,
        emergency=(("Darurat", "112"),), pack_id="k-uji",
    )  # fmt: skip
    return replace(first, **told)


def test_a_pack_holds_what_its_manifest_says(tmp_path):
    output = tmp_path / "paket.zip"
    told = write_pack(output, made([site(1), site(2), site(3, day=2, lon=None)]))
    with zipfile.ZipFile(output) as archive:
        inside = json.loads(archive.read("manifest.json"))
        assert inside == told
        assert [f["path"] for f in told["files"]] == [MAP, FORM, SHEETS, README]
        for part in told["files"]:
            data = archive.read(part["path"])
            assert hashlib.sha256(data).hexdigest() == part["sha256"]
            assert len(data) == part["bytes"]
    assert [f["count"] for f in told["files"]] == [3, 3, 3, 0]
    assert told["form_version"] == spec("kerja-sosial").version
    assert told["valid_until"] == "2026-12-31"


def test_the_same_pack_is_the_same_bytes(tmp_path):
    one, two = tmp_path / "a.zip", tmp_path / "b.zip"
    write_pack(one, made([site(1), site(2)]))
    write_pack(two, made([site(1), site(2)]))
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("part", [MAP, FORM, SHEETS])
def test_a_part_that_lost_a_site_is_noticed_and_nothing_is_left(tmp_path, monkeypatch, part):
    short = packing.pack_parts(made([site(1)]))
    whole = packing.pack_parts(made([site(1), site(2)]))
    broken = tuple(
        replace(lost, count=2) if kept.path == part else kept
        for kept, lost in zip(whole, short, strict=True)
    )
    monkeypatch.setattr(packing, "pack_parts", lambda *_, **__: broken)
    with pytest.raises(StudyError) as fault:
        write_pack(tmp_path / "paket.zip", made([site(1), site(2)]))
    assert fault.value.code == "pack.broken"
    assert part in fault.value.say(lang="id")
    assert list(tmp_path.iterdir()) == []


CHANNELS = [name for name in packing.CHANNELS if name != "tiles"]
PATHS = [part.path for part in packing.pack_parts(made([site(1)]), channels=CHANNELS)]


@pytest.mark.parametrize("path", PATHS)
def test_every_part_is_opened_again_and_a_torn_one_is_refused(tmp_path, monkeypatch, path):
    parts = packing.pack_parts(made([site(1)]), channels=CHANNELS)
    torn = [replace(p, data=p.data[: len(p.data) // 2]) if p.path == path else p for p in parts]
    if path.endswith(".txt"):
        torn = [replace(p, data=b"") if p.path == path else p for p in parts]
    monkeypatch.setattr(packing, "pack_parts", lambda *_, **__: tuple(torn))
    with pytest.raises(StudyError) as fault:
        write_pack(tmp_path / "paket.zip", made([site(1)]))
    assert (fault.value.code, fault.value.fields["file"]) == ("pack.broken", path)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_no_pack_and_keeps_the_old_one(tmp_path, monkeypatch):
    output = tmp_path / "paket.zip"
    write_pack(output, made([site(1)]))
    before = output.read_bytes()

    def full(path, data):
        with path.open("wb") as half:
            half.write(data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(StudyError) as fault:
        write_pack(output, made([site(1), site(2)]), overwrite=True)
    assert fault.value.code == "file.disk_full"
    assert output.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["paket.zip"]


def test_an_empty_team_and_a_heavy_pack_are_refused_in_words(tmp_path, monkeypatch):
    with pytest.raises(StudyError) as empty:
        write_pack(tmp_path / "a.zip", made([]))
    assert empty.value.code == "pack.no_sites"
    monkeypatch.setattr(packing, "MOST_BYTES", 1000)
    with pytest.raises(StudyError) as heavy:
        write_pack(tmp_path / "a.zip", made([site(1)]))
    assert heavy.value.code == "pack.too_big"


def test_a_hostile_name_stays_text_in_the_map():
    with zipfile.ZipFile(io.BytesIO(kmz_bytes(made([site(1, name=HOSTILE)])))) as archive:
        tree = ElementTree.fromstring(archive.read("doc.kml"))
    names = [e.text for e in tree.findall(".//{*}Placemark/{*}name")]
    assert names[0] == "1. " + HOSTILE.replace("\x07", "")
    assert tree.find(".//{*}b") is None
    told = tree.find(".//{*}Placemark/{*}description").text
    assert "<b>" not in told
    assert "Wajib dijawab: 9, 12" in told


def test_a_site_without_a_point_is_told_and_not_put_anywhere():
    with zipfile.ZipFile(io.BytesIO(kmz_bytes(made([site(1, lon=None)])))) as archive:
        tree = ElementTree.fromstring(archive.read("doc.kml"))
    assert tree.find(".//{*}Point") is None
    assert "titik" in tree.find(".//{*}Placemark/{*}description").text.lower()


def test_a_mark_stands_at_its_site_longitude_first_also_on_the_equator():
    there = replace(site(1), lon=109.33, lat=0.0)
    with zipfile.ZipFile(io.BytesIO(kmz_bytes(made([there])))) as archive:
        tree = ElementTree.fromstring(archive.read("doc.kml"))
    assert tree.find(".//{*}Point/{*}coordinates").text == "109.3300000,0.0000000"


def test_the_map_asks_no_server_for_its_marks():
    with zipfile.ZipFile(io.BytesIO(kmz_bytes(made([site(1)])))) as archive:
        text, names = archive.read("doc.kml").decode(), set(archive.namelist())
    assert text.count("http") == text.count("http://www.opengis.net")
    assert "files/mark.png" in names


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_sheets_are_a_tagged_pdf_with_a_page_for_every_site(lang):
    import pikepdf

    data = sheets_pdf(made([site(1), site(2, name=HOSTILE.replace("\x07", ""))]), lang=lang)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert len(pdf.pages) >= 3
        assert str(pdf.Root.Lang).startswith(lang)


def test_sixty_sites_are_packed_in_a_minute_and_forty_megabytes(tmp_path):
    start = time.perf_counter()
    write_pack(tmp_path / "paket.zip", made([site(n, day=1 + n // 10) for n in range(60)]))
    assert time.perf_counter() - start < 60
    assert (tmp_path / "paket.zip").stat().st_size < 40 * 2**20


def test_channels_lie_under_lanjutan_and_are_counted_too(tmp_path):
    told = write_pack(
        tmp_path / "paket.zip",
        made([site(1), site(2, lon=None)]),
        channels=["odk", "kobo", "osmand"],
    )
    counts = {f["path"]: f["count"] for f in told["files"] if f["path"].startswith("lanjutan/")}
    assert counts["lanjutan/osmand/lokasi.gpx"] == 1
    assert counts["lanjutan/odk/sites.geojson"] == 1
    assert counts["lanjutan/odk/unplaced.csv"] == 1
    assert counts["lanjutan/kobo/sites.csv"] == 1
