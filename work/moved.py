"""Who moved since the run before, and because of whose visit."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import words
from data.records import RunRecord
from data.workspace import Study
from scoring.study import StudyResult
from work.field import POSITION, Visits

_SAME = 1e-6
TITLES = 4
GATE = "gate"
Site = Mapping[str, Any]
Because = Callable[[str, Site | None, Site | None], Any]
Cause = tuple[str, str, str]
"""What changed, which submission told it, and whose team."""


def run_before(study: Study, result: StudyResult, visits: Visits) -> RunRecord | None:
    """Return the last run of this programme and scenario; None where no visit can matter."""
    scenario = result.scenario
    for run in reversed(study.store.runs()):
        if (run.programme, run.scenario.get("name")) == (scenario.programme, scenario.name):
            matters = visits.responses or "visits" in run.inputs
            return study.store.run(run.id) if matters else None
    return None


def moved_json(
    before: RunRecord | None, told: Mapping[str, Any], result: StudyResult
) -> list[dict[str, Any]]:
    """Compare a ranking with the run before it.

    Returns
    -------
    list of dict
        ``{site, name, from, to, because: [{criterion, submission, team}]}`` of every site whose
        rank changed, best first; ``from`` or ``to`` is None where it was or is not ranked.
        ``because`` begins with what changed most, and is empty where only others moved.
    """
    if before is None or before.result is None:
        return []
    old = {s["id"]: s for s in json.loads(before.result)["sites"]}
    new = {s["id"]: s for s in told["sites"]}
    names = {s["id"]: s["name"] for s in (*told["excluded"], *old.values(), *told["sites"])}
    causes = _causes(result)
    return rank_changes(
        old, new, names, lambda site, one, other: _because(one, other, causes.get(site, {}))
    )


def rank_changes(
    old: Mapping[str, Site], new: Mapping[str, Site], names: Mapping[str, str], because: Because
) -> list[dict[str, Any]]:
    """List the sites whose rank differs between two results, best first.

    Parameters
    ----------
    old, new : mapping
        The ranked sites of a result by id.
    names : mapping
        Of every site, by id.
    because : callable
        What a row says of a site (its id, how it stood and how it stands, None where unranked).
    """
    rows = []
    for site in sorted({*old, *new}):
        one, other = old.get(site), new.get(site)
        ranks = [s["rank"] if s else None for s in (one, other)]
        if ranks[0] != ranks[1]:
            row = {"site": site, "name": names[site], "from": ranks[0], "to": ranks[1]}
            rows.append(row | {"because": because(site, one, other)})
    return sorted(rows, key=lambda r: (r["to"] is None, r["to"] or 0, r["site"]))


def _causes(result: StudyResult) -> dict[str, dict[str, list[Cause]]]:
    """Lay what visits told by site and criterion; gates also together under their link."""
    rows = result.evidence
    if "submission" not in rows:
        return {}
    rows = rows.loc[rows["submission"].notna()]
    found: dict[str, dict[str, list[Cause]]] = {}
    told = (rows[n] for n in ("candidate", "criterion", "link", "submission", "by"))
    for site, criterion, link, submission, team in zip(*told, strict=True):
        at = found.setdefault(site, {})
        for key in (criterion, GATE) if link == GATE else (criterion,):
            at.setdefault(key, []).append((criterion, submission, team))
    return found


def _because(
    one: Mapping[str, Any] | None,
    other: Mapping[str, Any] | None,
    causes: Mapping[str, list[Cause]],
) -> list[dict[str, str]]:
    found: list[Cause] = []
    if one is None or other is None:
        found += causes.get(GATE, [])
    else:
        was, now = one["contributions"], other["contributions"]
        change = {key: abs(value - was.get(key, 0.0)) for key, value in now.items()}
        for key in sorted(change, key=lambda k: (-change[k], k)):
            if change[key] > _SAME:
                own = causes.get(key) or causes.get(POSITION, [])
                found += [(key, submission, team) for _, submission, team in own]
    return [
        {"criterion": key, "submission": submission, "team": team}
        for key, submission, team in dict.fromkeys(found)
    ]


def moved_lines(moved: list[dict[str, Any]], *, shown: int) -> list[str]:
    """Tell who moved because of a visit, best first."""
    lines = []
    for row in [r for r in moved if r["because"]][:shown]:
        teams = sorted({c["team"] for c in row["because"]})
        told = list(dict.fromkeys(moved_title(c["criterion"]) for c in row["because"]))
        ranks: dict[str, Any] = {
            n: words.say("tell.unranked") if row[k] is None else row[k]
            for n, k in (("a", "from"), ("b", "to"))
        }
        lines.append(
            words.say(
                "tell.visit_moved",
                name=row["name"],
                team=", ".join(teams),
                because=", ".join(told[:TITLES] + ["…"] * (len(told) > TITLES)),
                **ranks,
            )
        )
    return ["", *lines] if lines else []


def moved_title(criterion: str) -> str:
    """Name a criterion or a gate."""
    gate = criterion.startswith("G") and criterion[1:].isdigit()
    return words.say(f"gate.{criterion}" if gate else f"criterion.{criterion}")
