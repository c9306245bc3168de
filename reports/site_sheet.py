"""One site's sheet of the annex as plain values: its standing, its bars, visits and photos."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import words
from reports.facts import ReportFacts, ReportPart, ReportSite
from reports.site_maps import Neighbours
from reports.wording import cut, day_text, known

MOST_PHOTOS, MOST_LIFTS, MOST_SOURCE = 3, 3, 27


def say(facts: ReportFacts, name: str, /, **fields: object) -> str:
    """Say something of the annex in its language."""
    return words.say(f"reports.site.{name}", lang=facts.lang, **fields)


def place_of(facts: ReportFacts, site: ReportSite) -> str:
    """Name the desa and kecamatan that a site lies in."""
    return known(", ".join(p for p in (site.desa, site.kecamatan) if p), lang=facts.lang)


def number(facts: ReportFacts, value: float, digits: int) -> str:
    """Write a number as the annex does."""
    return words.number(value, digits, lang=facts.lang)


def _percent(facts: ReportFacts, share: float | None) -> str:
    if share is None:
        return known("", lang=facts.lang)
    return words.say("ui.percent", lang=facts.lang, n=number(facts, 100 * share, 0))


def sheet_of(
    facts: ReportFacts,
    site: ReportSite,
    near: Neighbours | None,
    pictures: Mapping[str, bytes],
    files: dict[str, bytes],
) -> dict[str, Any]:
    """Lay a site's sheet out as plain values."""
    lines = [cut(t, 110) for t in (site.kind, place_of(facts, site), site.agency, site.address)]
    code = say(facts, "code", id=site.id, code=cut(site.code, 60) or "–")
    return {
        "id": site.id,
        "no": str(site.rank),
        "name": site.name,
        "lead": " · ".join(part for part in lines if part),
        "code": " · ".join(t for t in (code, near and near.where) if t),
        "score": number(facts, site.score, 3),
        "range": say(
            facts, "range", low=number(facts, site.low, 3), high=number(facts, site.high, 3)
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
        "near_more": "" if near is None or not near.more else say(facts, "near_more", n=near.more),
        "map": None,
    }


def _facts(facts: ReportFacts, site: ReportSite) -> list[list[str]]:
    """Say a site's standing line by line; what is not known is said too."""
    lang = facts.lang
    at = say(facts, "no_point") if site.lon is None or site.lat is None else ""
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
        "agreement": known(agreed, lang=lang) if agreed else say(facts, "no_agreement"),
        "when": known(when, lang=lang),
        "capacity": known(site.capacity_text, lang=lang),
        "host": known(site.host_text, lang=lang),
        "at": at,
    }
    return [[say(facts, f"fact.{name}"), cut(text, 90)] for name, text in rows.items()]


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
                    "gives": number(facts, part.contribution, 3),
                    "of": number(facts, criterion.weight_0_1, 3),
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
                "title": say(facts, f"group.{group}"),
                "sum": number(facts, total, 3),
                "of": number(facts, weight, 3),
                "share": round(total, 4),
                "rows": rows,
            }
        )
    return groups


def _source(facts: ReportFacts, part: ReportPart) -> str:
    if part.unknown:
        return say(facts, "assumed")
    when = day_text(part.when, lang=facts.lang) if part.when else say(facts, "undated")
    told = [cut(part.source, MOST_SOURCE) or known("", lang=facts.lang), when, cut(part.by, 20)]
    return " · ".join(text for text in told if text)


def _lifts(facts: ReportFacts, site: ReportSite) -> list[str]:
    told = [*site.lifts[:MOST_LIFTS]]
    if site.ask_first:
        told.insert(0, say(facts, "ask_first", question=site.ask_first))
    return told or [say(facts, "no_lifts")]


def _visit(facts: ReportFacts, visit: Mapping[str, Any]) -> dict[str, Any]:
    on = day_text(str(visit["on"]), lang=facts.lang) if visit["on"] else "–"
    return {
        "title": say(facts, "visit", on=on, team=visit["team"]),
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
                said = say(facts, "photo", n=number, site=cut(site.name, 80), on=on)
                shown.append([file, said, say(facts, "photo_short", n=number, on=on)])
    return shown
