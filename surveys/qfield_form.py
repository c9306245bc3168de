"""The form of a visit in QField: a tab a section, a box a question, shown only when asked."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import words
from surveys.qfield_columns import name, text
from surveys.qfield_xml import child
from surveys.questions import Field, FieldType, Question, label, opening, question_text
from surveys.sites import PackInput

RELATION = "kunjungan_per_lokasi"
_SECTIONS = ((1, 3), (4, 12), (13, 14), (15, 18), (19, 23), (24, 25))
"""First and last question of each tab."""
Relevance = tuple[str, tuple[str, ...]] | None


def visit_form(layer: Element, pack: PackInput, lang: str | None) -> None:
    """Write the form of the visits: who and where, the questions by section, a note at the end."""
    form = child(layer, "attributeEditorForm")
    first = _box(form, words.say("surveys.qfield.tab.start", lang=lang), tab=True)
    if pack.synthetic:
        _box(first, words.say("surveys.web.synthetic", lang=lang))
    begun = _box(first, opening(lang))
    for column in ("site", "surveyor", "started_at"):
        _field(begun, column)
    for number, (low, high) in enumerate(_SECTIONS, start=1):
        asked = [q for q in pack.spec.questions if low <= q.number <= high]
        if asked:
            shared = asked[0].fields[0].relevant
            title = words.say(f"surveys.qfield.tab.{number}", lang=lang)
            tab = _box(form, title, tab=True, relevant=shared)
            for question in asked:
                _question(tab, question, shared, lang)
    last = _box(form, words.say("surveys.qfield.tab.end", lang=lang), tab=True)
    for column in ("note", "ended_at"):
        _field(last, column)


def site_form(layer: Element, columns: tuple[str, ...], lang: str | None) -> None:
    """Write the form of a site: what to know, and its visits, where a new one begins."""
    form = child(layer, "attributeEditorForm")
    for column in columns:
        _field(form, column)
    title = words.say("surveys.qfield.visits", lang=lang)
    visits = child(
        form,
        "attributeEditorRelation",
        name=RELATION,
        relation=RELATION,
        label=title,
        showLabel="1",
        relationWidgetTypeId="relation_editor",
        nmRelationId="",
        forceSuppressFormPopup="0",
    )
    child(visits, "editor_configuration", type="Map")


def _question(tab: Element, question: Question, shared: Relevance, lang: str | None) -> None:
    title = f"{question.number}. {question_text(question, lang)}"
    own = question.fields[0].relevant
    box = _box(tab, title, relevant=None if own == shared else own)
    for field in question.fields:
        if field.relevant in {own, shared}:
            _answer(box, field)
        else:
            _answer(_box(box, label(field, lang), relevant=field.relevant), field)


def _answer(box: Element, field: Field) -> None:
    _field(box, f"{field.name}_accuracy" if field.type is FieldType.POINT else field.name)


def _box(parent: Element, title: str, *, tab: bool = False, relevant: Relevance = None) -> Element:
    shown = ""
    if relevant:
        on, wanted = relevant
        shown = f"{name(on)} IN ({', '.join(text(one) for one in wanted)})"
    return child(
        parent,
        "attributeEditorContainer",
        name=title,
        groupBox=int(not tab),
        columnCount="1",
        showLabel="1",
        visibilityExpressionEnabled=int(bool(shown)),
        visibilityExpression=shown,
    )


def _field(parent: Element, column: str) -> None:
    child(parent, "attributeEditorField", name=column, index="-1", showLabel="1")
