"""`tapak app --publik` in a real browser: the published documents, and no other page at any address."""

import pytest
from approved import APPROVED
from served import free_port, run

from data.workspace import open_study
from ui.serve import command, environment
from ui.shell import PAGES
from work import living
from work.documents import make_document
from work.ranking import rank_study

pytestmark = pytest.mark.browser
TERMS = {"programme": "kerja-sosial", "lang": "id"}


def approve(study):
    """Approve the first place of the ranking."""
    first = rank_study(study, top=1)["sites"][0]
    living.take_step(study, first["id"], "bersedia")
    living.take_step(study, first["id"], "approved", **APPROVED)
    return first


@pytest.fixture
def anybody(study, tmp_path):
    """The app open to anybody over a study with one approved place."""
    port = free_port()
    given = {"cwd": tmp_path, "env": environment(study, anybody=True)}
    yield from run(command(study, port), f"http://127.0.0.1:{port}", tmp_path / "log.txt", **given)


@pytest.mark.parametrize("width", [390, 1440])
def test_anybody_reads_what_was_published_and_takes_it_away(study, anybody, counted_page, width):
    name = approve(study)["name"]
    make_document(study, "laporan", ".html", public=True, **TERMS)
    make_document(study, "gis", ".geojson", public=True, **TERMS)
    make_document(study, "ringkasan", ".pdf", public=False, **TERMS)
    page = counted_page.page
    page.set_default_timeout(60_000)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(anybody.url)
    page.frame_locator("iframe").get_by_text(name).first.wait_for()
    buttons = [b.text_content() for b in page.get_by_test_id("stDownloadButton").all()]
    assert len(buttons) == 2
    assert not any("PDF" in text for text in buttons)
    assert "SINTETIS" in page.locator("body").text_content().upper()
    with page.expect_download() as taken:
        page.get_by_role("button", name="GEOJSON").click()
    assert taken.value.suggested_filename == "gis-kerja-sosial-publik-id.geojson"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert counted_page.outside == []


def test_no_other_page_answers_at_its_address(anybody, counted_page):
    page = counted_page.page
    for _, address, _ in PAGES:
        page.goto(f"{anybody.url}/{address}")
        page.get_by_text("Belum ada dokumen yang diterbitkan.").wait_for(timeout=40_000)
        assert page.locator("h1").all_text_contents() == ["Lokasi yang disetujui"]
        assert page.locator("a:not([href^='#'])").count() == 0  # to its own content only


def test_a_document_changed_by_other_hands_is_not_shown_and_an_old_one_says_so(
    study, anybody, counted_page
):
    site = approve(study)["id"]
    make_document(study, "gis", ".geojson", public=True, **TERMS)
    page = counted_page.page
    page.set_default_timeout(40_000)
    page.goto(anybody.url)
    page.get_by_role("button", name="GEOJSON").wait_for()
    assert page.get_by_text("Keadaan lokasi sudah berubah").count() == 0
    living.take_step(study, site, "ditangguhkan", why="longsor")
    page.reload()
    page.get_by_text("Keadaan lokasi sudah berubah").wait_for()
    with open_study(study) as opened:
        path = opened.out_path("gis-kerja-sosial-publik-id.geojson")
    path.write_bytes(path.read_bytes() + b" ")
    page.reload()
    page.get_by_text("Belum ada dokumen yang diterbitkan.").wait_for()


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_has_no_grave_fault(study, anybody, chromium, axe, source, theme):
    approve(study)
    make_document(study, "laporan", ".html", public=True, **TERMS)
    make_document(study, "gis", ".geojson", public=True, **TERMS)
    page = chromium.new_page(color_scheme=theme)
    faults = []
    try:
        page.goto(anybody.url)
        page.frame_locator("iframe").locator("h1").wait_for(timeout=60_000)
        for width in (390, 1024, 1920):
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(400)
            faults += axe.grave(page, source)
    finally:
        page.close()
    assert faults == []
