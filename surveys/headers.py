"""What a column of any channel is called: names, labels, groups before them, parts after them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import words
from scoring.kinds import fold
from surveys.questions import (
    HEADER,
    Field,
    FieldType,
    Spec,
    choice_label,
    label,
    question_text,
    spec,
)

_GROUPS = re.compile(r"[/\-.:]")
_NUMBER = re.compile(r"^\d+ ")
_ALSO = {
    "submission": (
        "root uuid",
        "instance id",
        "instanceid",
        "id submission",
        "uuid",
        "key",
    ),
    "site": ("candidate", "site id", "situs", "id lokasi", "site peta", "site tanpa titik"),
    "surveyor": ("enumerator", "submitter name", "submittername", "submitted by", "username"),
    "team": ("tim",),
    "programme": ("program",),
    "form_version": ("formversion", "versi formulir"),
    "started_at": ("start", "mulai"),
    "ended_at": ("end", "selesai", "submissiondate", "submission date", "submission time"),
    "note": ("notes", "catatan"),
}
"""Other names of the header, folded, in order of trust."""
_SAID = {
    "site": ("surveys.xlsform.site", "surveys.xlsform.unplaced"),
    "surveyor": ("surveys.web.surveyor",),
    "note": ("surveys.web.note",),
}
"""What our own form calls them: the heading of an export by labels."""
_PARTS = {
    "lat": ("latitude", "lat"),
    "lon": ("longitude", "lon", "lng"),
    "accuracy_m": ("accuracy", "accuracy m", "precision"),
    "source": ("source",),
}
_YES = frozenset({"1", "1.0", "true", "yes", "ya", "benar"})
_NO = frozenset({"0", "0.0", "false", "no", "tidak", "salah", ""})


@dataclass(frozen=True, slots=True)
class Target:
    """Where a column belongs: ``kind`` is header, field, choice or point; ``trust`` 0 is best."""

    kind: str
    name: str
    part: str = ""
    trust: int = 0


@cache
def _names(programme: str) -> Mapping[str, Target]:
    asked = spec(programme)
    found: dict[str, Target] = {}
    for field in asked.fields:
        for name, told in _names_of(field):
            found.setdefault(name, told)
    for question in asked.questions:
        first = question.fields[0].name
        if first == f"q{question.number:02d}":
            for lang in words.LANGUAGES:
                text = fold(question_text(question, lang))
                found.setdefault(text, Target("field", first, trust=1))
    for name in HEADER:
        found.setdefault(fold(name), Target("header", name))
        for code, lang in itertools.product(_SAID.get(name, ()), words.LANGUAGES):
            found.setdefault(fold(words.say(code, lang=lang)), Target("header", name, trust=1))
        for trust, other in enumerate(_ALSO[name], start=1):
            found.setdefault(other, Target("header", name, trust=trust))
    return found


def _names_of(field: Field) -> Iterator[tuple[str, Target]]:
    called = [(field.name, 0), *((label(field, lang), 1) for lang in words.LANGUAGES)]
    if field.type is FieldType.POINT:  # what the answer was calculated from
        called += [(f"{field.name}_gps", 1), (f"{field.name}_tempel", 2)]
    for told, trust in called:
        name = fold(told)
        yield name, Target("field", field.name, trust=trust)
        if field.type is FieldType.MANY:
            for choice in field.choices:
                said = (choice, *(choice_label(field, choice, lang) for lang in words.LANGUAGES))
                for one in said:
                    yield fold(f"{name} {one}"), Target("choice", field.name, choice)
        if field.type is FieldType.POINT:
            for part, endings in _PARTS.items():
                for ending in endings:
                    yield f"{name} {ending}", Target("point", field.name, part)


@lru_cache(maxsize=4096)
def target(programme: str, key: str) -> Target | None:
    """Find where a column belongs, or None where it is none of ours.

    Groups before the name (``visit/q05``, ``visit-q05``) are passed over, the longest name first,
    so that a label with a slash in it is found whole.
    """
    names, segments = _names(programme), _GROUPS.split(key)
    for i in range(len(segments)):
        name = fold(" ".join(segments[i:]))
        found = names.get(name) or names.get(_NUMBER.sub("", name))
        if found:
            return found
    return _behind_underscore(names, key)


def _behind_underscore(names: Mapping[str, Target], key: str) -> Target | None:
    """Find an answer behind groups that are parted by "_": ``p05_q05``, ``p01__q01_latitude``.

    Names hold "_" themselves, so the longest that is known counts, and never one of the header: a
    column of somebody's own may well end in "site" or "key".
    """
    parts = key.split("_")
    for i in range(1, len(parts)):
        found = names.get(fold(" ".join(parts[i:])))
        if found and found.kind != "header":
            return found
    return None


def blank(value: object) -> bool:
    """Tell an unanswered cell: nothing, an empty text, or a table's "not a number"."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return True
    return value is not True and value is not False and bool(value != value)  # noqa: PLR0124 - NaN


@dataclass(slots=True)
class Sorted:
    """A flat row, sorted into what it holds."""

    header: dict[str, str]
    fields: dict[str, object]


def sort_row(raw: Mapping[str, object], asked: Spec) -> Sorted:
    """Sort the columns of a flat row into header and fields.

    Of several columns for one field the most trusted that is not blank stands. One column a choice
    becomes a list of the choices ticked; parts of a point become a mapping.
    """
    best: dict[tuple[str, str, str], tuple[int, object]] = {}
    for key, value in raw.items():
        found = None if blank(value) else target(asked.programme, str(key))
        if found is None:
            continue
        place = (found.kind, found.name, found.part)
        if place not in best or found.trust < best[place][0]:
            best[place] = (found.trust, value)
    header = {n: str(v).strip() for (kind, n, _), (_, v) in best.items() if kind == "header"}
    fields: dict[str, object] = {n: v for (kind, n, _), (_, v) in best.items() if kind == "field"}
    ticked: dict[str, dict[str, object]] = {}
    for (kind, name, part), (_, value) in best.items():
        if kind in {"choice", "point"}:
            ticked.setdefault(name, {})[part] = value
    for name, parts in ticked.items():
        if name in fields:
            continue
        if asked.field(name).type is FieldType.POINT:
            fields[name] = parts
        elif any(said := [c for c, v in parts.items() if str(v).strip().casefold() not in _NO]):
            unclear = any(str(parts[c]).strip().casefold() not in _YES for c in said)
            fields[name] = list(map(str, parts.values())) if unclear else said
    return Sorted(header=header, fields=fields)
