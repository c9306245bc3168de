"""Which weights a ranking uses: the study's own, or a scenario saved under a name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from data.workspace import Study
from geo.errors import StudyError, UsageError
from scoring.weights import Scenario

OWN = "study.toml"
"""The name of the study's own scenario, which is written by hand and never saved over."""


def scenario_of(study: Study, programme: str | None) -> Scenario:
    """Return the study's own scenario for a programme (default: its first)."""
    key = programme or study.settings.programmes[0]
    weights = study.settings.weights_of(key)
    return Scenario(
        name=OWN,
        programme=key,
        groups=weights.groups,
        weights=weights.criteria,
        set_by=weights.set_by,
        set_on=weights.set_on,
        basis=weights.basis,
        as_of=dt.datetime.now(tz=dt.UTC).date().isoformat(),
        thresholds=study.settings.thresholds,
    )


def parse_weights(given: Sequence[str]) -> dict[str, float]:
    """Read ``KEY=NUMBER`` words; a decimal point, never a comma."""
    parsed = {}
    for word in given:
        key, _, number = word.partition("=")
        try:
            parsed[key.strip()] = float(number)
        except ValueError:
            raise UsageError("scenario.weight", given=word[:60]) from None
    return parsed


def find_scenario(study: Study, name: str | None, programme: str | None) -> Scenario:
    """Return a named scenario, or the study's own when no name (or its own name) is given."""
    own = scenario_of(study, programme)
    if name in {None, OWN}:
        return own
    known = study.store.scenarios(own.programme)
    for record in known:
        if record.name == name:
            return replace(
                own,
                name=record.name,
                groups=record.groups,
                weights=record.weights,
                set_by=record.set_by,
                set_on=record.set_on,
                basis=record.basis,
            )
    names = ", ".join([OWN, *(r.name for r in known)])
    raise StudyError("scenario.not_found", name=str(name), known=names)
