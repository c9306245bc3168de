"""The annex: a sheet for each site, with its map, what its score is made of, and what is known."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import words
from geo.figures import Figure
from reports.facts import ReportFacts, ReportSite
from reports.frame import frame
from reports.ground import MapGround, map_ground
from reports.parts import SHEETS, Part, typeset_parts
from reports.site_maps import site_map
from reports.site_sheet import number, place_of, say, sheet_of
from reports.wording import day_text, joined

_WORDS = (
    *("criterion", "value", "gives", "of", "source", "sum", "findings", "photos", "lifts"),
    *(
        "near",
        "legal",
        "conditions",
        "hazards",
        "no_map",
        "assumed",
        "index",
        "excluded",
        "sources",
    ),
    *(
        "question",
        "answer",
        "reason",
        "layer",
        "licence",
        "date",
        "where",
        "kind",
        "no_visit",
        "no_photo",
    ),
)
_COLUMNS = ("no", "site", "place", "score", "state", "where")


def site_pages_pdf(facts: ReportFacts, *, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """Write the annex.

    Parameters
    ----------
    facts : ReportFacts
    pictures : mapping of str to bytes, optional
        Small JPEGs by the sha256 of the photo as it came.

    Returns
    -------
    bytes
        A tagged PDF: how to read it, an index, a sheet for each ranked site, the excluded with
        their reasons, the sources. Its maps are georeferenced.
    """
    base = map_ground(facts)
    return typeset_parts("telaah.typ", _parts(facts, base, pictures or {}))


def _parts(
    facts: ReportFacts, base: MapGround | None, pictures: Mapping[str, bytes]
) -> Iterator[Part]:
    """Lay the sheets out, so many at a time; what stands around them goes with first and last."""
    around = frame(facts, "telaah") | _around(facts, base)
    numbered = around["page"]
    count = max(math.ceil(len(facts.sites) / SHEETS), 1)
    for k in range(count):
        figures: list[Figure] = []
        files: dict[str, bytes] = {}
        first = k * SHEETS
        sites = enumerate(facts.sites[first : first + SHEETS], start=first)
        sheets = [_mapped(facts, base, one, pictures, files, figures) for one in sites]
        index = [
            row | {"here": at < SHEETS} for at, row in enumerate(around["index"] if k == 0 else ())
        ]
        told = {
            "sheets": sheets,
            "opens": k == 0,
            "closes": k == count - 1,
            "index": index,
            "page": numbered if count == 1 else "",
            "numbered": numbered,
        }
        yield Part(told=around | told, files=files, figures=figures)


def _mapped(
    facts: ReportFacts,
    base: MapGround | None,
    numbered: tuple[int, ReportSite],
    pictures: Mapping[str, bytes],
    files: dict[str, bytes],
    figures: list[Figure],
) -> dict[str, Any]:
    """Lay a site's sheet out with its map, which joins ``files`` and ``figures``."""
    k, site = numbered
    made = site_map(facts, base, site) if base is not None else None
    sheet = sheet_of(facts, site, made and made[1], pictures, files) | {"key": str(k)}
    if made is None:
        return sheet
    figure = made[0]
    figures.append(figure)
    file = f"peta-{k}.svg"
    files[file] = figure.svg
    size = {"width": figure.width_mm, "height": figure.height_mm}
    return sheet | {"map": {"file": file, "alt": figure.alt} | size}


def _around(facts: ReportFacts, base: MapGround | None) -> dict[str, Any]:
    """Lay out what stands before and after the sheets."""
    from reports.directions import where_text

    lang = facts.lang
    return {
        "words": {name: say(facts, name) for name in _WORDS},
        "columns": [words.say(f"reports.column.{name}", lang=lang) for name in _COLUMNS],
        "how": [
            say(facts, "how.score"),
            say(facts, "how.bars"),
            say(facts, "how.map") if base is not None else say(facts, "no_map"),
            words.say("reports.score.note", lang=lang),
            words.say("reports.way.from", lang=lang),
        ],
        "index": [
            {
                "key": str(k),
                "no": str(site.rank),
                "name": site.name,
                "kind": site.kind,
                "place": place_of(facts, site),
                "score": number(facts, site.score, 3),
                "state": site.readiness_text,
                "where": where_text(facts, site),
            }
            for k, site in enumerate(facts.sites)
        ],
        "excluded": [
            [site.name, site.kind, place_of(facts, site), site.reason] for site in facts.excluded
        ],
        "sources": [
            [title, source, licence or "–", day_text(date, lang=lang) if date else "–"]
            for title, source, licence, date in facts.sources
        ],
        "legal": joined([_law(facts, *one) for one in facts.legal], lang=lang),
        "last": facts.sentences.get(12, ""),
    }


def _law(facts: ReportFacts, text: str, date: str) -> str:
    if not date:
        return text
    return say(facts, "law", text=text, date=day_text(date, lang=facts.lang))
