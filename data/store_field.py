"""The field loop in the store: plans, packs, what came home, and what reviewers decided."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from data.hashes import canonical_json, sha256_hex
from data.records import (
    FindingRecord,
    KnownResponse,
    PackRecord,
    PlanRecord,
    ResponseRecord,
    VerdictRecord,
    now_utc,
)
from data.schema import Base
from geo.errors import StudyError

_RESPONSE = Base.metadata.tables["response"]
_FINDING = Base.metadata.tables["finding"]
_VERDICT = Base.metadata.tables["verdict"]
_PLAN = Base.metadata.tables["plan"]
_PACK = Base.metadata.tables["pack"]
STATUSES = frozenset({"accepted", "review", "rejected", "superseded", "conflict"})
CONFLICT = "review.conflict"
"""The finding that two versions contradict each other: of the versions, not of one of them."""
GONE = frozenset({"review.deleted_there", "review.rejected_there"})
_FINAL = frozenset({"accept", "reject"})


class FieldStore:
    """The part of `data.store.Store` that keeps the field loop."""

    def _writing(self) -> AbstractContextManager[sa.Connection]:
        raise NotImplementedError

    def _reading(self) -> AbstractContextManager[sa.Connection]:
        raise NotImplementedError

    # -- responses

    def add_responses(
        self,
        responses: Sequence[ResponseRecord],
        findings: Iterable[tuple[int, FindingRecord]] = (),
        *,
        changed: Mapping[int, str] = MappingProxyType({}),
        more: Iterable[FindingRecord] = (),
    ) -> tuple[int, ...]:
        """Store responses with what was found about them, all or none.

        Parameters
        ----------
        responses : sequence of ResponseRecord
            In the order of arrival. Whatever one ``supersedes`` is marked superseded; its row
            and its answers stay.
        findings : iterable of (int, FindingRecord)
            Position in `responses`, and the finding; its ``response`` is filled in here.
        changed : mapping
            Number of a row stored before → the status it has now.
        more : iterable of FindingRecord
            Findings about rows stored before.

        Returns
        -------
        tuple of int
            Their numbers, in the same order.
        """
        if not responses and not changed:
            return ()
        now = now_utc()
        with self._writing() as connection:
            last = connection.execute(sa.select(sa.func.max(_RESPONSE.c.number))).scalar() or 0
            numbers = tuple(range(last + 1, last + 1 + len(responses)))
            rows = [
                asdict(r)
                | {"number": n, "received_at": r.received_at or now, "photos": list(r.photos)}
                for n, r in zip(numbers, responses, strict=True)
            ]
            gone = [{"gone": r.supersedes} for r in responses if r.supersedes is not None]
            if gone:
                connection.execute(_superseded(), gone)
            if changed:
                now_so = [{"at": number, "now": status} for number, status in changed.items()]
                connection.execute(_changed(), now_so)
            if rows:
                connection.execute(sa.insert(_RESPONSE), rows)
            found = [asdict(replace(f, response=numbers[at])) for at, f in findings]
            found += [asdict(f) for f in more]
            if found:
                connection.execute(sa.insert(_FINDING), found)
        return numbers

    def responses(self, status: str | None = None) -> tuple[ResponseRecord, ...]:
        """Return the responses in the order of arrival, of one status or all."""
        query = sa.select(_RESPONSE).order_by(_RESPONSE.c.number)
        if status is not None:
            query = query.where(_RESPONSE.c.status == status)
        with self._reading() as connection:
            rows = connection.execute(query).mappings()
            return tuple(
                ResponseRecord(**dict(row) | {"photos": tuple(row["photos"])}) for row in rows
            )

    def known_responses(self, submission: str | None = None) -> dict[str, list[KnownResponse]]:
        """Return what an import needs to know of thousands of rows, by submission, oldest first.

        Parameters
        ----------
        submission : str, optional
            Of this one only; of all by default.
        """
        columns = ("id", "number", "content_sha256", "status", "edits", "alias")
        query = sa.select(*(_RESPONSE.c[name] for name in columns)).order_by(_RESPONSE.c.number)
        if submission is not None:
            query = query.where(_RESPONSE.c.id == submission)
        stops = sa.select(_FINDING.c.response, _FINDING.c.code).where(
            _FINDING.c.severity == "stop", _FINDING.c.code != CONFLICT
        )
        decided = sa.select(_VERDICT.c.response, _VERDICT.c.decision).order_by(_VERDICT.c.id)
        known: dict[str, list[KnownResponse]] = {}
        with self._reading() as connection:
            found = connection.execute(stops).all()
            stopped, gone = {row[0] for row in found}, {row[0] for row in found if row[1] in GONE}
            verdicts = {row[0]: row[1] for row in connection.execute(decided)}
            for name, number, content, status, edits, alias in connection.execute(query):
                said = verdicts.get(number, "")
                row = KnownResponse(
                    number=number,
                    content_sha256=content,
                    status=status,
                    edits=edits,
                    alias=alias,
                    stopped=number in stopped,
                    gone=number in gone,
                    verdict=said if said in _FINAL else "",
                )
                known.setdefault(name, []).append(row)
        return known

    def findings(self, numbers: Collection[int] | None = None) -> tuple[FindingRecord, ...]:
        """Return what was found about these responses (all by default), in the order found."""
        told = [column for column in _FINDING.c if column.name != "id"]
        query = sa.select(*told).order_by(_FINDING.c.id)
        with self._reading() as connection:
            found = [FindingRecord(**row) for row in connection.execute(query).mappings()]
        return tuple(f for f in found if numbers is None or f.response in numbers)

    def decide(
        self,
        verdict: VerdictRecord,
        *,
        status: str,
        changed: Mapping[int, str] = MappingProxyType({}),
    ) -> None:
        """Record a reviewer's decision and set the response's status with it.

        When a response is accepted, an accepted row of the same submission is superseded by it;
        ``changed`` are the statuses that other rows have by it.

        Raises
        ------
        StudyError
            ``store.no_response`` when there is no response of this number.
        """
        if status not in STATUSES:
            msg = f"no such status: {status}"
            raise ValueError(msg)
        here = _RESPONSE.c.number == verdict.response
        with self._writing() as connection:
            found = connection.execute(sa.select(_RESPONSE.c.id).where(here)).scalar()
            if found is None:
                raise StudyError("store.no_response", response=verdict.response)
            if status == "accepted":
                old = (_RESPONSE.c.id == found) & (_RESPONSE.c.status == "accepted") & ~here
                before = connection.execute(sa.select(_RESPONSE.c.number).where(old)).scalar()
                if before is not None:
                    connection.execute(_superseded(), [{"gone": before}])
                    connection.execute(_RESPONSE.update().where(here).values(supersedes=before))
            connection.execute(_RESPONSE.update().where(here).values(status=status))
            if changed:
                now_so = [{"at": number, "now": told} for number, told in changed.items()]
                connection.execute(_changed(), now_so)
            row = asdict(replace(verdict, at=verdict.at or now_utc()))
            connection.execute(sa.insert(_VERDICT).values(row))

    def verdicts(self) -> tuple[VerdictRecord, ...]:
        """Return every reviewer's decision, oldest first."""
        told = [column for column in _VERDICT.c if column.name != "id"]
        with self._reading() as connection:
            rows = connection.execute(sa.select(*told).order_by(_VERDICT.c.id)).mappings()
            return tuple(VerdictRecord(**row) for row in rows)

    # -- plans and packs

    def add_plan(self, plan: Mapping[str, Any]) -> str:
        """Store a plan and return its id; the latest stored is the one a pack takes.

        Parameters
        ----------
        plan : mapping
            ``programme``, ``settings``, ``days``, ``double_visits``; plain JSON values. The id
            is made of them and of the time, so it never names another plan.
        """
        row = {name: plan[name] for name in ("programme", "settings", "days", "double_visits")}
        row["made_at"] = str(plan.get("made_at") or now_utc())
        with self._writing() as connection:
            last = connection.execute(sa.select(sa.func.max(_PLAN.c.number))).scalar() or 0
            digest = sha256_hex(canonical_json(row | {"number": last + 1}))
            row["id"] = f"plan-{digest[:8]}"
            connection.execute(sa.insert(_PLAN).values(row))
        return str(row["id"])

    def plans(self) -> tuple[PlanRecord, ...]:
        """Return every plan, oldest first."""
        told = [column for column in _PLAN.c if column.name != "number"]
        with self._reading() as connection:
            rows = connection.execute(sa.select(*told).order_by(_PLAN.c.number)).mappings().all()
        return tuple(
            PlanRecord(
                **dict(row)
                | {"days": tuple(row["days"]), "double_visits": tuple(row["double_visits"])}
            )
            for row in rows
        )

    def plan(self, plan_id: str) -> PlanRecord:
        """Return one plan; StudyError ``store.no_plan`` when there is none."""
        for found in self.plans():
            if found.id == plan_id:
                return found
        raise StudyError("store.no_plan", plan=plan_id)

    def latest_plan(self, programme: str | None = None) -> PlanRecord | None:
        """Return the plan stored last, of one programme or of any; None when there is none."""
        fitting = [p for p in self.plans() if programme in {None, p.programme}]
        return fitting[-1] if fitting else None

    def add_pack(self, pack: PackRecord) -> None:
        """Record a pack that was handed out."""
        row = asdict(replace(pack, made_at=pack.made_at or now_utc()))
        with self._writing() as connection:
            connection.execute(sa.insert(_PACK).values(row))

    def packs(self) -> tuple[PackRecord, ...]:
        """Return every pack, oldest first."""
        told = [column for column in _PACK.c if column.name != "number"]
        with self._reading() as connection:
            rows = connection.execute(sa.select(*told).order_by(_PACK.c.number)).mappings()
            return tuple(PackRecord(**row) for row in rows)


def _superseded() -> Any:
    changed = sa.update(_RESPONSE).where(_RESPONSE.c.number == sa.bindparam("gone"))
    return changed.values(status="superseded")


def _changed() -> Any:
    changed = sa.update(_RESPONSE).where(_RESPONSE.c.number == sa.bindparam("at"))
    return changed.values(status=sa.bindparam("now"))
