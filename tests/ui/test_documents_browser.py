"""The page "Laporan" in a real browser: a document is made, looked at and downloaded."""

import json

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [390, 1440])
def test_a_document_is_made_previewed_and_downloaded(served_study, counted_page, width, tmp_path):
    page = counted_page.page
    page.set_default_timeout(60_000)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{served_study.url}/laporan")
    block = page.locator(".st-key-document-gis")
    make = block.get_by_role("button", name="Buat").nth(1)
    make.click()
    block.get_by_role("button", name="Unduh GEOJSON").wait_for()
    with page.expect_download() as taken:
        block.get_by_role("button", name="Unduh GEOJSON").click()
    taken.value.save_as(tmp_path / "a.geojson")
    assert taken.value.suggested_filename == "gis-kerja-sosial-id.geojson"
    assert json.loads((tmp_path / "a.geojson").read_text())["tapak"]["kind"] == "gis"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert counted_page.outside == []


def test_the_first_page_of_a_pdf_is_shown(served_study, counted_page):
    page = counted_page.page
    page.set_default_timeout(60_000)
    page.goto(f"{served_study.url}/laporan")
    block = page.locator(".st-key-document-daftar")
    block.get_by_role("button", name="Buat").first.click()
    block.locator("img").wait_for()
    assert block.locator("img").evaluate("e => e.naturalWidth / e.naturalHeight") == pytest.approx(
        297 / 210, abs=0.01
    )
