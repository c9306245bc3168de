"""Official letters of one run: annex of the decree, memo, minutes, consent, a page for villages."""

from __future__ import annotations

import datetime as dt
from typing import Any

import words
from reports.facts import ReportFacts, ReportSite
from reports.frame import day_or_blank, frame, office_name, regent, signature
from reports.official_list import conditions_text, when_text
from reports.typeset import typeset
from reports.wording import BLANK, day_text, known
from scoring.legal import limits

ANNEX_COLUMNS = ("no", "site", "address", "kind", "conditions")
MEMO = (1, 3, 4, 10, 5, 6, 7, 8, 9, 11)
MEMO_FIELDS = ("to", "from", "copy", "date", "number", "nature", "about")
UNSEEN = ("consent", "host", "safety", "village", "ground")
VILLAGE = ("what", "who", "not", "place", "say", "stop")
ADULTS, CHILDREN = "kerja-sosial", "pelayanan-masyarakat"
WORDS = (
    *("annex", "memo", "minutes", "consent", "village", "answer", "question", "decree"),
    *("minutes.signs", "minutes.team", "minutes.host", "consent.signs", "contact"),
)


def letters_pdf(facts: ReportFacts) -> bytes:
    """Write all letters as one PDF whose bookmarks lead to each of them."""
    return typeset("surat.typ", told(facts))


def told(facts: ReportFacts) -> dict[str, Any]:
    """Lay the letters out as plain values."""

    def said(code: str, **fields: object) -> str:
        return words.say(f"reports.letter.{code}", lang=facts.lang, **fields)

    sites = [facts.site(name) for name in facts.proposed]
    return frame(facts, "surat") | {
        "words": {name: said(name) for name in WORDS},
        "annex": _annex(facts, sites),
        "memo": _memo(facts),
        "minutes": [_minutes(facts, site) for site in sites],
        "consents": [_consent(facts, site) for site in sites],
        "village": _village(facts),
        "empty": words.say("reports.summary.no_sites", lang=facts.lang),
        "last": words.say("reports.said.12", lang=facts.lang, run=facts.hash8),
    }


def _annex(facts: ReportFacts, sites: list[ReportSite]) -> dict[str, Any]:
    lang = facts.lang

    def said(code: str, **fields: object) -> str:
        return words.say(f"reports.{code}", lang=lang, **fields)

    return {
        "head": said("letter.annex.head", regent=regent(facts).upper()),
        "number": said("letter.annex.number", blank=BLANK),
        "about": said("letter.annex.about", programme=facts.programme_text),
        "lead": said("letter.annex.lead", until=day_or_blank(facts, "valid_until")),
        "columns": [said(f"column.{name}") for name in ANNEX_COLUMNS],
        "rows": [
            [
                str(number),
                site.name,
                site.code or said("no_code"),
                _address(facts, site),
                site.kind,
                conditions_text(facts, site),
            ]
            for number, site in enumerate(sites, start=1)
        ],
        "signatures": [signature(facts, "regency")],
        "signed": _signed(facts),
    }


def _address(facts: ReportFacts, site: ReportSite) -> str:
    parts = (site.address, site.desa, site.kecamatan)
    return known(", ".join(part for part in parts if part), lang=facts.lang)


def _signed(facts: ReportFacts) -> str:
    place = facts.settings.get("place", BLANK)
    date = day_or_blank(facts, "decision_date")
    return words.say("reports.summary.signed", lang=facts.lang, place=place, date=date)


def _memo(facts: ReportFacts) -> dict[str, Any]:
    lang = facts.lang

    def said(code: str, **fields: object) -> str:
        return words.say(f"reports.letter.memo.{code}", lang=lang, **fields)

    copies = [office_name(facts, name) for name in ("prosecutor", "court", "bapas")]
    values = {
        "to": regent(facts),
        "from": BLANK,
        "copy": "; ".join(copies),
        "date": day_or_blank(facts, "decision_date"),
        "number": BLANK,
        "nature": said("nature.value"),
        "about": said("about.value", programme=facts.programme_text),
    }
    return {
        "fields": [[said(name), values[name]] for name in MEMO_FIELDS],
        "lead": said("lead", study=facts.study_name, programme=facts.programme_text),
        "points": [facts.sentences[n] for n in MEMO if n in facts.sentences],
        "asked": said("asked"),
        "decision": facts.sentences.get(2, ""),
        "signatures": [
            {"role": BLANK, "name": BLANK, "number": signature(facts, "bapas")["number"]}
        ],
    }


def _minutes(facts: ReportFacts, site: ReportSite) -> dict[str, Any]:
    lang = facts.lang

    def said(code: str, **fields: object) -> str:
        return words.say(f"reports.letter.minutes.{code}", lang=lang, **fields)

    visit = site.visits[0] if site.visits else None
    date = day_text(str(visit["on"]), lang=lang) if visit else BLANK
    rows = [[label, text] for label, text in visit["answers"]] if visit else []
    return {
        "site": site.name,
        "lead": said(
            "lead",
            date=date,
            team=str(visit["team"]) if visit else BLANK,
            site=site.name,
            address=_address(facts, site),
        ),
        "unseen": "" if visit else said("unseen"),
        "rows": rows or [[said(f"row.{name}"), BLANK] for name in UNSEEN],
    }


def _consent(facts: ReportFacts, site: ReportSite) -> dict[str, Any]:
    lang = facts.lang

    def said(code: str, **fields: object) -> str:
        return words.say(f"reports.letter.consent.{code}", lang=lang, **fields)

    rows = [
        ("office", BLANK),
        ("agency", site.agency or BLANK),
        ("site", site.name),
        ("address", _address(facts, site)),
        ("days", when_text(site) or BLANK),
        ("capacity", site.capacity_text or BLANK),
        ("host", site.host_text or BLANK),
    ]
    conditions = [text for _, text in site.conditions]
    return {
        "site": site.name,
        "lead": said("lead"),
        "rows": [[said(f"row.{name}"), text] for name, text in rows],
        "agree": said("agree", programme=facts.programme_text),
        "points": [said("point.free"), said("point.safe"), said("point.host"), *conditions],
        "end": said("end"),
    }


def _village(facts: ReportFacts) -> dict[str, Any]:
    lang = facts.lang
    kind = facts.programme if facts.programme in {ADULTS, CHILDREN} else "pos-bapas"
    day = dt.date.fromisoformat(facts.made_on)
    known_limits = limits(kind, on=day) if kind != "pos-bapas" else None
    hours: dict[str, object] = {
        "least": words.number(known_limits.least_hours, lang=lang) if known_limits else "",
        "most": words.number(known_limits.most_hours, lang=lang) if known_limits else "",
        "law": known_limits.source if known_limits else "",
    }
    parts = []
    for name in VILLAGE:
        own = f"reports.letter.village.{kind}.{name}"
        code = own if words.knows(own, lang=lang) else f"reports.letter.village.{name}.text"
        title = words.say(f"reports.letter.village.{name}", lang=lang)
        parts.append([title, words.say(code, lang=lang, **hours)])
    return {
        "title": words.say(f"reports.letter.village.{kind}.title", lang=lang),
        "parts": parts,
        "contact": words.say(
            "reports.letter.village.contact", lang=lang, bapas=office_name(facts, "bapas")
        ),
    }
