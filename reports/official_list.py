"""The official list for court and prosecutor: approved sites that are valid on a day."""

from __future__ import annotations

from typing import Any

import words
from reports.facts import ReportFacts, ReportSite
from reports.frame import frame, signature
from reports.seal import seal_of
from reports.typeset import typeset
from reports.wording import day_text, known
from reports.xlsx import Sheet, book

COLUMNS = ("no", "site", "address", "kind", "days", "capacity", "host", "conditions", "until")
PUBLIC_COLUMNS = ("no", "site", "kind", "kecamatan")
SHEET_COLUMNS = (
    *("no", "site", "code", "kind", "address", "desa", "kecamatan", "days", "hours", "capacity"),
    *("host", "conditions", "agreement", "until"),
)
_WIDTHS = (5, 34, 20, 24, 34, 18, 18, 22, 22, 24, 34, 48, 24, 16)
_PUBLIC_WIDTHS = (5, 44, 30, 24)


def list_pdf(facts: ReportFacts) -> bytes:
    """Write the official list; of the public one only site, kind and kecamatan."""
    return typeset("daftar.typ", told(facts))


def told(facts: ReportFacts) -> dict[str, Any]:
    """Lay the list out as plain values."""
    lang = facts.lang

    def said(code: str, **fields: object) -> str:
        return words.say(f"reports.{code}", lang=lang, **fields)

    columns = PUBLIC_COLUMNS if facts.public else COLUMNS
    row = _public_row if facts.public else _row
    listed = facts.listed()
    return frame(facts, "daftar") | {
        "public": facts.public,
        "lead": said("list.lead", n=len(listed), on=day_text(facts.on, lang=lang))
        if listed
        else "",
        "columns": [said(f"column.{name}") for name in columns],
        "rows": [row(facts, k, site) for k, site in enumerate(listed, start=1)],
        "empty": said("list.empty", on=day_text(facts.on, lang=lang)),
        "notes": [] if facts.public else [said("list.leaves"), said("list.newest")],
        "last": said("said.12", run=facts.hash8),
        "signatures": [] if facts.public else [signature(facts, o) for o in ("bapas", "regency")],
    }


def _public_row(facts: ReportFacts, number: int, site: ReportSite) -> list[str]:
    return [str(number), site.name, site.kind, known(site.kecamatan, lang=facts.lang)]


def _row(facts: ReportFacts, number: int, site: ReportSite) -> list[str]:
    lang = facts.lang
    return [
        str(number),
        site.name,
        site.code or words.say("reports.no_code", lang=lang),
        known(", ".join(p for p in (site.address, site.desa, site.kecamatan) if p), lang=lang),
        site.kind,
        known(when_text(site), lang=lang),
        known(site.capacity_text, lang=lang),
        known(site.host_text, lang=lang),
        conditions_text(facts, site),
        day_text(site.valid_until, lang=lang) if site.valid_until else known("", lang=lang),
        site.agreement,
    ]


def when_text(site: ReportSite) -> str:
    """Say when a site receives, once: hours that differ by day name the days themselves."""
    if ";" in site.hours_text:
        return site.hours_text
    return " ".join(part for part in (site.days_text, site.hours_text) if part)


def conditions_text(facts: ReportFacts, site: ReportSite) -> str:
    """Write a site's conditions out, or that it has none."""
    told_ = [text for _, text in site.conditions]
    return "; ".join(told_) or words.say("reports.no_conditions", lang=facts.lang)


def list_xlsx(facts: ReportFacts) -> bytes:
    """Write the official list as a workbook; of the public one only site, kind and kecamatan."""
    lang = facts.lang

    def said(code: str, **fields: object) -> str:
        return words.say(f"reports.{code}", lang=lang, **fields)

    listed = facts.listed()
    columns: tuple[str, ...] = PUBLIC_COLUMNS if facts.public else SHEET_COLUMNS
    widths: tuple[float, ...] = _PUBLIC_WIDTHS if facts.public else _WIDTHS
    if facts.public:
        rows: list[list[Any]] = [
            [k, *_public_row(facts, k, site)[1:]] for k, site in enumerate(listed, start=1)
        ]
    else:
        rows = [_cells(facts, k, site) for k, site in enumerate(listed, start=1)]
    head = frame(facts, "daftar")
    notes = [
        *([head["synthetic"]] if facts.synthetic else []),
        said("list.lead", n=len(listed), on=day_text(facts.on, lang=lang)),
        head["run"],
        said("said.12", run=facts.hash8),
    ]
    sheet = Sheet(
        title=head["kind"],
        headers=[said(f"column.{name}") for name in columns],
        rows=rows,
        widths=widths,
        notes=notes,
    )
    return book(
        [sheet],
        title=head["title"],
        made_on=facts.made_on,
        keywords=seal_of(facts, "daftar").text,
    )


def _cells(facts: ReportFacts, number: int, site: ReportSite) -> list[Any]:
    lang = facts.lang
    texts = (site.days_text, site.hours_text, site.capacity_text, site.host_text)
    return [
        number,
        site.name,
        site.code or None,
        site.kind,
        site.address or None,
        site.desa or None,
        site.kecamatan or None,
        *(known(text, lang=lang) for text in texts),
        conditions_text(facts, site),
        site.agreement or None,
        site.valid_until or None,
    ]
