"""Is a recorded run still what its study gives: everything it hangs on is looked at again."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import words
from data.hashes import record_hash, run_id, sha256_hex
from data.records import RunRecord
from data.workspace import Study, open_study
from geo.errors import StudyError, TapakError
from geo.files import sha256_of
from scoring.criteria import load_catalogue
from work.areas import areas_json, areas_of
from work.as_json import ranking_json
from work.differing import MOST, differences
from work.ranking import RunText, compute, run_text
from work.roles import require
from work.sureness import sureness_json

_LEAST = 8
"""Digits that a document prints of its run; fewer name none."""
Told = dict[str, Any]


def verify_run(folder: Path, run: str) -> Told:
    """Work a recorded run out again and say what differs.

    Parameters
    ----------
    folder : Path
        The study.
    run : str
        A run, or its first eight digits or more.

    Returns
    -------
    dict
        ``{run, same, within_1e-9, differs: [{what, name, recorded, found, text}], software}``:
        ``what`` is input, visits, weight, scenario, catalogue, stored, chain, record, result or
        compute; ``same`` when nothing differs; ``within_1e-9`` when every figure worked out again
        is within 1e-9 of the recorded one; ``software`` lists versions that differ, which alone
        is no difference.

    Raises
    ------
    StudyError
        ``store.no_run``.
    """
    require("audit")
    with open_study(folder) as study:
        runs = study.store.runs()
        record = _named(runs, run)
        text, stored = _stored(study, record)
        differs = [*_chain(runs, record), *stored, *_inputs(study, record)]
        again, failed = _again(study, record)
    differs += failed
    near, software = False, []
    if again is not None:
        differs += [*_visits(record, again), *_scenario(record, again)]
        near, found = _results(record, text, again)
        differs += found
        software = _software(record, again)
    return {
        "run": record.id,
        "same": not differs,
        "within_1e-9": near,
        "differs": differs,
        "software": software,
    }


def _named(runs: tuple[RunRecord, ...], run: str) -> RunRecord:
    found = [r for r in runs if len(run) >= _LEAST and r.id.startswith(run)]
    if len(found) != 1:
        raise StudyError("store.no_run", run=run[:40])
    return found[0]


def differing(what: str, code: str, name: str, recorded: Any = None, found: Any = None) -> Told:
    """Lay out one thing that differs, with its sentence."""
    text = words.say(f"reports.verify.{code}", name=name, recorded=recorded, found=found)
    return {"what": what, "name": name, "recorded": recorded, "found": found, "text": text}


def _chain(runs: tuple[RunRecord, ...], record: RunRecord) -> Iterator[Told]:
    """Follow the chain of runs up to this one; every record's fingerprint is made anew."""
    previous = ""
    for run in runs:
        if run.previous != previous:
            yield differing("chain", "chain", run.id, run.previous, previous)
        made = record_hash(
            result_sha256=run.result_sha256,
            inputs=run.inputs,
            scenario=run.scenario,
            software=run.software,
            time=run.created_at,
            previous=run.previous,
        )
        if made != run.record_sha256 or run_id(made) != run.id:
            yield differing("record", "record", run.id, run.record_sha256, made)
        previous = run.record_sha256
        if run.id == record.id:
            return


def _stored(study: Study, record: RunRecord) -> tuple[str | None, list[Told]]:
    """Return the stored result where it is whole."""
    try:
        text = study.store.run(record.id).result or ""
        found = sha256_hex(text.encode())
    except (zlib.error, UnicodeDecodeError):
        text, found = "", ""
    if found == record.result_sha256:
        return text, []
    return None, [differing("stored", "stored", record.id, record.result_sha256, found)]


def _inputs(study: Study, record: RunRecord) -> Iterator[Told]:
    """Hash every input on disk again, and tell which ones came or went since."""
    every = {f"{f.kind}:{f.id}": f for f in study.store.files(current_only=False)}
    current = {f"{f.kind}:{f.id}" for f in study.store.files()}
    for key, sha in sorted(record.inputs.items()):
        file = every.get(key)
        if file is None:
            if ":" in key:
                yield differing("input", "input.gone", key, sha)
            continue
        path = study.input_path(file)
        found = sha256_of(path) if path.is_file() else ""
        if found != sha:
            code = "input.changed" if found else "input.missing"
            yield differing("input", code, file.name, sha, found or None)
        elif key not in current:
            yield differing("input", "input.replaced", file.name, sha)
    for key in sorted(current - set(record.inputs)):
        yield differing("input", "input.added", every[key].name, None, every[key].sha256)


def _again(study: Study, record: RunRecord) -> tuple[RunText | None, list[Told]]:
    """Work the run out from the study as it stands."""
    name, day = str(record.scenario.get("name", "")), str(record.scenario.get("as_of", ""))
    try:
        result, inputs = compute(study, record.programme, name, as_of=day)
        told = sureness_json(result, ranking_json(result))
        told |= areas_json(areas_of(study, result, inputs), result)
        return run_text(result, inputs, told), []
    except TapakError as fault:
        made = differing("compute", "compute", record.id)
        return None, [made | {"text": f"{made['text']} {fault.say()}"}]


def _visits(record: RunRecord, again: RunText) -> Iterator[Told]:
    old, new = record.inputs.get("visits"), again.inputs.get("visits")
    if old != new:
        yield differing("visits", "visits", "visits", old, new)


def _scenario(record: RunRecord, again: RunText) -> Iterator[Told]:
    old, new = dict(record.scenario), dict(again.scenario)
    was, now = _weights(old), _weights(new)
    titles = {c.key for c in load_catalogue().scored(record.programme)}
    for key in sorted({*was, *now}):
        if was.get(key) != now.get(key):
            name = words.say(f"criterion.{key}") if key in titles else key
            yield differing("weight", "weight", name, was.get(key), now.get(key)) | {"key": key}
    for key in sorted({*old, *new}):
        if old.get(key) != new.get(key):
            what = "catalogue" if key == "catalogue" else "scenario"
            yield differing(what, what, key, old.get(key), new.get(key))


def _weights(scenario: dict[str, Any]) -> dict[str, float]:
    found: dict[str, float] = scenario.pop("weights", {})
    return found


def _results(record: RunRecord, text: str | None, again: RunText) -> tuple[bool, list[Told]]:
    """Compare figures: whether all lie within 1e-9, and the first that do not."""
    if again.sha256 == record.result_sha256:
        return True, []
    if text is None:
        return False, [differing("result", "result.whole", record.id, record.result_sha256)]
    found = differences(json.loads(text), json.loads(again.text))
    told = [
        differing("result", "result.value", f"{d.site or d.list} {d.name}".strip(), a, b)
        | {"site": d.site}
        for d in found[:MOST]
        for a, b in ((_short(d.recorded), _short(d.found)),)
    ]
    if len(found) > MOST:
        told.append(differing("result", "result.more", str(len(found) - MOST)))
    return all(d.near for d in found), told


def _short(value: Any) -> Any:
    """Return a value that fits a line: a whole row of figures is only said to be there."""
    return "…" if isinstance(value, Mapping | list) else value


def _software(record: RunRecord, again: RunText) -> list[Told]:
    old, new = record.software, again.software
    return [
        {"name": name, "recorded": old.get(name), "found": new.get(name)}
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    ]
