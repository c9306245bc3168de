"""Ranking a study: compute, record the run, and say where a score comes from."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

from data.hashes import record_hash, run_id, sha256_hex
from data.records import RunRecord, now_utc
from data.workspace import Study, open_study
from geo.errors import InputError
from scoring.stated import Stated
from scoring.study import StudyResult, run_study
from work.as_json import evidence_json, ranking_json, unknown_json
from work.assemble import Assembled, assemble
from work.kept import KeptMeasures
from work.moved import moved_json, run_before
from work.result_text import result_text
from work.steady import given_back, uncollected
from work.sureness import (
    counterfactuals_json,
    flips_json,
    methods_json,
    site_sureness_json,
    sureness_json,
)
from work.weighing import find_scenario, stated_json

_SOFTWARE = ("tapak", "numpy", "geopandas", "shapely", "pyproj", "rasterio")


def compute(
    study: Study, programme: str | None = None, scenario: str | None = None
) -> tuple[StudyResult, Assembled]:
    """Run the straight line over a study; measures are kept in ``cache/`` by content hash."""
    chosen = find_scenario(study, scenario, programme)
    inputs = assemble(study)

    result = run_study(
        inputs.candidates,
        inputs.layers,
        chosen,
        register=inputs.register,
        given=inputs.visits.evidence(chosen.programme),
        memory=KeptMeasures(study),
    )
    return result, inputs


def rank_study(
    folder: Path,
    *,
    programme: str | None = None,
    scenario: str | None = None,
    top: int | None = None,
    every_method: bool = False,
) -> dict[str, Any]:
    """Rank a study, record the run and return what ``rank --json`` promises (docs/cli.md)."""
    with uncollected(), open_study(folder) as study:
        result, inputs = compute(study, programme, scenario)
        inputs.layers.forget()  # a regency's streets and buildings: nothing below needs them
        given_back()
        told = sureness_json(result, ranking_json(result))
        with study.locked(wait_s=30):
            before = run_before(study, result, inputs.visits)
            told["run"] = record_run(study, result, inputs, told)
    told["moved"] = moved_json(before, told, result)
    told["synthetic"] = inputs.synthetic
    if every_method:
        told["methods"] = methods_json(result)
    if top is not None:
        told["sites"] = told["sites"][:top]
        kept = {site["id"] for site in told["sites"]}
        told["survey_first"] = [s for s in told["survey_first"] if s["id"] in kept]
    return told


def record_run(study: Study, result: StudyResult, inputs: Assembled, told: dict[str, Any]) -> str:
    """Record a run in the store, chained to the one before; returns its id."""
    text = result_text(_kept(told))
    scenario = _scenario_json(result)
    before = study.store.runs()
    described: dict[str, Any] = {
        "inputs": {f"{f.kind}:{f.id}": f.sha256 for f in inputs.files}
        | inputs.visits.fingerprint(),
        "scenario": scenario,
        "software": {"python": platform.python_version()} | {n: version(n) for n in _SOFTWARE},
        "previous": before[-1].record_sha256 if before else "",
    }
    time, sha = now_utc(), sha256_hex(text)
    record = record_hash(result_sha256=sha, time=time, **described)
    study.store.add_run(
        RunRecord(
            id=run_id(record),
            programme=result.scenario.programme,
            result_sha256=sha,
            record_sha256=record,
            created_at=time,
            result=text.decode(),
            **described,
        )
    )
    return run_id(record)


def _kept(told: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is no result: the run's name and sentences, which follow the language."""
    lists = {
        name: [
            {k: v for k, v in site.items() if k != "text"} if "text" in site else site
            for site in sorted(told[name], key=lambda site: str(site["id"]))
        ]
        for name in ("sites", "survey_first", "excluded")
    }
    return {"programme": told["programme"], **lists}


def _scenario_json(result: StudyResult) -> dict[str, object]:
    scenario = result.scenario
    said = scenario.stated != Stated()
    return {
        "name": scenario.name,
        "programme": scenario.programme,
        "catalogue": result.catalogue.version,
        "weights": dict(
            zip([c.key for c in result.criteria], result.ranking.weights.tolist(), strict=True)
        ),
        "set_by": scenario.set_by,
        "set_on": scenario.set_on,
        "basis": scenario.basis,
        "as_of": scenario.as_of,
        # only where something was said: what was recorded before keeps its hash
        **({"stated": stated_json(scenario.stated)} if said else {}),
    }


def find_site(result: StudyResult, given: str) -> int:
    """Find a candidate by id, or by its whole name when only one carries it."""
    frame = result.candidates.frame
    at = frame.index[frame["id"] == given].tolist()
    if not at:
        at = frame.index[frame["name"].str.casefold() == given.strip().casefold()].tolist()
    if len(at) > 1:
        raise InputError("why.several", site=given, ids=", ".join(frame["id"].iloc[at]))
    if not at:
        raise InputError("why.not_found", site=given)
    return int(at[0])


def why_site(
    folder: Path, site: str, *, programme: str | None = None, scenario: str | None = None
) -> dict[str, Any]:
    """Say where a site's score comes from: ``{site, contributions, evidence, unknown}``."""
    with open_study(folder) as study:
        result, _ = compute(study, programme, scenario)
    i = find_site(result, site)
    told = ranking_json(result)
    candidate = result.candidates.ids[i]
    listed = [*told["sites"], *told["excluded"]]
    rows = result.evidence.loc[result.evidence["candidate"] == candidate]
    return {
        "site": next(s for s in listed if s["id"] == candidate),
        "contributions": next(s for s in listed if s["id"] == candidate).get("contributions", {}),
        "evidence": [evidence_json(row) for row in rows.to_dict("records")],
        "flip": flips_json(result),
        "counterfactuals": counterfactuals_json(result, i),
        "sureness": site_sureness_json(result, i),
        "unknown": [
            unknown_json(result, k)
            for k in range(len(result.criteria))
            if result.matrix.unknown[i, k]
        ],
        "gates": [
            {"gate": g.code, "p": float(p), "passed": bool(ok)}
            for g, p, ok in zip(
                result.judgement.gates,
                result.judgement.p_gate[i],
                result.judgement.passed[i],
                strict=True,
            )
        ],
    }
