"""Which weights a ranking uses: the study's own, or a scenario saved under a name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from data.workspace import Study
from geo.errors import StudyError, UsageError
from scoring.weights import Scenario, Stated, read_order

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
        stated=weights.stated,
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


def parse_stated(limits: Sequence[str], order: str, certainty: str) -> Stated:
    """Read ``KEY=LOW..HIGH`` words (points of 100), ``a > b = c`` and how surely numbers stand."""
    parsed = {}
    for word in limits:
        key, _, ends = word.partition("=")
        low, _, high = ends.partition("..")
        try:
            parsed[key.strip()] = (float(low) / 100, float(high) / 100)
        except ValueError:
            raise UsageError("scenario.interval", given=word[:60]) from None
    return Stated(limits=parsed, order=read_order(order), certainty=certainty)


def stated_json(stated: Stated) -> dict[str, Any]:
    """Lay out what was said beside the numbers: limits in points of 100, tiers, certainty."""
    return {
        "intervals": {
            k: [round(100 * low, 9), round(100 * high, 9)]
            for k, (low, high) in stated.limits.items()
        },
        "order": [list(tier) for tier in stated.order],
        "certainty": stated.certainty,
    }


def stated_of(told: Mapping[str, Any]) -> Stated:
    """Read back `stated_json`; nothing said = numbers, fairly surely."""
    if not told:
        return Stated()
    return Stated(
        limits={k: (low / 100, high / 100) for k, (low, high) in told["intervals"].items()},
        order=tuple(tuple(tier) for tier in told["order"]),
        certainty=told["certainty"],
    )


def find_scenario(study: Study, name: str | None, programme: str | None) -> Scenario:
    """Return a named scenario, or the study's own when no name (or its own name) is given."""
    own = scenario_of(study, programme)
    if name in {None, OWN}:
        return own
    known = saved_scenarios(study, own)
    for scenario in known:
        if scenario.name == name:
            return scenario
    names = ", ".join([OWN, *(s.name for s in known)])
    raise StudyError("scenario.not_found", name=str(name), known=names)


def saved_scenarios(study: Study, own: Scenario) -> tuple[Scenario, ...]:
    """Return the scenarios saved for the programme of the study's own one, by name."""
    return tuple(
        replace(
            own,
            name=record.name,
            groups=record.groups,
            weights=record.weights,
            stated=stated_of(record.stated),
            set_by=record.set_by,
            set_on=record.set_on,
            basis=record.basis,
        )
        for record in study.store.scenarios(own.programme)
    )
