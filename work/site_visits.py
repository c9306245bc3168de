"""What accepted visits said of a site, in words: who came when, days, capacity, pendamping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import words
from data.pseudonyms import Pseudonyms
from data.records import ResponseRecord
from data.workspace import Study
from surveys.questions import Field, FieldType, choice_label, label, spec
from surveys.responses import moment

KEY_FIELDS = (
    *("q02", "q04", "q05", "q05_syarat", "q06", "q07", "q08", "q09", "q10", "q11_pisah", "q12"),
    *("q13", "q15", "q16", "q16_tahun", "q18", "q19", "q20", "q21", "q22_a", "q22_b", "q23"),
    *("q24", "q24_dokumen", "q25_m2", "q25_kondisi", "q25_fasilitas", "q25_ruang"),
)
"""What a document shows of a visit; reasons that residents gave stay inside."""
DAYS = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")
PARTS = ("pagi", "siang", "sore")
CHECKLIST = "q14_"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteVisits:
    """The accepted visits of one site.

    ``answers`` is the newest answer to every field; texts are "" while unknown.
    """

    visits: tuple[Mapping[str, Any], ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    days_text: str = ""
    hours_text: str = ""
    capacity_text: str = ""
    host_text: str = ""


NOBODY = SiteVisits()
"""A place that nobody has visited."""


def visits_of(study: Study, programme: str) -> dict[str, SiteVisits]:
    """Read the accepted visits of a programme, by site, newest first.

    A visit is told by its team; where it has none, by its surveyor's pseudonym.
    """
    rows: dict[str, list[ResponseRecord]] = {}
    for row in study.store.responses("accepted"):
        if row.programme == programme:
            rows.setdefault(row.candidate, []).append(row)
    people = study.store.pseudonyms()
    return {site: _site(own, programme, people) for site, own in sorted(rows.items())}


def _when(row: ResponseRecord) -> str:
    return moment(row.ended_at) or moment(row.started_at) or row.received_at


def _site(rows: Sequence[ResponseRecord], programme: str, people: Pseudonyms) -> SiteVisits:
    oldest_first = sorted(rows, key=lambda r: (_when(r), r.id))
    answers: dict[str, Any] = {}
    for row in oldest_first:
        answers |= row.answers
    days, hours = open_text(answers.get("q11") or ())
    return SiteVisits(
        visits=tuple(_visit(row, programme, people) for row in reversed(oldest_first)),
        answers=answers,
        days_text=days,
        hours_text=hours,
        capacity_text=capacity_text(answers),
        host_text=_said("q12", answers, programme),
    )


def _visit(row: ResponseRecord, programme: str, people: Pseudonyms) -> dict[str, Any]:
    asked = {f.name: f for f in spec(programme).fields}
    told = [
        (label(asked[name]), _text(asked[name], row.answers[name]))
        for name in KEY_FIELDS
        if name in asked and row.answers.get(name) not in (None, "", [])
    ]
    checked = checklist(row.answers)
    if checked is not None:
        told.append((words.say("reports.visit.checklist"), checklist_text(row.answers)))
    return {
        "team": row.team or people.of(row.surveyor),
        "on": _when(row)[:10],
        "answers": tuple(told),
        "photos": tuple(
            {"name": str(p["name"]), "sha256": str(p["sha256"]), "file": row.raw_sha256}
            for p in row.photos
            if p.get("sha256")
        ),
    }


def _text(asked: Field, answer: Any) -> str:
    if asked.type is FieldType.CHOICE:
        return choice_label(asked, str(answer))
    if asked.type is FieldType.MANY:
        return ", ".join(choice_label(asked, str(one)) for one in answer)
    if isinstance(answer, int | float):
        year = asked.name == "q16_tahun"
        return str(int(answer)) if year else words.number(answer, int(answer != int(answer)))
    return str(answer)


def _said(name: str, answers: Mapping[str, Any], programme: str) -> str:
    asked = {f.name: f for f in spec(programme).fields}.get(name)
    return _text(asked, answers[name]) if asked and answers.get(name) else ""


def checklist(answers: Mapping[str, Any]) -> bool | None:
    """Tell whether every starred item of the safety list is met; None while one is not answered.

    An item that does not apply is met.
    """
    starred = [f.name for f in spec("kerja-sosial").fields if f.starred]
    given = [answers.get(name) for name in starred]
    if any(one == "tidak" for one in given):
        return False
    return None if any(one is None for one in given) else True


def checklist_text(answers: Mapping[str, Any]) -> str:
    """Say how many of the items that apply are met."""
    given = [v for k, v in answers.items() if k.startswith(CHECKLIST) and v in {"ya", "tidak"}]
    return words.say("reports.visit.checked", n=given.count("ya"), of=len(given))


def open_text(slots: Sequence[str]) -> tuple[str, str]:
    """Say on which days and at which hours a place receives (question 11).

    Returns
    -------
    days, hours : str
        ``("Senin–Kamis, Sabtu", "pagi dan siang")``; hours that differ by day are told day by day.
    """
    by_day: dict[str, list[str]] = {}
    for day in DAYS:
        parts = [part for part in PARTS if f"{day}_{part}" in slots]
        if parts:
            by_day[day] = parts
    if not by_day:
        return "", ""
    alike = {tuple(parts) for parts in by_day.values()}
    if len(alike) == 1:
        return _ranges(list(by_day)), _parts(alike.pop())
    by_parts: dict[tuple[str, ...], list[str]] = {}
    for day, parts in by_day.items():
        by_parts.setdefault(tuple(parts), []).append(day)
    told = [f"{_ranges(days)} {_parts(parts)}" for parts, days in by_parts.items()]
    return _ranges(list(by_day)), "; ".join(told)


def _parts(parts: Sequence[str]) -> str:
    if len(parts) == len(PARTS):
        return words.say("reports.part.all")
    return words.say("reports.and").join(words.say(f"reports.part.{part}") for part in parts)


def _ranges(days: Sequence[str]) -> str:
    """Say days in a row as a range."""
    runs: list[list[int]] = []
    for at in (DAYS.index(day) for day in days):
        if runs and runs[-1][-1] == at - 1:
            runs[-1].append(at)
        else:
            runs.append([at])
    told = []
    for run in runs:
        names = [words.say(f"reports.day.{DAYS[at]}") for at in (run[0], run[-1])]
        told.append(names[0] if len(run) == 1 else "–".join(names))
    return ", ".join(told)


def capacity_text(answers: Mapping[str, Any]) -> str:
    """Say how many people a day and hours a week a place can take (questions 10 and 6)."""
    told = []
    for name, code in (("q10", "reports.capacity.people"), ("q06", "reports.capacity.hours")):
        if isinstance(answers.get(name), int | float):
            told.append(words.say(code, n=words.number(float(answers[name]))))
    return " · ".join(told)
