"""A plan of visits as the plain JSON values that ``plan --json`` promises, and as lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

import words
from scoring.study import StudyResult
from surveys.plan import Plan, TeamDay
from surveys.timetable import Stop

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def team_name(number: int) -> str:
    """Name a team from 0: A … Z, then A1 …."""
    return chr(ord("A") + number % 26) + (str(number // 26) if number >= 26 else "")


def clock(minutes: int) -> str:
    """Write minutes since midnight as ``07:30`` (ISO 8601)."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def plan_json(
    result: StudyResult, plan: Plan, rows: Ints, value: Floats, first: npt.NDArray[np.bool_]
) -> dict[str, Any]:
    """Lay out a plan; ``rows`` are its sites' positions among the candidates."""
    ids, names = result.candidates.ids, result.candidates.frame["name"].astype(str).tolist()

    def stop_json(stop: Stop) -> dict[str, Any]:
        row = int(rows[stop.site])
        return {
            "site": ids[row],
            "name": names[row],
            "arrive": clock(stop.arrive_min),
            "leave": clock(stop.leave_min),
            "in_front": bool(first[row]),
            "value": float(value[row]),
        }

    left = [(int(rows[i]), code) for i, code in plan.not_fitting]
    # of the shortlist, and nobody knows where
    left += [(r, "plan.no_point") for r in np.setdiff1d(np.flatnonzero(first), rows).tolist()]
    return {
        "days": [
            _day(day) | {"stops": [stop_json(stop) for stop in day.table.stops]}
            for day in plan.days
        ],
        "double_visits": [_double(plan, i, ids[int(rows[i])]) for i in plan.double_visits],
        "back_checks": [ids[int(rows[i])] for i in plan.back_checks],
        "not_fitting": [
            {"site": ids[r], "name": names[r], "code": code, "reason": words.say(code)}
            for r, code in left
        ],
        "considered": len(rows),
    }


def _day(day: TeamDay) -> dict[str, Any]:
    return {
        "team": team_name(day.team),
        "day": day.day + 1,
        "date": day.date.isoformat(),
        "depart": clock(day.table.depart_min),
        "back": clock(day.table.back_min),
        "minutes": day.table.minutes,
    }


def _double(plan: Plan, site: int, candidate: str) -> dict[str, Any]:
    seen = [d for d in plan.days if any(stop.site == site for stop in d.table.stops)]
    return {
        "site": candidate,
        "visits": [{"team": team_name(d.team), "day": d.day + 1} for d in seen],
    }


def plan_lines(plan: dict[str, Any]) -> list[str]:
    """Tell a plan: each team's day with its stops, who is visited twice, and what does not fit."""
    start = words.say(f"plan.from.{plan['from']['what']}", name=plan["from"]["name"])
    way = words.say(f"plan.travel.{plan['travel']}")
    lines = [words.say("tell.plan", id=plan["id"], start=start, way=way)]
    for day in plan["days"]:
        said = {k: day[k] for k in ("team", "day", "date", "depart", "back", "minutes")}
        lines.append(words.say("tell.plan_day", **said))
        lines += [f"  {s['arrive']}–{s['leave']}  {s['site']}  {s['name']}" for s in day["stops"]]
    if plan["double_visits"]:
        twice = _listed([d["site"] for d in plan["double_visits"]])
        lines.append(words.say("tell.plan_double", sites=twice))
    if plan["back_checks"]:
        lines.append(words.say("tell.plan_checks", sites=_listed(plan["back_checks"])))
    reasons: dict[str, list[str]] = {}
    for left in plan["not_fitting"]:
        reasons.setdefault(left["reason"], []).append(left["site"])
    lines += [
        words.say("tell.plan_left", n=len(sites), reason=reason, sites=_listed(sites[:10]))
        for reason, sites in reasons.items()
    ]
    return lines


def _listed(sites: Sequence[str]) -> str:
    return ", ".join(sites)
