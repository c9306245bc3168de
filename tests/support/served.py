"""A real server of the app, ended by its own id, and its page as a person uses it."""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest


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

    def open(self, url, *, path="peringkat", width=1440, height=900):
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
        self.until(lambda: self.painted > before, "the board was not painted again")

    def until(self, so, otherwise):
        """Wait until something is so; a drag is painted several times before it has ended."""
        deadline = time.monotonic() + 20
        while not so():
            assert time.monotonic() < deadline, otherwise
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
