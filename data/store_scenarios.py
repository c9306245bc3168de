"""Named scenarios in the store: saved, listed, and never overwritten unseen."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from typing import Any

import sqlalchemy as sa

from data.conflicts import ConflictError
from data.records import ScenarioRecord, now_utc
from data.schema import Base

STATED = "@stated"
"""Where limits and order stand in the column of weights; no criterion has such a key."""

_SCENARIO = Base.metadata.tables["scenario"]


class ScenarioStore:
    """The part of `data.store.Store` that keeps scenarios."""

    def _writing(self) -> AbstractContextManager[sa.Connection]:
        raise NotImplementedError

    def _reading(self) -> AbstractContextManager[sa.Connection]:
        raise NotImplementedError

    def save_scenario(self, scenario: ScenarioRecord) -> ScenarioRecord:
        """Store a scenario; one of the same name and programme is replaced by its next version.

        Parameters
        ----------
        scenario : ScenarioRecord
            ``version`` is the version that was read; 0 for a new name.

        Raises
        ------
        ConflictError
            ``store.scenario_stale`` with both versions when somebody else saved this name in
            between; ``theirs`` is None when they took it away.
        """
        mine = (_SCENARIO.c.name == scenario.name) & (_SCENARIO.c.programme == scenario.programme)
        saved = replace(scenario, created_at=now_utc(), version=scenario.version + 1)
        with self._writing() as connection:
            found = connection.execute(_told().where(mine)).mappings().first()
            if (found["version"] if found else 0) != scenario.version:
                told = _record(dict(found)) if found else None
                raise ConflictError(
                    "store.scenario_stale", mine=scenario, theirs=told, name=scenario.name
                )
            if found is None:
                connection.execute(sa.insert(_SCENARIO).values(_row(saved)))
            else:
                connection.execute(sa.update(_SCENARIO).where(mine).values(_row(saved)))
        return saved

    def scenarios(self, programme: str | None = None) -> tuple[ScenarioRecord, ...]:
        """Return the scenarios, of one programme or of all, in the order first saved."""
        query = _told().order_by(_SCENARIO.c.number)
        if programme is not None:
            query = query.where(_SCENARIO.c.programme == programme)
        with self._reading() as connection:
            return tuple(_record(dict(row)) for row in connection.execute(query).mappings())


def _told() -> sa.Select[Any]:
    return sa.select(*(c for c in _SCENARIO.c if c.name != "number"))


def _row(scenario: ScenarioRecord) -> dict[str, Any]:
    row = asdict(scenario)
    stated = row.pop("stated")
    return row | {"weights": row["weights"] | ({STATED: stated} if stated else {})}


def _record(row: dict[str, Any]) -> ScenarioRecord:
    weights = dict(row.pop("weights"))
    return ScenarioRecord(stated=weights.pop(STATED, {}), weights=weights, **row)
