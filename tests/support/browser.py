"""A real browser for tests, and a page that counts what it asks of the outside."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
INSIDE_SCHEMES = {"file", "data", "blob", "about"}
THIS_MACHINE = {"127.0.0.1", "localhost", "::1"}


class NoBrowserError(Exception):
    """No Chromium could be started here."""


def launch(playwright: Any) -> Any:
    """Start the machine's own Chromium, else the one Playwright brought."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
    try:
        return playwright.chromium.launch(args=list(ARGUMENTS))
    except Exception as error:
        raise NoBrowserError(str(error)) from error


@dataclass
class CountedPage:
    """A browser page with the addresses off this machine it asked for, and its console errors."""

    page: Any
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("request", lambda request: self._count(request.url))
        self.page.on("websocket", lambda socket: self._count(socket.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "console",
            lambda message: message.type == "error" and self.errors.append(message.text),
        )

    def _count(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in INSIDE_SCHEMES and parts.hostname not in THIS_MACHINE:
            self.outside.append(url)
