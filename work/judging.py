"""A reviewer's part: what waits, and what was decided, by whom and when."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Any

import words
from data.records import FindingRecord, ResponseRecord, VerdictRecord, now_utc
from data.workspace import Study, open_study
from geo.errors import InputError, UsageError
from work.collecting import finding_json, said

STATUS = {"accept": "accepted", "reject": "rejected", "ask": "review"}
_WAITING = ("review", "conflict")


def waiting(folder: Path) -> dict[str, Any]:
    """Return what waits for a reviewer, and what was accepted with a warning nobody judged."""
    with open_study(folder) as study:
        rows = study.store.responses()
        found: dict[int, list[FindingRecord]] = {}
        for finding in study.store.findings():
            found.setdefault(finding.response, []).append(finding)
        verdicts = study.store.verdicts()
    judged = {v.response for v in verdicts}
    asked = {v.response: v for v in verdicts if v.decision == "ask"}
    listed = []
    for row in rows:
        number = row.number or 0
        warned = any(f.severity != "info" for f in found.get(number, []))
        if row.status not in _WAITING and not (
            row.status == "accepted" and warned and number not in judged
        ):
            continue
        told = _json(row) | {"findings": [finding_json(f) for f in found.get(number, [])]}
        listed.append(told | {"asked": asked[number].why if number in asked else None})
    return {"responses": listed}


def _json(row: ResponseRecord) -> dict[str, Any]:
    told = ("id", "team", "surveyor", "programme", "channel", "started_at", "edits", "status")
    return {"site": row.candidate} | {name: getattr(row, name) for name in told}


def judge_response(
    folder: Path, decision: str, response: str, *, why: str = "", by: str = ""
) -> dict[str, Any]:
    """Record a decision about a submission.

    Parameters
    ----------
    decision : {"accept", "reject", "ask"}
    response : str
        The submission's id: of its versions the one that waits, else the one that stands.
    why, by : str
        ``by`` defaults to who is logged in on this machine.

    Raises
    ------
    UsageError
        ``review.decision``.
    InputError
        ``review.not_found`` · ``review.no_site`` when a visit to a place that the study does not
        know is accepted.
    """
    if decision not in STATUS:
        raise UsageError("review.decision", given=decision[:40])
    who = by.strip() or getpass.getuser()
    with open_study(folder) as study, study.locked(wait_s=30), study.store.transaction():
        row = _meant(study, response)
        if decision == "accept" and row.candidate not in set(study.store.candidates()["id"]):
            raise InputError("review.no_site", id=row.id, site=row.candidate)
        at, number = now_utc(), row.number or 0
        verdict = VerdictRecord(response=number, decision=decision, by=who, why=why, at=at)
        keeps = decision == "ask" and row.status in {"accepted", "conflict"}
        status = row.status if keeps else STATUS[decision]
        study.store.decide(verdict, status=status)
    told = {"id": row.id, "site": row.candidate, "status": status}
    return told | {"decision": decision, "by": who, "at": at, "why": why}


def _meant(study: Study, given: str) -> ResponseRecord:
    own = [r for r in study.store.responses() if r.id == given.strip()]
    for status in (*_WAITING, "accepted", "rejected", "superseded"):
        there = [r for r in own if r.status == status]
        if there:
            return there[-1]
    raise InputError("review.not_found", id=given[:80])


def waiting_lines(told: dict[str, Any]) -> list[str]:
    """Tell what waits, one submission after the other."""
    lines = []
    for row in told["responses"]:
        status = words.say(f"tell.status.{row['status']}")
        lines.append(f"{row['id']} · {row['site']} · {row['team']} · {status}")
        lines += [f"  {said(f)}: {f['what']}" for f in row["findings"]]
    return lines or [words.say("tell.nothing_waits")]


def judged_lines(told: dict[str, Any]) -> list[str]:
    """Tell one decision."""
    status = words.say(f"tell.status.{told['status']}")
    return [
        words.say("tell.judged", id=told["id"], site=told["site"], status=status, by=told["by"])
    ]
