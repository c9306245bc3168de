"""A reviewer's part: what waits, and what was decided, by whom and when."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import words
from data.records import FindingRecord, ResponseRecord, VerdictRecord, now_utc
from data.workspace import Study, open_study
from geo.errors import InputError, UsageError
from surveys.review import COMPARED, CONFLICT, Finding, compare
from work.audit import note
from work.collecting import said
from work.inbox import standing
from work.roles import require
from work.taking import STANDS, arrival_of, finding_json

STATUS = {"accept": "accepted", "reject": "rejected", "ask": "review"}
_WAITING = ("review", "conflict")
_FINAL = {"accept": "accept", "reject": "reject"}
_VERSION = "@"


def waiting(folder: Path) -> dict[str, Any]:
    """Return what waits for a reviewer, and what stands with a warning that nobody judged."""
    require("view_internal")
    with open_study(folder) as study:
        rows = [r for r in study.store.responses() if r.status in STANDS]
        stored = study.store.findings({r.number or 0 for r in rows})
        verdicts = study.store.verdicts()
    found: dict[int, list[FindingRecord | Finding]] = {}
    for finding in stored:
        if finding.code not in COMPARED and finding.code != CONFLICT.code:
            found.setdefault(finding.response, []).append(finding)
    for row, compared in zip(rows, compare([arrival_of(r) for r in rows]), strict=True):
        conflict = (CONFLICT,) if row.status == "conflict" else ()
        found.setdefault(row.number or 0, []).extend((*compared, *conflict))
    judged = {v.response for v in verdicts}
    asked = {v.response: v for v in verdicts if v.decision == "ask"}
    listed = []
    for row in rows:
        own = found.get(row.number or 0, [])
        warned = any(f.severity != "info" for f in own) and row.number not in judged
        if row.status in _WAITING or warned:
            told = _json(row) | {"findings": [finding_json(f) for f in own]}
            listed.append(told | {"asked": asked[row.number].why if row.number in asked else None})
    return {"responses": listed}


def _json(row: ResponseRecord) -> dict[str, Any]:
    told = ("id", "team", "surveyor", "programme", "channel", "started_at", "edits", "status")
    version = f"{row.id}{_VERSION}{row.number}"
    return {"site": row.candidate, "version": version} | {n: getattr(row, n) for n in told}


def judge_response(
    folder: Path, decision: str, response: str, *, why: str = "", by: str = ""
) -> dict[str, Any]:
    """Record a decision about a submission.

    Parameters
    ----------
    decision : {"accept", "reject", "ask"}
    response : str
        The submission's id: of its versions the one that waits, else the one that stands; or one
        version of it, ``id@number`` as `waiting` names it.
    why, by : str
        ``by`` defaults to whoever is acting.

    Raises
    ------
    NotAllowedError
        When the role may not.
    UsageError
        ``review.decision``.
    InputError
        ``review.not_found`` · ``review.which_version`` when several wait · ``review.newer_stands``
        when an older version is accepted · ``review.no_site`` when a visit to a place that the
        study does not know is accepted.
    """
    actor = require("judge")
    if decision not in STATUS:
        raise UsageError("review.decision", given=decision[:40])
    who = by.strip() or actor.name
    with open_study(folder) as study, study.locked(wait_s=30), study.store.transaction():
        row = _meant(study, response)
        if decision == "accept" and row.candidate not in set(study.store.candidates()["id"]):
            raise InputError("review.no_site", id=row.id, site=row.candidate)
        at, number = now_utc(), row.number or 0
        verdict = VerdictRecord(response=number, decision=decision, by=who, why=why, at=at)
        known = [
            replace(k, verdict=_FINAL.get(decision, "")) if k.number == number else k
            for k in study.store.known_responses(row.id)[row.id]
        ]
        told = standing(known)
        if decision == "accept":  # whatever contradicted it is settled with it
            told |= {n: "superseded" for n, status in told.items() if status == "conflict"}
        if decision == "accept" and told[number] != "accepted":
            newer = next(n for n, status in told.items() if status == "accepted")
            raise InputError("review.newer_stands", id=row.id, newer=f"{row.id}{_VERSION}{newer}")
        keeps = decision == "ask" and row.status in {"accepted", "conflict"}
        status = row.status if keeps else STATUS[decision]
        changed = {k.number: told[k.number] for k in known if told[k.number] != k.status}
        changed.pop(number, None)
        study.store.decide(verdict, status=status, changed={} if decision == "ask" else changed)
        deed = {"decision": decision, "status": status, "why": why}
        note(study, "judge", f"{row.id}{_VERSION}{number}", before=row.status, after=deed)
    said_of = {"id": row.id, "site": row.candidate, "status": status}
    return said_of | {"decision": decision, "by": who, "at": at, "why": why}


def _meant(study: Study, given: str) -> ResponseRecord:
    name, sign, number = given.strip().rpartition(_VERSION)
    rows = study.store.responses()
    one = [r for r in rows if sign and r.id == name and str(r.number) == number]
    own = one or [r for r in rows if r.id == given.strip()]
    for statuses in (_WAITING, ("accepted",), ("rejected",), ("superseded",)):
        there = [r for r in own if r.status in statuses]
        if len(there) > 1 and statuses == _WAITING:
            versions = ", ".join(f"{r.id}{_VERSION}{r.number}" for r in there)
            raise InputError("review.which_version", id=given[:80], versions=versions)
        if there:
            return there[-1]
    raise InputError("review.not_found", id=given[:80])


def waiting_lines(told: dict[str, Any]) -> list[str]:
    """Tell what waits, one submission after the other."""
    lines = []
    for row in told["responses"]:
        status = words.say(f"tell.status.{row['status']}")
        name = row["version"] if row["status"] == "conflict" else row["id"]
        lines.append(f"{name} · {row['site']} · {row['team']} · {status}")
        lines += [f"  {said(f)}: {f['what']}" for f in row["findings"]]
    return lines or [words.say("tell.nothing_waits")]


def judged_lines(told: dict[str, Any]) -> list[str]:
    """Tell one decision."""
    status = words.say(f"tell.status.{told['status']}")
    return [
        words.say("tell.judged", id=told["id"], site=told["site"], status=status, by=told["by"])
    ]
