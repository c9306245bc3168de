"""The workbook of a run: every figure in typed cells, one sheet for each kind of question."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import words
from reports.facts import ReportFacts, ReportSite
from reports.frame import frame
from reports.seal import seal_of
from reports.xlsx import Cell, Sheet, book

KIND = "buku-kerja"
DEGREES, FIGURE, SHARE, DAY = "0.000000", "0.0000", "0.0%", "yyyy-mm-dd"
_PLACE = (
    *(("id", 14.0), ("name", 38.0), ("kind", 22.0), ("agency", 28.0), ("code", 16.0)),
    *(("address", 30.0), ("desa", 18.0), ("kecamatan", 18.0), ("lon", 12.0), ("lat", 12.0)),
)
_STANDING = (
    *(("rank", 10.0), ("rank_range", 14.0), ("score", 10.0), ("score_low", 10.0)),
    *(("score_high", 10.0), ("coverage", 12.0), ("readiness", 16.0), ("conditions", 44.0)),
    *(("p_first", 12.0), ("p_top", 12.0), ("p_gate", 12.0), ("ask_first", 40.0), ("state", 18.0)),
    *(("listed", 10.0), ("valid_until", 14.0), ("days", 18.0), ("hours", 18.0)),
    *(("capacity", 20.0), ("host", 30.0), ("visits", 10.0)),
)
_EVIDENCE = (
    *(("id", 14.0), ("name", 38.0), ("criterion", 34.0), ("value", 26.0), ("gives", 12.0)),
    *(("unknown", 12.0), ("source", 30.0), ("when", 14.0), ("by", 20.0)),
)
_FORMATS = {
    **dict.fromkeys(("lon", "lat"), DEGREES),
    **dict.fromkeys(("score", "score_low", "score_high", "gives"), FIGURE),
    **dict.fromkeys(("coverage", "p_first", "p_top", "p_gate", "weight"), SHARE),
    "valid_until": DAY,
}
Columns = Sequence[tuple[str, float]]


def workbook_xlsx(facts: ReportFacts) -> bytes:
    """Write the workbook: read-me, sites, scores, evidence, exclusions, weights, sources.

    Returns
    -------
    bytes
        XLSX without any formula; what is not known is an empty cell, never a zero.
    """
    sheets = (_read_me, _sites, _scores, _evidence, _excluded, _weights, _sources)
    return book(
        [make(facts) for make in sheets],
        title=frame(facts, KIND)["title"],
        made_on=facts.made_on,
        keywords=seal_of(facts, KIND).text,
    )


def _sheet(
    facts: ReportFacts, name: str, columns: Columns, rows: Sequence[Sequence[Cell]]
) -> Sheet:
    lang = facts.lang
    return Sheet(
        title=words.say(f"reports.book.{name}", lang=lang),
        headers=[words.say(f"reports.field.{key}", lang=lang) for key, _ in columns],
        rows=rows,
        widths=[width for _, width in columns],
        formats=[_FORMATS.get(key, "") for key, _ in columns],
    )


def _yes(facts: ReportFacts, told: bool) -> str:
    return words.say(f"reports.book.{'yes' if told else 'no'}", lang=facts.lang)


def _place(site: ReportSite) -> list[Cell]:
    texts = (site.id, site.name, site.kind, site.agency, site.code, site.address)
    return [*(t or None for t in (*texts, site.desa, site.kecamatan)), site.lon, site.lat]


def _sites(facts: ReportFacts) -> Sheet:
    rows = [_place(site) + _standing(facts, site) for site in facts.sites]
    return _sheet(facts, "sites", (*_PLACE, *_STANDING), rows)


def _standing(facts: ReportFacts, site: ReportSite) -> list[Cell]:
    until = dt.date.fromisoformat(site.valid_until) if site.valid_until else None
    visited = (site.days_text, site.hours_text, site.capacity_text, site.host_text)
    return [
        *(site.rank, site.rank_text, site.score, site.low, site.high, site.coverage_0_1),
        site.readiness_text,
        "; ".join(text for _, text in site.conditions) or None,
        *(site.p_first, site.p_top, site.p_gate, site.ask_first or None),
        *(site.state_text, _yes(facts, site.listed), until),
        *(text or None for text in visited),
        len(site.visits),
    ]


def _scores(facts: ReportFacts) -> Sheet:
    """Contributions of every criterion, which sum to the score, and what of them is assumed."""
    lang = facts.lang
    titles = {c.key: c.title for c in facts.criteria}
    rows: list[list[Cell]] = []
    for site in facts.sites:
        given = {part.key: part.contribution for part in site.parts}
        assumed = [titles[part.key] for part in site.parts if part.unknown]
        parts = [given.get(key) for key in titles]
        rows.append([site.id, site.name, site.rank, site.score, *parts, "; ".join(assumed) or None])
    first = [words.say(f"reports.field.{k}", lang=lang) for k in ("id", "name", "rank", "score")]
    return Sheet(
        title=words.say("reports.book.scores", lang=lang),
        headers=[*first, *titles.values(), words.say("reports.field.assumed", lang=lang)],
        rows=rows,
        widths=[14.0, 38.0, 10.0, 10.0, *(14.0 for _ in titles), 50.0],
        formats=["", "", "", FIGURE, *(FIGURE for _ in titles), ""],
    )


def _evidence(facts: ReportFacts) -> Sheet:
    titles = {c.key: c.title for c in facts.criteria}
    rows: list[list[Cell]] = [
        [
            *(site.id, site.name, titles[part.key], part.value_text or None, part.contribution),
            _yes(facts, part.unknown),
            *(part.source or None, part.when or None, part.by or None),
        ]
        for site in facts.sites
        for part in site.parts
    ]
    return _sheet(facts, "evidence", _EVIDENCE, rows)


def _excluded(facts: ReportFacts) -> Sheet:
    rows = [[*_place(site), site.reason or None] for site in facts.excluded]
    return _sheet(facts, "excluded", (*_PLACE, ("reason", 60.0)), rows)


def _weights(facts: ReportFacts) -> Sheet:
    columns = (("key", 26.0), ("criterion", 40.0), ("group", 26.0), ("weight", 12.0))
    groups = {
        g: words.say(f"reports.site.group.{g}", lang=facts.lang) for g in ("benefit", "safety")
    }
    rows: list[list[Cell]] = [
        [c.key, c.title, groups.get(c.group, c.group), c.weight_0_1] for c in facts.criteria
    ]
    return _sheet(facts, "weights", columns, rows)


def _sources(facts: ReportFacts) -> Sheet:
    columns = (("layer", 28.0), ("source", 44.0), ("licence", 30.0), ("when", 16.0))
    return _sheet(facts, "sources", columns, [[t or None for t in row] for row in facts.sources])


def _read_me(facts: ReportFacts) -> Sheet:
    """Say what the workbook is, of which run, and how its columns are read."""
    lang = facts.lang

    def said(code: str) -> str:
        return words.say(f"reports.book.{code}", lang=lang)

    rows: list[list[Cell]] = [
        [said("study"), facts.study_name],
        [said("programme"), facts.programme_text],
        [said("run"), facts.run],
        [said("made_on"), dt.date.fromisoformat(facts.made_on)],
        [said("scenario"), facts.scenario],
        [said("set_by"), facts.weights_text],
    ]
    if facts.synthetic:
        rows.append([said("synthetic"), words.say("reports.frame.synthetic", lang=lang)])
    rows += [[said("how"), said(f"how.{n}")] for n in ("score", "unknown", "range", "text")]
    rows += [[said("sentence"), facts.sentences[n]] for n in sorted(facts.sentences)]
    rows.append([said("attribution"), facts.attribution or None])
    return Sheet(
        title=said("readme"),
        headers=[said("what"), said("told")],
        rows=rows,
        widths=[26.0, 110.0],
    )
