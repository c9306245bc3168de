"""A result as the plain JSON values that the command line promises (docs/cli.md)."""

from __future__ import annotations

import math
from typing import Any

import words
from reports.wording import day_text
from scoring.exclusions import Exclusion
from scoring.study import StudyResult
from scoring.weights import Scenario


def weights_set_by(scenario: Scenario) -> str:
    """Say who set the weights, or that nobody has yet."""
    if not scenario.set_by:
        return words.say("weights.initial")
    on = day_text(scenario.set_on)
    return words.say("weights.set", by=scenario.set_by, on=on, basis=scenario.basis)


def _degrees(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def ranking_json(result: StudyResult) -> dict[str, Any]:
    """Lay out a result as plain JSON values; unknown places have null coordinates."""
    frame, ranking, judgement = result.candidates.frame, result.ranking, result.judgement
    keys = [c.key for c in result.criteria]
    readiness, sites, survey_first = judgement.readiness, [], []
    columns = {name: frame[name].tolist() for name in frame.columns if name != "geometry"}
    row_of = {candidate: i for i, candidate in enumerate(columns["id"])}
    contributions = ranking.scores.contributions.tolist()
    for at, i in enumerate(ranking.order.tolist()):
        place = _place(columns, i)
        sites.append(
            place
            | {
                "desa": columns["desa"][i],
                "kecamatan": columns["kecamatan"][i],
                "agency": columns["agency"][i],
                "placed": columns["placed"][i],
                "rank": int(ranking.rank[at]),
                "score": float(ranking.scores.score[at]),
                "low": float(ranking.scores.low[at]),
                "high": float(ranking.scores.high[at]),
                "coverage": float(ranking.scores.coverage[at]),
                "readiness": readiness[i],
                "conditions": list(judgement.conditions[i]),
                "contributions": dict(zip(keys, contributions[at], strict=True)),
            }
        )
        if judgement.first_gate[i]:
            survey_first.append(_first(result, i, place["id"]))
    return {
        "programme": result.scenario.programme,
        "run": "",
        "sites": sites,
        "survey_first": survey_first,
        "excluded": [_excluded(columns, row_of[e.candidate], e) for e in judgement.excluded],
        "weights_set_by": weights_set_by(result.scenario),
    }


def _place(columns: dict[str, list[Any]], i: int) -> dict[str, Any]:
    return {
        "id": columns["id"][i],
        "name": columns["name"][i],
        "kind": columns["kind"][i],
        "lon": _degrees(columns["lon"][i]),
        "lat": _degrees(columns["lat"][i]),
    }


def _first(result: StudyResult, i: int, candidate: str) -> dict[str, Any]:
    gate = result.judgement.first_gate[i]
    number = result.catalogue.gates[gate].questions[0]
    find = gate == "G9" and bool(result.judgement.no_point[i])
    text = words.say("survey.find_point") if find else words.say(f"question.{number}")
    return {"id": candidate, "gate": gate, "question": number, "text": text}


def _excluded(columns: dict[str, list[Any]], i: int, e: Exclusion) -> dict[str, Any]:
    kind = words.say(f"kind.{columns['kind'][i]}")
    gate = words.say(f"gate.{e.gate}") if e.gate else ""
    return _place(columns, i) | {
        "row": int(columns["row"][i]),
        "reason": e.reason,
        "text": words.say(f"excluded.{e.reason}", kind=kind, gate=gate),
        "basis": e.basis,
        "layer": e.source,
        "value": e.value,
    }


def evidence_json(row: dict[Any, Any]) -> dict[str, Any]:
    """Return one row of evidence as JSON values; NaN becomes null."""
    plain = {
        str(k): (None if isinstance(v, float) and math.isnan(v) else v) for k, v in row.items()
    }
    plain.pop("candidate")
    return plain


def unknown_json(result: StudyResult, k: int) -> dict[str, Any]:
    """Say what one unknown criterion weighs, what is assumed for it, and what would tell."""
    criterion = result.criteria[k]
    weight = float(result.ranking.weights[k])
    return {
        "criterion": criterion.key,
        "weight": weight,
        "assumed": criterion.prior,
        "contribution": weight * criterion.prior,
        "questions": list(criterion.questions),
    }
