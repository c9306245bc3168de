"""The columns of a visit in QField: who and when, every field of the survey, and its bounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import words
from surveys.qfield_columns import CHOICES, LAYER_IDS, SITES, Column, name, text
from surveys.questions import (
    NOTHING,
    POINT_ACCURACY_M,
    Field,
    FieldType,
    Spec,
    choice_label,
    label,
)
from surveys.sites import PackInput

_NO_ID_NUMBER = "NOT regexp_match(coalesce({column}, ''), '[0-9]{{16}}')"
_SQL = {
    FieldType.INTEGER: "MEDIUMINT",
    FieldType.DECIMAL: "REAL",
}
_HIDDEN: tuple[str, Mapping[str, Any]] = ("Hidden", {})
_PHOTO: Mapping[str, Any] = {
    "DocumentViewer": 1,
    "DocumentViewerHeight": 0,
    "DocumentViewerWidth": 0,
    "FileWidget": True,
    "FileWidgetButton": True,
    "FileWidgetFilter": "",
    "RelativeStorage": 1,
    "StorageMode": 0,
    "StorageType": "",
}


def visit_columns(pack: PackInput, lang: str | None = None) -> tuple[Column, ...]:
    """Name what the layer of visits holds: who and when, then every field, then a note."""
    answers = [c for one in pack.spec.fields for c in _answer(one, lang)]
    return (*_header(pack, lang), *answers, *_tail(lang))


def many_lists(spec: Spec, lang: str | None = None) -> list[tuple[str, int, str, str]]:
    """List the choices of every question with several answers: (field, order, key, label)."""
    return [
        (one.name, order, choice, choice_label(one, choice, lang))
        for one in spec.fields
        if one.type is FieldType.MANY
        for order, choice in enumerate(one.choices, start=1)
    ]


def _said(code: str, lang: str | None) -> str:
    return words.say(f"surveys.qfield.{code}", lang=lang)


def _fixed(named: str, value: str) -> Column:
    return Column(name=named, sql="TEXT", alias=named, widget=_HIDDEN, default=text(value))


def _header(pack: PackInput, lang: str | None) -> list[Column]:
    required = words.say("surveys.web.required", lang=lang)
    sites = {"Layer": LAYER_IDS[SITES], "LayerName": SITES, "Key": "site", "Value": "judul"}
    return [
        Column(
            name="submission",
            sql="TEXT",
            alias="submission",
            widget=_HIDDEN,
            default="uuid('WithoutBraces')",
            required=True,
            unique=True,
        ),
        Column(
            name="site",
            sql="TEXT",
            alias=_said("visit.site", lang),
            widget=("ValueRelation", {**_relation(sites), "OrderByValue": False}),
            required=True,
            says=required,
        ),
        Column(
            name="surveyor",
            sql="TEXT",
            alias=words.say("surveys.web.surveyor", lang=lang),
            required=True,
            check=_NO_ID_NUMBER.format(column='"surveyor"'),
            says=words.say("surveys.web.no_nik", lang=lang),
        ),
        _fixed("team", pack.team),
        _fixed("programme", pack.programme),
        _fixed("form_version", pack.form_version),
        _fixed("pack", pack.pack_id),
        *_clock("started", lang, renewed=False),
    ]


def _clock(named: str, lang: str | None, *, renewed: bool) -> list[Column]:
    """Keep a time twice: for people, and as milliseconds since 1970.

    A GeoPackage's time has no offset: QGIS writes the phone's own hour with a Z behind it, and
    seven hours are lost. The milliseconds are true in every time zone.
    """
    shown = {
        "display_format": "yyyy-MM-dd HH:mm",
        "field_format": "yyyy-MM-dd HH:mm:ss",
        "field_iso_format": False,
        "allow_null": True,
        "calendar_popup": True,
    }
    return [
        Column(
            name=f"{named}_at",
            sql="DATETIME",
            alias=_said(f"visit.{named}_at", lang),
            widget=("DateTime", shown),
            default="now()",
            renewed=renewed,
            editable=False,
        ),
        Column(
            name=f"{named}_ms",
            sql="INTEGER",
            alias=f"{named}_ms",
            widget=_HIDDEN,
            default="epoch(now())",
            renewed=renewed,
        ),
    ]


def _tail(lang: str | None) -> list[Column]:
    note = _plain_text("note", words.say("surveys.web.note", lang=lang), lang)
    count = 'if("revision" IS NULL, 0, "revision" + 1)'
    return [
        note,
        *_clock("ended", lang, renewed=True),
        Column(
            name="revision",
            sql="MEDIUMINT",
            alias="revision",
            widget=_HIDDEN,
            default=count,
            renewed=True,
        ),
    ]


def _relation(told: Mapping[str, Any]) -> dict[str, Any]:
    plain = {"AllowMulti": False, "AllowNull": True, "FilterExpression": "", "NofColumns": 1}
    return {**plain, "UseCompleter": False, "OrderByValue": False, **told}


def _plain_text(named: str, alias: str, lang: str | None) -> Column:
    return Column(
        name=named,
        sql="TEXT",
        alias=alias,
        widget=("TextEdit", {"IsMultiline": True, "UseHtml": False}),
        check=_NO_ID_NUMBER.format(column=name(named)),
        says=words.say("surveys.web.no_nik", lang=lang),
    )


def _answer(one: Field, lang: str | None) -> list[Column]:
    alias, sql = label(one, lang), _SQL.get(one.type, "TEXT")
    if one.type is FieldType.POINT:
        return _point(one, lang)
    if one.type is FieldType.TEXT:
        return [_plain_text(one.name, alias, lang)]
    if one.type is FieldType.PHOTO:
        return [Column(name=one.name, sql=sql, alias=alias, widget=("ExternalResource", _PHOTO))]
    if one.type in {FieldType.INTEGER, FieldType.DECIMAL}:
        return [_number(one, alias, sql, lang)]
    if one.type is FieldType.MANY:
        return [_many(one, alias, lang)]
    pairs = [{choice_label(one, choice, lang): choice} for choice in one.choices]
    needed = words.say("surveys.web.required", lang=lang) if one.required else ""
    return [
        Column(
            name=one.name,
            sql=sql,
            alias=alias,
            widget=("ValueMap", {"map": pairs}),
            required=one.required,
            says=needed,
        )
    ]


def _many(one: Field, alias: str, lang: str | None) -> Column:
    """Let several be ticked; "nothing" beside another answer contradicts it."""
    told = {
        "Layer": LAYER_IDS[CHOICES],
        "LayerName": CHOICES,
        "Key": "kunci",
        "Value": "label",
        "FilterExpression": f'"daftar" = {text(one.name)}',
        "AllowMulti": True,
    }
    column = name(one.name)
    alone = f"{column} IS NULL OR NOT ({column} LIKE '%{NOTHING}%' AND {column} LIKE '%,%')"
    barred = NOTHING in one.choices
    return Column(
        name=one.name,
        sql="TEXT",
        alias=alias,
        widget=("ValueRelation", _relation(told)),
        check=alone if barred else "",
        says=words.say("surveys.xlsform.nothing", lang=lang) if barred else "",
    )


def _number(one: Field, alias: str, sql: str, lang: str | None) -> Column:
    least, most = one.minimum or 0, one.maximum or 0
    bounds: dict[str, object] = {"Min": int(least), "Max": int(most), "Step": 1}
    if one.type is FieldType.DECIMAL:
        bounds = {"Min": float(least), "Max": float(most), "Step": 1.0, "Precision": 1}
    column = name(one.name)
    return Column(
        name=one.name,
        sql=sql,
        alias=alias,
        widget=("Range", {"AllowNull": True, "Style": "SpinBox", "Suffix": "", **bounds}),
        check=f"{column} IS NULL OR ({column} >= {least:g} AND {column} <= {most:g})",
        says=words.say("surveys.web.number_wrong", lang=lang, min=f"{least:g}", max=f"{most:g}"),
    )


def _point(one: Field, lang: str | None) -> list[Column]:
    """State how good the visit's own point is, and whether a receiver or a finger placed it.

    ``@gnss_horizontal_accuracy`` speaks of the receiver even when the point was placed by hand
    elsewhere; ``@position_horizontal_accuracy`` is empty then, and the point counts as placed by
    hand. Both are kept, the receiver's so that a reviewer can see it.
    """
    accuracy = name(f"{one.name}_accuracy")
    most = f"{POINT_ACCURACY_M:g}"
    return [
        Column(
            name=f"{one.name}_accuracy",
            sql="REAL",
            alias=_said("visit.accuracy", lang),
            widget=("TextEdit", {}),
            default="@position_horizontal_accuracy",
            check=f"{accuracy} IS NULL OR {accuracy} <= {most}",
            says=words.say("surveys.qfield.accuracy", lang=lang, most=most),
            editable=False,
        ),
        Column(
            name=f"{one.name}_source",
            sql="TEXT",
            alias=f"{one.name}_source",
            widget=_HIDDEN,
            default="if(@position_horizontal_accuracy IS NULL, 'map', 'gps')",
        ),
        Column(
            name="gnss_accuracy",
            sql="REAL",
            alias="gnss_accuracy",
            widget=_HIDDEN,
            default="@gnss_horizontal_accuracy",
        ),
    ]
