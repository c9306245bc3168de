"""Documents stand whatever their facts say: pages, tags, text, bytes."""

import io
import re
from dataclasses import replace

import openpyxl
import pytest

from reports.letters import letters_pdf
from reports.official_list import list_pdf, list_xlsx
from reports.summary import summary_pdf

WRITERS = {"ringkasan": summary_pdf, "daftar": list_pdf, "surat": letters_pdf}


def cases(made):
    return {
        "usual": made.facts(tuple(made.site(k) for k in range(1, 14))),
        "hostile": made.hostile(),
        "unknown": made.unknown(),
        "none": made.facts(),
    }


@pytest.mark.parametrize("case", ["usual", "hostile", "unknown", "none"])
@pytest.mark.parametrize("kind", WRITERS)
def test_nothing_leaves_its_page_and_the_checkers_find_nothing(kind, case, made, pdf, tmp_path):
    raw = WRITERS[kind](cases(made)[case])
    assert pdf.outside(raw) == []
    path = tmp_path / "uji.pdf"
    path.write_bytes(raw)
    assert pdf.faults(path) == []


@pytest.mark.parametrize("case", ["usual", "hostile", "unknown", "none"])
def test_the_summary_has_two_pages_whatever_stands_in_it(case, made, pdf):
    assert len(pdf.pages(summary_pdf(cases(made)[case]))) == 2


def test_sixty_proposed_sites_still_fit_the_summary(made, pdf):
    raw = summary_pdf(made.facts(tuple(made.site(k) for k in range(1, 61))))
    assert len(pdf.pages(raw)) == 2
    last = re.findall(r"Lokasi (\d+)", pdf.pages(raw)[1])[-1]
    assert f"dan {60 - int(last)} lokasi lain" in pdf.text(raw)


@pytest.mark.parametrize("kind", WRITERS)
def test_the_same_facts_give_the_same_bytes(kind, made):
    facts = made.facts(tuple(made.site(k) for k in range(1, 4)))
    assert WRITERS[kind](facts) == WRITERS[kind](facts)


def test_every_page_names_its_run_and_what_is_invented(made, pdf):
    facts = made.facts(tuple(made.site(k) for k in range(1, 4)), synthetic=True)
    for write in WRITERS.values():
        found = pdf.pages(write(facts))
        for number, page in enumerate(found, start=1):
            assert "59a0ce94" in page
            assert "DATA SINTETIS" in page
            assert f"Halaman {number} dari {len(found)}" in page


def test_the_list_holds_listed_sites_only_with_their_conditions(made, pdf):
    gone = made.site(2, listed=False, name="Lokasi Ditangguhkan")
    text = pdf.text(list_pdf(made.facts((made.site(1), gone))))
    for told in ("Lokasi 1", "1.3.1", "Senin–Kamis pagi", "4 orang sehari", "10 November 2027"):
        assert told in text
    assert "Ada anak di lokasi; Kelas bahaya 2" in text
    assert "Ditangguhkan" not in text


def test_what_is_not_known_is_said_in_the_list(made, pdf):
    text = pdf.text(list_pdf(made.unknown(1)))
    assert text.count("belum diketahui") == 5  # address, days, room, host, until


def test_the_letters_are_found_by_their_bookmarks(made, pdf):
    raw = letters_pdf(made.facts((made.site(1), made.site(2))))
    assert pdf.bookmarks(raw)[:2] == ["Lampiran Keputusan Bupati", "Nota Dinas"]
    assert [mark.split(":")[0] for mark in pdf.bookmarks(raw)[2:]] == [
        *["Berita Acara Survei"] * 2,
        *["Surat Pernyataan Kesediaan"] * 2,
        "Lembar untuk desa",
    ]


def test_offices_sign_by_office_and_unnamed_ones_on_a_dotted_line(made, pdf):
    facts = made.facts((made.site(1),))
    blank = pdf.text(summary_pdf(facts))
    assert "Kejaksaan Negeri …" in blank
    names = {"regency": "Kota Tegal", "prosecutor": "Kejaksaan Negeri Tegal"}
    named = pdf.text(summary_pdf(replace(facts, settings=names)))
    assert "Wali Kota Tegal" in named
    assert "Kepala Kejaksaan Negeri Tegal" in named


def test_a_workbook_keeps_text_as_text_and_gives_the_same_bytes(made):
    facts = made.hostile()
    raw = list_xlsx(facts)
    assert raw == list_xlsx(facts)
    sheet = openpyxl.load_workbook(io.BytesIO(raw)).active
    assert sheet.freeze_panes == "A2"
    kinds = {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row if cell.value}
    assert kinds <= {"s", "n"}
    assert [row[0].value for row in sheet.iter_rows(min_row=2, max_row=7)] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("lang", ["id", "en"])
def test_both_languages_are_whole(lang, made, pdf):
    facts = made.facts((made.site(1),), lang=lang)
    page = "Page 1 of" if lang == "en" else "Halaman 1 dari"
    assert page in pdf.text(letters_pdf(facts))
