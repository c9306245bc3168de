"""The offline web form: one HTML file with everything in it, and nothing in it but ours.

No address is ever asked. Every name of a site stands in a block of JSON that no script runs from,
and enters the page as text only; a Content-Security-Policy that lists the hash of each script lets
nothing else run (DESIGN §8).
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from functools import cache
from pathlib import Path
from typing import Any

import words
from surveys.questions import (
    POINT_ACCURACY_M,
    Field,
    Spec,
    choice_label,
    hint,
    label,
    opening,
    question_text,
)
from surveys.sites import PackInput, PackSite

STATIC = Path(__file__).parents[1] / "static"
PROGRAM = (
    "text.js",
    "coordinates.js",
    "photos.js",
    "answers.js",
    "store.js",
    "carry.js",
    "fields.js",
    "point.js",
    "saving.js",
    "page.js",
)
"""Parts of the program, in the order they are joined."""
_SAYS = "surveys.web."
_AS_TEXT = str.maketrans(
    {"<": r"\u003c", ">": r"\u003e", "&": r"\u0026", "\u2028": r"\u2028", "\u2029": r"\u2029"}
)


def webform_html(pack: PackInput, *, lang: str | None = None) -> bytes:
    """Write the form of one team as one HTML file.

    Parameters
    ----------
    pack : PackInput
    lang : {"id", "en"}, optional
        The language it opens in; it can be switched on the phone.

    Returns
    -------
    bytes
        UTF-8. The file works without a network, and without storage or geolocation, which phones
        refuse to a file that was tapped in a chat.
    """
    first = lang or words.language.get()
    told = json.dumps(_page_data(pack, first), ensure_ascii=False, separators=(",", ":"))
    style, library, program = _parts()
    policy = (
        f"default-src 'none'; script-src {_hash(library)} {_hash(program)}; "
        f"style-src {_hash(style)}; img-src data: blob:; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    text = (
        f'<!DOCTYPE html>\n<html lang="{first}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Tapak · {html.escape(pack.team)} · {html.escape(pack.study_name)}</title>\n"
        f"<style>{style}</style>\n</head>\n<body>\n"
        '<header><div class="top"><b>Tapak</b>'
        '<button type="button" id="language"></button></div></header>\n'
        f'<div class="lines"><p id="opening">{html.escape(opening(first))}</p>\n'
        '<p id="synthetic" hidden></p><p id="keeping" role="status"></p></div>\n'
        f'<main id="main"><noscript>{html.escape(_say("no_script", first))}</noscript></main>\n'
        f'<script type="application/json" id="data">{told.translate(_AS_TEXT)}</script>\n'
        f"<script>{library}</script>\n<script>{program}</script>\n</body>\n</html>\n"
    )
    return text.encode("utf-8", errors="replace")


@cache
def _parts() -> tuple[str, str, str]:
    """Return style, library and program, with the line ends a browser reads them with."""
    font = (STATIC / "fonts" / "plus-jakarta-sans-latin-wght-normal.woff2").read_bytes()
    style = (
        "@font-face{font-family:'Plus Jakarta Sans';font-weight:200 800;font-display:block;"
        f"src:url(data:font/woff2;base64,{base64.b64encode(font).decode('ascii')}) "
        f"format('woff2')}}\n{_text('field/page.css')}"
    )
    ours = "\n".join(_text(f"field/{name}") for name in PROGRAM)
    program = f'(() => {{\n"use strict";\n{ours}\nstart();\n}})();'
    return style, _text("vendor/qrcode/qrcode.js"), program


def _text(name: str) -> str:
    return (STATIC / name).read_text("utf-8").replace("\r\n", "\n")


def _hash(body: str) -> str:
    digest = hashlib.sha256(body.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _page_data(pack: PackInput, lang: str) -> dict[str, Any]:
    return {
        "lang": lang,
        "study": pack.study_name,
        "programme": pack.programme,
        "team": pack.team,
        "pack": pack.pack_id,
        "form_version": pack.form_version,
        "valid_until": pack.valid_until,
        "synthetic": pack.synthetic,
        "emergency": pack.emergency,
        "accuracy_m": POINT_ACCURACY_M,
        "sites": [_site(site) for site in pack.sites],
        "questions": [
            {"n": question.number, "fields": [_field(field) for field in question.fields]}
            for question in pack.spec.questions
        ],
        "words": {one: _words(pack, one) for one in words.LANGUAGES},
    }


def _site(site: PackSite) -> dict[str, Any]:
    told = {name: getattr(site, name) for name in PackSite.__dataclass_fields__}
    told["must"] = told.pop("must_answer")
    return told


def _field(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "type": field.type,
        "choices": field.choices,
        "required": field.required,
        "min": field.minimum,
        "max": field.maximum,
        "relevant": field.relevant,
        "layout": field.layout,
        "starred": field.starred,
    }


def _words(pack: PackInput, lang: str) -> dict[str, Any]:
    conditions = {code for site in pack.sites for code in site.conditions}
    return {
        "opening": opening(lang),
        "say": {
            code.removeprefix(_SAYS): text
            for code, text in words.sentences(lang).items()
            if code.startswith(_SAYS)
        },
        "conditions": {c: words.say(f"condition.{c}", lang=lang) for c in sorted(conditions)},
        "questions": {q.number: question_text(q, lang) for q in pack.spec.questions},
        "fields": _field_words(pack.spec, lang),
    }


def _field_words(spec: Spec, lang: str) -> dict[str, Any]:
    return {
        field.name: {
            "label": label(field, lang),
            "hint": hint(field, lang),
            "choices": [choice_label(field, choice, lang) for choice in field.choices],
        }
        for field in spec.fields
    }


def _say(code: str, lang: str) -> str:
    return words.say(f"{_SAYS}{code}", lang=lang)
