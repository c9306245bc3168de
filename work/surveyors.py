"""How far surveyors agree, how each leans, and whose visit moved which site."""

from __future__ import annotations

from typing import Any

import numpy as np

import words
from data.workspace import open_study
from scoring.evidence import resolve
from surveys.agreement import agreement, surveyor_bias
from work.as_json import ranking_json
from work.board import Board
from work.moved import moved_json, moved_title, run_before
from work.roles import require

GOOD, FAIR = 0.8, 0.667
"""Krippendorff (2004): α from 0.8 is relied on, from 0.667 only for tentative conclusions."""
LEANS_SD = 2.0
"""A lean is named once it stands this many of its sd from none."""
MOST_MOVED = 40


def agreements(board: Board) -> dict[str, Any]:
    """Tell how far surveyors agree and lean.

    Returns
    -------
    dict
        ``alphas``: ``[{criterion, title, sites, surveyors, alpha, level}]`` where level is good,
        fair, poor, alike (every answer was the same, so α says nothing) or unknown (no place was
        judged twice); ``leans``: ``[{criterion, title, surveyor, bias, sd, answers}]`` that
        stand out; ``surveyors``: how many were heard.
    """
    require("view_internal")
    result = board.result
    rows = result.evidence
    if "submission" not in rows or not rows["submission"].notna().any():
        return {"alphas": [], "leans": [], "surveyors": 0}
    visits = rows.loc[rows["submission"].notna() & rows["surveyor"].notna()]
    found = agreement(visits, result.criteria)
    alphas = [
        {
            "criterion": key,
            "title": words.say(f"criterion.{key}"),
            "sites": int(sites),
            "surveyors": int(people),
            "alpha": None if np.isnan(alpha) else float(alpha),
            "level": level_of(float(alpha), sites=int(sites)),
        }
        for key, sites, people, alpha in found.itertuples(index=False)
    ]
    return {
        "alphas": alphas,
        "leans": _leans(board, visits),
        "surveyors": int(visits["surveyor"].nunique()),
    }


def level_of(alpha: float, *, sites: int) -> str:
    """Say what an α of so many sites is worth; of NaN, whether answers were alike or unknown."""
    if np.isnan(alpha):
        return "alike" if sites else "unknown"
    return "good" if alpha >= GOOD else "fair" if alpha >= FAIR else "poor"


def _leans(board: Board, visits: Any) -> list[dict[str, Any]]:
    """Name leans that stand out, from the criteria that two or more surveyors answered."""
    shared = [
        c
        for c in board.result.criteria
        if visits.loc[visits["criterion"] == c.key, "surveyor"].nunique() > 1
    ]
    result = board.result
    before = result.evidence.loc[result.evidence["submission"].isna()]
    letter = result.catalogue.programme(result.scenario.programme).letter
    desk = resolve(before, result.candidates.ids, result.criteria, letter=letter)
    told = surveyor_bias(visits, tuple(shared), desk=desk)
    told = told.loc[(told["bias"].abs() > LEANS_SD * told["sd"]) & (told["sd"] > 0)]
    columns = ("criterion", "surveyor", "bias", "sd", "answers")
    return [
        dict(zip(columns, row, strict=True)) | {"title": words.say(f"criterion.{row[0]}")}
        for row in told[list(columns)].itertuples(index=False)
    ]


def moved_by_visits(board: Board) -> dict[str, Any]:
    """Tell who moved since the last ranking on record, because of whose visit.

    Returns
    -------
    dict
        ``since``: when that ranking was recorded, None without one to compare with; ``moved``:
        ``[{site, name, from, to, teams, because}]``, ``because`` the titles of what changed most.
    """
    require("view_internal")
    result, inputs = board.result, board.inputs
    if inputs is None:
        return {"since": None, "moved": []}
    with open_study(board.folder) as study:
        before = run_before(study, result, inputs.visits)
    rows = moved_json(before, ranking_json(result), result)
    return {
        "since": before.created_at if before else None,
        "moved": [
            {name: row[name] for name in ("site", "name", "from", "to")}
            | {
                "teams": sorted({c["team"] for c in row["because"]}),
                "because": list(dict.fromkeys(moved_title(c["criterion"]) for c in row["because"])),
            }
            for row in rows
            if row["because"]
        ][:MOST_MOVED],
    }
