"""The one survey spec: what CRITERIA §8 asks, whom, in both languages."""

import string

import pytest

import words
from scoring.criteria import load_catalogue
from scoring.kinds import fold, kinds
from surveys.questions import (
    FieldType,
    choice_label,
    hint,
    label,
    opening,
    question_text,
    questions,
    spec,
)

PROGRAMMES = {"kerja-sosial": "K", "pelayanan-masyarakat": "J", "pos-bapas": "O"}
OFFICE = [1, 2, 3, 4, 5, 15, 16, 17, 18, 21, 22, 23, 24, 25]


def test_each_programme_asks_the_questions_of_the_criteria():
    for programme in ("kerja-sosial", "pelayanan-masyarakat"):
        assert [q.number for q in spec(programme).questions] == list(range(1, 24))
    assert [q.number for q in spec("pos-bapas").questions] == OFFICE


def test_the_version_is_of_the_content_and_differs_with_it():
    assert spec("kerja-sosial").version == spec("pelayanan-masyarakat").version
    assert spec("kerja-sosial").version != spec("pos-bapas").version
    assert len(spec("pos-bapas").version) == 8
    assert set(spec("pos-bapas").version) <= set(string.hexdigits.lower())


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_every_question_field_and_choice_has_its_words(lang):
    for question in questions():
        assert question_text(question, lang)
        for field in question.fields:
            assert label(field, lang)
            hint(field, lang)
            said = [choice_label(field, choice, lang) for choice in field.choices]
            assert len(set(map(fold, said))) == len(field.choices), field.name


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_no_two_fields_of_a_form_have_the_same_label(lang):
    for programme in PROGRAMMES:
        labels = [fold(label(field, lang)) for field in spec(programme).fields]
        assert len(set(labels)) == len(labels)


def test_choices_carry_the_keys_by_which_they_are_read():
    reads = load_catalogue().questions
    for question in questions():
        row = reads[question.number]
        main = question.fields[0]
        if main.name == f"q{question.number:02d}" and main.choices and "answers" in row:
            assert set(row["answers"]) - {"ht_wifi"} <= set(main.choices), main.name
    starred = {f.name for q in questions() for f in q.fields if f.starred}
    items = reads[14]["items"]
    assert starred == {f"q14_{one.rstrip('*')}" for one in items if one.endswith("*")}
    assert len(items) == 12
    assert {f.name for f in questions()[13].fields} == {f"q14_{one.rstrip('*')}" for one in items}


def test_bounds_equal_those_of_the_reads():
    reads = load_catalogue().questions
    form = spec("kerja-sosial")
    for number, name in ((6, "q06"), (10, "q10")):
        field = form.field(name)
        assert [field.minimum, field.maximum] == reads[number]["range"]
        assert field.type is FieldType.INTEGER


def test_what_is_shown_only_sometimes_depends_on_a_field_before_it():
    for programme in PROGRAMMES:
        seen = {}
        for field in spec(programme).fields:
            if field.relevant:
                on, wanted = field.relevant
                assert set(wanted) <= set(seen[on].choices)
            seen[field.name] = field


def test_a_place_that_is_shut_is_asked_no_more():
    form = spec("kerja-sosial")
    assert form.field("q12").relevant == ("q02", ("sesuai", "berbeda"))
    assert form.field("q01").required
    assert form.field("q01").relevant is None
    assert form.field("q02_jenis").choices == tuple(sorted(kinds()))
    with pytest.raises(KeyError):
        form.field("q24")


def test_the_opening_line_says_that_places_are_judged():
    assert opening("id").startswith("Kami menilai TEMPAT, bukan orang.")
    assert "not people" in opening("en")
