"""The rows of an XLSForm: what is asked, when, and within which bounds, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import words
from surveys.questions import (
    NOTHING,
    POINT_ACCURACY_M,
    Field,
    FieldType,
    Question,
    Spec,
    choice_label,
    hint,
    label,
    opening,
    question_text,
)
from surveys.sites import PackInput

Row = dict[str, str]
Flavour = Literal["odk", "kobo"]
LANGUAGES = {"id": "Bahasa Indonesia (id)", "en": "English (en)"}
PHOTO_PIXELS = 1280
"""The longer side of a photo as it is sent."""
_CAPTURE_M = 10
_MANY_CHOICES = 8
_LAYOUTS = {
    "likert": "likert",
    "scale": "likert",
    "checklist": "columns-pack",
    "grid": "columns-3",
}
_TYPES = {
    FieldType.INTEGER: "integer",
    FieldType.DECIMAL: "decimal",
    FieldType.TEXT: "text",
    FieldType.PHOTO: "image",
}
_NO_ID_NUMBER = r"not(regex(., '[\s\S]*[0-9]{16}[\s\S]*'))"
_TWO_NUMBERS = r"regex(., '[\s\S]*[0-9][\s\S]*[,;\s][\s\S]*[0-9][\s\S]*')"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFiles:
    """Names of the files of sites with and without a point; "" where there are none."""

    placed: str
    unplaced: str

    @property
    def both(self) -> bool:
        """Whether some sites are on the map and some are not."""
        return bool(self.placed and self.unplaced)


def survey_rows(pack: PackInput, files: SiteFiles) -> list[Row]:
    """Make the rows of the survey sheet: who and where first, then question by question."""
    lists = _lists(pack.spec)
    rows = [*_header(pack), *_site_rows(files)]
    for question in pack.spec.questions:
        rows += _question_rows(question, lists, mapped=bool(files.placed))
    note = _row("text", "note", _said("surveys.web.note"), appearance="multiline")
    return [*rows, _bounded(note, _NO_ID_NUMBER, _said("surveys.web.no_nik"))]


def choice_rows(spec: Spec) -> list[Row]:
    """Make the rows of the choices sheet; fields with the same choices share a list."""
    fields = {name: spec.field(field) for field, name in reversed(_lists(spec).items())}
    return [
        {
            "list_name": name,
            "name": choice,
            **_both("label", lambda lang, f=field, c=choice: choice_label(f, c, lang)),  # type: ignore[misc]
        }
        for name, field in reversed(fields.items())
        for choice in field.choices
    ]


def columns(rows: Iterable[Row], *, but: Sequence[str] = ()) -> list[str]:
    """Name every column the rows use, in the order they first appear."""
    heads = dict.fromkeys(name for row in rows for name, text in row.items() if text)
    return [name for name in heads if name not in but]


def xpath_text(text: str) -> str:
    """Write a text as an XPath expression.

    XPath 1.0 has no escapes: quotes are joined from parts, and so is a dollar before a brace,
    which together would name a question.
    """
    clean = "".join(c for c in text if c >= " ")
    parts = [p for p in re.split(r"(')|(?<=\$)(?=\{)", clean) if p]
    told = [f'"{part}"' if part == "'" else f"'{part}'" for part in parts] or ["''"]
    return told[0] if len(told) == 1 else f"concat({', '.join(told)})"


def _both(head: str, say: Callable[[str], str]) -> Row:
    return {f"{head}::{name}": say(lang) for lang, name in LANGUAGES.items()}


def _said(code: str, **fields: object) -> Callable[[str], str]:
    return lambda lang: words.say(code, lang=lang, **fields)


def _row(kind: str, name: str, say: Callable[[str], str] | None = None, **more: str) -> Row:
    return {"type": kind, "name": name, **(_both("label", say) if say else {}), **more}


def _required(row: Row) -> Row:
    told = _both("required_message", _said("surveys.web.required"))
    return {**row, "required": row.get("required", "yes"), **told}


def _bounded(row: Row, constraint: str, say: Callable[[str], str]) -> Row:
    return {**row, "constraint": constraint, **_both("constraint_message", say)}


def _header(pack: PackInput) -> list[Row]:
    surveyor = _row("text", "surveyor", _said("surveys.web.surveyor"))
    surveyor |= _both("hint", _said("surveys.web.surveyor_hint"))
    fixed = {"team": pack.team, "programme": pack.programme, "form_version": pack.form_version}
    rows = [_row("start", "started_at"), _row("end", "ended_at")]
    rows += [_row("calculate", k, calculation=xpath_text(v)) for k, v in fixed.items()]
    if pack.synthetic:
        rows.append(_row("note", "contoh", _said("surveys.web.synthetic")))
    rows.append(_row("note", "pembuka", opening))
    return [*rows, _bounded(_required(surveyor), _NO_ID_NUMBER, _said("surveys.web.no_nik"))]


def _site_rows(files: SiteFiles) -> list[Row]:
    """Ask for the site: on the map, in a list where it has no point, or first one, then other."""
    placed, unplaced = _site_names(files)
    rows = []
    if files.placed:
        row = _row(_from_file(files.placed), placed, _said("surveys.xlsform.site"))
        row |= {"appearance": "map"}
        if files.placed.endswith(".geojson"):
            row["parameters"] = "value=id label=title"
        if files.both:
            rows.append(row | _both("hint", _said("surveys.xlsform.site_hint")))
        else:
            rows.append(_required(row))
    if files.unplaced:
        row = _row(_from_file(files.unplaced), unplaced, _said("surveys.xlsform.unplaced"))
        row |= {"appearance": "minimal"}
        if files.both:
            row["relevant"] = f"${{{placed}}} = ''"
        rows.append(_required(row))
    if files.both:
        rows.append(
            _row("calculate", "site", calculation=f"coalesce(${{{placed}}}, ${{{unplaced}}})")
        )
    rows.append(_row("calculate", "site_info", calculation=_looked_up(files, "info")))
    rows.append(_row("note", "site_tahu", lambda _: "${site_info}", relevant="${site_info} != ''"))
    if files.placed:
        only = SiteFiles(placed=files.placed, unplaced="")
        found = _looked_up(only, "geometry", name=placed)
        rows.append(_row("calculate", "site_geom", calculation=found))
    return rows


def _from_file(name: str) -> str:
    return f"select_one_from_file {name}"


def _site_names(files: SiteFiles) -> tuple[str, str]:
    return ("site_peta", "site_tanpa_titik") if files.both else ("site", "site")


def _looked_up(files: SiteFiles, child: str, *, name: str = "") -> str:
    placed, unplaced = _site_names(files)
    key = "id" if files.placed.endswith(".geojson") else "name"
    found = []
    if files.placed:
        found.append(f"instance('sites')/root/item[{key}=${{{name or placed}}}]/{child}")
    if files.unplaced:
        found.append(f"instance('unplaced')/root/item[name=${{{unplaced}}}]/{child}")
    return found[0] if len(found) == 1 else f"coalesce({', '.join(found)})"


def _question_rows(question: Question, lists: dict[str, str], *, mapped: bool) -> list[Row]:
    """Put a question on a page of its own; what all its fields wait for, the page waits for."""
    fields = question.fields
    shared = fields[0].relevant
    number = f"{question.number}. "
    begin = _row(
        "begin_group",
        f"p{question.number:02d}",
        lambda lang: number + question_text(question, lang),
        appearance="field-list",
        relevant=_relevance(shared),
    )
    rows = []
    for field in fields:
        if field.type is FieldType.POINT:
            rows += _point_rows(field, mapped=mapped)
        else:
            relevant = "" if field.relevant == shared else _relevance(field.relevant)
            rows.append({**_field_row(field, lists), "relevant": relevant})
    return [begin, *rows, _row("end_group", "")]


def _relevance(relevant: tuple[str, tuple[str, ...]] | None) -> str:
    if relevant is None:
        return ""
    on, wanted = relevant
    return " or ".join(f"selected(${{{on}}}, '{choice}')" for choice in wanted)


def _point_rows(field: Field, *, mapped: bool) -> list[Row]:
    """Ask for the place by GPS, good to 20 m, or as pasted text; the answer is whichever is there.

    What is calculated from the GPS is guarded: it stays empty until there is a position.
    """
    name, gps, pasted = field.name, f"{field.name}_gps", f"{field.name}_tempel"
    most = f"{POINT_ACCURACY_M:g}"
    point = _row("geopoint", gps, lambda lang: label(field, lang))
    point["parameters"] = (
        f"capture-accuracy={_CAPTURE_M} warning-accuracy={most} allow-mock-accuracy=false"
    )
    point |= _both("hint", lambda lang: hint(field, lang))
    if field.required:
        point = _required({**point, "required": f"string-length(${{{pasted}}}) = 0"})
    within = f"number(selected-at(., 3)) <= {most}"
    text = _row("text", pasted, _said("surveys.xlsform.paste"))
    text |= _both("hint", _said("surveys.xlsform.paste_hint"))
    given = f"if(string-length(${{{gps}}}) > 0, ${{{gps}}}, ${{{pasted}}})"
    rows = [
        _bounded(point, within, _said("surveys.xlsform.accuracy", most=most)),
        _bounded(text, _TWO_NUMBERS, _said("surveys.xlsform.paste_wrong")),
        _row("calculate", name, calculation=given),
    ]
    if mapped:
        ready = f"string-length(${{{gps}}}) > 0 and string-length(${{site_geom}}) > 0"
        metres = f"round(distance(concat(${{{gps}}}, ';', ${{site_geom}})), 0)"
        away = _said("surveys.web.away", distance="${jarak_m} m")
        rows.append(_row("calculate", "jarak_m", calculation=f"if({ready}, {metres}, '')"))
        rows.append(_row("note", "jarak", away, relevant="${jarak_m} != ''"))
    return rows


def _field_row(field: Field, lists: dict[str, str]) -> Row:
    kind = _TYPES.get(field.type, "")
    if field.type in {FieldType.CHOICE, FieldType.MANY}:
        kind = f"select_{'one' if field.type is FieldType.CHOICE else 'multiple'} "
        kind += lists[field.name]
    row = _row(kind, field.name, lambda lang: label(field, lang), appearance=_appearance(field))
    row |= _both("hint", lambda lang: hint(field, lang))
    if field.type is FieldType.PHOTO:
        row["parameters"] = f"max-pixels={PHOTO_PIXELS}"
    elif field.type is FieldType.TEXT:
        row = _bounded(row, _NO_ID_NUMBER, _said("surveys.web.no_nik"))
    elif field.type is FieldType.MANY and NOTHING in field.choices:
        alone = f"not(selected(., '{NOTHING}') and count-selected(.) > 1)"
        row = _bounded(row, alone, _said("surveys.xlsform.nothing"))
    elif field.minimum is not None and field.maximum is not None:
        least, most = f"{field.minimum:g}", f"{field.maximum:g}"
        told = _said("surveys.web.number_wrong", min=least, max=most)
        row = _bounded(row, f". >= {least} and . <= {most}", told)
    return _required(row) if field.required else row


def _appearance(field: Field) -> str:
    if field.type is FieldType.TEXT:
        return "multiline"
    if field.type is FieldType.CHOICE and len(field.choices) > _MANY_CHOICES:
        return "minimal"
    return _LAYOUTS.get(field.layout, "")


def _lists(spec: Spec) -> dict[str, str]:
    """Name the list of choices of each field, by field."""
    named: dict[tuple[tuple[str, str, str], ...], str] = {}
    found: dict[str, str] = {}
    for field in spec.fields:
        if field.choices:
            told = tuple(
                (c, choice_label(field, c, "id"), choice_label(field, c, "en"))
                for c in field.choices
            )
            found[field.name] = named.setdefault(told, f"l_{field.name}")
    return found
