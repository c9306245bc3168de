"""In no document does a letter stand on another, whatever the facts say."""

from dataclasses import replace

import pytest

from reports.atlas import atlas_pdf
from reports.letters import letters_pdf
from reports.official_list import list_pdf
from reports.site_pages import site_pages_pdf
from reports.summary import summary_pdf
from reports.typeset import typeset

WRITERS = {
    "ringkasan": summary_pdf,
    "telaah": site_pages_pdf,
    "daftar": list_pdf,
    "daftar-publik": lambda facts: list_pdf(replace(facts, public=True)),
    "surat": letters_pdf,
    "atlas": atlas_pdf,
}


def cases(made):
    long = "Puskesmas " + "Wonosobo" * 24
    crowded = tuple(made.site(k, lon=109.7 + k * 0.0004, lat=-7.3, name=long) for k in range(1, 15))
    return {
        "usual": made.facts(tuple(made.site(k) for k in range(1, 14)), synthetic=True),
        "crowded": made.facts(crowded, weights_text=long, attribution=long),
        "hostile": made.hostile(),
        "unknown": made.unknown(),
        "none": made.facts(),
        "english": made.facts(tuple(made.site(k) for k in range(1, 4)), lang="en"),
    }


@pytest.mark.parametrize("case", ["usual", "crowded", "hostile", "unknown", "none", "english"])
@pytest.mark.parametrize("kind", WRITERS)
def test_no_letter_stands_on_another_or_off_its_page(kind, case, made, pdf):
    raw = WRITERS[kind](cases(made)[case])
    assert pdf.overlaps(raw) == []
    assert pdf.outside(raw) == []


@pytest.mark.parametrize(("shift", "found"), [("0mm", True), ("6mm", False)])
def test_letters_on_one_another_are_seen(shift, found, monkeypatch, tmp_path, pdf):
    (tmp_path / "dua.typ").write_text(
        '#let d = json("facts.json")\n#set document(title: d.title)\n#set text(lang: "id")\n= Uji\n'
        f"Lokasi #place(dy: -2mm + {shift})[Wanasari]",
        encoding="utf-8",
    )
    monkeypatch.setattr("reports.typeset.TEMPLATES", tmp_path)
    raw = typeset("dua.typ", {"title": "Uji", "made_on": "2026-11-24"})
    assert bool(pdf.overlaps(raw)) == found
