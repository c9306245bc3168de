"""The sources that data are fetched from: address, licence, credit; a study may state its own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from geo.errors import InputError, UsageError

FILE = "sources.toml"
WHATS = ("boundaries", "osm", "elevation", "population")
"""What can be fetched, in the order it is: the outline first, since the rest is cut to it."""

DEFAULTS = {
    "boundaries": "hdx",
    "osm": "overpass",
    "elevation": "glo30",
    "population": "worldpop",
}
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One place on the internet that gives one kind of data; see sources.toml for the rules."""

    key: str
    what: str
    title: str
    url: str
    hosts: tuple[str, ...] = ()
    licence: str
    attribution: str
    date: str
    checksum: str = "none"
    max_mb: int = 1000
    margin_km: float = 0.0
    levels: tuple[str, ...] = ()

    @property
    def max_bytes(self) -> int:
        """Largest answer taken from this source."""
        return self.max_mb << 20

    def allows(self, url: str) -> bool:
        """Tell whether an address is one of this source's: https, its own host or a stated one.

        Plain http is taken only from this machine itself, for a mirror that runs here.
        """
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
            own = urlsplit(self.url).hostname
        except ValueError:
            return False
        safe = parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
        return safe and parts.username is None and host in {own, *self.hosts}

    def host(self) -> str:
        """Name the host for a sentence."""
        return urlsplit(self.url).hostname or self.url


def sources(folder: Path | None = None) -> Mapping[str, Source]:
    """Return every source by key, a study's own sources.toml laid over Tapak's.

    Parameters
    ----------
    folder : Path, optional
        The study.

    Raises
    ------
    InputError
        ``fetch.sources_toml`` when the study's file cannot be read or states what no source has.
    """
    known = tomllib.loads(Path(__file__).with_name(FILE).read_text(encoding="utf-8"))
    made = {key: _source(key, stated) for key, stated in known.items()}
    own = None if folder is None else folder / FILE
    if own is None or not own.is_file():
        return made
    try:
        laid = tomllib.loads(own.read_bytes().decode("utf-8-sig"))
        return made | {key: _changed(made[key], stated) for key, stated in laid.items()}
    except (OSError, KeyError, TypeError, ValueError, AttributeError):
        raise InputError("fetch.sources_toml", known=", ".join(made)) from None


def _source(key: str, stated: Mapping[str, Any]) -> Source:
    told: dict[str, Any] = _tupled(stated)
    return Source(key=key, **told)


def _tupled(stated: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in stated.items()}


def _changed(source: Source, stated: Mapping[str, Any]) -> Source:
    """Lay stated settings over a source; a wrong name or type is a fault, never ignored."""
    told: dict[str, Any] = _tupled(stated)
    kinds = {f.name: type(getattr(source, f.name)) for f in fields(source)}
    for name, value in told.items():
        if name in {"key", "what"} or not isinstance(value, kinds[name]):
            raise TypeError(name)
        if isinstance(value, tuple) and not all(isinstance(each, str) for each in value):
            raise TypeError(name)
    changed = replace(source, **told)
    if not changed.allows(changed.url.replace("{", "").replace("}", "")):
        raise ValueError(changed.url)
    return changed


def chosen(
    known: Mapping[str, Source], whats: tuple[str, ...], named: tuple[str, ...] = ()
) -> tuple[Source, ...]:
    """Return one source for each thing wanted, in the order of `WHATS`.

    Parameters
    ----------
    known : mapping
        As `sources` returns.
    whats : tuple of str
        Of `WHATS`; empty = all.
    named : tuple of str
        Keys of sources to use instead of the defaults.

    Raises
    ------
    UsageError
        ``fetch.what`` · ``fetch.source`` for a name that is not known.
    """
    for what in whats:
        if what not in WHATS:
            raise UsageError("fetch.what", given=what, known=", ".join(WHATS))
    choice = dict(DEFAULTS)
    for key in named:
        if key not in known or known[key].what not in WHATS:
            usable = [k for k, source in known.items() if source.what in WHATS]
            raise UsageError("fetch.source", given=key, known=", ".join(usable))
        choice[known[key].what] = key
    return tuple(known[choice[what]] for what in WHATS if not whats or what in whats)
