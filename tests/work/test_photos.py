"""Photos of visits as documents carry them."""

import base64
import hashlib
import io
import json
import zipfile

import pytest
from PIL import Image

from work.photos import LONGEST_PX, MOST_PHOTOS, photos_of, shrunk


def picture(width=1600, height=1200, *, turned=False):
    exif = Image.Exif()
    exif[0x0110] = "Kamera rahasia"
    if turned:
        exif[0x0112] = 6
    out = io.BytesIO()
    Image.new("RGB", (width, height), (width % 256, 90, 60)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def sha(raw):
    return hashlib.sha256(raw).hexdigest()


@pytest.fixture
def site_with(support, tmp_path):
    """A site whose visit brought one file with some photos."""

    def made(raw, photos):
        kept = tmp_path / "inputs" / "returns"
        kept.mkdir(parents=True, exist_ok=True)
        (kept / sha(raw)).write_bytes(raw)
        told = tuple(
            {"name": f"{k}.jpg", "sha256": s, "file": sha(raw)} for k, s in enumerate(photos)
        )
        visit = {"team": "A", "on": "2026-11-10", "answers": (), "photos": told}
        return support("report_facts").site(1, visits=(visit,))

    return made


def test_photos_come_out_of_a_zip_and_out_of_a_web_form(site_with, tmp_path):
    one, two = picture(1600), picture(1601)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("media/a.jpg", one)
        archive.writestr("jawaban.csv", "a,b")
    web = json.dumps({"photos": {"b": "data:image/jpeg;base64," + base64.b64encode(two).decode()}})
    sites = [site_with(out.getvalue(), [sha(one)]), site_with(web.encode(), [sha(two)])]
    found = photos_of(tmp_path, sites)
    assert set(found) == {sha(one), sha(two)}


def test_a_photo_is_small_upright_and_silent():
    small = shrunk(picture(4000, 3000, turned=True))
    with Image.open(io.BytesIO(small)) as made:
        assert made.size == (LONGEST_PX * 3 // 4, LONGEST_PX)
        assert dict(made.getexif()) == {}
    assert b"Kamera rahasia" not in small
    assert small == shrunk(picture(4000, 3000, turned=True))


def test_what_cannot_be_read_or_is_not_kept_is_left_out(site_with, tmp_path):
    broken = b"\xff\xd8\xff" + b"0" * 50
    assert shrunk(broken) is None
    assert photos_of(tmp_path, [site_with(broken, [sha(broken)])]) == {}
    site = site_with(b"{tidak lengkap", ["0" * 64])
    assert photos_of(tmp_path, [site]) == {}
    assert photos_of(tmp_path / "lain", [site]) == {}


def test_no_more_than_a_few_of_one_site(site_with, tmp_path):
    pictures = [picture(100 + k, 80) for k in range(MOST_PHOTOS + 2)]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for k, raw in enumerate(pictures):
            archive.writestr(f"{k}.jpg", raw)
    found = photos_of(tmp_path, [site_with(out.getvalue(), [sha(p) for p in pictures])])
    assert set(found) == {sha(p) for p in pictures[:MOST_PHOTOS]}
