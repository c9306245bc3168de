"""The annex: a sheet for each site, with its map, what its score is made of, and what is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import words
from geo.figures import Figure
from reports.facts import ReportFacts, ReportPart, ReportSite
from reports.frame import frame
from reports.georeference import georeferenced
from reports.ground import MapGround, map_ground
from reports.site_maps import Neighbours, site_map
from reports.typeset import typeset
from reports.wording import cut, day_text, joined, known

MOST_PHOTOS, MOST_LIFTS, MOST_SOURCE = 3, 3, 27
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
    drawn: list[Figure] = []
    files: dict[str, bytes] = {}
    sheets = []
    for k, site in enumerate(facts.sites):
        made = site_map(facts, base, site) if base is not None else None
        sheet = _sheet(facts, site, made and made[1], pictures or {}, files)
        if made is not None:
            figure = made[0]
            drawn.append(figure)
            files[f"peta-{k}.svg"] = figure.svg
            sheet["map"] = {
                "file": f"peta-{k}.svg",
                "alt": figure.alt,
                "width": figure.width_mm,
                "height": figure.height_mm,
            }
        sheets.append(sheet | {"key": str(k)})
    told = frame(facts, "telaah") | _around(facts, base) | {"sheets": sheets}
    return georeferenced(typeset("telaah.typ", told, files=files), drawn)


def _say(facts: ReportFacts, name: str, /, **fields: object) -> str:
    return words.say(f"reports.site.{name}", lang=facts.lang, **fields)


def _around(facts: ReportFacts, base: MapGround | None) -> dict[str, Any]:
    """Lay out what stands before and after the sheets."""
    from reports.directions import where_text

    lang = facts.lang
    return {
        "words": {name: _say(facts, name) for name in _WORDS},
        "columns": [words.say(f"reports.column.{name}", lang=lang) for name in _COLUMNS],
        "how": [
            _say(facts, "how.score"),
            _say(facts, "how.bars"),
            _say(facts, "how.map") if base is not None else _say(facts, "no_map"),
            words.say("reports.score.note", lang=lang),
            words.say("reports.way.from", lang=lang),
        ],
        "index": [
            {
                "key": str(k),
                "no": str(site.rank),
                "name": site.name,
                "kind": site.kind,
                "place": _place(facts, site),
                "score": _number(facts, site.score, 3),
                "state": site.readiness_text,
                "where": where_text(facts, site),
            }
            for k, site in enumerate(facts.sites)
        ],
        "excluded": [
            [site.name, site.kind, _place(facts, site), site.reason] for site in facts.excluded
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
    return _say(facts, "law", text=text, date=day_text(date, lang=facts.lang))


def _place(facts: ReportFacts, site: ReportSite) -> str:
    return known(", ".join(p for p in (site.desa, site.kecamatan) if p), lang=facts.lang)


def _number(facts: ReportFacts, value: float, digits: int) -> str:
    return words.number(value, digits, lang=facts.lang)


def _percent(facts: ReportFacts, share: float | None) -> str:
    if share is None:
        return known("", lang=facts.lang)
    return words.say("ui.percent", lang=facts.lang, n=_number(facts, 100 * share, 0))


def _sheet(
    facts: ReportFacts,
    site: ReportSite,
    near: Neighbours | None,
    pictures: Mapping[str, bytes],
    files: dict[str, bytes],
) -> dict[str, Any]:
    """Lay a site's sheet out as plain values."""
    lines = [cut(t, 110) for t in (site.kind, _place(facts, site), site.agency, site.address)]
    code = _say(facts, "code", id=site.id, code=cut(site.code, 60) or "–")
    return {
        "id": site.id,
        "no": str(site.rank),
        "name": site.name,
        "lead": " · ".join(part for part in lines if part),
        "code": " · ".join(t for t in (code, near and near.where) if t),
        "score": _number(facts, site.score, 3),
        "range": _say(
            facts, "range", low=_number(facts, site.low, 3), high=_number(facts, site.high, 3)
        ),
        "band": site.band,
        "tags": [site.readiness_text, site.state_text],
        "ready": site.readiness,
        "facts": _facts(facts, site),
        "groups": _groups(facts, site),
        "conditions": [[code, text] for code, text in site.conditions],
        "hazards": list(site.hazards),
        "lifts": _lifts(facts, site),
        "visits": [_visit(facts, visit) for visit in site.visits],
        "photos": _photos(facts, site, pictures, files),
        "near": [] if near is None else [list(row) for row in near.rows],
        "near_more": "" if near is None or not near.more else _say(facts, "near_more", n=near.more),
        "map": None,
    }


def _facts(facts: ReportFacts, site: ReportSite) -> list[list[str]]:
    """Say a site's standing line by line; what is not known is said too."""
    lang = facts.lang
    at = _say(facts, "no_point") if site.lon is None or site.lat is None else ""
    at = at or f"{site.lat:.5f}, {site.lon:.5f}"
    until = day_text(site.valid_until, lang=lang) if site.valid_until else ""
    agreed = ", ".join(p for p in (site.agreement, until) if p)
    when = "; ".join(p for p in (site.days_text, site.hours_text) if p)
    rows = {
        "rank": site.rank_text,
        "first": _percent(facts, site.p_first),
        "top": _percent(facts, site.p_top),
        "gate": _percent(facts, site.p_gate),
        "coverage": _percent(facts, site.coverage_0_1),
        "agreement": known(agreed, lang=lang) if agreed else _say(facts, "no_agreement"),
        "when": known(when, lang=lang),
        "capacity": known(site.capacity_text, lang=lang),
        "host": known(site.host_text, lang=lang),
        "at": at,
    }
    return [[_say(facts, f"fact.{name}"), cut(text, 90)] for name, text in rows.items()]


def _groups(facts: ReportFacts, site: ReportSite) -> list[dict[str, Any]]:
    """Lay out what each criterion gives, by group; the widest bar is the heaviest weight."""
    own = {part.key: part for part in site.parts}
    most = max((c.weight_0_1 for c in facts.criteria), default=0.0) or 1.0
    groups = []
    for group in dict.fromkeys(c.group for c in facts.criteria):
        rows = []
        mine = [c for c in facts.criteria if c.group == group and c.key in own]
        for criterion in mine:
            part = own[criterion.key]
            rows.append(
                {
                    "title": cut(criterion.title, 34),
                    "value": cut(part.value_text, 24) or known("", lang=facts.lang),
                    "gives": _number(facts, part.contribution, 3),
                    "of": _number(facts, criterion.weight_0_1, 3),
                    "unknown": part.unknown,
                    "bar": round(part.contribution / most, 4),
                    "room": round(criterion.weight_0_1 / most, 4),
                    "source": _source(facts, part),
                }
            )
        total = sum(own[c.key].contribution for c in mine)
        weight = sum(c.weight_0_1 for c in mine)
        groups.append(
            {
                "key": group,
                "title": _say(facts, f"group.{group}"),
                "sum": _number(facts, total, 3),
                "of": _number(facts, weight, 3),
                "share": round(total, 4),
                "rows": rows,
            }
        )
    return groups


def _source(facts: ReportFacts, part: ReportPart) -> str:
    if part.unknown:
        return _say(facts, "assumed")
    when = day_text(part.when, lang=facts.lang) if part.when else _say(facts, "undated")
    told = [cut(part.source, MOST_SOURCE) or known("", lang=facts.lang), when, cut(part.by, 20)]
    return " · ".join(text for text in told if text)


def _lifts(facts: ReportFacts, site: ReportSite) -> list[str]:
    told = [*site.lifts[:MOST_LIFTS]]
    if site.ask_first:
        told.insert(0, _say(facts, "ask_first", question=site.ask_first))
    return told or [_say(facts, "no_lifts")]


def _visit(facts: ReportFacts, visit: Mapping[str, Any]) -> dict[str, Any]:
    on = day_text(str(visit["on"]), lang=facts.lang) if visit["on"] else "–"
    return {
        "title": _say(facts, "visit", on=on, team=visit["team"]),
        "answers": [[str(label), cut(str(text), 400)] for label, text in visit["answers"]],
    }


def _photos(
    facts: ReportFacts, site: ReportSite, pictures: Mapping[str, bytes], files: dict[str, bytes]
) -> list[list[str]]:
    """Name a site's photos, the newest visit's first; a photo that could not be read is not one."""
    shown: list[list[str]] = []
    for visit in site.visits:
        on = day_text(str(visit["on"]), lang=facts.lang) if visit["on"] else "–"
        for photo in visit["photos"]:
            sha = str(photo["sha256"])
            if sha in pictures and len(shown) < MOST_PHOTOS:
                file = f"foto-{sha[:8]}-{len(files)}.jpg"
                files[file] = pictures[sha]
                number = len(shown) + 1
                said = _say(facts, "photo", n=number, site=cut(site.name, 80), on=on)
                shown.append([file, said, _say(facts, "photo_short", n=number, on=on)])
    return shown
