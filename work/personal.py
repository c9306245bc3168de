"""Nothing of a person's comes in with a visit: numbers are masked, names taken out stay out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from data.files.personal import masked
from data.pseudonyms import Pseudonyms
from geo.errors import Note
from surveys.responses import Response


def without_persons(response: Response, people: Pseudonyms) -> tuple[Response, tuple[Note, ...]]:
    """Return a submission as it may be stored: no number like a NIK, no name that was taken out.

    Returns
    -------
    Response
    tuple of Note
        ``private.number_masked`` for each answer in which a number was.
    """
    answers, notes = {}, []
    for name, answer in response.answers.items():
        kept, found = _masked(people.without_all(answer) if people.forgotten else answer)
        answers[name] = kept
        if found:
            fields = {"site": response.candidate, "question": name}
            notes.append(Note(row=None, code="private.number_masked", fields=fields))
    surveyor, team = (masked(people.who(text))[0] for text in (response.surveyor, response.team))
    told = MappingProxyType(answers)
    return replace(response, surveyor=surveyor, team=team, answers=told), tuple(notes)


def _masked(value: Any) -> tuple[Any, int]:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, Mapping):
        return value, 0  # a point
    if isinstance(value, (list, tuple)):
        pairs = [_masked(one) for one in value]
        return type(value)(told for told, _ in pairs), sum(found for _, found in pairs)
    return value, 0
