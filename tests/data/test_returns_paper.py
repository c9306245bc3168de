"""Photos of sheets come home as submissions: once a page, doubts told, the same evidence as a form."""

from __future__ import annotations

import io
import json
import zipfile

import cv2
import numpy as np
import pandas as pd
import paper_photos as made
import pikepdf
import pytest
from PIL import Image
from returned import web_file

import words
from data.returns import read_returns
from geo.errors import InputError
from scoring.criteria import load_catalogue
from surveys.answers import evidence
from surveys.paper.layout import pages
from surveys.questions import spec
from surveys.responses import read_response

SITE, FORM = "p-00000001", spec("kerja-sosial")
PAGES = range(1, 5)


@pytest.fixture(scope="module")
def blank():
    return made.drawn(made.pack())


def filled(blank, seed=5):
    """Every page of one site filled in: the answers, and a picture of each page."""
    rng, answers, sheets = np.random.default_rng(seed), {}, {}
    for page in pages(FORM):
        told, marks = made.chosen(page, FORM, rng, skip=0.0)
        if page.number == 1:  # what is asked further depends on these
            told["q02"] = "sesuai"
            told.pop("q02_jenis")
            marks = [b for b in marks if b.field not in {"q02", "q02_jenis"}]
            marks += [b for b in page.bubbles if (b.field, b.choice) == ("q02", "sesuai")]
        sheet = blank[SITE, page.number].copy()
        for bubble in marks:
            made.fill(sheet, bubble, rng, "full")
        answers |= told
        sheets[page.number] = sheet
    return answers, sheets


def zipped(path, parts):
    with zipfile.ZipFile(path, "w") as archive:
        for name, raw in parts.items():
            archive.writestr(name, raw)
    return path


def responses(rows):
    return [
        read_response(row.values, spec=FORM, channel=row.channel, raw_sha256=row.raw_sha256)[0]
        for row in rows
    ]


def test_paper_and_web_form_yield_identical_evidence(blank, tmp_path):
    answers, sheets = filled(blank)
    rng = np.random.default_rng(9)
    parts = {f"IMG_{n}.jpg": made.photo(sheet, rng) for n, sheet in sheets.items()}
    paper = read_returns(zipped(tmp_path / "foto.zip", parts))
    assert [row.channel for row in paper.rows] == ["paper"] * 4
    assert [row.doubts for row in paper.rows] == [()] * 4
    web = web_file(
        tmp_path / "a.json",
        {
            "submission": "w", "site": SITE, "team": "A", "surveyor": "A",
            "ended_at": "2026-11-20", "answers": {
                n: list(v) if isinstance(v, tuple) else v for n, v in answers.items()
            },
        },
    )  # fmt: skip
    told = [
        evidence(responses(read_returns(path).rows), catalogue=load_catalogue(), letter="K")
        for path in (tmp_path / "foto.zip", type(tmp_path)(web))
    ]
    by_paper, by_web = (frame.drop(columns=["source", "submission"]) for frame in told)
    assert len(by_paper) > 15
    pd.testing.assert_frame_equal(by_paper, by_web, check_exact=True)


def test_a_page_has_one_id_however_often_it_is_photographed(blank, tmp_path):
    _, sheets = filled(blank)
    found = []
    for k, turns in enumerate((0, 1)):
        path = tmp_path / f"{k}.jpg"
        path.write_bytes(made.photo(sheets[2], np.random.default_rng(k), turns=turns))
        found += read_returns(path).rows
    one, two = found
    assert one.values == two.values
    assert one.values["submission"] == "paper-k-0123456789-p-00000001-2"
    assert (one.values["team"], one.values["pack"]) == ("A", "k-0123456789")
    assert one.values["ended_at"] == "2026-11-20"
    assert one.edits == two.edits > 5


def test_a_clearer_photo_supersedes_a_doubtful_one_and_doubts_are_told(blank, tmp_path):
    _, sheets = filled(blank)
    page, doubted = pages(FORM)[1], sheets[2].copy()
    rng = np.random.default_rng(1)
    for bubble in [b for b in page.bubbles if b.field == "q09"]:
        made.fill(doubted, bubble, rng, "full")
    for name, sheet in (("a.jpg", doubted), ("b.jpg", sheets[2])):
        (tmp_path / name).write_bytes(made.jpeg(sheet))
    worse, better = (read_returns(tmp_path / n).rows[0] for n in ("a.jpg", "b.jpg"))
    assert "q09" not in worse.values
    assert better.edits == worse.edits + 1
    (note,) = worse.doubts
    assert note.code == "surveys.paper.marks"
    assert (note.fields["question"], note.fields["site"]) == (9, SITE)
    picture = str(note.fields["picture"])
    assert list(worse.crops) == [picture]
    assert worse.crops[picture].startswith(b"\x89PNG")
    for lang in words.LANGUAGES:
        assert "9" in note.reason(lang=lang)
        assert picture in note.fix(lang=lang)


def test_a_page_without_a_date_and_with_handwriting_says_so(blank, tmp_path):
    sheet = blank[SITE, 4].copy()
    box = next(b for b in pages(FORM)[3].boxes if b.field == "note")
    at = (int((box.x_mm + 8) * made.DPMM), int((box.y_mm + 15) * made.DPMM))
    cv2.putText(sheet, "jembatan putus", at, cv2.FONT_HERSHEY_SIMPLEX, 1.2, 70, 3)
    (tmp_path / "a.png").write_bytes(cv2.imencode(".png", sheet)[1].tobytes())
    (row,) = read_returns(tmp_path / "a.png").rows
    assert [note.code for note in row.doubts] == ["surveys.paper.written", "surveys.paper.no_date"]
    assert "ended_at" not in row.values
    assert "note" not in row.values
    assert len(row.crops) == 1


def test_a_zip_keeps_what_is_read_and_names_what_is_not(blank, tmp_path):
    _, sheets = filled(blank)
    cut = sheets[1].copy()
    cut[:200, :200] = 255
    parts = {
        "foto/1.jpg": made.jpeg(sheets[2]), "foto/2.jpg": made.jpeg(cut),
        "foto/kucing.jpg": made.jpeg(np.full((1200, 1000), 120, np.uint8)),
    }  # fmt: skip
    told = read_returns(zipped(tmp_path / "a.zip", parts))
    assert len(told.rows) == 1
    assert [note.fields["file"] for note in told.notes] == ["foto/2.jpg", "foto/kucing.jpg"]
    assert "kiri atas" in told.notes[0].reason(lang="id")


def test_photos_of_a_form_in_a_zip_are_no_sheets_and_no_fault(tmp_path):
    web = web_file(
        tmp_path / "a.json", {"submission": "w", "site": SITE, "answers": {"q04": "staf"}}
    )
    text = json.dumps(json.loads(type(tmp_path)(web).read_text(encoding="utf-8")))
    parts = {"a.json": text.encode(), "depan.jpg": made.jpeg(np.full((1200, 900), 90, np.uint8))}
    told = read_returns(zipped(tmp_path / "a.zip", parts))
    assert ([row.channel for row in told.rows], told.notes) == (["web"], ())


def test_scanned_pages_in_a_pdf_are_read_each(blank, tmp_path):
    answers, sheets = filled(blank)
    held = [Image.fromarray(sheets[n]) for n in PAGES]
    held[0].save(tmp_path / "a.pdf", save_all=True, append_images=held[1:], resolution=200)
    told = read_returns(tmp_path / "a.pdf")
    assert [row.values["submission"][-1] for row in told.rows] == ["1", "2", "3", "4"]
    read = {n: v for row in told.rows for n, v in row.values.items() if n in answers}
    assert read == answers


def test_a_pdf_without_pictures_or_cut_short_is_refused(tmp_path):
    empty = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(empty)
    for name, raw, code in (
        ("a.pdf", empty.getvalue(), "returns.pdf_empty"),
        ("b.pdf", b"%PDF-1.7\nnothing", "guard.truncated"),
    ):
        (tmp_path / name).write_bytes(raw)
        with pytest.raises(InputError) as fault:
            read_returns(tmp_path / name)
        assert fault.value.code == code


def test_a_sheet_cut_off_is_told_by_its_own_sentence(blank, tmp_path):
    cut = blank[SITE, 1].copy()
    cut[-200:, -200:] = 255
    (tmp_path / "a.jpg").write_bytes(made.jpeg(cut))
    with pytest.raises(InputError) as fault:
        read_returns(tmp_path / "a.jpg")
    assert fault.value.code == "surveys.paper.no_marks"
