"""One piece of a batch, done in a worker: rank a study and leave its part of the results."""

from __future__ import annotations

import errno
import json
import math
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import words
from data.workspace import Study, open_study
from geo.errors import StudyError, TapakError
from geo.files import is_full, sha256_of, written_whole
from scoring.criteria import load_catalogue
from scoring.measure import WHOLE, Memory, measure
from scoring.study import StudyResult, run_study
from scoring.weights import Scenario
from work.areas import areas_json, areas_of
from work.as_json import ranking_json
from work.assemble import Assembled, assemble
from work.batch_ask import Answer, Ask, code_version, study_key
from work.batch_demand import DEMAND, demand_part
from work.batch_guard import Spent, guarded
from work.batch_table import province_of, site_table, told_of, write_part
from work.batch_tiles import JoinedTiles
from work.kept import KeptMeasures
from work.ranking import record_run, run_text
from work.steady import given_back, uncollected
from work.sureness import sureness_json
from work.weighing import find_scenario

DONE, SITES = "done", "sites"
_TIGHT = frozenset({errno.EIO, errno.ENFILE, errno.EMFILE})
_FULL = frozenset({"file.disk_full", "store.disk_full"})
_PASSING = frozenset({
    "study.locked", "store.busy", "store.away", "store.server_busy", "store.server_full",
    "file.held", "batch.part_differs",
})  # fmt: skip
"""Faults that time, or somebody making room, may mend: the study is tried again later."""


def carry_out(ask: Ask) -> Answer:
    """Do one piece of work and say what came of it; whatever goes wrong is part of the answer.

    Returns
    -------
    dict
        ``{study, tile, state, …, seconds, cpu_s, read_bytes, written_bytes, peak_mb}``. ``state``:
        ``done`` · ``kept`` (stood there already, under the same key) · ``split`` with ``tiles`` ·
        ``tiled`` · ``failed`` with ``reason`` and whether trying ``again`` may help.
    """
    token = words.language.set(ask.lang)
    spent = Spent()
    try:
        with guarded(ask):
            if ask.code != code_version():
                raise StudyError("batch.other_program")
            told = _worked(ask)
    except Exception as fault:  # noqa: BLE001 - one bad study never stops the others
        told = {"state": "failed", **_why(fault)}
    finally:
        words.language.reset(token)
    given_back()
    return {"study": ask.name, "tile": ask.tile, **told, **spent.told()}


def _why(fault: Exception) -> dict[str, Any]:
    """Say what went wrong in one plain sentence, and whether it may pass."""
    full = isinstance(fault, TapakError) and fault.code in _FULL
    if full or is_full(fault) or (isinstance(fault, OSError) and fault.errno in _TIGHT):
        return {"reason": words.say("batch.disk_full"), "again": True}
    if isinstance(fault, TapakError):
        return {"reason": fault.say(), "again": fault.code in _PASSING}
    if isinstance(fault, MemoryError):
        return {"reason": words.say("batch.no_memory"), "again": False}
    what = f"{type(fault).__name__}: {fault}".splitlines()[0][:200]
    return {"reason": words.say("batch.unexpected", what=what), "again": False}


def _worked(ask: Ask) -> dict[str, Any]:
    with uncollected(), open_study(Path(ask.folder)) as study:
        scenario = find_scenario(study, ask.scenario or None, ask.programme or None)
        scenario = replace(scenario, as_of=ask.as_of)
        if ask.tile >= 0:
            return _tile(study, ask, scenario)
        key = study_key(study, scenario, code=ask.code)
        record = standing(ask, key)
        if record is not None:
            return {"state": "kept", **record}
        sites = len(study.store.candidates())
        if not ask.tiles and sites > ask.tile_sites:
            return {"state": "split", "tiles": math.ceil(sites / ask.tile_sites)}
        return _whole(study, ask, scenario, key)


def standing(ask: Ask, key: str) -> dict[str, Any] | None:
    """Return what is recorded of a finished part with this key, if the part stands there whole."""
    with suppress(OSError, ValueError, KeyError):
        record: dict[str, Any] = json.loads(_record(ask).read_text(encoding="utf-8"))
        parts = [record, *([record["demand"]] if record["demand"]["file"] else [])]
        stand = (sha256_of(Path(ask.out) / part["file"]) == part["sha256"] for part in parts)
        if record["key"] == key and all(stand):
            return record
    return None


def parts_of(out: Path, name: str) -> list[Path]:
    """Return the parts that stand in the results under a study's name, in whatever province."""
    return [p for kind in (SITES, DEMAND) for p in out.glob(f"{kind}/province=*/{name}.parquet")]


def _record(ask: Ask) -> Path:
    return ask.folder_of(DONE) / f"{ask.name}.json"


def _criteria(scenario: Scenario) -> tuple[Any, ...]:
    catalogue = load_catalogue()
    shown = (c for c in catalogue.criteria.values() if c.role == "info")
    return (*catalogue.scored(scenario.programme), *shown)


def _tile(study: Study, ask: Ask, scenario: Scenario) -> dict[str, Any]:
    """Measure one part of the sites; the first also what only the whole can tell."""
    letter = load_catalogue().programme(scenario.programme).letter
    inputs = assemble(study)
    n = len(inputs.candidates)
    edges = [n * k // ask.tiles for k in range(ask.tiles + 1)]
    part = inputs.candidates.part(np.arange(edges[ask.tile], edges[ask.tile + 1]))
    criteria = _criteria(scenario)
    alone = [c for c in criteria if c.measure not in WHOLE]
    own = KeptMeasures(study).of_tile(ask.tile, ask.tiles)
    measure(part, inputs.layers, alone, letter=letter, memory=own)
    if ask.tile == 0:
        whole = [c for c in criteria if c.measure in WHOLE]
        memory = KeptMeasures(study)
        measure(inputs.candidates, inputs.layers, whole, letter=letter, memory=memory)
    return {"state": "tiled"}


def _whole(study: Study, ask: Ask, scenario: Scenario, key: str) -> dict[str, Any]:
    inputs = assemble(study)
    memory: Memory = JoinedTiles(study, ask.tiles) if ask.tiles else KeptMeasures(study)
    result = run_study(
        inputs.candidates,
        inputs.layers,
        scenario,
        register=inputs.register,
        given=inputs.visits.evidence(scenario.programme),
        memory=memory,
    )
    told = sureness_json(result, ranking_json(result))
    told |= areas_json(areas_of(study, result, inputs), result)
    with study.locked(wait_s=30):
        record_run(study, result, inputs, told, again=False)
    sha256 = run_text(result, inputs, told).sha256
    if ask.tiles:
        JoinedTiles(study, ask.tiles).clear()
    return {"state": "done", **_kept(ask, result, inputs, told, key=key, sha256=sha256)}


def _kept(
    ask: Ask,
    result: StudyResult,
    inputs: Assembled,
    told: dict[str, Any],
    *,
    key: str,
    sha256: str,
) -> dict[str, Any]:
    """Write the part, then the record that it is finished; in this order, each whole."""
    where = Path(f"province={province_of(inputs)}") / f"{ask.name}.parquet"
    file = Path(SITES) / where
    about = told_of(result, inputs, study=ask.name, key=key, result_sha256=sha256)
    table = site_table(result, inputs, told, study=ask.name)
    found = write_part(Path(ask.out) / file, table, about)
    demand = demand_part(Path(ask.out), where, inputs, study=ask.name)
    stand = {Path(ask.out) / name for name in (file, demand["file"])}
    for other in parts_of(Path(ask.out), ask.name):
        if other not in stand:  # the study's areas were of another province before
            other.unlink(missing_ok=True)
    record = {
        **{name: about[name] for name in ("study", "key", "programme", "scenario", "as_of")},
        "file": file.as_posix(),
        **found,
        "sites": len(told["sites"]),
        "excluded": len(told["excluded"]),
        "demand": demand,
        "result_sha256": sha256,
        **{name: about[name] for name in ("basis", "people", "synthetic")},
    }
    with written_whole(_record(ask), overwrite=True) as temporary:
        text = json.dumps(record, sort_keys=True, ensure_ascii=False, indent=1)
        temporary.write_text(text + "\n", encoding="utf-8", newline="\n")
    return record
