"""The survey: 25 questions, said once, from which every channel is written and read back."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import words
from scoring.criteria import load_catalogue
from scoring.kinds import kinds

OPENING = "surveys.opening"
"""Key of the line every form and every sheet begins with (CRITERIA §8)."""
NOTHING = "tidak_ada"
"""Among many: looked for and nothing found. It excludes every other choice of the field."""
HEADER = (
    "submission",
    "site",
    "surveyor",
    "team",
    "programme",
    "form_version",
    "started_at",
    "ended_at",
    "note",
)
"""What every channel carries beside the answers."""
POINT_ACCURACY_M = 20.0
"""A recorded point must be at least this good; one pasted by hand says so instead."""
_THERE = ("q02", ("sesuai", "berbeda"))
_ASKED_ONLY_THERE = 4
_FILE = Path(__file__).with_name("questions.toml")


class FieldType(StrEnum):
    """What kind of answer a field takes."""

    POINT = "point"
    CHOICE = "choice"
    MANY = "many"
    INTEGER = "integer"
    DECIMAL = "decimal"
    TEXT = "text"
    PHOTO = "photo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing to be answered.

    Parameters
    ----------
    name : str
        Its name in every channel: ``"q05"``, ``"q05_syarat"``.
    question : int
    type : FieldType
    choices : tuple of str
        Keys, in the order they are shown and stored.
    required : bool
    minimum, maximum : float, optional
        Bounds of a number, included.
    relevant : (str, tuple of str), optional
        Shown only when that field's answer is one of these.
    layout : {"", "grid", "checklist", "scale", "likert"}
    starred : bool
        "Tidak" here is a gate, not a low score.
    """

    name: str
    question: int
    type: FieldType
    choices: tuple[str, ...] = ()
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    relevant: tuple[str, tuple[str, ...]] | None = None
    layout: str = ""
    starred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question: the programmes that ask it, what its answers do, and its fields."""

    number: int
    programmes: tuple[str, ...]
    links: tuple[str, ...]
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """The survey of one programme.

    ``version`` is the first 8 hex digits of the sha256 of the canonical JSON of its fields, so two
    forms with the same version ask the same.
    """

    programme: str
    letter: str
    questions: tuple[Question, ...]
    version: str

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field, in the order of the form."""
        return tuple(field for question in self.questions for field in question.fields)

    def field(self, name: str) -> Field:
        """Return a field by its name.

        Raises
        ------
        KeyError
            When this programme does not ask it.
        """
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)


@cache
def spec(programme: str) -> Spec:
    """Return the survey of a programme, such as ``"kerja-sosial"``.

    Raises
    ------
    TapakError
        When there is no such programme; the sentence names those there are.
    """
    letter = load_catalogue().programme(programme).letter
    asked = tuple(q for q in questions() if letter in q.programmes)
    told = [_plain(field) for question in asked for field in question.fields]
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    version = hashlib.sha256(text.encode()).hexdigest()[:8]
    return Spec(programme=programme, letter=letter, questions=asked, version=version)


@cache
def questions() -> tuple[Question, ...]:
    """Read every question of every programme, by number."""
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))["question"]
    return tuple(_question(int(number), row) for number, row in table.items())


def _question(number: int, row: Mapping[str, Any]) -> Question:
    reads = load_catalogue().questions[number]
    links = [reads["link"], *(more["link"] for more in reads.get("also", ()))]
    links += ["gate"] * ("gate" in reads) + ["condition"] * ("condition" in reads)
    return Question(
        number=number,
        programmes=tuple(row["programmes"]),
        links=tuple(dict.fromkeys(links)),
        fields=tuple(_field(number, one) for one in row["fields"]),
    )


def _field(number: int, row: Mapping[str, Any]) -> Field:
    choices = row.get("choices", ())
    told = row.get("relevant")
    relevant = (str(told[0]), tuple(told[1])) if told else None
    return Field(
        name=row["name"],
        question=number,
        type=FieldType(row["type"]),
        choices=tuple(sorted(kinds())) if choices == "kinds" else tuple(choices),
        required=row.get("required", False),
        minimum=row.get("minimum"),
        maximum=row.get("maximum"),
        relevant=relevant or (_THERE if number >= _ASKED_ONLY_THERE else None),
        layout=row.get("layout", ""),
        starred=row.get("starred", False),
    )


def _plain(field: Field) -> dict[str, object]:
    return {name: getattr(field, name) for name in Field.__dataclass_fields__}


def label(field: Field, lang: str | None = None) -> str:
    """Say what a field asks, as it stands beside the field."""
    return words.say(f"surveys.field.{field.name}", lang=lang)


def choice_label(field: Field, choice: str, lang: str | None = None) -> str:
    """Say what a choice means: the field's own word, else the word all fields share."""
    layout = f"surveys.{field.layout or 'choice'}.{choice}"
    asked = (f"surveys.choice.{field.name}.{choice}", layout, f"surveys.choice.{choice}")
    code = next((c for c in asked if words.knows(c, lang=lang)), f"kind.{choice}")
    return words.say(code, lang=lang)


def question_text(question: Question, lang: str | None = None) -> str:
    """Say a question in full, as the surveyor reads it out."""
    return words.say(f"surveys.question.{question.number:02d}", lang=lang)


def hint(field: Field, lang: str | None = None) -> str:
    """Say what helps to answer a field, or "" where nothing needs to be said."""
    code = f"surveys.hint.{field.name}"
    return words.say(code, lang=lang) if words.knows(code, lang=lang) else ""


def opening(lang: str | None = None) -> str:
    """Say the line every form begins with: places are judged, never people."""
    return words.say(OPENING, lang=lang)
