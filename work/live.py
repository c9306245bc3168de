"""A ranking under weights that are moving: ranked again, and told how sure, in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from scoring.first_places import FirstPlaces, Ground, first_places, prepare
from scoring.stated import Stated
from scoring.study import Ranking, StudyResult, rank_candidates
from scoring.weights import Scenario, drawn, effective
from work.sureness import SEED, TOP

DRAWS = 600
"""Draws behind every figure that moves with a slider; a saved scenario is recorded with 10,000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """A ranking under one scenario, and who comes first how often (None: nothing is ranked)."""

    scenario: Scenario
    ranking: Ranking
    places: FirstPlaces | None


def weighed(
    scenario: Scenario, *, groups: Mapping[str, float], weights: Mapping[str, float]
) -> Scenario:
    """Return a scenario whose numbers were moved by hand.

    Limits and an order said about the old numbers do not bind a slider; how surely they are meant
    stays.

    Parameters
    ----------
    groups, weights : Mapping[str, float]
        As in `scoring.weights.Scenario`; missing criteria keep the scenario's weight.
    """
    return replace(
        scenario,
        groups=groups or scenario.groups,
        weights={**scenario.weights, **weights},
        stated=Stated(certainty=scenario.stated.certainty),
    )


def ground_of(result: StudyResult) -> Ground:
    """Lay out what `live` needs once; no weight changes it."""
    return prepare(result.matrix, np.asarray(result.ranking.order))


def live(result: StudyResult, ground: Ground, scenario: Scenario, *, draws: int = DRAWS) -> Live:
    """Rank under a scenario and count first places over draws of weights and evidence.

    Raises
    ------
    TapakError
        When the weights mean nothing, such as a group without any.
    """
    weights = effective(result.catalogue, scenario)
    ranking = rank_candidates(result.matrix, result.judgement, weights)
    places = None
    if len(ground.rows):
        tried = drawn(result.catalogue, scenario, count=draws, seed=SEED)
        places = first_places(ground, tried, top=TOP, seed=SEED)
    return Live(scenario=scenario, ranking=ranking, places=places)


def under(result: StudyResult, now: Live) -> StudyResult:
    """Return a result as it would be under the scenario now looked at."""
    return replace(result, scenario=now.scenario, ranking=now.ranking)
