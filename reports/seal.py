"""The seal of a document: of which run it is, so that a file can be checked against its study."""

from __future__ import annotations

import html
import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import unescape

from geo.errors import InputError
from reports.facts import ReportFacts

MARK, TABLE = "tapak", "tapak_run"
_SHA = 20
"""Digits of the run's fingerprint that a seal holds: a word of a PDF stays unbroken."""
_PART = re.compile(r"\b(run|sha|kind|lang|on|public|terms)=([\w.:+-]+)")
_MOST_BYTES = 400_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """Which run a document shows and how it was made: enough to make it again.

    ``sha`` are the first digits of the run's fingerprint, ``on`` the ISO day on which the life of
    the sites was looked at, ``public`` is "1" where only approved sites are shown. ``terms`` are
    what else it was made under (`reports.nation_brief`), "" for most kinds.
    """

    run: str
    sha: str
    kind: str
    lang: str
    on: str
    public: str = "0"
    terms: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """The seal as keywords of a document."""
        told = {name: value for name, value in asdict(self).items() if name != "terms" or value}
        return MARK, *(f"{name}={value}" for name, value in told.items())

    @property
    def text(self) -> str:
        """The seal in one line."""
        return ", ".join(self.words)


def seal_of(facts: ReportFacts, kind: str) -> Seal:
    """Return the seal of a document of some kind about a run."""
    return Seal(
        run=facts.run,
        sha=facts.run_sha256[:_SHA],
        kind=kind,
        lang=facts.lang,
        on=facts.on or facts.made_on,
        public="1" if facts.public else "0",
    )


def read_seal(path: Path) -> Seal:
    """Read the seal of a document that `tapak report` wrote, by its suffix.

    Raises
    ------
    InputError
        ``reports.seal.file`` when it cannot be read, ``reports.seal.none`` without a seal.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise InputError("reports.seal.none", file=path.name[:80])
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError("reports.seal.file", file=path.name[:80])
        told = _PART.findall(reader(path).replace("\u200b", ""))
        found = dict(reversed(told))  # the seal's own words stand first
        return Seal(**found)
    except TypeError:
        raise InputError("reports.seal.none", file=path.name[:80]) from None
    except InputError:
        raise
    except Exception as fault:  # whatever a broken file makes its reader say
        raise InputError("reports.seal.file", file=path.name[:80]) from fault


def _pdf(path: Path) -> str:
    import pikepdf  # only when a PDF is looked at

    with pikepdf.open(path) as document:
        told = document.docinfo.get("/Keywords")
        if told is None:
            with document.open_metadata() as meta:
                told = meta.get("pdf:Keywords", "")
        return str(told)


def _xlsx(path: Path) -> str:
    with zipfile.ZipFile(path) as archive, archive.open("docProps/core.xml") as part:
        found = re.search(rb"<(?:\w+:)?keywords>([^<]*)<", part.read(1 << 20))
    return unescape(found[1].decode()) if found else ""


def _html(path: Path) -> str:
    head = path.read_bytes()[: 1 << 20].decode("utf-8", "replace")
    found = re.search(rf'<meta name="{MARK}" content="([^"]*)">', head)
    return html.unescape(found[1]) if found else ""


def _gpkg(path: Path) -> str:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as base:
        rows = base.execute(f"SELECT name, value FROM {TABLE}").fetchall()  # noqa: S608 - our own name
    return ", ".join(f"{name}={value}" for name, value in rows)


def _geojson(path: Path) -> str:
    told: Any = json.loads(path.read_bytes())
    own: Mapping[str, Any] = told.get(MARK, {})
    return ", ".join(f"{name}={value}" for name, value in own.items())


def _kml(path: Path) -> str:
    head = io.BytesIO(path.read_bytes()).read(1 << 20).decode("utf-8", "replace")
    pairs = re.findall(rf'<Data name="{MARK}:(\w+)"><value>([^<]*)</value>', head)
    return ", ".join(f"{name}={unescape(value)}" for name, value in pairs)


_READERS: Mapping[str, Callable[[Path], str]] = {
    ".pdf": _pdf,
    ".xlsx": _xlsx,
    ".html": _html,
    ".gpkg": _gpkg,
    ".geojson": _geojson,
    ".kml": _kml,
}
