"""The page of a site in a real browser: address, life, close map, hostile names, narrow screens."""

from __future__ import annotations

import shutil
import sqlite3

import pytest
from served import free_port, run

from ui.serve import command, environment
from work.board import open_board
from work.living import site_lives, take_step

pytestmark = pytest.mark.browser
HOSTILE = '<img src=x onerror="window.XSS=1">**tebal** </script><script>window.XSS=2</script>'
FAILED = "Failed to load resource: the server responded with a status of 404"


@pytest.fixture(scope="module")
def office(small_demo, tmp_path_factory):
    """The real app over a small demo whose first site has a name that tries to be code."""
    folder = tmp_path_factory.mktemp("lokasi")
    study = shutil.copytree(small_demo, folder / "studi")
    result = open_board(study).result
    ranked = [result.candidates.ids[i] for i in result.ranking.order.tolist()]
    with sqlite3.connect(study / "tapak.sqlite") as store:
        store.execute("UPDATE candidate SET name = ? WHERE id = ?", (HOSTILE, ranked[0]))
    store.close()
    for state in ("bersedia", "ditangguhkan"):
        take_step(study, ranked[2], state, why="kepala desa menarik izin")
    port = free_port()
    given = {"cwd": folder, "env": environment(study)}
    for served in run(command(study, port), f"http://127.0.0.1:{port}", folder / "log", **given):
        yield served.url, study, ranked


@pytest.fixture
def at(office, counted_page):
    """Open the page of a site; at the end nothing was asked of the outside, nothing went wrong."""

    def open_at(k, *, width=1440, height=1000):
        counted_page.page.set_default_timeout(30_000)
        counted_page.page.set_viewport_size({"width": width, "height": height})
        counted_page.page.goto(f"{office[0]}/lokasi?site={office[2][k]}")
        counted_page.page.wait_for_selector(".tp-fall")
        return counted_page.page

    yield open_at
    assert counted_page.outside == []
    assert [e for e in counted_page.errors if not e.startswith(FAILED)] == []
    assert counted_page.page.evaluate("window.XSS") is None


def state(study, site):
    return next(s for s in site_lives(study)["sites"] if s["site"] == site)


def test_a_site_moves_with_a_reason_and_its_history_says_who(at, office):
    page, site = at(1), office[2][1]
    page.get_by_role("button", name="Tangguhkan").click()
    page.get_by_role("dialog").get_by_role("button", name="Catat").click()
    page.get_by_text("Tulis alasannya dulu").wait_for()
    assert state(office[1], site)["state"] == "screened"
    page.get_by_label("Alasan").fill("Pagar <b>roboh</b>")
    page.get_by_role("dialog").get_by_role("button", name="Catat").click()
    page.locator(".tp-say", has_text="Keadaan: ditangguhkan").wait_for()
    page.get_by_role("tab", name="Riwayat lokasi").click()
    page.locator("td", has_text="ditangguhkan – Pagar <b>roboh</b>").wait_for()
    assert state(office[1], site)["why"] == "Pagar <b>roboh</b>"


def test_an_approval_asks_for_the_agreement_and_its_last_day(at, office):
    page, site = at(3), office[2][3]
    page.get_by_role("button", name="Tandai bersedia").click()
    page.get_by_role("dialog").get_by_role("button", name="Catat").click()
    page.locator(".tp-say", has_text="Keadaan: bersedia").wait_for()
    page.get_by_role("button", name="Setujui").click()
    page.get_by_role("dialog").get_by_role("button", name="Catat").click()
    page.get_by_role("alert").wait_for()
    page.get_by_label("Nomor atau nama perjanjian").fill("PKS 12/2026")
    page.get_by_role("dialog").get_by_role("button", name="Catat").click()
    page.locator(".tp-say", has_text="Keadaan: disetujui").wait_for()
    assert page.locator(".tp-say", has_text="perjanjian PKS 12/2026").is_visible()
    now = state(office[1], site)
    assert now["listed"]
    assert now["valid_until"]


def test_a_state_somebody_gave_stands_with_its_reason(at):
    page = at(2)
    told = page.locator(".tp-say", has_text="Keadaan: ditangguhkan").text_content()
    assert "kepala desa menarik izin" in told
    assert "belum di daftar resmi" in told


def test_a_hostile_name_is_text_everywhere_on_the_page_and_its_map(at):
    page = at(0)
    assert page.locator(".tp-say b").first.text_content() == HOSTILE
    frame = page.frame_locator("iframe")
    frame.locator(".folium-map canvas").first.wait_for(state="attached")
    frame.get_by_role("button", name="Daftar dan legenda").click()
    assert frame.locator(".top .who").first.text_content() == HOSTILE
    page.get_by_role("button", name="Tolak").click()
    page.get_by_role("dialog").wait_for()
    assert HOSTILE in page.get_by_role("dialog").text_content()


def test_the_close_map_looks_at_the_site_and_hides_its_own_head(at):
    page = at(1)
    frame = page.frame_locator("iframe")
    frame.locator("body.inside").wait_for()
    assert not frame.locator(".strip").is_visible()
    assert frame.locator(".leaflet-control-scale-line").text_content() in {"300 m", "500 m"}
    frame.get_by_role("button", name="Daftar dan legenda").click()
    assert frame.get_by_label("Bahaya longsor").is_checked()
    assert frame.get_by_label("Tempat di sekitar").is_checked()


@pytest.mark.parametrize("width", [390, 1024, 1920])
def test_nothing_reaches_beyond_the_screen(at, width):
    page = at(1, width=width)
    page.wait_for_timeout(800)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    rows = page.locator(".tp-fall tbody tr").all()
    assert all(row.bounding_box()["width"] <= width for row in rows)
    for button in page.locator(".st-key-tapak-steps button").all():
        assert button.bounding_box()["height"] >= (44 if width == 390 else 38)
