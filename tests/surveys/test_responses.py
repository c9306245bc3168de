"""Reading one visit: the same answers from keys, labels, groups, split columns and odd cells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from visits_made import GOOD, HEADER, one_column_a_choice, visit

from scoring.criteria import load_catalogue
from surveys.answers import evidence, positions
from surveys.questions import FieldType, choice_label, label, spec
from surveys.responses import moment, read_response

FORM = spec("kerja-sosial")


def read(raw, **more):
    return read_response(raw, spec=FORM, channel="kobo", raw_sha256="00", **more)


def with_labels(lang, *, header):
    """The good visit as an export with labels writes it."""
    told = dict(HEADER)
    for key, value in GOOD.items():
        field = FORM.field(key)
        name = label(field, lang) if header else key
        if field.type is FieldType.CHOICE:
            told[name] = choice_label(field, value, lang)
        elif field.type is FieldType.MANY:
            told[name] = ", ".join(choice_label(field, one, lang) for one in value.split())
        else:
            told[name] = value
    return told


@pytest.mark.parametrize(
    "raw",
    [
        {f"visit-{k}" if k in GOOD else k: v for k, v in (HEADER | GOOD).items()},
        {f"a/b/{k}": v for k, v in (HEADER | GOOD).items()},
        one_column_a_choice(HEADER | GOOD),
        with_labels("id", header=True),
        with_labels("en", header=True),
        with_labels("id", header=False),
        HEADER | GOOD | {"q06": 16.0, "q13": 4, "q20": "4.0", "q07": ["taman", "dapur"]},
        HEADER | GOOD | {"q07": '{"dapur","taman"}', "q11_pisah": True, "q06": "16,0"},
        dict(reversed((HEADER | GOOD).items())),
    ],
    ids=["dash", "group", "kobo", "label-id", "label-en", "values", "typed", "qfield", "reversed"],
)
def test_every_channel_s_row_gives_the_same_answers_and_the_same_evidence(raw):
    expected = visit()
    found, notes = read(raw)
    assert notes == ()
    assert dict(found.answers) == dict(expected.answers)
    rows = [evidence([one], catalogue=load_catalogue(), letter="K") for one in (found, expected)]
    assert rows[0].equals(rows[1])
    assert positions([found]).equals(positions([expected]))


def test_canonical_types():
    answers = visit(q25=None).answers
    assert answers["q06"] == 16
    assert answers["q07"] == ("taman", "dapur")
    assert answers["q01"] == {
        "lon": 109.694512, "lat": -7.397123, "accuracy_m": 6.2, "source": "gps",
    }  # fmt: skip
    assert "q16_cm" not in answers


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("q06", "401", "answer_out_of_range"),
        ("q06", "12 jam", "answer_unreadable"),
        ("q06", "2.5", "answer_unreadable"),
        ("q06", "inf", "answer_unreadable"),
        ("q10", -1, "answer_out_of_range"),
        ("q12", "mungkin", "answer_unreadable"),
        ("q07", "taman memasak", "answer_unreadable"),
        ("q19", "judi tidak_ada", "answer_contradicts"),
        ("q01", "-7.4 -199.2 0 5", "answer_out_of_range"),
        ("q01", "0 0 0 0", "answer_out_of_range"),
        ("q01", "di depan masjid", "answer_unreadable"),
        ("q05_syarat", "asal pagi", "answer_not_asked"),
        ("q07", "[1,", "answer_unreadable"),
    ],
)
def test_what_cannot_be_read_becomes_a_note_and_is_left_out(name, value, code):
    found, notes = read(HEADER | GOOD | {name: value})
    assert [n.code for n in notes] == [f"surveys.{code}"]
    assert name not in found.answers
    for lang in ("id", "en"):
        assert "p-0001" in notes[0].reason(lang=lang)
        assert notes[0].fix(lang=lang)


@pytest.mark.parametrize("name", ["submission", "site"])
def test_a_row_without_its_site_or_number_is_no_response(name):
    found, notes = read({k: v for k, v in (HEADER | GOOD).items() if k != name})
    assert found is None
    assert [n.code for n in notes] == [f"surveys.no_{name}"]
    assert notes[0].reason(lang="id")


def test_blank_cells_are_unanswered_not_empty():
    raw = HEADER | dict.fromkeys(GOOD, "") | {"q06": float("nan"), "q12": None, "q02": "sesuai"}
    found, notes = read(raw)
    assert dict(found.answers) == {"q02": "sesuai"}
    assert notes == ()
    split, _ = read(HEADER | {f"q07/{c}": 0 for c in FORM.field("q07").choices})
    assert "q07" not in split.answers


@pytest.mark.parametrize(
    ("value", "accuracy_m", "source"),
    [
        ("-7.4 109.7 0 77", 77.0, "gps"),
        ("-7.4 109.7 800 0", 0.0, "map"),
        ("-7.4, 109.7", None, "pasted"),
        ("7°24' LS 109°42' BT", None, "pasted"),
        ("POINT (109.7 -7.4)", None, "pasted"),
        ({"lon": 109.7, "lat": -7.4, "accuracy_m": None, "source": "photo"}, None, "photo"),
        (
            {"type": "Point", "coordinates": [109.7, -7.4, 1], "properties": {"accuracy": 5}},
            5,
            "gps",
        ),
    ],
)
def test_points_of_every_make(value, accuracy_m, source):
    found, notes = read(HEADER | {"q01": value})
    assert notes == ()
    assert found.position == pytest.approx((109.7, -7.4))
    assert found.accuracy_m == accuracy_m
    assert found.answers["q01"]["source"] == source


def test_a_place_that_is_shut_keeps_no_answers_that_were_not_asked():
    found, notes = read(HEADER | {"q02": "tutup", "q05": "menolak", "q05_surat": "a.jpg"})
    assert dict(found.answers) == {"q02": "tutup"}
    assert {n.code for n in notes} == {"surveys.answer_not_asked"}


def test_photos_keep_their_name_without_the_phone_s_folders():
    found, _ = read(HEADER | {"q03_depan": r"C:\foto\depan.jpg"})
    assert found.answers["q03_depan"] == "depan.jpg"


def test_moments_are_utc_whatever_offset_they_were_told_in():
    assert moment("2026-11-24T10:15:00.123+07:00") == "2026-11-24T03:15:00Z"
    assert moment("2026-11-24T03:15:00Z") == "2026-11-24T03:15:00Z"
    assert moment("2026-11-24 10:15") == "2026-11-24T03:15:00Z"
    assert moment("kemarin") == ""


CELL = st.one_of(st.text(max_size=20), st.integers(), st.floats(), st.booleans(), st.none())


@given(st.dictionaries(st.sampled_from([f.name for f in FORM.fields]), CELL))
def test_any_cells_are_read_or_noted_never_a_crash(cells):
    found, notes = read(HEADER | cells)
    assert found is not None
    for name, value in found.answers.items():
        field = FORM.field(name)
        if field.type is FieldType.CHOICE:
            assert value in field.choices
        if field.type is FieldType.MANY:
            assert value == tuple(c for c in field.choices if c in value)
    assert all(n.reason(lang="id") for n in notes)
