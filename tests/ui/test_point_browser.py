"""Today's office pointed at on a map in a real browser: by a press, by keyboard, by its name."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser

NUMBERS = re.compile(r"(-?\d+\.\d+), (-?\d+\.\d+)")


@pytest.fixture
def page(served_study, board_page):
    page = board_page.page
    page.set_viewport_size({"width": 1280, "height": 1000})
    page.goto(f"{served_study.url}/himpunan")
    page.set_default_timeout(60_000)
    page.get_by_text("Pos Bapas", exact=True).last.click()
    page.get_by_text("Tunjuk kantor sekarang di peta").click()
    page.locator(".point .leaflet-marker-icon.here").wait_for()
    page.wait_for_timeout(600)
    return page


def field(page):
    return page.get_by_label("Bujur, lintang")


def test_a_press_on_the_map_is_the_office_that_is_compared_with(page):
    box = page.locator(".point").bounding_box()
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    page.wait_for_function("() => document.querySelector('input[aria-label^=\"Bujur\"]').value")
    middle = [float(x) for x in NUMBERS.fullmatch(field(page).input_value()).groups()]
    assert 109 < middle[0] < 111
    assert -8 < middle[1] < -6
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.7 * box["height"])
    page.wait_for_function(
        "was => document.querySelector('input[aria-label^=\"Bujur\"]').value !== was",
        arg=field(page).input_value(),
    )
    lower = [float(x) for x in NUMBERS.fullmatch(field(page).input_value()).groups()]
    assert lower[0] == pytest.approx(middle[0], abs=1e-3)
    assert lower[1] < middle[1] - 0.01  # further down is further south
    page.get_by_role("button", name="Pilihkan").click()
    page.get_by_text("Perjalanan per desa").first.wait_for(timeout=60_000)
    assert NUMBERS.fullmatch(field(page).input_value())


def test_the_middle_of_the_map_is_chosen_by_keyboard_and_an_office_by_its_mark(page):
    page.locator(".point").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(400)
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('input[aria-label^=\"Bujur\"]').value")
    assert NUMBERS.fullmatch(field(page).input_value())
    page.locator(".point path.leaflet-interactive").first.click(force=True)
    page.wait_for_function("() => !document.querySelector('input[aria-label^=\"Bujur\"]').value")
    chosen = page.get_by_role("combobox", name="Kantor sekarang")
    assert chosen.input_value() != "Koordinat lain"
