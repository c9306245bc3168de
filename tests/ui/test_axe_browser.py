"""axe-core finds nothing grave on any page: both themes, three widths, tabs, dialogs and shadows."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import streamlit
from served import free_port, run

import words
from ui.serve import command, environment
from ui.shell import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDTHS = (390, 1024, 1920)
ADDRESSES = [address for _, address, _ in PAGES]
DIALOGS = {
    "peringkat": ("ui.expert", "ui.save"),
    "lokasi": ("place.step.bersedia", "place.step.refused", "place.step.ditangguhkan"),
}
"""Buttons (codes of their words) that open a dialog; one that is not there is not asked for."""
MODES = {"himpunan": "sets.mode.office"}
"""A choice (code of its words) that shows another face of a page."""
OUTSIDE_US: tuple[tuple[str, str], ...] = ()
"""(rule, expression found in the element): what only Streamlit can mend, in `MENDED_BY`."""
MENDED_BY = "1.67.0"


@pytest.fixture(scope="module")
def app(small_demo, tmp_path_factory):
    """The real app over the small demo."""
    room = tmp_path_factory.mktemp("axe-app")
    study = Path(shutil.copytree(small_demo, room / "studi"))
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    yield from run(command(study, port), url, room / "log.txt", env=environment(study))


class Looked:
    """A page looked at in one theme; `faults` gathers what axe finds, by rule and element."""

    def __init__(self, axe, source, page, url):
        self.axe, self.source, self.page, self.url = axe, source, page, url
        self.faults = {}

    def open(self, address):
        self.page.set_viewport_size({"width": 1440, "height": 900})
        self.page.goto(f"{self.url}/{'' if address == ADDRESSES[0] else address}")
        self.page.locator("h1").first.wait_for(timeout=40_000)
        self.settle()

    def settle(self):
        """Wait until the run has ended and what it brought stands still."""
        still = "() => !document.querySelector('[data-test-script-state=running]')"
        self.page.wait_for_function(still, timeout=60_000)
        self.page.wait_for_timeout(500)

    def check(self, state):
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.wait_for_timeout(250)
            for one in self.axe.grave(self.page, self.source):
                if not known(one):
                    told = f"{one['rule']}: {one['where']} {one['html']} ({one['why']})"
                    self.faults.setdefault(told, []).append(f"{state} {width}")
        self.page.set_viewport_size({"width": 1440, "height": 900})

    def unfolded(self, state):
        folded = self.page.locator("[data-testid=stExpander] details:not([open]) summary")
        while (left := folded.count()) > 0:
            folded.first.click()
            self.settle()
            assert folded.count() < left
        self.check(state)

    def every_state(self, address):
        self.open(address)
        self.unfolded(address)
        if address in MODES:
            self.page.get_by_text(words.say(MODES[address], lang="id"), exact=True).last.click()
            self.settle()
            self.unfolded(MODES[address])
        tabs = self.page.get_by_role("tab")
        for k in range(1, tabs.count()):
            tabs.nth(k).click()
            self.settle()
            self.check(f"{address} tab {k}")
        opened = 0
        for code in DIALOGS.get(address, ()):
            self.open(address)
            button = self.page.get_by_role("button", name=words.say(code, lang="id"), exact=True)
            if button.count():
                opened += 1
                button.first.click()
                self.page.get_by_role("dialog").wait_for()
                self.settle()
                self.check(f"{address} {code}")
        assert opened or address not in DIALOGS


def known(one):
    return any(one["rule"] == rule and re.search(sign, one["html"]) for rule, sign in OUTSIDE_US)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_has_no_grave_fault(axe, source, app, chromium, address, theme):
    page = chromium.new_page(color_scheme=theme)
    looked = Looked(axe, source, page, app.url)
    try:
        looked.every_state(address)
    finally:
        page.close()
    assert looked.faults == {}


def test_a_grave_fault_is_found_in_a_frame_and_in_a_shadow_too(axe, source, chromium):
    page = chromium.new_page()
    body = (
        "<html lang=id><title>x</title><main><h1>x</h1><div id=host></div>"
        '<iframe title=x srcdoc="<html lang=id><title>x</title><main><button></button>"></iframe>'
    )
    page.route("**/*", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto("http://127.0.0.1/uji")
    page.evaluate(
        "() => document.querySelector('#host').attachShadow({mode: 'open'}).innerHTML = '<img src=>'"
    )
    page.frame_locator("iframe").locator("button").wait_for(state="attached")
    found = {(one["rule"], one["where"]) for one in axe.grave(page, source)}
    page.close()
    assert {rule for rule, _ in found} == {"button-name", "image-alt"}
    assert any(" >>> " in where for _, where in found)


def test_the_list_of_what_only_streamlit_can_mend_is_of_this_version():
    if not OUTSIDE_US:
        return
    assert streamlit.__version__ == MENDED_BY, "look whether Streamlit has mended what is listed"
