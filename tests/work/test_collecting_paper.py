"""Sheets from paper to study: a page counts once, doubts wait with their picture for a person."""

from dataclasses import replace

import cv2
import numpy as np
import paper_photos as made
import pytest

from data.workspace import open_study
from surveys.paper.layout import pages
from surveys.questions import spec
from work.collecting import collect, collected_lines

FORM = spec("kerja-sosial")


@pytest.fixture
def sheet(study):
    """Page 2 of the sheets of a site of the study, filled in, and its marks."""
    with open_study(study) as opened:
        site = str(opened.store.candidates()["id"].iloc[0])
    first = made.pack(count=1)
    given = replace(first, sites=(replace(first.sites[0], id=site),))
    picture, page = made.drawn(given)[site, 2], pages(FORM)[1]
    rng = np.random.default_rng(4)
    _, marks = made.chosen(page, FORM, rng, skip=0.0)
    for bubble in marks:
        made.fill(picture, bubble, rng, "full")
    return site, page, picture


def photographed(path, picture, seed):
    path.write_bytes(made.photo(picture, np.random.default_rng(seed)))
    return str(path)


def test_a_second_photo_of_a_sheet_is_no_second_visit(study, sheet, tmp_path):
    site, _, picture = sheet
    first = collect(study, photographed(tmp_path / "a.jpg", picture, 1))
    again = collect(study, photographed(tmp_path / "b.jpg", picture, 2))
    assert (first["accepted"], first["review"], first["rejected"]) == (1, [], [])
    assert (again["accepted"], again["duplicates"], again["superseded"]) == (0, 1, 0)
    with open_study(study) as opened:
        (kept,) = opened.store.responses()
    assert (kept.candidate, kept.channel, kept.team) == (site, "paper", "A")
    assert kept.ended_at == "2026-11-20"
    assert set(kept.answers) == {b.field for b in pages(FORM)[1].bubbles if b.field in FIELDS}


FIELDS = {field.name for field in FORM.fields}


def test_a_doubtful_answer_waits_with_its_picture_and_a_clear_photo_supersedes(
    study, sheet, tmp_path
):
    site, page, picture = sheet
    unclear = picture.copy()
    for bubble in [b for b in page.bubbles if b.field == "q09"]:
        made.strike(unclear, bubble, np.random.default_rng(1))
    told = collect(study, photographed(tmp_path / "a.jpg", unclear, 1))
    (finding,) = told["review"]
    assert (finding["site"], finding["severity"]) == (site, "warn")
    assert finding["id"] == f"paper-k-0123456789-{site}-2"
    assert "pertanyaan 9" in finding["what"]
    name = next(w for w in finding["what"].split() if w.startswith("inputs/returns/")).strip(",.")
    kept = cv2.imdecode(np.frombuffer((study / name).read_bytes(), np.uint8), 0)
    assert min(kept.shape) > 60
    assert any("pertanyaan 9" in line for line in collected_lines(told))
    told = collect(study, photographed(tmp_path / "b.jpg", picture, 2))
    assert (told["accepted"], told["superseded"], told["review"]) == (1, 1, [])
    with open_study(study) as opened:
        (stands,) = opened.store.responses("accepted")
    assert "q09" in stands.answers


def test_a_sheet_of_a_site_that_is_not_in_the_study_stops(study, tmp_path):
    other = made.drawn(made.pack(count=1))["p-00000001", 1]
    told = collect(study, photographed(tmp_path / "a.jpg", other, 3))
    assert told["accepted"] == 0
    assert "stop" in {finding["severity"] for finding in told["review"]}
