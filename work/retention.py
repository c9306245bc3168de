"""Personal data goes when its time is over, or when a surveyor asks: told, done, on the record."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import words
from data.pseudonyms import Pseudonyms, words_of
from data.records import ResponseRecord
from data.sealing import OLD, REDACT, SEALABLE, redacted, vouched
from data.workspace import Study, open_study
from geo.errors import InputError
from work.audit import note
from work.roles import require
from work.stripping import left_stores, let_go, packs_without, stripped, sweep
from work.taking import content_of

NAMING = ("response", "finding", "verdict", "life", "comment", "plan", "pack", "access")
"""Tables whose texts may name whoever works on a study; ``event`` besides, which is sealed."""
WHO = frozenset({"surveyor", "team", "by"})
"""Columns that say who: there a name of one word is known as one."""
_KEYS = {"finding": "id", "verdict": "id"}
WAIT_S = 60.0


@dataclass(slots=True)
class _Work:
    """Rows that change, gathered before any is written."""

    study: Study
    apply: bool = True
    changed: dict[str, dict[Any, dict[str, Any]]] = field(default_factory=dict)
    removed: dict[str, list[Any]] = field(default_factory=dict)

    def change(self, table: str, key: Any, values: Mapping[str, Any]) -> None:
        if values:
            self.changed.setdefault(table, {}).setdefault(key, {}).update(values)

    def events(self, pick: Callable[[Mapping[str, Any]], dict[str, Any]]) -> None:
        """Gather what is written anew in events; each is sealed once, by `done`."""
        for row in self.study.store.rows("event"):
            self.change("event", row["number"], {n: v for n, v in pick(row).items() if v != row[n]})

    def done(self, subject: str, counts: Mapping[str, Any]) -> None:
        """Write all of it in one transaction, with the event that tells of it."""
        store = self.study.store
        rows = {row["number"]: row for row in store.rows("response")}
        for number, values in self.changed.get("response", {}).items():
            record = ResponseRecord(**{**rows[number], **values})
            values["content_sha256"] = content_of(record)
        mine = self.changed.get("event", {})
        for row in store.rows("event"):
            if row["number"] in mine:
                mine[row["number"]] = redacted(row, mine[row["number"]])
        for table, changes in self.changed.items():
            store.put_rows(table, list(changes.items()))
        for table, keys in self.removed.items():
            store.remove_rows(table, keys)
        old = {
            str(row["number"]): vouched(row)
            for row in store.rows("event")
            if row["number"] in mine and OLD in row["sealed"]
        }
        note(self.study, REDACT, subject, after={**counts, OLD: old})


def forget(folder: Path, person: str) -> dict[str, Any]:
    """Take a surveyor's name out of a study: everywhere a pseudonym stands in its place.

    In visits, what reviewers found and decided, lives, comments, plans, packs, the access log and
    the record of deeds, whose chain still holds. The files that brought the person's visits go;
    their photos stay, written anew without what the camera noted. When the same name comes in
    again, it is known by its keyed hash and does not stay. A store that a move to a server left
    behind, a whole copy, is deleted.

    Returns
    -------
    dict
        ``{pseudonym, rows: {table: n}, files}``.

    Raises
    ------
    InputError
        ``private.no_name`` for less than three letters.
    """
    require("privacy")
    plain = words_of(person)
    if len(plain.replace(" ", "")) < 3:
        raise InputError("private.no_name")
    with open_study(folder) as study, study.locked(wait_s=WAIT_S):
        with study.store.transaction():
            people = study.store.put_forgotten(plain)
            work = _Work(study)
            for table in NAMING:
                _texts(work, table, people)
            work.events(
                lambda row: (
                    {"by": people.who(row["by"])}
                    | {n: people.without_all(row[n]) for n in SEALABLE if n != "by"}
                )
            )
            _files_of(work, set(work.changed.get("response", {})))
            rows = {table: len(found) for table, found in work.changed.items()}
            work.done(people.of(plain), {"rows": rows})
        cells, files = packs_without(study, people), sweep(study) + let_go(left_stores(study))
    rows |= {"gpkg": cells} if cells else {}
    return {"pseudonym": people.of(plain), "rows": rows, "files": files}


def _texts(work: _Work, table: str, people: Pseudonyms) -> None:
    key = _KEYS.get(table, "number")
    for row in work.study.store.rows(table):
        told = {
            n: people.who(v) if n in WHO and isinstance(v, str) else people.without_all(v)
            for n, v in row.items()
        }
        work.change(table, row[key], {n: v for n, v in told.items() if v != row[n]})


def _files_of(work: _Work, numbers: set[int]) -> None:
    """Let go of the files and pictures that brought some visits; photos stay, written anew."""
    if not work.apply:
        return
    rows = work.study.store.rows("response")
    raws = {r["raw_sha256"] for r in rows if r["number"] in numbers and r["raw_sha256"]}
    for number, values in stripped(work.study, raws, rows).items():
        work.change("response", number, values)
    for row in work.study.store.rows("finding"):
        if row["response"] in numbers and "picture" in row["fields"]:
            before = work.changed.get("finding", {}).get(row["id"], {}).get("fields", row["fields"])
            work.change("finding", row["id"], {"fields": {**before, "picture": ""}})


def retention(folder: Path, *, apply: bool = False, today: dt.date | None = None) -> dict[str, Any]:
    """Tell what is older than ``[retention]`` of study.toml lets it be, and take it out if asked.

    Returns
    -------
    dict
        ``{applied, before: {rule: day}, due: {rule: n}, files}``.
    """
    require("privacy")
    with open_study(folder) as study, study.locked(wait_s=WAIT_S):
        rules, on = study.settings.retention, today or dt.datetime.now(dt.UTC).date()
        names = ("surveyor_names", "photos", "comments", "access_log")
        before = {name: months_before(on, getattr(rules, name)).isoformat() for name in names}
        before["left_stores"] = max(before.values())
        files, left = 0, left_stores(study, before=before["left_stores"])
        with study.store.transaction():
            work = _Work(study, apply=apply)
            due = {
                "surveyor_names": _old_names(
                    work, study.store.pseudonyms(), before["surveyor_names"]
                ),
                "photos": _old_photos(work, before["photos"]),
                "comments": _old_comments(work, before["comments"]),
                "access_log": _old(work, "access", before["access_log"]),
                "left_stores": len(left),
            }
            if apply and any(due.values()):
                work.done(words.say("private.retention.subject", lang="id"), {"due": due})
        if apply:
            files = sweep(study) + let_go(left)
    return {"applied": apply, "before": before, "due": due, "files": files}


def months_before(day: dt.date, months: int) -> dt.date:
    """Return the day so many months earlier; the last of its month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _old_names(work: _Work, people: Pseudonyms, before: str) -> int:
    rows = work.study.store.rows("response")
    numbers = set()
    for row in rows:
        told = people.of(row["surveyor"])
        if row["received_at"][:10] < before and told != row["surveyor"]:
            work.change("response", row["number"], {"surveyor": told})
            numbers.add(row["number"])
    fresh = {r["raw_sha256"] for r in rows if r["received_at"][:10] >= before}
    _files_of(
        work, {r["number"] for r in rows if r["number"] in numbers and r["raw_sha256"] not in fresh}
    )

    def actor(row: Mapping[str, Any]) -> dict[str, Any]:
        mine = row["role"] == "surveyor" and row["at"][:10] < before
        return {"by": people.of(row["by"])} if mine else {}

    work.events(actor)
    return len(numbers) + len(work.changed.get("event", {}))


def _old_photos(work: _Work, before: str) -> int:
    rows = work.study.store.rows("response")
    fresh = {r["raw_sha256"] for r in rows if r["received_at"][:10] >= before}
    count = 0
    for row in rows:
        if row["raw_sha256"] and row["raw_sha256"] not in fresh:
            photos = [p | {"sha256": "", "lon": None, "lat": None} for p in row["photos"]]
            work.change("response", row["number"], {"raw_sha256": "", "photos": photos})
            count += len(photos)
    return count


def _old_comments(work: _Work, before: str) -> int:
    count = _old(work, "comment", before)

    def said(row: Mapping[str, Any]) -> dict[str, Any]:
        return {"after": None} if row["action"] == "comment" and row["at"][:10] < before else {}

    work.events(said)
    return count


def _old(work: _Work, table: str, before: str) -> int:
    keys = [row["number"] for row in work.study.store.rows(table) if row["at"][:10] < before]
    if keys:
        work.removed[table] = keys
    return len(keys)


def retention_lines(told: dict[str, Any]) -> list[str]:
    """Tell what is due, and what has been taken out."""
    lines = [
        words.say(f"private.retention.{rule}", n=n, before=told["before"][rule])
        for rule, n in told["due"].items()
    ]
    done = "private.retention.done" if told["applied"] else "private.retention.try"
    return [*lines, words.say(done, files=told["files"])]


def forget_lines(told: dict[str, Any]) -> list[str]:
    """Tell what stands in a name's place, and where it may still stand."""
    rows = sum(told["rows"].values())
    kept = {"pseudonym": told["pseudonym"], "files": told["files"]}
    return [words.say("private.forget.done", rows=rows, **kept), words.say("private.forget.left")]
