"""Where every site stands in its life, and the steps that people take."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

import words
from data.records import now_utc
from data.store_life import CommentRecord
from data.workspace import Study, open_study
from geo.errors import InputError
from scoring.layers import Layers
from scoring.life import Known, Standing, Step, check_step, rules, standing
from scoring.study import StudyResult
from work.audit import note
from work.ranking import compute
from work.roles import require, require_inside

MOST_COMMENT = 2000


def lives(
    study: Study,
    result: StudyResult,
    layers: Layers,
    *,
    on: dt.date | None = None,
    until: str = "",
) -> dict[str, Standing]:
    """Say where every candidate of a ranking stands on a day (today by default).

    ``until`` is a time (UTC, ISO): steps that were taken later are left aside.
    """
    steps = _steps(study, result.scenario.programme, until)
    facts = known(study, result, layers, steps)
    day = on or _today()
    return {name: standing(steps.get(name, ()), facts[name], on=day) for name in facts}


def _steps(study: Study, programme: str, until: str = "") -> dict[str, list[Step]]:
    steps: dict[str, list[Step]] = {}
    for step in study.store.steps():
        if step.programme == programme and (not until or step.at < until):
            steps.setdefault(step.candidate, []).append(step)
    return steps


def _today() -> dt.date:
    return dt.date.fromisoformat(now_utc()[:10])


def known(
    study: Study, result: StudyResult, layers: Layers, stepped: Mapping[str, Sequence[Step]]
) -> dict[str, Known]:
    """Gather what is known of every candidate beside the steps people took."""
    ids = list(result.candidates.ids)
    seen = _visited(study, result.scenario.programme)
    near = _events_near(result, layers, stepped, _told_at(study))
    ranked = np.zeros(len(ids), dtype=bool)
    ranked[result.ranking.order] = True
    gates = [gate.code for gate in result.judgement.gates]
    failed = ~result.judgement.passed & ~ranked[:, None]
    return {
        name: Known(
            ranked=bool(ranked[i]),
            surveyed_on=seen.get(name, ""),
            excluded_by=gates[int(failed[i].argmax())] if failed[i].any() else "",
            events=near.get(name, ()),
        )
        for i, name in enumerate(ids)
    }


def _visited(study: Study, programme: str) -> dict[str, str]:
    newest: dict[str, str] = {}
    for row in study.store.responses("accepted"):
        if row.programme == programme:
            day = (row.ended_at or row.started_at or row.received_at)[:10]
            newest[row.candidate] = max(day, newest.get(row.candidate, ""))
    return newest


def _told_at(study: Study) -> str:
    """Return the day on which the events now in the study were brought."""
    days = [file.added_at[:10] for file in study.store.files() if file.kind == "events"]
    return max(days, default="")


def _events_near(
    result: StudyResult, layers: Layers, stepped: Mapping[str, Sequence[Step]], told_at: str
) -> dict[str, tuple[str, ...]]:
    """Days of hazard events near the sites that somebody has taken a step for.

    An event without a day counts from the day on which its list was brought.
    """
    if layers.get("events") is None or not stepped:
        return {}
    events = layers.metric("events")
    at = [i for i, name in enumerate(result.candidates.ids) if name in stepped]
    points = result.candidates.points.iloc[at].to_crs(events.crs)
    discs = gpd.GeoDataFrame(
        {"site": np.asarray(result.candidates.ids, dtype=object)[at]},
        geometry=points.buffer(rules().event_m).to_numpy(),
        crs=events.crs,
    )
    hit = gpd.sjoin(events[["date", "geometry"]], discs, predicate="intersects")
    days = hit["date"].where(hit["date"].str.len() == len("2026-01-01"), told_at)
    grouped = pd.Series(days.to_numpy(), index=hit["site"].to_numpy())
    return {str(name): tuple(sorted(set(rows))) for name, rows in grouped.groupby(level=0)}


def step_json(name: str, now: Standing) -> dict[str, Any]:
    """Lay out where one site stands, with its words."""
    return {
        "site": name,
        "state": now.state,
        "text": words.say(f"life.{now.state}"),
        "since": now.since,
        "by": now.by,
        "why": now.why or (words.say(f"life.because.{now.automatic}") if now.automatic else ""),
        "automatic": now.automatic,
        "valid_until": now.valid_until,
        "listed": now.listed,
        "next": list(now.next),
    }


def site_lives(
    folder: Path, *, programme: str | None = None, on: dt.date | None = None
) -> dict[str, Any]:
    """Return where every site of a programme stands: ``{programme, sites: [{site, state, …}]}``."""
    require("view_internal")
    with open_study(folder) as study:
        result, inputs = compute(study, programme)
        found = lives(study, result, inputs.layers, on=on)
    return {
        "programme": result.scenario.programme,
        "sites": [step_json(name, now) for name, now in found.items()],
    }


def take_step(
    folder: Path,
    site: str,
    state: str,
    *,
    programme: str | None = None,
    why: str = "",
    agreement: str = "",
    agreement_until: str = "",
) -> dict[str, Any]:
    """Move a site to another state, and record who did it and why.

    Raises
    ------
    NotAllowedError
        When the role may not.
    InputError
        ``why.not_found`` for a site there is not; what `scoring.life.check_step` refuses.
    """
    actor = require("life")
    with open_study(folder) as study:
        result, inputs = compute(study, programme)
        step = Step(
            candidate=site,
            programme=result.scenario.programme,
            state=state,
            at=now_utc(),
            by=actor.name,
            why=why.strip(),
            agreement=agreement.strip(),
            agreement_until=agreement_until,
        )
        with study.locked(wait_s=30), study.store.transaction():
            steps = _steps(study, step.programme).get(site, [])
            facts = known(study, result, inputs.layers, {site: steps})
            if site not in facts:
                raise InputError("why.not_found", site=site)
            before = standing(steps, facts[site], on=_today())
            check_step(step, before)
            study.store.add_steps((step,))
            told = step_json(site, standing([*steps, step], facts[site], on=_today()))
            note(study, "life", site, before=before.state, after=_noted(step))
    return told | {"before": before.state}


def _noted(step: Step) -> dict[str, str]:
    told = ("state", "programme", "why", "agreement", "agreement_until")
    return {name: getattr(step, name) for name in told}


def comment(folder: Path, site: str, said: str) -> dict[str, Any]:
    """Keep what somebody says about a site; an agency speaks only of its own."""
    actor = require("comment")
    text = said.strip()
    if not text or len(text) > MOST_COMMENT:
        raise InputError("life.comment_length", most=MOST_COMMENT)
    with open_study(folder) as study, study.locked(wait_s=30), study.store.transaction():
        require_inside(study.store.candidate(site).agency)
        made = CommentRecord(candidate=site, by=actor.name, said=text, at=now_utc())
        study.store.add_comment(made)
        note(study, "comment", site, after=text)
    return {"site": site, "by": made.by, "at": made.at, "said": made.said}


def comments(folder: Path, site: str) -> list[dict[str, str]]:
    """Return what was said about a site, oldest first."""
    require("view")
    with open_study(folder) as study:
        require_inside(study.store.candidate(site).agency)
        return [{"at": c.at, "by": c.by, "said": c.said} for c in study.store.comments(site)]


def life_lines(told: dict[str, Any]) -> list[str]:
    """Tell where sites stand, or one step that was taken."""
    sites = told.get("sites", [told])
    return [
        words.say("tell.life", site=s["site"], state=s["text"], since=s["since"][:10], why=s["why"])
        for s in sites
    ]
