"""A chosen set, or a chosen office, as a page shows it: figures, tables and maps at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import words
from data.workspace import open_study
from scoring.office import OfficeTerms
from scoring.siting import Terms
from scoring.study import StudyResult
from scoring.travelled import travel
from work.branch import PROGRAMME, branch_json, office_lines
from work.choosing import chosen_json, number_or_none, set_lines
from work.errands import progress
from work.grounds import Grounds, grounds, minutes_to
from work.living import lives
from work.ranking import compute
from work.roles import require
from work.set_maps import catchment_map, minutes_key, office_map
from work.travel import place_of

Floats = npt.NDArray[np.float64]


def set_page(
    folder: Path, terms: Terms, *, programme: str, time_limit_s: float = 60.0
) -> dict[str, Any]:
    """Choose a set and lay it out.

    Returns
    -------
    dict
        What `work.choosing.choose_set` tells, ``opened`` best first with ``rank, kind_text,
        readiness_text, conditions_text, hours_week, desa, mean_min``, and ``kecamatan`` (``name,
        served_share, sites``), ``travel`` (``today``, None without an official list, and ``after``:
        ``mean_min, p90_min, within_share``), ``text`` and ``map``.
    """
    require("view_internal")
    progress(0.05, words.say("sets.progress.read"))
    with open_study(folder) as study:
        result, inputs = compute(study, programme)
        found = grounds(result, inputs)
        standings = lives(study, result, inputs.layers)
    progress(0.3, words.say("sets.progress.choose"))
    told = chosen_json(result, found, terms, time_limit_s=time_limit_s)
    progress(0.85, words.say("sets.progress.draw"))
    rank = dict(zip(ranked_ids(result), result.ranking.rank.tolist(), strict=True))
    opened = [
        one | _more(one, told["assigned"]) | {"rank": rank[one["id"]]} for one in told["opened"]
    ]
    told |= {"opened": sorted(opened, key=lambda one: (one["rank"], one["id"]))}
    listed = {site for site, now in standings.items() if now.listed}
    ids = [one["id"] for one in told["opened"]]
    limit = terms.max_minutes
    return told | {
        "kecamatan": _kecamatan(told),
        "travel": {
            "today": _travel(result, found, listed, limit_min=limit),
            "after": _travel(result, found, set(ids), limit_min=limit),
        },
        "text": set_lines(told),
        "synthetic": inputs.synthetic,
        "map": catchment_map(
            result, inputs, found, opened=told["opened"], sent=_sent(told["assigned"])
        ),
    }


def ranked_ids(result: StudyResult) -> list[str]:
    """Return the ids of the ranked sites, best first."""
    return [result.candidates.ids[row] for row in result.ranking.order.tolist()]


def _more(one: Mapping[str, Any], assigned: list[dict[str, Any]]) -> dict[str, Any]:
    own = [row for row in assigned if row["site"] == one["id"]]
    hours = sum(row["hours_week"] for row in own)
    spent = sum(row["hours_week"] * row["minutes"] for row in own)
    return {
        "kind_text": words.say(f"kind.{one['kind']}"),
        "readiness_text": words.say(f"ui.ready.{one['readiness']}"),
        "conditions_text": [words.say(f"condition.{code}") for code in one["conditions"]],
        "hours_week": hours,
        "desa": len({row["desa"] for row in own}),
        "mean_min": spent / hours if hours else None,
    }


def _sent(assigned: list[dict[str, Any]]) -> dict[str, str]:
    """Say which site takes most of each desa's hours."""
    ordered = sorted(assigned, key=lambda row: (row["hours_week"], row["site"]))
    return {row["desa"]: row["site"] for row in ordered}


def _kecamatan(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List the kecamatan, the least served first."""
    sites: dict[str, int] = {}
    for one in told["opened"]:
        sites[one["kecamatan"]] = sites.get(one["kecamatan"], 0) + 1
    rows = [
        {"name": name, "served_share": share, "sites": sites.get(name, 0)}
        for name, share in told["served_by_kecamatan"].items()
    ]
    return sorted(rows, key=lambda row: (_percent(row["served_share"]), row["name"]))


def _percent(share: float | None) -> int:
    return -1 if share is None else round(100 * share)


def _travel(
    result: StudyResult, found: Grounds, ids: set[str], *, limit_min: float
) -> dict[str, Any] | None:
    """Weigh the way from every desa to the nearest of some sites by its hours; None without any."""
    at = [k for k, row in enumerate(found.rows.tolist()) if result.candidates.ids[row] in ids]
    if not at:
        return None
    nearest = minutes_to(found, found.places.iloc[at]).min(axis=1)
    minutes = np.where(np.isfinite(nearest), nearest, np.nan)
    hours = found.demand["hours_mid"].to_numpy(dtype=float)
    way = travel(minutes, hours)
    within = float(hours[nearest <= limit_min].sum() / hours.sum())
    return {
        "mean_min": number_or_none(way.mean_min),
        "p90_min": number_or_none(way.p90_min),
        "within_share": within,
    }


def office_page(
    folder: Path,
    *,
    count: int,
    today: str,
    method: str = "p_median",
    limit_min: float | None = None,
    time_limit_s: float = 60.0,
) -> dict[str, Any]:
    """Choose an office and lay it out.

    Returns
    -------
    dict
        What `work.branch.choose_branch` tells, ``chosen`` with words, ``rivals`` with names, and
        ``text``, ``key`` (the classes of the maps, with their colours), ``map_before``,
        ``map_after``.
    """
    require("view_internal")
    here = place_of(today, option="--today")
    progress(0.05, words.say("sets.progress.read"))
    with open_study(folder) as study:
        result, inputs = compute(study, PROGRAMME)
        found = grounds(result, inputs)
    progress(0.4, words.say("sets.progress.choose"))
    terms = OfficeTerms(method=method, limit_min=limit_min, time_limit_s=time_limit_s)
    told = branch_json(result, found, count=count, office=here, terms=terms)
    progress(0.85, words.say("sets.progress.draw"))
    names = dict(zip(result.candidates.ids, result.candidates.frame["name"], strict=True))
    ids = [one["id"] for one in told["chosen"]]
    before, after = (
        np.array([row[side] for row in told["by_desa"]], dtype=float)
        for side in ("today_min", "after_min")
    )
    return told | {
        "chosen": [one | _more(one, []) for one in told["chosen"]],
        "rivals": [one | {"name": str(names[one["id"]])} for one in told["rivals"]],
        "names": {site: str(names[site]) for site in ids},
        "text": office_lines(told),
        "synthetic": inputs.synthetic,
        "key": minutes_key(),
        "map_before": office_map(result, inputs, found, minutes=before, today=here),
        "map_after": office_map(result, inputs, found, minutes=after, today=here, opened=ids),
    }
