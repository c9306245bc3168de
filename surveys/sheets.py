"""Sheets for a team without a phone: index, route, a form per site, and whom to call."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import words
from surveys.marks import site_lines
from surveys.questions import (
    Field,
    FieldType,
    Question,
    choice_label,
    label,
    opening,
    question_text,
)
from surveys.sites import PackInput, PackSite

_TEMPLATE = Path(__file__).with_name("sheets.typ")
_MANY_CHOICES = 24
"""A list longer than this (kinds of place) is written by hand."""
_WORDS = (
    *("index", "route", "emergency", "who", "number", "surveyor", "date", "began", "must"),
    *("valid", "form", "pack"),
)
_COLUMNS = ("day", "order", "hours", "name", "place", "position")


def sheets_pdf(pack: PackInput, *, lang: str | None = None) -> bytes:
    """Write the A4 sheets as a tagged PDF (PDF/UA-1), the same bytes for the same pack.

    Parameters
    ----------
    pack : PackInput
    lang : {"id", "en"}, optional

    Returns
    -------
    bytes
        With a fixed date of making, since no clock is read; the footer says until when it holds.
    """
    import typst

    data = json.dumps(_data(pack, lang), ensure_ascii=False)
    written = typst.compile(
        str(_TEMPLATE),
        sys_inputs={"data": data},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        timestamp=int(dt.datetime(2026, 1, 2, tzinfo=dt.UTC).timestamp()),
    )
    return bytes(written)


def _data(pack: PackInput, lang: str | None) -> dict[str, Any]:
    said = {name: words.say(f"surveys.sheet.{name}", lang=lang) for name in _WORDS}
    columns = [words.say(f"surveys.sheet.column.{name}", lang=lang) for name in _COLUMNS]
    days = sorted({site.day for site in pack.sites if site.day})
    return {
        "lang": lang or words.language.get(),
        "title": words.say("surveys.sheet.title", lang=lang, study=pack.study_name, team=pack.team),
        "opening": opening(lang),
        "synthetic": pack.synthetic,
        "valid_until": pack.valid_until,
        "form_version": pack.form_version,
        "pack": pack.pack_id,
        "words": {
            **said,
            "index_columns": columns,
            "synthetic": words.say("surveys.web.synthetic", lang=lang),
        },
        "emergency": [list(line) for line in pack.emergency],
        "days": [
            {
                "title": words.say("surveys.map.day", lang=lang, day=day),
                "stops": [f"{s.order}. {s.name}" for s in pack.sites if s.day == day],
            }
            for day in days
        ],
        "sites": [_site(site, lang) for site in pack.sites],
        "questions": [_question(q, lang) for q in pack.spec.questions],
    }


def _site(site: PackSite, lang: str | None) -> dict[str, Any]:
    at = "–" if site.lat is None or site.lon is None else f"{site.lat:.5f}, {site.lon:.5f}"
    return {
        "day": str(site.day or "–"),
        "order": str(site.order or "–"),
        "hours": f"{site.arrive}–{site.leave}" if site.arrive else "–",
        "name": site.name,
        "place": ", ".join(part for part in (site.desa, site.kecamatan) if part),
        "position": at,
        "title": f"{site.name} ({site.id})",
        "lines": [*site_lines(site, lang), at],
        "must": list(site.must_answer),
    }


def _question(question: Question, lang: str | None) -> dict[str, Any]:
    fields = [_field(field, lang, alone=len(question.fields) == 1) for field in question.fields]
    return {
        "number": question.number,
        "text": question_text(question, lang),
        "fields": fields,
    }


def _field(field: Field, lang: str | None, *, alone: bool) -> dict[str, Any]:
    listed = field.choices if len(field.choices) <= _MANY_CHOICES else ()
    boxes = [choice_label(field, choice, lang) for choice in listed]
    if field.type is FieldType.PHOTO:
        boxes = [words.say("surveys.sheet.photo_taken", lang=lang)]
    star = " *" if field.starred else ""
    return {"label": "" if alone else f"{label(field, lang)}{star}", "choices": boxes}
