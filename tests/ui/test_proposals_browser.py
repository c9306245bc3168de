"""An agency proposes a site and the office approves it, in a real Chromium."""

from __future__ import annotations

from pathlib import Path

import pytest
from pages import propose_site
from served import free_port, run

from ui.serve import command, environment
from work.living import site_lives

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
NAME = "Balai <img src=x onerror=alert(1)> Warga"
AGENCY = "Dinas Sosial"


@pytest.fixture
def served_as(study, tmp_path):
    """The app, in which the address names who is acting."""
    port = free_port()
    told = command(study, port)
    script = tmp_path / "served_as.py"
    script.write_bytes((ROOT / "tests" / "support" / "served_as.py").read_bytes())
    told = [str(script) if part.endswith("app.py") else part for part in told]
    for beside in (".streamlit", "static"):  # Streamlit looks for them where the script lies
        (tmp_path / beside).symlink_to(ROOT / beside)
    given = {"cwd": tmp_path, "env": {**environment(study), "PYTHONPATH": str(ROOT)}}
    yield from run(told, f"http://127.0.0.1:{port}", tmp_path / "log.txt", **given)


def open_page(board_page, url, path, *, width=1280):
    page = board_page.page
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{url}/{path}")
    page.wait_for_selector("h1")
    return page


def test_an_agency_proposes_a_site_and_the_office_approves_it(served_as, board_page, study):
    page = open_page(board_page, served_as.url, f"usulan?as=agency:{AGENCY}", width=390)
    propose_site(page, NAME)
    page.locator("button.pick", has_text=NAME).wait_for()
    assert page.get_by_role("button", name="Tandai bersedia").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    page = open_page(board_page, served_as.url, "usulan?as=planner:")
    page.locator("button.pick", has_text=NAME).click()
    card = page.locator(".st-key-tapak-proposal-card")
    card.get_by_role("button", name="Tandai bersedia").click()
    page.get_by_role("button", name="Catat").click()
    card.get_by_role("button", name="Setujui").click()
    page.get_by_role("textbox", name="Nomor atau nama perjanjian").fill("PKS 7/2026")
    page.get_by_role("button", name="Catat").click()
    card.get_by_role("button", name="Mulai dipakai").wait_for()
    now = [s for s in site_lives(study)["sites"] if s["state"] == "approved"]
    assert [s["listed"] for s in now] == [True]
    row = page.get_by_role("button", name=f"Tangguhkan: {NAME}")
    row.click()
    page.get_by_role("textbox", name="Alasan").fill("izin ditarik")
    page.get_by_role("button", name="Catat").click()
    card.get_by_text("izin ditarik").wait_for()
    assert [s["state"] for s in site_lives(study)["sites"] if s["why"] == "izin ditarik"] == [
        "ditangguhkan"
    ]
