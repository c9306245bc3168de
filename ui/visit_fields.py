"""The fields of a visit's form, each as a thumb answers it; what is said goes into the draft."""

from __future__ import annotations

import base64
from typing import Any

import streamlit as st

import words
from geo.errors import TapakError
from surveys.questions import Field, FieldType, choice_label, hint, label
from ui.parts import plain
from ui.study import folder
from ui.uploads import our_words
from work.site_visits import DAYS, PARTS
from work.visit_form import Draft, drop_photo, keep_photo, point_text

_SHORT = 12
"""Up to so many characters a choice stands beside others; longer ones stand below each other."""


def show_field(draft: Draft, field: Field, *, alone: bool) -> None:
    """Show one field and put what was answered into the draft; nothing answered leaves no entry."""
    if field.type is FieldType.PHOTO:
        _photo(draft, field)
        return
    given = draft["answers"].get(field.name)
    said = _ASKED[field.type](draft, field, given, alone)
    if said in (None, "", []):
        draft["answers"].pop(field.name, None)
    else:
        draft["answers"][field.name] = said
    if note := hint(field) if not alone or field.type is not FieldType.POINT else "":
        st.caption(plain(note))


def _key(draft: Draft, field: Field) -> str:
    return f"visit-{draft['id'][:8]}-{field.name}"


def _choices(draft: Draft, field: Field, given: Any, alone: bool) -> Any:
    texts = {choice: plain(choice_label(field, choice)) for choice in field.choices}
    long = any(len(text) > _SHORT for text in texts.values())
    told: dict[str, Any] = {
        "selection_mode": "multi" if field.type is FieldType.MANY else "single",
        "default": given,
        "format_func": texts.__getitem__,
        "key": _key(draft, field),
        "width": "stretch" if long else "content",
        "label_visibility": "collapsed" if alone else "visible",
    }
    with st.container(key=f"visit-{'long' if long else 'short'}-{field.name}"):
        return st.pills(plain(label(field)), field.choices, **told)


def _many(draft: Draft, field: Field, given: Any, alone: bool) -> list[str]:
    if field.layout != "grid":
        return list(_choices(draft, field, given, alone) or ())
    st.text(label(field))
    chosen = []
    for day in DAYS:
        picked = st.pills(
            words.say(f"reports.day.{day}"),
            PARTS,
            selection_mode="multi",
            default=[part for part in PARTS if f"{day}_{part}" in (given or ())],
            format_func=lambda part: words.say(f"reports.part.{part}"),
            key=f"{_key(draft, field)}-{day}",
        )
        chosen += [f"{day}_{part}" for part in picked]
    return [choice for choice in field.choices if choice in chosen]


def _number(draft: Draft, field: Field, given: Any, _alone: bool) -> Any:
    whole = field.type is FieldType.INTEGER
    return st.number_input(
        plain(label(field)),
        min_value=None if field.minimum is None else (int if whole else float)(field.minimum),
        max_value=None if field.maximum is None else (int if whole else float)(field.maximum),
        value=given,
        step=1 if whole else 0.5,
        key=_key(draft, field),
    )


def _text(draft: Draft, field: Field, given: Any, _alone: bool) -> str:
    return st.text_area(
        plain(label(field)), value=given or "", max_chars=500, key=_key(draft, field)
    ).strip()


def _point(draft: Draft, field: Field, given: Any, _alone: bool) -> str:
    said = st.text_input(
        words.say("survey.form.paste"),
        value=given or "",
        max_chars=120,
        placeholder="-7.39712, 109.69451",
        key=_key(draft, field),
    ).strip()
    st.caption(words.say("survey.form.paste.hint"))
    if said and (read := point_text(folder(), draft["site"], said)):
        st.text(read)
    return said


def _photo(draft: Draft, field: Field) -> None:
    kept = draft["photos"].get(field.name)
    if kept:
        st.text(label(field))
        st.image(base64.b64decode(kept["data"].partition(",")[2]), width=260)
        if st.button(words.say("survey.form.other_photo"), key=f"{_key(draft, field)}-other"):
            drop_photo(draft, field.name)
        return
    turn = len(draft["photos"])
    our_words()
    file = st.file_uploader(
        plain(label(field)),
        type=["jpg", "jpeg", "png", "webp"],
        key=f"{_key(draft, field)}-{turn}",
    )
    if file is not None:
        try:
            keep_photo(draft, field.name, file.name, file.getvalue())
        except TapakError as fault:
            st.error(plain(fault.say()))


_ASKED = {
    FieldType.CHOICE: _choices,
    FieldType.MANY: _many,
    FieldType.INTEGER: _number,
    FieldType.DECIMAL: _number,
    FieldType.TEXT: _text,
    FieldType.POINT: _point,
}
