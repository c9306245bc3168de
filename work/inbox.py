"""What becomes of a submission: new, seen before, an edit, late, or in conflict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from data.records import KnownResponse, ResponseRecord

ACCEPTED, REVIEW, REJECTED = "accepted", "review", "rejected"
SUPERSEDED, CONFLICT = "superseded", "conflict"
_ACCEPT, _REJECT = "accept", "reject"


def standing(rows: Iterable[KnownResponse]) -> dict[int, str]:
    """Say what stands of one submission's versions, whatever order they came in.

    Of one content the row edited most often speaks, and of equals the one that its own server's
    office took away. Among contents: the most edited one that nothing stops stands; of several
    edited equally often none does, and each waits as a conflict until a person accepts one or
    rejects all but one. A version that is stopped waits and leaves what stood before it, unless
    its server deleted or rejected the whole submission. What a person rejected stays out.

    Returns
    -------
    dict
        Number → status.
    """
    ordered = sorted(rows, key=lambda r: (r.edits, r.gone, r.number), reverse=True)
    told = {row.number: SUPERSEDED for row in ordered}
    levels: dict[int, list[KnownResponse]] = {}
    for row in _speaking(ordered):
        levels.setdefault(row.edits, []).append(row)
    waiting = False
    for _, level in sorted(levels.items(), reverse=True):
        open_ones = [row for row in level if not row.verdict]
        chosen = [row for row in level if row.verdict == _ACCEPT]
        if not waiting:
            told |= {row.number: REJECTED for row in level if row.verdict == _REJECT}
        if chosen:
            told |= {row.number: CONFLICT for row in open_ones if row.status != SUPERSEDED}
            told[chosen[0].number] = ACCEPTED
            break
        if len(open_ones) == 1 and not open_ones[0].stopped:
            told[open_ones[0].number] = ACCEPTED
            break
        if open_ones and not waiting:
            told |= {row.number: _waits(open_ones) for row in open_ones}
        waiting = waiting or bool(open_ones)
        if any(row.gone or (row.verdict and not row.stopped) for row in level):
            break
    return told


def _waits(rows: Sequence[KnownResponse]) -> str:
    return REVIEW if len(rows) == 1 else CONFLICT


def _speaking(ordered: Iterable[KnownResponse]) -> list[KnownResponse]:
    """Pick the first row of each content; what a person decided of an equal row counts for it."""
    first: dict[str, KnownResponse] = {}
    for row in ordered:
        one = first.setdefault(row.content_sha256, row)
        if row.verdict and not one.verdict and row.gone >= one.gone:
            first[row.content_sha256] = replace(one, verdict=row.verdict)
    return list(first.values())


@dataclass(slots=True)
class Inbox:
    """Takes submissions one after the other and says how each, and those before it, now stand.

    ``changed`` holds what rows that the store knew before have become.
    """

    known: dict[str, list[KnownResponse]]
    made: list[ResponseRecord] = field(default_factory=list)
    changed: dict[int, str] = field(default_factory=dict)
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(
            (ACCEPTED, "duplicates", SUPERSEDED, "conflicts", REVIEW), 0
        )
    )
    first: int = 0
    names: dict[str, str] = field(default_factory=dict)

    @classmethod
    def over(cls, known: Mapping[str, Sequence[KnownResponse]]) -> Inbox:
        """Begin with what the store knows."""
        own = {name: list(rows) for name, rows in known.items()}
        last = max((row.number for rows in own.values() for row in rows), default=0)
        names = {row.alias: name for name, rows in own.items() for row in rows if row.alias}
        return cls(known=own, first=last + 1, names=names)

    def named(self, record: ResponseRecord) -> ResponseRecord:
        """Give a submission the id under which its server's own name for it is known."""
        if not record.alias:
            return record
        return replace(record, id=self.names.setdefault(record.alias, record.id))

    def seen(self, record: ResponseRecord, *, gone: bool = False) -> bool:
        """Tell whether this content came before, at this edit or a later one."""
        return any(
            row.content_sha256 == record.content_sha256
            and (row.edits, row.gone) >= (record.edits, gone)
            for row in self.known.get(record.id, [])
        )

    def settle(self, record: ResponseRecord, *, stopped: bool, gone: bool = False) -> str:
        """Take a submission and return its status; "" when it was seen before."""
        if self.seen(record, gone=gone):
            self.counts["duplicates"] += 1
            return ""
        rows = self.known.setdefault(record.id, [])
        number, content = self.first + len(self.made), record.content_sha256
        rows.append(KnownResponse(number, content, "", record.edits, record.alias, stopped, gone))
        self.made.append(record)
        told = standing(rows)
        status = told[number]
        over = [
            row.number
            for row in rows
            if row.number != number
            and row.status not in {SUPERSEDED, ""}
            and told[row.number] == SUPERSEDED
        ]
        for at, row in enumerate(rows):
            if row.status != told[row.number]:
                self._becomes(row.number, told[row.number])
                rows[at] = replace(row, status=told[row.number])
        if over and status in {ACCEPTED, REVIEW}:
            self.made[-1] = replace(self.made[-1], supersedes=max(over))
        self.counts["conflicts" if status == CONFLICT else status] += 1
        self.counts[SUPERSEDED] += len(over)
        return status

    def _becomes(self, number: int, status: str) -> None:
        if number < self.first:
            self.changed[number] = status
        else:
            at = number - self.first
            self.made[at] = replace(self.made[at], status=status)
