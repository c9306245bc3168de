"""The offline form on a phone-sized Chromium: network off, with storage and without."""

from __future__ import annotations

import dataclasses
import io
import json

import pytest

from data.returns.read import read_returns
from surveys.questions import FieldType, spec
from surveys.responses import read_response

pytestmark = pytest.mark.browser
PHOTO_PARTS = ("photos/", "photo_facts/")


def qr_of(page):
    """Read the code off the screen, as another phone's camera would."""
    import zxingcpp
    from PIL import Image

    page.locator(".qr").wait_for()
    seen = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.locator(".qr").screenshot())))
    return seen[0].text


def row_of(path):
    (row,) = read_returns(path).rows
    return row


def response_of(row, programme):
    """What the survey reads in a row; of which bytes it came is left aside."""
    told, notes = read_response(
        row.values, spec=spec(programme), channel=row.channel, raw_sha256=row.raw_sha256
    )
    assert notes == ()
    return dataclasses.replace(told, raw_sha256="")


@pytest.mark.parametrize("refused", [False, True], ids=["kept", "refused"])
@pytest.mark.parametrize("programme", ["kerja-sosial", "pos-bapas"])
def test_file_and_qr_code_bring_home_every_answer(phone, forms, tmp_path, programme, refused):
    page = phone(forms.pack([forms.site(1)], programme=programme), refused=refused)
    shot = forms.photo(tmp_path / "depan.jpg", size=(800, 600))
    answers = forms.every_answer(programme, photo=shot)
    forms.begin(page)
    forms.fill(page, programme, answers)
    path = forms.save(page, tmp_path)
    assert path.name == "tapak-A-S001-1.json"
    (sent,) = json.loads(path.read_text("utf-8"))["submissions"]
    for field in spec(programme).fields:
        wanted = answers[field.name]
        if field.type is FieldType.PHOTO:
            wanted = f"{field.name}_{sent['submission'][:8]}.jpg"
            assert sent["photos"][wanted].startswith("data:image/jpeg;base64,")
        assert sent["answers"][field.name] == (list(wanted) if type(wanted) is tuple else wanted)
    text = tmp_path / "qr.txt"
    text.write_text(qr_of(page), "utf-8")
    by_file = {k: v for k, v in row_of(path).values.items() if not k.startswith(PHOTO_PARTS)}
    assert dict(row_of(text).values) == by_file
    by_both = [response_of(row_of(source), programme) for source in (path, text)]
    assert by_both[0] == by_both[1]
    assert by_both[0].answers == {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in sent["answers"].items()
    }
    assert by_both[0].position == (forms.PASTED["lon"], forms.PASTED["lat"])
    assert by_file["form_version"] == spec(programme).version
    assert (by_file["surveyor"], by_file["team"], by_file["site"]) == ("AB-1", "A", "S001")
    assert page.locator("#keeping").get_attribute("class") == ("unkept" if refused else "kept")


def test_three_sites_with_the_browser_killed_after_each_come_home_exactly_once(
    phone, forms, tmp_path
):
    pack = forms.pack([forms.site(i) for i in (1, 2, 3)])
    files = []
    for i in range(3):
        page = phone(pack, refused=True)
        assert page.locator(".chip.open").count() == 3
        forms.begin(page, i)
        forms.fill(page, "kerja-sosial", {"q01": None, "q02": "sesuai", "q06": i})
        files.append(forms.save(page, tmp_path))
        page.close()
    rows = [row_of(path) for path in files]
    assert [row.values["site"] for row in rows] == ["S001", "S002", "S003"]
    assert len({row.values["submission"] for row in rows}) == 3

    page = phone(pack, refused=True)
    page.locator(".files input").set_input_files([str(path) for path in files[:1]])
    page.locator(".chip.done").wait_for()
    page.locator(".site").first.tap()
    forms.fill(page, "kerja-sosial", {"q06": 7})
    again = row_of(forms.save(page, tmp_path))
    assert again.values["submission"] == rows[0].values["submission"]
    assert (rows[0].edits, again.edits) == (0, 1)


def test_saving_again_without_a_change_gives_the_same_submission(phone, forms, tmp_path):
    page = phone(forms.pack([forms.site(1), forms.site(2)]), refused=True)
    forms.begin(page)
    forms.fill(page, "kerja-sosial", {"q01": None, "q02": "sesuai"})
    first = json.loads(forms.save(page, tmp_path).read_text())["submissions"]
    page.locator("#edit").tap()
    assert json.loads(forms.save(page, tmp_path).read_text())["submissions"] == first
    page.locator("#next").tap()
    whole = forms.save(page, tmp_path, button=".files .main")
    assert whole.name == "tapak-A-semua-1.json"
    assert json.loads(whole.read_text())["submissions"] == first


def test_a_draft_is_for_the_form_alone_and_opens_again(phone, forms, tmp_path):
    pack = forms.pack([forms.site(1)])
    page = phone(pack, refused=True)
    forms.begin(page)
    forms.fill(page, "kerja-sosial", {"q02": "sesuai", "q06": 12})
    draft = forms.save(page, tmp_path, button=".bar .quiet")
    told = json.loads(draft.read_text("utf-8"))
    assert told["submissions"] == []
    page = phone(pack, refused=True)
    page.locator(".files input").set_input_files(str(draft))
    page.locator(".chip.begun").wait_for()
    forms.begin(page)
    assert page.locator('[data-field="q06"] input').input_value() == "12"
    forms.fill(page, "kerja-sosial", {"q01": None})
    assert (
        row_of(forms.save(page, tmp_path)).values["submission"] == told["drafts"][0]["submission"]
    )


def test_a_site_that_is_shut_is_asked_no_more_and_sends_no_more(phone, forms, tmp_path):
    page = phone(forms.pack([forms.site(1)]))
    forms.begin(page)
    forms.fill(page, "kerja-sosial", {"q01": None, "q02": "sesuai", "q06": 40, "q05": "bersyarat"})
    assert page.locator('[data-field="q05_syarat"]').is_visible()
    forms.fill(page, "kerja-sosial", {"q02": "tutup"})
    assert page.locator('[data-question="6"]').is_hidden()
    assert page.locator('[data-field="q05_syarat"]').is_hidden()
    (sent,) = json.loads(forms.save(page, tmp_path).read_text())["submissions"]
    assert set(sent["answers"]) == {"q01", "q02"}


def test_what_is_missing_out_of_range_or_a_persons_number_stops_the_save(phone, forms, tmp_path):
    page = phone(forms.pack([forms.site(1)]))
    page.locator(".site").first.tap()
    forms.fill(page, "kerja-sosial", {"q02": "sesuai", "q06": 401, "q05": "bersyarat"})
    page.locator('[data-field="q05_syarat"] textarea').fill("hubungi 3304012345678901")
    page.locator(".bar .main").tap()
    wrong = page.locator(".fault:visible").all_inner_texts()
    assert len(wrong) == 4
    assert any("0 sampai 400" in text for text in wrong)
    page.locator(".surveyor input").fill("AB")
    page.locator('[data-field="q05_syarat"] textarea').fill("jam kerja saja")
    forms.fill(page, "kerja-sosial", {"q01": None, "q06": 400})
    (sent,) = json.loads(forms.save(page, tmp_path).read_text())["submissions"]
    assert sent["answers"]["q06"] == 400


def test_a_second_tap_clears_and_nothing_stands_alone(phone, forms, tmp_path):
    page = phone(forms.pack([forms.site(1)]))
    forms.begin(page)
    forms.fill(page, "kerja-sosial", {"q01": None, "q02": "sesuai", "q13": "4", "q04": "staf"})
    forms.fill(page, "kerja-sosial", {"q04": "staf", "q19": ("sekolah", "ibadah", "tidak_ada")})
    forms.fill(page, "kerja-sosial", {"q11": ("minggu_sore", "senin_pagi")})
    forms.fill(page, "kerja-sosial", {"q23": ("tidak_ada", "kursi_roda", "toilet")})
    (sent,) = json.loads(forms.save(page, tmp_path).read_text())["submissions"]
    told = sent["answers"]
    assert "q04" not in told
    assert (told["q13"], told["q19"]) == ("4", ["tidak_ada"])
    assert told["q11"] == ["senin_pagi", "minggu_sore"]
    assert told["q23"] == ["toilet", "kursi_roda"]
