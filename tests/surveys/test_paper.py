"""A filled sheet photographed badly is read right or handed to a person, never guessed."""

from __future__ import annotations

import cv2
import numpy as np
import paper_photos as made
import pytest

from geo.errors import InputError
from surveys.paper.items import BUBBLE_MM
from surveys.paper.layout import DATE, EMPTY_MM, FULL_MM, PAGE_MM, pages
from surveys.paper.read import read_sheet
from surveys.questions import FieldType, spec

FORM = spec("kerja-sosial")
PHOTOS = 60
SITE = "p-00000001"


@pytest.fixture(scope="module")
def blank():
    return made.drawn(made.pack())


def read_many(blank, rng, count, **photo):
    """Fill random pages, photograph and read them: what was given, read, wrong and refused."""
    told = {"given": 0, "read": 0, "refused": 0, "dated": 0, "wrong": []}
    for k in range(count):
        site, number = f"p-0000000{1 + int(rng.integers(2))}", 1 + k % len(pages(FORM))
        answers, marks = made.chosen(pages(FORM)[number - 1], FORM, rng)
        sheet = blank[site, number].copy()
        made.fill_all(sheet, marks, rng)
        told["given"] += len(answers)
        try:
            reading = read_sheet(made.photo(sheet, rng, **photo))
        except InputError:
            told["refused"] += 1
            continue
        assert (reading.serial.site, reading.serial.page) == (site, number)
        assert reading.date in {"", "2026-11-20"}
        told["dated"] += bool(reading.date)
        told["wrong"] += [(k, name) for name in made.wrong(reading, answers)]
        told["read"] += sum(name in reading.answers for name in answers)
    print(told)
    return told


@pytest.mark.slow
def test_sixty_bad_photos_hold_no_silent_wrong_answer(blank):
    told = read_many(blank, np.random.default_rng(20261124), PHOTOS)
    assert told["wrong"] == []
    assert told["refused"] <= 2
    assert told["read"] >= 0.95 * told["given"]
    assert told["dated"] >= 0.9 * PHOTOS


@pytest.mark.parametrize(
    ("seed", "photo", "least"),
    [
        (1, {"turns": 1}, 0.9),
        (2, {"turns": 2, "quality": 30}, 0.9),
        (3, {"curl_px": 20}, 0.9),
        (4, {"moire": 0.08}, 0.9),
        (5, {"moire": 0.2, "quality": 30}, 0.0),  # nothing may be wrong, however little is read
    ],
)
def test_worse_photos_hold_no_silent_wrong_answer_either(blank, seed, photo, least):
    told = read_many(blank, np.random.default_rng(seed), 4, **photo)
    assert told["wrong"] == []
    assert told["read"] >= least * told["given"]


@pytest.mark.parametrize("programme", ["kerja-sosial", "pelayanan-masyarakat", "pos-bapas"])
def test_a_clean_scan_of_either_language_reads_as_filled(programme):
    form, rng = spec(programme), np.random.default_rng(5)
    sheets = made.drawn(made.pack(programme, 1), "en")
    for page in pages(form):
        answers, marks = made.chosen(page, form, rng)
        sheet = sheets[SITE, page.number]
        made.fill_all(sheet, marks, rng, "full")
        reading = read_sheet(sheet)
        assert dict(reading.answers) == answers
        assert (reading.programme, reading.date) == (programme, "2026-11-20")
        assert (reading.doubtful, reading.written, dict(reading.crops)) == ((), (), {})
        assert min(reading.confidence.values()) > 0.5


def test_an_empty_sheet_says_nothing_and_doubts_nothing(blank):
    reading = read_sheet(made.photo(blank[SITE, 2], np.random.default_rng(8)))
    assert (dict(reading.answers), reading.doubtful, reading.date) == ({}, (), "")


def marked(blank, number, seed=3):
    """A page with every choice question filled in its first bubble, by name."""
    rng, page, sheet = np.random.default_rng(seed), pages(FORM)[number - 1], None
    sheet = blank[SITE, number].copy()
    own = {
        name: [b for b in page.bubbles if b.field == name]
        for name in dict.fromkeys(b.field for b in page.bubbles)
        if name not in DATE and FORM.field(name).type is FieldType.CHOICE
    }
    for bubbles in own.values():
        made.fill(sheet, bubbles[0], rng, "full")
    return sheet, own, rng


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("how", ["double", "crossed", "faint", "erased", "struck_through"])
def test_marks_that_leave_a_doubt_are_never_an_answer(blank, number, how):
    sheet, own, rng = marked(blank, number)
    for bubbles in own.values():
        first, second = bubbles[0], bubbles[1]
        at = tuple(round(v * made.DPMM) for v in (second.x_mm, second.y_mm))
        if how == "double":
            made.fill(sheet, second, rng, "pencil")
        elif how == "crossed":
            made.strike(sheet, first, rng)
            made.fill(sheet, second, rng, "full")
        elif how == "faint":
            cv2.circle(sheet, at, 6, 120, -1)  # a dot of 1.5 mm beside the answer
        elif how == "erased":
            made.fill(sheet, second, rng, "pencil")
            x, y = at
            patch = sheet[y - 12 : y + 13, x - 12 : x + 13]
            patch[:] = 255 - (255 - patch.astype(float)) * 0.3
        else:
            x, y = round(first.x_mm * made.DPMM), round(first.y_mm * made.DPMM)
            cv2.line(sheet, (x - 45, y), (x + 28, y), 60, 4)
    reading = read_sheet(made.photo(sheet, np.random.default_rng(11)))
    assert set(own) <= set(reading.doubtful)
    assert not set(own) & set(reading.answers)
    assert set(own) <= set(reading.crops)
    assert max(reading.confidence[name] for name in own) < 0.5


def test_of_many_some_filled_and_some_only_crossed_are_doubtful(blank):
    own = [b for b in pages(FORM)[1].bubbles if b.field == "q07"]
    rng = np.random.default_rng(3)
    for styles, said in ((("full", "full"), True), (("full", "cross"), False)):
        sheet = blank[SITE, 2].copy()
        for bubble, style in zip(own, styles, strict=False):
            made.fill(sheet, bubble, rng, style)
        reading = read_sheet(made.photo(sheet, rng))
        assert ("q07" in reading.answers) is said
        assert ("q07" in reading.doubtful) is not said


def test_a_number_with_a_missing_or_double_digit_or_out_of_range_is_doubtful(blank):
    page, rng = pages(FORM)[1], np.random.default_rng(3)
    own = [b for b in page.bubbles if b.field == "q06"]
    for taken, said in (
        (made.digits(own, 5), 5),
        (made.digits(own, 105), 105),
        ([b for b in made.digits(own, 123) if b.place != 1], None),
        (made.digits(own, 499), None),  # at most 400
        ([*made.digits(own, 12), *made.digits(own, 13)], None),
    ):
        sheet = blank[SITE, 2].copy()
        for bubble in taken:
            made.fill(sheet, bubble, rng, "full")
        reading = read_sheet(sheet)
        assert reading.answers.get("q06") == said
        assert ("q06" in reading.doubtful) is (said is None)


def test_handwriting_is_kept_as_a_picture_and_waits_for_a_person(blank):
    page, sheet = pages(FORM)[0], blank[SITE, 1].copy()
    box = next(b for b in page.boxes if b.field == "q05_syarat")
    at = (int((box.x_mm + 4) * made.DPMM), int((box.y_mm + 7) * made.DPMM))
    assert read_sheet(sheet).written == ()
    cv2.putText(sheet, "surat camat", at, cv2.FONT_HERSHEY_SIMPLEX, 1.1, 110, 2)
    reading = read_sheet(made.photo(sheet, np.random.default_rng(2)))
    assert reading.written == ("q05_syarat",)
    assert "q05_syarat" not in reading.answers
    kept = cv2.imdecode(np.frombuffer(reading.crops["q05_syarat"], np.uint8), 0)
    assert (kept < 0.75 * np.median(kept)).sum() > 400


def test_a_thumb_over_bubbles_makes_them_doubtful_not_empty(blank):
    sheet, own, _ = marked(blank, 3)
    covered = [b for bubbles in own.values() for b in bubbles[:1] if 110 < b.y_mm < 140]
    x, y = (round(v * made.DPMM) for v in (covered[0].x_mm, 125))
    cv2.ellipse(sheet, (x, y), (130, 190), 0, 0, 360, 140, -1)
    reading = read_sheet(made.photo(sheet, np.random.default_rng(6)))
    assert len(covered) >= 3
    assert {b.field for b in covered} <= set(reading.doubtful)
    assert all(reading.answers.get(n) in {None, own[n][0].choice} for n in own)


def test_no_two_printed_circles_come_near_each_other_or_the_edge():
    for programme in ("kerja-sosial", "pos-bapas"):
        for page in pages(spec(programme)):
            at = np.array([*((b.x_mm, b.y_mm) for b in page.bubbles), *FULL_MM, *EMPTY_MM])
            apart = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
            np.fill_diagonal(apart, 99)
            assert apart.min() >= BUBBLE_MM + 1.59
            assert at.min() > 10
            assert (at + 9 < PAGE_MM).all()
            for box in page.boxes:
                inside = (at[:, 0] > box.x_mm - 2.5) & (at[:, 0] < box.x_mm + box.width_mm + 2.5)
                inside &= (at[:, 1] > box.y_mm - 2.5) & (at[:, 1] < box.y_mm + box.height_mm + 2.5)
                assert not inside.any()
