"""osmnx, kept in its room: its folders, its patience and its answers are bounded here.

Left to itself osmnx writes into ``./data`` and ``./cache``, asks a busy server again for ever,
follows redirects anywhere, reads answers of any size, asks a foreign name server, and changes
how the whole process looks up names.
"""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from data.fetch.answers import AGENT, Again, blocks, bytes_expected, refuse_status
from data.fetch.fetcher import Manners
from data.fetch.sources import Source
from geo.errors import InputError

_ONE_AT_A_TIME = threading.Lock()  # osmnx's settings belong to the whole process
_MOST_STATUS = 40
_SLOT = re.compile(r"Slot available after: (\S+Z)")


class Door:
    """Looks at every answer before osmnx does (a response hook of requests)."""

    def __init__(self, source: Source, manners: Manners) -> None:
        self.source = source
        self.manners = manners
        self.answers = 0
        self.status_asked = 0

    def renew(self) -> None:
        """Begin a new try."""
        self.answers = self.status_asked = 0

    def __call__(self, answer: Any, *_: Any, **__: Any) -> Any:
        """Refuse what osmnx would follow, repeat or swallow; let the rest through."""
        url = str(answer.url)
        if not self.source.allows(url):
            host = urlsplit(url).hostname or ""
            raise InputError("fetch.address", host=host, source=self.source.title)
        if urlsplit(url).path.endswith("/status"):
            return self._status(answer)
        refuse_status(answer, self.source)  # a redirect is refused with the rest
        expected = bytes_expected(answer, 0)
        if expected is not None and expected > self.source.max_bytes:
            self.too_big(answer)
        answer.raw = _Bounded(answer.raw, self)
        self.answers += 1
        return answer

    def _status(self, answer: Any) -> Any:
        """Stop waiting for a slot that is not to be had soon."""
        self.status_asked += 1
        answer.raw = _Bounded(answer.raw, self)
        found = _SLOT.search(answer.text) if answer.status_code == 200 else None
        wait_s = 0.0
        if found:
            try:
                free = datetime.fromisoformat(found.group(1))
                wait_s = (free - datetime.now(UTC)).total_seconds()
            except ValueError:
                wait_s = 0.0
        if wait_s > self.manners.longest_wait_s or self.status_asked > _MOST_STATUS:
            raise Again("fetch.busy", max(wait_s, self.manners.longest_wait_s + 1))
        return answer

    def too_big(self, answer: Any) -> None:
        """Refuse an answer larger than the source may give."""
        answer.close()
        raise InputError("fetch.too_big", host=self.source.host(), limit_mb=self.source.max_mb)


class _Bounded:
    """A body that stops at a size and at a time."""

    def __init__(self, raw: Any, door: Door) -> None:
        self._raw = raw
        self._door = door
        self._until = time.monotonic() + door.manners.total_s

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        """Yield the body as urllib3 does."""
        size = 0
        for block in blocks(self._raw):
            size += len(block)
            if size > self._door.source.max_bytes:
                self._door.too_big(self)
            if time.monotonic() > self._until:
                raise Again("fetch.timeout")
            yield block

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)


@contextmanager
def asked_through_osmnx(
    source: Source,
    *,
    folder: Path,
    manners: Manners,
    rate_limit: bool = True,
    **told: Any,
) -> Iterator[Door]:
    """Set osmnx up for the length of the block and put everything back after it.

    Parameters
    ----------
    source : Source
        Overpass or Nominatim; its url is what is asked.
    folder : Path
        The only folder osmnx writes into; made when missing.
    manners : Manners
    rate_limit : bool
        Overpass's own slots are asked for.
    **told
        More of osmnx's settings.
    """
    import osmnx

    folder.mkdir(parents=True, exist_ok=True)
    door = Door(source, manners)
    set_ = {
        "cache_folder": folder,
        "data_folder": folder,
        "logs_folder": folder,
        "imgs_folder": folder,
        "use_cache": True,
        "log_file": False,
        "log_console": False,
        "doh_url_template": None,
        "http_user_agent": AGENT,
        "http_referer": "",
        "http_accept_language": "id,en",
        "overpass_url": source.url.rstrip("/"),
        "nominatim_url": source.url,
        "overpass_rate_limit": rate_limit,
        "requests_timeout": manners.read_s,
        "requests_kwargs": {"allow_redirects": False, "hooks": {"response": door}},
        **told,
    }
    if not source.allows(source.url):
        raise InputError("fetch.address", host=source.host(), source=source.title)
    with _ONE_AT_A_TIME:
        kept = {name: getattr(osmnx.settings, name) for name in set_}
        look_up = socket.getaddrinfo
        try:
            for name, value in set_.items():
                setattr(osmnx.settings, name, value)
            yield door
        finally:
            for name, value in kept.items():
                setattr(osmnx.settings, name, value)
            socket.getaddrinfo = look_up
