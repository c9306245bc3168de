"""Every sentence Tapak shows to a person: gettext catalogues, Indonesian first, English second.

Rooms below raise errors and notes that carry a *code* and *fields*; the sentence is made here, at
the edge. The catalogues (``locale/<lang>/LC_MESSAGES/<room>.po``) are keyed by code, so a sentence
is never written twice and both languages stand on equal footing.
"""

from __future__ import annotations

import gettext
import hashlib
import io
import os
import string
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("id", "en")
ROOMS = (
    "geo",
    "scoring",
    "data",
    "assets",
    "study",
    "maps",
    "surveys",
    "reports",
    "work",
    "life",
    "fetch",
    "ui",
    "home",
    "place",
    "sets",
    "compare",
    "survey",
    "propose",
    "layers",
    "history",
    "account",
    "private",
    "store",
    "cli",
    "deploy",
    "batch",
)
SOURCE = "words.source"
"""Under this a compiled catalogue keeps the sha256 of the .po file it was made of."""
LOCALE = Path(__file__).with_name("locale")
_ASKED = os.environ.get("TAPAK_LANG", "")
language: ContextVar[str] = ContextVar("language", default=_ASKED if _ASKED in LANGUAGES else "id")
"""The language of the sentences made in this context (a thread, a session, a command)."""

_SWAP = str.maketrans(",.", ".,")


class _Localised(string.Formatter):
    """Write floats the way the language does; leave whole numbers and text as they are."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def format_field(self, value: Any, format_spec: str) -> Any:
        if isinstance(value, float):
            text = format(value, format_spec or ",.2f")
            return text.translate(_SWAP) if self.lang == "id" else text
        return super().format_field(value, format_spec)


def catalogue_path(lang: str, room: str) -> Path:
    """Where the sentences of one room in one language are kept (a .po file)."""
    return LOCALE / lang / "LC_MESSAGES" / f"{room}.po"


def compile_catalogue(po: Path) -> bytes:
    """Compile a .po file to the bytes of a .mo file with Babel."""
    from babel.messages.mofile import write_mo  # only when no compiled catalogue is there
    from babel.messages.pofile import read_po

    told = po.read_bytes()
    catalogue = read_po(io.BytesIO(told))
    catalogue.add(SOURCE, hashlib.sha256(told).hexdigest())
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


@cache
def sentences(lang: str) -> dict[str, str]:
    """Read every sentence of one language, by code."""
    found: dict[str, str] = {}
    for room in ROOMS:
        po = catalogue_path(lang, room)
        if not po.exists():
            continue
        translations: Any = gettext.GNUTranslations(io.BytesIO(_compiled(po)))
        found |= {k: v for k, v in translations._catalog.items() if k and k != SOURCE}
    return found


def _compiled(po: Path) -> bytes:
    """Return the compiled sentences; those of an older file, as after an upgrade, are not used."""
    mo = po.with_suffix(".mo")
    if mo.exists():
        raw = mo.read_bytes()
        if hashlib.sha256(po.read_bytes()).hexdigest().encode() in raw:
            return raw
    return compile_catalogue(po)


def knows(code: str, *, lang: str | None = None) -> bool:
    """Tell whether a sentence with this code exists."""
    return code in sentences(lang or language.get())


def say(code: str, /, *, lang: str | None = None, **fields: object) -> str:
    """Make the sentence of a code.

    Parameters
    ----------
    code : str
        Key of the sentence in the catalogues, such as ``"file.empty"``.
    lang : {"id", "en"}, optional
        Defaults to the language of the current context.
    **fields
        Values for the placeholders. Floats are written with the language's decimal sign.

    Returns
    -------
    str
        Plain text. Never HTML: whoever puts it on a page escapes it there.

    Raises
    ------
    KeyError
        When no catalogue holds the code: a missing sentence is a defect, not an empty string.
    """
    lang = lang or language.get()
    return _Localised(lang).format(sentences(lang)[code], **fields)


def number(value: float, digits: int = 0, *, lang: str | None = None) -> str:
    """Write a number with grouping, the way the language does (1.234,5 in Indonesian)."""
    return _Localised(lang or language.get()).format(f"{{x:,.{digits}f}}", x=float(value))
