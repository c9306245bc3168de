"""One visit told through all four channels: the rows of evidence are the same."""

from __future__ import annotations

import zipfile

import numpy as np
import pandas as pd
import paper_photos
import pytest
import qfield_made
from odk_engine import central, thumb
from returned import web_file

from data.returns import read_returns
from scoring.criteria import load_catalogue
from surveys.answers import evidence
from surveys.paper.layout import pages
from surveys.questions import spec
from surveys.responses import read_response
from surveys.xlsform import write_xlsform

FORM = spec("kerja-sosial")
SITE = "p-00000001"


@pytest.fixture(scope="module")
def told():
    """Answer whatever paper can hold; the answers, and a photo of each page that says so."""
    rng, answers, marks = np.random.default_rng(11), {}, {}
    for page in pages(FORM):
        mine, marks[page.number] = paper_photos.chosen(page, FORM, rng, skip=0.0)
        if page.number == 1:  # what is asked further depends on it
            mine["q02"] = "sesuai"
            same = [b for b in page.bubbles if (b.field, b.choice) == ("q02", "sesuai")]
            marks[1] = [b for b in marks[1] if b.field != "q02"] + same
        answers |= mine
    for name in [f.name for f in FORM.fields if f.relevant and f.name in answers]:
        other, values = FORM.field(name).relevant
        given = answers.get(other)
        if not set(given if isinstance(given, tuple) else (given,)) & set(values):
            answers.pop(name)  # nobody is asked it
    blank, photos = paper_photos.drawn(paper_photos.pack()), {}
    for number, bubbles in marks.items():
        sheet = blank[SITE, number].copy()
        for bubble in bubbles:
            if bubble.field in answers or bubble.field not in {f.name for f in FORM.fields}:
                paper_photos.fill(sheet, bubble, rng, "full")
        photos[f"IMG_{number}.jpg"] = paper_photos.photo(sheet, rng)
    return answers, photos


def rows(path):
    return read_returns(path).rows


def by_paper(told, folder):
    with zipfile.ZipFile(folder / "foto.zip", "w") as archive:
        for name, raw in told[1].items():
            archive.writestr(name, raw)
    return rows(folder / "foto.zip")


def plain(answers):
    return {n: list(v) if isinstance(v, tuple) else v for n, v in answers.items()}


def by_web(told, folder):
    visit = {"submission": "w", "site": SITE, "team": "A", "ended_at": "2026-11-20"}
    return rows(web_path(folder, visit | {"answers": plain(told[0])}))


def web_path(folder, visit):
    return type(folder)(web_file(folder / "jawaban.json", visit))


def by_qfield(told, folder):
    answers = {n: " ".join(v) if isinstance(v, tuple) else v for n, v in told[0].items()}
    pack = paper_photos.pack()
    row = qfield_made.visit(
        "q", SITE, answers=answers, lonlat=None, q01_accuracy=None, q01_source=None
    )
    return rows(qfield_made.write(folder / "tapak.gpkg", qfield_made.geopackage(pack), row))


def by_odk(told, folder, engine):
    from pyxform.xls2xform import convert

    book, *media = write_xlsform(paper_photos.pack(), folder / "odk")
    form = folder / "form.xml"
    form.write_text(convert(str(book)).xform, encoding="utf-8")
    given = {n: list(v) if isinstance(v, tuple) else v for n, v in told[0].items()}
    job = {"form": str(form), "media": {m.name: str(m) for m in media}}
    (result,) = engine([job | {"answers": thumb("kerja-sosial", given, site=SITE)}])
    path = folder / "kiriman.csv"
    path.write_bytes(central(result["xml"]).raw)
    return rows(path)


def table(found):
    responses = []
    for row in found:
        response, notes = read_response(
            row.values, spec=FORM, channel=row.channel, raw_sha256=row.raw_sha256
        )
        assert notes == ()
        responses.append(response)
    made = evidence(responses, catalogue=load_catalogue(), letter="K")
    said = made.drop(
        columns=["source", "submission", "surveyor", "by", "taken_at"], errors="ignore"
    )
    return said.sort_values(["criterion", "question"]).reset_index(drop=True)


def test_the_same_answers_through_all_four_channels_are_the_same_evidence(told, engine, tmp_path):
    found = {
        "paper": by_paper(told, tmp_path),
        "web": by_web(told, tmp_path),
        "qfield": by_qfield(told, tmp_path),
        "odk": by_odk(told, tmp_path, engine),
    }
    assert {name: {row.channel for row in rows_} for name, rows_ in found.items()} == {
        name: {name} for name in found
    }
    tables = {name: table(rows_) for name, rows_ in found.items()}
    assert len(tables["web"]) > 15
    for name in ("paper", "qfield", "odk"):
        pd.testing.assert_frame_equal(tables[name], tables["web"], check_exact=True)
