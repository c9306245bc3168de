"""Rows that came home become stored submissions: read, judged, compared, each once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from data.hashes import canonical_json, sha256_hex
from data.pseudonyms import Pseudonyms
from data.records import FindingRecord, ResponseRecord, now_utc
from data.returns import RawRow
from data.returns.identity import by_last_part, encrypted
from data.workspace import Study
from geo.errors import Note
from surveys.questions import spec
from surveys.responses import moment, read_response
from surveys.review import (
    CONFLICT,
    GONE,
    INFO,
    STOP,
    WARN,
    Arrival,
    Finding,
    Ground,
    Photo,
    compare,
    review,
)
from work import inbox as box
from work.field import as_record, as_response, listed_points, own_map
from work.personal import without_persons

STANDS = (box.ACCEPTED, box.REVIEW, box.CONFLICT)
"""What is compared with other visits: all that is in the ranking or may yet be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """One row as read: what it says, what its reader noted, how it would be stored."""

    arrival: Arrival
    notes: tuple[Note, ...]
    record: ResponseRecord

    @property
    def gone(self) -> bool:
        return self.arrival.mark in GONE


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What a study knows, to read rows by: its sites by id and by name, plans by pack."""

    points: Mapping[str, tuple[float, float] | None]
    names: Mapping[str, str]
    plans: Mapping[str, str]
    programmes: tuple[str, ...]
    people: Pseudonyms

    def site(self, told: str, mark: str) -> str:
        """Return the id of a site told by id, by its map mark's id, or by a name only it bears."""
        for given in (told, mark):
            if given in self.points:
                return given
        return self.names.get(told.casefold()) or told


def take(study: Study, rows: Sequence[RawRow]) -> dict[str, Any]:
    """Store what is new among rows, and tell what became of each.

    Returns
    -------
    dict
        ``accepted``, ``duplicates``, ``superseded``, ``conflicts``, ``review``, ``rejected`` of
        `work.collecting.collect`.

    Raises
    ------
    InputError
        ``returns.own_map`` when every row is a point of our own map that came back untouched.
    """
    known = _known(study)
    inbox = box.Inbox.over(study.store.known_responses())
    read, rejected = [], []
    kept, left_out = own_map(rows, known.points, known.site)
    if left_out is not None:
        rejected.append(left_out.as_json())
    for row in kept:
        one = _read(row, known)
        if isinstance(one, Note):
            rejected.append(one.as_json())
        else:
            record = _as_known(inbox, inbox.named(one.record), known.people)
            read.append(replace(one, record=record))
    shown = _store(study, inbox, read, _ground(study, known))
    counts = {n: inbox.counts[n] for n in ("accepted", "duplicates", "superseded", "conflicts")}
    return {**counts, "review": shown, "rejected": rejected}


def _known(study: Study) -> _Known:
    sites = study.store.candidates()
    names: dict[str, str] = {}
    for site, name in zip(sites["id"], sites["name"], strict=True):
        key = str(name).strip().casefold()
        names[key] = "" if key in names else str(site)  # a name that two bear names neither
    return _Known(
        points=listed_points(sites),
        names=names,
        plans={p.id: p.plan_id or "" for p in study.store.packs()},
        programmes=tuple(study.settings.programmes),
        people=study.store.pseudonyms(),
    )


def _read(row: RawRow, known: _Known) -> _Read | Note:
    short = by_last_part(row.values)
    told = str(short.get("programme", "")).strip()
    programme = told if told in known.programmes else known.programmes[0]
    response, notes = read_response(
        row.values, spec=spec(programme), channel=row.channel, raw_sha256=row.raw_sha256
    )
    if response is None and encrypted(short):
        return Note(row=row.row, code="returns.encrypted", fields={})
    if response is None:
        return replace(notes[0], row=row.row)
    site = known.site(response.candidate, str(row.values.get("mark_id", "")))
    response = replace(response, programme=programme, candidate=site)
    response, masked = without_persons(response, known.people)
    notes = (*notes, *masked)
    asked = set(response.answers) - {"q01"}  # where a place is holds for every programme
    if asked and told not in known.programmes and (told or len(known.programmes) > 1):
        code = "review.programme_assumed" if told else "review.programme_unsaid"
        fields = {"given": told[:40], "programme": programme}
        notes = (*notes, Note(row=None, code=code, fields=fields))
    record = as_record(response, edits=row.edits, plan=known.plans.get(str(short.get("pack")), ""))
    photos = tuple(asdict(photo) for photo in row.media)
    record = replace(record, alias=row.alias, photos=photos)
    return _Read(
        arrival=Arrival(response=response, photos=row.media, mark=row.mark),
        notes=(*row.doubts, *notes),
        record=replace(record, content_sha256=content_of(record)),
    )


def content_of(record: ResponseRecord) -> str:
    """Fingerprint what was said; not the file, channel or form it came by.

    Times count by the moment they name, so that two exports of one server agree (migration 0005
    does the same).
    """
    told = {n: getattr(record, n) for n in ("candidate", "surveyor", "answers")}
    times = {n: getattr(record, n) for n in ("started_at", "ended_at")}
    return sha256_hex(canonical_json(told | {n: moment(t) or t for n, t in times.items()}))


def _as_known(inbox: box.Inbox, record: ResponseRecord, people: Pseudonyms) -> ResponseRecord:
    """Return a submission as it stands in the store, when its surveyor has a pseudonym there."""
    stored = {row.content_sha256 for row in inbox.known.get(record.id, [])}
    if not stored or record.content_sha256 in stored:
        return record
    other = replace(record, surveyor=people.of(record.surveyor))
    other = replace(other, content_sha256=content_of(other))
    return other if other.content_sha256 in stored else record


def _ground(study: Study, known: _Known) -> Ground:
    forms: dict[str, str] = {}
    for pack in study.store.packs():
        forms.setdefault(pack.form_version, moment(pack.made_at))
    return Ground(
        sites=known.points,
        bounds=study.settings.area.bounds,
        now=moment(now_utc()),
        forms=forms,
    )


def _store(
    study: Study, inbox: box.Inbox, read: list[_Read], ground: Ground
) -> list[dict[str, Any]]:
    """Judge what is new, store it, and return what people should look at."""
    new = [one for one in read if not inbox.seen(one.record, gone=one.gone)]
    inbox.counts["duplicates"] += len(read) - len(new)
    judged = review([one.arrival for one in new], ground)
    findings: list[tuple[int, Finding]] = []
    for one, found in zip(new, judged, strict=True):
        stopped = any(f.severity == STOP for f in found)
        if inbox.settle(one.record, stopped=stopped, gone=one.gone):
            noted = (Finding(code=n.code, severity=WARN, fields=n.fields) for n in one.notes)
            findings += [(len(inbox.made) - 1, f) for f in (*found, *noted)]
    stored = study.store.responses() if inbox.made else ()
    study.store.add_responses(
        inbox.made, [(at, _record(f)) for at, f in findings], changed=inbox.changed
    )
    told = findings + _between(stored, inbox)
    return [
        {"id": (r := inbox.made[at]).id, "site": r.candidate} | finding_json(_record(f))
        for at, f in sorted(told, key=lambda pair: pair[0])
        if f.severity != INFO
    ]


def _between(stored: Iterable[ResponseRecord], inbox: box.Inbox) -> list[tuple[int, Finding]]:
    """Compare what was taken now with all that stands; said anew each time, never stored."""
    before = [
        (-1, row) for row in stored if inbox.changed.get(row.number or 0, row.status) in STANDS
    ]
    here = [(at, row) for at, row in enumerate(inbox.made) if row.status in STANDS]
    found = compare([arrival_of(row) for _, row in (*before, *here)])
    told = [
        (at, finding)
        for (at, _), one in zip((*before, *here), found, strict=True)
        for finding in one
        if at >= 0
    ]
    return told + [(at, CONFLICT) for at, row in here if row.status == box.CONFLICT]


def arrival_of(record: ResponseRecord) -> Arrival:
    """Read a stored submission back with its photos."""
    told: list[dict[str, Any]] = [dict(photo) for photo in record.photos]
    photos = tuple(Photo(**photo) for photo in told)
    return Arrival(response=as_response(record), photos=photos)


def _record(found: Finding) -> FindingRecord:
    return FindingRecord(
        response=0, code=found.code, severity=found.severity, fields=dict(found.fields)
    )


def finding_json(found: FindingRecord | Finding) -> dict[str, Any]:
    """Return ``{severity, what}``: a sentence for the surveyor in the reader's language."""
    note = Note(row=None, code=found.code, fields=found.fields)
    what = note.reason()
    if not found.code.startswith("review."):
        what = f"{what} {note.fix()}"
    return {"severity": found.severity, "what": what}
