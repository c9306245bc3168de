"""The page "Nasional" in a real browser: seen at three widths, weighed anew, its brief taken."""

import pytest
from served import free_port, run

from ui.serve import command, environment
from work.nation import rank_nation

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def out(nations, small_demo, tmp_path_factory):
    made = nations.results(small_demo, tmp_path_factory.mktemp("nasional"))
    nations.change(made, "b", basis={"thresholds": "lain"})
    return made


@pytest.fixture(scope="module")
def app(nations, small_demo, out, tmp_path_factory):
    room = tmp_path_factory.mktemp("app")
    study = nations.shows(nations.shutil.copytree(small_demo, room / "studi"), out)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    yield from run(command(study, port), url, room / "log.txt", env=environment(study))


def still(page):
    page.wait_for_function(
        "() => !document.querySelector('[data-test-script-state=running]')", timeout=60_000
    )
    page.wait_for_timeout(500)


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1024, "dark"), (1920, "light")])
def test_every_tab_stands_at_every_width_without_a_grave_fault(
    app, counted_page, axe, source, width, theme
):
    page = counted_page.page
    page.set_default_timeout(60_000)
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{app.url}/nasional")
    page.locator("table tbody tr").first.wait_for()
    tabs = page.get_by_role("tab")
    assert tabs.count() == 6
    for k in range(tabs.count()):
        tabs.nth(k).click()
        still(page)
        if tabs.nth(k).text_content() == "Peta":
            page.get_by_role("button", name="Buat peta").click()
            page.frame_locator("iframe").get_by_role("heading", level=1).wait_for()
            still(page)
        if tabs.nth(k).text_content() == "Kantor baru":
            page.get_by_role("button", name="Cari tempat").click()
            page.get_by_text("Rata-rata sekali jalan").first.wait_for()
            still(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert axe.grave(page, source) == []
    assert counted_page.outside == []


def test_a_slider_ranks_the_nation_anew_and_the_brief_says_the_same(
    app, out, counted_page, support, tmp_path
):
    page = counted_page.page
    page.set_default_timeout(60_000)
    page.goto(f"{app.url}/nasional")
    page.locator("table tbody tr").first.wait_for()
    before = rank_nation(out)["sites"][0]
    assert page.get_by_text(f"Yang pertama {before['name']} (").count() == 1
    page.locator("input.dial").focus()
    for _ in range(6):
        page.keyboard.press("PageUp")
    page.get_by_text("Bobot percobaan di halaman ini").wait_for()
    still(page)
    lead = page.locator(".tp-say b").first.text_content()
    page.get_by_role("tab", name="Unduh").click()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Ringkasan nasional (PDF)").click()
    assert taken.value.suggested_filename == "ringkasan-nasional-id.pdf"
    taken.value.save_as(tmp_path / "a.pdf")
    text = support("pdf").text((tmp_path / "a.pdf").read_bytes())
    name = lead.split("Yang pertama ")[1].split(" (")[0]
    assert f"Teratas {name} (" in text
    assert "bobot percobaan" in text
    assert counted_page.outside == []
