"""The printed sheets: tagged for every reader, bookmarked by site, quick for sixty of them."""

from __future__ import annotations

import io
import time
from dataclasses import replace

import paper_photos as made
import pikepdf
import pytest

from surveys.paper.layout import layout_version, pages
from surveys.questions import spec
from surveys.sheets import sheets_pdf

HOSTILE = "<b>${1+1}</b> {{7*7}} & ]]> #let x = 1 \\ `id` $x$ " + "Balai " * 40


def outline(pdf):
    with pdf.open_outline() as told:
        return [item.title for top in told.root for item in (top, *top.children)]


@pytest.mark.parametrize("programme", ["kerja-sosial", "pos-bapas"])
@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_pdf_is_tagged_and_bookmarks_every_site(programme, lang):
    given = made.pack(programme, 3)
    with pikepdf.open(io.BytesIO(sheets_pdf(given, lang=lang))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert b"pdfuaid" in bytes(pdf.Root.Metadata.read_bytes())
        assert str(pdf.Root.Lang).startswith(lang)
        count = len(pages(given.spec))
        assert len(pdf.pages) == 3 + 3 * count  # index, route, emergency, then the forms
        titles = outline(pdf)
    assert [sum(f"({site.id})" in title for title in titles) for site in given.sites] == [1, 1, 1]


def test_the_same_pack_is_the_same_bytes_and_a_hostile_name_stays_text():
    given = made.pack(count=1)
    odd = replace(given, sites=(replace(given.sites[0], name=HOSTILE, lon=None, lat=None),))
    assert sheets_pdf(odd) == sheets_pdf(odd)
    with pikepdf.open(io.BytesIO(sheets_pdf(odd))) as pdf:
        assert any("${1+1}" in title and "#let x = 1" in title for title in outline(pdf))


def test_sixty_sites_are_drawn_in_seconds_and_weigh_little():
    start = time.process_time()
    data = sheets_pdf(made.pack(count=60))
    assert time.process_time() - start < 20
    assert len(data) < 8 * 2**20


def test_a_layout_is_named_by_its_positions_and_a_form_has_few_pages():
    assert layout_version(spec("kerja-sosial")) != layout_version(spec("pos-bapas"))
    assert len(pages(spec("kerja-sosial"))) == 4
    assert len(pages(spec("pos-bapas"))) == 3
    for form in (spec("kerja-sosial"), spec("pos-bapas")):
        assert [n for page in pages(form) for n, _ in page.questions] == [
            question.number for question in form.questions
        ]
