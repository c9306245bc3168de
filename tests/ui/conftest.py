"""A real server of the app over invented boards, on a free port, ended by its own id."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KNOWN_404 = ("_stcore/health", "_stcore/host-config")
"""Streamlit asks for these below the page's own address first; DESIGN's look notes allow exactly them."""


@dataclass
class Served:
    url: str
    log: Path


def free_port():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def wait_for(url, process, log, seconds=40):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text(errors="replace")
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the server did not answer: {log.read_text(errors='replace')}")


def run(command, url, log, **more):
    """Start a server, wait until it answers, hand it over, end it."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, **more)
        try:
            wait_for(url, process, log)
            yield Served(url=url, log=log)
        finally:
            process.terminate()
            process.wait(timeout=20)


def board_server(tmp_path_factory, *options):
    port = free_port()
    log = tmp_path_factory.mktemp("server") / "log.txt"
    script = ROOT / "tests" / "support" / "board_server.py"
    command = [sys.executable, str(script), str(port), *options]
    yield from run(command, f"http://127.0.0.1:{port}", log, cwd=log.parent, env={**os.environ})


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """Sixty invented sites, synthetic, started from a folder that is not the app's."""
    yield from board_server(tmp_path_factory, "--sites", "120")


@pytest.fixture(scope="session")
def served_hostile(tmp_path_factory):
    """Names that try to be code: sites, agencies, desa, kecamatan, attribution."""
    yield from board_server(tmp_path_factory, "--sites", "40", "--hostile")


@pytest.fixture(scope="session")
def served_empty(tmp_path_factory):
    """A study without a candidate and without a boundary."""
    yield from board_server(tmp_path_factory, "--sites", "0", "--bare")


class BoardPage:
    """The page as a person uses it, and a look behind the canvas where pixels say nothing."""

    FIND = """
      const board = (() => {
        for (const host of document.querySelectorAll("[data-testid=stBidiComponentIsolated]")) {
          let node = host.shadowRoot?.querySelector(".board");
          for (; node; node = node.parentNode) if (node.tapakBoard) return node.tapakBoard;
        }
      })();"""

    def __init__(self, counted):
        self.counted = counted
        self.page = counted.page
        self.page.set_default_timeout(20_000)

    def open(self, url, *, path="", width=1440, height=900):
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.goto(f"{url}/{path}")
        self.page.wait_for_selector(".board[data-painted]", state="attached")
        self.page.wait_for_timeout(600)  # the map takes a person's moves from 400 ms on
        return self

    def ask(self, script):
        return self.page.evaluate(f"() => {{ {self.FIND} {script} }}")

    @property
    def painted(self):
        return int(self.page.get_attribute(".board", "data-painted"))

    def after(self, act):
        """Do something and wait until the board has been painted again."""
        before = self.painted
        act()
        deadline = time.monotonic() + 20
        while self.painted <= before:
            assert time.monotonic() < deadline, "the board was not painted again"
            self.page.wait_for_timeout(30)

    def names(self, count=12):
        texts = self.page.locator(".scroll tbody tr .name .n")
        return [texts.nth(k).text_content() for k in range(min(count, texts.count()))]

    def move_dial(self, key="PageDown"):
        self.page.locator("input.dial").focus()
        self.after(lambda: self.page.keyboard.press(key))

    def real_errors(self):
        failed = "Failed to load resource: the server responded with a status of 404"
        return [e for e in self.counted.errors if not e.startswith(failed)]


@pytest.fixture
def board_page(counted_page):
    """A board page; at the end nothing was asked of the outside and nothing went wrong."""
    missing = []
    counted_page.page.on(
        "response", lambda answer: answer.status == 404 and missing.append(answer.url)
    )
    page = BoardPage(counted_page)
    yield page
    assert counted_page.outside == []
    assert page.real_errors() == []
    assert [url for url in missing if not url.endswith(KNOWN_404)] == []
