"""From accepted visits to rows of evidence: numbers, gates, conditions, and the point itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scoring.criteria import Catalogue
from scoring.evidence import COLUMNS, default_sd, rounded
from surveys.proofs import Part, conditions, gate_part
from surveys.questions import questions
from surveys.reads import told
from surveys.responses import Response, moment

ROW = (*COLUMNS, "surveyor", "submission", "question")
_GATE_SD = 0.5
_NOT_THERE = "tidak_ditemukan"


@dataclass(frozen=True, slots=True)
class _Said:
    """The latest answers one surveyor gave at one site, and where each question's came from."""

    candidate: str
    surveyor: str
    answers: Mapping[str, Any]
    source: Mapping[int, tuple[str, str]]


def evidence(responses: Iterable[Response], *, catalogue: Catalogue, letter: str) -> pd.DataFrame:
    """Turn accepted visits into evidence.

    Of one surveyor's visits to one site the latest answer to each question counts. A gate with
    several questions fails once one of them fails, and passes when all of them that the programme
    asks do. A written refusal stands instead of what was said of the same gate before it. Question
    4 widens every number by who gave it.

    Parameters
    ----------
    responses : iterable of Response
        Accepted ones; their order never matters, and the same one twice counts once.
    catalogue : Catalogue
    letter : str
        Programme letter.

    Returns
    -------
    DataFrame
        Columns `ROW`, in canonical order. ``origin`` is survey, or letter where a photo of the
        letter is there; ``taken_at`` is UTC. Conditions have link ``condition``, value 1.
    """
    rows: list[tuple[object, ...]] = []
    for said in _latest(responses):
        rows += _numbers(said, catalogue, letter)
        rows += _gates(said, catalogue, letter)
        rows += _conditions(said, catalogue)
    frame = pd.DataFrame(rows, columns=list(ROW))
    frame = frame.astype({"value": float, "sd": float})
    by = ["candidate", "criterion", "surveyor", "question", "taken_at", "submission"]
    frame = frame.sort_values(by, kind="stable")
    return _letters_stand(frame).reset_index(drop=True)


def _latest(responses: Iterable[Response]) -> list[_Said]:
    by_pair: dict[tuple[str, str], list[tuple[str, str, Response]]] = {}
    for one in responses:
        when = moment(one.ended_at) or moment(one.started_at)
        by_pair.setdefault((one.candidate, one.surveyor or one.team), []).append(
            (when, one.id, one)
        )
    found = []
    for (candidate, surveyor), visits in sorted(by_pair.items()):
        answers: dict[str, Any] = {}
        source: dict[int, tuple[str, str]] = {}
        for when, name, visit in sorted(visits, key=lambda v: v[:2]):
            for question in questions():
                given = {
                    f.name: visit.answers[f.name]
                    for f in question.fields
                    if f.name in visit.answers
                }
                if given:
                    for field in question.fields:
                        answers.pop(field.name, None)
                    answers |= given
                    source[question.number] = (when, name)
        found.append(_Said(candidate, surveyor, answers, source))
    return found


def _row(
    said: _Said,
    number: int,
    *,
    criterion: str,
    value: float,
    category: str,
    sd: float,
    unit: str,
    link: str,
    origin: str = "survey",
) -> tuple[object, ...]:
    when, submission = said.source[number]
    return (
        said.candidate,
        criterion,
        value,
        category,
        sd,
        unit,
        origin,
        submission,
        "",
        when,
        said.surveyor,
        link,
        said.surveyor,
        submission,
        str(number),
    )


def _numbers(said: _Said, catalogue: Catalogue, letter: str) -> list[tuple[object, ...]]:
    quality = catalogue.questions[4]["answers"].get(said.answers.get("q04"), {})
    factor = float(quality.get("sd_factor", 1.0))
    rows = []
    for number in said.source:
        for one in told(number, catalogue.questions[number], said.answers, letter=letter):
            criterion = catalogue.criteria[one.criterion]
            value = float(rounded(np.array(one.value), criterion.step))
            default = float(default_sd(criterion.sd, np.array(np.nan_to_num(value))))
            sd = (default if np.isnan(one.sd) else one.sd) * factor
            rows.append(
                _row(
                    said,
                    number,
                    criterion=one.criterion,
                    value=value,
                    category=one.category,
                    sd=round(sd, 9),
                    unit=criterion.unit[letter],
                    link=one.link,
                )
            )
    return rows


def _gates(said: _Said, catalogue: Catalogue, letter: str) -> list[tuple[object, ...]]:
    rows = []
    for gate in catalogue.gates.values():
        if letter not in gate.programmes:
            continue
        asked = [
            q.number
            for q in questions()
            if catalogue.questions[q.number].get("gate") == gate.code and letter in q.programmes
        ]
        parts = {
            n: part
            for n in asked
            if (part := gate_part(n, catalogue.questions[n], said.answers)) is not None
        }
        decided = _decided(parts, asked)
        if decided is not None:
            rows.append(
                _row(
                    said,
                    decided.question,
                    criterion=gate.code,
                    value=float(bool(decided.passes)),
                    category=decided.answer,
                    sd=_GATE_SD,
                    unit="probability",
                    link="gate",
                    origin="letter" if decided.letter else "survey",
                )
            )
    return rows


def _decided(parts: Mapping[int, Part], asked: Sequence[int]) -> Part | None:
    failing = [part for part in parts.values() if part.passes is False]
    if failing:
        return max(failing, key=lambda part: (part.letter, -part.question))
    needed = [n for n in asked if n != 21]  # the village head's letter only ever refuses
    if all(n in parts and parts[n].passes for n in needed) and needed:
        return parts[needed[0]]
    return None


def _conditions(said: _Said, catalogue: Catalogue) -> list[tuple[object, ...]]:
    return [
        _row(
            said,
            number,
            criterion=code,
            value=1.0,
            category=answer,
            sd=0.0,
            unit="condition",
            link="condition",
        )
        for number in said.source
        for code, answer in conditions(number, catalogue.questions[number], said.answers).items()
    ]


def _letters_stand(frame: pd.DataFrame) -> pd.DataFrame:
    """Drop what was said of a gate at a site before a letter refused it."""
    refused = frame.loc[(frame["origin"] == "letter") & (frame["value"] <= 0)]
    if refused.empty:
        return frame
    pair = ["candidate", "criterion"]
    since = refused.groupby(pair)["taken_at"].max()
    at = pd.MultiIndex.from_frame(frame[pair])
    letter = since.reindex(at).fillna("").to_numpy()
    before = (frame["link"] == "gate") & (frame["taken_at"] <= letter) & (frame["value"] > 0)
    return frame.loc[~before]


def positions(responses: Iterable[Response], *, default_sd_m: float = 20.0) -> pd.DataFrame:
    """Pick the point that moves each candidate: the most accurate, then the latest.

    A place that was not found has none. An accuracy that is unknown, or 0 because the point was
    placed by hand, counts as `default_sd_m` (question 1's limit).

    Returns
    -------
    DataFrame
        candidate, lon, lat (EPSG:4326), sd_m, submission; one row a candidate, in order.
    """
    rows = [
        (
            one.candidate,
            *one.position,
            one.accuracy_m or default_sd_m,
            one.id,
            moment(one.ended_at) or moment(one.started_at),
        )
        for one in responses
        if one.position is not None and one.answers.get("q02") != _NOT_THERE
    ]
    frame = pd.DataFrame(rows, columns=["candidate", "lon", "lat", "sd_m", "submission", "when"])
    frame = frame.astype({"lon": float, "lat": float, "sd_m": float})
    frame = frame.sort_values(["when", "submission"], ascending=False, kind="stable")
    frame = frame.sort_values(["candidate", "sd_m"], kind="stable").drop_duplicates("candidate")
    return frame.drop(columns="when").reset_index(drop=True)
