"""The national brief stands whatever its facts say: pages, tags, text, bytes, seal."""

from dataclasses import replace

import pytest

from reports.nation_brief import brief_seal, nation_brief_pdf
from reports.nation_facts import NationArea, NationFacts, NationSite
from reports.seal import read_seal


def site(k, **told):
    made = NationSite(
        rank=k,
        name=f"Lokasi {k}",
        kind="Sekolah",
        place="33.04 Jawa Tengah",
        score=0.9 - k / 100,
        low=0.2,
        high=0.95,
        coverage_0_1=0.7,
        readiness="siap",
    )
    return replace(made, **told)


def area(k, **told):
    made = NationArea(
        name=f"33_{k:02d}",
        place=f"33.{k:02d} Jawa Tengah",
        sites=40,
        in_top=k % 2,
        people=100_000 * k,
        per_100k=40 / k,
    )
    return replace(made, **told)


def facts(**told):
    made = NationFacts(
        lang="id",
        programme="kerja-sosial",
        catalogue="2026.11",
        days=("2026-11-23", "2026-11-24"),
        results_sha256="37686429cc7811f3ae8c" + "0" * 44,
        terms="",
        weights={"labour_need": 0.6, "landslide": 0.4},
        studies=12,
        sites=91_691,
        excluded=48,
        top=100,
        overlap=431,
        first=tuple(site(k) for k in range(1, 11)),
        areas=tuple(area(k) for k in range(1, 13)),
        gini=0.412,
        least_half=0.25,
        odd=(),
        failed=(),
        synthetic=False,
    )
    return replace(made, **told)


def hostile(made):
    name = made.HOSTILE
    return facts(
        first=tuple(
            site(k, name=name[k % len(name)], place=name[(k + 1) % len(name)]) for k in range(1, 11)
        ),
        areas=tuple(area(k, name=name[k % 5], place=name[k % 5] * 3) for k in range(1, 13)),
        odd=tuple((name[k % 5], name[(k + 1) % 5] * 9) for k in range(20)),
        failed=tuple((name[k % 5], name[k % 3]) for k in range(3)),
        synthetic=True,
    )


def cases(made):
    empty = facts(
        first=(), sites=0, areas=(area(1, people=None, per_100k=None),), gini=None, least_half=None
    )
    return {"usual": facts(), "hostile": hostile(made), "none": empty, "english": facts(lang="en")}


@pytest.mark.parametrize("case", ["usual", "hostile", "none", "english"])
def test_it_has_at_most_two_pages_and_the_checkers_find_nothing(case, made, pdf, tmp_path):
    raw = nation_brief_pdf(cases(made)[case])
    assert len(pdf.pages(raw)) <= 2
    assert pdf.outside(raw) == []
    assert pdf.overlaps(raw) == []
    path = tmp_path / "uji.pdf"
    path.write_bytes(raw)
    assert pdf.faults(path) == []


def test_it_says_who_leads_how_sure_that_is_and_who_is_served_least(pdf):
    text = pdf.text(nation_brief_pdf(facts()))
    assert "91.691 lokasi dari 12 studi" in text
    assert "keadaan 23 November 2026 – 24 November 2026" in text
    assert "Lokasi 1 (33.04 Jawa Tengah), nilai 0,89 (mungkin 0,20 sampai 0,95)" in text
    assert "431 lokasi lain masih mungkin mengunggulinya" in text
    assert "Koefisien Gini 0,41" in text
    assert "memiliki 25 % dari semua lokasi" in text
    least, most = text.split("Paling banyak lokasi per penduduk")
    least = least.split("Paling sedikit lokasi per penduduk")[1]
    assert "33.12 Jawa Tengah 1.200.000 40 3,3" in least
    assert "33.01 Jawa Tengah 100.000 40 40,0" in most
    assert "Sepakati bobot nasional" in text
    assert "bobot awal katalog 2026.11, belum disepakati" in text
    assert "tidak sebanding dan tidak ikut" in text
    assert "DATA SINTETIS" not in text


def test_nothing_unknown_is_told_as_a_number(made, pdf):
    text = pdf.text(nation_brief_pdf(cases(made)["none"]))
    assert "Belum dapat dihitung: jumlah penduduk belum diketahui." in text
    assert "Belum ada lokasi yang dapat diperingkat." in text
    assert "per 100.000" not in text.lower()
    assert "Lengkapi data penduduk 1 studi" in text


def test_what_is_left_out_is_told_with_its_reason_and_how_many_more(pdf):
    odd = tuple((f"33_{k:02d}", "Tidak sebanding: ambang penilaian yang lain.") for k in range(9))
    text = pdf.text(nation_brief_pdf(facts(odd=odd, failed=(("71_01", "Berkas rusak."),))))
    assert "33_00: Tidak sebanding: ambang penilaian yang lain." in text
    assert "dan 4 studi lain" in text
    assert "Samakan katalog" in text
    assert "Perbaiki 1 studi yang gagal" in text


def test_a_clear_first_and_tried_weights_are_said_so(pdf):
    text = pdf.text(nation_brief_pdf(facts(overlap=0, terms="client_access:12+top:20", top=20)))
    assert "Tidak ada lokasi lain yang dapat mengunggulinya" in text
    assert "bobot percobaan di atas katalog 2026.11" in text
    assert "Sepakati bobot nasional" not in text
    assert not facts(terms="top:20").tried


def test_the_same_facts_give_the_same_bytes_under_a_seal_that_reads_back(tmp_path):
    told = facts(terms="client_access:12.5+group.safety:60+top:20", synthetic=True)
    raw = nation_brief_pdf(told)
    assert raw == nation_brief_pdf(told)
    path = tmp_path / "a.pdf"
    path.write_bytes(raw)
    assert read_seal(path) == brief_seal(told)
    assert read_seal(path).terms == told.terms
