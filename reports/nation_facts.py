"""What the brief about the nation is written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import words


@dataclass(frozen=True, slots=True, kw_only=True)
class NationSite:
    """A ranked site; `low` and `high` put all that is unknown at worst and at best."""

    rank: int
    name: str
    kind: str
    place: str
    score: float
    low: float
    high: float
    coverage_0_1: float
    readiness: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NationArea:
    """A study: a regency, or those of one Bapas; None where its people are not known."""

    name: str
    place: str
    sites: int
    in_top: int
    people: int | None
    per_100k: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NationFacts:
    """Everything the brief says; texts of names are as they were given.

    Parameters
    ----------
    lang, programme, catalogue : str
        ``programme`` is a key, ``catalogue`` a version.
    days : tuple of str
        ISO days that "recent" was counted from; the last dates the brief.
    results_sha256 : str
        Of the results' manifest.
    terms : str
        What differs from the catalogue's weights, and how many are the first
        (`work.nation_brief`); "" for nothing.
    weights : mapping of str to float
        Effective weight of every criterion, 0-1.
    studies, sites, excluded, top, overlap : int
        ``top`` counts the first; ``overlap`` the sites that may still stand before the first one.
    first : tuple of NationSite
    areas : tuple of NationArea
    gini, least_half : float or None
        See `scoring.nation`.
    odd, failed : tuple of (study, why)
    """

    lang: str
    programme: str
    catalogue: str
    days: tuple[str, ...]
    results_sha256: str
    terms: str
    weights: Mapping[str, float]
    studies: int
    sites: int
    excluded: int
    top: int
    overlap: int
    first: tuple[NationSite, ...]
    areas: tuple[NationArea, ...]
    gini: float | None
    least_half: float | None
    odd: tuple[tuple[str, str], ...]
    failed: tuple[tuple[str, str], ...]
    synthetic: bool

    @property
    def tried(self) -> bool:
        """Tell whether the weights are others than the catalogue's."""
        return any(part and not part.startswith("top:") for part in self.terms.split("+"))

    def say(self, code: str, **fields: object) -> str:
        """Say a sentence of the brief."""
        return words.say(f"nation.brief.{code}", lang=self.lang, **fields)

    def number(self, value: float, digits: int = 0) -> str:
        """Write a number as the language does."""
        return words.number(value, digits, lang=self.lang)

    def percent(self, share_0_1: float, digits: int = 0) -> str:
        """Write a share."""
        return words.say("ui.percent", lang=self.lang, n=self.number(100 * share_0_1, digits))
