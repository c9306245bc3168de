"""The rankings on record: listed, and two of them compared site by site."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from data.workspace import open_study
from work.moved import Site, rank_changes
from work.roles import require

TOP = 10


def list_runs(folder: Path, *, programme: str | None = None) -> dict[str, Any]:
    """List the recorded rankings, newest first: ``{runs: [{id, at, programme, scenario, …}]}``."""
    require("audit")
    with open_study(folder) as study:
        runs = study.store.runs()
    return {
        "runs": [
            {
                "id": run.id,
                "at": run.created_at,
                "programme": run.programme,
                "scenario": run.scenario.get("name", ""),
                "set_by": run.scenario.get("set_by", ""),
                "result_sha256": run.result_sha256,
            }
            for run in reversed(runs)
            if programme in {None, run.programme}
        ]
    }


def compare_runs(folder: Path, one: str, other: str) -> dict[str, Any]:
    """Compare two recorded rankings.

    Returns
    -------
    dict
        ``{one, other, moved: [{site, name, from, to, because}], entered, left}``: ``because`` is
        the criterion whose contribution changed most in the direction of the move ("" where none
        did), ranks are None where a site was or is not ranked, ``entered`` and ``left`` speak of
        the first ten.
    """
    require("audit")
    with open_study(folder) as study:
        results = [json.loads(study.store.run(run).result or "{}") for run in (one, other)]
    old, new = ({s["id"]: s for s in result["sites"]} for result in results)
    names = {s["id"]: s["name"] for r in results for s in (*r["excluded"], *r["sites"])}
    moved = rank_changes(old, new, names, _because)
    first = [{s for s, told in side.items() if told["rank"] <= TOP} for side in (old, new)]
    return {
        "one": one,
        "other": other,
        "moved": moved,
        "entered": sorted(first[1] - first[0]),
        "left": sorted(first[0] - first[1]),
    }


def _because(_site: str, a: Site | None, b: Site | None) -> str:
    if a is None or b is None:
        return ""
    was, now = a["contributions"], b["contributions"]
    sign = 1.0 if b["rank"] < a["rank"] else -1.0
    change = {key: sign * (now.get(key, 0.0) - was.get(key, 0.0)) for key in {*was, *now}}
    best = max(change, key=lambda key: (change[key], key), default="")
    return best if best and change[best] > 0 else ""
