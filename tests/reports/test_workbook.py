"""The workbook keeps figures as figures, text as text, unknown as empty, and the same bytes."""

import io
import zipfile
from dataclasses import replace

import openpyxl
import pytest

from reports.facts import ReportPart
from reports.seal import read_seal
from reports.workbook import workbook_xlsx


def opened(raw):
    return openpyxl.load_workbook(io.BytesIO(raw))


def table(sheet):
    rows = list(sheet.iter_rows(values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_every_sheet_has_frozen_headers_filters_and_widths(made):
    out = replace(made.site(9), rank=0, reason="Pemilik menolak")
    book = opened(workbook_xlsx(made.facts((made.site(1), made.site(2)), excluded=(out,))))
    assert book.sheetnames == [
        *("Baca dulu", "Lokasi", "Nilai dan sumbangan", "Bukti", "Tidak memenuhi syarat"),
        *("Bobot", "Sumber"),
    ]
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert sheet.column_dimensions["A"].width >= 10


def test_cells_are_typed_and_numbers_have_formats(made):
    sheet = opened(workbook_xlsx(made.facts((made.site(1),))))["Lokasi"]
    heads = [cell.value for cell in sheet[1]]
    row = dict(zip(heads, sheet[2], strict=True))
    assert row["Nilai"].value == made.site(1).score
    assert (row["Nilai"].data_type, row["Nilai"].number_format) == ("n", "0.0000")
    assert (row["Bobot yang diketahui"].value, row["Bobot yang diketahui"].number_format) == (
        0.7,
        "0.0%",
    )
    assert row["Berlaku sampai"].is_date
    assert row["Berlaku sampai"].value.date().isoformat() == "2027-11-10"
    assert row["Peringkat"].value == 1


def test_contributions_stand_beside_the_score_they_sum_to(made):
    parts = (
        ReportPart(key="labour_need", contribution=0.4, unknown=False),
        ReportPart(key="landslide", contribution=0.15, unknown=True),
    )
    site = made.site(1, score=0.55, parts=parts)
    row = table(opened(workbook_xlsx(made.facts((site,))))["Nilai dan sumbangan"])[0]
    assert row["labour_need"] + row["landslide"] == pytest.approx(row["Nilai"], abs=1e-12)
    assert row["Memakai anggapan"] == "landslide"


def test_what_is_not_known_is_an_empty_cell_never_a_zero(made):
    row = table(opened(workbook_xlsx(made.unknown(1)))["Lokasi"])[0]
    for name in ("Bujur", "Lintang", "Instansi", "Alamat", "Jam", "Berlaku sampai"):
        assert row[name] is None


def test_text_that_begins_like_a_formula_stays_text_in_every_sheet(made):
    raw = workbook_xlsx(made.hostile())
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/")]
        assert all(b"<f>" not in archive.read(name) for name in sheets)
    book = opened(raw)
    begun = [
        cell
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@", "\t"))
    ]
    assert begun
    assert {cell.data_type for cell in begun} == {"s"}
    assert all(cell.quotePrefix for cell in begun)


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_same_facts_give_the_same_bytes_and_a_seal(made, lang, tmp_path):
    facts = made.facts((made.site(1),), lang=lang)
    raw = workbook_xlsx(facts)
    assert raw == workbook_xlsx(facts)
    (tmp_path / "b.xlsx").write_bytes(raw)
    seal = read_seal(tmp_path / "b.xlsx")
    assert (seal.run, seal.kind, seal.lang, seal.public) == (facts.run, "buku-kerja", lang, "0")
    assert facts.run_sha256.startswith(seal.sha)
