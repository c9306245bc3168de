"""ODK's own form engine fills the form; what it submits reads back as what was answered."""

from __future__ import annotations

import uuid

import pytest
from odk_engine import central, kobo, thumb

from data.returns.sheets import read_table
from surveys.questions import FieldType, spec
from surveys.responses import read_response
from surveys.xlsform import write_xlsform

PROGRAMMES = ("kerja-sosial", "pelayanan-masyarakat", "pos-bapas")
GPS = {"latitude": -7.3915, "longitude": 109.6914, "altitude": 900, "accuracy": 8}
POINT = {"lon": 109.6914, "lat": -7.3915, "accuracy_m": 8.0, "source": "gps"}


@pytest.fixture(scope="module")
def made(forms, tmp_path_factory):
    """Write a form and convert it; return a job without answers."""

    def make(programme="kerja-sosial", *, flavour="odk", unplaced=False, **told):
        from pyxform.xls2xform import convert

        sites = [forms.site(i) for i in (1, 2, 3)]
        if unplaced:
            sites.append(forms.site(9, name="${q05} <b>", lon=None, lat=None))
        folder = tmp_path_factory.mktemp("form")
        pack = forms.pack(sites, programme=programme, **told)
        book, *media = write_xlsform(pack, folder, flavour=flavour)
        form = folder / "form.xml"
        form.write_text(convert(str(book)).xform, encoding="utf-8")
        return {"form": str(form), "media": {m.name: str(m) for m in media}, "answers": []}

    return make


def read_back(given, programme):
    (row,) = read_table(given)
    response, notes = read_response(
        row.values, spec=spec(programme), channel=row.channel, raw_sha256=row.raw_sha256
    )
    assert notes == ()
    return response


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_what_odk_s_engine_submits_reads_back_as_what_was_answered(
    engine, forms, made, tmp_path, programme
):
    answers = forms.every_answer(programme, photo="")
    photos = [f.name for f in spec(programme).fields if f.type is FieldType.PHOTO]
    answers |= {name: str(forms.photo(tmp_path / f"{name}.jpg", size=(64, 48))) for name in photos}
    sent = {name: f"{name}.jpg" for name in photos}
    job = made(programme)
    jobs = [
        {**job, "answers": thumb(programme, answers, point=GPS)},
        {**job, "answers": thumb(programme, answers)},
    ]
    for result, point in zip(engine(jobs), (POINT, forms.PASTED), strict=True):
        assert (result["status"], result["violations"]) == ("ready", [])
        assert sorted(result["attachments"]) == sorted(sent.values())
        response = read_back(central(result["xml"]), programme)
        assert dict(response.answers) == {**answers, "q01": point, **sent}
        assert uuid.UUID(response.id)
        header = (response.candidate, response.surveyor, response.team, response.channel)
        assert header == ("S002", "AB-1", "A", "odk")
        assert (response.programme, response.form_version) == (programme, spec(programme).version)
        assert "" < response.started_at <= response.ended_at


def test_a_kobo_form_submits_the_same_answers(engine, forms, made):
    programme = "kerja-sosial"
    answers = forms.every_answer(programme, photo="")
    kept = {name: value for name, value in answers.items() if value != ""}
    job = made(programme, flavour="kobo")
    (result,) = engine([{**job, "answers": thumb(programme, kept, point=GPS)}])
    response = read_back(kobo(result["xml"]), programme)
    assert response.channel == "kobo"
    assert dict(response.answers) == {**kept, "q01": POINT}


def test_nothing_is_calculated_before_there_is_a_position(engine, made):
    job = made()
    site = {"name": "site", "kind": "choice", "value": "S001"}
    gps = {"name": "q01_gps", "kind": "plain", "value": GPS}
    empty, chosen, there = engine(
        [job, {**job, "answers": [site]}, {**job, "answers": [site, gps]}]
    )
    for result in (empty, chosen):
        assert result["values"]["jarak_m"] == result["values"]["q01"] == ""
        assert not result["relevant"]["jarak"]
    assert there["relevant"]["jarak"]
    assert float(there["values"]["jarak_m"]) == pytest.approx(119.7, abs=1.5)  # by hand: 111+44 m
    assert empty["language"] == "Bahasa Indonesia (id)"
    assert "English (en)" in empty["languages"]
    missing = {name for name, condition, _ in empty["violations"] if condition == "required"}
    assert missing == {"surveyor", "site", "q01_gps", "q02"}


BOUNDS = (
    ("q01_gps", {**GPS, "accuracy": 20}, False),
    ("q01_gps", {**GPS, "accuracy": 20.5}, True),
    ("q01_gps", {**GPS, "accuracy": 0}, False),
    ("q01_tempel", "di depan kantor", True),
    ("q01_tempel", "-7,39531; 109,69702", False),
    ("q06", 401, True),
    ("q06", 400, False),
    ("q19", ["judi", "tidak_ada"], True),
    ("q19", ["tidak_ada"], False),
    ("note", "NIK\n3304012345678901", True),
    ("note", "12 orang", False),
)


def test_an_answer_out_of_bounds_is_stopped_on_the_phone(engine, made):
    job, kinds = made(), {"q06": "integer", "q19": "many"}
    there = {"name": "q02", "kind": "choice", "value": "sesuai"}
    told = [{"name": n, "kind": kinds.get(n, "plain"), "value": v} for n, v, _ in BOUNDS]
    results = engine([{**job, "answers": [there, one]} for one in told])
    for (name, value, broken), result in zip(BOUNDS, results, strict=True):
        stopped = {n: said for n, why, said in result["violations"] if why == "constraint"}
        assert (name in stopped) == broken, (name, value)
        assert not broken or len(stopped[name]) > 10


def test_a_place_that_is_shut_is_asked_no_more(engine, made):
    shut = {"name": "q02", "kind": "choice", "value": "tutup"}
    (result,) = engine([{**made(), "answers": [shut]}])
    asked = {f.name for f in spec("kerja-sosial").fields if result["relevant"][f.name]}
    assert asked == {"q01", "q02", "q03_depan", "q03_jalan", "q03_kerja"}


@pytest.mark.parametrize("flavour", ["odk", "kobo"])
def test_a_site_without_a_point_can_be_chosen_and_its_name_stays_text(engine, made, flavour):
    team = "A'B\"${q05}"
    job = made(flavour=flavour, unplaced=True, team=team)
    unplaced = {"name": "site_tanpa_titik", "kind": "choice", "value": "S009"}
    mapped = {"name": "site_peta", "kind": "choice", "value": "S003"}
    one, other = engine([{**job, "answers": [unplaced]}, {**job, "answers": [mapped]}])
    assert one["options"]["site_tanpa_titik"] == [["S009", "9. ${q05} <b>"]]
    assert (one["values"]["site"], other["values"]["site"]) == ("S009", "S003")
    assert one["values"]["team"] == team
    assert "Cari titik" in one["values"]["site_info"]
    assert not other["relevant"]["site_tanpa_titik"]
    assert read_back(central(one["xml"]), "kerja-sosial").candidate == "S009"
