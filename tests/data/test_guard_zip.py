"""Zips, GeoPackages and pictures at the door: what they lead to, run, or say they are."""

import io
import struct
import zipfile

import malformed
import malformed_maps
import malformed_returns
import pytest

from data.files import guard_zip
from data.files.guard import check_file
from data.returns.door import opened_zip
from geo.errors import InputError
from surveys.pictures import PictureError, opened
from work.photos import shrunk


def refused(raw, **limits):
    with pytest.raises(InputError) as caught, guard_zip.opened("a.zip", io.BytesIO(raw), **limits):
        pass
    return caught.value.code


@pytest.mark.parametrize(
    "name", ["../a", "/a", "C:\\a", "..\\a", "a/../../b", "a\\..\\..\\b", "a\nb"]
)
def test_a_name_that_leads_outside_is_refused_at_every_door(name):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        packed.writestr("x", "a")
    raw = held.getvalue().replace(b"x", name.encode()[:1]) if len(name) == 1 else zip_named(name)
    assert refused(raw) == "guard.odd_names"
    with pytest.raises(InputError) as caught:
        opened_zip("a.zip", raw)
    assert caught.value.code == "guard.odd_names"


def zip_named(name):
    """A zip with a name that Python itself would tidy up."""
    stand_in = "q" * len(name.encode())
    return malformed.zip_of({stand_in: "a"}).replace(stand_in.encode(), name.encode())


@pytest.mark.parametrize(
    "name", ["a..b.csv", "foto (1).jpg", "folder/a.csv", "ñ/é.csv", "..hidden"]
)
def test_an_ordinary_name_is_none(name):
    assert opened_zip("a.zip", malformed.zip_of({name: "a"})).keys() <= {name}


def test_a_table_of_contents_too_long_is_refused_before_its_lines_are_read():
    raw = bytearray(malformed.zip_of({"a": "a"}))
    at = raw.rindex(b"PK\x05\x06")
    raw[at + 12 : at + 16] = struct.pack("<I", 2**31)
    assert refused(bytes(raw)) == "guard.unpacks_too_big"
    long = b"\0" * 56
    end64 = b"PK\x06\x06" + long[:36] + struct.pack("<Q", 2**40) + long[:8]
    locator = b"PK\x06\x07" + b"\0" * 16
    raw = bytes(malformed.zip_of({"a": "a"}))
    at = raw.rindex(b"PK\x05\x06")
    assert refused(raw[:at] + end64 + locator + raw[at:]) == "guard.unpacks_too_big"


def test_a_zip_unpacks_to_no_more_than_tables_shrink_by():
    assert len(opened_zip("a.zip", malformed.zip_of({"a.csv": b"a,b\n" * (15 << 20)}))) == 1
    with pytest.raises(InputError) as caught:
        opened_zip("a.zip", malformed.zip_of({"a.csv": b"a,b\n" * (20 << 20)}))
    assert caught.value.code == "guard.unpacks_too_big"


@pytest.mark.parametrize("name", ["endless view", "endless view beside", "virtual table"])
def test_a_geopackage_that_runs_something_when_read_is_refused(tmp_path, name):
    path = tmp_path / "a.gpkg"
    path.write_bytes(malformed_maps.GPKGS[name]())
    with pytest.raises(InputError) as caught:
        check_file(path)
    assert caught.value.code == "guard.gpkg_code"


def test_a_view_that_is_no_layer_and_triggers_of_an_index_do_not_matter(tmp_path):
    path = tmp_path / "a.gpkg"
    path.write_bytes(malformed_maps.gpkg("CREATE VIEW own AS SELECT 1"))
    assert check_file(path) == "gpkg"


@pytest.mark.parametrize(
    "name",
    [
        "png vast",
        "png bomb",
        "png no size",
        "jpeg vast",
        "jpeg no size",
        "gif",
        "drawing",
        "heic",
        "riff that is sound",
        "head alone",
    ],
)
def test_a_picture_no_camera_makes_is_not_unpacked(name):
    raw = malformed_returns.PICTURES[name]()
    raw = raw.encode() if isinstance(raw, str) else raw
    with pytest.raises(PictureError), opened(raw):
        pass
    assert shrunk(raw) is None


@pytest.mark.parametrize("kind", ["jpg", "png", "webp"])
def test_a_picture_in_a_document_is_made_anew_without_what_was_behind_or_noted_in_it(kind):
    raw = malformed.sound(kind) + b"<script>PK\x03\x04"
    small = shrunk(raw)
    assert small.startswith(b"\xff\xd8\xff")
    assert b"script" not in small
    assert b"Exif" in raw or kind != "jpg"
    assert b"Exif" not in small
