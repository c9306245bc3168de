"""The straight line: candidates and layers in, evidence, matrix and ranking out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.candidates import Candidates
from scoring.criteria import Catalogue, Criterion, load_catalogue
from scoring.evidence import DecisionMatrix, empty, register_evidence, resolve
from scoring.exclusions import Judgement, judge
from scoring.layers import Layers
from scoring.measure import Mapper, Memory, measure
from scoring.rank import Scores, ranks, score
from scoring.rows import together
from scoring.weights import Scenario, effective


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The ranking of the candidates that are not excluded, best first.

    ``order`` holds positions in the candidates' frame; ``rank``, ``scores`` and everything else
    is in that order.
    """

    order: npt.NDArray[np.int64]
    rank: npt.NDArray[np.int64]
    scores: Scores
    weights: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyResult:
    """Everything one run found, ready to be shown, kept or explained."""

    candidates: Candidates
    criteria: tuple[Criterion, ...]
    evidence: pd.DataFrame
    matrix: DecisionMatrix
    judgement: Judgement
    ranking: Ranking
    scenario: Scenario
    catalogue: Catalogue


def run_study(
    candidates: Candidates,
    layers: Layers,
    scenario: Scenario,
    *,
    register: pd.DataFrame,
    given: pd.DataFrame | None = None,
    memory: Memory | None = None,
    mapper: Mapper = map,
) -> StudyResult:
    """Measure, resolve, judge and rank.

    Parameters
    ----------
    candidates : Candidates
        Placed, in the study's metric CRS.
    layers : Layers
    scenario : Scenario
        Programme, weights, and the date "recent" is counted from (``as_of``, ISO).
    register : DataFrame
        What the agencies' lists say; see `scoring.evidence.register_evidence`.
    given : DataFrame, optional
        Further rows of evidence, such as accepted survey answers.
    memory : Memory, optional
        What was measured before, by content hash; only what is new is measured.
    mapper : callable
        ``map`` or one that sends tiles of candidates to other processes.
    """
    catalogue = load_catalogue()
    letter = catalogue.programme(scenario.programme).letter
    as_of = scenario.as_of or dt.datetime.now(tz=dt.UTC).date().isoformat()
    scored = catalogue.scored(scenario.programme)
    shown = tuple(c for c in catalogue.criteria.values() if c.role == "info")
    measured = measure(
        candidates, layers, (*scored, *shown), letter=letter, memory=memory, mapper=mapper
    )
    told = register_evidence(register, catalogue, letter=letter, year=int(as_of[:4]))
    blocks = [b for b in (measured, told, given) if b is not None and len(b)]
    evidence = together(blocks) if blocks else empty()
    matrix = resolve(evidence, candidates.ids, scored, letter=letter)
    judgement = judge(
        candidates,
        evidence,
        layers,
        catalogue=catalogue,
        programme=scenario.programme,
        thresholds=scenario.thresholds,
        as_of=as_of,
    )
    return StudyResult(
        candidates=candidates,
        criteria=scored,
        evidence=evidence,
        matrix=matrix,
        judgement=judgement,
        ranking=rank_candidates(matrix, judgement, effective(catalogue, scenario)),
        scenario=scenario,
        catalogue=catalogue,
    )


def rank_candidates(
    matrix: DecisionMatrix, judgement: Judgement, weights: npt.NDArray[np.float64]
) -> Ranking:
    """Rank every candidate that is not excluded; ties share the lower rank, ordered by id.

    Cheap enough to be called while a slider moves: nothing is measured again.
    """
    out = {e.candidate for e in judgement.excluded}
    ids = np.asarray(matrix.candidate_ids, dtype=object)
    kept = np.flatnonzero(~pd.Index(ids).isin(list(out)))
    found = score(matrix.values()[kept], weights, matrix.priors())
    best_first = np.lexsort((ids[kept].astype(str), -found.score))
    ordered = Scores(
        score=found.score[best_first],
        low=found.low[best_first],
        high=found.high[best_first],
        coverage=found.coverage[best_first],
        contributions=found.contributions[best_first],
    )
    return Ranking(
        order=kept[best_first], rank=ranks(ordered.score), scores=ordered, weights=weights
    )
