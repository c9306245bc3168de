"""Sets and offices in a real browser: waiting, stopping, the answer, and on to a chosen site."""

from __future__ import annotations

import pytest
from served import free_port, run

from ui.serve import command, environment

pytestmark = pytest.mark.browser
FAILED = "Failed to load resource: the server responded with a status of 404"


@pytest.fixture(scope="module")
def office(small_demo, tmp_path_factory):
    folder = tmp_path_factory.mktemp("himpunan")
    port = free_port()
    given = {"cwd": folder, "env": environment(small_demo)}
    url = f"http://127.0.0.1:{port}"
    for served in run(command(small_demo, port), url, folder / "log", **given):
        yield served.url


@pytest.fixture
def page(office, counted_page):
    page = counted_page.page
    page.set_default_timeout(60_000)
    page.set_viewport_size({"width": 1440, "height": 1000})
    page.goto(f"{office}/himpunan")
    page.get_by_role("button", name="Pilihkan").wait_for()
    yield page
    assert counted_page.outside == []
    assert [e for e in counted_page.errors if not e.startswith(FAILED)] == []


def test_a_set_is_waited_for_stopped_asked_again_and_leads_to_a_site(page):
    page.get_by_label("Banyaknya").fill("3")
    page.get_by_role("button", name="Pilihkan").click()
    page.get_by_role("button", name="Batalkan").click()
    page.get_by_text("Dibatalkan").wait_for()
    page.get_by_role("button", name="Jalankan lagi").click()
    page.get_by_text("Sudah 1 detik").or_(page.get_by_text("Sudah 2 detik")).first.wait_for()
    page.get_by_text("lokasi terpilih melayani").wait_for()  # nobody had to press anything
    frame = page.frame_locator("iframe").first
    frame.locator(".folium-map canvas").first.wait_for(state="attached")
    assert frame.locator("body.inside").count() == 1
    told = page.locator("tbody tr", has_text="Buka").first.text_content()
    page.get_by_role("button", name="Buka").first.click()
    page.wait_for_selector(".tp-fall")
    assert page.locator(".tp-say b").first.text_content() in told


@pytest.mark.parametrize("width", [390, 1024])
def test_an_office_is_told_within_the_screen(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.get_by_role("button", name="Pos Bapas").or_(
        page.get_by_role("radio", name="Pos Bapas")
    ).first.click()
    page.get_by_label("Kantor sekarang").wait_for()
    page.get_by_role("button", name="Pilihkan").click()
    page.get_by_text("Perjalanan per desa").first.wait_for()
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("iframe").count() == 2
