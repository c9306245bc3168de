"""A photo that cannot be read says so in one plain sentence, and what to do next."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import paper_photos as made
import pytest

from geo.errors import InputError
from surveys.paper.read import read_sheet
from surveys.paper.serial import Serial, parse_serial
from surveys.questions import spec

SITE = "p-00000001"
SERIAL = Serial(
    page=2, pack="k-0123456789", form_version="cd3f8fbb", layout="a1b2", letter="K", team="A|1",
    valid_until="2027-01-10", site="p|odd",
)  # fmt: skip


@pytest.fixture(scope="module")
def blank():
    return made.drawn(made.pack())


def refusal(image):
    with pytest.raises(InputError) as fault:
        read_sheet(image)
    assert fault.value.say(lang="id") != fault.value.say(lang="en")
    return fault.value


def millimetres(picture, x, y, wide, tall, grey):
    x0, y0, x1, y1 = (round(v * made.DPMM) for v in (x, y, x + wide, y + tall))
    picture[y0:y1, x0:x1] = grey


def test_a_thumb_over_a_corner_names_the_corner(blank):
    sheet = blank[SITE, 1].copy()
    millimetres(sheet, 0, 272, 30, 25, 150)
    fault = refusal(made.photo(sheet, np.random.default_rng(1)))
    assert fault.code == "surveys.paper.no_marks"
    assert "kiri bawah" in fault.say(lang="id")


def test_two_pages_in_one_photo_are_refused(blank):
    assert refusal(np.hstack([blank[SITE, 1], blank[SITE, 2]])).code == "surveys.paper.two_sheets"


def test_a_hidden_qr_a_dark_photo_a_small_one_and_no_photo_at_all(blank):
    bare, whole = blank[SITE, 1].copy(), blank[SITE, 1]
    millimetres(bare, 158, 6, 31, 31, 255)
    dark = np.clip(whole.astype(float) * 0.05 + 120, 0, 255).astype(np.uint8)
    small = cv2.resize(whole, None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA)
    cases = {
        "no_qr": bare, "no_picture": b"not a picture", "too_small": small,
        "no_sheet": np.full((1500, 1200), 200, np.uint8),
    }  # fmt: skip
    for code, image in cases.items():
        assert refusal(image).code == f"surveys.paper.{code}"
    assert refusal(dark).code in {"surveys.paper.unclear", "surveys.paper.no_sheet"}


def test_a_blurred_photo_is_refused_or_read_without_a_fault(blank):
    rng = np.random.default_rng(4)
    for sigma in (3.0, 4.0, 5.0, 7.0):
        sheet = cv2.GaussianBlur(blank[SITE, 2], (0, 0), sigma)
        try:
            reading = read_sheet(made.photo(sheet, rng))
        except InputError:
            continue
        assert dict(reading.answers) == {}


def test_a_sheet_of_another_form_version_says_which_and_is_not_read():
    given = made.pack(count=1)
    sheets = made.drawn(replace(given, form_version="0badf00d"))
    fault = refusal(sheets[SITE, 1])
    assert fault.code == "surveys.paper.other_form"
    assert "0badf00d" in fault.say(lang="id")
    assert spec("kerja-sosial").version in fault.say(lang="id")
    assert SITE in fault.say(lang="id")


def test_a_serial_comes_back_whatever_the_names_hold():
    assert parse_serial(SERIAL.text()) == SERIAL
    for text in ("", "https://example.org", SERIAL.text()[:-12], "TAPAK1|abc"):
        assert parse_serial(text) is None


def test_a_day_and_month_find_their_year_from_the_sheets_validity():
    assert SERIAL.date(20, 12) == "2026-12-20"
    assert SERIAL.date(5, 1) == "2027-01-05"
    assert SERIAL.date(31, 11) == ""
    assert replace(SERIAL, valid_until="").date(5, 1) == ""
