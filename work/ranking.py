"""Ranking a study: compute, record the run, and say where a score comes from."""

from __future__ import annotations

import platform
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from data.hashes import record_hash, run_id, sha256_hex
from data.records import RunRecord, now_utc
from data.workspace import Study, open_study
from geo.errors import InputError
from scoring.ahead import make_ready
from scoring.criteria import load_catalogue
from scoring.layers import Layers
from scoring.stated import Stated
from scoring.study import StudyResult, run_study
from work.areas import (
    LISTS,
    area_programme,
    area_why,
    areas_json,
    areas_of,
    first_areas,
    is_area,
    required_areas,
)
from work.as_json import evidence_json, ranking_json, unknown_json
from work.assemble import Assembled, assemble
from work.kept import KeptMeasures
from work.moved import moved_json, run_before
from work.result_text import result_text
from work.roles import require
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
    study: Study,
    programme: str | None = None,
    scenario: str | None = None,
    *,
    as_of: str = "",
) -> tuple[StudyResult, Assembled]:
    """Run the straight line over a study; measures are kept in ``cache/`` by content hash.

    ``as_of`` is the ISO day that "recent" is counted from, today by default.
    """
    chosen, memory = find_scenario(study, scenario, programme), KeptMeasures(study)
    chosen = replace(chosen, as_of=as_of) if as_of else chosen
    catalogue = load_catalogue()
    criteria = catalogue.scored(chosen.programme)
    letter = catalogue.programme(chosen.programme).letter
    with ThreadPoolExecutor(max_workers=1) as beside:

        def begun(layers: Layers) -> None:
            beside.submit(make_ready, layers, criteria, letter=letter, memory=memory)

        inputs = assemble(study, begun=begun)
        result = run_study(
            inputs.candidates,
            inputs.layers,
            chosen,
            register=inputs.register,
            given=inputs.visits.evidence(chosen.programme),
            memory=memory,
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
    require("rank")
    with uncollected(), open_study(folder) as study:
        result, inputs = compute(study, programme, scenario)
        areas = areas_of(study, result, inputs)
        inputs.layers.forget()  # a regency's streets and buildings: nothing below needs them
        given_back()
        told = sureness_json(result, ranking_json(result)) | areas_json(areas, result)
        with study.locked(wait_s=30):
            before = run_before(study, result, inputs.visits)
            told["run"] = record_run(study, result, inputs, told)
    told["moved"] = moved_json(before, told, result)
    told["synthetic"] = inputs.synthetic
    if every_method:
        told["methods"] = methods_json(result)
    told["counts"] = {"sites": len(told["sites"]), "survey_first": len(told["survey_first"])}
    if top is not None:
        told["sites"] = told["sites"][:top]
        kept = {site["id"] for site in told["sites"]}
        told["survey_first"] = [s for s in told["survey_first"] if s["id"] in kept]
        told |= first_areas(told, top)
    return told


@dataclass(frozen=True, slots=True, kw_only=True)
class RunText:
    """What a run is recorded by: ``text`` is its result, the rest what it was made from."""

    inputs: dict[str, Any]
    scenario: dict[str, Any]
    software: dict[str, Any]
    text: bytes

    @property
    def sha256(self) -> str:
        """Fingerprint of the result."""
        return sha256_hex(self.text)

    def same_as(self, run: RunRecord) -> bool:
        """Tell whether a recorded run says the same of the same; days and versions aside."""
        told = [{k: v for k, v in s.items() if k != "as_of"} for s in (self.scenario, run.scenario)]
        return (self.sha256, self.inputs) == (run.result_sha256, run.inputs) and told[0] == told[1]


def run_text(result: StudyResult, inputs: Assembled, told: dict[str, Any]) -> RunText:
    """Write down a result and what it was made from, without recording it."""
    return RunText(
        inputs={f"{f.kind}:{f.id}": f.sha256 for f in inputs.files} | inputs.visits.fingerprint(),
        scenario=_scenario_json(result),
        software={"python": platform.python_version()} | {n: version(n) for n in _SOFTWARE},
        text=result_text(_kept(told)),
    )


def record_run(
    study: Study,
    result: StudyResult,
    inputs: Assembled,
    told: dict[str, Any],
    *,
    again: bool = True,
) -> str:
    """Record a run in the store, chained to the one before; returns its id.

    With ``again`` off, what the latest run of this programme and scenario says already is not
    recorded twice: that run's id is returned.
    """
    run, before = run_text(result, inputs, told), study.store.runs()
    own = [r for r in before if _scenario_of(r) == _named(result)]
    if not again and own and run.same_as(own[-1]):
        return own[-1].id
    described: dict[str, Any] = {
        "inputs": run.inputs,
        "scenario": run.scenario,
        "software": run.software,
        "previous": before[-1].record_sha256 if before else "",
    }
    time = now_utc()
    record = record_hash(result_sha256=run.sha256, time=time, **described)
    study.store.add_run(
        RunRecord(
            id=run_id(record),
            programme=result.scenario.programme,
            result_sha256=run.sha256,
            record_sha256=record,
            created_at=time,
            result=run.text.decode(),
            **described,
        )
    )
    return run_id(record)


def _scenario_of(run: RunRecord) -> tuple[str, object]:
    return run.programme, run.scenario.get("name")


def _named(result: StudyResult) -> tuple[str, object]:
    return result.scenario.programme, result.scenario.name


def _kept(told: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is no result: the run's name and sentences, which follow the language."""
    lists = {
        name: [
            {k: v for k, v in site.items() if k != "text"} if "text" in site else site
            for site in sorted(told[name], key=lambda site: str(site["id"]))
        ]
        for name in ("sites", "survey_first", "excluded", *LISTS)
        if name in told
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
    require("view_internal")
    with open_study(folder) as study:
        places, inputs = compute(study, area_programme(site, programme), scenario)
        areas = required_areas(study, places, inputs) if is_area(site) else None
    result = areas.study if areas else places
    i = find_site(result, site)
    told = ranking_json(result)
    candidate = result.candidates.ids[i]
    listed = [*told["sites"], *told["excluded"]]
    own = next(s for s in listed if s["id"] == candidate)
    rows = result.evidence.loc[result.evidence["candidate"] == candidate]
    return {
        "site": own | area_why(areas, places, i) if areas else own,
        "contributions": own.get("contributions", {}),
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
