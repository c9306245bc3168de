"""Is a document what its study says: read its seal, check its run, make it again, compare."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from data.records import RunRecord
from data.store_life import EventRecord, broken_link
from data.workspace import Study, open_study
from geo.errors import InputError, StudyError, TapakError
from geo.files import sha256_of
from reports.seal import Seal, read_seal
from work.gathering import gather
from work.living import lives
from work.ranking import compute
from work.reporting import BRIEFED, document
from work.roles import require
from work.verifying import differing, verify_run


def verify_file(folder: Path, path: Path) -> dict[str, Any]:
    """Check a document against its study.

    Returns
    -------
    dict
        What `work.verifying.verify_run` tells of its run, and ``{file, kind, state, left,
        written}``. ``state`` is *same* when the document made again has the same bytes;
        *superseded* when it is a true document but the sites in ``left`` have left the official
        list since; else *differs*. ``written`` is when and by whom this very file was written,
        where the record of the study knows it.

    Raises
    ------
    InputError
        ``reports.seal.file``, ``reports.seal.none``, ``reports.seal.run`` when the study does
        not know the run.
    """
    require("audit")
    if not path.is_file():
        raise InputError("reports.seal.file", file=path.name[:80])
    seal = read_seal(path)
    try:
        told = verify_run(folder, seal.run)
    except StudyError:
        raise InputError("reports.seal.run", file=path.name[:80], run=seal.run[:40]) from None
    sha = sha256_of(path)
    with open_study(folder) as study:
        record = next(run for run in study.store.runs() if run.id == told["run"])
        event = _written(study, sha)
        until = event.at if event else f"{seal.on}T23:59:59+00:00"
        left = _left(study, record, seal, until)
    if not record.record_sha256.startswith(seal.sha):
        told["differs"].append(differing("seal", "seal", path.name, seal.sha, record.id))
    true = event is not None or _same_bytes(folder, path, seal, record, until)
    if not true:
        told["differs"].append(differing("document", "document", path.name, None, sha))
    if true and left:
        told["differs"] += [differing("list", "left", site["name"]) for site in left]
    return told | {
        "file": str(path),
        "kind": seal.kind,
        "state": _state(told, true=true, left=bool(left)),
        "same": not told["differs"],
        "left": left,
        "written": {"at": event.at, "by": event.by} if event else None,
    }


def _state(told: dict[str, Any], *, true: bool, left: bool) -> str:
    if true and left:
        return "superseded"
    return "same" if not told["differs"] else "differs"


def _written(study: Study, sha: str) -> EventRecord | None:
    """Find the event that recorded the writing of exactly these bytes, in an unbroken record."""
    events = study.store.events()
    wrote = (e for e in events if e.action == "report" and isinstance(e.after, dict))
    found = next((e for e in wrote if e.after.get("sha256") == sha), None)
    return found if found is not None and broken_link(events) is None else None


def _same_bytes(folder: Path, path: Path, seal: Seal, record: RunRecord, until: str) -> bool:
    """Make the document again, as the life of its sites stood then."""
    public = seal.public == "1"
    try:
        found = gather(
            folder,
            programme=record.programme,
            scenario=str(record.scenario.get("name", "")),
            run=record.id,
            lang=seal.lang,
            public=public,
            on=dt.date.fromisoformat(seal.on),
            briefed=seal.kind in BRIEFED and not public,
            until=until,
        ).facts
        made = document(folder, found, kind=seal.kind, suffix=path.suffix.lower())
    except (TapakError, ValueError):  # the run is no longer given, or the seal was tampered with
        return False
    return made == path.read_bytes()


def _left(study: Study, record: RunRecord, seal: Seal, until: str) -> list[dict[str, str]]:
    """Name the sites that stood on the official list when the document was made, and do not now."""
    name, day = str(record.scenario.get("name", "")), str(record.scenario.get("as_of", ""))
    try:
        result, inputs = compute(study, record.programme, name, as_of=day)
        on = dt.date.fromisoformat(seal.on)
        then = lives(study, result, inputs.layers, on=on, until=until)
        now = lives(study, result, inputs.layers)
    except (TapakError, ValueError):  # told by `verify_run` already
        return []
    names = dict(zip(result.candidates.ids, result.candidates.frame["name"], strict=True))
    return [
        {"id": site, "name": str(names[site]), "state": now[site].state, "why": now[site].why}
        for site, was in then.items()
        if was.listed and not now[site].listed
    ]
