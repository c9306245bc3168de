"""Any text at all can be set, and the same values give the same bytes."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.typeset import _DRAWN, MISSING, MOST_LETTERS, printable, typeset

TOLD = {"lang": "id", "made_on": "2026-11-24", "title": "Uji"}


def test_what_no_font_draws_is_replaced_and_what_steers_the_line_is_gone():
    assert printable("Pasar 神社 \u202eterbalik\u202c\x00") == f"Pasar {MISSING}{MISSING} terbalik"
    assert printable("معهد النور") == "معهد النور"
    assert printable("a\u0300\u0301\u0302") == "à"


def test_a_long_word_may_break_and_a_long_text_ends():
    made = printable("W" * 200)
    assert made.replace("\u200b", "") == "W" * 200
    assert max(map(len, made.split("\u200b"))) <= 8
    assert len(printable("kata " * 9999)) <= MOST_LETTERS + 1


@given(st.text(max_size=60))
@settings(max_examples=300)
def test_no_control_sign_survives(text):
    made = printable(text)
    assert not [c for c in made if unicodedata.category(c)[0] in "CM" and c != "\u200b"]


@pytest.fixture
def one_page(monkeypatch, tmp_path):
    """A template that shows one text in a tagged page."""
    (tmp_path / "satu.typ").write_text(
        '#let d = json("facts.json")\n#set document(title: d.title)\n'
        '#set text(lang: d.lang, font: ("Plus Jakarta Sans", "Libertinus Serif", "DejaVu Sans Mono"))\n= Uji\n#d.text\n',
        encoding="utf-8",
    )
    monkeypatch.setattr("reports.typeset.TEMPLATES", tmp_path)
    return lambda text: typeset("satu.typ", TOLD | {"text": text})


def test_a_letter_of_every_block_we_say_we_draw_is_drawn(one_page):
    firsts = [part.split("-")[0] for part in _DRAWN.split()]
    lasts = [part.split("-")[-1] for part in _DRAWN.split()]
    letters = [chr(int(c, 16)) for c in (*firsts, *lasts)]
    assert one_page(" ".join(c for c in letters if unicodedata.category(c)[0] not in "CM"))


def test_markup_in_a_text_is_shown_not_run(one_page, support):
    text = '#pagebreak() $x$ *tebal* #read("facts.json") <label> @rujuk'
    raw = one_page(text)
    assert len(support("pdf").pages(raw)) == 1
    assert text in support("pdf").text(raw)


def test_the_same_values_give_the_same_bytes(one_page):
    assert one_page("Satu") == one_page("Satu")
    assert one_page("Satu") != one_page("Dua")
