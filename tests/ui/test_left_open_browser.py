"""A page left open overnight: the line breaks, the office's machine starts anew, work goes on."""

from __future__ import annotations

import subprocess
import time

import pytest
from served import free_port, wait_for

from ui.serve import command, environment

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def office(study, tmp_path):
    """A machine that can be switched off and on again; everything it started is ended."""
    port = free_port()
    url, log = f"http://127.0.0.1:{port}", tmp_path / "log.txt"
    running = []

    def switch_on():
        with log.open("ab") as out:
            given = {"stdout": out, "stderr": subprocess.STDOUT, "env": environment(study)}
            running.append(subprocess.Popen(command(study, port), **given))
        wait_for(url, running[-1], log, seconds=90)
        return url

    def switch_off():
        process = running.pop()
        process.terminate()
        process.wait(timeout=30)

    yield switch_on, switch_off
    while running:
        switch_off()


def test_a_page_left_open_goes_on_when_the_office_s_machine_is_back(office, counted_page):
    switch_on, switch_off = office
    url = switch_on()
    page = counted_page.page
    page.set_default_timeout(60_000)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{url}/peringkat")
    page.wait_for_selector(".board[data-painted]", state="attached")
    page.locator("input.dial").focus()
    page.keyboard.press("PageDown")
    page.wait_for_selector(".pill.tried")
    switch_off()
    page.wait_for_timeout(3_000)
    assert page.locator(".board").count() == 1  # what was there stays to be read
    switch_on()
    # the page finds its way back by itself, and what is done then is heard
    until = time.monotonic() + 60
    while page.locator(".pill.tried").count() and time.monotonic() < until:
        page.wait_for_timeout(500)
    assert page.locator(".pill.tried").count() == 0, "the page did not begin anew"
    page.locator("input.dial").focus()
    page.keyboard.press("PageDown")
    page.wait_for_selector(".pill.tried")
    page.get_by_role("link", name="Beranda").click()
    page.get_by_role("heading", level=1, name="Beranda").wait_for()
    page.get_by_text("Seberapa yakin").wait_for()
    assert counted_page.outside == []


def test_a_line_that_breaks_for_a_moment_loses_nothing_that_was_tried(served, board_page):
    page = board_page.page
    page.add_init_script(
        "(() => { const Real = WebSocket; window.tapakLines = [];"
        " window.WebSocket = class extends Real {"
        " constructor(...given) { super(...given); window.tapakLines.push(this); } }; })();"
    )
    board_page.open(served.url)
    board_page.move_dial("PageDown")
    tried = board_page.names()
    lines = page.evaluate("() => window.tapakLines.length")
    page.evaluate("() => window.tapakLines.at(-1).close()")
    page.wait_for_function("n => window.tapakLines.length > n", arg=lines, timeout=30_000)
    page.wait_for_timeout(1_500)
    assert page.locator(".pill.tried").count() == 1
    assert board_page.names() == tried
    board_page.move_dial("PageDown")
