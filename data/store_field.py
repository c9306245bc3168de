"""The field loop in the store: plans, packs, what came home, and what reviewers decided."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
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
        superseded: Iterable[int] = (),
    ) -> tuple[int, ...]:
        """Store responses with what was found about them, all or none.

        Parameters
        ----------
        responses : sequence of ResponseRecord
            In the order of arrival. Whatever one ``supersedes`` is marked superseded; its row
            and its answers stay.
        findings : iterable of (int, FindingRecord)
            Position in `responses`, and the finding; its ``response`` is filled in here.
        superseded : iterable of int
            Numbers of further rows that stand no longer.

        Returns
        -------
        tuple of int
            Their numbers, in the same order.
        """
        if not responses:
            return ()
        now = now_utc()
        with self._writing() as connection:
            last = connection.execute(sa.select(sa.func.max(_RESPONSE.c.number))).scalar() or 0
            numbers = tuple(range(last + 1, last + 1 + len(responses)))
            rows = [
                asdict(r) | {"number": n, "received_at": r.received_at or now}
                for n, r in zip(numbers, responses, strict=True)
            ]
            gone = [{"gone": r.supersedes} for r in responses if r.supersedes is not None]
            gone += [{"gone": number} for number in superseded]
            if gone:
                connection.execute(_superseded(), gone)
            connection.execute(sa.insert(_RESPONSE), rows)
            found = [asdict(replace(f, response=numbers[at])) for at, f in findings]
            if found:
                connection.execute(sa.insert(_FINDING), found)
        return numbers

    def responses(self, status: str | None = None) -> tuple[ResponseRecord, ...]:
        """Return the responses in the order of arrival, of one status or all."""
        query = sa.select(_RESPONSE).order_by(_RESPONSE.c.number)
        if status is not None:
            query = query.where(_RESPONSE.c.status == status)
        with self._reading() as connection:
            return tuple(ResponseRecord(**row) for row in connection.execute(query).mappings())

    def known_responses(self) -> dict[str, list[KnownResponse]]:
        """Return what an import needs to know of thousands of rows, by submission, oldest first."""
        told = (_RESPONSE.c[name] for name in ("id", *KnownResponse.__slots__))
        known: dict[str, list[KnownResponse]] = {}
        with self._reading() as connection:
            for row in connection.execute(sa.select(*told).order_by(_RESPONSE.c.number)):
                known.setdefault(row[0], []).append(KnownResponse(*row[1:]))
        return known

    def findings(self, numbers: Collection[int] | None = None) -> tuple[FindingRecord, ...]:
        """Return what was found about these responses (all by default), in the order found."""
        told = [column for column in _FINDING.c if column.name != "id"]
        query = sa.select(*told).order_by(_FINDING.c.id)
        with self._reading() as connection:
            found = [FindingRecord(**row) for row in connection.execute(query).mappings()]
        return tuple(f for f in found if numbers is None or f.response in numbers)

    def decide(self, verdict: VerdictRecord, *, status: str) -> None:
        """Record a reviewer's decision and set the response's status with it.

        When a response is accepted, an accepted row of the same submission is superseded by it.

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
