"""What a head of office wants to know first: what is decided, how sure, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from data.workspace import open_study
from scoring.study import StudyResult
from work.assemble import Assembled
from work.board import Board
from work.check import EXPECTED
from work.living import lives
from work.roles import require
from work.sureness import TOP, sure

DRAWS = 2_000
"""Enough for whole percent on a screen (sd below 1.2 points); a recorded run draws 10,000."""
SHORTLIST = 20


def home(board: Board) -> dict[str, Any]:
    """Sum a study up, as its board was measured and as people have acted on it since.

    Returns
    -------
    dict
        ``{programme, listed, kecamatan, kecamatan_served, ranked, excluded, survey_first, visited,
        visited_shortlist, shortlist, waiting, states: {state: n}, leaders: [{id, name, p_first}],
        clear_winner, contenders, unknown_share, weights_agreed, missing: [{kind, criteria}],
        agencies: [{name, sites, listed}], next}``. Shares are 0-1; ``missing`` names layers that
        are not there and the criteria nobody knows without them; ``next`` is one of
        `next_step`'s words.
    """
    require("view_internal")
    result, inputs = board.result, board.ground
    with open_study(board.folder) as study:
        standings = lives(study, result, inputs.layers)
        waiting = sum(len(study.store.responses(s)) for s in ("review", "conflict"))
        seen = {r.candidate for r in study.store.responses("accepted")}
        planned = study.store.latest_plan(result.scenario.programme) is not None
    told = _counts(result, {name: now.listed for name, now in standings.items()})
    states: dict[str, int] = {}
    for now in standings.values():
        states[now.state] = states.get(now.state, 0) + 1
    short = [result.candidates.ids[i] for i in result.ranking.order[:SHORTLIST].tolist()]
    told |= {
        "programme": result.scenario.programme,
        "states": states,
        "visited": len(seen & set(result.candidates.ids)),
        "visited_shortlist": sum(name in seen for name in short),
        "shortlist": len(short),
        "waiting": waiting,
        "planned": planned,
        "unknown_share": _unknown_share(result),
        "weights_agreed": bool(result.scenario.set_by),
        "missing": _missing(result, inputs),
        "synthetic": inputs.synthetic,
    }
    told |= _certainty(result)
    return told | {"next": next_step(told)}


def _counts(result: StudyResult, listed: Mapping[str, bool]) -> dict[str, Any]:
    frame = result.candidates.frame
    on_list = np.array([listed[name] for name in result.candidates.ids], dtype=bool)
    kecamatan = frame["kecamatan"].fillna("").to_numpy(dtype=object)
    agencies = [
        {"name": str(name), "sites": len(rows), "listed": int(on_list[rows].sum())}
        for name, rows in frame.groupby(frame["agency"].fillna("")).indices.items()
        if name
    ]
    readiness = np.asarray(result.judgement.readiness)[result.ranking.order]
    return {
        "listed": int(on_list.sum()),
        "ranked": len(result.ranking.order),
        "excluded": len(result.judgement.excluded),
        "survey_first": int((readiness == "survei_dulu").sum()),
        "kecamatan": len(set(kecamatan) - {""}),
        "kecamatan_served": len(set(kecamatan[on_list]) - {""}),
        "agencies": sorted(agencies, key=lambda a: (-int(a["sites"]), str(a["name"]))),
    }


def _unknown_share(result: StudyResult) -> float:
    """Return the weight (0-1) that is not known, in the mean of the first `TOP` sites."""
    rows = result.ranking.order[:TOP]
    if not len(rows):
        return 1.0
    return float((result.matrix.unknown[rows] @ result.ranking.weights).mean())


def _certainty(result: StudyResult) -> dict[str, Any]:
    found = sure(result, draws=DRAWS)
    if found is None:
        return {"leaders": [], "clear_winner": False, "threshold": None}
    names = dict(zip(result.candidates.frame["id"], result.candidates.frame["name"], strict=True))
    best = np.argsort(-found.p_first, kind="stable")[:5]
    return {
        "clear_winner": bool(found.clear_winner),
        "threshold": float(found.threshold),
        "leaders": [
            {
                "id": found.candidate_ids[k],
                "name": str(names[found.candidate_ids[k]]),
                "p_first": float(found.p_first[k]),
            }
            for k in best.tolist()
            if found.p_first[k] > 0
        ],
    }


def _missing(result: StudyResult, inputs: Assembled) -> list[dict[str, Any]]:
    """Name layers a study can hardly do without, and what nobody knows while they are missing."""
    present = {f.kind for f in inputs.files}
    nobody = np.atleast_1d(result.matrix.unknown.all(axis=0))
    dark = [
        c.key
        for c, none in zip(result.criteria, nobody, strict=True)
        if none and c.measure != "survey"
    ]
    found = [{"kind": kind} for kind in EXPECTED if kind not in present]
    return [*found, *({"criterion": key} for key in dark)]


def next_step(told: Mapping[str, Any]) -> str:
    """Choose the one thing to do next, in the order in which a study grows.

    Returns
    -------
    str
        ``assets``, ``layers``, ``weights``, ``review``, ``plan``, ``visit``, ``approve`` or
        ``report``.
    """
    steps: Sequence[tuple[str, bool]] = (
        ("assets", told["ranked"] + told["excluded"] == 0),
        ("layers", any(m.get("kind") in {"boundary", "areas"} for m in told["missing"])),
        ("review", told["waiting"] > 0),
        ("weights", not told["weights_agreed"]),
        ("plan", told["visited_shortlist"] < told["shortlist"] and not told["planned"]),
        ("visit", told["visited_shortlist"] < told["shortlist"]),
        ("approve", told["listed"] == 0),
    )
    return next((name for name, due in steps if due), "report")


def home_map(board: Board) -> str:
    """Draw the district with its sites as one page of HTML that needs no network."""
    from geo.maps import render_site_map
    from work.mapping import site_map

    require("view_internal")
    return render_site_map(site_map(board.result, board.ground, title=board.study_name))
