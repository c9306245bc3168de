"""A GeoPackage back from QField, against the pack it went out as: new, changed, clashing, gone."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import words
from data.returns import identity
from data.returns.gpkg_merge import Merged, Table, merge
from data.returns.rows import raw_rows
from data.returns.types import Given, RawRow, Reading
from data.returns.visits import Contents, Row, contents, open_when_copied
from geo.errors import Note

PACKS, BASE, MERGED = "packs", "base.gpkg", "merged.json"
"""What a study keeps of each pack: the GeoPackage as it went out, and its visits as known since."""
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}")
_BOOKKEEPING = frozenset({"started_at", "ended_at", "revision", "gnss_accuracy"})
"""What a phone renews at every saving: never a clash."""
_DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Base:
    """A pack as it went out, and its visits as known now."""

    visits: Table
    sites: Table
    known: Table


def read_geopackage(given: Given) -> Reading:
    """Read a returned GeoPackage; with its pack at hand, only what is not as it went out.

    Visits of two phones with one pack are merged by `data.returns.gpkg_merge`: what both changed
    to different answers is read as this phone has it, with as many edits as the other's, so that
    it waits for a person and overwrites nothing.

    Raises
    ------
    InputError
        What `data.returns.visits.contents` raises.
    """
    found = contents(given.name, given.raw, wal=given.wal)
    remarks: list[Note] = []
    if given.wal is None and open_when_copied(given.raw):
        remarks.append(_note("returns.wal", file=given.name))
    base = _base(given, found)
    if base is None:
        if found.pack and given.packs is not None:
            remarks.append(_note("returns.no_base", file=given.name, pack=found.pack))
        rows = raw_rows(enumerate(found.visits, start=1), given, channel="qfield")
        return Reading(rows=tuple(rows), remarks=tuple(remarks))
    reading = _against(base, found, given)
    if not reading.rows and found.visits:
        remarks.append(_note("returns.nothing_new", file=given.name))
    return replace(reading, remarks=(*remarks, *reading.remarks))


def _note(code: str, **fields: object) -> Note:
    return Note(row=None, code=code, fields=fields)


def _base(given: Given, found: Contents) -> _Base | None:
    """Find the pack a file names; the name comes from outside, so only a plain one is looked up.

    A pack made anew since, with other things said of its sites, is not what this file went out as.
    """
    pack, packs = found.pack, given.packs
    if packs is None or not _SAFE.fullmatch(pack):
        return None
    path = packs / pack / BASE
    if not path.is_file():
        return None
    went_out = contents(BASE, path.read_bytes())
    if found.meta.get("made", "") not in {"", went_out.meta.get("made", "")}:
        return None
    visits = _keyed(went_out.visits)
    latest = packs / pack / MERGED
    kept = given.known.get(pack) or (latest.read_bytes() if latest.is_file() else b"")
    known: Table = json.loads(kept) if kept else visits
    return _Base(visits=visits, sites=_sites(went_out), known=known)


def _key(row: Mapping[str, object]) -> str:
    return identity.submission_of(identity.by_last_part(row))


def _keyed(rows: Sequence[Row]) -> dict[str, Row]:
    """Index rows by their lasting id, the first of each; those without one are left out."""
    found: dict[str, Row] = {}
    for row in rows:
        if key := _key(row):
            found.setdefault(key, row)
    return found


def _sites(found: Contents) -> Table:
    return {str(row["site"]): row for row in found.sites if row.get("site")}


def _against(base: _Base, found: Contents, given: Given) -> Reading:
    ours = _keyed(found.visits)
    made = merge(_said(base.visits), _said(base.known), _said(ours))
    rows: list[RawRow] = []
    remarks = list(_changed_sites(base.sites, _sites(found)))
    known: dict[str, Mapping[str, object]] = {
        key: {**base.known.get(key, {}), **row} for key, row in made.rows.items()
    }
    seen: set[str] = set()
    for number, row in enumerate(found.visits, start=1):
        key = _key(row)
        if key in seen:
            remarks.append(_note("returns.many_visits", file=given.name, submission=key))
        if not key or key in seen or key in made.added:
            told = row
        elif key in made.changed:
            told = _changed(key, row, made, base)
            if key not in made.clashes:
                known[key] = told
        else:
            told = {}
        seen |= {key} - {""}
        if told:
            rows += raw_rows([(number, told)], given, channel="qfield")
    rows += _deleted(made, base, given)
    remarks += [_clash(key, columns) for key, columns in sorted(made.clashes.items())]
    kept = json.dumps(known, ensure_ascii=False, sort_keys=True).encode()
    merged = {found.pack: kept} if known and known != base.known else {}
    return Reading(rows=tuple(rows), remarks=tuple(remarks), merged=merged)


def _said(table: Table) -> Table:
    return {
        key: {column: row[column] for column in row if column not in _BOOKKEEPING}
        for key, row in table.items()
    }


def _edits(row: Mapping[str, object]) -> int:
    return identity.edits_of(identity.by_last_part(row))


def _changed(key: str, row: Row, made: Merged, base: _Base) -> Row:
    """Return a changed visit as it is to be stored: merged, or as this phone has it in a clash."""
    times = {name: row[name] for name in _BOOKKEEPING if name in row}
    known = base.known.get(key, base.visits[key])
    if key in made.clashes:
        return {**row, "revision": _edits(known)}
    if _said({key: known}) == _said({key: base.visits[key]}):
        edits = max(_edits(row), _edits(base.visits[key]) + 1)
    else:
        edits = max(_edits(row), _edits(known) + 1)
    return {**made.rows[key], **times, "revision": edits}


def _deleted(made: Merged, base: _Base, given: Given) -> list[RawRow]:
    """Tell of visits that went out and did not come back; what is known of them stays."""
    gone = [(None, dict(base.known[key])) for key in sorted(made.deleted) if key in base.known]
    rows = raw_rows(gone, given, channel="qfield")
    return [replace(row, mark=_DELETED, edits=row.edits + 1) for row in rows]


def _clash(key: str, columns: Sequence[str]) -> Note:
    return _note("returns.clash", submission=key, fields=_named(columns, "surveys.field") or "–")


def _named(columns: Sequence[str], words_of: str) -> str:
    codes = {column: f"{words_of}.{column}" for column in columns}
    return ", ".join(words.say(code) if words.knows(code) else c for c, code in codes.items())


def _changed_sites(before: Table, after: Table) -> list[Note]:
    """Tell of sites whose register was changed on the phone; that is not a visit's to change."""
    made = merge(before, before, after)
    return [
        _note("returns.site_changed", site=site, fields=_named(columns, "surveys.qfield.site"))
        for site, columns in sorted(made.changed.items())
    ]
