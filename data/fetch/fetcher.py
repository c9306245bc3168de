"""Fetching files: only from a source's own hosts, resumed after a cut, checked, politely."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from data.fetch.answers import (
    AGENT,
    Again,
    blocks,
    bytes_expected,
    fault_of,
    refuse_status,
    starts_at,
)
from data.fetch.sources import Source
from data.inputs import safe_name
from geo.errors import InputError, StudyError
from geo.files import sha256_of

_REDIRECTS = 5
_HOPS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How patient and how polite to be; times in seconds."""

    connect_s: float = 15.0
    read_s: float = 60.0
    total_s: float = 3600.0
    tries: int = 5
    pause_s: float = 1.0
    longest_wait_s: float = 180.0


PATIENT = Manners()
"""How a person at the command line is served: minutes, not hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A file that was fetched whole.

    ``modified`` is the server's Last-Modified as a date (ISO, "" unknown); ``resumed_at`` the
    byte at which the last request went on, 0 when it came in one piece; ``kept`` that the server
    said the copy from last time still holds.
    """

    path: Path
    url: str
    sha256: str
    bytes: int
    etag: str = ""
    modified: str = ""
    resumed_at: int = 0
    kept: bool = False


@dataclass(slots=True)
class _About:
    """What is known of a file on its way, beside it as JSON: only the same version is resumed."""

    etag: str = ""
    last_modified: str = ""
    sha256: str = ""

    def validator(self) -> str:
        """Return what proves the server still has the same bytes; a weak ETag does not."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.last_modified


class Fetcher:
    """Fetches into one folder; a file there is asked for again only if it changed.

    Parameters
    ----------
    folder : Path
        Made when missing. Deleting it loses nothing but the way already gone.
    manners : Manners
    sleep, clock : callable
        Seconds; tests give their own.
    """

    def __init__(
        self,
        folder: Path,
        *,
        manners: Manners = PATIENT,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.folder = folder
        self.manners = manners
        self.sleep = sleep
        self.clock = clock
        self._asked: dict[str, float] = {}
        self._session: Any = None

    def file(self, url: str, *, source: Source, md5: str = "") -> Fetched:
        """Fetch one file whole.

        Parameters
        ----------
        url : str
            Must be one the source allows.
        source : Source
            Whose hosts, size limit and checksum rule hold.
        md5 : str
            What the bytes must have (hexadecimal, "" unknown).

        Raises
        ------
        InputError
            One sentence: ``fetch.address`` · ``.no_network`` · ``.no_name`` · ``.tls`` ·
            ``.timeout`` · ``.not_found`` · ``.refused`` · ``.status`` · ``.busy`` · ``.server`` ·
            ``.cut`` · ``.too_big`` · ``.checksum``. What came so far stays and is resumed.
        StudyError
            ``fetch.disk`` when it cannot be written.
        """
        last = Again("fetch.server")
        for attempt in range(self.manners.tries):
            try:
                return self._once(url, source, md5)
            except Again as again:
                last = again
                wait_s = again.wait_s if again.wait_s is not None else 2.0**attempt
                if attempt + 1 < self.manners.tries:
                    if wait_s > self.manners.longest_wait_s:
                        raise InputError(
                            "fetch.busy", host=source.host(), minutes=math.ceil(wait_s / 60)
                        ) from None
                    self.sleep(wait_s)
            except OSError as fault:  # requests' own faults were told apart before
                raise StudyError("fetch.disk", folder=self.folder.name) from fault
        minutes = math.ceil((last.wait_s or 60.0) / 60)
        raise InputError(last.code, host=source.host(), minutes=minutes)

    def json(self, url: str, *, source: Source) -> Any:
        """Fetch a small JSON catalogue and parse it; InputError ``fetch.not_understood``."""
        fetched = self.file(url, source=replace(source, max_mb=min(source.max_mb, 50)))
        try:
            return json.loads(fetched.path.read_bytes())
        except (ValueError, RecursionError):
            raise InputError("fetch.not_understood", host=source.host()) from None

    def _paths(self, url: str) -> tuple[Path, Path, Path]:
        """Name the file, its unfinished part and what is known of it, by the address's hash."""
        self.folder.mkdir(parents=True, exist_ok=True)
        key = hashlib.sha256(url.encode()).hexdigest()[:20]
        name = safe_name(Path(urlsplit(url).path).name or "answer")
        whole = self.folder / f"{key}-{name}"
        return whole, self.folder / f"{key}.part", self.folder / f"{key}.json"

    def _once(self, url: str, source: Source, md5: str) -> Fetched:
        whole, part, note = self._paths(url)
        about = _read_about(note)
        sound = whole.is_file() and about.sha256 != "" and sha256_of(whole) == about.sha256
        headers, start = _asking(about, part, sound=sound)
        answer = self._open(url, headers, source)
        with answer:
            if answer.status_code == 304 and sound:
                return _told(url, whole, about, kept=True)
            start = starts_at(answer, start, part, source)
            about = _About(
                etag=answer.headers.get("ETag", ""),
                last_modified=answer.headers.get("Last-Modified", ""),
            )
            note.write_text(json.dumps(asdict(about)), encoding="utf-8")
            size = self._body(answer, part, start, source)
        expected = bytes_expected(answer, start)
        if expected is not None and size != expected:
            raise Again("fetch.cut")
        about.sha256 = self._checked(part, about, source, md5, resumed=start > 0)
        part.replace(whole)
        note.write_text(json.dumps(asdict(about)), encoding="utf-8")
        return replace(_told(url, whole, about), resumed_at=start)

    def _checked(
        self, part: Path, about: _About, source: Source, md5: str, *, resumed: bool
    ) -> str:
        """Return the SHA-256 of what came, after its MD5 proved right where one is known."""
        etag = about.etag.strip('"').lower()
        if not md5 and source.checksum == "etag" and len(etag) == 32 and "-" not in etag:
            md5 = etag
        if md5:
            digest = hashlib.md5(usedforsecurity=False)
            with part.open("rb") as raw:
                while block := raw.read(1 << 20):
                    digest.update(block)
            if digest.hexdigest() != md5.lower():
                part.unlink(missing_ok=True)
                if resumed:
                    raise Again("fetch.checksum")
                raise InputError("fetch.checksum", host=source.host())
        return sha256_of(part)

    def _open(self, url: str, headers: dict[str, str], source: Source) -> Any:
        """Send the request, following redirects one by one to allowed hosts only."""
        import requests

        if self._session is None:
            self._session = requests.Session()
            self._session.auth = lambda request: request  # never a password out of .netrc
        for _ in range(_REDIRECTS + 1):
            if not source.allows(url):
                host = urlsplit(url).hostname or url[:60]
                raise InputError("fetch.address", host=host, source=source.title)
            self._wait_turn(url)
            try:
                answer = self._session.get(
                    url,
                    headers={"User-Agent": AGENT, "Accept-Encoding": "identity", **headers},
                    stream=True,
                    allow_redirects=False,
                    timeout=(self.manners.connect_s, self.manners.read_s),
                )
            except requests.RequestException as fault:
                raise fault_of(fault, host=urlsplit(url).hostname or "") from None
            if answer.status_code not in _HOPS or "Location" not in answer.headers:
                refuse_status(answer, source)
                return answer
            answer.close()
            url = urljoin(url, answer.headers["Location"])
        raise InputError("fetch.redirects", host=source.host())

    def _wait_turn(self, url: str) -> None:
        """Leave the stated pause between two requests to one host."""
        host = urlsplit(url).hostname or ""
        now = self.clock()
        due = self._asked.get(host, -math.inf) + self.manners.pause_s
        if due > now:
            self.sleep(due - now)
        self._asked[host] = max(now, due)

    def _body(self, answer: Any, part: Path, start: int, source: Source) -> int:
        """Write the body behind what is there; returns the size of the part."""
        import urllib3

        size, until = start, self.clock() + self.manners.total_s
        with part.open("ab" if start else "wb") as into:
            try:
                for block in blocks(answer.raw):
                    size += len(block)
                    if size > source.max_bytes:
                        raise InputError(
                            "fetch.too_big", host=source.host(), limit_mb=source.max_mb
                        )
                    into.write(block)
                    if self.clock() > until:
                        raise Again("fetch.timeout")
            except urllib3.exceptions.HTTPError as fault:
                raise fault_of(fault, host=source.host(), underway=True) from None
        return size


def _asking(about: _About, part: Path, *, sound: bool) -> tuple[dict[str, str], int]:
    """Return the conditions to ask with, and where an unfinished file would go on."""
    if sound:
        told = {"If-None-Match": about.etag, "If-Modified-Since": about.last_modified}
        return {name: value for name, value in told.items() if value}, 0
    start = part.stat().st_size if part.is_file() else 0
    if start and about.validator():
        return {"Range": f"bytes={start}-", "If-Range": about.validator()}, start
    return {}, 0


def _read_about(note: Path) -> _About:
    try:
        return _About(**json.loads(note.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return _About()


def _told(url: str, whole: Path, about: _About, *, kept: bool = False) -> Fetched:
    try:
        modified = parsedate_to_datetime(about.last_modified).date().isoformat()
    except (ValueError, TypeError):
        modified = ""
    return Fetched(
        path=whole,
        url=url,
        sha256=about.sha256,
        bytes=whole.stat().st_size,
        etag=about.etag,
        modified=modified,
        kept=kept,
    )
