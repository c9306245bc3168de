"""One site on one page: where it stands, why, on what evidence, and what would change that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

import words
from data.pseudonyms import Pseudonyms
from data.store_life import EventRecord
from data.workspace import open_study
from geo.errors import InputError
from scoring.explain import lifts, strongest
from scoring.life import Standing, rules
from scoring.sentences import lift_sentence
from scoring.study import StudyResult
from surveys.questions import label, spec
from surveys.sites import hazard_lines
from work.board import Board
from work.close_map import neighbours
from work.living import lives, step_json
from work.photos import photos_of
from work.place_evidence import evidence_rows
from work.present import site_rows
from work.roles import may, require, require_inside
from work.site_facts import VISITED
from work.site_visits import SiteVisits, visits_of
from work.sureness import TOP, flips_json
from work.value_text import value_text

LIFTS = 5
NEIGHBOURS_SHOWN = 8
TELLING_M = 300.0
"""Within this, harmful places and those of children are all told (CRITERIA §3)."""
GROUPS = ("benefit", "safety")


def site_page(board: Board, site: str) -> dict[str, Any]:
    """Tell everything a page about one site shows.

    Parameters
    ----------
    board : Board
        As `work.board.open_board` makes it: nothing is measured again here.
    site : str

    Returns
    -------
    dict
        What `site_rows` says of the site, and ``address, code, agency, life, agreement, steps,
        parts, groups, evidence, lifts, flip, gates, conditions, hazards, neighbours, visits,
        photos, history, comments``. What a role may not see is empty.

    Raises
    ------
    InputError
        ``why.not_found``.
    NotAllowedError
        ``roles.other_agency`` when an agency asks for another one's site.
    """
    require("view")
    result = board.result
    if site not in result.candidates.ids or board.inputs is None:
        raise InputError("why.not_found", site=site)
    i = result.candidates.ids.index(site)
    require_inside(_plain(result.candidates.frame["agency"].iloc[i]))
    with open_study(board.folder) as study:
        now = lives(study, result, board.inputs.layers)[site]
        seen = visits_of(study, board.programme).get(site, SiteVisits())
        agreements = [s.agreement for s in study.store.steps(site) if s.agreement]
        events = study.store.events(subject=site) if may("audit") else ()
        said = study.store.comments(site)
        people = study.store.pseudonyms()
    rows = evidence_rows(result, board.inputs, i)
    return {
        **_standing(result, i),
        "life": step_json(site, now) | {"agreement": agreements[-1] if agreements else ""},
        "steps": next_steps(now),
        "parts": parts(result, i),
        "evidence": [_by_pseudonym(row, people) for row in rows],
        **_changes(result, i),
        "gates": gates(result, i),
        "conditions": [words.say(f"condition.{c}") for c in result.judgement.conditions[i]],
        "hazards": list(hazard_lines(result, i)),
        "neighbours": _near(board, site),
        "visits": [_titled(visit, board.programme) for visit in seen.visits],
        "photos": photos_of(board.folder, [seen]),
        "history": [_event(event) for event in reversed(events)],
        "comments": [{"at": c.at, "by": c.by, "said": c.said} for c in reversed(said)],
    }


def _by_pseudonym(row: dict[str, Any], people: Pseudonyms) -> dict[str, Any]:
    return row | {"by": people.of(row["by"])} if row["origin"] in VISITED else row


def _standing(result: StudyResult, i: int) -> dict[str, Any]:
    row, frame = site_rows(result).frame.iloc[i], result.candidates.frame.iloc[i]
    told = {name: row[name] for name in ("id", "name", "kind", "place", "agency", "band")}
    told |= {name: row[name] for name in ("status", "reason")}
    told |= {name: int(row[name]) for name in ("rank", "best", "worst")}
    told |= {name: float(row[name]) for name in ("score", "low", "high", "coverage")}
    told |= {name: _plain(frame.get(name)) for name in ("address", "code")}
    return told | {
        "ranked": len(result.ranking.order),
        "approximate": bool(row["approximate"]),
        "ask": "" if row["status"] != "survei_dulu" else _ask(result, i),
    }


def _plain(value: object) -> str:
    return "" if value is None or value != value else str(value)  # noqa: PLR0124 - NaN is not itself


def _ask(result: StudyResult, i: int) -> str:
    """Name what would settle the first open gate: the place itself, else a question."""
    if result.judgement.no_point[i]:
        return words.say("ui.find_point")
    first = [g for g in result.judgement.gates if g.code == result.judgement.first_gate[i]]
    return words.say(f"question.{first[0].questions[0]}") if first else ""


def next_steps(now: Standing) -> list[dict[str, Any]]:
    """List the states a step may lead to, and what each asks for."""
    table = rules()
    return [
        {
            "state": state,
            "text": words.say(f"life.{state}"),
            "why": table.asks(state, "why"),
            "agreement": table.asks(state, "agreement"),
        }
        for state in now.next
    ]


def parts(result: StudyResult, i: int) -> list[dict[str, Any]]:
    """Lay the score out criterion by criterion, group after group, the weightiest first.

    Returns
    -------
    list of dict
        ``{key, title, group, given, possible, unknown, value}``; ``given`` sums to the score.
        Empty for an excluded site.
    """
    at = np.flatnonzero(result.ranking.order == i)
    if not len(at):
        return []
    given, weights = result.ranking.scores.contributions[int(at[0])], result.ranking.weights
    unknown = result.matrix.unknown[i]
    made = [
        {
            "key": c.key,
            "title": words.say(f"criterion.{c.key}"),
            "group": c.group,
            "given": float(given[k]),
            "possible": float(weights[k]),
            "unknown": bool(unknown[k]),
            "value": words.say("ui.unknown") if unknown[k] else value_text(result, i, k),
        }
        for k, c in enumerate(result.criteria)
        if weights[k] > 0
    ]
    return sorted(made, key=lambda p: (GROUPS.index(p["group"]), -p["possible"], p["key"]))


def _changes(result: StudyResult, i: int) -> dict[str, Any]:
    """Say what would lift a site into the shortlist, and what would put another one first."""
    order = result.ranking.order
    if i not in order.tolist():
        return {"lifts": [], "lifts_more": 0, "in_top": False, "flip": ""}
    weights, letter = result.ranking.weights, result.matrix.letter
    by_key = {c.key: c for c in result.criteria}
    of = dict(zip(by_key, weights.tolist(), strict=True))
    every = lifts(result.matrix, weights, i, top=TOP, among=np.sort(order))
    found = strongest(every, of)
    return {
        "lifts": [lift_sentence(x, by_key[x.criterion], letter, top=TOP) for x in found[:LIFTS]],
        "lifts_more": max(0, len(found) - LIFTS),
        "in_top": not every and len(order) > 0,
        "flip": flips_json(result)["text"] if may("view_internal") else "",
    }


def gates(result: StudyResult, i: int) -> list[dict[str, Any]]:
    """Say of every gate whether it is passed, shut or open, and which question settles it."""
    judgement = result.judgement
    site = result.candidates.ids[i]
    shut = {e.gate for e in judgement.excluded if e.candidate == site}
    return [
        {
            "code": gate.code,
            "text": words.say(f"gate.{gate.code}"),
            "state": "shut"
            if gate.code in shut
            else ("passed" if judgement.passed[i, k] else "open"),
            "questions": [words.say(f"question.{q}") for q in gate.questions],
        }
        for k, gate in enumerate(judgement.gates)
    ]


def _near(board: Board, site: str) -> list[dict[str, Any]]:
    """List what stands near, the nearest few; harmful places and those of children all."""
    found = neighbours(board, site)
    telling = found["class_"].isin(["harmful", "children"])
    first = pd.Series(np.arange(len(found)) < NEIGHBOURS_SHOWN, index=found.index)
    kept = found.loc[first | (telling & (found["distance_m"] <= TELLING_M))]
    return [
        {
            "class": row["class_"],
            "name": row["name"] or words.say(f"place.kind.{row['kind']}"),
            "distance_m": float(row["distance_m"]),
        }
        for row in kept.to_dict("records")
    ]


def _titled(visit: Mapping[str, Any], programme: str) -> dict[str, Any]:
    """Name the photos of a visit by the question they answer, else by their files."""
    asked = {one.name: label(one) for one in spec(programme).fields}
    photos = [
        {**photo, "title": asked.get(str(photo["name"]).partition(".")[0], photo["name"])}
        for photo in visit["photos"]
    ]
    return {**visit, "photos": photos}


def _event(event: EventRecord) -> dict[str, Any]:
    return {
        "at": event.at,
        "by": event.by,
        "what": words.say(f"audit.{event.action}", subject=event.subject),
        "before": event.before,
        "after": event.after,
    }
