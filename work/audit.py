"""The record of who did what: written in the same transaction as the deed itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import words
from data.store_life import EventRecord, broken_link
from data.workspace import Study, open_study
from work.roles import acting, require


def note(study: Study, action: str, subject: str, *, before: Any = None, after: Any = None) -> None:
    """Record what is being done by whoever is acting.

    Parameters
    ----------
    action : str
        Key of a sentence ``audit.<action>``.
    subject : str
        What it is done to: the id of a site, the name of a scenario, a file, a plan.
    before, after : plain JSON values
        How it stood and how it stands.
    """
    actor = acting()
    study.store.add_event(
        EventRecord(
            by=actor.name,
            role=str(actor.role),
            action=action,
            subject=subject,
            before=before,
            after=after,
        )
    )


def history(folder: Path, *, subject: str | None = None, newest: int = 200) -> dict[str, Any]:
    """Return what was done, newest first: ``{events: [{number, at, by, role, …}]}``."""
    require("audit")
    with open_study(folder) as study:
        events = study.store.events(subject=subject, newest=newest)
    return {"events": [_json(event) for event in reversed(events)]}


def _json(event: EventRecord) -> dict[str, Any]:
    told = ("number", "at", "by", "role", "action", "subject", "before", "after", "sha256")
    return {name: getattr(event, name) for name in told} | {
        "what": words.say(f"audit.{event.action}", subject=event.subject)
    }


def verify_history(folder: Path) -> dict[str, Any]:
    """Follow the chain from its first event: ``{events, broken}``; broken is a number or None."""
    require("audit")
    with open_study(folder) as study:
        events = study.store.events()
    return {"events": len(events), "broken": broken_link(events)}
