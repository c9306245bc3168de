"""The XLSForm: what pyxform and ODK Validate say of it, and what no name can do to it."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import os
import re
import shutil
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import words
from geo.errors import StudyError
from surveys.questions import FieldType, spec
from surveys.xlsform import write_xlsform, xlsform_files
from surveys.xlsform_rows import LANGUAGES, SiteFiles, choice_rows, survey_rows, xpath_text

PROGRAMMES = ("kerja-sosial", "pelayanan-masyarakat", "pos-bapas")
HOSTILE = ('=HYPERLINK("http://x")', "${q05}", "A'B\"C${site}", "# *x* <b>&amp;", "\x00\ud800-1+1")


@pytest.fixture(scope="module")
def convert():
    """Turn a workbook's bytes into an XForm by pyxform and, where there is Java, ODK Validate."""
    from pyxform.xls2xform import convert

    if shutil.which("java") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no java: ODK Validate cannot run (Debian's default-jre-headless)")
        pytest.skip("no java on PATH: ODK Validate cannot run")
    return lambda raw: convert(io.BytesIO(raw), validate=True, file_type=".xlsx")


def form_of(files):
    return next(data for name, data in files.items() if name.endswith(".xlsx"))


def sheet(raw, name):
    rows = list(openpyxl.load_workbook(io.BytesIO(raw))[name].values)
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def some(forms, which):
    """Make sites with a point, without one, or both."""
    placed = [forms.site(i) for i in (1, 2, 3)] if which != "unplaced" else []
    return placed + ([forms.site(9, lon=None, lat=None)] if which != "placed" else [])


@pytest.mark.parametrize("programme", PROGRAMMES)
@pytest.mark.parametrize(
    ("flavour", "which"),
    [("odk", "placed"), ("odk", "both"), ("odk", "unplaced"), ("kobo", "placed"), ("kobo", "both")],
)
def test_pyxform_and_odk_validate_have_nothing_to_say(forms, convert, programme, flavour, which):
    pack = forms.pack(some(forms, which), programme=programme, synthetic=True)
    files = xlsform_files(pack, flavour=flavour)
    made = convert(form_of(files))
    assert made.warnings == []
    named = set(re.findall(r'src="jr://file(?:-csv)?/([^"]+)"', made.xform))
    assert named == set(files) - {f"tapak-{flavour}.xlsx"}


def test_odk_validate_is_really_asked(forms, convert):
    book = openpyxl.load_workbook(io.BytesIO(form_of(xlsform_files(forms.pack([forms.site(1)])))))
    heads = [cell.value for cell in book["survey"][1]]
    for row in book["survey"].iter_rows(min_row=2):
        if row[1].value == "jarak_m":
            row[heads.index("calculation")].value = "no_such_function(1)"
    held = io.BytesIO()
    book.save(held)
    with pytest.raises(Exception, match="no_such_function"):
        convert(held.getvalue())


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("flavour", ["odk", "kobo"])
def test_a_hostile_name_stays_text(forms, convert, flavour, name):
    sites = [forms.site(1, name=name, address=name, order=None, kind_text=name)]
    sites.append(forms.site(2, name=name, lon=None, lat=None, order=None))
    files = xlsform_files(forms.pack(sites, team=name, study_name=name), flavour=flavour)
    assert convert(form_of(files)).warnings == []
    with zipfile.ZipFile(io.BytesIO(form_of(files))) as book:
        sheets = [book.read(part).decode() for part in book.namelist() if "sheets/" in part]
    assert not any("<f>" in text for text in sheets)
    for part, data in files.items():
        if part.endswith(".csv"):
            rows = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
            assert not any(row["label"].startswith(("=", "+", "-", "@")) for row in rows)
            assert {row["name"] for row in rows} <= {"S001", "S002"}
        if part.endswith(".geojson"):
            assert json.loads(data)["features"][0]["properties"]["id"] == "S001"


def value_of(expression):
    """Join the literals of an XPath expression; between them only concat's own signs may stand."""
    literals = re.compile(r"'([^']*)'|\"([^\"]*)\"")
    assert re.fullmatch(r"|concat\((, )*\)", literals.sub("", expression))
    return "".join(one or other for one, other in literals.findall(expression))


@settings(max_examples=200)
@given(st.text(alphabet=st.sampled_from("a '\"${}()=,é"), max_size=12))
def test_a_text_in_a_calculation_is_that_text_and_never_a_reference(text):
    expression = xpath_text(text)
    assert "${" not in expression
    assert value_of(expression) == text


def test_every_field_is_asked_once_with_its_bounds_in_both_languages(forms):
    for programme in PROGRAMMES:
        pack = forms.pack([forms.site(1)], programme=programme)
        rows = survey_rows(pack, SiteFiles(placed="sites.geojson", unplaced=""))
        named = [row["name"] for row in rows if row["name"]]
        assert len(named) == len(set(named))
        by_name = {row["name"]: row for row in rows}
        for field in spec(programme).fields:
            row = by_name[field.name if field.type is not FieldType.POINT else "q01_gps"]
            assert all(row[f"label::{lang}"].strip() for lang in LANGUAGES.values())
            if field.minimum is not None:
                assert row["constraint"] == f". >= {field.minimum:g} and . <= {field.maximum:g}"
            if field.type is FieldType.PHOTO:
                assert row["parameters"] == "max-pixels=1280"
        listed = [(row["list_name"], row["name"]) for row in choice_rows(pack.spec)]
        for field in spec(programme).fields:
            if field.choices:
                name = by_name[field.name]["type"].split()[1]
                assert tuple(c for n, c in listed if n == name) == field.choices


def test_what_only_an_answer_opens_waits_for_it(forms):
    rows = survey_rows(forms.pack([forms.site(1)]), SiteFiles(placed="sites.geojson", unplaced=""))
    by_name = {row["name"]: row for row in rows}
    there = "selected(${q02}, 'sesuai') or selected(${q02}, 'berbeda')"
    assert by_name["p05"]["relevant"] == there
    assert by_name["q05_syarat"]["relevant"] == "selected(${q05}, 'bersyarat')"
    assert not by_name["p01"]["relevant"]


def test_the_same_pack_gives_the_same_bytes(forms):
    pack = forms.pack(some(forms, "both"))
    assert xlsform_files(pack) == xlsform_files(dataclasses.replace(pack))
    assert b"1980-01-01" in zipfile.ZipFile(io.BytesIO(form_of(xlsform_files(pack)))).read(
        "docProps/core.xml"
    )


def test_the_settings_name_the_form_its_version_and_its_first_language(forms):
    pack = forms.pack([forms.site(1)], team="A")
    told = sheet(form_of(xlsform_files(pack)), "settings")[0]
    assert (told["form_id"], told["version"]) == ("tapak_k_a", spec("kerja-sosial").version)
    assert told["default_language"] == "Bahasa Indonesia (id)"
    english = sheet(form_of(xlsform_files(pack, lang="en")), "settings")[0]
    assert english["default_language"] == "English (en)"
    ids = {
        sheet(form_of(xlsform_files(forms.pack([forms.site(1)], team=team))), "settings")[0][
            "form_id"
        ]
        for team in ("A", "a!", "A!", "é", "è")
    }
    assert len(ids) == 5


def test_a_file_that_is_there_is_not_replaced_and_no_site_is_no_form(forms, tmp_path):
    pack = forms.pack([forms.site(1)])
    paths = write_xlsform(pack, tmp_path / "odk")
    assert [path.name for path in paths] == ["tapak-odk.xlsx", "sites.geojson"]
    with pytest.raises(StudyError):
        write_xlsform(pack, tmp_path / "odk")
    with pytest.raises(StudyError):
        write_xlsform(forms.pack([]), tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_kobo_gets_the_point_as_latitude_and_longitude(forms):
    files = xlsform_files(forms.pack([forms.site(1)]), flavour="kobo")
    row = next(csv.DictReader(io.StringIO(files["sites.csv"].decode(), newline="")))
    assert row["geometry"] == "-7.3905000 109.6910000 0 0"
    assert row["label"] == "1. SD Negeri 1 Contoh"
    assert words.say("surveys.map.must", lang="id", questions="1, 5, 9") in row["info"]


def test_the_questions_of_the_form_are_those_of_the_spec(forms):
    asked = spec("pos-bapas").questions
    rows = survey_rows(
        forms.pack([forms.site(1)], programme="pos-bapas"),
        SiteFiles(placed="sites.csv", unplaced=""),
    )
    pages = [row["name"] for row in rows if row["type"] == "begin_group"]
    assert pages == [f"p{question.number:02d}" for question in asked]
