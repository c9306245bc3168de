"""Submissions from ODK Central and Kobo, every page of them, politely and without a trace."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from geo.errors import InputError

MAX_PAGES = 10_000
MAX_PAGE_BYTES = 200 << 20
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_GONE = "&$filter=__system/deletedAt%20ne%20null"
_CENTRAL = re.compile(r"/projects/(\d+)/forms/([^/?#]+?)(?:\.svc)?(?:[/?#].*)?$")
_KOBO = re.compile(r"/(?:assets|forms)/([A-Za-z0-9]{10,40})(?:[/?#].*)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How patient to be; times in seconds. ``tries`` is per page."""

    connect_s: float = 15.0
    read_s: float = 60.0
    tries: int = 5
    pause_s: float = 1.0
    longest_wait_s: float = 120.0


PATIENT = Manners()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a form's submissions stand: the first page, and the names in its answers."""

    kind: str
    url: str
    rows: str
    onward: str


def place_of(url: str) -> Place:
    """Tell a Central or a Kobo form from the address a person copies from the browser.

    Raises
    ------
    InputError
        ``servers.address`` when it is neither; ``servers.not_https`` when a password would
        travel open (this machine itself is let through).
    """
    parts = urlsplit(url.strip())
    host = parts.hostname or ""
    if parts.scheme != "https" and host not in _LOOPBACK:
        raise InputError("servers.not_https", host=host or url[:60])
    base, rest = (
        f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}",
        url.split(parts.netloc, 1)[1],
    )
    if found := _CENTRAL.search(rest):
        page = f"{base}/v1/projects/{found[1]}/forms/{found[2]}.svc/Submissions?$top=250"
        return Place(kind="odk", url=page, rows="value", onward="@odata.nextLink")
    if found := _KOBO.search(rest):
        page = f"{base}/api/v2/assets/{found[1]}/data.json?limit=1000"
        return Place(kind="kobo", url=page, rows="results", onward="next")
    raise InputError("servers.address", host=host)


def fetch_submissions(
    url: str,
    *,
    manners: Manners = PATIENT,
    environ: Mapping[str, str] = os.environ,
    sleep: Callable[[float], None] = time.sleep,
) -> bytes:
    """Fetch every submission of a form, following the server's own links to the last page.

    Parameters
    ----------
    url : str
        What `place_of` knows.
    manners : Manners
    environ : mapping
        ``TAPAK_ODK_TOKEN``, or ``TAPAK_ODK_EMAIL`` and ``TAPAK_ODK_PASSWORD``;
        ``TAPAK_KOBO_TOKEN``. They are read here, sent to the one host of `url`, kept nowhere.
    sleep : callable

    Returns
    -------
    bytes
        One JSON object in the server's own form, all pages in it, without links onward. Central's
        deleted submissions stand among them, with ``deletedAt``.

    Raises
    ------
    InputError
        ``servers.*``. A page that breaks off is asked for again; pages that came stay.
    """
    import requests

    place = place_of(url)
    with requests.Session() as session:
        session.trust_env = False  # no password out of a netrc file, no proxy of somebody's own
        session.headers.update(_credentials(place, environ) | {"Accept": "application/json"})
        rows = _rows(session, place, place.url, manners, sleep)
        if place.kind == "odk":
            rows += _deleted(session, place, manners, sleep)
    return json.dumps({place.rows: rows}, ensure_ascii=False).encode()


def _rows(
    session: Any, place: Place, first: str, manners: Manners, sleep: Callable[[float], None]
) -> list[Any]:
    """Collect the rows of every page from the first one on."""
    rows: list[Any] = []
    asked: set[str] = set()
    onward: str | None = first
    while onward:
        if onward in asked or len(asked) >= MAX_PAGES:
            raise InputError("servers.circle", host=_host(place.url))
        asked.add(onward)
        page = _page(session, onward, manners, sleep)
        if not isinstance(page.get(place.rows), list):
            raise InputError("servers.not_submissions", host=_host(place.url))
        rows += page[place.rows]
        onward = _onward(place, onward, page.get(place.onward))
    return rows


def _deleted(
    session: Any, place: Place, manners: Manners, sleep: Callable[[float], None]
) -> list[Any]:
    """Ask Central for what was deleted, which it lists only when asked; an old one cannot say."""
    try:
        rows = _rows(session, place, place.url + _GONE, manners, sleep)
    except InputError as fault:
        if fault.code != "servers.status":
            raise
        return []
    return [
        row
        for row in rows
        if isinstance(row, Mapping)
        and isinstance(row.get("__system"), Mapping)
        and row["__system"].get("deletedAt")
    ]


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _credentials(place: Place, environ: Mapping[str, str]) -> dict[str, str]:
    import base64

    token = environ.get(f"TAPAK_{place.kind.upper()}_TOKEN", "")
    if place.kind == "kobo" and token:
        return {"Authorization": f"Token {token}"}
    if token:
        return {"Authorization": f"Bearer {token}"}
    email, password = environ.get("TAPAK_ODK_EMAIL", ""), environ.get("TAPAK_ODK_PASSWORD", "")
    if place.kind == "odk" and email and password:
        packed = base64.b64encode(f"{email}:{password}".encode()).decode()
        return {"Authorization": f"Basic {packed}"}
    names = {"odk": "TAPAK_ODK_TOKEN", "kobo": "TAPAK_KOBO_TOKEN"}
    raise InputError("servers.no_credentials", host=_host(place.url), variable=names[place.kind])


def _onward(place: Place, here: str, told: object) -> str | None:
    """Follow a link of the same host only: the password must not travel to another."""
    if not told:
        return None
    there = urljoin(here, str(told))
    ours, theirs = urlsplit(place.url), urlsplit(there)
    if (ours.scheme, ours.netloc) != (theirs.scheme, theirs.netloc):
        raise InputError("servers.elsewhere", host=_host(place.url), other=_host(there))
    return there


def _page(
    session: Any, url: str, manners: Manners, sleep: Callable[[float], None]
) -> dict[str, Any]:
    """Ask for one page until it comes whole."""
    import requests

    code = "servers.cut"
    for attempt in range(manners.tries):
        wait_s = manners.pause_s * 2**attempt
        try:
            answer = session.get(
                url, timeout=(manners.connect_s, manners.read_s), allow_redirects=False
            )
            if answer.status_code == 200:
                return _parsed(answer.content, url)
            _refuse(answer, url)
            code, wait_s = "servers.busy", max(wait_s, _asked_s(answer))
        except requests.Timeout:
            code = "servers.timeout"
        except requests.exceptions.SSLError as fault:
            raise InputError("servers.tls", host=_host(url)) from fault
        except requests.RequestException:
            code = "servers.cut"
        except ValueError as fault:
            if isinstance(fault, InputError):
                raise
            code = "servers.cut"
        if attempt + 1 < manners.tries:
            sleep(min(wait_s, manners.longest_wait_s))
    raise InputError(code, host=_host(url), tries=manners.tries)


def _parsed(content: bytes, url: str) -> dict[str, Any]:
    if len(content) > MAX_PAGE_BYTES:
        raise InputError("servers.too_big", host=_host(url))
    told = json.loads(content)
    if not isinstance(told, dict):
        raise InputError("servers.not_submissions", host=_host(url))
    return told


def _refuse(answer: Any, url: str) -> None:
    """Raise for a status that another try would not mend."""
    status = int(answer.status_code)
    if status in _AGAIN:
        return
    codes = {401: "servers.unauthorised", 403: "servers.forbidden", 404: "servers.not_found"}
    raise InputError(codes.get(status, "servers.status"), host=_host(url), status=status)


def _asked_s(answer: Any) -> float:
    """Read how long the server asks to be left alone, seconds; or until when (RFC 9110 §10.2.3)."""
    text = str(answer.headers.get("Retry-After", "")).strip()
    if re.fullmatch(r"\d{1,6}", text):
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return 0.0
    now = dt.datetime.now(until.tzinfo or dt.UTC)
    until = until if until.tzinfo else until.replace(tzinfo=dt.UTC)
    return max(0.0, (until - now).total_seconds())
