"""What every page of every document carries: study, programme, run, language, what is invented."""

from __future__ import annotations

from typing import Any

import words
from reports.facts import ReportFacts
from reports.seal import seal_of
from reports.wording import BLANK, cut, day_text

_HEAD, _TITLE, _OFFICE, _WEIGHTS = 60, 60, 80, 140
"""Letters that a running head, a title, an office's name and a line about weights may have."""


def frame(facts: ReportFacts, kind: str) -> dict[str, Any]:
    """Return what `templates/tapak.typ` needs of a document.

    Parameters
    ----------
    facts : ReportFacts
    kind : str
        Of document; ``reports.kind.<kind>`` is its name.
    """
    lang = facts.lang
    return {
        "lang": lang,
        "made_on": facts.made_on,
        "seal": seal_of(facts, kind).words,
        "head": cut(facts.study_name, _HEAD),
        "study": facts.study_name,
        "programme": facts.programme_text,
        "kind": words.say(f"reports.kind.{kind}", lang=lang),
        "title": words.say(
            "reports.title",
            lang=lang,
            kind=words.say(f"reports.kind.{kind}", lang=lang),
            study=cut(facts.study_name, _TITLE),
        ),
        "run": words.say(
            "reports.frame.run", lang=lang, run=facts.hash8, on=day_text(facts.made_on, lang=lang)
        ),
        "page": words.say("reports.frame.page", lang=lang, page="@", of="#"),
        "synthetic": words.say("reports.frame.synthetic", lang=lang) if facts.synthetic else "",
        "weights": cut(facts.weights_text, _WEIGHTS),
    }


def office_name(facts: ReportFacts, name: str) -> str:
    """Return an office's name from the settings, or its kind with a line to fill in."""
    given = facts.settings.get(name)
    return cut(given, _OFFICE) if given else words.say(f"reports.blank.{name}", lang=facts.lang)


def day_or_blank(facts: ReportFacts, name: str) -> str:
    """Return a day from the settings written out, or a line to fill in."""
    given = facts.settings.get(name)
    return day_text(given, lang=facts.lang) if given else BLANK


def regent(facts: ReportFacts) -> str:
    """Name the head of the regency by office: *Bupati*, or of a city *Wali Kota*."""
    whole = facts.settings.get("regency", "")
    for kind in ("kabupaten", "kota"):
        if whole.casefold().startswith(f"{kind} "):
            return words.say(
                f"reports.sign.{kind}", lang=facts.lang, office=cut(whole[len(kind) + 1 :], _OFFICE)
            )
    return words.say("reports.sign.kabupaten", lang=facts.lang, office=cut(whole, _OFFICE) or BLANK)


def signature(facts: ReportFacts, office: str) -> dict[str, str]:
    """Return a block to sign: which office, and lines for name and number."""
    if office == "regency":
        role = regent(facts)
    else:
        name = office_name(facts, office)
        role = words.say(f"reports.sign.{office}", lang=facts.lang, office=name)
    number = words.say("reports.sign.number", lang=facts.lang)
    return {"role": role, "name": BLANK, "number": number}
