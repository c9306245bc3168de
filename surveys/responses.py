"""One visit as it came back, read into the same answers whatever channel brought it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from geo.errors import Note
from surveys.cells import Answer, UnreadableError, read_cell
from surveys.headers import sort_row
from surveys.questions import Field, Spec

CHANNELS = ("odk", "kobo", "qfield", "web", "paper", "form")
_LONGEST = 80
_SHEET_TIME = re.compile(
    r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})[ T,]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?"
)
_WESTERN = dt.timezone(dt.timedelta(hours=7))
"""What a time without an offset is taken for: Western Indonesia Time (WIB)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One submission: who was where, and what was answered.

    Parameters
    ----------
    id : str
        The submission's own stable id.
    candidate : str
        Id of the site.
    position : (lon, lat), optional
        EPSG:4326, from question 1.
    accuracy_m : float, optional
        As the phone stated it; 0 is a point placed by hand, None unknown.
    answers : Mapping
        Field name → key, tuple of keys, int, float, text, file name, or a point's mapping.
        Unanswered fields have no entry.
    raw_sha256 : str
        Of the bytes it came in.
    """

    id: str
    candidate: str
    surveyor: str
    team: str
    programme: str
    channel: str
    form_version: str
    started_at: str
    ended_at: str
    position: tuple[float, float] | None
    accuracy_m: float | None
    answers: Mapping[str, Answer]
    raw_sha256: str
    edited: bool = False


def read_response(
    raw: Mapping[str, object], *, spec: Spec, channel: str, raw_sha256: str
) -> tuple[Response | None, tuple[Note, ...]]:
    """Read one flat row as a channel gives it.

    Parameters
    ----------
    raw : Mapping
        Keys: field or header names, with or without groups before them, or labels in either
        language. Values: keys or labels, points in one cell or in parts, one column a choice.
    spec : Spec
        The survey it answers.
    channel : str
        One of `CHANNELS`.
    raw_sha256 : str

    Returns
    -------
    response : Response or None
        None where the row names no submission or no site.
    notes : tuple of Note
        What could not be read or was not asked. Such an answer is left out, never guessed.
    """
    row = sort_row(raw, spec)
    header = row.header
    for name in ("submission", "site"):
        if not header.get(name):
            code = f"surveys.no_{name}"
            return None, (Note(row=None, code=code, fields={"site": header.get("site", "?")}),)
    answers, notes = _answers(row.fields, spec, site=header["site"])
    point = answers.get("q01")
    place = point if isinstance(point, Mapping) else None
    return Response(
        id=header["submission"],
        candidate=header["site"],
        surveyor=header.get("surveyor", ""),
        team=header.get("team", ""),
        programme=header.get("programme", spec.programme),
        channel=channel,
        form_version=header.get("form_version", ""),
        started_at=header.get("started_at", ""),
        ended_at=header.get("ended_at", ""),
        position=(_number(place["lon"]), _number(place["lat"])) if place else None,
        accuracy_m=_optional(place["accuracy_m"]) if place else None,
        answers=MappingProxyType(answers),
        raw_sha256=raw_sha256,
    ), tuple(notes)


def _number(value: object) -> float:
    return float(str(value))


def _optional(value: object) -> float | None:
    return None if value is None else _number(value)


def _answers(
    cells: Mapping[str, object], spec: Spec, *, site: str
) -> tuple[dict[str, Answer], list[Note]]:
    answers: dict[str, Answer] = {}
    notes: list[Note] = []
    not_asked: set[str] = set()
    for field in spec.fields:
        if not _asked(field, answers, not_asked):
            not_asked.add(field.name)
        if field.name not in cells:
            continue
        value = cells[field.name]
        why = "answer_not_asked"
        if field.name not in not_asked:
            try:
                answers[field.name] = read_cell(field, value)
            except UnreadableError as fault:
                why = fault.why
            else:
                continue
        told = {
            "site": site,
            "question": field.question,
            "field": field.name,
            "value": str(value)[:_LONGEST],
        }
        notes.append(Note(row=None, code=f"surveys.{why}", fields=told))
    return answers, notes


def _asked(field: Field, answers: Mapping[str, Answer], not_asked: set[str]) -> bool:
    """Tell whether a field was to be answered; what decides it being unanswered, it may be."""
    if field.relevant is None:
        return True
    on, wanted = field.relevant
    said = answers.get(on)
    given = said if isinstance(said, tuple) else (said,)
    return on not in not_asked and (said is None or any(one in wanted for one in given))


def moment(text: str) -> str:
    """Write a time as UTC to the second, ``2026-11-24T03:15:00Z``, or "" where it cannot be read.

    A time without an offset is taken for Western Indonesia Time. What a spreadsheet makes of one,
    ``20/11/2026 09.00``, is read where the day cannot be a month.
    """
    try:
        told = dt.datetime.fromisoformat(_iso(text.strip()))
        if told.tzinfo is None:
            told = told.replace(tzinfo=_WESTERN)
        return told.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):  # a moment of the first day or the last is beyond UTC
        return ""


def _iso(text: str) -> str:
    found = _SHEET_TIME.fullmatch(text)
    if not found:
        return text
    one, other, year, hour, minute, second = found.groups(default="00")
    day, month = (one, other) if int(other) <= 12 else (other, one)
    if int(day) <= 12 and day != month:
        return ""  # 05/11: the fifth of November here, the eleventh of May elsewhere
    return f"{year}-{month:0>2}-{day:0>2}T{hour:0>2}:{minute}:{second}"
