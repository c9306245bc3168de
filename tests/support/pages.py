"""People at browsers of their own, for a test that goes through several of them in one go."""

from __future__ import annotations

from contextlib import contextmanager
from urllib.parse import urlsplit

from browser import CountedPage
from served import BoardPage

KNOWN_404 = ("_stcore/health", "_stcore/host-config")
"""Streamlit looks for these below a page's own address first; exactly they are allowed."""
PHONE_PX = 768
OPEN_DRAWER = "#stSidebar[data-collapsed=false]"


@contextmanager
def at_a_browser(chromium, *, width=1280, height=900):
    """Give a page in a context of its own; at its end nothing went outside and nothing went wrong."""
    context = chromium.new_context(viewport={"width": width, "height": height})
    counted, missing = CountedPage(context.new_page()), []
    counted.watch()
    counted.page.on("response", lambda answer: answer.status == 404 and missing.append(answer.url))
    counted.page.set_default_timeout(60_000)
    yield counted.page
    errors = BoardPage(counted).real_errors()
    context.close()
    assert counted.outside == []
    assert errors == []
    assert [url for url in missing if not urlsplit(url).path.endswith(KNOWN_404)] == []


def open_page(page, title):
    """Go to a page by its link, also where the links wait in the drawer of a phone."""
    link, drawer = (
        page.get_by_role("link", name=title),
        page.get_by_test_id("stExpandSidebarButton"),
    )
    link.or_(drawer).first.wait_for()
    box = link.first.bounding_box() if link.count() else None
    if box is None or box["x"] < 0:  # in a closed drawer it lies beside the screen
        drawer.click()
        page.wait_for_timeout(500)
    link.first.click()
    page.get_by_role("heading", level=1, name=title).wait_for()
    settle(page)
    if page.viewport_size["width"] < PHONE_PX and page.locator(OPEN_DRAWER).count():
        page.locator(OPEN_DRAWER).get_by_test_id("stSidebarCollapseButton").get_by_role(
            "button"
        ).click()
        page.locator(OPEN_DRAWER).wait_for(state="detached")


def settle(page):
    """Wait until the page has run to its end."""
    page.wait_for_timeout(250)
    page.wait_for_function(
        "() => !document.querySelector('[data-test-script-state=running]')", timeout=180_000
    )


def propose_site(page, name, **waiting):
    """Propose one site on the page of proposals, looked at before it is sent, and go to its state."""
    page.get_by_role("tab", name="Usulkan satu lokasi").click()
    page.get_by_role("textbox", name="Nama Tempat").fill(name)
    page.get_by_role("textbox", name="Koordinat").fill("-7.3954, 109.6940")
    page.get_by_role("combobox", name="Jenis").click()
    page.get_by_role("option", name="Panti / lembaga sosial").click()
    page.get_by_role("button", name="Periksa dulu").click()
    page.get_by_text("Belum dikirim").wait_for()
    page.get_by_role("button", name="Kirim usulan").click()
    page.get_by_text("Usulan diterima: 1 lokasi").wait_for(**waiting)
    page.get_by_role("tab", name="Keadaan usulan").click()
