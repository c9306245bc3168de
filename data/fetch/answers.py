"""What a server's answer, or its silence, means: go on, try again, or one plain sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from data.fetch.sources import Source
from geo.errors import InputError, TapakError


def _agent() -> str:
    try:
        return f"Tapak/{version('tapak')} (site suitability study; one user at a time)"
    except PackageNotFoundError:
        return "Tapak (site suitability study; one user at a time)"


AGENT = _agent()
_BLOCK = 1 << 16
_BUSY = frozenset({429, 503})
_PASSING = frozenset({408, 425, 500, 502, 504})
_CUT = ("RemoteDisconnected", "ConnectionReset", "IncompleteRead", "ChunkedEncoding")
_UNNAMED = ("NameResolution", "getaddrinfo")


class Again(Exception):  # noqa: N818 - no fault yet: a reason to ask once more
    """Worth another try. ``wait_s`` is what the server asked for, None when it did not say."""

    def __init__(self, code: str, wait_s: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.wait_s = wait_s


def wait_asked_s(answer: Any) -> float | None:
    """Read Retry-After, given as seconds or as a date; None when absent or unreadable."""
    text = str(answer.headers.get("Retry-After", "")).strip()
    if text.isdigit():
        return float(text[:9])
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def refuse_status(answer: Any, source: Source) -> None:
    """Raise for a status that gives no file: `Again` where another try may help."""
    status = int(answer.status_code)
    if status in {200, 206, 304, 416}:
        return
    answer.close()
    if status in _BUSY:
        raise Again("fetch.busy", wait_asked_s(answer))
    if status in _PASSING:
        raise Again("fetch.server", wait_asked_s(answer))
    codes = {404: "fetch.not_found", 410: "fetch.not_found"}
    code = codes.get(status, "fetch.refused" if status in {401, 403} else "fetch.status")
    raise InputError(code, host=source.host(), status=status, source=source.title)


def starts_at(answer: Any, asked: int, part: Path, source: Source) -> int:
    """Return the byte this answer's body begins at; drop a part that does not fit it."""
    status = int(answer.status_code)
    if status == 206:
        found = re.match(r"bytes (\d+)-", str(answer.headers.get("Content-Range", "")))
        if found and int(found.group(1)) == asked:
            _refuse_size(answer, asked, source)
            return asked
    if status != 200:  # a part longer than the file, or a range nobody asked for
        part.unlink(missing_ok=True)
        raise Again("fetch.cut", 0.0)
    _refuse_size(answer, 0, source)
    return 0


def bytes_expected(answer: Any, start: int) -> int | None:
    """Return the size of the whole file as announced, None when it was not.

    An answer to a range may hold less than was asked for: only the total after the slash counts.
    """
    whole = re.search(r"/(\d+)$", str(answer.headers.get("Content-Range", "")))
    if whole:
        return int(whole.group(1))
    length = str(answer.headers.get("Content-Length", ""))
    packed = answer.headers.get("Content-Encoding", "identity") != "identity"
    return start + int(length) if length.isdigit() and not packed else None


def _refuse_size(answer: Any, start: int, source: Source) -> None:
    expected = bytes_expected(answer, start)
    if expected is not None and expected > source.max_bytes:
        answer.close()
        raise InputError("fetch.too_big", host=source.host(), limit_mb=source.max_mb)


def blocks(raw: Any) -> Iterator[bytes]:
    """Yield a body as it arrives; waiting for full blocks would lose what came before a cut."""
    while block := raw.read1(_BLOCK, decode_content=True):
        yield bytes(block)


def fault_of(fault: BaseException, *, host: str, underway: bool = False) -> Again | TapakError:
    """Turn a fault of the network into a reason to try again or one plain sentence.

    Parameters
    ----------
    fault : requests.RequestException or urllib3.exceptions.HTTPError
    host : str
        For the sentence.
    underway : bool
        The body was on its way already.
    """
    import requests
    import urllib3

    chain = repr(fault)
    if isinstance(fault, requests.exceptions.SSLError):
        return InputError("fetch.tls", host=host)
    timeouts = (requests.Timeout, urllib3.exceptions.TimeoutError)
    if isinstance(fault, timeouts) or "Read timed out" in chain:
        return Again("fetch.timeout")
    if underway or any(sign in chain for sign in _CUT):
        return Again("fetch.cut")
    unnamed = any(sign in chain for sign in _UNNAMED)
    return InputError("fetch.no_name" if unnamed else "fetch.no_network", host=host)
