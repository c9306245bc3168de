"""What becomes of a submission: new, seen before, an edit, late, or in conflict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from data.records import KnownResponse, ResponseRecord

ACCEPTED, REVIEW, REJECTED = "accepted", "review", "rejected"
SUPERSEDED, CONFLICT = "superseded", "conflict"


@dataclass(slots=True)
class Inbox:
    """Takes submissions one after the other and says how each is stored.

    The version with the most edits that nothing stops stands, whichever came first. Two versions
    with equally many edits contradict each other: the one that stands stays, the other waits for
    a person.
    """

    known: dict[str, list[KnownResponse]]
    made: list[ResponseRecord] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(
            (ACCEPTED, "duplicates", SUPERSEDED, "conflicts", REVIEW), 0
        )
    )
    first: int = 0

    @classmethod
    def over(cls, known: Mapping[str, Sequence[KnownResponse]]) -> Inbox:
        """Begin with what the store knows."""
        own = {name: list(rows) for name, rows in known.items()}
        last = max((row.number for rows in own.values() for row in rows), default=0)
        return cls(known=own, first=last + 1)

    def seen(self, record: ResponseRecord) -> bool:
        """Tell whether this content came before, at this edit or a later one."""
        rows = self.known.get(record.id, [])
        most = max((row.edits for row in rows), default=0)
        return any(
            row.content_sha256 == record.content_sha256
            and (row.edits >= record.edits or row.edits == most)
            for row in rows
        )

    def settle(self, record: ResponseRecord, *, stopped: bool) -> str:
        """Take a submission and return its status; "" when it was seen before."""
        if self.seen(record):
            self.counts["duplicates"] += 1
            return ""
        rows = self.known.setdefault(record.id, [])
        status = self._status(rows, record.edits, stopped=stopped)
        over = {ACCEPTED: (ACCEPTED, REVIEW, REJECTED), REVIEW: (REVIEW, REJECTED)}.get(status, ())
        old = [row for row in rows if row.status in over and row.edits < record.edits]
        for row in old:
            self._supersede(rows, row)
        number = self.first + len(self.made)
        supersedes = max((row.number for row in old), default=None)
        self.made.append(replace(record, status=status, supersedes=supersedes))
        rows.append(KnownResponse(number, record.content_sha256, status, record.edits))
        name = "conflicts" if status == CONFLICT else status
        self.counts[name] += 1
        self.counts[SUPERSEDED] += len(old)
        return status

    def _status(self, rows: Sequence[KnownResponse], edits: int, *, stopped: bool) -> str:
        stand = [r for r in rows if r.status in {ACCEPTED, REVIEW, REJECTED}]
        beats = {REVIEW, ACCEPTED, REJECTED} if stopped else {ACCEPTED, REJECTED}
        if any(r.edits > edits and r.status in beats for r in stand):
            return SUPERSEDED
        if any(r.edits == edits for r in rows if r.status != CONFLICT):
            return CONFLICT
        return REVIEW if stopped else ACCEPTED

    def _supersede(self, rows: list[KnownResponse], row: KnownResponse) -> None:
        rows[rows.index(row)] = replace(row, status=SUPERSEDED)
        if row.number < self.first:
            self.gone.append(row.number)
        else:
            at = row.number - self.first
            self.made[at] = replace(self.made[at], status=SUPERSEDED)
