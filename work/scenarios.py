"""Named scenarios: saved, listed, and compared side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from data.conflicts import ConflictError
from data.records import ScenarioRecord
from data.workspace import Study, open_study
from geo.errors import UsageError
from scoring.criteria import load_catalogue
from scoring.study import Ranking, StudyResult, rank_candidates
from scoring.weights import Scenario, Stated, effective
from work.audit import note
from work.ranking import compute
from work.roles import require
from work.weighing import OWN, find_scenario, scenario_of, stated_json, stated_of

_NOTED = ("groups", "weights", "stated", "set_by", "set_on", "basis")
"""What somebody states of a scenario, as the record of deeds keeps it."""


def save_scenario(  # noqa: PLR0913 - one for each thing a person states
    folder: Path,
    name: str,
    *,
    programme: str | None,
    groups: Mapping[str, float],
    weights: Mapping[str, float],
    stated: Stated | None = None,
    set_by: str = "",
    set_on: str = "",
    basis: str = "",
    overwrite: bool = False,
    seen: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Save a scenario; an existing name is refused unless it may be replaced.

    ``stated`` is what is said beside the numbers: limits, an order, certainty. ``seen`` is the
    version (as `scenario_told` lays it out) that whoever replaces it has before their eyes.

    Raises
    ------
    ConflictError
        ``store.scenario_stale`` when what stands now is not what was seen, or another save came
        in between; ``mine`` and ``theirs`` are laid out as `scenario_told` does.
    NotAllowedError
        When the role of whoever is acting may not save scenarios.
    """
    require("scenario")
    if name == OWN or not name.strip():
        raise UsageError("scenario.name", given=name)
    with open_study(folder) as study:
        own = scenario_of(study, programme)
        said = stated or Stated()
        tried = replace(own, groups=dict(groups), weights=dict(weights), stated=said)
        effective(load_catalogue(), tried)  # refuses weights that mean nothing
        old = [s for s in study.store.scenarios(own.programme) if s.name == name]
        record = ScenarioRecord(
            name=name,
            programme=own.programme,
            set_by=set_by,
            set_on=set_on,
            basis=basis,
            version=old[0].version if old else 0,
            groups=tried.groups,
            weights=tried.weights,
            stated=stated_json(said),
        )
        if old and not overwrite:
            both = {"mine": scenario_told(record), "theirs": scenario_told(old[0])}
            raise ConflictError("scenario.exists", name=name, **both)
        with study.locked(wait_s=30), study.store.transaction():
            saved = _saved(study, record, old[0] if old else None, seen)
            before = _noted(old[0]) if old else None
            note(study, "scenario", name, before=before, after=_noted(saved))
    return scenario_told(saved)


def _saved(
    study: Study, record: ScenarioRecord, old: ScenarioRecord | None, seen: Mapping[str, Any] | None
) -> ScenarioRecord:
    """Save, unless what stands there now is not what the person who saves has seen."""
    theirs: object = old
    if old is None or seen is None or _noted(old) == {k: seen[k] for k in _NOTED}:
        try:
            return study.store.save_scenario(record)
        except ConflictError as both:
            theirs = both.theirs
    told = scenario_told(theirs) if isinstance(theirs, ScenarioRecord) else None
    mine = scenario_told(record)
    raise ConflictError("store.scenario_stale", mine=mine, theirs=told, name=record.name)


def _noted(record: ScenarioRecord) -> dict[str, Any]:
    """Lay out of a scenario what the record of deeds keeps."""
    told = scenario_told(record)
    return {k: told[k] for k in _NOTED}


def seen_of(scenario: Scenario) -> dict[str, Any]:
    """Lay out a scenario that somebody has before their eyes, as `save_scenario` takes it."""
    told = {name: getattr(scenario, name) for name in ("set_by", "set_on", "basis")}
    return told | {
        "groups": dict(scenario.groups),
        "weights": dict(scenario.weights),
        "stated": stated_json(scenario.stated),
    }


def list_scenarios(folder: Path, *, programme: str | None = None) -> dict[str, Any]:
    """List the saved scenarios of a programme: ``{programme, scenarios: [...]}``."""
    require("view_internal")
    with open_study(folder) as study:
        own = scenario_of(study, programme)
        return {
            "programme": own.programme,
            "scenarios": [scenario_told(s) for s in study.store.scenarios(own.programme)],
        }


def scenario_told(record: ScenarioRecord) -> dict[str, Any]:
    """Lay out a saved scenario as plain JSON values."""
    return {
        "name": record.name,
        "programme": record.programme,
        "groups": dict(record.groups),
        "weights": dict(record.weights),
        "stated": stated_json(stated_of(record.stated)),
        "set_by": record.set_by,
        "set_on": record.set_on,
        "basis": record.basis,
        "saved_at": record.created_at,
        "version": record.version,
    }


def compare_scenarios(
    folder: Path, one: str, other: str, *, programme: str | None = None, top: int = 10
) -> dict[str, Any]:
    """Compare two scenarios over the same evidence.

    Returns
    -------
    dict
        ``{programme, one, other, stated, top, moved: [{id, name, from, to, because}], entered,
        left}``: what either states beside its numbers, every
        site whose rank changes, who enters and leaves the first `top`, and the criterion whose
        weight did most of it (the largest change of contribution in the direction of the move).
    """
    require("view_internal")
    with open_study(folder) as study:
        first, second = (find_scenario(study, name, programme) for name in (one, other))
        result, _ = compute(study, programme)
    return compare_within(result, first, second, top=top)


def compare_within(
    result: StudyResult, first: Scenario, second: Scenario, *, top: int = 10
) -> dict[str, Any]:
    """Compare two scenarios over a result at hand; see `compare_scenarios`."""
    a, b = (_ranked(result, scenario) for scenario in (first, second))
    rank_a, rank_b = _by_candidate(result, a), _by_candidate(result, b)
    ids, names = result.candidates.ids, result.candidates.frame["name"].tolist()
    moved = [
        {
            "id": ids[i],
            "name": names[i],
            "from": int(rank_a[i]),
            "to": int(rank_b[i]),
            "because": _because(result, a, b, i),
        }
        for i in np.argsort(rank_b, kind="stable").tolist()
        if rank_a[i] != rank_b[i]
    ]
    in_a, in_b = (set(np.flatnonzero((r > 0) & (r <= top)).tolist()) for r in (rank_a, rank_b))
    return {
        "programme": result.scenario.programme,
        "one": first.name,
        "other": second.name,
        "stated": [stated_json(scenario.stated) for scenario in (first, second)],
        "top": top,
        "moved": moved,
        "entered": [ids[i] for i in sorted(in_b - in_a)],
        "left": [ids[i] for i in sorted(in_a - in_b)],
    }


def beside(
    result: StudyResult, first: Scenario, second: Scenario, *, top: int = 10
) -> dict[str, Any]:
    """Lay two scenarios side by side.

    Returns
    -------
    dict
        ``{weights: [{criterion, one, other}], firsts: [[{id, name, rank}], […]]}``: effective
        weights 0-1, those that differ most first, and the first `top` sites under either.
    """
    both = [_ranked(result, scenario) for scenario in (first, second)]
    one, other = (ranking.weights for ranking in both)
    frame = result.candidates.frame
    return {
        "weights": [
            {"criterion": result.criteria[k].key, "one": float(one[k]), "other": float(other[k])}
            for k in np.argsort(-np.abs(one - other), kind="stable").tolist()
        ],
        "firsts": [
            [
                {"id": frame["id"].iloc[i], "name": str(frame["name"].iloc[i]), "rank": rank}
                for i, rank in zip(r.order[:top].tolist(), r.rank[:top].tolist(), strict=True)
            ]
            for r in both
        ],
    }


def _ranked(result: StudyResult, scenario: Scenario) -> Ranking:
    weights = effective(result.catalogue, scenario)
    return rank_candidates(result.matrix, result.judgement, weights)


def _by_candidate(result: StudyResult, ranking: Ranking) -> Any:
    rank = np.zeros(len(result.candidates), dtype=np.int64)
    rank[ranking.order] = ranking.rank
    return rank


def _because(result: StudyResult, a: Ranking, b: Ranking, i: int) -> str:
    """Name the criterion whose contribution, against the mean of all, moved most with the site."""
    at_a, at_b = (int(np.flatnonzero(r.order == i)[0]) for r in (a, b))
    mine = b.scores.contributions[at_b] - a.scores.contributions[at_a]
    everybody = b.scores.contributions.mean(axis=0) - a.scores.contributions.mean(axis=0)
    gain = mine - everybody
    up = b.rank[at_b] < a.rank[at_a]
    return result.criteria[int(np.argmax(gain if up else -gain))].key
