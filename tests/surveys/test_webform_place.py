"""Where a site's entrance is, by every way the offline form takes: GPS, pasted, photo, map app."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.browser
HERE = pytest.approx
READ = {
    "-7.39531, 109.69702": "pasted",
    "-7,39531 109,69702": "pasted",
    "-7,39531; 109,69702": "pasted",
    "-7,39531, 109,69702": "pasted",
    "(−7.39531, 109.69702)": "pasted",
    "109.69702, -7.39531": "pasted",
    "-7.39531° 109.69702°": "pasted",
    "7.39531 S, 109.69702 E": "pasted",
    "7,39531 LS 109,69702 BT": "pasted",
    "S 7.39531 E 109.69702": "pasted",
    "E109.69702 S7.39531": "pasted",
    "7°23'43.116\"S 109°41'49.272\"E": "pasted",
    "7°23'43,116\" LS, 109°41'49,272\" BT": "pasted",
    "7° 23′ 43.116″ S 109° 41′ 49.272″ E": "pasted",
    "-7°23'43.116\" 109°41'49.272\"": "pasted",
    "geo:-7.39531,109.69702?z=17": "map",
    "https://www.google.com/maps/@-7.39531,109.69702,17z": "map",
    "https://maps.google.com/?q=-7.39531,109.69702": "map",
    "https://www.google.com/maps/place/X/@-7.4,109.7,9z/data=!3d-7.39531!4d109.69702": "map",
}
NOT_READ = (
    "",
    "7.39531, 109.69702",
    "-7.39531",
    "kantor desa",
    "48.85, 2.35",
    "https://maps.app.goo.gl/AbCd123",
    "-7°75'00\"S 109°41'24\"E",
    "-7,39531,109",
    "1 2 3 4 5 6 7",
    "7 S 8 S",
)


def test_a_point_is_taken_only_at_twenty_metres_or_better(phone, forms, tmp_path):
    where = {"longitude": 109.69, "latitude": -7.391, "accuracy": 34}
    page = phone(forms.pack([forms.site(1)]), geolocation=where, permissions=["geolocation"])
    forms.begin(page)
    status = page.locator(".status")
    page.locator(".point-box > .main").tap()
    page.locator(".status", has_text="34 m").wait_for()
    assert "wait" in status.get_attribute("class")
    page.context.set_geolocation({**where, "latitude": -7.3912, "accuracy": 12.34})
    page.locator(".status.good").wait_for()
    page.context.set_geolocation({**where, "latitude": -7.4, "accuracy": 19})
    page.wait_for_timeout(200)
    forms.fill(page, "kerja-sosial", {"q02": "sesuai"})
    (sent,) = json.loads(forms.save(page, tmp_path).read_text())["submissions"]
    wanted = {"lon": 109.69, "lat": -7.3912, "accuracy_m": 12.3, "source": "gps"}
    assert sent["answers"]["q01"] == wanted


@pytest.mark.parametrize("refused", [False, True], ids=["denied", "throws"])
def test_a_refused_location_is_told_and_the_map_app_is_one_tap_away(phone, forms, refused):
    nowhere = forms.site(2, lon=None, lat=None, name="Balai & <b>Desa</b>")
    page = phone(forms.pack([forms.site(1), nowhere]), refused=refused)
    forms.begin(page)
    page.locator(".point-box > .main").tap()
    page.locator(".status.bad").wait_for()
    link = page.locator(".point-box a")
    assert link.get_attribute("href") == "geo:-7.3905,109.691?q=-7.3905,109.691"
    page.locator(".back").tap()
    page.locator(".site").nth(1).tap()
    assert link.get_attribute("href").startswith("geo:0,0?q=Balai%20%26%20%3Cb%3EDesa")


def test_pasted_places_are_read_in_every_common_shape(phone, forms):
    page = phone(forms.pack([forms.site(1)]))
    forms.begin(page)
    box = page.locator('[data-field="q01"]')
    for text, source in READ.items():
        box.locator(".paste input").fill(text)
        box.locator(".paste button").tap()
        told = box.locator(".status").inner_text()
        assert told.startswith("-7,39531; 109,69702"), text
        assert ("aplikasi peta" in told) == (source == "map"), text
        assert box.locator(".fault").is_hidden(), text
    for text in NOT_READ:
        box.locator(".paste input").fill(text)
        box.locator(".paste button").tap()
        assert box.locator(".fault").is_visible(), text


def test_a_photo_gives_its_place_and_time_before_it_is_made_small(phone, forms, tmp_path):
    page = phone(forms.pack([forms.site(1)]), refused=True)
    forms.begin(page)
    big = forms.photo(tmp_path / "kamera.jpg", size=(2400, 1600))
    page.locator('[data-field="q01"] input[type=file]').set_input_files(str(big))
    page.locator(".status.good").wait_for()
    forms.fill(page, "kerja-sosial", {"q02": "sesuai", "q03_depan": big})
    (sent,) = json.loads(forms.save(page, tmp_path).read_text())["submissions"]
    lat, lon = -(7 + 23 / 60 + 42.5 / 3600), 109 + 41 / 60 + 24 / 3600
    place = {"lon": HERE(lon, abs=1e-6), "lat": HERE(lat, abs=1e-6)}
    assert sent["answers"]["q01"] == {**place, "accuracy_m": None, "source": "photo"}
    ((name, url),) = sent["photos"].items()
    size, exif, weight = forms.jpeg_size(url)
    assert (size, exif) == ((1280, 853), {})
    assert weight < 300_000
    assert sent["photo_facts"] == {name: {**place, "taken_at": "2026-11-20T09:12:13+07:00"}}


def test_a_broken_or_placeless_photo_is_told(phone, forms, tmp_path):
    page = phone(forms.pack([forms.site(1)]))
    forms.begin(page)
    broken = tmp_path / "rusak.jpg"
    broken.write_bytes(b"\xff\xd8\xff\xe1\x00\x20Exif\0\0II*\0\xff\xff\xff\xff")
    plain = forms.photo(tmp_path / "polos.jpg", size=(64, 64), place=False)
    for path in (broken, plain):
        page.locator('[data-field="q01"] input[type=file]').set_input_files(str(path))
        page.locator('[data-field="q01"] .fault:visible').wait_for()
    page.locator('[data-field="q03_depan"] input[type=file]').set_input_files(str(broken))
    page.locator('[data-field="q03_depan"] .fault:visible').wait_for()
    assert page.locator("img").count() == 0
