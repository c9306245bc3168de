"""Is a document what its study says: read its seal, check its run, make it again, compare."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data.hashes import sha256_hex
from data.records import RunRecord
from data.store_life import EventRecord, broken_link
from data.workspace import Study, open_study
from geo.errors import InputError, StudyError, TapakError
from reports.nation_brief import KIND as NATIONAL
from reports.seal import Seal, read_seal
from work.gathering import gather
from work.living import lives
from work.nation_brief import verify_brief
from work.nation_study import results_of
from work.ranking import compute
from work.reporting import BRIEFED, document
from work.roles import require
from work.verifying import differing, verify_run

_END = re.compile(rb"%%EOF(?:\r\n|\n|\r)?")
_MOST_ENDS = 64
"""Marks looked at: who signs writes one a signature."""


def verify_file(folder: Path, path: Path, *, on: dt.date | None = None) -> dict[str, Any]:
    """Check a document against its study, a national brief against the results it names.

    Parameters
    ----------
    folder : Path
        The study; for a national brief also the folder of the results itself.
    on : date, optional
        Day on which the official list is looked at; today by default.

    Returns
    -------
    dict
        What `work.verifying.verify_run` tells of its run, and ``{file, kind, state, left,
        written, appended}``. ``state`` is *same* when the document made again has the same bytes,
        whatever the file is called; *superseded* when it is a true document but the sites in
        ``left`` have left the official list since; *appended* when all of a true PDF is there and
        ``appended`` bytes follow it, as an electronic signature writes them: what those show
        nobody has checked; else *differs*. ``written`` is when and by whom the document was
        written, where the record of the study knows it.

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
    if seal.kind == NATIONAL:
        return verify_brief(results_of(folder), path, seal)
    try:
        told = verify_run(folder, seal.run)
    except StudyError:
        raise InputError("reports.seal.run", file=path.name[:80], run=seal.run[:40]) from None
    raw, signable = path.read_bytes(), path.suffix.lower() == ".pdf"
    with open_study(folder) as study:
        record = next(run for run in study.store.runs() if run.id == told["run"])
        event, length = _written(study, _beginnings(raw, signable=signable))
        until = event.at if event else f"{seal.on}T23:59:59+00:00"
        left = _left(study, record, seal, until, on)
    if not record.record_sha256.startswith(seal.sha):
        told["differs"].append(differing("seal", "seal", path.name, seal.sha, record.id))
    if event is None:
        made = _again(folder, path, seal, record, until)
        length = len(made) if made == raw or (signable and made and raw.startswith(made)) else 0
    true, appended = length > 0, len(raw) - length if length else 0
    if not true:
        found = sha256_hex(raw)
        told["differs"].append(differing("document", "document", path.name, None, found))
    if appended:
        told["differs"].append(differing("appended", "appended", path.name, None, appended))
    if true and left:
        told["differs"] += [differing("list", "left", site["name"]) for site in left]
    return told | {
        "file": str(path),
        "kind": seal.kind,
        "state": _state(told, true=true, left=bool(left), appended=bool(appended)),
        "same": not told["differs"],
        "left": left,
        "appended": appended,
        "written": {"at": event.at, "by": event.by} if event else None,
    }


def _state(told: dict[str, Any], *, true: bool, left: bool, appended: bool) -> str:
    if true and left:
        return "superseded"
    if appended and len(told["differs"]) == 1:
        return "appended"
    return "same" if not told["differs"] else "differs"


def _beginnings(raw: bytes, *, signable: bool) -> dict[str, int]:
    """Return the length of each beginning of a file that may be a whole document, by its sha256.

    A PDF ends with a mark; what is signed later is written behind it, and ends with one again.
    """
    ends = [at.end() for at in _END.finditer(raw)][:_MOST_ENDS] if signable else []
    return {sha256_hex(raw[:end]): end for end in (*ends, len(raw))}


def _written(study: Study, lengths: Mapping[str, int]) -> tuple[EventRecord | None, int]:
    """Find the event that recorded the writing of exactly these bytes, in an unbroken record."""
    events = study.store.events()
    wrote = [e for e in events if e.action == "report" and isinstance(e.after, dict)]
    own = {str(e.after.get("sha256")): e for e in reversed(wrote)}  # the first writing stands
    found = max(lengths.keys() & own.keys(), key=lengths.__getitem__, default=None)
    if found is None or broken_link(events) is not None:
        return None, 0
    return own[found], lengths[found]


def _again(folder: Path, path: Path, seal: Seal, record: RunRecord, until: str) -> bytes:
    """Make the document again, as the life of its sites stood then; nothing where it cannot be."""
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
        return document(folder, found, kind=seal.kind, suffix=path.suffix.lower())
    except (TapakError, ValueError):  # the run is no longer given, or the seal was tampered with
        return b""


def _left(
    study: Study, record: RunRecord, seal: Seal, until: str, today: dt.date | None
) -> list[dict[str, str]]:
    """Name the sites that stood on the official list when the document was made, and do not now."""
    name, day = str(record.scenario.get("name", "")), str(record.scenario.get("as_of", ""))
    try:
        result, inputs = compute(study, record.programme, name, as_of=day)
        on = dt.date.fromisoformat(seal.on)
        then = lives(study, result, inputs.layers, on=on, until=until)
        now = lives(study, result, inputs.layers, on=today)
    except (TapakError, ValueError):  # told by `verify_run` already
        return []
    names = dict(zip(result.candidates.ids, result.candidates.frame["name"], strict=True))
    return [
        {"id": site, "name": str(names[site]), "state": now[site].state, "why": now[site].why}
        for site, was in then.items()
        if was.listed and not now[site].listed
    ]
