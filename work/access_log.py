"""Who took what out of a study: documents, packs, maps, backups; never who looked where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import words
from data.store_access import AccessRecord
from data.workspace import Study, open_study
from work.roles import acting, require

SHOWN = 500


def took(study: Study, what: str, subject: str) -> None:
    """Record that whoever is acting took something out.

    Parameters
    ----------
    what : {"document", "download", "pack", "map", "backup"}
        Key of a sentence ``private.access.<what>``.
    subject : str
        Which: a file's name, a pack's id, a site.
    """
    actor = acting()
    record = AccessRecord(by=actor.name, role=str(actor.role), what=what, subject=subject[:200])
    study.store.add_access(record)


def took_from(folder: Path, what: str, subject: str) -> None:
    """Do `took` where no study is open."""
    require("view")
    with open_study(folder) as study:
        took(study, what, subject)


def accesses(folder: Path, *, newest: int = SHOWN) -> dict[str, Any]:
    """Return who took what, newest first: ``{accesses: [{at, by, role, what, subject, text}]}``."""
    require("privacy")
    with open_study(folder) as study:
        found = study.store.accesses(newest=newest)
    told = ("at", "by", "role", "what", "subject")
    return {
        "accesses": [
            {name: getattr(one, name) for name in told}
            | {"text": words.say(f"private.access.{one.what}", subject=one.subject)}
            for one in reversed(found)
        ]
    }


def access_lines(told: dict[str, Any]) -> list[str]:
    """Tell who took what out."""
    return [
        words.say("tell.event", at=one["at"], by=one["by"], what=one["text"])
        for one in told["accesses"]
    ] or [words.say("private.access.none")]
