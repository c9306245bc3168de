"""What became of every proposed site: where it stands, why, and what its agency can mend."""

from __future__ import annotations

from typing import Any

import words
from data.workspace import open_study
from scoring.life import LAPSED, REVIEW, Standing
from work.board import Board
from work.living import lives, step_json
from work.own_agency import same_agency
from work.place import next_steps
from work.present import site_rows
from work.roles import Role, require

URGENT = (LAPSED, REVIEW)
"""States that somebody has to look at; they stand on top."""


def proposals(board: Board) -> list[dict[str, Any]]:
    """Tell the state of every site, those that need a decision first.

    An agency is told of its own sites only.

    Returns
    -------
    list of dict
        ``{id, name, kind, place, agency, source, rank, excluded, fix, life, steps}``: ``life`` as
        `work.living.step_json`, ``excluded`` the reason or "", ``fix`` what to do now or "",
        ``steps`` as `work.place.next_steps`.
    """
    actor = require("view")
    result = board.result
    if board.inputs is None:
        return []
    with open_study(board.folder) as study:
        standings = lives(study, result, board.inputs.layers)
    shown, frame = site_rows(result).frame, result.candidates.frame
    columns = (shown[c].tolist() for c in ("id", "name", "kind", "place", "agency", "rank"))
    more = (shown["reason"].tolist(), frame["source"].tolist(), result.judgement.no_point.tolist())
    reasons = {e.candidate: e.reason for e in result.judgement.excluded}
    found = []
    for i, (site, name, kind, place, agency, rank, why, source, unplaced) in enumerate(
        zip(*columns, *more, strict=True)
    ):
        if actor.role == Role.AGENCY and not same_agency(agency or "", actor.agency):
            continue
        now = standings[site]
        found.append(
            {
                "id": site,
                "name": str(name),
                "kind": kind,
                "place": place,
                "agency": agency or "",
                "source": source,
                "rank": int(rank),
                "excluded": str(why or ""),
                "fix": _fix(now, reasons.get(site, ""), unplaced=bool(unplaced)),
                "life": step_json(site, now),
                "steps": next_steps(now),
                "at": i,
            }
        )
    return sorted(
        found, key=lambda p: (p["life"]["state"] not in URGENT, p["rank"] == 0, p["rank"], p["at"])
    )


def _fix(now: Standing, reason: str, *, unplaced: bool) -> str:
    """Say what would bring a site on: out of its state, past its exclusion, onto the map."""
    if now.state in {*URGENT, "ditangguhkan", "refused"}:
        return words.say(f"propose.fix.{now.state}")
    if reason:
        return words.say(f"propose.fix.{reason}")
    if unplaced:
        return words.say("propose.fix.no_point")
    if now.state in {"proposed", "screened"}:
        return words.say("propose.fix.wait")
    return ""
