"""What the phone does to the offline form: no origin, killed, old, narrow; and hostile names."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from data.returns.read import read_returns
from surveys.webform import webform_html

pytestmark = pytest.mark.browser
XSS = "window.XSS=(window.XSS||0)+1"
HOSTILE = (
    f'<img src=x onerror="{XSS}"><svg/onload={XSS}>',
    f"</script><script>{XSS}</script><!--<script>",
    f"</title></style></textarea><script>{XSS}</script>",
    f"${{{XSS}}}`+({XSS})+`{{{{7*7}}}}{{n}}$&$1",
    f"\"'\\';{XSS};//\\u0022\u2028{XSS}\u2029",
    '<iframe src="http://x.invalid/"></iframe><link rel=stylesheet href=//x.invalid/a.css>',
    "\u202egnp.exe\u202c \U0001f3eb Ñ ꦗꦮ",
    "__proto__",
)


@pytest.mark.skipif(sys.platform == "win32", reason="kills the browser by its process id")
def test_a_killed_browser_gives_back_what_was_typed_where_storage_is_allowed(
    chromium, forms, tmp_path
):
    profile, path = tmp_path / "profil", tmp_path / "2-formulir.html"
    path.write_bytes(webform_html(forms.pack([forms.site(1)])))

    def opened():
        context = chromium.browser_type.launch_persistent_context(
            profile,
            executable_path=forms.CHROMIUM,
            args=["--no-sandbox", "--disable-gpu"],
            **forms.PHONE,
        )
        page = context.pages[0]
        page.goto(path.as_uri())
        page.locator("body.ready").wait_for()
        return context, page

    context, page = opened()
    forms.begin(page)
    shot = forms.photo(tmp_path / "a.jpg", size=(400, 300))
    forms.fill(page, "kerja-sosial", {"q01": None, "q02": "sesuai", "q03_depan": shot, "q06": 33})
    first = forms.save(page, tmp_path)
    page.locator("#edit").tap()
    forms.fill(page, "kerja-sosial", {"q10": 9})
    page.wait_for_timeout(300)
    for one in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if str(profile).encode() in one.read_bytes():
                os.kill(int(one.parent.name), signal.SIGKILL)
    with contextlib.suppress(Exception):
        context.close()
    (profile / "SingletonLock").unlink(missing_ok=True)

    context, page = opened()
    assert page.locator(".chip.changed").count() == 1
    page.locator(".site").first.tap()
    assert page.locator('[data-field="q10"] input').input_value() == "9"
    assert page.locator("img").count() == 1
    second = forms.save(page, tmp_path)
    context.close()
    old, new = (read_returns(p).rows[0] for p in (first, second))
    assert old.values["submission"] == new.values["submission"]
    assert (old.edits, new.edits) == (0, 1)
    assert json.loads(second.read_text())["submissions"][0]["photos"]


def test_a_page_with_no_origin_still_saves_its_file(chromium, forms, support, tmp_path):
    """What a file tapped in a chat is to the browser: storage and location refused for real."""
    page = chromium.new_page(**forms.PHONE)
    counted = support("browser").CountedPage(page)
    counted.watch()
    raw = webform_html(forms.pack([forms.site(1)]))
    page.goto(f"data:text/html;base64,{base64.b64encode(raw).decode()}")
    page.locator("body.ready").wait_for()
    with pytest.raises(Exception, match="SecurityError"):
        page.evaluate("window.localStorage")
    assert page.locator("#keeping").get_attribute("class") == "unkept"
    forms.begin(page)
    page.locator(".point-box > .main").tap()
    page.locator(".status.bad").wait_for()
    shot = forms.photo(tmp_path / "a.jpg", size=(1600, 1200))
    forms.fill(page, "kerja-sosial", {"q01": None, "q02": "sesuai", "q03_depan": shot})
    path = forms.save(page, tmp_path)
    page.locator(".qr").wait_for()
    assert read_returns(path).rows[0].values["q02"] == "sesuai"
    assert (counted.outside, counted.errors) == ([], [])
    page.close()


def test_hostile_names_are_shown_and_never_run(phone, forms, tmp_path):
    sites = [
        forms.site(i, id=f"{i}/../{name}", name=name, agency=name, address=name, desa=name,
                   kecamatan=name, kind=name, kind_text=name, reasons=(name,), hazards=(name,),
                   arrive=name)
        for i, name in enumerate(HOSTILE, start=1)
    ]  # fmt: skip
    pack = forms.pack(sites, team=HOSTILE[0], study_name=HOSTILE[1], emergency=((HOSTILE[0],) * 2,))
    page = phone(pack)
    page.locator(".surveyor input").fill(HOSTILE[0])
    for i, name in enumerate(HOSTILE):
        shown = page.locator(".who bdi").nth(i).evaluate("e => e.textContent")
        assert shown == name
        page.locator(".site").nth(i).tap()
        forms.fill(page, "kerja-sosial", {"q01": None, "q02": "sesuai"})
        path = forms.save(page, tmp_path)
        assert "/" not in path.name
        assert read_returns(path).rows[0].values["site"] == f"{i + 1}/../{name}"
        page.locator(".qr").wait_for()
        page.locator("#next").tap()
    page.locator(".chip.done").nth(len(HOSTILE) - 1).wait_for()
    assert page.evaluate("window.XSS") is None


def test_an_old_browser_packs_without_compressing_and_says_when_a_code_is_too_long(
    phone, forms, tmp_path
):
    page = phone(forms.pack([forms.site(1)]), script="delete window.CompressionStream;")
    forms.begin(page)
    forms.fill(page, "kerja-sosial", {"q01": None, "q02": "sesuai", "q06": 5})
    page.locator('[data-field="note"] textarea').fill("Jalan licin – ±400 m dari aspal… " * 14)
    path = forms.save(page, tmp_path)
    text = tmp_path / "teks.txt"
    text.write_text(page.locator(".code textarea").input_value(), "utf-8")
    assert read_returns(text).rows[0].values == dict(read_returns(path).rows[0].values)
    page.locator("#edit").tap()
    page.locator('[data-field="note"] textarea').fill("ꦗ" * 490)
    forms.fill(page, "kerja-sosial", {"q05": "bersyarat", "q21": "1"})
    for name in ("q05_syarat", "q21_alasan"):
        page.locator(f'[data-field="{name}"] textarea').fill("ꦮ" * 490)
    forms.save(page, tmp_path)
    page.locator(".code .fault").wait_for()
    assert page.locator(".qr").count() == 0


@pytest.mark.parametrize("width", [360, 390])
def test_it_fits_a_narrow_phone_with_targets_for_a_thumb(phone, forms, width):
    long = forms.site(1, name="SekolahDasarNegeriTanpaSpasi" * 4)
    page = phone(
        forms.pack([long], synthetic=True),
        refused=True,
        viewport={"width": width, "height": 740},
    )
    assert page.locator("#synthetic").is_visible()
    assert page.locator("#opening").inner_text().startswith("Kami menilai TEMPAT, bukan orang.")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    forms.begin(page)
    forms.fill(page, "kerja-sosial", {"q01": None, "q02": "berbeda", "q05": "bersyarat"})
    assert page.evaluate("document.documentElement.scrollWidth") == width
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, .button, .option, select, input[type=text], a')]
          .filter((e) => e.offsetParent && e.getBoundingClientRect().height < 43.5)
          .map((e) => e.outerHTML.slice(0, 80))"""
    )
    assert small == []


def test_english_is_one_tap_away_and_keeps_what_was_answered(phone, forms):
    page = phone(forms.pack([forms.site(1)]))
    forms.begin(page)
    forms.fill(page, "kerja-sosial", {"q02": "sesuai", "q06": 12})
    page.locator("#language").tap()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("#opening").inner_text().startswith("We ")
    assert page.locator('[data-field="q06"] input').input_value() == "12"
