"""Taking back what teams bring: a file or a server's form, read, judged and stored once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import words
from data.hashes import canonical_json, sha256_hex
from data.records import FindingRecord, ResponseRecord, now_utc
from data.returns import RawRow, read_returns
from data.returns.identity import by_last_part
from data.workspace import Study, open_study
from geo.errors import Note
from geo.files import written_whole
from surveys.questions import spec
from surveys.responses import moment, read_response
from surveys.review import INFO, STOP, WARN, Arrival, Finding, Ground, review
from surveys.servers import fetch_submissions
from work.field import accepted_responses, as_record, listed_points
from work.inbox import CONFLICT, Inbox

KEPT = "returns"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """One row as read: what it says, what its reader noted, how it would be stored."""

    arrival: Arrival
    notes: tuple[Note, ...]
    record: ResponseRecord


def collect(folder: Path, source: str) -> dict[str, Any]:
    """Take back a file, or every submission of a server's form.

    Parameters
    ----------
    folder : Path
        The study.
    source : str
        A path, or the ``https://`` address of an ODK Central or Kobo form.

    Returns
    -------
    dict
        ``accepted``, ``duplicates``, ``superseded``, ``conflicts`` (counts), ``review`` (what
        people should look at: what stops a submission, and what only warns) and ``rejected``
        (rows that name no submission or no site, and parts of the file that cannot be read).

    Raises
    ------
    TapakError
        What `data.returns.read_returns` and `surveys.servers.fetch_submissions` raise.
    """
    with open_study(folder) as study, _at_hand(source) as path:
        reading = read_returns(path)
        with study.locked(wait_s=30):
            _keep(study, path, reading.rows[0].raw_sha256)
            with study.store.transaction():
                told = _take(study, reading.rows)
    return told | {"rejected": [*(n.as_json() for n in reading.notes), *told["rejected"]]}


@contextmanager
def _at_hand(source: str) -> Iterator[Path]:
    if not source.casefold().startswith(("https://", "http://")):
        yield Path(source)
        return
    raw = fetch_submissions(source)
    with TemporaryDirectory(prefix="tapak-") as room:
        path = Path(room) / "kiriman.json"
        path.write_bytes(raw)
        yield path


def _keep(study: Study, path: Path, sha256: str) -> None:
    kept = study.folder / "inputs" / KEPT / sha256
    if not kept.exists():
        with written_whole(kept) as temporary:
            temporary.write_bytes(path.read_bytes())


def _take(study: Study, rows: tuple[RawRow, ...]) -> dict[str, Any]:
    sites = study.store.candidates()
    ids = set(sites["id"])
    names: dict[str, str] = {}
    for site, name in zip(sites["id"], sites["name"], strict=True):
        key = str(name).strip().casefold()
        names[key] = "" if key in names else site  # a name that two bear names neither
    plans = {p.id: p.plan_id or "" for p in study.store.packs()}
    inbox = Inbox.over(study.store.known_responses())
    read, rejected = [], []
    for row in rows:
        one = _read(row, study, plans=plans)
        if isinstance(one, Note):
            rejected.append(one.as_json())
            continue
        given = one.record.candidate
        site = given if given in ids else names.get(given.casefold()) or given
        named = replace(one.record, candidate=site)
        named = replace(named, content_sha256=_content(named, one.arrival.mark))
        response = replace(one.arrival.response, candidate=site)
        read.append(replace(one, record=named, arrival=replace(one.arrival, response=response)))
    shown = _store(study, inbox, read, _ground(study))
    counts = {n: inbox.counts[n] for n in ("accepted", "duplicates", "superseded", "conflicts")}
    return {**counts, "review": shown, "rejected": rejected}


def _read(row: RawRow, study: Study, *, plans: Mapping[str, str]) -> _Read | Note:
    short = by_last_part(row.values)
    told = str(short.get("programme", "")).strip()
    known = study.settings.programmes
    programme = told if told in known else known[0]
    response, notes = read_response(
        row.values, spec=spec(programme), channel=row.channel, raw_sha256=row.raw_sha256
    )
    if response is None:
        return replace(notes[0], row=row.row)
    response = replace(response, programme=programme)
    plan = plans.get(str(short.get("pack", "")), "")
    return _Read(
        arrival=Arrival(response=response, photos=row.media, mark=row.mark),
        notes=notes,
        record=as_record(response, edits=row.edits, plan=plan),
    )


def _content(record: ResponseRecord, mark: str) -> str:
    """Fingerprint what was said; not the file, channel or form it came by."""
    told = ("candidate", "surveyor", "started_at", "ended_at", "answers")
    return sha256_hex(canonical_json({n: getattr(record, n) for n in told} | {"mark": mark}))


def _ground(study: Study) -> Ground:
    forms: dict[str, str] = {}
    for pack in study.store.packs():
        forms.setdefault(pack.form_version, moment(pack.made_at))
    return Ground(
        sites=listed_points(study.store.candidates()),
        bounds=study.settings.area.bounds,
        now=moment(now_utc()),
        forms=forms,
    )


def _store(study: Study, inbox: Inbox, read: list[_Read], ground: Ground) -> list[dict[str, Any]]:
    """Judge what is new, store it, and return what people should look at."""
    new = [one for one in read if not inbox.seen(one.record)]
    inbox.counts["duplicates"] += len(read) - len(new)
    earlier = accepted_responses(study) if new else ()
    judged = review([one.arrival for one in new], ground, earlier=earlier)
    findings: list[tuple[int, FindingRecord]] = []
    for one, found in zip(new, judged, strict=True):
        status = inbox.settle(one.record, stopped=any(f.severity == STOP for f in found))
        noted = [Finding(code=n.code, severity=WARN, fields=n.fields) for n in one.notes]
        if status == CONFLICT:
            noted.append(Finding(code="review.conflict", severity=STOP))
        findings += [(len(inbox.made) - 1, _finding(f)) for f in (*found, *noted) if status]
    study.store.add_responses(inbox.made, findings, superseded=inbox.gone)
    return [
        {"id": (r := inbox.made[at]).id, "site": r.candidate} | finding_json(f)
        for at, f in findings
        if f.severity != INFO
    ]


def _finding(found: Finding) -> FindingRecord:
    return FindingRecord(
        response=0, code=found.code, severity=found.severity, fields=dict(found.fields)
    )


def finding_json(found: FindingRecord) -> dict[str, Any]:
    """Return ``{severity, what}``: a sentence for the surveyor in the reader's language."""
    note = Note(row=None, code=found.code, fields=found.fields)
    what = note.reason()
    if not found.code.startswith("review."):
        what = f"{what} {note.fix()}"
    return {"severity": found.severity, "what": what}


def said(finding: dict[str, Any]) -> str:
    """Name a finding's severity."""
    return words.say(f"tell.severity.{finding['severity']}")


def collected_lines(told: dict[str, Any]) -> list[str]:
    """Tell an import: the counts, what to look at, what could not be taken."""
    counts: dict[str, Any] = {n: told[n] for n in list(told)[:4]}
    lines = [words.say("tell.collected", **counts)]
    lines += [f"  {said(r)} · {r['site']} · {r['id']}: {r['what']}" for r in told["review"]]
    for note in told["rejected"]:
        row = words.say("tell.row", row=note["row"]) if note["row"] else words.say("tell.file")
        lines.append(f"  {words.say('tell.rejected')} · {row}: {note['reason']} {note['fix']}")
    return lines
