"""The summary for leadership: two pages to decide from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import words
from geo.figures import Figure
from reports.directions import where_text
from reports.district_map import district_map
from reports.facts import ReportFacts, ReportSite
from reports.frame import day_or_blank, frame, signature
from reports.georeference import georeferenced
from reports.typeset import printable, typeset
from reports.wording import BLANK, cut, known

_TABLE_MM, _ROW_MM, _ROW_LINE_MM, _TEXT_MM, _NOTE_MM = 158.0, 2.9, 3.2, 4.1, 3.1
"""Room of the second page beside signatures, and what rows, lines and notes take of it."""
LONGEST = {"name": 80, "place": 50, "dissent": 320, "decision": 420, "condition": 100}
"""Letters that leave the second page to the signatures; other documents have texts whole."""
MAP, MAP_WIDTH_MM = "peta.svg", 166.0
STEPS = ((9.0, 520), (8.4, 520), (7.8, 520), (7.8, 360), (7.8, 240), (7.8, 170))
"""Size of the text (pt) and longest sentence (letters), from what is wished to what must do."""
_HIGHEST_MM, _LEAST_MM, _PAGE_MM, _UNDER_MAP_MM = 96.0, 26.0, 214.0, 31.0
_LINE, _GAP_MM, _LETTERS_PT = 0.4, 2.1, 860.0
"""Height of a line in mm a point, room between sentences, letters of a line times their size."""
_TITLE_MM, _TITLE_LETTERS = 8.0, 30
_RAGGED = 1.5
"""Texts with words that had to be broken fill their lines worse."""
FIRST_PAGE = (1, 3, 4, 10, 5, 6, 7, 8, 9, 11)
SIGNING = ("prosecutor", "bapas", "regency")
COLUMNS = ("no", "site", "place", "where", "rank", "score", "state", "conditions")
WORDS = ("sites", "no_sites", "dissent", "decision")


def summary_pdf(facts: ReportFacts) -> bytes:
    """Write the summary: sentences, map, proposed sites, what is asked, blocks to sign.

    Returns
    -------
    bytes
        A tagged PDF of two pages.
    """
    sites = [facts.site(name) for name in facts.proposed]
    tall = _first_page(facts)[1]
    drawn = district_map(facts, sites, width_mm=MAP_WIDTH_MM, height_mm=tall) if tall else None
    files = {} if drawn is None else {MAP: drawn.svg}
    made = typeset("ringkasan.typ", told(facts, drawn), files=files)
    return made if drawn is None else georeferenced(made, [drawn])


def told(facts: ReportFacts, drawn: Figure | None = None) -> dict[str, Any]:
    """Lay the summary out as plain values, around a map that is drawn already."""
    lang = facts.lang

    def said(code: str, **fields: object) -> str:
        return words.say(f"reports.{code}", lang=lang, **fields)

    sites = [facts.site(name) for name in facts.proposed]
    shown = _fitting(facts, sites)
    size, _, sentences = _first_page(facts)
    place = cut(facts.settings.get("place", BLANK), LONGEST["place"])
    return frame(facts, "ringkasan") | {
        "size": size,
        "boxes": _boxes(facts),
        "sentences": [{"lead": said(f"summary.lead.{n}"), "text": text} for n, text in sentences],
        "words": {name: said(f"summary.{name}") for name in WORDS},
        "columns": [said(f"column.{name}") for name in COLUMNS],
        "rows": [_row(facts, k, site) for k, site in enumerate(shown, start=1)],
        "more": said("summary.more_sites", n=len(sites) - len(shown))
        if len(sites) > len(shown)
        else "",
        "notes": [said("score.note"), said("way.from")],
        "conditions": conditions(facts, shown),
        "conditions_title": said("conditions"),
        "dissent": cut(facts.settings.get("dissent", ""), LONGEST["dissent"]) or said("none_noted"),
        "decision": cut(facts.sentences.get(2, ""), LONGEST["decision"]),
        "last": cut(facts.sentences.get(12, ""), LONGEST["dissent"]),
        "signed": said("summary.signed", place=place, date=day_or_blank(facts, "decision_date")),
        "signatures": [signature(facts, office) for office in SIGNING],
        "map": drawn and {"file": MAP, "alt": drawn.alt, "width": drawn.width_mm},
    }


def _first_page(facts: ReportFacts) -> tuple[float, float, list[tuple[int, str]]]:
    """Fit the sentences to the first page.

    Returns
    -------
    size_pt, map_mm, sentences
        The map takes what the sentences leave (0: nothing); where that is too little, the text is
        set smaller, and then cut.
    """
    wished = [(n, facts.sentences[n]) for n in FIRST_PAGE if n in facts.sentences]
    for size, longest in STEPS:
        shown = [(n, cut(text, longest)) for n, text in wished]
        lines = sum(math.ceil(_letters(text) * size / _LETTERS_PT) for _, text in shown)
        left = _page_mm(facts) - _UNDER_MAP_MM - lines * size * _LINE - len(shown) * _GAP_MM
        if left >= _LEAST_MM:
            return size, min(left, _HIGHEST_MM), shown
    return size, 0.0, shown


def _page_mm(facts: ReportFacts) -> float:
    """Return the height of the first page under its title; a long title takes a second line."""
    return _PAGE_MM - (_TITLE_MM if len(facts.study_name) > _TITLE_LETTERS else 0.0)


def _letters(text: str) -> float:
    made = printable(text)
    return len(made) * (_RAGGED if made != text else 1.0)


def _fitting(facts: ReportFacts, sites: Sequence[ReportSite]) -> list[ReportSite]:
    """Return the first sites whose rows leave room for the signatures."""
    notes = sum(map(_letters, conditions(facts, sites)))
    texts = [cut(facts.settings.get("dissent", ""), LONGEST["dissent"])]
    texts += [cut(facts.sentences.get(n, ""), LONGEST["decision"]) for n in (2, 12)]
    lines = sum(math.ceil(_letters(text) / 90) for text in texts)
    left = _TABLE_MM - _NOTE_MM * math.ceil(notes / 125) - _TEXT_MM * lines
    shown = []
    for site in sites:
        name = _letters(cut(site.name, LONGEST["name"])) / 22
        kind = _letters(cut(site.kind, LONGEST["place"])) / 24
        place = _letters(cut(_place(site), LONGEST["place"])) / 15
        codes = len(site.conditions) / 2.5
        tall = max(math.ceil(name) + math.ceil(kind), math.ceil(place), math.ceil(codes), 2)
        left -= _ROW_MM + _ROW_LINE_MM * tall
        if left < 0:
            break
        shown.append(site)
    return shown


def _place(site: ReportSite) -> str:
    return ", ".join(part for part in (site.desa, site.kecamatan) if part)


def _boxes(facts: ReportFacts) -> list[list[str]]:
    """Return the figures that stand out: number and what it is; unknown ones are left out."""
    own, lang = facts.figures, facts.lang

    def box(number: str, code: str, **fields: object) -> list[str]:
        return [number, words.say(f"reports.summary.box.{code}", lang=lang, **fields)]

    def percent(name: str) -> str:
        return words.say("ui.percent", lang=lang, n=words.number(100 * float(own[name]), lang=lang))

    found = []
    if "proposed" in own:
        all_ = own["kecamatan_all"]
        found.append(box(str(own["proposed"]), "proposed", k=own["kecamatan"], all=all_))
    if own.get("t1") is not None:
        t0 = words.number(float(own["t0"]), lang=lang)
        found.append(box(words.number(float(own["t1"]), lang=lang), "minutes", t0=t0))
    if "near_share" in own:
        found.append(box(percent("near_share"), "near"))
    if "complete" in own:
        found.append(box(f"{own['complete']} / {own['n']}", "complete"))
    if "unknown_share" in own:
        found.append(box(percent("unknown_share"), "unknown"))
    return found[:4]


def _row(facts: ReportFacts, number: int, site: ReportSite) -> dict[str, Any]:
    lang = facts.lang
    score, low, high = (
        words.number(value, 2, lang=lang) for value in (site.score, site.low, site.high)
    )
    return {
        "no": str(number),
        "name": cut(site.name, LONGEST["name"]),
        "kind": cut(site.kind, LONGEST["place"]),
        "place": known(cut(_place(site), LONGEST["place"]), lang=lang),
        "where": where_text(facts, site),
        "rank": site.rank_text,
        "score": words.say("reports.score", lang=lang, score=score, low=low, high=high),
        "state": site.readiness_text,
        "conditions": ", ".join(code for code, _ in site.conditions) or "–",
    }


def conditions(facts: ReportFacts, sites: Sequence[ReportSite]) -> list[str]:
    """Say once what the codes of some sites' conditions mean."""
    found = dict(sorted({pair for site in sites for pair in site.conditions}))
    told_: list[str] = []
    for code, text in found.items():
        short = cut(text, LONGEST["condition"])
        told_.append(words.say("reports.condition_line", lang=facts.lang, code=code, text=short))
    return told_
